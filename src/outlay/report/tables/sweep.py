"""Tables of a sweep: what was varied, what drives what, answers over two inputs, and the rest."""

from __future__ import annotations

from collections.abc import Iterator

from outlay.report.tables.table import Column, Sheet, Table
from outlay.report.words.language import Words
from outlay.report.words.sweeps.sweep import answer_name, input_name, input_value, shown
from outlay.results.kept.sweep import Driver, Refusal, Spread, Surface, Sweep, Varied

__all__ = ["drivers_table", "refusals_table", "spreads_table", "surface_table", "varied_table",
           "without_table"]  # fmt: skip

LIST = 4
"""Values of a list that are named."""


def varied_table(found: Sweep, say: Words) -> Table:
    """What was varied, with what the study says."""

    def values(v: Varied) -> str:
        told = [input_value(x, v.unit, say) for x in v.values]
        if v.way == "list":
            more = f" … {told[-1]}" if len(told) > LIST else ""
            return say("sweep.way_list", values=say.listed(told[:LIST]) + more)
        return say(f"sweep.way_{v.way}", n=len(told), low=told[0], high=told[-1])

    sheet = Sheet(say, found.varied)
    sheet.text("sweep_input", lambda v: input_name(v.path, say))
    sheet.given(say("heading.sweep_values"), values, number=False)
    sheet.given(say("heading.sweep_stated"), lambda v: input_value(v.stated, v.unit, say))
    sheet.given(say("heading.sweep_path"), lambda v: v.path, number=False)
    return sheet.table("sweep_varied")


def spreads_table(found: Sweep, say: Words) -> Table:
    """How far each answer moves."""

    def at(s: Spread, value: float) -> str:
        return shown(value, s.unit, say)

    sheet = Sheet(say, found.spreads)
    sheet.text("sweep_answer", lambda s: answer_name(s.of, say))
    sheet.given(say("heading.sweep_least"), lambda s: at(s, s.least))
    sheet.given(say("heading.sweep_tenth"), lambda s: at(s, s.low))
    sheet.given(say("heading.sweep_middle"), lambda s: at(s, s.middle))
    sheet.given(say("heading.sweep_nine"), lambda s: at(s, s.high))
    sheet.given(say("heading.sweep_most"), lambda s: at(s, s.most))
    return sheet.table("sweep_spreads")


def drivers_table(found: Sweep, of: str, say: Words) -> Table:
    """What moves one answer, the strongest first."""

    def end(d: Driver, *, high: bool) -> str:
        return shown(d.at_high if high else d.at_low, d.unit, say)

    sheet = Sheet(say, found.of(of))
    sheet.text("sweep_input", lambda d: input_name(d.path, say))
    sheet.number("sweep_share", lambda d: d.share, "share")
    sheet.given(say("heading.sweep_low"), lambda d: end(d, high=False))
    sheet.given(say("heading.sweep_high"), lambda d: end(d, high=True))
    return sheet.table("sweep_drivers", of=answer_name(of, say))


def surface_table(found: Sweep, s: Surface, say: Words) -> Table:
    """One answer over two inputs, a row a value of y."""
    rows = [
        (y, *(shown(cell, s.unit, say) for cell in line))
        for y, line in zip(_values(found, s, "y", say), s.cells, strict=True)
    ]
    return _crossed("sweep_surface", found, s, rows, say, of=_capital(answer_name(s.of, say)))


def without_table(found: Sweep, s: Surface, say: Words) -> Table | None:
    """Cases without a plan over two inputs; None where all have one."""
    if not any(any(line) for line in s.without):
        return None
    rows = [
        (y, *map(str, line)) for y, line in zip(_values(found, s, "y", say), s.without, strict=True)
    ]
    return _crossed("sweep_without", found, s, rows, say)


def _crossed(
    title: str, found: Sweep, s: Surface, rows: list[tuple[str, ...]], say: Words, **more: str
) -> Table:
    x, y = (input_name(p, say) for p in (s.x, s.y))
    columns = (Column(y, number=False), *(Column(v) for v in _values(found, s, "x", say)))
    return Table(say(f"title.{title}", x=x, y=y, **more), columns, tuple(rows))


def _values(found: Sweep, s: Surface, side: str, say: Words) -> Iterator[str]:
    path, values = (s.x, s.xs) if side == "x" else (s.y, s.ys)
    unit = next(v.unit for v in found.varied if v.path == path)
    return (input_value(v, unit, say) for v in values)


def refusals_table(found: Sweep, say: Words) -> Table | None:
    """Why cases have no plan."""
    sheet: Sheet[Refusal] = Sheet(say, found.refusals)
    sheet.text("sweep_status", lambda r: r.status)
    sheet.given(say("heading.sweep_cases"), lambda r: float(r.cases))
    sheet.given(say("heading.sweep_first"), lambda r: str(r.first))
    sheet.given(say("heading.sweep_why"), lambda r: r.why, number=False)
    return sheet.some("sweep_refusals")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
