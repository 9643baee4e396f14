"""What serving hands on: how many chips a unit of load takes within its SLO."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.core.arrays import Array
from outlay.performance.types import Layout

__all__ = ["Capacity", "Cell"]


@dataclass(frozen=True, slots=True)
class Cell:
    """How chip `chip` serves load `load`, with why and how sure.

    units_per_chip: units of the load (token/s, or reference chips) that one chip sustains within
    the SLO, before failures and spares (those are the plan's usable share); 0 where it cannot.
    load_factor: share of saturated throughput at which the SLO holds (already inside).
    low, high: 90 % interval of units_per_chip.
    """

    load: str
    chip: str
    units_per_chip: float
    low: float
    high: float
    load_factor: float
    chips_per_replica: int
    watts_per_chip: float  # mean while serving
    layout: Layout | None
    bound_by: str
    method: str  # simulated, flow balance, reference ratio
    why_not: str = ""


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
