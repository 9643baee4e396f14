"""List the ways one replica can be spread over chips, as arrays over layouts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import Problem
from outlay.performance.constants.cases import PCIE_LINK
from outlay.performance.operators.shapes import Shape
from outlay.performance.questions.legal import (
    MOST_CHIPS,
    Limits,
    fills,
    is_whole,
    listed,
    nearest_to,
)
from outlay.results.chips_models import Chip

__all__ = ["Layouts", "list_layouts", "size_problems"]


@dataclass(frozen=True)
class Layouts:
    """Candidate layouts [layout]: tp × pp × dp = n_chips; ep is 1 or the ranks of a stage."""

    n_chips: Array
    tp: Array
    pp: Array
    ep: Array
    dp: Array

    def __len__(self) -> int:
        return len(self.n_chips)


def _sizes(most: int, chip: Chip) -> list[int]:
    """Chips in a replica: powers of two, then whole domains or servers."""
    unit = max(min(chip.domain_chips, 64), 1)
    powers = [2**i for i in range(20) if 2**i <= most]
    wide = [unit * i for i in (2, 3, 4, 6, 8, 12, 16, 18, 20, 40) if unit * i <= most]
    return sorted(set(powers + wide))


def list_layouts(shape: Shape, chip: Chip, max_chips: int, limits: Limits) -> Layouts:
    """Layouts of `shape` on `chip` with at most `max_chips` in a replica.

    Dense models get tensor and pipeline parallelism (attention data parallelism would only be
    more replicas); mixtures also attention data parallelism with experts spread or sliced.
    Pipelines start where a stage fills the scale-up domain, and experts are sliced inside it
    only, as such systems are run; chips on a host bus count as a domain of one. Each is legal
    (`legal.layout_problems` finds nothing).
    """
    inside = 1 if chip.link_byte_s <= PCIE_LINK else max(chip.domain_chips, 1)
    moe = float(shape.moe_layers) > 0
    most_tp = min(max(chip.domain_chips, 1), 16)
    rows: list[tuple[int, int, int, int, int]] = []
    for n in _sizes(max(max_chips, 1), chip):
        for pp in (1, 2, 4, 8):
            if n % pp or pp > limits.layers:
                continue
            stage = n // pp
            if pp > 1 and stage < inside:
                continue
            for tp in (1, 2, 4, 8, 16):
                if tp > min(stage, most_tp) or stage % tp or not limits.divides(tp):
                    continue
                dp = stage // tp
                if dp > 1 and not moe:
                    continue
                if stage <= max(inside, tp):
                    rows.append((n, tp, pp, 1, dp))
                if moe and stage > 1 and limits.spreads(stage, fills(chip, n)):
                    rows.append((n, tp, pp, stage, dp))
    table = np.array(rows, dtype=float).T
    return Layouts(*table)


def size_problems(
    shape: Shape, chip: Chip, n_chips: int, limits: Limits, where: str = "--n-chips"
) -> tuple[Problem, ...]:
    """Why no layout of exactly `n_chips` is among those listed; none where one is."""
    if not is_whole(n_chips) or n_chips > MOST_CHIPS:
        what = "not a number of chips that a replica may have"
        return (Problem(what, where, repr(n_chips), f"a whole number, 1 to {MOST_CHIPS:,}"),)
    sizes = sorted({int(n) for n in list_layouts(shape, chip, 2 * n_chips, limits).n_chips})
    if n_chips in sizes:
        return ()
    what = f"no layout of this many chips is tried for {limits.model}"
    hint = f"{nearest_to(n_chips, sizes)}; or name a layout, beginning with --tp"
    return (Problem(what, where, str(n_chips), f"{listed(sizes)} up to {2 * n_chips}", hint),)
