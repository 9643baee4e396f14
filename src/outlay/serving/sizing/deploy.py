"""Ways to run a service on a chip, from the performance stage: layouts worth simulating."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from outlay.performance.types import Layout, Precision, Rate, Stack, StepTable
from outlay.results.chips_models import Chip, Model
from outlay.serving.sizing.flow import mean_context
from outlay.serving.spec import Deployment, ServiceSpec

if TYPE_CHECKING:
    from outlay.performance.constants.calibrated import Calibrated

__all__ = ["PerformanceDeployer", "resolve_model"]

LAYOUTS = 2
"""Layouts handed on per question, the best by throughput first."""


def resolve_model(model: Model | str) -> Model:
    """A `Model` from a catalogue id, or the model itself."""
    if isinstance(model, Model):
        return model
    from outlay.catalogue import find_model

    return find_model(model)


class PerformanceDeployer:
    """Deployments of a service on a chip for a phase; step tables are kept while it lives.

    The limits are met without queueing here; what load they leave room for is the simulator's
    question. Where no layout meets them, one `Deployment` without a table says why.
    """

    def __init__(self, calibration: Calibrated | None = None) -> None:
        """calibration: `performance.Calibrated` in place of the shipped one."""
        self.calibration = calibration
        self._tables: dict[tuple[object, ...], StepTable | str] = {}
        self._alive: list[object] = []  # rows whose identity is part of a key

    @property
    def stamp(self) -> str:
        """Hash of what the answers depend on beside the question: code, data, calibration."""
        from outlay.serving.store import code_fingerprint

        return code_fingerprint() + (self.calibration.sha256 if self.calibration else "")

    def __call__(self, spec: ServiceSpec, chip: Chip, phase: str) -> list[Deployment]:
        from outlay.performance import search

        model = resolve_model(spec.model)
        decode = phase != "prefill"
        rates = search(
            model,
            chip,
            spec.input_tokens,
            spec.output_tokens if decode else 1.0,
            cached_share=spec.cached_share,
            tpot_s=spec.tpot_s if decode else None,
            phase=phase,
            stack=spec.stack,
            precision=chosen_precision(spec, model, chip),
            calibration=self.calibration,
        )
        usable = [r for r in rates if r.feasible]
        if not usable:
            why = rates[0].why_not if rates else "no layout"
            return [Deployment(chip.id, None, None, why_not=why)]
        picked = _spaced(usable)
        if spec.ttft_s is not None and not decode:
            quick = min(usable, key=lambda r: r.ttft_s)
            picked += [quick] if all(quick.layout != p.layout for p in picked) else []
        return [self._deployment(spec, model, chip, r) for r in picked]

    def _deployment(self, spec: ServiceSpec, model: Model, chip: Chip, rate: Rate) -> Deployment:
        """Step table of one configuration, with the interval of its speed."""
        context = _grid(mean_context(spec))
        key = (id(model), id(chip), rate.layout, rate.precision, spec.stack, context)
        if key not in self._tables:
            self._alive += [model, chip]
            self._tables[key] = _table(
                model, chip, rate.layout, rate.precision, spec.stack, context, self.calibration
            )
        table = self._tables[key]
        if isinstance(table, str):
            return Deployment(chip.id, None, None, why_not=table)
        middle = max(rate.tok_s_per_chip, 1e-12)
        return Deployment(
            chip=chip.id,
            layout=rate.layout,
            table=table,
            bound_by=rate.bound_by,
            low=min(1.0, max(rate.low / middle, 1e-3)),
            high=max(1.0, rate.high / middle),
            precision=rate.precision,
        )


def _spaced(rates: list[Rate]) -> list[Rate]:
    """Different layouts, best throughput first."""
    found: dict[Layout, Rate] = {}
    for r in rates:
        found.setdefault(r.layout, r)
    return list(found.values())[:LAYOUTS]


def _grid(context: float) -> float:
    """Context rounded to a grid of ratio 1.25: step tables are chords, alike in between."""
    return round(1.25 ** round(math.log(max(context, 64.0), 1.25)), 1)


def chosen_precision(spec: ServiceSpec, model: Model, chip: Chip) -> Precision:
    """The study's formats; weights of none, native or auto are as the model was released."""
    from outlay.performance.operators.formats import precision_for

    said = spec.precision.weights
    weights = "" if said in ("native", "auto") else said
    return precision_for(model, chip, weights, spec.precision.kv)


def _table(
    model: Model, chip: Chip, layout: Layout, precision: Precision, stack: Stack, context: float,
    calibration: Calibrated | None,
) -> StepTable | str:  # fmt: skip
    """A step table, or the reason why there is none."""
    from outlay.performance import step_table

    try:
        found = step_table(
            model, chip, layout, precision, stack, context=context, calibration=calibration
        )
        return replace(found, first_token_s=0.0)  # a plan's limits are those of its pools
    except ValueError as err:
        return str(err)
