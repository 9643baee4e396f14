"""Choose and describe the replica that a trace is replayed on: model, chip, layout, step table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from outlay.core.errors import InfeasibleError, InputError, Problem
from outlay.performance.constants.calibrated import Calibrated
from outlay.performance.types import Layout, Precision, Rate, Stack, StepTable
from outlay.results.chips_models import Chip, Model
from outlay.results.models.simulation import Replica as ReplicaRow

__all__ = ["Replica", "layout_refusals", "replica_for"]


@dataclass(frozen=True)
class Replica:
    """One replica of a deployment: what runs it and how fast its steps are."""

    model: Model
    chip: Chip
    layout: Layout
    precision: Precision
    table: StepTable
    stack: Stack = field(default_factory=Stack)
    context: float = 4096.0

    def cache_bytes(self) -> float:
        """KV cache of a token, on all chips that hold it [byte]."""
        from outlay.performance.questions.steps import cache_bytes

        return cache_bytes(
            self.model, self.chip, self.layout, self.precision, self.stack, context=self.context
        )

    def describe(self) -> ReplicaRow:
        """The replica as a row of a document."""
        return ReplicaRow(
            model=self.model.id,
            chip=self.chip.id,
            n_chips=self.layout.n_chips,
            tp=self.layout.tp,
            pp=self.layout.pp,
            dp=self.layout.dp,
            ep=self.layout.ep,
            weights=self.precision.weights,
            kv=self.precision.kv,
            kv_capacity_tokens=self.table.kv_capacity_tokens,
            max_batch=self.table.max_batch,
        )


def replica_for(
    model: str | Model,
    chip: str | Chip,
    input_tokens: float,
    output_tokens: float,
    *,
    cached_share: float = 0.0,
    n_chips: int | None = None,
    tp: int | None = None,
    pp: int = 1,
    dp: int = 1,
    ep: int = 1,
    weights: str = "",
    kv: str = "bf16",
    stack: str = "",
    ttft_s: float | None = None,
    tpot_s: float | None = None,
    phase: str = "aggregated",
    calibration: Calibrated | None = None,
) -> Replica:
    """The layout named, or the best one that `performance.search` finds for these lengths.

    calibration: constants in place of the shipped ones, and overheads of engines.
    Raises InfeasibleError where the model does not fit or no layout meets the limits unloaded,
    UnknownNameError for names, InputError for layouts that cannot be.
    """
    from outlay.catalogue import find_chip, open_model
    from outlay.performance import search, step_table
    from outlay.performance.operators.formats import precision_for

    the_model = model if isinstance(model, Model) else open_model(model)
    the_chip = chip if isinstance(chip, Chip) else find_chip(chip)
    precision = precision_for(the_model, the_chip, weights, kv)
    named = Stack(stack)
    context = input_tokens + output_tokens / 2
    problems = layout_refusals(
        the_model, the_chip, n_chips=n_chips, tp=tp, pp=pp, dp=dp, ep=ep, weights=weights,
        stack=stack,
    )  # fmt: skip
    if problems:
        raise InputError(problems)
    if tp is not None:
        layout, chosen = Layout(tp * pp * dp, tp, pp, ep, dp, phase), precision
    else:
        ask = partial(
            search,
            the_model,
            the_chip,
            max(1.0, input_tokens),
            max(1.0, output_tokens),
            cached_share=min(0.99, cached_share),
            ttft_s=ttft_s,
            tpot_s=tpot_s,
            max_chips=n_chips,
            phase=phase,
            stack=named,
            precision=precision,
            calibration=calibration,
        )
        formats = f"{precision.weights} weights and {precision.kv} cache"
        best = _best(ask, n_chips, f"{the_model.id}, {formats}, on {the_chip.id}")
        layout, chosen = best.layout, best.precision
    try:
        table = step_table(
            the_model, the_chip, layout, chosen, named, context=max(context, 64.0),
            calibration=calibration,
        )  # fmt: skip
    except ValueError as err:
        raise InfeasibleError(str(err)) from err
    return Replica(the_model, the_chip, layout, chosen, table, named, max(context, 64.0))


def _best(ask: Callable[..., list[Rate]], n_chips: int | None, what: str) -> Rate:
    """The best configuration, of `n_chips` where stated. Raises InfeasibleError where none is."""
    rates = ask()
    fits = [r for r in rates if r.feasible]
    if n_chips is not None and fits:
        of_size = [r for r in fits if r.layout.n_chips == n_chips]
        # Off the front, where other sizes serve both chip and user better, but asked for.
        fits = of_size or [r for r in ask(keep_all=True) if r.layout.n_chips == n_chips]
        if not fits:
            raise InfeasibleError(f"{what}: no layout of {n_chips} chips meets the limits")
    if not fits:
        why = rates[0].why_not if rates else "no layout fits"
        raise InfeasibleError(f"{what}: {why}")
    return fits[0]


def layout_refusals(
    model: Model,
    chip: Chip,
    *,
    n_chips: int | None = None,
    tp: int | None = None,
    pp: int = 1,
    dp: int = 1,
    ep: int = 1,
    weights: str = "",
    stack: str = "",
) -> tuple[Problem, ...]:
    """Everything that keeps a replica as asked for from being one of this model on this chip.

    weights: their format; empty: as released. stack: whose rules hold too, where they are known.
    """
    from outlay.performance.operators.formats import native_precision
    from outlay.performance.operators.shapes import shape_of
    from outlay.performance.questions.engines import Degrees, engine_of, refused
    from outlay.performance.questions.layouts import size_problems
    from outlay.performance.questions.legal import layout_problems, limits_of

    shape, engine = shape_of(model), engine_of(Stack(stack))
    served = (chip, weights or native_precision(model, chip).weights)
    if tp is not None:
        limits = limits_of(model, shape, served)
        found = layout_problems(limits, chip, tp=tp, pp=pp, dp=dp, ep=ep, n_chips=n_chips)
        why = "" if found or not engine else refused(engine, limits, Degrees(tp, pp, ep, dp))
        if why:
            laid = f"tp {tp}, dp {dp}, ep {ep}"
            return (Problem(why, "--stack", f"{stack} with {laid}", "a layout that it can run"),)
        return found
    alone = [
        Problem(
            "part of a layout that begins with tensor parallelism",
            where=f"--{name}",
            value=str(value),
            allowed="with --tp",
            hint="without it the best layout is looked for",
        )
        for name, value in (("pp", pp), ("dp", dp), ("ep", ep))
        if value != 1
    ]
    limits = limits_of(model, shape, served, wary=True)
    sized = () if n_chips is None else size_problems(shape, chip, n_chips, limits, engine)
    return (*alone, *sized)
