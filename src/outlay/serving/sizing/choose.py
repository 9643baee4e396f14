"""Replicas worth sizing for a load without a trace: few users need small ones, many the best."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from outlay.core.errors import InfeasibleError
from outlay.performance.constants.calibrated import Calibrated
from outlay.performance.operators.formats import precision_for
from outlay.performance.questions.search import search
from outlay.performance.types import Stack
from outlay.results.chips_models import Chip, Model
from outlay.serving.engine.policy import Policy
from outlay.serving.engine.steps import dense
from outlay.serving.metrics import Slo
from outlay.serving.sizing.drawn.steady import Asked, Steady, size_steady
from outlay.serving.sizing.over_time.rules import Wish
from outlay.serving.sizing.replica import Replica

__all__ = ["fewest_chips", "sizes_for"]

TRIED, NEAR = 3, 1.3
"""Sizes of a replica that are simulated: so many of those that look to need fewest chips, or up to
so many times as many; where these miss the limits, the next ones."""


def sizes_for(
    asked: Asked,
    model: Model,
    chip: Chip,
    *,
    weights: str,
    kv: str,
    stack: str,
    slo: Slo,
    calibration: Calibrated | None = None,
) -> dict[int, float]:
    """Chips of a replica → chips that the load looks to need, a spare included; fewest first.

    By the closed loop: replicas hold the users, and the rate, at the largest batch within the
    limit per token. Empty where nothing fits.
    """
    rates = search(
        model, chip, asked.input_tokens, asked.output_tokens, tpot_s=slo.tpot_s,
        stack=Stack(stack), precision=precision_for(model, chip, weights, kv), keep_all=True,
        calibration=calibration,
    )  # fmt: skip
    need: dict[int, float] = {}
    for r in rates:
        if not r.feasible:
            continue
        n = r.layout.n_chips
        each = r.tok_s_per_chip * n / asked.output_tokens
        replicas = max((asked.rate_req_s or 0.0) / each, (asked.users or 0.0) / r.batch)
        need[n] = min(need.get(n, math.inf), n * (math.ceil(replicas) + 1.0))
    return dict(sorted(need.items(), key=lambda item: (item[1], item[0])))


def fewest_chips(
    asked: Asked,
    sizes: Mapping[int, float],
    replica: Callable[[int | None], Replica],
    slo: Slo,
    policy: Policy,
    wish: Wish | None = None,
) -> tuple[Replica, Steady]:
    """Of replicas of these sizes (`sizes_for`) that which needs fewest chips, a spare included.

    Where there are none, the best replica of any. Raises InfeasibleError where none holds the
    limits.
    """
    refused: list[InfeasibleError] = []
    found: list[tuple[int, Replica, Steady]] = []
    least = math.inf
    for n, need in sizes.items() if sizes else ((None, 0.0),):
        if len(found) == TRIED or need > NEAR * least:
            break
        try:
            one = replica(n)
            done = size_steady(asked, dense(one.table), slo, policy, wish)
        except InfeasibleError as error:
            refused.append(error)
            continue
        least = min(least, need)
        found.append((done.sizing.fixed_chips + done.sizing.spare_chips, one, done))
    if not found and len(refused) > 1:
        what = f"none of {len(refused)} replicas tried holds the SLO with any number of chips"
        raise InfeasibleError(what, refused[0].conflicts)
    if not found:
        raise refused[0]
    _, best, done = min(found, key=lambda f: f[0])
    return best, done
