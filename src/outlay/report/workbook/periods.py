"""The sheet of periods: cash against its floor, and the cost of a million tokens."""

from __future__ import annotations

from outlay.core.graph.excel import column_name
from outlay.core.graph.graph import Expr
from outlay.report.workbook.opened import Array, Opened
from outlay.report.workbook.outputs import BASES

__all__ = ["COSTS", "write_periods"]

FIRST = 1
ID = 40
DRAWN = (".output.full", ".work.full")
COSTS = "costs"
MOST_CURVES = 8  # in one picture: as many as have colours of their own


def write_periods(s: Opened) -> None:
    a, sheet = s.accounts, s.sheets["Periods"]
    count = len(a.graph)
    s.titled(sheet, 0, 0, s.say("workbook.periods"), "title")
    s.blocks["periods"] = _span(2, count)
    line = 2
    s.head(sheet, line, [s.say("workbook.by_period", unit=s.money.unit), *a.graph.labels])
    for name in ("balance.cash", "balance.cash_minimum", "return.free_cash"):
        line += 1
        _write(s, line, a.graph[name])
        s.blocks[f"{name} by period"] = _span(line, count)
    line += 2
    curves: list[tuple[str, str]] = []
    for basis in BASES:
        rows = [a.graph[n] for n in a.names(f"{basis}.per_mtok.") if a.graph[n].series]
        if not rows:
            continue
        head = s.say(f"workbook.unit_{basis}", symbol=s.money.sign.strip())
        s.head(sheet, line, [head, *a.graph.labels])
        for row in rows:
            line += 1
            _write(s, line, row)
            if basis == BASES[0] and _drawn(row):
                curves.append((f"Periods!$A${line + 1}", _span(line, count)))
        line += 2
    for k, (name, cells) in enumerate(curves[:MOST_CURVES]):
        s.blocks[f"{COSTS} {k} name"], s.blocks[f"{COSTS} {k}"] = name, cells
    s.label_width(sheet)
    s.widths(sheet, FIRST, _wide(s), scaled=True)
    sheet.set_column(FIRST + count, FIRST + count, ID)
    sheet.freeze_panes(3, 1)
    s.printed(sheet, 2, (line, count))


def _span(line: int, count: int) -> str:
    return f"Periods!$B${line + 1}:${column_name(count)}${line + 1}"


def _drawn(row: Expr) -> bool:
    """Output tokens with idle time spread over them, and work that is not counted in tokens."""
    return row.name.endswith(DRAWN)


def _write(s: Opened, line: int, row: Expr) -> None:
    sheet, count = s.sheets["Periods"], len(s.accounts.graph)
    s.label(sheet, line, s.labels.row(row))
    s.text(sheet, line, FIRST + count, row.name, "id")
    for t in range(count):
        s.link(sheet, line, FIRST + t, row, t)


def _wide(s: Opened) -> list[Array]:
    a = s.accounts
    names = [n for b in BASES for n in a.names(f"{b}.per_mtok.") if a.graph[n].series]
    return [s.values(a.graph[n]) for n in names] + [s.values(a.graph["balance.cash"])]
