"""What stands beside every model: its card, its data statement, its evaluation per language, its reliability plot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from openiru.detect.text.evaluating import Bin, Line, Measured, Share
from openiru.detect.text.labels import LANES, SAYS, Label, Labelled
from openiru.detect.text.model import Lane

_NO_TARGET = (
    "No text of a listed group was used to train or to measure this model unless this unit's own reviewers labelled it: "
    "what it finds among such texts is not known from published data."
)


@dataclass(frozen=True)
class Study:
    """What the papers tell of: a version, how it was made, its labels, the texts it learnt from and was measured on, and the result."""

    version: str
    how: str
    lanes: tuple[Lane, ...]
    learnt_from: tuple[Labelled, ...]
    test: tuple[Labelled, ...]
    measured: Measured


@dataclass(frozen=True, slots=True)
class Papers:
    """The four papers of a model: three in Markdown, one picture."""

    card: str
    statement: str
    evaluation: str
    plot: str


def papers_of(study: Study, now: datetime) -> Papers:
    """All four, from what was trained and measured."""
    return Papers(_card(study, now), _statement(study), _evaluation(study), plot(study.measured.lines))


def _card(study: Study, now: datetime) -> str:
    alarms, learnt = study.measured.false_alarms, {one.label for one in study.lanes}
    silent = ", ".join(SAYS[label] for label in LANES if label not in learnt) or "nothing"
    rows = [
        f"| {SAYS[one.label]} | {one.texts:,} | {one.cutoff:.3f} | {_share(line.found)} | {_share(line.alarms)} | {line.error:.3f} |"
        for one in study.lanes
        for line in study.measured.lines
        if line.label is one.label and line.of == "all"
    ]
    return "\n".join(
        [
            f"# Model card: text {study.version}",
            f"{now:%Y-%m-%d}. {study.how}",
            "**For:** suggesting to an officer which texts to look at, with the words that weighed most. **Not for:** deciding, "
            "ranking people, referring, or any step without a person. It knows letters, no meaning.",
            f"**It is silent on** {silent}: there were too few texts.",
            "| label | learnt from | said from | found of those that have it | said of those that have it not | calibration error |",
            "|---|---|---|---|---|---|",
            *rows,
            f"\nOf texts with none of the five grounds it suggests one for {_share(alarms)}, "
            "after what reads like protected speech was set aside.",
            "Shares are with 95 % intervals (Wilson), on texts whose template, document or post was not learnt from.",
            _NO_TARGET,
        ]
    )


def _statement(study: Study) -> str:
    both = (*study.learnt_from, *study.test)
    sources = Counter(one.source for one in both)
    languages = Counter(one.language or "unknown" for one in both)
    labels = Counter(SAYS[label] for one in both for label in one.labels)
    return "\n".join(
        [
            f"# Data statement: text {study.version}",
            f"{len(study.learnt_from):,} texts to learn from, {len(study.test):,} to measure on; no group of texts is in both.",
            *_table("source", sources),
            *_table("language", languages),
            *_table("label", labels),
            "Labels of `reviewers` are this unit's own: grounds of items in approved decisions, and what reviewers said of texts. "
            "Published sets were labelled by others for other purposes; hate and abuse are learnt there as none of the five grounds.",
            _NO_TARGET,
        ]
    )


def _table(name: str, counts: Counter[str]) -> list[str]:
    return [f"| {name} | texts |", "|---|---|", *(f"| {one} | {count:,} |" for one, count in counts.most_common()), ""]


def _evaluation(study: Study) -> str:
    lines = [
        f"| {SAYS[one.label]} | {one.of} | {_share(one.found)} | {_share(one.alarms)} | {one.error:.3f} |"
        for one in study.measured.lines
    ]
    alarms = [f"| {name} | {_share(share)} |" for name, share in study.measured.alarms]
    head = "| label | language | found | false alarms | calibration error |"
    return "\n".join(
        [
            f"# Evaluation: text {study.version}",
            head,
            "|---|---|---|---|---|",
            *lines,
            "",
            "| harmless texts of | a ground suggested |",
            "|---|---|",
            *alarms,
        ]
    )


def _share(share: Share) -> str:
    if not share.whole:
        return "no text"
    low, high = share.interval
    return f"{share.rate:.3f} ({low:.3f} to {high:.3f}; {share.part:,} of {share.whole:,})"


_SIDE, _LEFT, _TOP = 300, 50, 20
_COLOURS = {
    Label.INCITES: "#b3261e", Label.SOLICITS_OFFENCE: "#8a5a00", Label.SOLICITS_PARTICIPATION: "#5b3fa0",
    Label.INSTRUCTS: "#006a6a", Label.THREATENS: "#d0488c", Label.REPORTING: "#1f5fa8", Label.CONDEMNATION: "#3d7a2a",
    Label.COUNTER_SPEECH: "#0f8a5f", Label.RELIGIOUS_OR_RIGHTS: "#6b6b6b",
}  # fmt: skip


def plot(lines: Iterable[Line]) -> str:
    """Reliability (Niculescu-Mizil & Caruana 2005): what was said against how many were so, each label a line; SVG, no script."""
    labels = [line for line in lines if line.of == "all"]
    curves = [part for place, line in enumerate(labels) for part in _curve(line, place)]
    bottom, right, middle = _TOP + _SIDE, _LEFT + _SIDE, _TOP + _SIDE // 2
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right + 220} {bottom + 50}" role="img" '
            'aria-label="Reliability: probability said against share that were so" '
            'font-family="sans-serif" font-size="12" fill="currentColor">',
            f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#999"/>',
            f'<line x1="{_LEFT}" y1="{bottom}" x2="{right}" y2="{_TOP}" stroke="#999" stroke-dasharray="4 4"/>',
            f'<text x="{_LEFT + _SIDE / 2}" y="{bottom + 36}" text-anchor="middle">probability said</text>',
            f'<text x="14" y="{middle}" transform="rotate(-90 14 {middle})" text-anchor="middle">share that were so</text>',
            *(f'<text x="{_LEFT + _SIDE * at / 10:.0f}" y="{bottom + 16}" text-anchor="middle">{at / 10}</text>' for at in (0, 5, 10)),
            *(f'<text x="{_LEFT - 6}" y="{bottom - _SIDE * at / 10 + 4:.0f}" text-anchor="end">{at / 10}</text>' for at in (0, 5, 10)),
            *curves,
            "</svg>",
        ]
    )  # fmt: skip


def _curve(line: Line, place: int) -> list[str]:
    points = [_point(one) for one in line.bins if one.texts]
    colour = _COLOURS[line.label]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="{colour}"/>' for x, y, size in points]
    name = f"{line.label.replace('_', ' ')}: {line.error:.3f}"
    words = f'<text x="{_LEFT + _SIDE + 14}" y="{_TOP + 14 + place * 18}" fill="{colour}">{name}</text>'
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>', *dots, words]


def _point(one: Bin) -> tuple[float, float, float]:
    so = one.were / one.texts
    return _LEFT + _SIDE * one.said, _TOP + _SIDE * (1 - so), min(7.0, 2 + one.texts**0.25)
