"""Reads what came in, part by part, with every detector; scanning happens between two short transactions."""

from __future__ import annotations

from datetime import datetime

from openiru.detect.scan import Detector, batch_of, scan
from openiru.people.actor import Actor
from openiru.stages.matching import services
from openiru.stages.matching.detectors import detectors
from openiru.stages.matching.models import Progress

MOST_PARTS = 50
"""Parts a detector reads of a source at a time, so that others get their turn."""


def scan_new(*, actor: Actor, now: datetime) -> int:
    """Scan what each detector has not read in its present version; how many rows, each counted once a detector.

    A kill loses at most the part at work, which is read again; two workers at the same part keep one result.
    """
    actor.must("match.work")
    return sum(_scan(detector, source, actor=actor, now=now) for detector in detectors() for source in Progress.Source)


def _scan(detector: Detector, source: Progress.Source, *, actor: Actor, now: datetime) -> int:
    done = 0
    for _ in range(MOST_PARTS):
        part = services.next_part(detector.name, detector.version, source)
        if not part.ids:
            break
        found = scan(batch_of(part.rows), [detector])
        if services.record(part, found, actor=actor, now=now):
            done += len(part.ids)
    return done
