"""Makes a version of a text model: from reviewers' labels, or by measuring somebody else's on them; heavy work between two transactions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from openiru.detect.scan import Detector, batch_of
from openiru.detect.text import cards, evaluating
from openiru.detect.text import training as learning
from openiru.detect.text.labels import GROUNDS, LANES, Labelled
from openiru.detect.text.model import Lane
from openiru.detect.text.outside import Scores
from openiru.errors import Refused
from openiru.people.actor import Actor
from openiru.stages.matching import modelled, modelling, outside
from openiru.stages.matching.detectors import given, text_in
from openiru.stages.matching.models import ModelTerm, TextModel

FALSE_ALARMS = 0.01
"""The share of other texts that each label lets pass, as shipped."""


def train(decided: Sequence[Labelled], published: Sequence[Labelled] = (), *, actor: Actor, now: datetime) -> TextModel:
    """Learn from what reviewers said, from what approved decisions were based on, and from published sets; the version stands in shadow.

    Raises Refused (model_too_few) where no ground has enough texts.
    """
    actor.must("match.model_train")
    own = _own(decided)
    texts = {one.text for one in own}
    trained = learning.train([*own, *(one for one in published if one.text not in texts)], false_alarms=FALSE_ALARMS)
    papers = cards.papers_of(trained.study, now)
    sources = sorted({one.source for one in trained.study.learnt_from})
    new = modelling.NewModel(
        TextModel.Kind.OWN,
        trained.model.version,
        trained.model.to_bytes(),
        f"trained here from {', '.join(sources)}",
        _facts(trained.study, len(own)),
        (papers.card, papers.statement, papers.evaluation, papers.plot),
    )
    return modelling.keep(new, actor=actor, now=now)


def measure_outside(decided: Sequence[Labelled], *, actor: Actor, now: datetime) -> TextModel:
    """Measure the model that the settings name on reviewers' labels, and put it in shadow: it is asked for every labelled text.

    Raises Refused (no_text_model, model_too_few) and Unavailable.
    """
    actor.must("match.model_train")
    own = _own(decided)
    test, kept = learning.split(own)
    if len(kept) < learning.LEAST_TEXTS or not test:
        raise Refused("model_too_few", least=learning.LEAST_TEXTS)
    kind, opened = outside.open_model(given())
    lanes = _lanes(kept, _said(opened.scores, kept))
    said = _said(opened.scores, test)[:, [LANES.index(one.label) for one in lanes]]
    about = opened.about
    study = cards.Study(
        outside.version_of(about),
        f"Somebody else's model: {about.name}, {about.version}, {about.runs}. Nothing was trained here.",
        lanes, tuple(kept), tuple(test), evaluating.measured(lanes, said, test),
    )  # fmt: skip
    papers = cards.papers_of(study, now)
    new = modelling.NewModel(
        TextModel.Kind(kind), study.version, b"", f"{about.name}, {about.runs}", _facts(study, len(own)),
        (papers.card, papers.statement, papers.evaluation, papers.plot),
    )  # fmt: skip
    return modelling.keep(new, actor=actor, now=now)


def _own(decided: Sequence[Labelled]) -> list[Labelled]:
    """Each text once; what a reviewer said of it wins over what a decision was based on."""
    found = {one.text: one for one in decided}
    found |= {one.text: one for one in modelled.labelled()}
    return list(found.values())


def _said(scores: Scores, labelled: Sequence[Labelled]) -> evaluating.Numbers:
    answers = scores([one.text for one in labelled])
    return np.array([[said.get(label, 0.0) for label in LANES] for said in answers])


def _lanes(kept: Sequence[Labelled], said: evaluating.Numbers) -> tuple[Lane, ...]:
    """The labels that it says anything of, each from where on few other texts are over it."""
    lanes = []
    for place, label in enumerate(LANES):
        others = np.array([label not in one.labels for one in kept], np.bool_)
        if said[:, place].any() and others.any():
            cutoff = max(learning.cutoff(said[others, place], FALSE_ALARMS), 0.01)
            lanes.append(Lane(label, 1.0, 0.0, cutoff, int((~others).sum())))
    return tuple(lanes)


def _facts(study: cards.Study, labels: int) -> dict[str, Any]:
    measured = study.measured
    live = text_in(ModelTerm.Place.LIVE)
    term = modelled.standing(ModelTerm.Place.LIVE)
    facts: dict[str, Any] = {
        "labels": labels,
        "alarms": [measured.false_alarms.part, measured.false_alarms.whole],
        "cutoffs": {str(one.label): one.cutoff for one in study.lanes},
        "texts": {str(one.label): one.texts for one in study.lanes},
        "silent": [str(label) for label in LANES if label not in {one.label for one in study.lanes}],
        "lines": [
            [line.label, line.of, line.found.part, line.found.whole, line.alarms.part, line.alarms.whole, line.error]
            for line in measured.lines
        ],
        "sources": [[name, share.part, share.whole] for name, share in measured.alarms],
    }
    if live and term:
        facts |= {"beside": term.model.version, "beside_alarms": list(_alarms(live, study.test))}
    return facts


def _alarms(detector: Detector, test: Sequence[Labelled]) -> tuple[int, int]:
    """Harmless texts of the test that this detector suggests a ground of."""
    harmless = [one for one in test if not one.labels & set(GROUNDS)]
    found = detector.match(batch_of([{"text": one.text} for one in harmless])).matches
    return len(set(found["row"].to_pylist())), len(harmless)
