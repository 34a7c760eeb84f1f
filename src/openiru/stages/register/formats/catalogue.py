"""The lists that are known by name, with their authority and address; a person enters the rest."""

from __future__ import annotations

from dataclasses import dataclass

from openiru.errors import Refused
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
            slug="us-ofac-sdn-advanced",
            title="US OFAC Specially Designated Nationals (Advanced XML)",
            authority="US",
            authority_kind=ListAuthorityKind.NATIONAL,
            format="ofac_advanced",
            address="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/SDN_ADVANCED.XML",
        ),
        ListSpec(
            slug="uk-sanctions-list",
            title="UK Sanctions List",
            authority="UK",
            authority_kind=ListAuthorityKind.NATIONAL,
            format="uk_xml",
            address="https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.xml",
        ),
        ListSpec(
            slug="uk-sanctions-list-csv",
            title="UK Sanctions List (CSV)",
            authority="UK",
            authority_kind=ListAuthorityKind.NATIONAL,
            format="uk_csv",
            address="https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.csv",
        ),
        ListSpec(
            slug="uk-proscribed",
            title="UK proscribed organisations (Terrorism Act 2000, Schedule 2)",
            authority="UK",
            authority_kind=ListAuthorityKind.NATIONAL,
            format="uk_proscribed",
            address="https://www.legislation.gov.uk/ukpga/2000/11/schedule/2?view=plain",
        ),
        ListSpec(
            slug="eu-fsf",
            title="European Union consolidated financial sanctions list",
            authority="EU",
            authority_kind=ListAuthorityKind.NATIONAL,
            format="eu_fsf",
            address="https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw",
        ),
        ListSpec(
            slug="pk-first-schedule",
            title="Pakistan: proscribed organisations (First Schedule), written down by hand",
            authority="PK",
            authority_kind=ListAuthorityKind.NATIONAL,
            format="manual",
        ),
    )
}

UNCONFIRMED = {
    "un-consolidated": "from a public crawler",
    "us-ofac-sdn": "from vendors' manuals",
    "us-ofac-sdn-xml": "from vendors' manuals",
    "us-ofac-sdn-advanced": "from the publisher's namespace and public programs",
    "uk-sanctions-list": "from public programs that fetch it",
    "uk-sanctions-list-csv": "from public programs that fetch it; fewer than for the XML",
    "uk-proscribed": "from a public crawler",
    "eu-fsf": "from public programs that fetch it; the token in it is the one that the Commission publishes for everybody",
}
"""Where each address comes from. Nobody here fetched one of them (docs/not-tried.md): check it before a first download.

A list without an address is loaded by hand.
"""


def known_for(form: str) -> ListSpec:
    """The first known list of a format; Refused `list_unknown` if there is none, so that a person names it."""
    found = next((spec for spec in CATALOGUE.values() if spec.format == form), None)
    if found is None:
        raise Refused("list_unknown", format=form)
    return found
