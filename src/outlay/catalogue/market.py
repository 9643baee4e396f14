"""Dated market facts: prices, exchange rates, regions, export-control events, token volumes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from outlay.catalogue.tables import rows, split
from outlay.catalogue.types import (
    ControlEvent,
    CostReference,
    PeerCapex,
    Price,
    Region,
    SeriesPoint,
)
from outlay.core.errors import Problem, UnknownNameError, nearest
from outlay.core.periods import Period, parse_date
from outlay.core.quantities.fx import FxTable

__all__ = [
    "control_events",
    "cost_references",
    "fx",
    "known_on",
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
    return tuple(
        Price(
            item=r["item"],
            category=r["category"],
            low=float(r["low"]),
            high=float(r["high"]),
            unit=r["unit"],
            currency=r["currency"],
            date=r["date"],
            region=r["region"],
            source=r["source"],
            grade=r["grade"],
            chip=r["chip"],
            note=r["note"],
        )
        for r in rows("prices")
    )


@cache
def fx() -> FxTable:
    """Monthly averages and dated spots against the dollar (Federal Reserve and others)."""
    return FxTable.from_rows(rows("fx"))


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


@cache
def regions() -> Mapping[str, Region]:
    """Places where chips may stand, by id."""
    return MappingProxyType(
        {
            r["id"]: Region(
                id=r["id"],
                name=r["name"],
                country=r["country"],
                tariff=_number(r["tariff"]),
                tariff_currency=r["tariff_currency"],
                pue=_number(r["pue"]),
                source=r["source"],
                grade=r["grade"],
                note=r["note"],
                tariff_low=_number(r["tariff_low"]),
                tariff_high=_number(r["tariff_high"]),
            )
            for r in rows("regions")
        }
    )


@cache
def control_events() -> tuple[ControlEvent, ...]:
    """Export-control measures, oldest first."""
    events = [
        ControlEvent(
            date=parse_date(r["date"]),
            actor=r["actor"],
            event=r["event"],
            chips=split(r["chips"]),
            effect=r["effect"],
            source=r["source"],
            grade=r["grade"],
        )
        for r in rows("control_events")
    ]
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
    return SeriesPoint(
        series=r["series"],
        date=day,
        value=float(r["tokens_per_day"]),
        floor=r["floor"] == "yes",
        grade=r["grade"],
        source=r["source"],
        date_sd_days=sd,
        note=r["note"],
    )


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
        PeerCapex(
            company=r["company"],
            period=r["period"],
            low=float(r["low"]) * float(r["unit"]),
            high=float(r["high"]) * float(r["unit"]) if r["high"] else None,
            currency=r["currency"],
            status=r["status"],
            as_of=r["as_of"],
            scope=r["scope"],
            source=r["source"],
            grade=r["grade"],
            note=r["note"],
        )
        for r in rows("peer_capex")
    )


@cache
def cost_references() -> Mapping[str, CostReference]:
    """Published costs, lives, tariffs and one published service day, by id."""
    return MappingProxyType(
        {
            r["id"]: CostReference(
                id=r["id"],
                topic=r["topic"],
                item=r["item"],
                low=float(r["low"]),
                high=float(r["high"]),
                unit=r["unit"],
                region=r["region"],
                date=r["date"],
                kind=r["kind"],
                source=r["source"],
                grade=r["grade"],
                note=r["note"],
            )
            for r in rows("cost_references")
        }
    )
