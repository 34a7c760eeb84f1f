"""`openiru detect …`: train a text model, measure somebody else's, and put a version live by two people."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from openiru.errors import Refused
from openiru.faces.cli.shapes import Call, Command, Result
from openiru.stages.cases.labelled import by_decisions
from openiru.stages.matching import modelled, modelling
from openiru.stages.matching.models import TextModel


def _train(call: Call) -> Result:
    from openiru.detect.text import sets
    from openiru.stages.matching import training

    folder = call.args.sets
    if folder is not None and not folder.is_dir():
        raise Refused("not_found", folder=str(folder))
    published = sets.read(folder) if folder else []
    return _shown(training.train(by_decisions(), published, actor=call.actor, now=call.now))


def _outside(call: Call) -> Result:
    from openiru.stages.matching import training

    return _shown(training.measure_outside(by_decisions(), actor=call.actor, now=call.now))


def _shown(model: TextModel) -> Result:
    facts = model.facts
    return {
        "model": model.id,
        "version": model.version,
        "stands": "in shadow",
        "labels_of_reviewers": facts["labels"],
        "false_alarms": facts["alarms"],
        "beside": facts.get("beside", ""),
        "silent": facts["silent"],
        "papers": f"openiru detect papers {model.id} FOLDER",
    }


def _list(call: Call) -> Result:
    return {
        "models": [
            {
                "model": one.id,
                "version": one.version,
                "provenance": one.provenance,
                "made_at": one.made_at,
                "terms": [
                    {"term": term.id, "place": term.place, "since": term.confirmed_at, "ended_at": term.ended_at}
                    for term in one.terms.all()
                ],
            }
            for one in modelled.models(call.actor)
        ]
    }


def _papers(call: Call) -> Result:
    model = modelled.models(call.actor).filter(id=call.args.number).first()
    if model is None:
        raise Refused("not_found")
    folder: Path = call.args.folder
    folder.mkdir(parents=True, exist_ok=True)
    papers = {
        "card.md": model.card,
        "data.md": model.statement,
        "evaluation.md": model.evaluation,
        "plot.svg": model.plot,
    }
    for name, text in papers.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {"written": sorted(papers)}


def _propose(call: Call) -> Result:
    term = modelling.propose(call.args.number, actor=call.actor, now=call.now)
    return {"term": term.id, "waits_for": "another person"}


def _confirm(call: Call) -> Result:
    return {"live": modelling.confirm(call.args.number, actor=call.actor, now=call.now).model.version}


def _end(call: Call) -> Result:
    return {"ended": modelling.end(call.args.number, actor=call.actor, now=call.now).id}


def _train_args(parser: ArgumentParser) -> None:
    parser.add_argument("--sets", type=Path, help="folder of the published sets, for a starting model")


def _papers_args(parser: ArgumentParser) -> None:
    parser.add_argument("number", type=int, help="number of the model")
    parser.add_argument("folder", type=Path, help="where the four files are written")


def _number_args(parser: ArgumentParser) -> None:
    parser.add_argument("number", type=int, help="number of the model, or of its term")


COMMANDS = (
    Command("detect", "train", "Train a text model from reviewers' labels; it stands in shadow.", _train, _train_args, "match.model_train"),
    Command("detect", "outside", "Measure the model that OPENIRU_TEXT_MODEL names.", _outside, verb="match.model_train"),
    Command("detect", "models", "List the versions and where they stood.", _list, verb="match.view"),
    Command("detect", "papers", "Write a version's card, data statement, evaluation, plot.", _papers, _papers_args, "match.view"),
    Command("detect", "propose", "Propose that a version goes live.", _propose, _number_args, "match.model_propose"),
    Command("detect", "confirm", "Put a proposed version live, as another person.", _confirm, _number_args, "match.model_confirm"),
    Command("detect", "end", "Take a version out of its place.", _end, _number_args, "match.model_end"),
)  # fmt: skip
