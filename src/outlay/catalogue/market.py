"""Dated market facts: prices, exchange rates, regions, events, token volumes; what is disputed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from outlay.catalogue.tables import made, rows
from outlay.core.errors import Problem, UnknownNameError, nearest
from outlay.core.periods import Period, parse_date
from outlay.core.quantities.fx import FxTable
from outlay.results.catalogue import (
    ControlEvent,
    CostReference,
    Dispute,
    MarketFact,
    PeerCapex,
    Price,
    Region,
    SeriesPoint,
)

__all__ = [
    "control_events",
    "cost_references",
    "disputed",
    "disputes",
    "fx",
    "known_on",
    "market_facts",
    "peer_capex",
    "prices",
    "regions",
    "token_series",
    "token_series_names",
]


def known_on(written: str) -> date:
    """The last day that a written date may mean: of its day, month, quarter or year.

    Use it to keep what was known on a given day: a row dated "2026" may be as late as December.
    """
    return parse_date(written, end=True)


@cache
def prices() -> tuple[Price, ...]:
    """Every dated price and rent, low to high, in the order of the table."""
    return tuple(made(Price, r) for r in rows("prices"))


@cache
def fx() -> FxTable:
    """Monthly averages and dated spots against the dollar (Federal Reserve and others)."""
    return FxTable.from_rows(rows("fx"))


@cache
def regions() -> Mapping[str, Region]:
    """Places where chips may stand, by id."""
    return MappingProxyType({r["id"]: made(Region, r) for r in rows("regions")})


@cache
def control_events() -> tuple[ControlEvent, ...]:
    """Export-control measures, oldest first."""
    events = [made(ControlEvent, r) for r in rows("control_events")]
    return tuple(sorted(events, key=lambda e: e.date))


def _slug(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text.casefold()))


@cache
def _series() -> dict[str, tuple[SeriesPoint, ...]]:
    """Points by series id: the entity, and the entity with its scope, as slugs."""
    found: dict[str, list[SeriesPoint]] = {}
    for r in rows("token_volumes"):
        if r["tokens_per_day"]:
            point = _point(r)
            found.setdefault(r["series"], []).append(point)
    return {k: tuple(sorted(v, key=lambda p: p.date)) for k, v in found.items()}


def _point(r: Mapping[str, str]) -> SeriesPoint:
    day, sd = _when(r["date"])
    return made(SeriesPoint, r, date=day, value=float(r["tokens_per_day"]), date_sd_days=sd)


def _when(written: str) -> tuple[date, float]:
    """Middle of the period that `written` names, and the standard deviation of a day in it."""
    if len(written) == len("YYYY-MM-DD"):
        return parse_date(written), 0.0
    period = Period.parse(written)
    return period.middle, period.days / 12**0.5  # of a uniform distribution


def token_series_names() -> tuple[str, ...]:
    """Ids of the token series."""
    return tuple(_series())


def token_series(entity: str) -> tuple[SeriesPoint, ...]:
    """Announcements of `entity`'s token volume, oldest first, in token/day.

    Firms count differently (thinking, multimodal, internal use): series do not add.
    Raises UnknownNameError with the nearest name.
    """
    series = _series()
    wanted = _slug(entity).removesuffix("-tokens")
    match = [k for k in series if wanted in (k, k.removesuffix("-tokens"))]
    if not match:
        raise UnknownNameError(
            Problem(
                "unknown token series",
                value=repr(entity),
                allowed=", ".join(series),
                hint=nearest(entity, series),
            )
        )
    return series[match[0]]


@cache
def peer_capex() -> tuple[PeerCapex, ...]:
    """Capital expenditure of other firms: actual, guidance, plan, press, estimate."""
    return tuple(
        made(
            PeerCapex, r, low=float(r["low"]) * float(r["unit"]),
            high=float(r["high"]) * float(r["unit"]) if r["high"] else None,
        )
        for r in rows("peer_capex")
    )  # fmt: skip


@cache
def cost_references() -> Mapping[str, CostReference]:
    """Published costs, lives, tariffs and one published service day, by id."""
    return MappingProxyType({r["id"]: made(CostReference, r) for r in rows("cost_references")})


@cache
def market_facts() -> tuple[MarketFact, ...]:
    """Dated figures that no other table holds, by topic."""
    return tuple(made(MarketFact, r) for r in rows("facts"))


@cache
def disputes() -> tuple[Dispute, ...]:
    """Figures that sources give otherwise: the one that is used, the other, and why."""
    return tuple(made(Dispute, r) for r in rows("disputes"))


def disputed(table: str, item: str) -> tuple[Dispute, ...]:
    """What other sources say against the figures of one row."""
    return tuple(d for d in disputes() if (d.table, d.item) == (table, item))
