"""Reads what came in, part by part, with every detector; scanning happens between two short transactions."""

from __future__ import annotations

from datetime import datetime

from openiru.detect.scan import Detector, batch_of, scan
from openiru.detect.text import Outside
from openiru.people.actor import Actor
from openiru.stages.matching import modelled, modelling, reading, services
from openiru.stages.matching.detectors import detectors, text_in
from openiru.stages.matching.models import ModelTerm, Progress

OUTSIDE_PART = 50
"""Rows that somebody else's model is given at a time."""
MOST_PARTS = 50
"""Parts a detector reads of a source at a time, so that others get their turn."""


def scan_new(*, actor: Actor, now: datetime) -> int:
    """Scan what each detector has not read in its present version; how many rows, each counted once a detector.

    A kill loses at most the part at work, which is read again; two workers at the same part keep one result.
    """
    actor.must("match.work")
    return sum(_scan(detector, source, actor=actor, now=now) for detector in detectors() for source in Progress.Source)


def scan_texts(*, actor: Actor, now: datetime) -> int:
    """Weigh posts with the model in shadow and the live one, each where it has not. What the shadow says stands apart.

    Raises Unavailable where somebody else's model does not answer: what was read before is kept, the rest is read later.
    """
    actor.must("match.work")
    done = 0
    shadow = text_in(ModelTerm.Place.SHADOW)
    if shadow:
        done += _scan_in_shadow(shadow, actor=actor, now=now)
    live = text_in(ModelTerm.Place.LIVE)
    if live:
        done += _scan(live, Progress.Source.ITEM, actor=actor, now=now)
    return done


def _scan_in_shadow(detector: Detector, *, actor: Actor, now: datetime) -> int:
    done = 0
    for _ in range(MOST_PARTS):
        part = services.next_part(modelled.SHADOW, detector.version, Progress.Source.ITEM, _at_once(detector))
        if not part.ids:
            break
        if modelling.record_shadow(part, scan(batch_of(part.rows), [detector]), actor=actor, now=now):
            done += len(part.ids)
    return done


def _scan(detector: Detector, source: Progress.Source, *, actor: Actor, now: datetime) -> int:
    done = 0
    for _ in range(MOST_PARTS):
        part = services.next_part(detector.name, detector.version, source, _at_once(detector))
        if not part.ids:
            break
        found = scan(batch_of(part.rows), [detector])
        if services.record(part, found, actor=actor, now=now):
            done += len(part.ids)
    return done


def _at_once(detector: Detector) -> int:
    """A service may need a second for each text, and a part that fails is asked again whole."""
    return OUTSIDE_PART if isinstance(detector, Outside) else reading.PART
