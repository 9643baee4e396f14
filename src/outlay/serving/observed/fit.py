"""Fit what an engine takes beyond its step tables to runs of load tests that it went through."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from outlay.core.arrays import Array
from outlay.performance.overhead import MOST_FACTOR, Overhead, beyond
from outlay.performance.types import StepTable
from outlay.serving.engine.policy import Policy
from outlay.serving.observed.play import Figure, played, replay_of
from outlay.serving.observed.sending import Sending

__all__ = ["Fitted", "Played", "fit_overhead", "mean_error", "unseen_error"]

LIKED = (
    ("ttft_s", ("mean", "p50")), ("tpot_s", ("mean", "p50")), ("itl_s", ("mean",)),
    ("e2e_s", ("mean", "p50")),
)  # fmt: skip
"""Metrics that are fitted, and which statistic of each, the first that is stated."""
SATURATING = ("closed", "burst")
"""Loads whose throughput the engine sets; at a rate that is sent it says nothing."""
FACTOR, STEP, FIRST = range(3)
PARTS = ("factor", "step_s", "first_token_s")
NAMES = ("the factor", "the time a step", "the time of a first token")
NUDGE = 0.02
"""Of a parameter, to see what the figures make of it."""
STAGES = (("linear", 0.02), ("soft_l1", 0.01), ("soft_l1", 0.002))
"""Losses, and the step of the slopes: from afar squares lead the way, which a soft loss does not
see; near by single figures shall not rule. A first token waits for the step that runs, so that
figures jitter below such steps."""
FARTHEST, INSIDE = 1e3, 1e-9
"""Of a time, in what it adds to; and how far inside its bounds a way begins."""
MOST_LOG, NEAR = math.log(MOST_FACTOR), 0.01
"""Bounds of the factor's logarithm; so near to one the looking ended before it found."""
FEWEST, MOST = 3, 12
"""Runs of which each is foretold from the others: each takes a fit."""
MOST_TRIES = 25
"""Replays of all runs along one way, their slopes aside."""
TELLS = 0.03
"""Change of a figure's logarithm, for a parameter as large as what it adds to, that tells it."""
APART = 0.06
"""Sine of the angle between what two parameters change, under which they cannot be told apart."""
SOFT = 0.1
"""Logarithm up to which an error counts by its square; beyond, one figure does not rule."""


@dataclass(frozen=True)
class Played:
    """A run that can be replayed: its load, the step table without an overhead, its figures."""

    sending: Sending
    table: StepTable
    policy: Policy
    replicas: int
    figures: tuple[Figure, ...]

    @property
    def fitted(self) -> tuple[Figure, ...]:
        """Figures that a fit looks at: one of each metric, and throughput where it is free."""
        at = {(f.metric, f.statistic): f for f in self.figures if f.measured > 0}
        out = []
        for metric, statistics in LIKED:
            found = next((at[metric, s] for s in statistics if (metric, s) in at), None)
            if found is not None:
                out.append(found)
        if any(f.metric == "tpot_s" for f in out):
            out = [f for f in out if f.metric != "itl_s"]  # the same gaps, weighted otherwise
        if self.sending.how in SATURATING and ("output_tok_s", "") in at:
            out.append(at["output_tok_s", ""])
        return tuple(out)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Constants of an engine, what could not be told and why, and mean errors of the figures.

    parts: which of factor, step and first token were fitted; the others stay as they were.
    """

    factor: float
    step_s: float
    first_token_s: float
    parts: tuple[str, ...]
    held: tuple[str, ...]
    figures: int
    error_before: float
    error_after: float

    def overhead(self, model: str, chip: str, weights: str) -> Overhead:
        """The same as a calibration keeps it."""
        return Overhead(
            model, chip, weights, self.factor, self.step_s, self.first_token_s,
            error_before=self.error_before, error_after=self.error_after,
        )  # fmt: skip


def mean_error(logs: Sequence[float] | Array) -> float:
    """Mean error of logarithms of ratios, as a share: 0.1 is ten per cent off."""
    return math.expm1(float(np.mean(np.abs(logs)))) if len(logs) else 0.0


def fit_overhead(runs: Sequence[Played], seed: int = 0) -> Fitted | str:
    """The overhead with which replays come nearest to what was measured, or why there is none.

    The sum of a soft square of log(replayed / measured) is made least over the factor, the time a
    step and the time of a first token, each of them only where the figures tell it.
    """
    count = sum(len(r.fitted) for r in runs)
    if not count:
        return "no time to first token, per token or to the end is stated: nothing to fit to"
    plain = sum(r.table.first_token_s for r in runs) / len(runs)
    scale = (1.0, _typical_step(runs), _typical_first(runs, plain))
    start: Array = np.array([0.0, 0.0, plain / scale[FIRST]])

    def own(x: Array) -> Overhead:
        factor, step, first = x.item(FACTOR), x.item(STEP), x.item(FIRST)
        return Overhead("", "", "", math.exp(factor), step * scale[STEP], first * scale[FIRST])

    def logs(x: Array) -> Array:
        return np.concatenate([_logs(r, own(x), seed) for r in runs])

    before = logs(start)
    if not np.all(np.isfinite(before)):
        return "a run could not be replayed to its end: no overhead can be told from it"
    free, held = _told(logs, start, before)
    if not free:
        return "; ".join(held)
    x = _least(logs, start, free)
    if FACTOR in free and abs(x.item(FACTOR)) > MOST_LOG - NEAR:
        held.append(
            f"the factor is not fitted: it ran to the end of what can be, {own(x).factor:.3g}; "
            "measure with few and with many requests in flight, and look at --chip and --model"
        )
        if not (free := [i for i in free if i != FACTOR]):
            return "; ".join(held)
        x = _least(logs, start, free)
    found = own(x)
    return Fitted(
        found.factor, found.step_s, found.first_token_s, tuple(PARTS[i] for i in free),
        tuple(held), count, mean_error(before), mean_error(logs(x)),
    )  # fmt: skip


def _least(logs: Callable[[Array], Array], start: Array, free: Sequence[int]) -> Array:
    """The parameters with the least loss; those that are not free stay as they are."""
    from scipy.optimize import least_squares

    places = np.array(free, dtype=np.int64)
    low, high = (
        np.array([bounds[i] for i in free], dtype=np.float64)
        for bounds in ((-MOST_LOG, 0.0, 0.0), (MOST_LOG, FARTHEST, FARTHEST))
    )

    def whole(part: Array) -> Array:
        x = start.copy()
        x[places] = part
        return x

    def slopes(part: Array, by: float) -> Array:
        here = logs(whole(part))
        out: list[Array] = []
        for i in range(len(free)):
            way = part.copy()
            way[i] += by
            out.append((logs(whole(way)) - here) / by)
        return np.stack(out, axis=1)

    best: Array = np.clip(start[places], low + INSIDE, high - INSIDE)
    for loss, by in STAGES:
        found = least_squares(
            lambda part: logs(whole(part)), best, jac=partial(slopes, by=by), bounds=(low, high),
            loss=loss, f_scale=SOFT, xtol=1e-7, ftol=1e-9, max_nfev=MOST_TRIES,
        )  # fmt: skip
        best = np.clip(found.x, low + INSIDE, high - INSIDE)
    return whole(best)


def unseen_error(runs: Sequence[Played], seed: int = 0) -> float | None:
    """Mean error of each run as the fit to the others foretells it; None: too few, or too many.

    What a fit is worth on a load that it has not seen.
    """
    if not FEWEST <= len(runs) <= MOST:
        return None
    logs: list[float] = []
    for i, run in enumerate(runs):
        fit = fit_overhead([*runs[:i], *runs[i + 1 :]], seed)
        if isinstance(fit, str) or not run.fitted:
            return None
        logs += _logs(run, fit.overhead("", "", ""), seed).tolist()
    return mean_error(logs)


def _logs(run: Played, own: Overhead, seed: int) -> Array:
    """log(replayed / measured) of each figure that is fitted."""
    records = played(
        run.sending, beyond(run.table, own), run.policy, replicas=run.replicas, seed=seed
    )
    value = replay_of(records)
    given: Array = np.array([value(f) or math.nan for f in run.fitted], dtype=np.float64)
    stated: Array = np.array([f.measured for f in run.fitted], dtype=np.float64)
    return np.log(given / stated)


def _told(
    logs: Callable[[Array], Array], start: Array, before: Array
) -> tuple[list[int], list[str]]:
    """Parameters that the figures tell, and why the others are not fitted.

    One that hardly moves a figure is left out; of two that move all figures alike the time a step
    goes, then the first token.
    """
    moved: list[Array] = []
    for i in range(len(start)):
        x = start.copy()
        x[i] += NUDGE
        moved.append((logs(x) - before) / NUDGE)
    free = [i for i in (FACTOR, FIRST, STEP) if np.max(np.abs(moved[i])) >= TELLS]
    held = [
        f"{NAMES[i]} is not fitted: it moves no figure that was measured"
        for i in (FACTOR, STEP, FIRST)
        if i not in free
    ]
    kept: list[int] = []
    for i in free:
        if _apart(moved[i], [moved[k] for k in kept]) >= APART:
            kept.append(i)
        else:
            others = " and ".join(NAMES[k] for k in kept)
            held.append(
                f"{NAMES[i]} is not fitted: these loads cannot tell it from {others}; "
                "measure with few and with many requests in flight"
            )
    return sorted(kept), held


def _apart(one: Array, others: Sequence[Array]) -> float:
    """Sine of the angle between a change and those that others can make together."""
    if not others:
        return 1.0
    rest = one
    own: list[Array] = []
    for other in others:  # Gram and Schmidt: few vectors, far from each other
        left = other
        for basis in own:
            left = _without(left, basis)
        own.append(left / _length(left))
        rest = _without(rest, own[-1])
    return _length(rest) / _length(one)


def _without(x: Array, basis: Array) -> Array:
    """A change without its part along another of length one."""
    return x - float(np.sum(x * basis)) * basis


def _length(x: Array) -> float:
    return math.sqrt(float(np.sum(x * x)))


def _typical_step(runs: Sequence[Played]) -> float:
    """Seconds of a decode step as measured, or of the tables where it is not."""
    stated = [f.measured for r in runs for f in r.fitted if f.metric in ("tpot_s", "itl_s")]
    tables = [float(np.median(r.table.decode_base_s)) for r in runs]
    return float(np.median(stated or tables))


def _typical_first(runs: Sequence[Played], plain: float) -> float:
    stated = [f.measured for r in runs for f in r.fitted if f.metric == "ttft_s"]
    return float(np.median(stated)) if stated else max(plain, 1e-3)
