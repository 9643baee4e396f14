"""Rows of a document as a polars frame or a small HTML table, from their types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from outlay.core.csv_text import csv_text
from outlay.core.errors import Problem, UnknownNameError, nearest
from outlay.results.base import Kind, Row
from outlay.results.schema import document_type

if TYPE_CHECKING:
    import polars as pl

__all__ = ["rows_of", "to_csv", "to_html", "to_polars"]

SHOWN = 12
"""Rows of a table in a notebook; the frame holds all."""


def _walk(value: object, path: str) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Every tuple of rows (or of plain values) below `value`, by its dotted path."""
    if isinstance(value, tuple):
        yield path, value
    elif isinstance(value, Row) and is_dataclass(value):
        for f in fields(value):
            yield from _walk(getattr(value, f.name), f"{path}.{f.name}")


def _rows(doc: Kind) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Every tuple of the document by name; what a class derived from its kind adds is not of it."""
    for name in _names(document_type(doc.kind)):
        yield from _walk(getattr(doc, name), name)


def rows_of(doc: Kind, name: str) -> tuple[object, ...]:
    """The rows called `name`. Raises UnknownNameError."""
    found = dict(_rows(doc))
    if name not in found:
        raise UnknownNameError(
            Problem("no such rows in the document", value=name, allowed=", ".join(found),
                    hint=nearest(name, found))
        )  # fmt: skip
    return found[name]


def _cell(value: object) -> object:
    """A value as a frame holds it: rows within rows as structs, tuples as lists."""
    if isinstance(value, Row) and is_dataclass(value):
        return {f.name: _cell(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return [{"key": str(k), "value": _cell(v)} for k, v in value.items()]
    if isinstance(value, tuple | list):
        return [_cell(v) for v in value]
    return value


def _held(kind: object, within: tuple[object, ...] = ()) -> pl.DataType:
    """How a frame holds a type: rows as structs, tuples as lists, mappings as lists of pairs.

    Rows within rows of their own type (`within`) are left out: a frame has no such depth.
    """
    import polars as pl

    plain: dict[object, pl.DataType] = {
        float: pl.Float64(), int: pl.Int64(), str: pl.String(), bool: pl.Boolean(),
        date: pl.Date(),
    }  # fmt: skip
    if kind in plain:
        return plain[kind]
    of: object = get_origin(kind)
    inside: tuple[type, ...] = get_args(kind)
    if of is Literal:
        return plain[type(inside[0])]
    if of is tuple:
        return pl.List(_held(inside[0], within))
    if isinstance(of, type) and issubclass(of, Mapping):
        return pl.List(pl.Struct({"key": pl.String(), "value": _held(inside[1], within)}))
    if inside:  # what may be missing, or one of several: the widest of them
        kinds = [_held(k, within) for k in inside if k is not type(None)]
        return next((k for k in kinds if k == pl.Float64()), kinds[0])
    return pl.Struct(
        {
            name: _held(k, (*within, kind))
            for name, k in get_type_hints(kind).items()
            if name in _names(kind) and not {k, *get_args(k)} & {*within, kind}
        }
    )


def _names(kind: object) -> list[str]:
    assert is_dataclass(kind)
    return [f.name for f in fields(kind)]


def _row_type(doc: Kind, name: str) -> object:
    """The type of the rows called `name`, from the fields on the way to them."""
    kind: object = document_type(doc.kind)  # a class derived from it may hold more
    for part in name.split("."):
        kind = get_type_hints(kind)[part]
        if inside := [k for k in get_args(kind) if k is not type(None)]:
            kind = inside[0]  # of a tuple its element, of what may be missing the thing itself
    return kind


def to_polars(doc: Kind, name: str) -> pl.DataFrame:
    """The rows called `name` as a frame, a column a field; mappings become lists of pairs."""
    import polars as pl

    rows = rows_of(doc, name)
    # The rows of one document are alike, though its kind may hold rows of several types.
    held = _held(type(rows[0]) if rows and isinstance(rows[0], Row) else _row_type(doc, name))
    schema = dict(held) if isinstance(held, pl.Struct) else {"value": held}
    plain = [_cell(r) if isinstance(held, pl.Struct) else {"value": _cell(r)} for r in rows]
    return pl.DataFrame(plain, schema=schema, infer_schema_length=None)


def to_csv(doc: Kind, name: str) -> str:
    """The rows called `name` as CSV, a column a field; what holds several values is JSON."""
    rows = rows_of(doc, name)
    return csv_text(rows, () if rows else _names(_row_type(doc, name)))


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.6g}"
    return "" if value is None else str(value)


def to_html(doc: Kind) -> str:
    """The document in a notebook: its one line, and the first of its rows as a table."""
    head = f"<p>{escape(repr(doc))}</p>"
    for name, rows in _rows(doc):
        if rows and isinstance(rows[0], Row) and is_dataclass(rows[0]):
            names = [f.name for f in fields(rows[0])]
            heads = "".join(f"<th>{escape(n)}</th>" for n in names)
            body = "".join(
                "<tr>"
                + "".join(f"<td>{escape(_shown(getattr(r, n)))}</td>" for n in names)
                + "</tr>"
                for r in rows[:SHOWN]
            )
            more = f"<p>{len(rows) - SHOWN} more rows</p>" if len(rows) > SHOWN else ""
            return (
                f"{head}<table><caption>{escape(name)}</caption><thead><tr>{heads}</tr></thead>"
                f"<tbody>{body}</tbody></table>{more}"
            )
    return head
