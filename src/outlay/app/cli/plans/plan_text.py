"""How a plan reads in the terminal: the answer in one screen, in 80 columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from outlay.report.screen import first_lines, screen
from outlay.report.tables.table import Table
from outlay.report.words.check import idle_groups
from outlay.report.words.first import first_of
from outlay.report.words.language import Words
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.outside import contradiction
from outlay.results.plans.plan import Plan

__all__ = ["print_plan", "print_report"]

WIDTH = 80
"""Columns that the first screen takes, however wide the terminal is."""


def print_plan(
    plan: Plan, console: Console | None = None, *, full: bool = False, say: Words | None = None
) -> None:
    """Print the first screen of a plan that has its words; with `full`, every answer too."""
    to, say = console or _as_wide_as_text(), words_of(plan, say)
    to.print()
    if plan.verdict != "valid":
        to.print(Text(plan.title, style="bold"))
        to.print(Text(say("terminal.invalid"), style="bold red"))
        for c in plan.invariants:
            if c.status == "broken":
                to.print(Text(say("terminal.broken", id=c.id, name=c.name, statement=c.statement,
                                  worst=f"{c.worst:.2e}")))  # fmt: skip
        return
    for line, heading in first_lines(first_of(plan, say), say, min(to.width, WIDTH)):
        to.print(Text(line, style="bold" if heading else ""))
    to.print(
        say("terminal.checks", held=plan.held, checks=len(plan.invariants),
            result=plan.record.result_hash[:12])
    )  # fmt: skip
    if full:
        _print_all(plan, to, say)
    else:
        to.print(say("terminal.more"))


def _print_all(plan: Plan, to: Console, say: Words) -> None:
    """Tables, answers, contradictions and inputs that reach nothing."""
    for table in screen(plan, say):
        to.print()
        to.print(_grid(table))
    to.print()
    for paragraph in _answers(plan, say):
        to.print(paragraph)
    if plan.contradictions:
        to.print()
        to.print(Text(say("terminal.contradictions", n=len(plan.contradictions)), style="bold"))
        for found in plan.contradictions:
            to.print(Text(f"  - {contradiction(found, plan.evidence, say)}"))
    if plan.idle:
        to.print()
        to.print(say("terminal.idle", n=len(plan.idle)))
        for text, why in idle_groups(plan.idle, say):
            to.print(Text(f"  - {text}: {why}"))


def print_report(path: Path, say: Words) -> None:
    """Say where the report lies."""
    said = Text(say("terminal.report", path=path), style="bold")
    _as_wide_as_text().print(said)


def _as_wide_as_text() -> Console:
    """Lines break where they are printed, and what a study says is text: no markup, no signs."""
    return Console(highlight=False, soft_wrap=True, markup=False, emoji=False)


def _grid(table: Table) -> Grid:
    out = Grid(title=Text(table.title), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for i, c in enumerate(table.columns):
        out.add_column(Text(c.name), justify="left" if i == 0 else "right", overflow="fold")
    for row in table.rows:
        out.add_row(*(Text(str(cell)) for cell in row))
    return out


def _answers(plan: Plan, say: Words) -> Iterator[Text]:
    for i, answer in enumerate(plan.answers, 1):
        yield Text(f"{i}. {answer.question}", style="bold")
        yield Text(f"   {answer.sentence}")
        if answer.id == "worth":  # one sentence per question that `--deep` asks
            yield from (Text(f"   - {note}") for note in answer.notes)
        if answer.open:
            yield Text(say("terminal.open", open=answer.open), style="dim")
