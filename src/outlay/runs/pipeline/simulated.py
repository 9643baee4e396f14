"""Counts the capacities that are simulated, from outside of what simulates them.

The code of `serving` is part of the key of every capacity that is kept or shipped: it is not
touched for a word of progress.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from outlay.core.progress import COUNTED, Count, Progress, Told

if TYPE_CHECKING:
    from outlay.results.chips_models import Chip
    from outlay.serving.sizing.deploy import PerformanceDeployer
    from outlay.serving.spec import Deployment, ServiceSpec

__all__ = ["Simulated"]

SECONDS = 1.5
"""How long one capacity is guessed to take."""


class Simulated:
    """Layouts of a service on a chip, asked for once for each capacity that is not known yet."""

    def __init__(self, ways: PerformanceDeployer, progress: Progress) -> None:
        self._ways, self._progress = ways, progress
        self._count: Count | None = None
        self._first = True

    @property
    def stamp(self) -> str:
        """Of what the answers depend on."""
        return self._ways.stamp

    def tell(self, line: str) -> None:
        """Pass a line on; one that says how many are to come begins the count."""
        found = COUNTED.search(line)
        if found is None:
            self._progress(line)
            return
        ahead = int(found[1])
        self._progress(Told(line, done=0, total=ahead, seconds=SECONDS * ahead))
        self._count = Count(self._progress, "capacities simulated", ahead)

    def __call__(self, spec: ServiceSpec, chip: Chip, phase: str) -> Sequence[Deployment]:
        """The layouts; whoever asks for the next one has done with the one before."""
        if self._count is not None and not self._first:
            self._count()
        self._first = False
        return self._ways(spec, chip, phase)
