"""Capacity of token services, worked out once for all branches that ask the same of a service."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from outlay.results.chips_models import Chip
from outlay.serving.sizing.build import TokenCapacity
from outlay.serving.spec import ServiceSpec
from outlay.serving.types import Capacity

__all__ = ["TokenTables"]


class TokenTables:
    """A `TokenCapacity` that asks another only for services it has not seen on the same chips."""

    def __init__(self, table: TokenCapacity) -> None:
        self._table = table
        self._known: list[tuple[ServiceSpec, tuple[str, ...], Capacity]] = []

    def __call__(self, specs: Sequence[ServiceSpec], chips: Sequence[Chip]) -> Capacity:
        ids = tuple(c.id for c in chips)
        asked = [s for s in specs if self._find(s, ids) is None]
        if asked:
            made = self._table(asked, chips)
            self._known += [(s, ids, made) for s in asked]
            if len(asked) == len(specs):
                return made
        rows = [row for spec in specs for row in self._rows(spec, ids)]
        loads = tuple(t.loads[i] for t, i in rows)
        return Capacity(
            loads,
            ids,
            np.array([t.units_per_chip[i] for t, i in rows]),
            np.array([t.watts_per_chip[i] for t, i in rows]),
            tuple(c for t, i in rows for c in t.cells if c.load == t.loads[i]),
            rows[0][0].notes,
        )

    def _rows(self, spec: ServiceSpec, chips: tuple[str, ...]) -> list[tuple[Capacity, int]]:
        """The table that holds a service asked before, and each of its rows there."""
        table = self._find(spec, chips)
        assert table is not None
        own = (f"{spec.id}/prefill", f"{spec.id}/decode")  # not those of its fallback
        return [(table, i) for i, x in enumerate(table.loads) if x in own]

    def _find(self, spec: ServiceSpec, chips: tuple[str, ...]) -> Capacity | None:
        found = (t for s, ids, t in self._known if s == spec and ids == chips)
        return next(found, None)
