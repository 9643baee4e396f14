"""What is timed: a model on chips in a layout and a precision, with the constants that hold there.

Every field may be a float or an array that broadcasts over the points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from outlay.core.arrays import Number
from outlay.performance.operators.formats import MATH
from outlay.performance.operators.shapes import Shape

__all__ = ["POWER_REFERENCE", "Case", "math_share"]

POWER_REFERENCE = 1.4e12  # FLOP/s per W of an H100 at bf16, centre of `compute_density`


@dataclass(frozen=True)
class Case:
    """Model, chip, layout, precision and constants of one point or many."""

    shape: Shape
    peak16: Number  # FLOP/s
    peak_dense: Number  # at the format the dense layers compute in
    peak_expert: Number
    bandwidth: Number  # byte/s
    link: Number  # one way
    net: Number
    domain: Number  # chips in a scale-up domain
    pcie: Number  # 1 where the link is a host bus
    mesh: Number  # 1 where links go straight from chip to chip, without a switch
    power: Number  # FLOP/s of bf16 peak per W
    memory: Number  # byte
    tp: Number
    pp: Number
    ep: Number
    dp: Number
    dense_bytes: Number  # per weight
    expert_bytes: Number
    kv_bytes: Number  # per cached value
    dense_math: Number  # place in `MATH` of the format that dense layers compute in
    expert_math: Number
    dense_converted: Number  # 1 where weights are stored smaller than they compute
    expert_converted: Number
    years: Number  # of the software, after the middle of the measurements
    c: Mapping[str, Number]  # constants

    @property
    def time(self) -> Number:
        """Factor on the sum of operators: what closed forms leave out, less by newer software."""
        return self.c["time"] * np.exp(-self.c["drift"] * self.years)

    def inside(self, group: Number) -> Number:
        """One-way link [byte/s] of a chip to the others of a group inside the domain: in a mesh
        only those to its members."""
        others = np.clip(group - 1.0, 1.0, self.domain) / np.maximum(self.domain - 1.0, 1.0)
        return self.link * np.where(np.greater(self.mesh, 0.0), np.minimum(others, 1.0), 1.0)

    @cached_property
    def rates(self) -> tuple[Number, Number, Number, Number]:
        """Achieved rates: dense and expert products [FLOP/s], weights and expert weights [byte/s].

        Every pass of a case asks for them, at the same answer.
        """
        density = (POWER_REFERENCE / self.power) ** self.c["compute_density"]
        ec = self.c["compute"] * density
        dense = np.minimum(ec * math_share(self.c, self.dense_math, self.dense_converted), 0.95)
        expert = math_share(self.c, self.expert_math, self.expert_converted, "expert_convert")
        expert = np.minimum(ec * expert, 0.95)
        eb = self.c["weight_stream"]
        return (
            self.peak_dense * dense,
            self.peak_expert * np.minimum(expert * self.c["expert_compute"], 0.95),
            self.bandwidth * eb,
            self.bandwidth * np.minimum(eb * self.c["expert_stream"], 0.98),
        )


def math_share(
    c: Mapping[str, Number], math: Number, stored_smaller: Number, convert: str = "convert"
) -> Number:
    """Share of a format's peak over the share at 16 bits, conversion of weights included."""
    of_format = np.select(
        [np.equal(math, MATH.index(name)) for name in MATH[1:]],
        [c[f"compute_{name}"] for name in MATH[1:]],
        1.0,
    )
    return of_format * np.where(np.greater(stored_smaller, 0.0), c[convert], 1.0)
