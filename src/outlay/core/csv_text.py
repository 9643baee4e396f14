"""Rows as CSV that a spreadsheet reads as what it is: no text of ours becomes a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass

__all__ = ["csv_text", "safe_cell"]


def safe_cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value


def _plain(value: object) -> object:
    """A value as one cell: what holds several is written as JSON."""
    if isinstance(value, Mapping | tuple) or _is_row(value):
        return json.dumps(_held(value), ensure_ascii=False)
    return value


def _held(value: object) -> object:
    """The same as JSON holds it."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return {str(k): _held(v) for k, v in value.items()}
    return [_held(v) for v in value] if isinstance(value, tuple) else value


def _is_row(value: object) -> bool:
    return is_dataclass(value) and not isinstance(value, type)


def _cell(value: object) -> object:
    """A value as a cell; numbers, which most are, stand as they are."""
    return value if type(value) in (float, int) else safe_cell(_plain(value))


def csv_text(rows: Sequence[object], heads: Iterable[str] = ()) -> str:
    """Dataclasses as CSV, a column a field; `heads` are the columns where there are no rows."""
    out = io.StringIO()
    first = rows[0] if rows else None
    names = [f.name for f in fields(first)] if is_dataclass(first) else list(heads)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(getattr(r, n)) for n in names] for r in rows)
    return out.getvalue()
