"""Measured chips that one is held to: it is never slower than those it matches in every figure."""

from __future__ import annotations

from collections.abc import Collection

from outlay.catalogue import chips
from outlay.performance.constants.lineage import kin
from outlay.results.chips_models import Chip

__all__ = ["elders", "no_worse"]

FIGURES = ("memory_bytes", "memory_byte_s", "link_byte_s", "domain_chips", "net_byte_s")


def no_worse(chip: Chip, than: Chip) -> bool:
    """Whether a chip is at least as good as another in every figure that times depend on, of the
    peaks in those formats that both state."""
    figures = all(getattr(chip, f) >= getattr(than, f) for f in FIGURES)
    both = chip.peak_flop_s.keys() & than.peak_flop_s.keys()
    peaks = all(chip.peak_flop_s[k] >= than.peak_flop_s[k] for k in both)
    return figures and bool(both) and peaks


def elders(chip: Chip, measured: Collection[str], families: Collection[str]) -> tuple[str, ...]:
    """Measured chips of the same family that `chip` is no worse than in any figure; where it was
    not measured itself and there are none, those of the family next in its line.

    measured, families: ids and families of all chips that were.
    """
    known = [c for i, c in sorted(chips().items()) if i in measured and i != chip.id]
    alike = [c for c in known if c.family == chip.family]
    found = [c for c in alike if no_worse(chip, c)]
    if not found and chip.id not in measured:
        line = alike or [c for c in known if c.family == kin(chip.family, families)]
        found = [c for c in line if no_worse(chip, c)] or line
    return tuple(c.id for c in found)
