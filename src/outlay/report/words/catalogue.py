"""What a table of the catalogue says: headings and cells of the columns that fit a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from outlay.catalogue.columns import Column, columns
from outlay.core.quantities.formats import format_money, format_number, format_quantity
from outlay.results.catalogue import (
    CatalogueRow,
    ControlEvent,
    CostReference,
    DayShape,
    Dispute,
    Fact,
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

__all__ = [
    "FACTS", "FACT_HEADS", "HEADS", "cell_of", "cells", "fact_cells", "heading", "in_full",
    "sources",
]  # fmt: skip

HEADS: Mapping[Table, tuple[str, ...]] = {
    "chips": ("chip", "bf16 FLOP/s", "fp8 FLOP/s", "memory", "bandwidth", "IT power", "grade"),
    "models": ("model", "parameters", "active", "attention", "KV/token", "weights", "grade"),
    "prices": ("item", "unit", "date", "region", "grade", "value"),
    "fx": ("date", "kind", "base", "quote", "rate", "grade"),
    "regions": ("region", "country", "tariff per kWh", "PUE", "grade"),
    "events": ("date", "actor", "event", "grade"),
    "series": ("series", "date", "grade", "tokens", "floor"),
    "peers": ("company", "period", "status", "as_of", "grade", "value"),
    "costs": ("id", "item", "unit", "date", "grade", "value"),
    "traces": ("trace", "requests", "time", "input", "output", "what"),
    "shapes": ("shape", "requests", "prefill", "decode", "basis", "what"),
    "facts": ("topic", "item", "what", "date", "grade", "unit", "value"),
    "disputes": ("item", "figure", "used", "other", "unit", "why"),
}
"""Headings of each table; the document holds all fields."""

FACTS = "each number with its date, grade and source"
FACT_HEADS = ("parameter", "value", "unit", "date", "grade", "source", "note")
NONE = "–"
EXACT_TOKENS = 1e6  # below it every token is written


def _quantity(value: float, unit: str) -> str:
    return format_quantity(value, unit) if value else NONE


def _memory(value: float) -> str:
    """Memory of a chip as it is sold: by powers of 1024, though it is called GB there."""
    return f"{format_number(value / 2**30)} GiB" if value else NONE


def _peak(row: Chip, kind: str) -> str:
    if kind not in row.peak_flop_s:
        return NONE
    return format_quantity(row.peak_flop_s[kind], "FLOP/s").removesuffix("FLOP/s").strip()


def _span(low: float, high: float | None, currency: str = "") -> str:
    """`low` to `high` in a currency, or as plain numbers."""
    ends = [low] if high in (None, low) else [low, high]
    return NONE.join(
        format_money(v, currency) if currency else format_number(v) for v in ends if v is not None
    )


def _texts(*said: str) -> tuple[str, ...]:
    return tuple(text or NONE for text in said)


def cells(row: CatalogueRow) -> tuple[str, ...]:
    """The cells of a row under the headings of its table; a dash where nothing is known."""
    match row:
        case Chip():
            return _texts(
                row.id, _peak(row, "bf16"), _peak(row, "fp8"), _memory(row.memory_bytes),
                _quantity(row.memory_byte_s, "byte/s"), _quantity(row.it_w, "W"), row.grade,
            )  # fmt: skip
        case Model():
            return _texts(
                row.id, _quantity(row.total_params, "parameter"),
                _quantity(row.active_params, "parameter"), row.attn_type,
                _quantity(row.kv_bytes_per_token_bf16, "byte"), row.weight_dtype, row.grade,
            )  # fmt: skip
        case Region():
            tariff = f"{row.tariff:g} {row.tariff_currency}" if row.tariff else NONE
            pue = NONE if row.pue is None else str(row.pue)
            return _texts(row.id, row.country, tariff, pue, row.grade)
        case Price():
            value = _span(row.low, row.high, row.currency)
            return _texts(row.item, row.unit, row.date, row.region, row.grade, value)
        case PeerCapex():
            value = _span(row.low, row.high, row.currency)
            return _texts(row.company, row.period, row.status, row.as_of, row.grade, value)
        case CostReference():
            return _texts(row.id, row.item, row.unit, row.date, row.grade, _span(row.low, row.high))
        case FxRate():
            return _texts(row.date, row.kind, row.base, row.quote, str(row.rate), row.grade)
        case ControlEvent():
            return _texts(str(row.date), row.actor, row.event, row.grade)
        case SeriesPoint() | Trace() | DayShape() | MarketFact() | Dispute():
            return _market_cells(row)


def _market_cells(
    row: SeriesPoint | Trace | DayShape | MarketFact | Dispute,
) -> tuple[str, ...]:
    match row:
        case SeriesPoint():
            said = "over" if row.floor else ""
            tokens = _quantity(row.value, "token/day")
            return (*_texts(row.series, str(row.date), row.grade), tokens, said)
        case Trace() | DayShape():
            return _traffic_cells(row)
        case MarketFact():
            ends = dict.fromkeys(format_number(v, 6) for v in (row.low, row.high) if v is not None)
            value = row.words or NONE.join(ends)
            return _texts(
                row.topic, row.item, row.parameter, row.date, row.grade, row.unit, value
            )  # fmt: skip
        case Dispute():
            return _texts(
                row.item, row.parameter.replace("_", " "), format_number(row.used, 6),
                format_number(row.other, 6), row.unit, row.reason,
            )  # fmt: skip


def _traffic_cells(row: Trace | DayShape) -> tuple[str, ...]:
    if isinstance(row, DayShape):
        ratios = (f"{x:.2f} × mean" for x in (row.busiest_hour, row.prefill, row.decode))
        return _texts(row.id, *ratios, row.basis, row.what)
    span = NONE if row.span_s is None else format_quantity(row.span_s, "s", 2)
    return _texts(
        row.id, format_quantity(row.requests, "parameter"), span, format_number(row.input_tokens),
        format_number(row.output_tokens), row.what,
    )  # fmt: skip


_UNITS = {"byte/token": "byte", "USD/h": "USD/chip-hour"}
"""Unit of a field → the unit in which it is written."""


def heading(column: Column) -> str:
    """What stands above a column that was asked for."""
    return column.name.replace("_", " ")


def cell_of(column: Column, row: CatalogueRow) -> str:
    """One cell of a column that was asked for; a dash where nothing is known."""
    value = column.read(row)
    unit = _UNITS.get(column.unit, column.unit)
    match value:
        case None | "" | ():
            return NONE
        case bool():
            return "yes" if value else "no"
        case (float(), *_):
            low, high = (_number(float(x), unit, column) for x in value)
            return low if low == high else f"{low.removesuffix(_shared(low, high))}{NONE}{high}"
        case tuple():
            return ", ".join(map(str, value))
        case int() | float():
            return _number(float(value), unit, column)
    return str(value)


def _shared(low: str, high: str) -> str:
    """The unit that both ends of a range are followed by: said once, after the second."""
    unit = high.partition(" ")[2]
    return f" {unit}" if unit and low.endswith(f" {unit}") else ""


def _number(value: float, unit: str, column: Column) -> str:
    if column.field == "memory_bytes":
        return _memory(value)
    if column.field == "requests":
        return format_quantity(value, "parameter")
    if unit == "token" and abs(value) < EXACT_TOKENS:
        return format_quantity(value, unit, 6)  # a window of 2,048 is no 2,050
    if column.dimension or unit == "parameter":
        return format_quantity(value, unit)
    return format_number(value, 6)


def in_full(table: Table, row: CatalogueRow) -> Iterator[tuple[str, str]]:
    """Everything that is known of one row, as heading and words; what is not known is left out."""
    every: Iterable[Column] = columns(table).values()
    for column in every:
        value = column.read(row)
        nothing = table == "models" and value in (0, False)  # a model that has none of it
        if value not in (None, "", ()) and not nothing:
            yield heading(column), cell_of(column, row)


def sources(facts: tuple[Fact, ...]) -> tuple[str, ...]:
    """The sources of some numbers, each once; `fact_cells` names them by place."""
    return tuple(dict.fromkeys(f.source for f in facts))


def fact_cells(fact: Fact, known: tuple[str, ...]) -> tuple[str, ...]:
    """The cells of a number under `FACT_HEADS`, its source as a number from 1."""
    number = str(known.index(fact.source) + 1)
    note = "; ".join(text for text in (fact.note, *map(_disputed, fact.disputes)) if text)
    return (
        fact.parameter, f"{fact.value:g}", fact.unit, fact.date, fact.grade, number, note
    )  # fmt: skip


def _disputed(said: Dispute) -> str:
    return (
        f"DISPUTED: {said.other:g} {said.unit} ({said.grade}, {said.date}; {said.source}), "
        f"not used: {said.reason}"
    )
