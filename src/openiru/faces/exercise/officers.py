"""The simulated officers: each decides only from what the case page or the notice page shows, as a person would."""

from __future__ import annotations

from dataclasses import dataclass

from openiru.faces.exercise.reading import call_in, spared
from openiru.faces.exercise.stand import TERRITORY
from openiru.platforms import gates
from openiru.platforms.shapes import Weight
from openiru.stages.cases.queries import CasePage
from openiru.stages.cases.rules import RABAT, ItemJudged, NewAssessment
from openiru.stages.register.models import ListedName
from openiru.stages.register.queries import Designation
from openiru.terms import Action, Leg, Platform

LAW = "Counter-Terrorism Act of the exercise's country (invented)"
POLICY_LINES = {
    "facebook": "Dangerous Organizations and Individuals",
    "instagram": "Dangerous Organizations and Individuals",
    "tiktok": "Violent and Hateful Organizations and Individuals",
    "x": "Violent and Hateful Entities",
    "telegram": "Terms of Service: promoting violence",
    "whatsapp": "Terms of Service and Channels Guidelines: violent organisations",
}
_RABAT = {
    "context": "The organisation's attacks are going on in the region named.",
    "speaker": "The account presents itself as the organisation.",
    "intent": "The sentence quoted calls on readers.",
    "content": "Direct call, quoted in full.",
    "extent": "Public account; reach as last observed.",
    "likelihood": "The organisation recruits in this way.",
}
assert set(_RABAT) == set(RABAT)


@dataclass(frozen=True, slots=True)
class Worksheet:
    """What the analyst would hand in, and in a few words why."""

    new: NewAssessment
    why: str


def assess(page: CasePage, *, leg: Leg = Leg.PLATFORM_POLICY) -> Worksheet:
    """Ana's judgement of one case page."""
    if page.stopped:
        return _no("protected speaker")
    meant = next((one for claim in page.claims for one in claim.referable), None)
    if meant is None:
        return _no("no listing in force designates what was claimed")
    seen = {one.id: one.text for one in page.captures if one.status in {None, 200}}
    why = spared(seen.values())
    if why:
        return _no(f"this is {why}")
    names = names_of(meant)
    items = _judge(page, seen, names)
    if not items:
        return _no("nothing on it calls for the organisation")
    return Worksheet(_yes(page, meant, items, leg), "refer")


def names_of(meant: Designation) -> tuple[str, ...]:
    """The organisation's names as its lists carry them; weak ones are no sign."""
    found = ListedName.objects.filter(listing__organisation=meant.organisation).exclude(quality__in=["weak", "low"])
    return (meant.organisation.name, *dict.fromkeys(found.values_list("name", flat=True)))


def _judge(page: CasePage, seen: dict[int, str], names: tuple[str, ...]) -> tuple[ItemJudged, ...]:
    judged = []
    for item, captures in page.items:
        for capture in captures:
            sign = call_in(seen.get(capture.id, ""), names)
            if sign is None:
                continue
            judged.append(
                ItemJudged(
                    item_id=item.id,
                    ground=sign.ground,
                    why=f"Calls on readers for {page_name(names)}: the sentence is quoted.",
                    excerpt=sign.quote,
                    language=sign.language,
                    translation=sign.translation if sign.language != "en" else "",
                    capture_id=capture.id,
                )
            )
            break
    return tuple(judged)


def page_name(names: tuple[str, ...]) -> str:
    """How the notice calls the organisation."""
    return names[0]


def _asked_for(page: CasePage, items: tuple[ItemJudged, ...]) -> Action:
    """The whole account, unless the platform wants more items for that than were found."""
    stops = gates.several(Platform(page.account.platform)).weighs(page.account.key) is Weight.HARD
    return Action.REMOVE_ITEMS if stops and len(items) < gates.ENOUGH_FOR_AN_ACCOUNT else Action.DISABLE_ACCOUNT


def _yes(page: CasePage, meant: Designation, items: tuple[ItemJudged, ...], leg: Leg) -> NewAssessment:
    local = leg is Leg.LOCAL_LAW
    name = meant.organisation.name
    return NewAssessment(
        refer=True,
        organisation_id=meant.organisation.id,
        leg=leg,
        action=Action.WITHHOLD if local else _asked_for(page, items),
        affiliation=f"Speaks as {name}: its posts call on readers in the organisation's name ({len(items)} quoted).",
        purpose="Recruitment or support; not news, research, satire, counter-speech or documentation.",
        rabat=_RABAT,
        least_restrictive="Removing single posts was weighed: the account's purpose is the organisation's own voice.",
        policy_line=POLICY_LINES[page.account.platform],
        policy_why=f"The account acts for {name}, a listed organisation, and calls for joining or supporting it.",
        law=LAW if local else "",
        law_articles=("s. 11", "s. 12") if local else (),
        territory=TERRITORY if local else "",
        translator="the unit's reader of the language" if any(item.translation for item in items) else "",
        reads_language=True,
        items=items,
    )


def _no(why: str) -> Worksheet:
    return Worksheet(NewAssessment(refer=False, purpose=why), why)


def approves(page: CasePage) -> str:
    """Ben's reasons to say yes, or nothing when he would say no: he reads the quotes again himself."""
    return "" if page.stopped else stands(page)


def stands(page: CasePage) -> str:
    """Why the assessment on this page stands, or nothing: what is quoted is captured, and nothing on it says otherwise."""
    assessment, designation = page.assessment, page.designation
    if assessment is None or designation is None or not designation.verdict.allowed:
        return ""
    quoted = [item for item in assessment.items.all() if item.excerpt and item.capture_id]
    if not quoted or spared(capture.text for capture in page.captures):
        return ""
    lists = len(designation.facts)
    return f"Listed by {lists} lists in force; {len(quoted)} quoted calls, each captured; purpose not protected."
