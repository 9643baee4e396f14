"""Write a run's files into a folder: each to a temporary name, synced, then renamed.

The result comes first, so that whoever is interrupted after the answer has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from outlay.core.csv_text import csv_text
from outlay.core.written import write_atomic
from outlay.report.figures import FIGURES
from outlay.report.figures.files import FOLDER, KINDS, Gallery
from outlay.report.html import render
from outlay.report.words.language import Words
from outlay.report.words.of_plan import words_of
from outlay.results.base import Row
from outlay.results.plans.plan import Plan
from outlay.results.schema import to_text

if TYPE_CHECKING:
    from outlay.evidence.types import Reading
    from outlay.finance.reports.accounts import Accounts
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["write_report", "write_result"]


MADE = ("report.html", "plan.xlsx", "memo.pdf")
"""Files for people that are made of the result, beside the tables."""


def write_result(plan: Plan, out: Path, *, loaded: LoadedStudy) -> None:
    """Write result.json and the study, which are enough to read the plan and to run it again.

    What an earlier plan left in the folder for people is taken away: it is not of this result.
    """
    files = {"result.json": to_text(plan).encode(), **loaded.inputs}
    pictures = (f"{FOLDER}/{name}.{kind}" for name in FIGURES for kind in KINDS)
    for name in (*MADE, *(f"tables/{k}.csv" for k in _tables(plan)), *pictures):
        (out / name).unlink(missing_ok=True)
    _write(out, files)


def write_report(
    plan: Plan,
    out: Path,
    *,
    loaded: LoadedStudy,
    accounts: Accounts,
    reading: Reading | None = None,
    say: Words | None = None,
) -> Path:
    """Write report.html, its pictures and tables, the workbook and the memo.

    Returns the report's path. Every file is made in memory first, so a failure writes nothing.
    """
    from outlay.report.memo import memo_of, memo_pdf
    from outlay.report.workbook.content import content_of
    from outlay.report.workbook.make import workbook_bytes

    say = words_of(plan, say)
    document_html = ""
    if reading is not None:
        from outlay.evidence.page import document_html as page

        document_html = page(reading)
    gallery = Gallery()
    report = render(plan, loaded.source.text, document_html, say, draw=gallery.draw).encode()
    tables = {
        f"tables/{k}.csv": csv_text(rows).encode() for k, rows in _tables(plan).items() if rows
    }
    workbook = workbook_bytes(accounts, content_of(plan, say), say=say)
    memo = memo_pdf(memo_of(plan, say), gallery.draw)
    files = dict(zip(MADE, (report, workbook, memo), strict=True))
    _write(out, {**files, **tables, **dict(gallery.files())})
    return out / "report.html"


def _tables(plan: Plan) -> Mapping[str, Sequence[Row]]:
    return {
        "nodes": plan.nodes, "orders": plan.orders,
        "expansions": plan.expansions, "returns": plan.returns, "power_returns": plan.power_returns,
        "fleet": plan.fleet, "served": plan.served,
        "work": plan.work, "power": plan.power, "prices": plan.prices,
    }  # fmt: skip


def _write(out: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        write_atomic(out / name, data)
