"""The memo and the workbook of one business at three sizes read equally well.

A hobbyist's $137 a year and a hyperscaler's $13bn come from the same study: no number may be shown
as nought that is not, none may be too long for its cell, no text may end early.
"""

from __future__ import annotations

import io
import math
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from rich.console import Console

from outlay.api.plans.plan import Planned, plan
from outlay.app.cli.plans.plan_text import print_plan
from outlay.report.html import render
from outlay.report.memo import memo_of, memo_pdf, page_count
from outlay.report.words.of_plan import words_of
from outlay.report.workbook.content import content_of
from outlay.report.workbook.make import workbook_bytes
from support.libreoffice import as_pdf
from support.sized import sized

SIZES = (1e-4, 1.0, 1e4)
UNREAD = {
    "shown as nought": re.compile(r"(?<![\d.,])-?0\.0+(?!\d)"),
    "nothing of a large unit": re.compile(r"(?<![\d.,])-?[$¥]?0 ?(?:bn|tn|m|k)\b"),
    "too long for its cell": re.compile(r"##+"),
    "a power of ten": re.compile(r"\d[eE][+-]\d"),
    "no number": re.compile(r"\b(?:nan|inf|None)\b"),
    "a unit twice": re.compile(r"(?<![a-z])(bn|tn|m) \1\b|[$¥]{2}"),
    "cut": re.compile("…"),
}
POINTS = 15.0
"""Height of a line of a cell."""


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("-0.000171 bn", False), ("0.000", True), ("-0.00 m", True), ("10.00", False),
        ("0 bn", True), ("$0bn", True), ("160bn", False), ("###", True),
        ("1.3E+09", True), ("5bn bn", True), ("$1.3m", False), ("2026-01", False),
        ("of 0.0 chips", True), ("a 0 b", False),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_found(text: str, wrong: bool) -> None:
    assert bool(unread(text)) is wrong


def unread(text: str) -> list[str]:
    """What of a text a reader could make nothing of, with what stands around it."""
    return [
        f"{what}: {text[max(0, m.start() - 60) : m.end() + 20]!r}"
        for what, pattern in UNREAD.items()
        for m in pattern.finditer(text)
    ]


@cache
def planned(k: float) -> Planned:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "study.yaml"
        file.write_text(sized(k), encoding="utf-8")
        return plan(str(file), quick=True)


def text_of(pdf: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler (pdftotext) is not installed")
    command = ["pdftotext", "-layout", str(pdf), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("k", SIZES)
def test_the_memo_reads_as_well_at_any_size(k: float, tmp_path: Path) -> None:
    found = planned(k)
    pdf = memo_pdf(memo_of(found))
    assert page_count(pdf) == 1
    (tmp_path / "memo.pdf").write_bytes(pdf)
    shown = text_of(tmp_path / "memo.pdf")
    assert not unread(shown)
    say = words_of(found)
    for year in found.capex_by_year:
        assert say.money(found.capex(year)) in shown or year != next(iter(found.capex_by_year))


@pytest.mark.parametrize("k", SIZES)
def test_the_terminal_reads_as_well_at_any_size(k: float) -> None:
    found, screen = planned(k), io.StringIO()
    print_plan(found, Console(file=screen, width=80, highlight=False), full=True)
    assert not unread(screen.getvalue())


@pytest.mark.parametrize("k", SIZES)
def test_the_page_reads_as_well_at_any_size(k: float) -> None:
    """All that stands on it, pictures and folded tables too, down to the checks of tiny gaps."""
    body = render(planned(k), "").partition("<body>")[2].partition('id="checks"')[0]
    assert not unread(unescape(re.sub(r"<[^>]+>", " ", body)))


@pytest.mark.libreoffice
@pytest.mark.parametrize("k", SIZES)
def test_the_workbook_reads_as_well_at_any_size(k: float, tmp_path: Path) -> None:
    found = planned(k)
    say = words_of(found)
    file = tmp_path / "plan.xlsx"
    file.write_bytes(
        workbook_bytes(found.run.accounts.accounts, content_of(found, say), say=say)
    )  # fmt: skip
    assert not unread(text_of(as_pdf(file, tmp_path)))
    assert not [x for sheet in openpyxl.load_workbook(file) for x in cut(sheet)]


def cut(sheet: Worksheet) -> Iterator[str]:
    """Texts that end where their neighbour begins, or below their row."""
    merged = {r.coord.split(":")[0]: r for r in sheet.merged_cells.ranges}
    for row in sheet.iter_rows():
        for cell, beside in zip(row, (*row[1:], None), strict=True):
            if not isinstance(cell.value, str) or cell.data_type == "f":
                continue
            span = merged.get(cell.coordinate)
            letters = [cell.column_letter]
            if span is not None:
                columns = range(span.min_col, span.max_col + 1)
                letters = [openpyxl.utils.get_column_letter(c) for c in columns]
            room = sum(sheet.column_dimensions[x].width for x in letters)
            lines = 1
            if cell.alignment.wrap_text:
                height = sheet.row_dimensions[cell.row].height or POINTS
                lines = max(1, int(height / POINTS / ((cell.font.size or 11) / 11)))
            blocked = (
                span is not None
                or cell.alignment.wrap_text
                or (beside is not None and beside.value not in (None, ""))
            )
            if blocked and math.ceil(len(cell.value) / lines) > room + 1:
                yield f"{sheet.title}!{cell.coordinate}: {cell.value!r} in {room:g}"
