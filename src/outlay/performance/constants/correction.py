"""What measurements say beyond the closed forms: a correction in time, and how sure it is.

The residuals of the fit (logarithm of predicted over measured time) are smoothed by a Gaussian
process whose covariance is a sum of components: each lets cells that agree in some names (model,
stack, chip, ...) and lie near in batch, lengths, chips and a model's sizes share what they have in
common. A component that no measurement supports adds nothing to the correction and all of its
variance to the interval; a level that none has (a source, a model, a chip, its family, an engine
on a vendor's chips) adds what such levels were off by when fits had not seen them.
Components: data/correction.toml; cells: data/cells.csv. Both are written by the calibration.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache

import numpy as np

from outlay.catalogue import models
from outlay.catalogue.parts.read import ReadModel
from outlay.core.arrays import Array, BoolArray, IntArray, Number
from outlay.performance.constants.cases import stack_group
from outlay.performance.constants.cells import Cells, shipped_cells
from outlay.performance.constants.components import (
    COMPONENTS,
    SIZES,
    Component,
    shape_group,
    sizes_of,
)
from outlay.performance.constants.elders import elders
from outlay.performance.constants.lineage import kin
from outlay.performance.constants.surface import Correction, Surface, Term
from outlay.performance.operators.shapes import Shape, shape_of
from outlay.performance.types import Precision, Stack
from outlay.results.chips_models import Chip, Model

__all__ = ["correct", "spread_index", "surface"]

UNCALIBRATED_SD = 0.35
THIN = 3.0  # groups of an engine on a vendor's chips that halve the variance of what is unseen
RUNS = {"loop": "closed", "pool": "disaggregated", "fill": "offline", "pre": "prefill"}


def spread_index(ep: Number, dp: Number) -> IntArray:
    """Kind of layout as its place in `SPREADS`, as `spread_of` names it."""
    spread = np.where(np.greater(ep, 1.0), 1, 0)
    found: IntArray = np.where(np.greater(dp, 1.0), 2, spread).astype(np.intp)
    return found


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
    mine: BoolArray = cells.named("precision", weights) & cells.named("chip", chip.id)
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
class _Asked:
    """One question as the cells know it: its names and its model's sizes (base-2 logarithms)."""

    names: tuple[tuple[str, str], ...]
    sizes: tuple[float, ...]
    stand_in: bool  # not all shapes are known

    @property
    def by_name(self) -> Mapping[str, str]:
        return dict(self.names)


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
    names = {
        "model": measured_as(model, cells), "chip": chip.id, "vendor": chip.vendor.lower(),
        "family": kin(chip.family, cells.families),
        "stack": stack_group(stack),
        "precision": measured_format(precision.weights, chip, cells),
        "kind": kind, "run": run, "source": source,
        "shape": shape_group(model),
    }  # fmt: skip
    lengths = {"prompt": math.log2(max(prompt, 1.0)), "output": math.log2(max(output, 1.0))}
    sizes = tuple(math.log2(max(x, 1.0)) for x in sizes_of(model))
    unread = isinstance(model, ReadModel) and bool(model.unread)
    vague = not model.layers or unread or bool(model.left_out)
    asked = _Asked(tuple(names.items()), sizes, vague)

    def at_lengths() -> Surface:
        whole = cells.kept("of any lengths", asked, lambda: _surface(cells, asked, model.id, chip))
        return whole.at_lengths(lengths)

    return cells.kept("of lengths", (asked, *lengths.values()), at_lengths)


def _surface(cells: Cells, asked: _Asked, model: str, chip: Chip) -> Surface:
    """What depends on names alone: of one model, chip, stack and format."""
    agree = {
        name: (cells.named(name, value) if value else np.zeros(len(cells), dtype=bool))
        for name, value in asked.names
    }
    decay = {
        axis: cells.near(axis, place)[0] for axis, place in zip(SIZES, asked.sizes, strict=True)
    }
    shared = [c for c in COMPONENTS if "chip" not in c.names]
    of_chip = [c for c in COMPONENTS if "chip" in c.names]
    terms, silent = _terms(cells, shared, agree, decay)
    mine, unsaid = _terms(cells, of_chip, agree, decay)
    held_to = []
    for elder in elders(chip, cells.chips, cells.families, asked.by_name["precision"]):
        theirs = {**agree, "chip": cells.named("chip", elder)}
        held_to.append(tuple(_terms(cells, of_chip, theirs, decay)[0]))
    both = agree["model"] & agree["chip"]
    exact = both & agree["stack"]
    return Surface(
        cells=cells,
        terms=(*terms, *mine),
        held_to=tuple(held_to),
        own=len(terms),
        silent=cells.noise + silent + unsaid,
        unseen=_unseen(cells, asked, agree, chip),
        kind=asked.by_name["kind"],
        groups=_groups(cells, exact),
        note=_note(cells, agree, both, exact, model, chip),
    )


def _terms(
    cells: Cells,
    components: Sequence[Component],
    agree: Mapping[str, BoolArray],
    decay: Mapping[str, Array],
) -> tuple[list[Term], float]:
    """What some components have of a question, and the variance of those that have nothing."""
    terms, silent = [], 0.0
    for component in components:
        s2 = cells.variance.get(component.label, 0.0)
        if s2 <= 0:
            continue
        alike: BoolArray = np.ones(len(cells), dtype=bool)
        for name in component.names:
            if name != "spread":
                alike &= agree[name]
        index = np.flatnonzero(alike)
        if not len(index):
            silent += s2
            continue
        weight = np.ones(len(index))
        for axis in component.axes:
            weight = weight * decay[axis][index] if axis in decay else weight
        starts = np.flatnonzero(np.diff(cells.group[index], prepend=-1))
        terms.append(Term(component, s2, index, weight, starts))
    return terms, silent


def _groups(cells: Cells, chosen: BoolArray) -> int:
    return len(set(cells.group[chosen].tolist()))


def _unseen(
    cells: Cells, asked: _Asked, agree: Mapping[str, BoolArray], chip: Chip
) -> dict[str, float]:
    """Levels of a question that no measurement has, and the share of their variance it takes."""
    found = {level: 1.0 for level in ("source", "model", "chip") if not agree[level].any()}
    if chip.family not in cells.families:
        found["family"] = 1.0
    if asked.stand_in:
        found["shape"] = 1.0
    if asked.by_name["stack"]:
        seen = _groups(cells, agree["stack"] & agree["vendor"])
        found["engine"] = 1.0 / (1.0 + seen / THIN)
    return found


def _note(
    cells: Cells,
    agree: Mapping[str, BoolArray],
    both: BoolArray,
    exact: BoolArray,
    model: str,
    chip: Chip,
) -> str:
    """What the correction rests on, in words."""
    if exact.any():
        return f"correction measured on {_groups(cells, exact)} groups"
    if both.any():
        return f"correction measured on {_groups(cells, both)} groups of other stacks"
    missing = [
        name for name, known in ((model, agree["model"]), (chip.id, agree["chip"]))
        if not known.any()
    ]  # fmt: skip
    what = (
        f"no measurement of {' or '.join(missing)}"
        if missing
        else "model and chip measured apart, not together"
    )
    return f"{what}; constants of {kin(chip.family, cells.families)}"


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
    found = surface(model, chip, precision, stack, *lengths, kind=kind, run=RUNS[kind], cells=cells)
    per_chip: Number = np.asarray(batch, dtype=float) / np.asarray(chips, dtype=float)
    if found is None:
        flat = np.ones_like(per_chip)
        return Correction(flat, UNCALIBRATED_SD * flat, 0, "not calibrated")
    return found.at(per_chip, chips, spread_index(*degrees[1:]))
