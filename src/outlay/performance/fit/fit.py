"""Fit the constants to measurements: robust least squares on log error with priors.

Each effect θ[constant, factor, level] adds to the logarithm of one constant on the rows of its
level, so the Jacobian needs one extra evaluation per constant, not per effect:
∂r_i/∂θ = ∂r_i/∂log c_i × [row i has the level]. Gauss-Newton with a Huber-type reweighting; rows
of one group share their weight; priors pull every effect to zero, or a chip family's to that of
the family before it, with its own spread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, BoolArray
from outlay.performance.constants.constants import Constants, definitions, level_key
from outlay.performance.constants.lineage import older_level
from outlay.performance.measured.batch import Batch, Outcome, target_of
from outlay.performance.measured.rows import Question

__all__ = ["Data", "Fitted", "fit", "low_load", "prepare", "residuals"]

Key = tuple[str, str, str]

ROW_SD = 0.12  # scatter of a measurement around a right model (versions and submitters: 4-10 %)
ROBUST = 2.0  # residuals beyond this many ROW_SD pull no harder
GROUP_POWER = 0.7  # a group of n rows counts as n^(1 - this) rows
STEP = 1e-3  # of the logarithm, for derivatives
LOOPS = ("closed", "disaggregated")
LOW_LOAD = 4.0  # requests per attention rank up to which prompts seldom wait for each other
KIND_WEIGHT = {
    "closed": 1.0, "offline": 1.0, "disaggregated": 1.0, "single": 0.6, "decode": 1.0,
    "prefill": 1.0, "static": 0.4, "server": 0.15, "interactive": 0.15, "burst": 0.2,
    "fleet": 0.0, "open": 0.2, "ttft": 0.2, "ttft under load": 0.1,
}  # fmt: skip


@dataclass(frozen=True)
class Data:
    """Measured quantities of a batch: which quantity of which question, its log, its weight."""

    quantity: tuple[str, ...]
    question: npt.NDArray[np.intp]
    log_measured: Array
    weight: Array
    kind: tuple[str, ...]


@dataclass(frozen=True)
class Fitted:
    """Outcome of a fit: constants, objective by round, effects that had rows."""

    constants: Constants
    objective: tuple[float, ...]
    effects: int


def low_load(q: Question) -> bool:
    """A closed loop at a concurrency so low that prompts seldom wait for each other."""
    if q.kind != "closed" or not q.concurrency:
        return False
    each = q.concurrency / (q.place.replicas * max(q.place.layout.dp, 1))
    return each <= LOW_LOAD


def prepare(questions: Sequence[Question], skip: frozenset[str] = frozenset()) -> Data:
    """Targets of every question not in `skip`; first tokens too where the load is low."""
    quantity, index, logs, kinds, groups = [], [], [], [], []
    for i, q in enumerate(questions):
        if q.row_id in skip:
            continue
        name, value = target_of(q)
        found = [(name, value, q.kind)] if name else []
        if low_load(q) and "ttft_s" in q.measured:
            found.append(("ttft_s", q.measured["ttft_s"], "ttft"))
        elif q.kind in LOOPS and "ttft_s" in q.measured:
            found.append(("ttft_s", q.measured["ttft_s"], "ttft under load"))
        for name, value, kind in found:
            quantity.append(name)
            index.append(i)
            logs.append(np.log(value))
            kinds.append(kind)
            groups.append(f"{kind}|{q.group}")
    size = Counter(groups)
    weight = np.array(
        [KIND_WEIGHT[k] * size[g] ** -GROUP_POWER for k, g in zip(kinds, groups, strict=True)]
    )
    return Data(
        tuple(quantity), np.array(index, dtype=np.intp), np.array(logs), weight, tuple(kinds)
    )


def residuals(outcome: Outcome, data: Data) -> Array:
    """log(predicted / measured) of time: positive is predicted too slow [target]."""
    logs = np.empty(len(data.log_measured))
    names = np.array(data.quantity)
    for name in sorted(set(data.quantity)):
        mask: BoolArray = names == name
        predicted: Array = getattr(outcome, name)[data.question[mask]]
        sign = 1.0 if name.endswith("_s") else -1.0
        logs[mask] = sign * (np.log(np.maximum(predicted, 1e-300)) - data.log_measured[mask])
    return logs


def _columns(batch: Batch, data: Data) -> tuple[list[Key], list[npt.NDArray[np.intp]], Array]:
    """Effects that some target sees: their keys, the targets of each, prior spreads."""
    keys: list[Key] = []
    rows: list[npt.NDArray[np.intp]] = []
    spread: list[float] = []
    everything = np.arange(len(data.question))
    for name, d in definitions().items():
        if d.fixed:
            continue
        if d.sd > 0:
            keys.append((name, "", ""))
            rows.append(everything)
            spread.append(d.sd)
        for factor, sd in d.by.items():
            labels = np.array([level_key(factor, batch.levels[i]) for i in data.question])
            for level in sorted(set(labels) - {""}):
                keys.append((name, factor, level))
                rows.append(np.flatnonzero(labels == level))
                spread.append(sd)
    return keys, rows, np.array(spread)


def fit(
    batch: Batch,
    data: Data,
    rounds: int = 14,
    tolerance: float = 1e-4,
    start: Constants | None = None,
) -> Fitted:
    """Constants that minimise robust weighted log error plus the priors.

    `start`: constants to begin from, in place of the priors' centres.
    """
    keys, rows, spread = _columns(batch, data)
    prior = _prior(keys, spread)
    by_name: dict[str, list[int]] = {}
    for j, key in enumerate(keys):
        by_name.setdefault(key[0], []).append(j)
    begin = start.effects if start else {}
    theta = np.array([begin.get(key, 0.0) for key in keys])
    damping, history = 1e-2, []
    current = _constants(keys, theta)
    r = residuals(batch.evaluate(batch.constants(current)), data)
    cost = _cost(r, data.weight, theta, prior)
    for _ in range(rounds):
        history.append(cost)
        jacobian = _jacobian(batch, data, current, r, by_name, keys, rows)
        robust = 1.0 / np.maximum(np.abs(r) / (ROBUST * ROW_SD), 1.0)
        w = data.weight * robust / ROW_SD**2
        normal = jacobian.T @ (jacobian * w[:, None])
        gradient = jacobian.T @ (w * r) + prior @ theta
        improved = False
        for _ in range(5):
            lhs = normal + prior + np.diag(damping * np.diag(normal))
            step: Array = np.clip(np.linalg.solve(lhs, -gradient), -1.0, 1.0)
            trial = _constants(keys, theta + step)
            r_new = residuals(batch.evaluate(batch.constants(trial)), data)
            cost_new = _cost(r_new, data.weight, theta + step, prior)
            if np.isfinite(cost_new) and cost_new < cost:
                improved, damping = True, damping * 0.3
                break
            damping *= 5.0
        if not improved:
            break
        gain = cost - cost_new
        theta, current, r, cost = theta + step, trial, r_new, cost_new
        if gain < tolerance * cost:
            break
    return Fitted(current, (*history, cost), len(keys))


def _constants(keys: list[Key], theta: Array) -> Constants:
    return Constants({k: float(t) for k, t in zip(keys, theta, strict=True)})


def _prior(keys: list[Key], spread: Array) -> Array:
    """Precision of the effects before any row [effect, effect]: each around 0, or a family's
    around that of the nearest before it in its line that was measured."""
    place = {key: j for j, key in enumerate(keys)}
    step = np.eye(len(keys))
    for j, (name, factor, level) in enumerate(keys):
        older = older_level(factor, level)
        while older and (name, factor, older) not in place:
            older = older_level(factor, older)
        if older:
            step[j, place[name, factor, older]] = -1.0
    precision: Array = step.T @ (step / spread[:, None] ** 2)
    return precision


def _cost(r: Array, weight: Array, theta: Array, prior: Array) -> float:
    """Huber loss in units of variance plus the priors."""
    z, bend = np.abs(r) / ROW_SD, ROBUST
    loss = np.where(z <= bend, 0.5 * z * z, bend * (z - 0.5 * bend))
    return float((weight * loss).sum() + 0.5 * theta @ prior @ theta)


def _jacobian(
    batch: Batch,
    data: Data,
    current: Constants,
    r: Array,
    by_name: dict[str, list[int]],
    keys: list[Key],
    rows: list[npt.NDArray[np.intp]],
) -> Array:
    """∂ residual / ∂ effect [target, effect] from one evaluation per constant."""
    base = batch.constants(current)
    jacobian = np.zeros((len(r), len(keys)))
    for name, columns in by_name.items():
        moved = dict(base)
        up: Array = base[name] * np.exp(STEP)
        capped = up > definitions()[name].most
        moved[name] = np.where(capped, base[name] * np.exp(-STEP), up)
        slope = (residuals(batch.evaluate(moved), data) - r) / STEP
        slope *= np.where(capped[data.question], -1.0, 1.0)
        for j in columns:
            jacobian[rows[j], j] = slope[rows[j]]
    return jacobian
