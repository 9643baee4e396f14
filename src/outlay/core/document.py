"""Result documents: a versioned header, a kind, and plain JSON values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from outlay.core.version import __version__

__all__ = ["SCHEMA", "document", "plain"]

SCHEMA = 1
"""Version of the JSON documents: fields may be added within a number, never renamed."""


def plain(value: Any) -> Any:
    """`value` as plain JSON: arrays to lists, NaN and infinity to null, dates to ISO text."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, bool) or value is None or isinstance(value, int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return plain(value.tolist())
    if isinstance(value, Iterable):
        return [plain(v) for v in value]
    return str(value)


def document(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A result document: version header, kind, then the fields."""
    return {"outlay": {"version": __version__, "schema": SCHEMA}, "kind": kind, **plain(body)}
