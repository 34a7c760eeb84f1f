"""What waits for confirmation is stored and read back unchanged."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from openiru.stages.register.contents import from_json, to_json
from openiru.stages.register.formats.shapes import ParsedName, ParsedOrganisation
from openiru.terms import AliasQuality

names = st.builds(ParsedName, name=st.text(min_size=1), quality=st.sampled_from(AliasQuality), script=st.text())
entries = st.builds(
    ParsedOrganisation,
    reference=st.text(min_size=1),
    name=st.text(min_size=1),
    names=st.lists(names, max_size=3).map(tuple),
    programs=st.lists(st.text(), max_size=2).map(tuple),
    listed_on=st.none() | st.dates(),
    listed_on_text=st.text(),
    remarks=st.text(),
    country=st.text(),
)


@given(st.lists(entries, max_size=3).map(tuple))
def test_what_waits_is_read_back_unchanged(found: tuple[ParsedOrganisation, ...]) -> None:
    assert from_json(json.loads(json.dumps(to_json(found)))) == found
