"""`outlay plan`: plan a study, print the answer, then write the report."""

from __future__ import annotations

import os
from typing import Annotated

from outlay.api.plans.plan import Planned, plan
from outlay.api.says import Says
from outlay.app.cli.command import command

__all__ = ["plan_command"]


def _show(
    found: Planned,
    *,
    full: Annotated[bool, Says("Every answer and its tables, not the first screen alone.")] = False,
) -> None:
    from outlay.app.cli.plans.plan_text import print_plan

    print_plan(found, full=full)


def _last(found: Planned) -> None:
    from outlay.app.cli.plans.plan_text import print_report
    from outlay.report.words.of_plan import words_of

    if found.report is not None and found.verdict == "valid":
        print_report(found.report, words_of(found))


plan_command = command(
    plan,
    _show,
    last=_last,
    rows="orders",
    failed=lambda found: found.verdict != "valid",
    fixed={"workers": min(2, os.cpu_count() or 1)},
)
