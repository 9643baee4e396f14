"""Choose and describe the replica that a trace is replayed on: model, chip, layout, step table."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.core.errors import InfeasibleError, InputError, Problem
from outlay.performance.types import Layout, Precision, Stack, StepTable
from outlay.results.chips_models import Chip, Model
from outlay.results.models.simulation import Replica as ReplicaRow

__all__ = ["Replica", "replica_for"]


@dataclass(frozen=True)
class Replica:
    """One replica of a deployment: what runs it and how fast its steps are."""

    model: Model
    chip: Chip
    layout: Layout
    precision: Precision
    table: StepTable

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
) -> Replica:
    """The layout named, or the best one that `performance.search` finds for these lengths.

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
    if tp is not None:
        layout = _named(n_chips, tp, pp, dp, ep, phase)
        chosen = precision
    else:
        rates = search(
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
        )
        fits = [r for r in rates if r.feasible and (n_chips is None or r.layout.n_chips == n_chips)]
        fits = fits or [r for r in rates if r.feasible]
        if not fits:
            why = rates[0].why_not if rates else "no layout fits"
            raise InfeasibleError(f"{the_model.id} on {the_chip.id}: {why}")
        layout, chosen = fits[0].layout, fits[0].precision
    try:
        table = step_table(the_model, the_chip, layout, chosen, named, context=max(context, 64.0))
    except ValueError as err:
        raise InfeasibleError(str(err)) from err
    return Replica(the_model, the_chip, layout, chosen, table)


def _named(n_chips: int | None, tp: int, pp: int, dp: int, ep: int, phase: str) -> Layout:
    total = tp * pp * dp
    problems = [
        Problem(f"{name} must be at least 1", value=str(value))
        for name, value in (("tp", tp), ("pp", pp), ("dp", dp), ("ep", ep))
        if value < 1
    ]
    if n_chips is not None and n_chips != total:
        problems.append(
            Problem("tp × pp × dp must be the chips of a replica", value=f"{total} ≠ {n_chips}")
        )
    if problems:
        raise InputError(problems)
    return Layout(total, tp, pp, ep, dp, phase)
