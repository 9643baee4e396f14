"""The catalogue as a result document: the rows of one table, each with its citation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from outlay.catalogue.chip_rows import chips, find_chip
from outlay.catalogue.market import (
    control_events,
    cost_references,
    disputed,
    disputes,
    known_on,
    market_facts,
    peer_capex,
    prices,
    regions,
    token_series,
    token_series_names,
)
from outlay.catalogue.model_rows import find_model, models
from outlay.catalogue.select import mentions, ordered, where
from outlay.catalogue.tables import cite, made, rows
from outlay.catalogue.traffic import day_shapes, traces
from outlay.core.errors import Problem, UnknownNameError, nearest
from outlay.core.periods import parse_date
from outlay.results.catalogue import (
    Catalogue,
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

__all__ = ["TABLES", "catalogue_document"]

Rows = tuple[CatalogueRow, ...]
Sourced = (
    Price | Region | ControlEvent | SeriesPoint | PeerCapex | CostReference | Trace | DayShape
    | MarketFact | Dispute
)  # fmt: skip
Named = Region | CostReference | Trace | DayShape
"""Rows that have an id, beside chips and models, whose names are read in many ways."""


def _chip(row: Chip) -> Chip:
    return replace(row, source=cite(row.source), peak_flop_s=dict(row.peak_flop_s))


def _model(row: Model) -> Model:
    return replace(row, source=cite(row.source), extra=dict(row.extra))


def _cited(found: Iterable[Sourced]) -> Rows:
    return tuple(replace(row, source=cite(row.source)) for row in found)


def _fx() -> Rows:
    return tuple(made(FxRate, r, source=cite(r["source"])) for r in rows("fx"))


TABLES: Mapping[Table, Callable[[], Rows]] = {
    "chips": lambda: tuple(map(_chip, chips().values())),
    "models": lambda: tuple(map(_model, models().values())),
    "prices": lambda: _cited(prices()),
    "fx": _fx,
    "regions": lambda: _cited(regions().values()),
    "events": lambda: _cited(control_events()),
    "series": lambda: _cited(p for name in token_series_names() for p in token_series(name)),
    "peers": lambda: _cited(peer_capex()),
    "costs": lambda: _cited(cost_references().values()),
    "traces": lambda: _cited(traces().values()),
    "shapes": lambda: _cited(day_shapes().values()),
    "facts": lambda: _cited(market_facts()),
    "disputes": lambda: _cited(disputes()),
}
"""What `outlay catalogue` can show."""


def _date(row: CatalogueRow) -> str:
    """The date by which a row is known; empty: always."""
    if isinstance(row, PeerCapex):
        return row.as_of
    if isinstance(row, Chip | Model | Region | Trace | DayShape):
        return ""
    return str(row.date)


def _facts(row: CatalogueRow) -> tuple[Fact, ...]:
    """The long rows behind one chip or model: each number with unit, source, date and grade, and
    with what is said against it."""
    if not isinstance(row, Chip | Model):
        return ()
    table = "chips" if isinstance(row, Chip) else "models"
    against = disputed(table, row.id)
    return tuple(
        made(
            Fact, r, source=cite(r["source"]),
            disputes=tuple(
                replace(d, source=cite(d.source))
                for d in against if d.parameter == r["parameter"]
            ),
        )
        for r in rows("chip_parameters" if isinstance(row, Chip) else "model_parameters")
        if r["item"] == row.id
    )  # fmt: skip


def _matching(table: Table, name: str) -> Rows:
    """Rows that belong to `name`: the one with that id, or all rows that mention it."""
    if table == "chips":
        return (_chip(find_chip(name)),)
    if table == "models":
        return (_model(find_model(name)),)
    every = TABLES[table]()
    exact = tuple(r for r in every if isinstance(r, Named) and r.id.casefold() == name.casefold())
    return exact or _said(table, every, name)


def _said(table: Table, every: Rows, words: str) -> Rows:
    found = tuple(r for r in every if mentions(r, words))
    if not found:
        ids = [r.id for r in every if isinstance(r, Chip | Model | Named)]
        raise UnknownNameError(
            Problem(f"no row of {table} mentions this name", value=repr(words),
                    hint=nearest(words, ids))
        )  # fmt: skip
    return found


def catalogue_document(
    table: str,
    name: str = "",
    as_of: str = "",
    *,
    search: str = "",
    conditions: Sequence[str] = (),
    sort: str = "",
) -> Catalogue:
    """Rows of `table` (a key of TABLES), for one `name` if given, dated on or before `as_of`.

    search: only rows that hold all these words; conditions: `column op value`, all of which must
    hold; sort: columns, a dash before one from the largest. A row dated by month or year counts as
    known at its end. Raises UnknownNameError or QuantityError.
    """
    asked = next((t for t in TABLES if t == table), None)
    if asked is None:
        allowed = ", ".join(TABLES)
        hint = nearest(table, TABLES)
        raise UnknownNameError(
            Problem("no such table in the catalogue", value=repr(table), allowed=allowed, hint=hint)
        )
    found = _matching(asked, name) if name else TABLES[asked]()
    if search:
        found = _said(asked, found, search)
    if as_of:
        day = parse_date(as_of, end=True)
        found = tuple(r for r in found if not _date(r) or known_on(_date(r)) <= day)
    found = ordered(asked, where(asked, found, conditions), sort)
    facts = tuple(f for row in found for f in _facts(row)) if name else ()
    return Catalogue(asked, as_of, len(found), found, name, facts)
