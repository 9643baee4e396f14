"""From evaluated worlds to an `Outlook`: distributions, chances of breaking promises, drivers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import InvariantError
from outlay.results.plans.outlook import Driver, Outlook, Swing
from outlay.results.plans.outlook import Promise as Told
from outlay.risk.policy.evaluate import Evaluator, evaluate_worlds
from outlay.risk.sensitivity import given_data_indices
from outlay.risk.types import Promise, summarise
from outlay.risk.worlds.worlds import WorldModel, Worlds, draw_worlds

__all__ = ["chance", "make_outlook", "tornado_of_worlds"]


_LOW, _HIGH = -1.2815515655446004, 1.2815515655446004
"""Standard normal scores of the 10th and 90th percentile, the ends of a tornado's bars."""

_LEAST_SHARE = 0.01
"""Drivers below this share of variance are chance and are not listed."""


def chance(promise: Promise, sample: Array) -> Told:
    """How often the promise breaks in the sample, and the mean excess where it does."""
    gap = sample - promise.limit if promise.broken == "above" else promise.limit - sample
    slack = 1e-9 * max(1.0, abs(promise.limit))
    broken = gap > slack
    p = float(np.mean(broken))
    error = float(np.sqrt(p * (1 - p) / len(sample)))
    excess = float(np.mean(gap[broken])) if broken.any() else 0.0
    return Told(promise.name, promise.output, promise.limit, promise.broken, p, error, excess)


def make_outlook(
    evaluator: Evaluator,
    model: WorldModel,
    *,
    n: int = 500,
    seed: int = 0,
    workers: int = 1,
    done: Callable[[int], None] = lambda _: None,
    units: Mapping[str, str] | None = None,
    low_is_worse: Sequence[str] = (),
    promises: Sequence[Promise] = (),
    headline: str = "",
    beside: str = "",
    notes: Sequence[str] = (),
) -> Outlook:
    """Draw worlds, evaluate the policy in each, and summarise.

    units: by output name. headline: output whose drivers and tornado are reported (the first
    output by default). beside: an output that the tornado shows apart from it. done: told of each
    batch of worlds. The result is the same for any number of workers.
    """
    worlds = draw_worlds(model, n, seed)
    table = evaluate_worlds(evaluator, worlds, workers=workers, done=done)
    if not np.isfinite(table).all():
        bad = sorted({evaluator.outputs[j] for j in np.nonzero(~np.isfinite(table))[1]})
        raise InvariantError(f"outcomes that are not finite numbers: {', '.join(bad)}")
    samples = {name: table[:, j] for j, name in enumerate(evaluator.outputs)}
    head = headline or evaluator.outputs[0]
    drivers = []
    for name, sample in samples.items():
        share = given_data_indices(worlds.score, sample)
        order = np.argsort(-share, kind="stable")
        drivers += [
            Driver(name, worlds.names[j], share.item(j))
            for j in order
            if share.item(j) >= _LEAST_SHARE
        ]
    return Outlook(
        worlds=n,
        seed=seed,
        factors=worlds.names,
        distributions=tuple(
            summarise(k, (units or {}).get(k, ""), v, "low" if k in low_is_worse else "high")
            for k, v in samples.items()
        ),
        probabilities=tuple(chance(p, samples[p.output]) for p in promises if p.output in samples),
        drivers=tuple(drivers),
        headline=head,
        tornado=tornado_of_worlds(evaluator, model, head, beside),
        notes=tuple(notes),
    )


def tornado_of_worlds(
    evaluator: Evaluator, model: WorldModel, output: str, beside: str = ""
) -> tuple[Swing, ...]:
    """Each factor at its 10th and 90th percentile, all others at their median, widest first.

    beside: an output shown apart from the first, with which it never is one sum.
    """
    names = tuple(model.factors)
    if not names:
        return ()
    rows = np.zeros((2 * len(names) + 1, len(names)))
    for j in range(len(names)):
        rows[2 * j + 1, j], rows[2 * j + 2, j] = _LOW, _HIGH
    worlds = _worlds_at(model, rows)
    column = evaluator.outputs.index(output)
    table = evaluate_worlds(evaluator, worlds)
    answer: Array = table[:, column]
    apart: Array = table[:, evaluator.outputs.index(beside)] if beside else np.zeros(len(answer))
    bars = []
    for j, name in enumerate(names):
        ends = worlds.value.item(2 * j + 1, j), worlds.value.item(2 * j + 2, j)
        low, high = answer.item(2 * j + 1), answer.item(2 * j + 2)
        other = apart.item(2 * j + 1), apart.item(2 * j + 2)
        bars.append(Swing(name, *ends, low, high, answer.item(0), abs(high - low), *other))
    return tuple(sorted(bars, key=lambda b: -max(b.swing, abs(b.apart_at_high - b.apart_at_low))))


def _worlds_at(model: WorldModel, score: Array) -> Worlds:
    """Worlds with given scores; a path keeps its score through all periods."""
    names = tuple(model.factors)
    value = np.empty_like(score)
    path: dict[str, Array] = {}
    for j, (name, marginal) in enumerate(model.factors.items()):
        if marginal.per_year:
            path[name] = np.stack([marginal.value(score[:, j], t) for t in model.years], axis=1)
            value[:, j] = path[name][:, -1]
        else:
            value[:, j] = marginal.value(score[:, j])
    return Worlds(names, score, value, path)
