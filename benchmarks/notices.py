"""Notices composed in full through the services: what one costs in laws asked, preflight, row, text, JSON and PDF (not signed)."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean, quantiles

GOAL_MS = 20.0


def main() -> int:
    """Print milliseconds a notice; 1 where one takes more than the goal (NOTICES: how many are composed, 10,000 by itself)."""
    with tempfile.TemporaryDirectory(prefix="openiru-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ |= {"OPENIRU_HOME": folder, "DJANGO_SETTINGS_MODULE": "openiru.config.settings"}
        import django

        django.setup()
        from openiru.config.command import database

        with database():
            return _run(int(os.environ.get("NOTICES", "10000")))


def _run(number: int) -> int:
    from tests.builders import NOW

    from benchmarks.notice_facts import approvals
    from openiru.platforms import PLATFORMS
    from openiru.platforms.document import as_json
    from openiru.stages.notices import services
    from openiru.stages.notices.documents.pdf import typeset
    from openiru.stages.notices.documents.printed import printed
    from openiru.stages.notices.frozen import thaw

    cleo, approved = approvals(number)
    steps: dict[str, Callable[..., object]] = {
        "text and fields": lambda facts: PLATFORMS[facts.platform].compose(facts),
        "JSON": lambda facts: json.dumps(as_json(facts), ensure_ascii=False, sort_keys=True),
        "PDF": lambda facts: typeset(printed(facts)),
    }
    spent: dict[str, list[float]] = {name: [] for name in ("laws, preflight, row", *steps, "a notice in full")}
    for decision in approved:
        start = last = time.perf_counter()
        notice = services.compose(decision, actor=cleo, now=NOW)
        last = _note(spent["laws, preflight, row"], last)
        facts = thaw(notice)
        for name, step in steps.items():
            step(facts)
            last = _note(spent[name], last)
        _note(spent["a notice in full"], start)
    return _tell(spent, len(approved))


def _note(times: list[float], since: float) -> float:
    """Keep the milliseconds since a moment; returns the moment now."""
    now = time.perf_counter()
    times.append(1000 * (now - since))
    return now


def _tell(spent: dict[str, list[float]], number: int) -> int:
    print(f"{number} approvals composed in full through the services, every fourth an order with Annex I,")
    print(
        "three items each (English, Urdu, Arabic), on three platforms; the laws are asked and the ledger written each time"
    )
    for name, times in spent.items():
        print(f"{name:<22} mean {mean(times):8.3f} ms   99th {quantiles(times, n=100)[98]:8.3f} ms")
    each, limit = mean(spent["a notice in full"]), _limit()
    print(
        f"the limit: an empty page by the same typesetter {limit:.3f} ms; a whole notice takes {each / limit:.1f} times that"
    )
    print(f"{each:.3f} ms a notice ({1000 / each:,.0f} a second); goal {GOAL_MS} ms")
    return int(each > GOAL_MS)


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


if __name__ == "__main__":
    sys.exit(main())
