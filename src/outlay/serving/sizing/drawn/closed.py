"""Fewest replicas for users of a closed loop, each answer shown by a run of that very loop."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from outlay.core.errors import InfeasibleError, Problem
from outlay.serving.engine.policy import Clients, Policy
from outlay.serving.engine.run import Records, run
from outlay.serving.engine.steps import DenseTable
from outlay.serving.metrics import Slo
from outlay.serving.sizing.limits import holds
from outlay.serving.traffic.requests import Traffic

__all__ = ["clients_for", "fewest_for_users", "requests_for"]

MOST = 32_000


def fewest_for_users(
    t: Traffic, table: DenseTable, slo: Slo, policy: Policy, clients: Clients, *, seed: int = 0
) -> tuple[int, Records]:
    """Replicas that hold the SLO while the users send `t`, and the run that shows it.

    One fewer misses it. Raises InfeasibleError where one replica a user misses it too.
    """

    def trial(n: int) -> Records:
        return run(t, table, policy, replicas=n, seed=seed, clients=clients)

    high = _first_that_holds(trial, slo, min(clients.users, MOST))
    low, best = high // 2, trial(high)
    while high - low > 1:
        middle = (low + high) // 2
        records = trial(middle)
        if holds(records, slo):
            high, best = middle, records
        else:
            low = middle
    return high, best


def _first_that_holds(trial: Callable[[int], Records], slo: Slo, most: int) -> int:
    """A number of replicas that holds, doubled from one: half of it does not."""
    n = 1
    while not holds(trial(n), slo):
        if n >= most:
            raise InfeasibleError(
                "no number of chips in this layout holds the SLO for these users",
                [Problem("replicas tried", value=f"up to {n:,}", allowed="one for each user")],
            )
        n = min(2 * n, most)
    return n


def clients_for(t: Traffic, table: DenseTable, users: int, think_s: float) -> Clients:
    """Users who start spread over one thought and one answer, as they are once they are at it.

    All at once, their first prompts would meet as they never do again. Thoughts are exponential:
    users who all think equally long fall into step, and then come in bunches that no users do.
    """
    prompt, answer = float(np.mean(t.input_tokens)), float(np.mean(t.output_tokens))
    alone = table.prefill_s(prompt) + answer * table.decode_s(1, prompt + answer / 2)
    return Clients(users, think_s, "exponential", ramp_s=think_s + alone)


def requests_for(users: int) -> int:
    """Requests that are sent: each user many times, so that the start weighs little."""
    return min(200_000, max(4_000, math.ceil(20 * users)))
