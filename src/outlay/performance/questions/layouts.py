"""List the ways one replica can be spread over chips, as arrays over layouts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array
from outlay.performance.constants.cases import PCIE_LINK
from outlay.performance.operators.shapes import Shape
from outlay.results.chips_models import Chip

__all__ = ["Layouts", "list_layouts"]


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


def list_layouts(shape: Shape, chip: Chip, max_chips: int, heads: int = 0) -> Layouts:
    """Layouts of `shape` on `chip` with at most `max_chips` in a replica.

    Dense models get tensor and pipeline parallelism (attention data parallelism would only be
    more replicas); mixtures also attention data parallelism with experts spread or sliced.
    Pipelines start where a stage fills the scale-up domain, and experts are sliced inside it
    only, as such systems are run; chips on a host bus count as a domain of one. Tensor
    parallelism divides the `heads`, where they are known (0: not).
    """
    inside = 1 if chip.link_byte_s <= PCIE_LINK else max(chip.domain_chips, 1)
    moe = float(shape.moe_layers) > 0
    most_tp = min(max(chip.domain_chips, 1), 16)
    rows: list[tuple[int, int, int, int, int]] = []
    for n in _sizes(max(max_chips, 1), chip):
        for pp in (1, 2, 4, 8):
            if n % pp or pp > float(shape.layers):
                continue
            stage = n // pp
            if pp > 1 and stage < inside:
                continue
            for tp in (1, 2, 4, 8, 16):
                if tp > min(stage, most_tp) or stage % tp or heads % tp:
                    continue
                dp = stage // tp
                if dp > 1 and not moe:
                    continue
                if stage <= max(inside, tp):
                    rows.append((n, tp, pp, 1, dp))
                if moe and 1 < stage <= float(shape.experts):
                    rows.append((n, tp, pp, stage, dp))
    table = np.array(rows, dtype=float).T
    return Layouts(*table)
