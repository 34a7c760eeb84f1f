"""The worker's part of triage: score what changed, let officers' rules flag, bundle what is alike, and trip quarantines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import cel
from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.cases.models import WAITING, Case, Quarantine, RuleHit, TriageRule, Weights
from openiru.stages.cases.signs import finding
from openiru.stages.cases.triage import bundles, reading, scoring, spikes
from openiru.stages.cases.triage.cel import Broken, answer_of, compiled, values_of
from openiru.stages.cases.triage.scoring import Signals
from openiru.stages.cases.triage.weights import in_force
from openiru.stages.evidence.models import Capture
from openiru.stages.matching.models import Match
from openiru.stages.matching.models import Opinion as Said

BATCH = 500
AGAIN = timedelta(hours=6)
"""A waiting case is scored again so often, since reach, clocks and lists move without telling."""
_FIELDS = [
    "score", "terms", "signals", "weights", "scored_at", "stale", "language", "organisation", "sign_stop",
    "protected", "folded", "due_at", "bundle",
]  # fmt: skip


def score_due(*, actor: Actor, now: datetime, limit: int = BATCH) -> int:
    """Score waiting cases: what changed first, then what was scored under other weights or long ago. How many."""
    actor.must("case.work")
    reading.forget_lists()
    _mark_changed(now)
    done = 0
    while done < limit:
        count = _score_some(min(BATCH, limit - done), actor=actor, now=now)
        if not count:
            break
        done += count
    return done


@transaction.atomic
def _score_some(most: int, *, actor: Actor, now: datetime) -> int:
    weights = in_force()
    ids = list(_due(weights, now).values_list("id", flat=True)[:most])
    chosen = list(Case.objects.filter(id__in=ids).select_related("account").order_by("id"))
    if not chosen:
        return 0
    live, shadow = _rules()
    known = reading.read(chosen, on=now.date())
    hits: list[RuleHit] = []
    for case in chosen:
        found, signals = known[case.id]
        matched = _matched(case, signals, [*live, *shadow], actor=actor, now=now)
        hits += [RuleHit(rule=rule, case=case, at=now, live=rule.state == TriageRule.State.LIVE) for rule in matched]
        counted = tuple((rule.says, rule.points) for rule in matched if rule.state == TriageRule.State.LIVE)
        _write(case, found, _with(signals, counted), weights, now)
    Case.objects.bulk_update(chosen, _FIELDS, batch_size=BATCH)
    _words([one.id for one in chosen])
    RuleHit.objects.bulk_create(hits, ignore_conflicts=True)
    return len(chosen)


def _due(weights: Weights | None, now: datetime) -> QuerySet[Case]:
    stale = Case.objects.select_for_update(skip_locked=True, of=("self",)).filter(WAITING, stale=True).order_by("id")
    if stale[:1].exists():
        return stale
    since = max(now - AGAIN, weights.confirmed_at) if weights and weights.confirmed_at else now - AGAIN
    older = Case.objects.select_for_update(skip_locked=True, of=("self",)).filter(WAITING, scored_at__lt=since)
    return older.order_by("scored_at")


def _write(case: Case, found: reading.Found, signals: Signals, weights: Weights | None, now: datetime) -> None:
    terms = scoring.terms(signals, weights.points if weights else scoring.STANDARD, now=now)
    case.score, case.terms = scoring.total(terms), [one.as_json() for one in terms]
    case.signals, case.weights, case.scored_at, case.stale = signals.as_json(), weights, now, False
    case.language = str(signals.facts["language"])[:10]
    case.organisation_id = signals.facts["organisation"]
    case.sign_stop = any(one["where"] == finding.FRONT for one in signals.signs)
    case.protected, case.folded = bool(signals.protections), sorted(word[:300] for word in found.names)
    case.bundle = bundles.key_of(found.texts, agency_id=case.agency_id)


def _with(signals: Signals, rules: tuple[tuple[str, int], ...]) -> Signals:
    return scoring.signals({**signals.as_json(), "rules": rules})


_SEARCH = """
update cases_case c set search = to_tsvector('simple', concat_ws(' ', a.handle, a.stable_id, a.key, a.name,
  (select string_agg(distinct r.claimed_organisation, ' ') from intake_report r where r.account_id = a.id and r.agency_id = c.agency_id)))
from intake_account a where a.id = c.account_id and c.id = any(%s)
"""


def _words(ids: Sequence[int]) -> None:
    """Write down the words under which these cases are found."""
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, [list(ids)])


def _mark_changed(now: datetime) -> None:
    """Cases whose matches, captures or reviewers' words are newer than their score."""
    since = now - timedelta(minutes=30)
    matched = Match.objects.filter(at__gte=since).values_list("report__account_id", "item__account_id", "at")
    said = Said.objects.filter(at__gte=since).values_list("match__report__account_id", "match__item__account_id", "at")
    captured = Capture.objects.filter(at__gte=since).values_list("account_id", "account_id", "at")
    newest: dict[int, datetime] = {}
    for by_report, by_item, at in (*matched, *said, *captured):
        account = by_report or by_item
        newest[account] = max(at, newest.get(account, at))
    if not newest:
        return
    rows = Case.objects.filter(WAITING, account_id__in=list(newest), stale=False).values_list(
        "id", "account_id", "scored_at"
    )
    changed = [case for case, account, scored in rows if scored is None or scored < newest[account]]
    Case.objects.filter(id__in=changed).update(stale=True)


Compiled = tuple[TriageRule, cel.Program]


def _rules() -> tuple[list[Compiled], list[Compiled]]:
    found = TriageRule.objects.filter(state__in=[TriageRule.State.LIVE, TriageRule.State.SHADOW]).order_by("id")
    made = [(rule, compiled(rule.text)) for rule in found]
    return (
        [one for one in made if one[0].state == TriageRule.State.LIVE],
        [one for one in made if one[0].state == TriageRule.State.SHADOW],
    )


def _matched(
    case: Case, signals: Signals, rules: Iterable[Compiled], *, actor: Actor, now: datetime
) -> list[TriageRule]:
    """The rules of the case's agency that match. One that cannot be answered is put in quarantine: it says nothing meanwhile."""
    values, found = values_of(signals), []
    for rule, program in rules:
        if rule.agency_id != case.agency_id or rule.state == TriageRule.State.QUARANTINED:
            continue
        answer = answer_of(program, values)
        if isinstance(answer, Broken):
            _quarantine_rule(rule, spikes.Tally(0, 0, 0, 0), answer.why, actor=actor, now=now)
        elif answer:
            found.append(rule)
    return found


@transaction.atomic
def expire_rules(*, actor: Actor, now: datetime) -> int:
    """Switch off rules whose last day has passed."""
    actor.must("case.work")
    over = TriageRule.objects.select_for_update().filter(expires_on__lt=now.date(), state__in=["live", "shadow"])
    for rule in over:
        rule.state, rule.switched_at = TriageRule.State.EXPIRED, now
        rule.save(update_fields=["state", "switched_at"])
        ledger.append(actor.id, "rule.switched", f"rule:{rule.id}", now=now, facts={"state": "expired"})
    return len(over)


@transaction.atomic
def trip(*, actor: Actor, now: datetime) -> int:
    """Put in quarantine every rule and every known value that suddenly matches far more than before; how many."""
    actor.must("case.work")
    tripped = 0
    for rule in TriageRule.objects.select_for_update().filter(state__in=["live", "shadow"]):
        tally = _tally_of_rule(rule, now)
        if spikes.suddenly(tally):
            _quarantine_rule(rule, tally, "matched far more than before", actor=actor, now=now)
            tripped += 1
    return tripped + _trip_values(actor, now)


def _tally_of_rule(rule: TriageRule, now: datetime) -> spikes.Tally:
    start, before = now - spikes.WINDOW, now - spikes.HISTORY
    hits = rule.hits.aggregate(
        seen=Count("id", filter=Q(at__gt=start)), before=Count("id", filter=Q(at__gt=before, at__lte=start))
    )
    cases = Case.objects.filter(agency=rule.agency_id, opened_at__gt=before)
    counted = cases.aggregate(
        of=Count("id", filter=Q(opened_at__gt=start)), before=Count("id", filter=Q(opened_at__lte=start))
    )
    return spikes.Tally(hits["seen"], counted["of"], hits["before"], counted["before"])


def _quarantine_rule(rule: TriageRule, tally: spikes.Tally, why: str, *, actor: Actor, now: datetime) -> None:
    rule.state, rule.switched_at = TriageRule.State.QUARANTINED, now
    rule.save(update_fields=["state", "switched_at"])
    _, new = Quarantine.objects.get_or_create(
        rule=rule, lifted_at=None, defaults={"since": now, "seen": tally.seen, "usual": tally.usual, "why": why}
    )
    if new:
        Case.objects.filter(WAITING, rule_hits__rule=rule, rule_hits__live=True).update(stale=True)
        facts = {"seen": tally.seen, "usual": round(tally.usual, 2), "why": why}
        ledger.append(actor.id, "rule.quarantined", f"rule:{rule.id}", now=now, facts=facts)


def _trip_values(actor: Actor, now: datetime) -> int:
    """Values that detectors know: hashes, links, names."""
    start, before, tripped = now - spikes.WINDOW, now - spikes.HISTORY, 0
    recent = Match.objects.filter(at__gt=start, current=True)
    of = dict(recent.values_list("detector").annotate(Count("id")).order_by())
    often = recent.values_list("detector", "known").annotate(n=Count("id")).filter(n__gte=spikes.LEAST_SEEN).order_by()
    for detector, known, seen in often:
        older = Match.objects.filter(detector=detector, at__gt=before, at__lte=start)
        tally = spikes.Tally(seen, of[detector], older.filter(known=known).count(), older.count())
        if spikes.suddenly(tally):
            tripped += _quarantine_value(detector, known, tally, actor=actor, now=now)
    return tripped


def _quarantine_value(detector: str, known: str, tally: spikes.Tally, *, actor: Actor, now: datetime) -> bool:
    _, new = Quarantine.objects.get_or_create(
        rule=None,
        detector=detector,
        known=known,
        lifted_at=None,
        defaults={"since": now, "seen": tally.seen, "usual": tally.usual},
    )
    if new:
        facts = {"detector": detector, "seen": tally.seen, "usual": round(tally.usual, 2)}
        ledger.append(actor.id, "match.quarantined", f"detector:{detector}", now=now, facts=facts)
    return new
