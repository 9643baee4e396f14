"""Run the engine's oracle: replicas alone where they may be, else routed as the fleet is."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from outlay.core.periods import SECONDS_PER_DAY
from outlay.serving.engine.fleets.together import control_events
from outlay.serving.engine.policy import Clients, Policy
from outlay.serving.engine.run import draw_routes, never_fits, runs_apart, sends_wait
from outlay.serving.engine.steps import DenseTable
from outlay.serving.traffic.requests import Traffic
from outlay.serving.twin.fleet import run_routed
from outlay.serving.twin.loop import run_senders
from outlay.serving.twin.replica import Twin
from outlay.serving.twin.state import TwinResult

__all__ = ["run_twin"]


def run_twin(
    t: Traffic,
    table: DenseTable,
    policy: Policy | None = None,
    *,
    replicas: int = 1,
    until_s: float = math.inf,
    seed: int = 0,
    clients: Clients | None = None,
) -> TwinResult:
    """Simulate as `engine.run` does, step by step."""
    policy = policy or Policy()
    draws = draw_routes(policy, len(t), seed)
    twin = Twin(t, table, policy, replicas, draws)
    order = [int(i) for i in np.flatnonzero(~never_fits(t, table))]
    if sends_wait(t, policy, clients):
        sent, turned = run_senders(twin, clients, never_fits(t, table), until_s, seed)
        twin.out.sent_s, twin.out.turned = sent, turned
    else:
        _come_by_themselves(twin, order, replicas, until_s)
    twin.out.busy_s = [rep.busy_s for rep in twin.replicas]
    twin.out.on_s = [rep.on_s for rep in twin.replicas]
    twin.out.stores = [rep.store for rep in twin.replicas]
    twin.out.spans = [rep.spans for rep in twin.replicas]
    return twin.out


def _come_by_themselves(twin: Twin, order: list[int], replicas: int, until_s: float) -> None:
    """Requests whose times are those of the file."""
    t, policy, draws = twin.t, twin.policy, twin.draws
    if runs_apart(policy, replicas):
        feeds: list[deque[int]] = [deque() for _ in range(replicas)]
        for k, i in enumerate(order):
            if replicas == 1:
                r = 0
            elif policy.routing == "random":
                r = min(int(draws[i, 0] * replicas), replicas - 1)
            else:
                r = k % replicas
            twin.out.replica[i] = r
            feeds[r].append(i)
        for rep, feed in zip(twin.replicas, feeds, strict=True):
            twin.advance(rep, until_s, feed)
    else:
        last = float(t.arrival_s[order[-1]]) if order else 0.0
        events = control_events(policy, replicas, min(until_s, last + SECONDS_PER_DAY))
        run_routed(twin, order, events, until_s)
