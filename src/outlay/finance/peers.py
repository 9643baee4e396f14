"""Peers beside one another: capex, tokens a day, tokens per dollar of capex, revised guidance.

Firms count differently: some include finance leases, some only cash for plant and equipment,
some fiscal years; tokens include or leave out cached ones. Ratios between firms are therefore
orders of magnitude, and each row carries its scope.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from outlay.catalogue.types import PeerCapex, SeriesPoint
from outlay.core.graph import Graph
from outlay.core.graph_eval import evaluate
from outlay.core.periods import DAYS_PER_YEAR

__all__ = ["CAUTION", "PeerRow", "Revision", "peer_table", "revisions"]

CAUTION = (
    "Firms count differently: capex with or without finance leases, calendar or fiscal years, "
    "tokens with or without cached ones. Read ratios as orders of magnitude."
)
RANK = {"actual": 0, "guidance": 1, "plan": 2, "press": 3, "estimate": 4}


@dataclass(frozen=True, slots=True)
class PeerRow:
    """One firm and calendar year: capex in USD, tokens per day at the latest count, their ratio.

    tokens_per_usd: tokens of a year at that rate over the year's capex; None where either is
    not known.
    """

    company: str
    year: int
    capex_low_usd: float
    capex_high_usd: float
    status: str
    as_of: str
    scope: str
    tokens_per_day: float | None
    tokens_on: date | None
    tokens_per_usd: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Revision:
    """Guidance for one year as it moved: middle of the range in USD, by date, and the change."""

    company: str
    year: int
    steps: tuple[tuple[str, float], ...]
    change: float  # last over first, less one


def _year(period: str) -> int | None:
    """The calendar year of a statement about one: `2026`, `CY2025`, `2026 plan`; else None."""
    match = re.match(r"^(?:CY)?(\d{4})(?: plan)?$", period)
    return int(match[1]) if match else None


def _usd(row: PeerCapex, rate: Callable[[str, str], float]) -> tuple[float, float]:
    fx = 1.0 if row.currency == "USD" else rate(row.currency, row.as_of)
    high = row.low if row.high is None else row.high
    return row.low * fx, high * fx


def peer_table(
    rows: Iterable[PeerCapex],
    tokens: Callable[[str], Sequence[SeriesPoint]],
    rate: Callable[[str, str], float],
) -> list[PeerRow]:
    """One row per firm and year: the actual where known, else the latest statement.

    rows: statements already cut at the study's date. tokens: firm → its counts by date. rate:
    (currency, date) → USD per unit. Tokens are the latest count not after the year's end.
    """
    best: dict[tuple[str, int], PeerCapex] = {}
    for r in rows:
        year = _year(r.period)
        if year is None or r.status not in RANK:
            continue
        old = best.get((r.company, year))
        newer = old is None or (RANK[r.status], _later(r)) < (RANK[old.status], _later(old))
        if newer:
            best[r.company, year] = r
    return [_row(c, y, r, tokens(c), rate) for (c, y), r in sorted(best.items())]


def _later(row: PeerCapex) -> tuple[int, ...]:
    """Sorts later statements first."""
    parts: list[str] = re.findall(r"\d+", row.as_of)
    return tuple(-int(part) for part in parts)


def _row(
    company: str,
    year: int,
    r: PeerCapex,
    points: Sequence[SeriesPoint],
    rate: Callable[[str, str], float],
) -> PeerRow:
    low, high = _usd(r, rate)
    known = [p for p in points if p.date <= date(year, 12, 31) and p.date.year >= year - 1]
    last = max(known, key=lambda p: p.date) if known else None
    per_usd = None
    if last is not None:
        g = Graph([str(year)])
        capex = g.scalar("capex", "USD/year", default=(low + high) / 2)
        day = g.scalar("tokens", "token/day", default=last.value)
        days = g.constant(DAYS_PER_YEAR, "day/year")
        g.row("ratio", g.ratio(day * days, capex), "token/USD")
        per_usd = float(evaluate(g, {})["ratio"])
    return PeerRow(
        company, year, low, high, r.status, r.as_of, r.scope,
        None if last is None else last.value, None if last is None else last.date,
        per_usd, r.source,
    )  # fmt: skip


def revisions(rows: Iterable[PeerCapex], rate: Callable[[str, str], float]) -> list[Revision]:
    """How guidance for each firm and year moved, where it was given more than once."""
    said: dict[tuple[str, int], list[tuple[str, float]]] = {}
    for r in rows:
        year = _year(r.period)
        if year is not None and r.status == "guidance":
            low, high = _usd(r, rate)
            said.setdefault((r.company, year), []).append((r.as_of, (low + high) / 2))
    out = []
    for (company, year), steps in sorted(said.items()):
        steps.sort()
        if len(steps) > 1:
            change = steps[-1][1] / steps[0][1] - 1
            out.append(Revision(company, year, tuple(steps), change))
    return out
