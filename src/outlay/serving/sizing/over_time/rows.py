"""Rows beside a size: chips that were compared, and fleets of two pools."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import numpy as np

from outlay.core.errors import InfeasibleError
from outlay.results.models.size import Choice, Fleet, Pool, Size
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.steps import DenseTable, dense
from outlay.serving.metrics import Slo
from outlay.serving.sizing.over_time.apart import Part, by_length, by_phase
from outlay.serving.sizing.replica import Replica
from outlay.serving.traffic.requests import Traffic

__all__ = ["choice_row", "rank", "refused_row", "with_pools"]


def _real(doc: Size) -> Fleet:
    """The fleet that a scaler gives, or the fixed one where none does better."""
    return next((f for f in doc.fleets if f.fleet.startswith("real")), doc.fleets[-1])


def rank(doc: Size) -> tuple[float, float]:
    """Cost a day, then chip-hours; what has no price comes last."""
    fleet = _real(doc)
    return (math.inf if fleet.usd_per_day is None else fleet.usd_per_day), fleet.chip_hours


def choice_row(doc: Size) -> Choice:
    """A chip that holds."""
    f = _real(doc)
    return Choice(
        doc.replica.chip, doc.fixed_chips, f.chip_hours, f.usd_per_day, f.usd_per_mtok, ""
    )


def refused_row(chip: str, error: InfeasibleError) -> Choice:
    """A chip that holds nothing, and why."""
    why = "; ".join(dict.fromkeys(p.what for p in error.problems())) or str(error)
    return Choice(chip, 0, None, None, None, why)


def with_pools(
    doc: Size,
    wanted: bool,
    at: int | None,
    t: Traffic,
    one: Replica,
    ask: Callable[..., Replica],
    slo: Slo,
    policy: Policy,
    seed: int,
) -> Size:
    """The size with fleets of two pools beside it, where they were asked for: by length, each
    replica chosen for its own, and by phase.

    at: tokens that part short from long; it asks for them too. ask: the replica for mean lengths.
    """
    if not wanted and at is None:
        return doc
    fixed = doc.fixed_chips // doc.chips_per_replica
    table_for = partial(_table_of, ask)
    length = by_length(t, slo, policy, table_for, at, seed=seed)
    phase = by_phase(t, dense(one.table), slo, policy, fixed, seed=seed)
    rows = (*map(partial(_row, "length"), length), *map(partial(_row, "phase"), phase))
    return replace(doc, pools=rows, notes=(*doc.notes, *_no_pools(rows)))


def _no_pools(rows: Iterable[Pool]) -> tuple[str, ...]:
    """A note for each way to keep pools apart that holds nothing."""
    there = {row.apart for row in rows}
    said = {
        "length": "short and long prompts apart: no two pools that each hold the limits",
        "phase": "prefill apart from decode: four times the fixed fleet for each misses the limits",
    }
    return tuple(text for apart, text in said.items() if apart not in there)


def _table_of(ask: Callable[..., Replica], t: Traffic) -> DenseTable:
    return dense(ask(float(np.mean(t.input_tokens)), float(np.mean(t.output_tokens))).table)


def _row(apart: str, p: Part) -> Pool:
    return Pool(apart, p.pool, p.up_to, p.requests, p.replicas, p.chips)
