"""What is timed: a model on chips in a layout and a precision, with the constants that hold there.

Every field may be a float or an array that broadcasts over the points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from outlay.core.arrays import Number
from outlay.performance.operators.shapes import Shape

__all__ = ["Case"]


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
    c: Mapping[str, Number]  # constants
