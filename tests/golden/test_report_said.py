"""All that a plan made by hand says, word for word: the page's text, the terminal, the memo.

OUTLAY_REWRITE=1 writes the file anew; read the difference before it is committed.
"""

from __future__ import annotations

import io
import os
import re
from dataclasses import asdict, replace
from html import unescape
from pathlib import Path

from rich.console import Console

from outlay.app.cli.plans.plan_text import print_plan
from outlay.report.html import render
from outlay.report.memo import memo_of
from outlay.report.words.plans.answers import said
from outlay.results.plans.plan import Plan
from support.plans import hand_made

FILE = Path(__file__).parent / "report" / "hand_made.txt"


def page_text(plan: Plan) -> str:
    """The page's text, a row of a table a line; behind a cell, how it is worked out."""
    page = render(plan, "title: A plan made by hand", "<p>documents</p>", draw=lambda _: "")
    body = page.partition("<body>")[2]
    body = re.sub(r'<td[^>]*data-how="([^"]*)"[^>]*>([^<]*)', r" | \2 {\1}", body)
    body = re.sub(r"<t[dh]\b", " | <td", body)
    body = re.sub(r"<[^>]+>", "", re.sub(r"<(tr|dt|dd|li|p|pre)\b", r"\n<\1", body))
    return "\n".join(line.strip() for line in unescape(body).splitlines() if line.strip())


def everything() -> str:
    plan = said(hand_made())
    screen = io.StringIO()
    print_plan(plan, Console(file=screen, width=100, highlight=False), full=True)
    terminal = "\n".join(line.rstrip() for line in screen.getvalue().splitlines())
    memo_facts = memo_of(plan)
    parts = {**asdict(replace(memo_facts, pictures=())),
             "pictures": [p[:2] for p in memo_facts.pictures]}  # fmt: skip
    memo = "\n".join(f"{k}: {v}" for k, v in parts.items())
    return f"{page_text(plan)}\n\n---- terminal\n{terminal}\n\n---- memo\n{memo}\n"


def test_a_plan_says_what_it_is_kept_to_say() -> None:
    found = everything()
    if os.environ.get("OUTLAY_REWRITE"):
        FILE.write_text(found, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == found
