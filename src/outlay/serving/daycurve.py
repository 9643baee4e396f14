"""A day of a fleet: nodes over time from a day's tokens, node rates, a shape and a ceiling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outlay.core.errors import InfeasibleError, InputError, Problem

__all__ = ["NodeDay", "level_curve", "node_day"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class NodeDay:
    """Nodes [time] busy with prefill and decode; `total` never exceeds the ceiling."""

    prefill: Floats
    decode: Floats
    shifted_share: float  # of the day's work done later or earlier than asked for

    @property
    def total(self) -> Floats:
        return self.prefill + self.decode


def level_curve(shape: Floats, mean: float, ceiling: float) -> Floats:
    """The curve min(ceiling, x · shape) whose mean is `mean` (x by bisection).

    shape: not negative, at equal steps of time. Work cut off at the ceiling is thereby done in
    the hours below it, in proportion to them. Raises InfeasibleError where mean > ceiling.
    """
    shape = np.asarray(shape, dtype=float)
    if shape.size == 0 or np.any(~np.isfinite(shape)) or np.any(shape < 0) or np.sum(shape) == 0:
        raise InputError("a shape needs finite values that are not negative, some positive")
    live = float(np.mean(shape > 0))
    if mean > ceiling * live:
        raise InfeasibleError(
            "the day's work does not fit under the ceiling",
            [Problem("mean nodes", value=f"{mean:.6g}", allowed=f"{ceiling * live:.6g}")],
        )
    low, high = 0.0, ceiling / float(np.min(shape[shape > 0]))
    for _ in range(200):
        x = (low + high) / 2
        if np.mean(np.minimum(ceiling, x * shape)) < mean:
            low = x
        else:
            high = x
    return np.minimum(ceiling, high * shape)


def node_day(
    shape: Floats,
    *,
    input_tokens: float,
    output_tokens: float,
    input_tok_s_per_node: float,
    output_tok_s_per_node: float,
    ceiling: float = np.inf,
    seconds: float = 86_400.0,
) -> NodeDay:
    """Nodes over a day: mean nodes are tokens / (seconds × tokens/s per node), phase by phase.

    input_tokens counts cached ones too if the node rate does. Both phases follow `shape`.
    """
    prefill = input_tokens / seconds / input_tok_s_per_node
    decode = output_tokens / seconds / output_tok_s_per_node
    mean = prefill + decode
    shape = np.asarray(shape, dtype=float)
    free = shape / np.mean(shape) * mean
    total = free if np.isinf(ceiling) else level_curve(shape, mean, ceiling)
    shifted = float(np.sum(np.maximum(free - total, 0)) / np.sum(free))
    return NodeDay(total * prefill / mean, total * decode / mean, shifted)
