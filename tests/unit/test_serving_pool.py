"""Replicas that neither fail nor scale have a shorter way through the engine, to the same end."""

from __future__ import annotations

import numpy as np
import pytest

from outlay.serving.engine.policy import Failure, Policy
from outlay.serving.engine.run import run
from outlay.serving.engine.steps import dense
from outlay.serving.traffic.generate import arrivals
from outlay.serving.traffic.requests import traffic
from outlay.serving.validate import example_table


@pytest.mark.parametrize("until", [25.0, np.inf])
def test_the_pools_short_way_runs_as_the_whole_fleet_does(until):
    """A failure after all is done makes the whole fleet's way run the same requests."""
    t = traffic(arrivals(400, 9.0, cv=2.0, seed=4), np.arange(400) * 9 % 3000 + 50, 120)
    table = dense(example_table(kv_capacity_tokens=20_000))
    short, whole = (
        run(t, table, Policy(prefix_cache="off", failures=f), replicas=3, until_s=until)
        for f in ((), (Failure(1e6, 0),))
    )
    for name in ("start_s", "first_s", "end_s", "replica", "preemptions", "busy_s", "running_s"):
        assert np.array_equal(getattr(short, name), getattr(whole, name), equal_nan=True), name
    assert short.preemptions.sum() > 0
    assert np.isfinite(short.end_s).all() == (until == np.inf)
    if until < np.inf:
        assert short.on_s.tolist() == whole.on_s.tolist() == [25.0] * 3
    else:
        last = np.nanmax(short.end_s)
        assert short.on_s.max() == pytest.approx(last)
