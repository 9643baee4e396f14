"""Columns of the catalogue's tables by the names people ask for: what they hold, in which unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import NoneType
from typing import Annotated, Literal, get_args, get_origin, get_type_hints

from outlay.results.base import Unit
from outlay.results.catalogue import (
    CatalogueRow,
    ControlEvent,
    CostReference,
    DayShape,
    Dispute,
    FxRate,
    MarketFact,
    PeerCapex,
    Price,
    Region,
    SeriesPoint,
    Table,
    Trace,
)
from outlay.results.chips_models import Chip, Model

__all__ = ["ROWS", "Cell", "Column", "columns"]

Cell = str | bool | float | dt.date | tuple[str, ...] | tuple[float, float] | None
Kind = Literal["text", "date", "flag", "number", "span", "list"]

ROWS: Mapping[Table, type[CatalogueRow]] = {
    "chips": Chip,
    "models": Model,
    "prices": Price,
    "fx": FxRate,
    "regions": Region,
    "events": ControlEvent,
    "series": SeriesPoint,
    "peers": PeerCapex,
    "costs": CostReference,
    "traces": Trace,
    "shapes": DayShape,
    "facts": MarketFact,
    "disputes": Dispute,
}
"""Table → the type of its rows."""

_SHORT = {
    "memory_bytes": "memory",
    "memory_byte_s": "bandwidth",
    "link_byte_s": "link",
    "net_byte_s": "net",
    "tdp_w": "tdp",
    "it_w": "it_power",
    "price_usd": "price",
    "rent_usd_h": "rent",
    "domestic_cn": "domestic",
    "total_params": "parameters",
    "active_params": "active",
    "kv_bytes_per_token_bf16": "kv_per_token",
    "span_s": "span",
    "input_tokens": "input",
    "output_tokens": "output",
}
"""Field → what people call it, where that is shorter; either may be asked for."""
_PEAKS = ("bf16", "fp8", "fp4", "int8")
_DATES = ("date", "as_of", "released", "available")
_DIMENSIONS = {
    "byte": "bytes",
    "byte/token": "bytes",
    "byte/s": "byte_rate",
    "FLOP/s": "flop_rate",
    "W": "power",
    "s": "duration",
    "token": "tokens",
    "token/day": "token_rate",
    "USD": "money",
    "USD/h": "price_per_chip_hour",
}
"""Unit of a field → dimension of `core.quantities` in which it is asked for; else a number."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: `dimension` is empty where it holds no quantity with a unit."""

    name: str
    field: str
    kind: Kind
    unit: str
    dimension: str
    read: Callable[[object], Cell]


def _unknown_at_zero(field: str) -> Callable[[object], Cell]:
    """A figure of a chip: 0 says that its maker has not published it."""
    read = _plain(field)
    return lambda row: read(row) or None


def _peak(kind: str) -> Callable[[object], Cell]:
    return lambda row: row.peak_flop_s.get(kind) if isinstance(row, Chip) else None


def _plain(field: str) -> Callable[[object], Cell]:
    def read(row: object) -> Cell:
        value: Cell = getattr(row, field)
        return value

    return read


def _unwrapped(hint: object) -> tuple[object, str]:
    """A field's type without its marks and its None, and the unit among them."""
    unit = ""
    while True:
        args: tuple[object, ...] = get_args(hint)
        if get_origin(hint) is Annotated:
            unit = unit or next((m.name for m in args[1:] if isinstance(m, Unit)), "")
            hint = args[0]
        elif NoneType in args:
            hint = next(a for a in args if a is not NoneType)
        else:
            return hint, unit


def _kind(field: str, hint: object) -> Kind | None:
    if field in _DATES:
        return "date"
    if get_origin(hint) is Literal:
        return "text"
    if get_origin(hint) is tuple:
        return "span" if float in get_args(hint) else "list"
    kinds: dict[object, Kind] = {
        str: "text", bool: "flag", int: "number", float: "number", dt.date: "date"
    }  # fmt: skip
    return kinds.get(hint)


def _columns_of(row: type[CatalogueRow], field: str, written: object) -> list[Column]:
    hint, unit = _unwrapped(written)
    if field == "peak_flop_s":
        return [
            Column(p, f"peak_flop_s.{p}", "number", "FLOP/s", "flop_rate", _peak(p))
            for p in _PEAKS
        ]  # fmt: skip
    kind = _kind(field, hint)
    if kind is None:
        return []
    figure = row is Chip and kind == "number" and unit != "1"
    read = _unknown_at_zero(field) if figure else _plain(field)
    name = _SHORT.get(field, field)
    return [Column(name, field, kind, unit, _DIMENSIONS.get(unit, ""), read)]


@cache
def columns(table: Table) -> Mapping[str, Column]:
    """Name → column of a table, in the order of the document's fields."""
    row = ROWS[table]
    hints = get_type_hints(row, include_extras=True)
    every = [c for f in fields(row) for c in _columns_of(row, f.name, hints[f.name])]
    return {c.name: c for c in every}
