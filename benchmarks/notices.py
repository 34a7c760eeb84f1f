"""Notices composed in full: what a notice costs in facts, preflight, text, JSON and PDF (not signed), and in the database."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

GOAL_MS = 20.0
IN_DATABASE = 400
"""How many approvals are composed through the services, with the row, the ledger entry and the laws asked."""


def main() -> int:
    """Print milliseconds a notice; 1 where one takes more than the goal (NOTICES: how many are composed in memory)."""
    with tempfile.TemporaryDirectory(prefix="openiru-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ |= {"OPENIRU_HOME": folder, "DJANGO_SETTINGS_MODULE": "openiru.config.settings"}
        import django

        django.setup()
        from openiru.config.command import database

        with database():
            return _run(int(os.environ.get("NOTICES", "10000")))


def _run(number: int) -> int:
    from benchmarks.notice_facts import NOW, a_notice, checked
    from openiru.platforms import PLATFORMS
    from openiru.platforms.document import as_json
    from openiru.stages.notices.documents.pdf import typeset
    from openiru.stages.notices.documents.printed import printed

    steps: dict[str, Callable[..., object]] = {
        "preflight": lambda one: checked(one, NOW),
        "text and fields": lambda one: PLATFORMS[one.platform].compose(one),
        "JSON": lambda one: json.dumps(as_json(one), ensure_ascii=False, sort_keys=True),
        "PDF": lambda one: typeset(printed(one)),
    }
    spent: dict[str, list[float]] = {name: [] for name in steps}
    began = time.perf_counter()
    for n in range(number):
        one = a_notice(n)
        for name, step in steps.items():
            start = time.perf_counter()
            step(one)
            spent[name].append((time.perf_counter() - start) * 1000)
    each = 1000 * (time.perf_counter() - began) / number
    print(f"{number} notices, every fourth an order with Annex I, three items each (English, Urdu, Arabic)")
    for name, times in spent.items():
        print(f"{name:<16} mean {sum(times) / number:8.3f} ms   99th {quantiles(times, n=100)[98]:8.3f} ms")
    print(f"in memory        {each:8.3f} ms a notice ({1000 / each:,.0f} a second)")
    limit = _limit()
    print(
        f"the limit: an empty page by the same typesetter {limit:.3f} ms; a whole notice takes {each / limit:.1f} times that"
    )
    stored = _stored()
    print(f"with the database{each + stored:8.3f} ms a notice; goal {GOAL_MS} ms")
    return int(each + stored > GOAL_MS)


def _limit() -> float:
    """Milliseconds of the smallest document with the same fonts, the best of 20."""
    import typst

    from openiru.stages.notices.documents.pdf import FONTS

    fonts, best = typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)]), float("inf")
    for _ in range(20):
        start = time.perf_counter()
        typst.compile(b".", font_paths=fonts)
        best = min(best, (time.perf_counter() - start) * 1000)
    return best


def _stored() -> float:
    """Milliseconds that composing adds in the database: the laws, the preflight around it, the row, the ledger's entry."""
    from tests import builders

    from openiru.stages.notices import services

    builders.an_installation()
    cast = builders.a_cast()
    approved = [
        builders.an_approval(cast, builders.an_assessment(cast, builders.a_case(cast, items=3)))
        for _ in range(IN_DATABASE)
    ]
    start = time.perf_counter()
    for decision in approved:
        services.compose(decision.id, actor=cast.cleo, now=builders.NOW)
    each = 1000 * (time.perf_counter() - start) / len(approved)
    print(
        f"compose service  {each:8.3f} ms a notice ({len(approved)} approvals, laws and preflight asked, row and ledger entry)"
    )
    return each


if __name__ == "__main__":
    sys.exit(main())
