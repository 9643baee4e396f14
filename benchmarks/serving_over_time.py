"""Sizes over time: chip-hours of the fleets that a day curve and a bursty trace need, and seconds.

    python benchmarks/serving_over_time.py TRACE [--code TRACE] [--hours 6]

Day curve: 20 (1 - 0.6 cos(2 pi t / 6 h)) requests/s with lengths drawn from TRACE (a conversation),
on llama-3.1-70b and A100, TTFT p99 2 s, TPOT p99 0.1 s, no spares. Beside it the best of a plain
family of schedules, replayed one by one: perfect is to be within 5 % of it. With --code a trace
that is sized as it is.
"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np

from outlay.core.seeds import stream
from outlay.serving import replay
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import dense
from outlay.serving.metrics import Slo
from outlay.serving.sizing.fleet import Sizing, size
from outlay.serving.sizing.limits import holds
from outlay.serving.sizing.over_time.account import over
from outlay.serving.sizing.over_time.rules import Wish, rule_of
from outlay.serving.traffic.requests import Traffic, traffic

SLO = Slo(2.0, 0.1, 0.99)
NO_SPARES = Wish(spares=0)


def day_curve(lengths: Traffic, hours: float) -> Traffic:
    """Poisson arrivals of the curve by thinning; lengths drawn from those of a trace."""
    draw = stream(0, "benchmark", "day curve")
    span, most = hours * 3600.0, 20.0 * 1.6
    at = np.sort(draw.random(draw.poisson(most * span)) * span)
    at = at[draw.random(len(at)) * 1.6 < 1 - 0.6 * np.cos(2 * np.pi * at / 21_600.0)]
    pick = draw.integers(0, len(lengths), len(at))
    return traffic(at, lengths.input_tokens[pick], lengths.output_tokens[pick])


def shown(name: str, t: Traffic) -> Sizing:
    table = dense(replay.replica_for_traffic(t, "llama-3.1-70b", "a100-80gb").table)
    begin = time.process_time()
    found = size(t, table, SLO, wish=NO_SPARES)
    print(f"{name}: {len(t):,} requests, {time.process_time() - begin:.2f} CPU s")
    for f in found.fleets:
        print(f"  {f.name:20s} {f.chip_hours:8.2f} chip-hours, peak {f.chips_peak:.0f}, "
              f"{100 * f.worst_share:.2f} % in the worst hour")  # fmt: skip
    print(f"  none below           {found.bound_chip_hours:8.2f} chip-hours", *found.notes)
    return found


def best_of_family(t: Traffic, found: Sizing) -> float:
    """Fewest chip-hours of schedules with one number of replicas per unit of load, replayed."""
    table = dense(replay.replica_for_traffic(t, "llama-3.1-70b", "a100-80gb").table)
    replicas = found.fixed_chips // found.chips_per_replica
    load = found.rate_req_s / found.capacity_req_s
    edges = t.arrival_s.item(0) + found.window_s * np.arange(len(load) + 1)
    best = math.inf
    for factor in np.linspace(0.6, 1.4, 33):
        counts = np.clip(np.ceil(load * factor), 1, replicas).astype(int)
        steps = tuple((k * found.window_s, int(c)) for k, c in enumerate(counts))
        wish = Wish("schedule", delay_s=0.0, schedule=steps, spares=0)
        policy = Policy(autoscale=rule_of(wish, math.nan, replicas, t))
        records = run(t, table, policy, replicas=replicas)
        if holds(records, SLO):
            best = min(best, over(records, SLO, edges, wish).hours * found.chips_per_replica)
    return best


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("trace")
    parser.add_argument("--code")
    parser.add_argument("--hours", type=float, default=6.0)
    asked = parser.parse_args()
    t = day_curve(replay.read_traffic(asked.trace)[0], asked.hours)
    found = shown("day curve", t)
    best = best_of_family(t, found)
    ratio = found.ideal_chip_hours / best
    print(
        f"  best of a family     {best:8.2f} chip-hours; perfect is {ratio:.3f} of it (most: 1.05)"
    )
    if asked.code:
        shown("code", replay.read_traffic(asked.code)[0])


if __name__ == "__main__":
    main()
