"""Fiscal-year rows of the statements: sums of flows, year-end balances."""

from __future__ import annotations

from outlay.finance.book.book import Book
from outlay.finance.reports.statements import BALANCE, CASH, INCOME

__all__ = ["build_years", "fiscal_years", "year_lines"]

OTHER = ("capex.owned", "capex.paid", "capex.leased", "capex.with_leases", "opex.total")
CLASSES = ("revenue.service.", "capex.class.", "opex.class.")


def fiscal_years(b: Book) -> dict[int, tuple[int, ...]]:
    """Fiscal year → its periods within the horizon."""
    out: dict[int, tuple[int, ...]] = {}
    for t, p in enumerate(b.flows.periods):
        year = p.fiscal_year(b.policy.fiscal_year_start)
        out[year] = (*out.get(year, ()), t)
    return out


def year_lines(rows: list[str]) -> list[str]:
    """The rows that are shown by fiscal year, in the order of the statements."""
    classes = [n for n in rows if n.startswith(CLASSES)]
    return [
        *INCOME,
        *CASH,
        *BALANCE,
        *OTHER,
        *classes,
        "book.total",
        "book.idle",
        "return.free_cash",
    ]


def build_years(b: Book) -> None:
    """Rows `year.<fiscal year>.<row>`."""
    lines = year_lines(list(b.graph.rows))
    for year, periods in fiscal_years(b).items():
        for name in lines:
            row = b[name]
            value = row.at(periods[-1]) if name in BALANCE else row.total(periods)
            b.graph.row(f"year.{year}.{name}", value, b.cur, f"{row.label}, fiscal {year}")
