"""Turn a study's services and other work into the capacity table of the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from outlay.demand.types import DemandPaths, Load
from outlay.performance.types import Precision, Stack
from outlay.results.chips_models import Chip, Model
from outlay.results.plans.rows import Cell
from outlay.serving.spec import Lengths, ServiceSpec
from outlay.serving.traffic.shapes import Shape
from outlay.serving.types import Capacity
from outlay.study.model.fields import Num, is_unsaid
from outlay.study.model.study import Study

__all__ = ["build_capacity", "service_specs"]

TokenCapacity = Callable[[Sequence[ServiceSpec], Sequence[Chip]], Capacity]
"""The serving stage's table for token services: loads `<service>/prefill|decode` × chips."""

WorkRate = Callable[[Chip, str], float]
"""Sustained rate of a chip on a kind of work (dense, training), in FLOP/s; 0 = cannot."""


def service_specs(
    study: Study, models: Mapping[str, Model], shapes: Mapping[str, Shape] | None = None
) -> tuple[ServiceSpec, ...]:
    """One capacity question per service, and one for the smaller model that it may fall back on.

    models: by service, and by `<service>/fallback`. shapes: of the traces that services name, by
    name or file; a mean that is not stated is that of the trace.
    """
    perf = study.performance
    out = []
    asked = [
        (model, s)
        for name, s in study.services.items()
        for model in ([name] if s.fallback is None else [name, f"{name}/fallback"])
    ]
    for name, s in asked:
        ttft, tpot = s.slo.ttft, s.slo.tpot
        shape = (shapes or {}).get(s.lengths.trace or "")
        out.append(
            ServiceSpec(
                id=name,
                model=models[name],
                input_tokens=_mean(s.lengths.input, shape.input_tokens if shape else None),
                output_tokens=_mean(s.lengths.output, shape.output_tokens if shape else None),
                cached_share=s.mix.cached.value,
                lengths=shape.lengths
                if shape
                else Lengths(input_cv=s.lengths.cv.value, output_cv=s.lengths.cv.value),
                ttft_s=None if ttft is None else ttft.p99.value,
                tpot_s=None if tpot is None else tpot.p99.value,
                deferrable=s.deferrable.value >= 0.5,
                precision=Precision(perf.weights, perf.kv),
                stack=Stack(perf.stack),
            )
        )
    return tuple(out)


def _mean(stated: Num, of_trace: float | None) -> float:
    return of_trace if is_unsaid(stated) and of_trace is not None else stated.value


def _work_cell(load: Load, chip: Chip, reference: Chip, rate: WorkRate) -> Cell:
    """One chip's worth of reference chips on work that is counted in them."""
    if load.phase == "reserved":
        units = 1.0 if chip.id == reference.id else 0.0
        why = "" if units else f"reserved as {reference.id}"
        method = "by definition"
    else:
        base = rate(reference, load.phase)
        units = rate(chip, load.phase) / base if base > 0 else 0.0
        why = "" if units else f"no {load.phase} rate"
        method = "reference ratio"
    # A ratio of two uncalibrated peaks is good to a third either way.
    low, high = (units, units) if load.phase == "reserved" else (units / 1.35, units * 1.35)
    return Cell(load.id, chip.id, units, low, high, 1.0, 1, chip.it_w, "compute", method, why)


def build_capacity(
    study: Study,
    demand: DemandPaths,
    chips: Mapping[str, Chip],
    models: Mapping[str, Model],
    shapes: Mapping[str, Shape] | None = None,
    *,
    token_capacity: TokenCapacity,
    work_rate: WorkRate,
) -> Capacity:
    """Capacity of every load on every chip of the study, campaigns after the loads.

    chips: by id, in the order of the table. Loads allowed on some chips only are 0 elsewhere.
    """
    ids = tuple(chips)
    specs = service_specs(study, models, shapes)
    tokens = token_capacity(specs, tuple(chips.values())) if specs else None
    cells = []
    loads = (*demand.loads, *(c.load for c in demand.campaigns))
    for load in loads:
        for chip in chips.values():
            if load.unit == "token/s":
                assert tokens is not None
                cell = _stated_load(tokens.cell(load.id, chip.id), study)
            else:
                cell = _work_cell(load, chip, chips[load.reference_chip], work_rate)
            cells.append(_ruled(cell, load, chip, study))
    shape = (len(loads), len(ids))
    return Capacity(
        loads=tuple(x.id for x in loads),
        chips=ids,
        units_per_chip=np.array([x.units_per_chip for x in cells]).reshape(shape),
        watts_per_chip=np.array([x.watts_per_chip for x in cells]).reshape(shape),
        cells=tuple(cells),
        notes=() if tokens is None else tokens.notes,
    )


def _scaled(cell: Cell, factor: float) -> Cell:
    return replace(
        cell,
        units_per_chip=cell.units_per_chip * factor,
        low=cell.low * factor,
        high=cell.high * factor,
    )


def _ruled(cell: Cell, load: Load, chip: Chip, study: Study) -> Cell:
    """The cell as the study has it: domestic chips by its factor, chips it does not allow at 0."""
    if chip.domestic_cn:
        cell = _scaled(cell, study.performance.domestic_factor.value)
    if load.chips_allowed and chip.id not in load.chips_allowed:
        cell = replace(_scaled(cell, 0.0), why_not="the study allows other chips only")
    return cell


def _stated_load(cell: Cell, study: Study) -> Cell:
    """The cell at the load factor that the study states, where it does, not at the computed one."""
    stated = study.rules.slo_load
    if stated is None or cell.load_factor <= 0:
        return cell
    return replace(_scaled(cell, stated.value / cell.load_factor), load_factor=stated.value)
