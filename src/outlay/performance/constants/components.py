"""The terms of the correction's covariance: which names must agree, along what they decay."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from outlay.performance.constants.cells import Names
from outlay.results.chips_models import Model

__all__ = ["COMPONENTS", "SIZES", "SPREADS", "Component", "shape_group", "sizes_of", "spread_of"]

SPREADS = ("tensor", "tensor-expert", "attention-data")
"""Kinds of layout: tensor, tensor with experts spread, attention data parallel."""


@dataclass(frozen=True)
class Component:
    """One term of the covariance: names that must agree, axes along which it decays."""

    names: tuple[str, ...]
    axes: tuple[str, ...] = ()

    @cached_property
    def label(self) -> str:
        return "*".join(self.names) + ("~" + "".join(a[0] for a in self.axes) if self.axes else "")


ALL = ("batch", "prompt", "output", "chips")
SIZES = ("active", "whole")
LENGTHWISE = ("batch", "prompt", "output")
COMPONENTS = (
    Component(("model",)),
    Component(("chip",)),
    Component(("model", "stack")),
    Component(("chip", "stack", "kind")),
    Component(("stack", "kind", "spread"), ALL),
    Component(("model", "stack", "kind", "family"), LENGTHWISE),
    Component(("model", "kind"), ALL),
    Component(("chip", "stack", "kind", "precision"), ALL),
    Component(("model", "chip", "stack", "precision", "kind"), ALL),
    Component(("run", "stack")),
    Component(("source", "kind")),
    Component(("shape", "family", "stack", "kind"), LENGTHWISE),
    Component(("family", "stack", "kind", "precision"), ALL),
    Component(("shape", "stack", "kind"), (*LENGTHWISE, *SIZES)),
    Component(("shape", "family", "stack", "kind", "precision"), (*ALL, *SIZES)),
)


def spread_of(tp: npt.ArrayLike, ep: npt.ArrayLike, dp: npt.ArrayLike) -> Names:
    """Kind of layout, one of `SPREADS`."""
    spread = np.asarray(ep, dtype=float) > 1
    ranks = np.asarray(dp, dtype=float) > 1
    return np.where(ranks, SPREADS[2], np.where(spread, SPREADS[1], SPREADS[0]))


def sizes_of(model: Model) -> tuple[float, float]:
    """Parameters at work and in all, 1 where unknown."""
    whole = model.total_params or model.active_params or 1.0
    return float(model.active_params or whole), float(whole)


def shape_group(model: Model) -> str:
    """Attention kind and dense or mixture."""
    return model.attn_type + ("-moe" if model.n_moe_layers else "-dense")
