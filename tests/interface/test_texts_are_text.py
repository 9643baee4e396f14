"""What a study says is text wherever it is shown: nobody's markup, formula or script."""

from __future__ import annotations

import io
import re
import zipfile

import numpy as np
import pytest
from rich.console import Console

from outlay.app.cli.plans.plan_text import print_plan
from outlay.app.cli.progress import Shown
from outlay.core.csv_text import csv_text
from outlay.finance import account
from outlay.report.html import render
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.answers import said
from outlay.report.workbook.content import content_of
from outlay.report.workbook.make import workbook_bytes
from outlay.results.plans.plan import Plan
from outlay.results.schema import from_json, to_text
from support.finance_cases import random_flows, random_policy
from support.plans import hand_made

NAMES = {
    "buy": "[/b] :smile: {datum.x}",
    "lease": "[link=http://x]y",
    "inner": "<script>alert(1)</script>",
    "chat": "=HYPERLINK(1)",
}


def hostile() -> Plan:
    """The plan made by hand, its names those of somebody who means us ill."""
    text = to_text(hand_made())
    for name, ill in NAMES.items():
        text = text.replace(f'"{name}"', f'"{ill}"')
    plan = from_json(text, "plan")
    assert isinstance(plan, Plan)
    return plan


@pytest.mark.parametrize("full", [False, True])
def test_the_terminal_shows_brackets_as_they_are(full: bool) -> None:
    plan = said(hostile())
    screen = io.StringIO()
    print_plan(plan, Console(file=screen, width=200, highlight=False), full=full)
    found = screen.getvalue()
    assert "[/b] :smile: {datum.x}" in found
    assert "[link=http://x]y" in found


def test_progress_shows_brackets_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    with Shown() as shown:
        shown("reading [/b] :smile:")
    assert "reading [/b] :smile:" in capsys.readouterr().err


def test_the_page_has_no_script_of_a_study() -> None:
    page = render(said(hostile()), "title: <script>alert(1)</script>", "", draw=lambda _: "")
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_workbook_has_no_formula_of_a_study() -> None:
    rng = np.random.default_rng(1)
    accounts = account(random_flows(rng, 3, 1), random_policy(rng))
    plan = said(hostile())
    data = workbook_bytes(accounts, content_of(plan, words_of(plan)))
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = book.namelist()
        sheets = [book.read(n).decode() for n in names if "worksheets/sheet" in n]
        texts = book.read("xl/sharedStrings.xml").decode()
    formulas = [f for text in sheets for f in re.findall(r"<f>([^<]*)</f>", text)]
    assert formulas
    assert not [f for f in formulas if "HYPERLINK" in f]
    assert "=HYPERLINK(1)" in texts


def test_rows_have_no_formula_of_a_study() -> None:
    plan = hostile()
    text = csv_text(plan.orders)
    assert "\n=" not in text
    assert ",=" not in text
