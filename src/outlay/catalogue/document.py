"""The catalogue as a result document: tables of plain values with source, date and grade."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from outlay.catalogue.chips import chips, find_chip
from outlay.catalogue.market import (
    control_events,
    cost_references,
    known_on,
    peer_capex,
    prices,
    regions,
    token_series,
    token_series_names,
)
from outlay.catalogue.models import find_model, models
from outlay.catalogue.tables import cite, rows
from outlay.core.errors import Problem, UnknownNameError, nearest
from outlay.core.periods import parse_date

__all__ = ["TABLES", "catalogue_document"]


def _plain(row: Any) -> dict[str, Any]:
    """A dataclass row as a dictionary, mappings included, its source id resolved."""
    values = {f.name: getattr(row, f.name) for f in fields(row)}
    for name, value in values.items():
        if isinstance(value, Mapping):
            values[name] = dict(value)
        elif isinstance(value, date):
            values[name] = value.isoformat()
    return {**values, "source": cite(values["source"])}


def _fx_rows() -> list[dict[str, Any]]:
    return [{**r, "rate": float(r["rate"]), "source": cite(r["source"])} for r in rows("fx")]


def _series_rows() -> list[dict[str, Any]]:
    return [
        {"series": name, **_plain(point)}
        for name in token_series_names()
        for point in token_series(name)
    ]


def _all(found: Iterable[Any]) -> list[dict[str, Any]]:
    return [_plain(row) for row in found]


TABLES: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "chips": lambda: _all(chips().values()),
    "models": lambda: _all(models().values()),
    "prices": lambda: _all(prices()),
    "fx": _fx_rows,
    "regions": lambda: _all(regions().values()),
    "events": lambda: _all(control_events()),
    "series": _series_rows,
    "peers": lambda: _all(peer_capex()),
    "costs": lambda: _all(cost_references().values()),
}
"""What `outlay catalogue` can show."""

_DATE_OF = {"peers": "as_of", "chips": None, "models": None, "regions": None}


def _facts(table: str, item: str) -> list[dict[str, Any]]:
    """The long rows behind one chip or model: each number with unit, source, date and grade."""
    return [
        {
            "parameter": r["parameter"],
            "value": float(r["value"]),
            "unit": r["unit"],
            "date": r["date"],
            "grade": r["grade"],
            "source": cite(r["source"]),
            "note": r["note"],
        }
        for r in rows({"chips": "chip_parameters", "models": "model_parameters"}[table])
        if r["item"] == item
    ]


def _matching(table: str, name: str) -> list[dict[str, Any]]:
    """Rows that belong to `name`: one chip or model, or all rows that mention it."""
    if table == "chips":
        return [_plain(find_chip(name))]
    if table == "models":
        return [_plain(find_model(name))]
    wanted = name.casefold()
    found = [r for r in TABLES[table]() if wanted in " ".join(map(str, r.values())).casefold()]
    if not found:
        raise UnknownNameError(Problem(f"no row of {table} mentions this name", value=repr(name)))
    return found


def catalogue_document(table: str, name: str = "", as_of: str = "") -> dict[str, Any]:
    """Rows of `table` (a key of TABLES), for one `name` if given, dated on or before `as_of`.

    A row dated by month or year counts as known at its end. Raises UnknownNameError.
    """
    if table not in TABLES:
        allowed = ", ".join(TABLES)
        hint = nearest(table, TABLES)
        raise UnknownNameError(
            Problem("no such table in the catalogue", value=repr(table), allowed=allowed, hint=hint)
        )
    found = _matching(table, name) if name else TABLES[table]()
    if as_of:
        day = parse_date(as_of, end=True)
        field = _DATE_OF.get(table, "date")
        if field:
            found = [r for r in found if known_on(r[field]) <= day]
    body: dict[str, Any] = {"table": table, "as_of": as_of, "n": len(found), "rows": found}
    if name and table in ("chips", "models"):
        body["facts"] = _facts(table, found[0]["id"])
    return body
