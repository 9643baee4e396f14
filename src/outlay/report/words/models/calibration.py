"""What a calibration says: one line a number, in the order of the document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from outlay.results.models.calibration import Calibration

__all__ = ["lines"]


def lines(doc: Calibration) -> Iterator[str]:
    """`name: value` of everything that was done."""
    for f in fields(doc):
        value: object = getattr(doc, f.name)
        if value not in (None, "", {}):
            yield f"{f.name}: {list(value) if isinstance(value, tuple) else value}"
