"""Ways to run a service on a chip, from the performance stage: layouts worth simulating."""

from __future__ import annotations

from typing import Any

from outlay.catalogue.types import Chip, Model
from outlay.performance.types import Layout, Precision, Rate, Stack
from outlay.serving.flow import mean_context
from outlay.serving.spec import Deployment, ServiceSpec

__all__ = ["deployment", "performance_deployer", "resolve_model"]

LAYOUTS = 3
"""Layouts handed on per question: the best by throughput, and smaller or faster ones behind it."""


def resolve_model(model: Any) -> Model:
    """A `Model` from a catalogue id, or the model itself."""
    if isinstance(model, Model):
        return model
    from outlay.catalogue import find_model

    return find_model(str(model))


def performance_deployer(spec: ServiceSpec, chip: Any, phase: str) -> list[Deployment]:
    """Deployments of `spec` on `chip` for `phase`, best tokens/s per chip within the SLO first.

    The limits are met without queueing here; what load they leave room for is the simulator's
    question. Where no layout meets them, one `Deployment` without a table says why.
    """
    from outlay.performance import search

    model = resolve_model(spec.model)
    rates = search(
        model,
        chip,
        spec.input_tokens,
        spec.output_tokens if phase != "prefill" else 1.0,
        cached_share=spec.cached_share,
        tpot_s=spec.tpot_s if phase != "prefill" else None,
        phase=phase,
        stack=spec.stack,
        precision=chosen_precision(spec, model, chip),
    )
    usable = [r for r in rates if r.feasible]
    if not usable:
        why = rates[0].why_not if rates else "no layout"
        return [Deployment(chip.id, None, None, why_not=why)]
    picked: list[Rate] = []
    for rate in [*_spaced(usable), *_quickest(usable)]:
        if all(rate.layout != p.layout for p in picked):
            picked.append(rate)
    return [deployment(spec, model, chip, r) for r in picked[: LAYOUTS + 1]]


def _spaced(rates: list[Rate]) -> list[Rate]:
    """Different layouts, best throughput first."""
    found: dict[Layout, Rate] = {}
    for r in rates:
        found.setdefault(r.layout, r)
    return list(found.values())[:LAYOUTS]


def _quickest(rates: list[Rate]) -> list[Rate]:
    """The layout with the shortest first token: the last hope of a tight limit."""
    return [min(rates, key=lambda r: r.ttft_s)]


def chosen_precision(spec: ServiceSpec, model: Model, chip: Chip) -> Precision | None:
    """The study's formats; None leaves the choice to the model's release and the chip."""
    return None if spec.precision.weights in ("", "native", "auto") else spec.precision


def deployment(spec: ServiceSpec, model: Model, chip: Chip, rate: Rate) -> Deployment:
    """Step table of one configuration, with the interval of its speed."""
    try:
        table = _table(
            model, chip, rate.layout, rate.precision, spec.stack, round(mean_context(spec), 1)
        )
    except ValueError as err:
        return Deployment(chip.id, None, None, why_not=str(err))
    middle = max(rate.tok_s_per_chip, 1e-12)
    return Deployment(
        chip=chip.id,
        layout=rate.layout,
        table=table,
        bound_by=rate.bound_by,
        low=min(1.0, max(rate.low / middle, 1e-3)),
        high=max(1.0, rate.high / middle),
    )


def _table(
    model: Model, chip: Chip, layout: Layout, precision: Precision, stack: Stack, context: float
) -> Any:
    from outlay.performance import step_table

    return step_table(model, chip, layout, precision, stack, context=max(context, 64.0))
