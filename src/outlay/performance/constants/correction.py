"""What measurements say beyond the closed forms: a correction in time, and how sure it is.

The residuals of the fit (logarithm of predicted over measured time) are smoothed by a Gaussian
process whose covariance is a sum of components: each lets cells that agree in some names (model,
stack, chip, ...) and lie near in batch, lengths and chips share what they have in common. A
component that no measurement supports adds nothing to the correction and all of its variance to
the interval, so unseen models and chips get the closed forms' answer and a wider range.
Components: data/correction.toml; cells: data/cells.csv. Both are written by the calibration.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from outlay.catalogue import models
from outlay.catalogue.parts.read import ReadModel
from outlay.core.arrays import Array, BoolArray, IntArray, Number
from outlay.performance.constants.cases import stack_group
from outlay.performance.constants.cells import Cells, Names, shipped_cells
from outlay.performance.constants.lineage import kin
from outlay.performance.operators.shapes import Shape, shape_of
from outlay.performance.types import Precision, Stack
from outlay.results.chips_models import Chip, Model

__all__ = [
    "COMPONENTS",
    "Component",
    "Correction",
    "Surface",
    "correct",
    "spread_of",
    "surface",
]


MOST = 0.9  # bound of a correction's logarithm: beyond it the closed forms, not the data, are off
FAR_SUPPORT = 0.05
UNCALIBRATED_SD = 0.35
Z90 = 1.6448536269514722  # standard normal, 5 % above


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


@dataclass(frozen=True)
class Correction:
    """Multiplier on time, standard deviation of its logarithm, groups behind it, in words."""

    factor: Number
    sd: Number
    groups: int
    note: str


@dataclass(frozen=True, slots=True)
class Widths:
    """Standard deviations of a logarithm beyond what the covariance says (data/intervals.toml).

    unseen_*: where no measurement has the model or chip, or its shapes are a stand-in's. scale:
    on the standard deviation, by how a number was measured. training: of a run's rate, by what
    is known of its layout. first_token: of the time to first token.
    """

    unseen_model: float
    unseen_chip: float
    unseen_shape: float
    scale: Mapping[str, float]
    training: Mapping[str, float]
    first_token: Mapping[str, float]


@cache
def widths() -> Widths:
    """Widths of intervals measured by cross-validation."""
    text = files("outlay.performance").joinpath("data/intervals.toml").read_text("utf-8")
    return Widths(**tomllib.loads(text))


def spread_of(tp: npt.ArrayLike, ep: npt.ArrayLike, dp: npt.ArrayLike) -> Names:
    """Kind of layout: tensor, tensor with experts spread, attention data parallel."""
    spread = np.asarray(ep, dtype=float) > 1
    ranks = np.asarray(dp, dtype=float) > 1
    return np.where(ranks, "attention-data", np.where(spread, "tensor-expert", "tensor"))


def sizes_of(model: Model) -> tuple[float, float]:
    """Parameters at work and in all, 1 where unknown."""
    whole = model.total_params or model.active_params or 1.0
    return float(model.active_params or whole), float(whole)


def shape_group(model: Model) -> str:
    """Attention kind and dense or mixture."""
    return model.attn_type + ("-moe" if model.n_moe_layers else "-dense")


@cache
def _shapes(idents: tuple[str, ...]) -> dict[str, tuple[float, ...]]:
    """Shapes of the measured models, by id; those the catalogue lacks are left out."""
    known = models()
    return {i: _key(shape_of(known[i])) for i in idents if i in known and known[i].layers}


def _key(shape: Shape) -> tuple[float, ...]:
    """What makes two models the same to a machine: every size but the published totals."""
    left = ("total_params", "active_params", "mtp_layers")
    return tuple(getattr(shape, f.name) for f in fields(Shape) if f.name not in left)


def measured_format(weights: str, chip: Chip, cells: Cells) -> str:
    """The format whose measurements speak for `weights`: int8 as fp8 where it was never run."""
    if weights != "int8":
        return weights
    mine: BoolArray = (cells.names["precision"] == weights) & (cells.names["chip"] == chip.id)
    return weights if mine.any() else "fp8"


def measured_as(model: Model, cells: Cells) -> str:
    """The id under which this architecture was measured: DeepSeek-R1 runs as DeepSeek-V3 does.

    A config read from a file is known by its shapes alone: its name is the user's.
    """
    idents = cells.models
    from_file = model.source == "config.json"
    if not from_file and (model.id in idents or not model.layers):
        return model.id
    mine = _key(shape_of(model))
    known = (i for i, key in _shapes(idents).items() if key == mine)
    return next(known, f"{model.source}:{model.id}" if from_file else model.id)


@dataclass(frozen=True)
class Surface:
    """The correction of one question over batch, chips and kind of layout."""

    cells: Cells
    base: Mapping[str, Array | None]  # per component: names agree × decay in lengths [cell]
    note: str
    groups: int
    extra: float  # variance for an unseen model or chip
    scale: float  # on the standard deviation, by how a number was measured

    def at(self, batch_per_chip: Number, chips: Number, spread: Names) -> Correction:
        """Correction at batch per chip and chips of a replica, arrays that broadcast."""
        kinds = np.broadcast_arrays(np.log2(chips), spread)  # of layouts: far fewer than points
        n: Array = kinds[0]
        s: Names = kinds[1]
        b: Array = np.log2(np.maximum(batch_per_chip, 1e-3)) + 0.0 * n
        mean: Array = np.zeros_like(b)
        var: Array = np.zeros_like(b)
        low, high = math.floor(b.min()), math.ceil(b.max())
        knots = np.arange(low, high + 1.0)
        near_b = self.cells.near("batch", *range(low, high + 1))
        spreads: list[str] = s.ravel().tolist()
        sizes: list[float] = n.ravel().tolist()
        pairs = set(zip(spreads, sizes, strict=True))
        for kind, size in sorted(pairs):
            here: BoolArray = np.broadcast_to((s == kind) & (n == size), mean.shape)
            m, v = self._line(near_b, size, kind)
            mean[here] = np.interp(b[here], knots, m)
            var[here] = np.interp(b[here], knots, v)
        factor: Number = np.exp(-np.clip(mean, -MOST, MOST))
        sd: Number = self.scale * np.sqrt(var + self.extra)
        return Correction(factor, sd, self.groups, self.note)

    def _line(self, near_b: Array, size: float, kind: str) -> tuple[Array, Array]:
        """Mean and variance along batch at one number of chips and kind of layout [knot]."""
        cells = self.cells
        near_n = cells.near("chips", size)[0]
        same = cells.named("spread", kind)
        mean = np.zeros(len(near_b))
        var = np.full(len(near_b), cells.noise)
        for component in COMPONENTS:
            s2 = cells.variance.get(component.label, 0.0)
            if s2 <= 0:
                continue
            w = self.base[component.label]
            if w is not None and "spread" in component.names:
                w = w * same
            if w is None or not w.any():  # no cell has these names: nothing is known of it
                var = var + s2
                continue
            w = w * near_n if "chips" in component.axes else w
            k = w[None, :] * near_b if "batch" in component.axes else w[None, :]
            mean = mean + s2 * (k @ cells.alpha)
            support = _support(k, cells.group, s2, cells.noise)
            var = var + s2 * (1.0 - support)
        return mean, var


def _support(k: Array, group: IntArray, s2: float, noise: float) -> Array:
    """Share of a component's variance that measurements take away: n / (n + noise / s2)."""
    seen: BoolArray = k.max(axis=0) > FAR_SUPPORT
    if not seen.any():
        return np.zeros(len(k))
    order = np.argsort(group[seen], kind="stable")
    starts = np.flatnonzero(np.diff(group[seen][order], prepend=-1))
    nearest = np.maximum.reduceat(k[:, seen][:, order] ** 2, starts, axis=1)
    n: Array = nearest.sum(axis=1)
    share: Array = n / (n + noise / s2)
    return share


def surface(
    model: Model,
    chip: Chip,
    precision: Precision,
    stack: Stack,
    prompt: float,
    output: float,
    *,
    kind: str = "loop",
    run: str = "closed",
    source: str = "",
    cells: Cells | None = None,
) -> Surface | None:
    """The correction of one question; None where no calibration is shipped.

    kind: loop, fill, pool or pre (how the number was measured); run: the scenario in full.
    """
    cells = cells or shipped_cells()
    if cells is None:
        return None
    mine = {
        "model": measured_as(model, cells), "chip": chip.id, "vendor": chip.vendor.lower(),
        "family": kin(chip.family, cells.families),
        "stack": stack_group(stack),
        "precision": measured_format(precision.weights, chip, cells),
        "kind": kind, "run": run, "source": source,
        "shape": shape_group(model),
    }  # fmt: skip
    agree = {
        name: (cells.named(name, value) if value else np.zeros(len(cells), dtype=bool))
        for name, value in mine.items()
    }
    decay = {
        name: cells.near(name, math.log2(max(value, 1.0)))[0]
        for name, value in (
            ("prompt", prompt), ("output", output), *zip(SIZES, sizes_of(model), strict=True),
        )
    }  # fmt: skip
    base: dict[str, Array | None] = {}
    for component in COMPONENTS:
        alike: BoolArray = np.ones(len(cells), dtype=bool)
        for name in component.names:
            if name != "spread":
                alike &= agree[name]
        w = alike.astype(float) if alike.any() else None
        for axis in component.axes:
            w = w * decay[axis] if w is not None and axis in decay else w
        base[component.label] = w
    return _with_words(cells, base, agree, model, chip, kind)


def _with_words(
    cells: Cells,
    base: Mapping[str, Array | None],
    agree: Mapping[str, BoolArray],
    model: Model,
    chip: Chip,
    kind: str,
) -> Surface:
    both = agree["model"] & agree["chip"]
    exact = both & agree["stack"]
    groups = len(set(cells.group[exact].tolist()))
    extra = 0.0
    wide = widths()
    if not agree["model"].any():
        extra += wide.unseen_model**2
    if not agree["chip"].any():
        extra += wide.unseen_chip**2
    if not model.layers or (isinstance(model, ReadModel) and model.unread):
        extra += wide.unseen_shape**2  # a stand-in's, or not all of them understood
    if groups:
        note = f"correction measured on {groups} groups"
    elif both.any():
        n = len(set(cells.group[both].tolist()))
        note = f"correction measured on {n} groups of other stacks"
    else:
        missing = [
            name for name, known in ((model.id, agree["model"]), (chip.id, agree["chip"]))
            if not known.any()
        ]  # fmt: skip
        what = (
            f"no measurement of {' or '.join(missing)}"
            if missing
            else ("model and chip measured apart, not together")
        )
        note = f"{what}; constants of {chip.family}"
    return Surface(cells, base, note, groups, extra, wide.scale[kind])


def correct(
    model: Model,
    chip: Chip,
    precision: Precision,
    stack: Stack,
    lengths: tuple[float, float],
    batch: Number,
    chips: Number,
    degrees: tuple[Number, Number, Number],
    kind: str = "loop",
    cells: Cells | None = None,
) -> Correction:
    """Correction of a question at batches of a replica [token lengths: prompt, output].

    degrees: tp, ep, dp. Without a shipped calibration the factor is 1 and the interval wide.
    """
    run = {"loop": "closed", "pool": "disaggregated", "fill": "offline", "pre": "prefill"}[kind]
    found = surface(model, chip, precision, stack, *lengths, kind=kind, run=run, cells=cells)
    per_chip: Number = np.asarray(batch, dtype=float) / np.asarray(chips, dtype=float)
    if found is None:
        flat = np.ones_like(per_chip)
        return Correction(flat, UNCALIBRATED_SD * flat, 0, "not calibrated")
    return found.at(per_chip, chips, spread_of(*degrees))
