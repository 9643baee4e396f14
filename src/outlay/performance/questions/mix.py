"""Mix prefill and decode pools: which workers, and how many of each, give most tokens a chip.

Points of a mix (layouts of both workers, x prefill and y decode workers):

- *fed*: every decode worker holds a batch of its grid, and the x workers are the fewest that
  prefill as many requests;
- *starved*: the prefill workers, or the links between the pools, give fewer; the decode batch
  falls to where it takes just these. Between two batches of the grid the time per token is linear.

So the requests a second are the lesser of what both pools take. All points are arrays; x and y
have no common factor, as a fleet repeats the mix.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import partial

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.performance.constants.calibrated import Calibrated
from outlay.performance.constants.cases import case_for
from outlay.performance.operators.case import Case
from outlay.performance.operators.formats import native_precision
from outlay.performance.operators.shapes import shape_of
from outlay.performance.questions.layout_sweep import (
    PARTS,
    Sweep,
    default_chips,
    sweep,
    traffic_of,
)
from outlay.performance.questions.search import (
    checked_question,
    edge_batches,
    joined,
    layout_at,
    pareto,
)
from outlay.performance.questions.workers import (
    DecodeWorkers,
    PrefillWorkers,
    decode_workers,
    prefill_workers,
    undominated,
)
from outlay.performance.types import Limiting, Mix, Pool, Precision, Stack
from outlay.results.chips_models import Chip, Model

__all__ = ["MOST_WORKERS", "search_mixes"]

MOST_WORKERS = 16  # of a pool in one mix; larger fleets repeat it
TIMES = 4  # chips of a mix over those of the largest worker, where nothing is said
LIMITS: tuple[Limiting, ...] = ("decode", "prefill", "transfer")
FAR, ROUNDS = 6.0, 50  # standard deviations in which an end is looked for, by halves
SPREAD = 0.25  # of the logarithm of a pool's rate, beyond its own, as measured mixes have it


@dataclass(frozen=True)
class Points:
    """Points of mixes [point]: rows of the workers, how many, and what they do."""

    i: IntArray  # prefill worker
    j: IntArray  # decode worker
    k: IntArray  # its batch in the grid, or the next above
    x: IntArray
    y: IntArray
    chips: Array
    batch: Array  # of a decode worker
    tpot_s: Array
    requests_s: Array
    limit: IntArray  # place in LIMITS
    carried_s: Array  # a request's cache

    def __len__(self) -> int:
        return len(self.i)

    def take(self, index: IntArray) -> Points:
        """Those at an index."""
        return Points(**{f.name: getattr(self, f.name)[index] for f in fields(self)})


def search_mixes(
    model: Model,
    chip: Chip,
    isl: float,
    osl: float,
    *,
    cached_share: float = 0.0,
    ttft_s: float | None = None,
    tpot_s: float | None = None,
    max_chips: int | None = None,
    stack: Stack = Stack(),  # noqa: B008 - frozen, no state
    precision: Precision | None = None,
    speculative: bool = False,
    calibration: Calibrated | None = None,
) -> list[Mix]:
    """The Pareto front over mixes of prefill and decode workers, most tokens per chip first.

    Parameters as of `search`, but max_chips: of all workers of a mix; if not given, workers are as
    large as replicas there, and a mix has four times the chips of the largest.

    Returns
    -------
    The front of output tokens/s per chip (of both pools) against tokens/s per user among mixes
    within the limits. If none is, one `Mix` with `feasible` false and the reason.

    Raises
    ------
    ValueError : a length or share that cannot be.
    """
    checked_question(isl, osl, cached_share, "decode", ttft_s, tpot_s)
    calibration = calibration or Calibrated()
    precision = precision or native_precision(model, chip)
    usual = default_chips(shape_of(model), chip, precision)
    most = TIMES * usual if max_chips is None else max_chips
    of_worker = usual if max_chips is None else max(most - 1, 1)
    ask = partial(
        sweep, model, chip, isl, osl, cached_share=cached_share, max_chips=of_worker, stack=stack,
        precision=precision, speculative=speculative, calibration=calibration,
    )  # fmt: skip
    fill, give = ask(phase="prefill"), ask(phase="decode")
    limit, first = (math.inf if x is None else x for x in (tpot_s, ttft_s))
    if limit < math.inf:
        edge = edge_batches(give, limit, math.inf)
        give = joined(give, ask(phase="decode", layouts=give.layouts, batches=edge))

    def case(s: Sweep) -> Case:
        axes = {name: getattr(s.layouts, name)[:, None] for name in ("tp", "pp", "ep", "dp")}
        return case_for(model, chip, axes, precision, stack, constants=calibration.constants)

    kp, kd = case(fill), case(give)
    t = traffic_of(kd, isl, osl, cached_share, speculative)
    p, d = undominated(prefill_workers(fill, kp, t)), decode_workers(give, kd, t)
    found = _points(p, d, float(t.output), most, max(chip.domain_chips, 1), limit)
    times = _first_tokens(p, found)
    within = np.flatnonzero(times[0] <= first)
    made = partial(_mix, model, chip, precision, fill, give, p, d, float(t.output))
    if not len(within):
        return [_none(model, chip, precision, fill, give, _why(p, d, most, ttft_s, tpot_s))]
    found, times = found.take(within), times[:, within]
    front = np.flatnonzero(pareto(found.requests_s / found.chips, 1.0 / found.tpot_s))
    found, times = found.take(front), times[:, front]
    order = np.argsort(-found.requests_s / found.chips, kind="stable")
    found, times = found.take(order), times[:, order]
    low, high = _interval(p, d, found)
    return [made(found, times, low, high, n) for n in range(len(found))]


def _points(
    p: PrefillWorkers, d: DecodeWorkers, output: float, most: float, domain: float, limit: float
) -> Points:
    """All points of mixes within the chips and the time per token."""
    pairs: IntArray = np.array(
        [
            (x, y)
            for x in range(1, MOST_WORKERS + 1)
            for y in range(1, MOST_WORKERS + 1)
            if math.gcd(x, y) == 1
        ]
    )
    parts = []
    for near, least, top in ((True, 0.0, min(domain, most)), (False, domain, most)):
        if top > least:
            parts.append(_fed(p, d, near, least, top, limit))
            parts.append(_starved(p, d, output, pairs, near, least, top, limit))
    return Points(
        **{f.name: np.concatenate([getattr(a, f.name) for a in parts]) for f in fields(Points)}
    )


def _fed(
    p: PrefillWorkers, d: DecodeWorkers, near: bool, least: float, most: float, limit: float
) -> Points:
    """Decode workers with the batches of their grid, beside the fewest prefill workers."""
    give = np.minimum(p.requests_s, 1.0 / p.carried(near).least_s)
    ok = d.fits & (d.tpot_s <= limit) & (d.requests_s <= 1.0 / d.carried(near).least_s[:, None])
    ok &= d.chips[:, None] < most
    j, k = np.nonzero(ok)
    number = np.arange(1, MOST_WORKERS + 1)
    taken = d.requests_s[j, k]
    # [prefill worker, decode worker and batch, decode workers]
    x = np.ceil((taken[:, None] * number)[None] / give[:, None, None] * (1.0 - 1e-9))
    x = np.clip(x, 1.0, MOST_WORKERS + 1.0).astype(np.int64)
    chips: Array = x * p.chips[:, None, None] + (d.chips[j][:, None] * number)[None]
    whole: BoolArray = (x <= MOST_WORKERS) & (chips > least) & (chips <= most)
    a, b, c = np.nonzero(whole & (np.gcd(x, number) == 1))
    j, k, y, x = j[b], k[b], number[c], x[a, b, c]
    return Points(
        a, j, k, x, y, x * p.chips[a] + y * d.chips[j], d.batch[j, k], d.tpot_s[j, k],
        y * d.requests_s[j, k], np.full(len(a), LIMITS.index("decode")),
        np.maximum(p.carried(near).each_s[a], d.carried(near).each_s[j]),
    )  # fmt: skip


def _starved(
    p: PrefillWorkers, d: DecodeWorkers, output: float, pairs: IntArray,
    near: bool, least: float, most: float, limit: float,
) -> Points:  # fmt: skip
    """Decode workers that take just what the prefill workers, or the links, give them."""
    sent, took = 1.0 / p.carried(near).least_s, 1.0 / d.carried(near).least_s
    x: IntArray = pairs[:, 0]
    y: IntArray = pairs[:, 1]
    chips: Array = p.chips[:, None, None] * x + d.chips[:, None] * y  # [prefill, decode, pair]
    i, j, n = np.nonzero((chips > least) & (chips <= most))
    x, y = x[n], y[n]
    give: Array = np.minimum(p.requests_s, sent)[i] * x / y  # to each decode worker
    rate: Array = np.minimum(give, took[j])
    more: BoolArray = (d.requests_s[j] > rate[:, None]) & d.fits[j]  # [point, batch]
    some = np.flatnonzero(more.any(axis=1))
    i, j, x, y = i[some], j[some], x[some], y[some]
    give, rate = give[some], rate[some]
    k: IntArray = more[some].argmax(axis=1)
    before: IntArray = np.maximum(k - 1, 0)
    low: Array = d.batch[j, before]
    high: Array = d.batch[j, k]
    fast: Array = d.tpot_s[j, before]
    slow: Array = d.tpot_s[j, k]
    rise: Array = np.where(k > 0, (slow - fast) / np.maximum(high - low, 1e-12), 0.0)
    batch: Array = rate * output * (fast - rise * low) / (1.0 - rate * output * rise)
    tpot: Array = batch / (rate * output)
    of_links = (rate < give) | (p.requests_s > sent)[i]
    bound = np.where(of_links, LIMITS.index("transfer"), LIMITS.index("prefill"))
    carried = np.maximum(p.carried(near).each_s[i], d.carried(near).each_s[j])
    chips_ = x * p.chips[i] + y * d.chips[j]
    found = Points(i, j, k, x, y, chips_, batch, tpot, y * rate, bound, carried)
    return found.take(np.flatnonzero(tpot <= limit))


def _first_tokens(p: PrefillWorkers, at: Points) -> Array:
    """First token at the load and alone [s], and requests in the mix [3, point].

    At the load other prompts slow one as far as its pool is busy, and it waits for a share of
    those that are in flight on its rank, as in `loop.disaggregated`; the pool is asked for no more
    than it takes. Little's law counts the requests, of which both are linear functions.
    """
    i, r = at.i, at.requests_s
    ranks = at.x * p.ranks[i]
    busy = r / (at.x * p.requests_s[i])
    bare = p.launch_s[i] + (1.0 + (p.slowed[i] - 1.0) * busy) * p.whole_s[i] + at.carried_s
    held = at.y * at.batch
    each_s = p.wait[i] * p.ranks[i] / p.requests_s[i]  # waited for each prompt ahead on the rank
    met = (bare + each_s * (held / ranks - 1.0)) / (1.0 - each_s * r / ranks)
    at_load = np.where(held + r * bare > ranks, met, bare)
    alone = p.launch_s[i] + p.whole_s[i] + at.carried_s
    return np.stack([at_load, alone, held + r * at_load])


def _interval(p: PrefillWorkers, d: DecodeWorkers, at: Points) -> tuple[Array, Array]:
    """The 90 % interval of requests/s: the lesser of two pools, each off by its own factor.

    P(lesser > r) = P(prefill > r) × P(decode > r); both are lognormal.
    """
    from scipy.special import ndtr

    fed = at.limit == LIMITS.index("decode")
    fill: Array = np.where(fed, at.x * p.requests_s[at.i], at.requests_s)
    spread_p, spread_d = np.hypot(p.sd[at.i], SPREAD), np.hypot(d.sd[at.j, at.k], SPREAD)

    def beyond(log: Array) -> Array:
        above = ndtr((np.log(fill) - log) / spread_p) * ndtr((middle - log) / spread_d)
        return np.asarray(above)

    middle: Array = np.log(at.requests_s)
    ends = []
    for share in (0.95, 0.05):
        low, high = (middle + s * FAR * (spread_p + spread_d) for s in (-1.0, 1.0))
        for _ in range(ROUNDS):
            half = 0.5 * (low + high)
            under = beyond(half) > share
            low, high = np.where(under, half, low), np.where(under, high, half)
        ends.append(np.exp(low))
    return np.minimum(ends[0], at.requests_s), np.maximum(ends[1], at.requests_s)


def _mix(
    model: Model, chip: Chip, precision: Precision, fill: Sweep, give: Sweep, p: PrefillWorkers,
    d: DecodeWorkers, output: float, at: Points, times: Array, low: Array, high: Array, n: int,
) -> Mix:  # fmt: skip
    """One point in full."""
    i, j, k, x, y = (int(a[n]) for a in (at.i, at.j, at.k, at.x, at.y))
    row, column = int(p.row[i]), int(d.order[j, k])
    chips, rate = float(at.chips[n]), float(at.requests_s[n])
    fed = LIMITS[int(at.limit[n])] == "decode"
    per_chip = output / chips
    ttft, alone, held = (float(a) for a in times[:, n])
    prompts = (held - y * float(at.batch[n])) / x
    return Mix(
        chip=chip.id,
        model=model.id,
        precision=precision,
        prefill=Pool(
            layout_at(fill, row, "prefill"), x, prompts, x * float(p.requests_s[i]),
            float(fill.memory_bytes[row, 0]), PARTS[int(fill.bound[row, 0])],
        ),
        decode=Pool(
            layout_at(give, j, "decode"), y, float(at.batch[n]),
            y * float(d.requests_s[j, k]) if fed else rate,
            float(give.memory_bytes[j, column]), PARTS[int(give.bound[j, column])],
        ),
        concurrency=held,
        requests_s=rate,
        ttft_s=ttft,
        ttft_alone_s=alone,
        tpot_s=float(at.tpot_s[n]),
        transfer_s=float(at.carried_s[n]),
        tok_s_per_chip=rate * per_chip,
        low=float(low[n]) * per_chip,
        high=float(high[n]) * per_chip,
        limited_by=LIMITS[int(at.limit[n])],
        feasible=True,
        calibrated=give.calibrated,
    )  # fmt: skip


def _why(
    p: PrefillWorkers, d: DecodeWorkers, most: float, ttft_s: float | None, tpot_s: float | None
) -> str:
    """Why no mix is within the limits."""
    held = d.fits.any(axis=1)
    if not len(p) or not held.any():
        return "weights leave no room for one request in a worker"
    smallest = p.chips.min(), d.chips[held].min()
    if sum(smallest) > most:
        a, b = smallest
        return f"the smallest workers have {a:.0f} and {b:.0f} chips, more than {most:.0f} in all"
    fastest = float(d.tpot_s[d.fits].min())
    if tpot_s is not None and fastest > tpot_s:
        return f"fastest TPOT is {fastest * 1e3:.3g} ms, limit {tpot_s * 1e3:.3g} ms"
    first = float((p.launch_s + p.whole_s).min())
    if ttft_s is not None and first > ttft_s:
        return f"shortest TTFT is {first:.3g} s, limit {ttft_s:.3g} s"
    return f"no mix of up to {most:.0f} chips meets the limits at once"


def _none(
    model: Model, chip: Chip, precision: Precision, fill: Sweep, give: Sweep, why: str
) -> Mix:
    """The workers that need least memory a chip, marked infeasible, with why."""

    def pool(s: Sweep, phase: str) -> Pool:
        row = int(np.argmin(s.memory_bytes[:, 0]))
        memory = float(s.memory_bytes[row, 0])
        return Pool(layout_at(s, row, phase), 1, 0.0, 0.0, memory, "capacity")

    return Mix(
        chip=chip.id, model=model.id, precision=precision, prefill=pool(fill, "prefill"),
        decode=pool(give, "decode"), concurrency=0.0, requests_s=0.0, ttft_s=math.inf,
        ttft_alone_s=math.inf, tpot_s=math.inf, transfer_s=math.inf, tok_s_per_chip=0.0, low=0.0,
        high=0.0, limited_by="", feasible=False, why_not=why, calibrated=give.calibrated,
    )  # fmt: skip
