"""Fleets of two pools, both replayed: short and long prompts apart, or prefill and decode."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from outlay.core.arrays import BoolArray
from outlay.core.errors import InfeasibleError
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.pools import run_split
from outlay.serving.engine.steps import DenseTable
from outlay.serving.metrics import Slo
from outlay.serving.sizing.limits import fixed_fleet, holds
from outlay.serving.traffic.requests import Traffic

__all__ = ["Part", "by_length", "by_phase"]

SHARES = (0.5, 0.8, 0.95)
"""Shares of the prompts that are short, where no length is given."""
FEWEST = 200
"""Requests of a part below which its percentile says little."""


@dataclass(frozen=True, slots=True)
class Part:
    """One pool: `short`, `long`, `prefill` or `decode`. up_to: tokens of its longest prompt."""

    pool: str
    up_to: int
    requests: int
    replicas: int
    chips_per_replica: int

    @property
    def chips(self) -> int:
        return self.replicas * self.chips_per_replica


def by_length(
    t: Traffic,
    slo: Slo,
    policy: Policy,
    table_for: Callable[[Traffic], DenseTable],
    at: int | None,
    *,
    seed: int = 0,
) -> tuple[Part, ...]:
    """The two pools with fewest chips, each of which holds the SLO by itself: prompts of up to `at`
    tokens, or of the best of a few lengths, and longer ones. Empty where none does.

    table_for: the replica for a part of the trace, by its own mean lengths.
    """
    lengths = [at] if at is not None else sorted(
        {int(x) for x in np.quantile(t.input_tokens, SHARES, method="lower")}
    )  # fmt: skip
    best: tuple[Part, ...] = ()
    for length in lengths:
        short: BoolArray = t.input_tokens <= length
        if min(int(np.sum(short)), int(np.sum(~short))) < (1 if at is not None else FEWEST):
            continue
        try:
            pools = tuple(
                _pool(name, t.part(np.flatnonzero(mine)), slo, policy, table_for, seed)
                for name, mine in (("short", short), ("long", ~short))
            )
        except InfeasibleError:
            continue
        if not best or sum(p.chips for p in pools) < sum(p.chips for p in best):
            best = pools
    return best


def _pool(
    name: str,
    t: Traffic,
    slo: Slo,
    policy: Policy,
    table_for: Callable[[Traffic], DenseTable],
    seed: int,
) -> Part:
    table = table_for(t)
    replicas, _ = fixed_fleet(t, table, slo, policy, 2, seed=seed)
    return Part(name, int(np.max(t.input_tokens)), len(t), replicas, table.n_chips)


def by_phase(
    t: Traffic, table: DenseTable, slo: Slo, policy: Policy, fixed: int, *, seed: int = 0
) -> tuple[Part, ...]:
    """Fewest replicas to prefill, and then to decode, that hold the SLO together; empty where four
    times the fixed fleet of each does not."""

    def ok(prefill: int, decode: int) -> bool:
        records = run_split(
            t, table, table, policy, prefill_replicas=prefill, decode_replicas=decode, seed=seed
        )
        return holds(records, slo)

    most = max(2, fixed)
    while not ok(most, most):
        most *= 2
        if most > 4 * max(2, fixed):
            return ()
    prefill = _fewest(partial(_swapped, ok, most), most)
    decode = _fewest(partial(ok, prefill), most)
    longest = int(np.max(t.input_tokens))
    return tuple(
        Part(name, longest, len(t), n, table.n_chips)
        for name, n in (("prefill", prefill), ("decode", decode))
    )


def _swapped(ok: Callable[[int, int], bool], decode: int, prefill: int) -> bool:
    return ok(prefill, decode)


def _fewest(ok: Callable[[int], bool], most: int) -> int:
    """The least of 1 to `most` that is enough, where `most` is."""
    low, high = 0, most
    while high - low > 1:
        middle = math.ceil((low + high) / 2)
        low, high = (low, middle) if ok(middle) else (middle, high)
    return high
