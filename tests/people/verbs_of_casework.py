"""The verbs of triage, protections, quality and deconfliction."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from openiru.stages.cases import protecting
from openiru.stages.cases.holds import services as holds
from openiru.stages.cases.models import BlindReview, GoldenCase, Interest, Quarantine, TriageRule, Viewing, Weights
from openiru.stages.cases.quality import services as quality
from openiru.stages.cases.triage import holding, officer_rules, scoring, weights, work
from openiru.stages.cases.triage.rules import Wanted
from tests import builders
from tests.builders import NOW, Cast
from tests.people.table import Do, verb

_numbers = count(1)
LIST = b"kind,name,address\npress,Valley Gazette,https://t.me/valleygazette%d\n"


@verb(holding.take, "case.view", "ana")
def _(cast: Cast) -> Do:
    case = builders.a_case(cast)
    return lambda actor: holding.take(case.id, actor=actor, now=NOW)


@verb(holding.let_go, "case.view", "ana")
def _(cast: Cast) -> Do:
    case = builders.a_case(cast)
    return lambda actor: holding.let_go(case.id, actor=actor, now=NOW)


@verb(holding.take_next, "case.view", "ana", bound=False)
def _(cast: Cast) -> Do:
    builders.a_case(cast)
    return lambda actor: holding.take_next(Wanted(), actor=actor, now=NOW)


@verb(holding.look, "case.view", "ana", bound=False)
def _(cast: Cast) -> Do:
    case = builders.a_case(cast)
    return lambda actor: holding.look(case.id, actor=actor, now=NOW)


@verb(holding.save, "case.view", "ana", bound=False)
def _(_cast: Cast) -> Do:
    return lambda actor: holding.save("urdu", Wanted(language="ur"), shared=False, actor=actor, now=NOW)


@verb(holding.mark_urgent, "case.urgent", "ana", "case.urgency_set")
def _(cast: Cast) -> Do:
    case = builders.a_case(cast)
    return lambda actor: holding.mark_urgent(case.id, urgent=True, why="it names a day", actor=actor, now=NOW)


@verb(holding.forget_looks, "case.work", "system", bound=False)
def _(cast: Cast) -> Do:
    Viewing.objects.create(case=builders.a_case(cast), user_id=cast.ana.person, at=NOW - timedelta(days=1))
    return lambda actor: holding.forget_looks(actor=actor, now=NOW)


@verb(work.score_due, "case.work", "system", bound=False)
def _(cast: Cast) -> Do:
    builders.a_case(cast)
    return lambda actor: work.score_due(actor=actor, now=NOW)


@verb(work.expire_rules, "case.work", "system", "rule.switched", bound=False)
def _(cast: Cast) -> Do:
    a_rule(cast)
    return lambda actor: work.expire_rules(actor=actor, now=NOW + timedelta(days=99))


@verb(work.trip, "case.work", "system", bound=False)
def _(_cast: Cast) -> Do:
    return lambda actor: work.trip(actor=actor, now=NOW)


def some_weights(cast: Cast) -> Weights:
    """Weights that Sue proposed and replayed."""
    made = weights.propose({**scoring.STANDARD, "reach": 10}, "Reach says little.", actor=cast.sue, now=NOW)
    weights.replay(made.id, actor=cast.sue, now=NOW)
    return made


@verb(weights.propose, "score.propose", "sue", "score.proposed", bound=False)
def _(_cast: Cast) -> Do:
    return lambda actor: weights.propose(scoring.STANDARD, "As shipped.", actor=actor, now=NOW)


@verb(weights.replay, "score.propose", "sue", "score.replayed", bound=False)
def _(cast: Cast) -> Do:
    made = some_weights(cast)
    return lambda actor: weights.replay(made.id, actor=actor, now=NOW)


@verb(weights.confirm, "score.confirm", "rio", "score.confirmed", bound=False)
def _(cast: Cast) -> Do:
    made = some_weights(cast)
    return lambda actor: weights.confirm(made.id, actor=actor, now=NOW)


@verb(weights.drop, "score.propose", "sue", "score.dropped", bound=False)
def _(cast: Cast) -> Do:
    made = some_weights(cast)
    return lambda actor: weights.drop(made.id, actor=actor, now=NOW)


def new_rule(**changes: object) -> officer_rules.NewRule:
    """A rule on reach."""
    plain = {"name": "many", "text": "followers > 1000", "says": "more than a thousand followers", "points": 5}
    plain |= {"expires_on": NOW.date() + timedelta(days=30)}
    return officer_rules.NewRule(**{**plain, **changes})  # type: ignore[arg-type]


def a_rule(cast: Cast, **changes: object) -> TriageRule:
    """A rule that Ana wrote."""
    return officer_rules.write(new_rule(**changes), actor=cast.ana, now=NOW)


@verb(officer_rules.write, "rule.write", "ana", "rule.written", bound=False)
def _(_cast: Cast) -> Do:
    return lambda actor: officer_rules.write(new_rule(), actor=actor, now=NOW)


@verb(officer_rules.try_again, "rule.write", "ana", "rule.tried")
def _(cast: Cast) -> Do:
    rule = a_rule(cast)
    return lambda actor: officer_rules.try_again(rule.id, actor=actor, now=NOW)


@verb(officer_rules.switch, "rule.switch", "ben", "rule.switched")
def _(cast: Cast) -> Do:
    rule = a_rule(cast)
    return lambda actor: officer_rules.switch(rule.id, "live", "", actor=actor, now=NOW)


@verb(officer_rules.lift, "rule.switch", "ben", "match.released", bound=False)
def _(_cast: Cast) -> Do:
    held = Quarantine.objects.create(detector="media", known=f"a{next(_numbers)}", since=NOW, seen=50, usual=1.0)
    return lambda actor: officer_rules.lift(held.id, "It is the group's flag.", actor=actor, now=NOW)


@verb(protecting.load, "protection.load", "rio", "protection.list_loaded", bound=False)
def _(_cast: Cast) -> Do:
    content = LIST % next(_numbers)
    return lambda actor: protecting.load("press", content, source="the register of newspapers", actor=actor, now=NOW)


@verb(quality.set_share, "quality.set_share", "sue", "quality.share_set", bound=False)
def _(_cast: Cast) -> Do:
    return lambda actor: quality.set_share(10, actor=actor, now=NOW)


@verb(quality.propose_golden, "quality.golden", "sue", "quality.golden_proposed")
def _(cast: Cast) -> Do:
    case = builders.a_case(cast)
    return lambda actor: quality.propose_golden(case.id, "refer", "Beyond doubt.", actor=actor, now=NOW)


def a_golden_case(cast: Cast) -> GoldenCase:
    """A golden case that Sue proposed and Rio confirmed."""
    made = quality.propose_golden(builders.a_case(cast).id, "refer", "Beyond doubt.", actor=cast.sue, now=NOW)
    return quality.confirm_golden(made.id, actor=cast.rio, now=NOW)


@verb(quality.confirm_golden, "quality.golden", "rio", "quality.golden_confirmed")
def _(cast: Cast) -> Do:
    made = quality.propose_golden(builders.a_case(cast).id, "refer", "Beyond doubt.", actor=cast.sue, now=NOW)
    return lambda actor: quality.confirm_golden(made.id, actor=actor, now=NOW)


@verb(quality.read_golden, "quality.read", "ana")
def _(cast: Cast) -> Do:
    golden = a_golden_case(cast)
    return lambda actor: quality.read_golden(golden.id, actor=actor, now=NOW)


def a_blind_review(cast: Cast) -> BlindReview:
    """A decision of Ben's that chance chose."""
    quality.set_share(100, actor=cast.sue, now=NOW)
    decision = builders.an_approval(cast)
    return decision.assessment.case.blind_reviews.get()


@verb(quality.read, "quality.read", "bea", "quality.read")
def _(cast: Cast) -> Do:
    blind = a_blind_review(cast)
    return lambda actor: quality.read(blind.id, "refer", "It recruits.", actor=actor, now=NOW)


def an_interest(cast: Cast, case_id: int) -> Interest:
    """An interest of Ana's agency."""
    return holds.place(case_id, "An inquiry goes on.", until=NOW + timedelta(days=7), actor=cast.ana, now=NOW)


@verb(holds.place, "hold.place", "ana", "hold.placed")
def _(cast: Cast) -> Do:
    case = builders.a_case(cast)
    until = NOW + timedelta(days=7)
    return lambda actor: holds.place(case.id, "An inquiry goes on.", until=until, actor=actor, now=NOW)


@verb(holds.renew, "hold.place", "ana", "hold.renewed")
def _(cast: Cast) -> Do:
    made = an_interest(cast, builders.a_case(cast).id)
    return lambda actor: holds.renew(made.id, "It still goes on.", actor=actor, now=NOW)


@verb(holds.end, "hold.place", "ana", "hold.ended")
def _(cast: Cast) -> Do:
    made = an_interest(cast, builders.a_case(cast).id)
    return lambda actor: holds.end(made.id, actor=actor, now=NOW)


@verb(holds.say, "hold.place", "ana", "hold.said")
def _(cast: Cast) -> Do:
    made = an_interest(cast, builders.a_case(cast).id)
    return lambda actor: holds.say(made.id, "May we go on?", actor=actor, now=NOW)
