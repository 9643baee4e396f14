"""List the ways one replica can be spread over chips, as arrays over layouts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import Problem
from outlay.performance.constants.cases import PCIE_LINK
from outlay.performance.operators.shapes import Shape
from outlay.performance.questions.engines import Degrees, runs
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
    """Candidate layouts [layout]: tp × pp × dp = n_chips; ep divides the ranks of a stage."""

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


def list_layouts(
    shape: Shape,
    chip: Chip,
    max_chips: int,
    limits: Limits,
    engine: str = "",
    *,
    pool: bool = False,
) -> Layouts:
    """Layouts of `shape` on `chip` with at most `max_chips` in a replica.

    Dense models get tensor and pipeline parallelism (attention data parallelism would only be
    more replicas); mixtures also attention data parallelism with experts spread or sliced.
    Pipelines start where a stage fills the scale-up domain, and experts are sliced inside it
    only, as such systems are run, over as many ranks as their blocks allow; chips on a host bus
    count as a domain of one. Each is legal (`legal.layout_problems` finds nothing), and `engine`
    can run it; where none is named, one of those whose rules are known. pool: of workers that only
    prefill or only decode.
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
                if tp > min(stage, most_tp) or stage % tp or limits.tears(tp):
                    continue
                dp = stage // tp
                if dp > 1 and not moe:
                    continue
                for ep in _spreads(limits, stage, sliced=stage <= max(inside, tp),
                                   filled=fills(chip, n)):  # fmt: skip
                    if runs(engine, limits, Degrees(tp, pp, ep, dp), pool=pool):
                        rows.append((n, tp, pp, ep, dp))
    table = np.array(rows, dtype=float).T
    return Layouts(*table)


def _spreads(limits: Limits, ranks: int, *, sliced: bool, filled: bool) -> list[int]:
    """Over how many ranks of a stage experts are spread: as few as their blocks allow, and all.

    sliced: whether ranks are near enough to slice an expert over them. filled: as `Limits.spreads`.
    """
    if not limits.experts:
        return [1] if sliced else []
    found: list[int] = []
    if sliced:
        few = (
            ep
            for ep in range(1, ranks + 1)
            if ranks % ep == 0
            and limits.slices(ranks // ep)
            and limits.spreads(ep, filled=filled and ep == ranks)
        )
        found += [next(few, 0)]
    if ranks > 1 and limits.spreads(ranks, filled):
        found += [ranks]
    return sorted(set(found) - {0})


def size_problems(
    shape: Shape, chip: Chip, n_chips: int, limits: Limits, engine: str = ""
) -> tuple[Problem, ...]:
    """Why no layout of exactly `n_chips` is among those listed; none where one is."""
    where = "--n-chips"
    if not is_whole(n_chips) or n_chips > MOST_CHIPS:
        what = "not a number of chips that a replica may have"
        return (Problem(what, where, repr(n_chips), f"a whole number, 1 to {MOST_CHIPS:,}"),)
    sizes = sorted({int(n) for n in list_layouts(shape, chip, 2 * n_chips, limits, engine).n_chips})
    if n_chips in sizes:
        return ()
    what = f"no layout of this many chips is tried for {limits.model}"
    hint = f"{nearest_to(n_chips, sizes)}; or name a layout, beginning with --tp"
    return (Problem(what, where, str(n_chips), f"{listed(sizes)} up to {2 * n_chips}", hint),)
