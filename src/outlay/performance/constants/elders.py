"""Measured chips that one is held to: it is never slower than those it matches in every figure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from outlay.catalogue import chips
from outlay.performance.constants.lineage import kin
from outlay.results.chips_models import Chip

__all__ = ["elders", "no_worse"]

FIGURES = ("memory_bytes", "memory_byte_s", "link_byte_s", "domain_chips", "net_byte_s")


def no_worse(chip: Chip, than: Chip, weights: str) -> bool:
    """Whether a chip is at least as good as another in every figure that times in this format of
    weights depend on."""
    figures = all(getattr(chip, f) >= getattr(than, f) for f in FIGURES)
    used = {"bf16", weights} & than.peak_flop_s.keys()
    return figures and all(chip.peak_flop_s.get(k, 0.0) >= than.peak_flop_s[k] for k in used)


def elders(
    chip: Chip, measured: Collection[str], families: Collection[str], weights: str
) -> tuple[str, ...]:
    """Measured chips of the same family that `chip` is no worse than in any figure; where it was
    not measured itself and there are none, those of the family next in its line.

    measured, families: ids and families of all chips that were.
    """
    known = [c for i, c in sorted(chips().items()) if i in measured and i != chip.id]
    alike = [c for c in known if c.family == chip.family]
    found = _outdone(chip, alike, weights)
    if not found and chip.id not in measured:
        line = alike or [c for c in known if c.family == kin(chip.family, families)]
        found = _outdone(chip, line, weights) or line
    return tuple(c.id for c in found)


def _outdone(chip: Chip, others: Sequence[Chip], weights: str) -> list[Chip]:
    return [c for c in others if no_worse(chip, c, weights)]
