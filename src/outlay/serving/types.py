"""What serving hands on: how many chips a unit of load takes within its SLO."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.core.arrays import Array
from outlay.results.plans.rows import Cell

__all__ = ["Capacity"]


@dataclass(frozen=True)
class Capacity:
    """Table [load, chip]: `units_per_chip` for the plan, one `Cell` for each pair."""

    loads: tuple[str, ...]
    chips: tuple[str, ...]
    units_per_chip: Array  # [load, chip]; 0 = cannot
    watts_per_chip: Array  # [load, chip]
    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()

    def cell(self, load: str, chip: str) -> Cell:
        for c in self.cells:
            if c.load == load and c.chip == chip:
                return c
        raise KeyError((load, chip))
