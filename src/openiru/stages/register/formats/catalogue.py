"""The lists that are known by name, with their authority and address; a person enters the rest."""

from __future__ import annotations

from dataclasses import dataclass

from openiru.terms import ListAuthorityKind


@dataclass(frozen=True, slots=True)
class ListSpec:
    """What describes a published list; `authority` is the word that the designation policy counts."""

    slug: str
    title: str
    authority: str
    authority_kind: ListAuthorityKind
    format: str
    address: str = ""


CATALOGUE = {
    spec.slug: spec
    for spec in (
        ListSpec(
            slug="un-consolidated",
            title="United Nations Security Council Consolidated List",
            authority="UN",
            authority_kind=ListAuthorityKind.MULTILATERAL,
            format="un_xml",
            address="https://scsanctions.un.org/resources/xml/en/consolidated.xml",
        ),
        ListSpec(
            slug="us-ofac-sdn",
            title="US OFAC Specially Designated Nationals",
            authority="US",
            authority_kind=ListAuthorityKind.NATIONAL,
            format="ofac_csv",
            address="https://www.treasury.gov/ofac/downloads/sdn.csv",
        ),
        ListSpec(
            slug="us-ofac-sdn-xml",
            title="US OFAC Specially Designated Nationals (XML)",
            authority="US",
            authority_kind=ListAuthorityKind.NATIONAL,
            format="ofac_xml",
            address="https://www.treasury.gov/ofac/downloads/sdn.xml",
        ),
        ListSpec(
            slug="uk-sanctions-list",
            title="UK Sanctions List",
            authority="UK",
            authority_kind=ListAuthorityKind.NATIONAL,
            format="uk_xml",
        ),
    )
}
"""Addresses: the UN's from a public crawler, the US ones from vendors' manuals; check them before a first download."""
