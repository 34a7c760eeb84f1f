"""Trains the starting model from the published sets and keeps its papers in docs/starting-model.md; neither it nor the sets are kept.

`OPENIRU_DATA=… python -m benchmarks.starting_model` writes what `openiru detect train --sets` would show of the same texts. With
`--model FILE` the model is written too, for whoever wants to look at it.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.quality import MOST, drawn
from openiru.detect.text import cards, sets, training

DOCS = Path(__file__).resolve().parent.parent / "docs"
HEAD = """# The starting model

Written by `python -m benchmarks.starting_model` from the [published sets](detection.md#texts), at most {most:,} texts of each.
Neither the sets nor the model are in this repository; `openiru detect train --sets FOLDER` makes its like. It stands in shadow and
cannot go live: none of its labels is of a unit's own reviewers. Texts of a template or document stay together. What it finds on a
source that it never saw stands under `quality` in [benchmarks](benchmarks.md): next to nothing.

![Reliability](pictures/starting-model.svg)

"""


def main(argv: list[str] | None = None) -> int:
    """Write the page and its picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    options = parser.parse_args(argv)
    data = os.environ.get("OPENIRU_DATA")
    if not data:
        print("starting_model: skipped, no data (set OPENIRU_DATA)")
        return 0
    trained = training.train(drawn(sets.read(Path(data) / "text"), MOST))
    papers = cards.papers_of(trained.study, datetime.now(UTC))
    texts = (papers.card, papers.statement, papers.evaluation)
    page = "\n\n".join(text.replace("# ", "## ", 1) for text in texts)
    (DOCS / "starting-model.md").write_text(HEAD.format(most=MOST) + page + "\n", encoding="utf-8")
    (DOCS / "pictures" / "starting-model.svg").write_text(papers.plot + "\n", encoding="utf-8")
    if options.model:
        options.model.write_bytes(trained.model.to_bytes())
    print(
        f"{trained.model.version}: {len(trained.study.learnt_from):,} texts learnt from, {len(trained.study.test):,} measured on"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
