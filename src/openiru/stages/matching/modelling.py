"""Verbs of text models: a version kept and put in shadow, proposed and confirmed to go live, ended; what a reviewer says of a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from openiru.detect.columns import Suggested
from openiru.errors import Refused
from openiru.ledger import services as ledger
from openiru.people.actor import Actor
from openiru.stages.intake.models import Item, Report
from openiru.stages.matching import model_rules as rules
from openiru.stages.matching import modelled
from openiru.stages.matching.models import Match, ModelTerm, Progress, ShadowFind, TextLabel, TextModel
from openiru.stages.matching.reading import Part

SHADOW, LIVE = ModelTerm.Place.SHADOW, ModelTerm.Place.LIVE


@dataclass(frozen=True, slots=True)
class NewModel:
    """A version as it comes from training, or as somebody else's was measured."""

    kind: TextModel.Kind
    version: str
    body: bytes
    provenance: str
    facts: dict[str, Any]
    papers: tuple[str, str, str, str]


@transaction.atomic
def keep(new: NewModel, *, actor: Actor, now: datetime) -> TextModel:
    """Keep a version and put it in shadow, in the place of the one that stood there. A version that is kept already stands again."""
    actor.must("match.model_train")
    card, statement, evaluation, plot = new.papers
    given = {
        "kind": new.kind, "body": new.body, "provenance": new.provenance[:300], "facts": new.facts, "card": card,
        "statement": statement, "evaluation": evaluation, "plot": plot, "made_by_id": actor.user_id, "made_at": now,
    }  # fmt: skip
    model, made = TextModel.objects.get_or_create(version=new.version, defaults=given)
    _end(modelled.standing(SHADOW), by=actor.user_id, now=now)
    ModelTerm.objects.create(model=model, place=SHADOW, proposed_by_id=actor.user_id, proposed_at=now, confirmed_at=now)
    facts = {
        "version": model.version,
        "kind": model.kind,
        "provenance": model.provenance,
        "labels": model.facts["labels"],
    }
    event = "match.model_kept" if made else "match.model_shadow"
    ledger.append(actor.id, event, f"model:{model.id}", now=now, facts=facts)
    return model


@transaction.atomic
def propose(model_id: int, *, actor: Actor, now: datetime) -> ModelTerm:
    """Propose that a version goes live. Raises what `check_live` says against it."""
    actor.must("match.model_propose")
    model = TextModel.objects.defer("body").filter(id=model_id).first()
    if model is None:
        raise Refused("not_found")
    if model.terms.filter(place=LIVE, ended_at=None).exists():
        raise Refused("wrong_state")
    _check(model)
    term = ModelTerm.objects.create(model=model, place=LIVE, proposed_by_id=actor.person, proposed_at=now)
    ledger.append(actor.id, "match.model_proposed", f"model:{model.id}", now=now, facts={"version": model.version})
    return term


@transaction.atomic
def confirm(term_id: int, *, actor: Actor, now: datetime) -> ModelTerm:
    """Another person puts a version to use; the one that was live ends. The worker reads everything again with it."""
    actor.must("match.model_confirm")
    term = _term(term_id)
    waits = term.place == LIVE and term.confirmed_at is None and term.ended_at is None
    rules.check_second(term.proposed_by_id, by=actor.person, waits=waits)
    _check(term.model)
    live = modelled.standing(LIVE)
    _end(live, by=actor.person, now=now)
    _end(term.model.terms.filter(place=SHADOW, ended_at=None).first(), by=actor.person, now=now)
    term.confirmed_by_id, term.confirmed_at = actor.person, now
    term.save(update_fields=["confirmed_by", "confirmed_at"])
    facts = {"version": term.model.version, "before": live.model.version if live else ""}
    ledger.append(actor.id, "match.model_live", f"model:{term.model_id}", now=now, facts=facts)
    return term


@transaction.atomic
def end(term_id: int, *, actor: Actor, now: datetime) -> ModelTerm:
    """Take a version out of its place, or a proposal back: one person is enough to stop a machine. Its matches are no longer current."""
    actor.must("match.model_end")
    term = _term(term_id)
    if term.ended_at is not None:
        raise Refused("wrong_state")
    _end(term, by=actor.user_id, now=now)
    facts = {"version": term.model.version, "place": term.place}
    ledger.append(actor.id, "match.model_ended", f"model:{term.model_id}", now=now, facts=facts)
    return term


@transaction.atomic
def record_shadow(part: Part, found: Suggested, *, actor: Actor, now: datetime) -> bool:
    """Keep what the model in shadow says of a part, beside the matches and never among them; False if another worker did."""
    actor.must("match.work")
    progress = Progress.objects.select_for_update().get(id=part.progress_id)
    term = modelled.standing(SHADOW)
    if term is None or (progress.version, progress.upto) != (part.version, part.after):
        return False
    finds = [
        ShadowFind(
            term=term, item_id=part.ids[one["row"]], label=one["known"], score=one["score"],
            sentence=one["sentence"], aside=str(one.get("suppressed_by") or "")[:300],
        )
        for one in (*found.matches.to_pylist(), *found.set_aside.to_pylist())
    ]  # fmt: skip
    ShadowFind.objects.bulk_create(finds, ignore_conflicts=True)
    progress.upto, progress.at, progress.rows = part.ids[-1], now, progress.rows + len(part.ids)
    progress.save(update_fields=["upto", "at", "rows"])
    facts = {"version": part.version, "rows": len(part.ids), "matches": len(finds), "upto": progress.upto}
    ledger.append(actor.id, "match.scanned", f"detector:{modelled.SHADOW}", now=now, facts=facts)
    return True


@transaction.atomic
def label(item_id: int, labels: Iterable[str], *, actor: Actor, now: datetime) -> TextLabel:
    """What a reviewer says that a post's text is. The next training learns from it; no match and no case changes."""
    actor.must("match.label")
    theirs = Report.objects.filter(agency_id__in=actor.sees, account=OuterRef("account"))
    item = Item.objects.filter(Exists(theirs), id=item_id).exclude(text="").first()
    if item is None:
        raise Refused("not_found")
    said = rules.check_labels(labels)
    kept, _ = TextLabel.objects.update_or_create(item=item, by_id=actor.person, defaults={"labels": said, "at": now})
    ledger.append(actor.id, "match.labelled", f"item:{item.id}", now=now, facts={"labels": said})
    return kept


def _check(model: TextModel) -> None:
    live = modelled.standing(LIVE)
    facts = model.facts
    beside = facts.get("beside_alarms")
    candidate = rules.Candidate(
        labels=facts["labels"],
        alarms=rules.Alarms(*facts["alarms"]),
        beside=facts.get("beside", ""),
        beside_alarms=rules.Alarms(*beside) if beside else None,
        in_shadow=model.terms.filter(place=SHADOW, ended_at=None).exists(),
        was_live=model.terms.filter(place=LIVE).exclude(confirmed_at=None).exists(),
        shadow_rows=modelled.shadow_rows(),
        posts=Item.objects.count(),
    )
    rules.check_live(candidate, live=live.model.version if live else "")


def _end(term: ModelTerm | None, *, by: int | None, now: datetime) -> None:
    if term is None:
        return
    term.ended_by_id, term.ended_at = by, now
    term.save(update_fields=["ended_by", "ended_at"])
    if term.place == SHADOW:
        term.finds.all().delete()
        Progress.objects.filter(detector=modelled.SHADOW).update(upto=0, rows=0)
    elif term.confirmed_at is not None:
        Match.objects.filter(detector="text", current=True).update(current=False)
        Progress.objects.filter(detector="text").update(upto=0, rows=0)


def _term(term_id: int) -> ModelTerm:
    term = ModelTerm.objects.select_for_update().select_related("model").filter(id=term_id).first()
    if term is None:
        raise Refused("not_found")
    return term
