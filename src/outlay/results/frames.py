"""Rows of a document as a polars frame or a small HTML table, from their types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from outlay.core.errors import Problem, UnknownNameError, nearest
from outlay.results.base import Kind, Row

if TYPE_CHECKING:
    import polars as pl

__all__ = ["rows_of", "to_html", "to_polars"]

SHOWN = 12
"""Rows of a table in a notebook; the frame holds all."""


def _walk(value: object, path: str) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Every tuple of rows (or of plain values) below `value`, by its dotted path."""
    if isinstance(value, tuple):
        yield path, value
    elif isinstance(value, Row) and is_dataclass(value):
        for f in fields(value):
            yield from _walk(getattr(value, f.name), f"{path}.{f.name}" if path else f.name)


def rows_of(doc: Kind, name: str) -> tuple[object, ...]:
    """The rows called `name`. Raises UnknownNameError."""
    found = dict(_walk(doc, ""))
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


def to_polars(doc: Kind, name: str) -> pl.DataFrame:
    """The rows called `name` as a frame, a column a field; mappings become lists of pairs."""
    import polars as pl

    rows = rows_of(doc, name)
    plain = [_cell(r) if isinstance(r, Row) else {"value": _cell(r)} for r in rows]
    return pl.DataFrame(plain, infer_schema_length=None)


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.6g}"
    return "" if value is None else str(value)


def to_html(doc: Kind) -> str:
    """The document in a notebook: its one line, and the first of its rows as a table."""
    head = f"<p>{escape(repr(doc))}</p>"
    for name, rows in _walk(doc, ""):
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
