"""The load of an observed run as requests: when they are sent, how long they are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.serving.observed.types import Observation, Spread, Timings
from outlay.serving.spec import Lengths
from outlay.serving.traffic.generate import arrivals, draw_lengths
from outlay.serving.traffic.requests import Traffic, traffic

__all__ = ["Sending", "answered", "sending_of"]

MOST_CV = 3.0
MOST_DRAWN = 50_000
"""Requests of a run that are drawn; of a longer one the beginning, where percentiles settle."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Requests, and how they are sent.

    how: `closed` (so many users), `recorded` (at their own times), `open` (drawn at the rate asked
    for), `burst` (all at once) or `rate` (drawn at the rate that was measured). users: most in
    flight, None: no limit. prefix_cache: as `Policy` has it. whole: whether these are all requests
    of the run.
    """

    traffic: Traffic
    how: str
    users: int | None = None
    think_s: float = 0.0
    prefix_cache: str = "off"
    whole: bool = True
    notes: tuple[str, ...] = ()


def answered(t: Timings) -> IntArray:
    """The requests that were answered and whose lengths are known."""
    return np.flatnonzero(t.ok & (t.input_tokens > 0) & (t.output_tokens > 0))


def sending_of(o: Observation, seed: int = 0) -> Sending | str:
    """What was sent in a run, or why that cannot be told."""
    notes: list[str] = []
    own = answered(o.timings) if o.timings is not None else np.empty(0, np.int64)
    if o.timings is not None and len(own):
        lengths = (o.timings.input_tokens[own], o.timings.output_tokens[own])
        if left := len(o.timings.ok) - len(own):
            notes.append(f"{left:,} requests that were not answered are left out of the replay")
    else:
        drawn = _drawn(o, seed, notes)
        if isinstance(drawn, str):
            return drawn
        lengths = drawn
    n = len(lengths[0])
    sent = o.timings.sent_s[own] if o.timings is not None and len(own) else None
    timed = _times(o, n, sent, seed, notes)
    if isinstance(timed, str):
        return timed
    how, times = timed
    order = np.argsort(times, kind="stable")
    session = _sessions(o.timings, own)
    shared, cache = _shared(o, lengths[0], lengths[1], session, order, notes)
    packed = traffic(
        times[order] - times[order].item(0), lengths[0][order], lengths[1][order],
        session=None if session is None else session[order],
        shared_tokens=shared, name=o.where,
    )  # fmt: skip
    capped = how in ("closed", "open") and o.load.concurrency is not None
    users = o.load.concurrency if capped else None
    whole = not o.completed or n >= min(o.completed, len(own) or o.completed)
    return Sending(packed, how, users, o.load.think_s, cache, whole, tuple(notes))


def _times(
    o: Observation, n: int, sent: Array | None, seed: int, notes: list[str]
) -> tuple[str, Array] | str:
    """How requests are sent, and when."""
    load = o.load
    if load.kind == "closed" and load.concurrency:
        return "closed", (np.zeros(n) if sent is None else _filled(sent))
    if load.kind == "burst":
        return "burst", np.zeros(n)
    if sent is not None and bool(np.all(np.isfinite(sent))):
        return "recorded", sent
    how = "open" if load.kind == "open" else "rate"
    rate = load.rate_req_s if how == "open" else _rate(o)
    if not rate or not math.isfinite(rate):
        return "neither a rate nor the requests in flight nor their times are stated"
    if how == "rate":
        notes.append("how requests were sent is not stated: drawn at the rate measured, Poisson")
    cv = 0.0 if load.even else 1 / math.sqrt(load.burstiness or 1.0)
    return how, arrivals(n, rate, cv=cv, seed=seed, name="observed")


def _rate(o: Observation) -> float | None:
    """Requests a second as measured."""
    return o.req_s or (o.completed / o.duration_s if o.completed and o.duration_s else None)


def _filled(sent: Array) -> Array:
    """Times that order requests: one without its own goes with the one before it."""
    known: Array = np.where(np.isfinite(sent), sent, -np.inf)
    return np.asarray(np.maximum(np.maximum.accumulate(known), 0.0), dtype=float)


def _drawn(o: Observation, seed: int, notes: list[str]) -> tuple[IntArray, IntArray] | str:
    """Lengths of requests from what is stated of all of them together."""
    n = o.completed
    if not n:
        return "how many requests were answered is not stated"
    if n > MOST_DRAWN:
        notes.append(f"the first {MOST_DRAWN:,} of {n:,} requests are replayed")
    prompts = _spread(o.metrics.get("input_tokens"), o.input_tokens, n)
    answers = _spread(o.metrics.get("output_tokens"), o.output_tokens, n)
    if prompts is None or answers is None:
        lacking = "input" if prompts is None else "output"
        return f"the {lacking} lengths are not stated"
    (mean_in, cv_in, in_table), (mean_out, cv_out, out_table) = prompts, answers
    if not (cv_out or out_table) and (cv_out := _cv_of_ends(o)):
        notes.append(f"answers' lengths are spread as their times to the end are: CV {cv_out:.2g}")
    alike = [w for w, known in (("prompts", cv_in or in_table), ("answers", cv_out or out_table))
             if not known]  # fmt: skip
    if alike:
        notes.append(f"the spread of {' and '.join(alike)} is not stated: all are taken alike")
    shape = Lengths(cv_in, cv_out, in_table, out_table)
    drawn = draw_lengths(min(n, MOST_DRAWN), mean_in, mean_out, shape, seed=seed, name="observed")
    return drawn[0].astype(np.int64), drawn[1].astype(np.int64)


def _cv_of_ends(o: Observation) -> float:
    """Spread of answers from that of the times to their end, first tokens aside; 0: not stated."""
    end, first = o.metrics.get("e2e_s"), o.metrics.get("ttft_s")
    if end is None or first is None or None in (end.mean, end.std, first.mean):
        return 0.0
    longest = (end.mean or 0.0) - (first.mean or 0.0)
    return min((end.std or 0.0) / longest, MOST_CV) if longest > 0 else 0.0


Shape = tuple[float, float, tuple[tuple[float, float], ...]]


def _spread(s: Spread | None, total: int | None, n: int) -> Shape | None:
    """Mean, coefficient of variation and quantiles of a length; None where nothing is stated."""
    s = s or Spread()
    mean = total / n if total else s.mean or s.quantiles.get(0.5)
    if not mean or mean < 1:
        return None
    ends = {0.0: s.minimum, 1.0: s.maximum}
    table = {p: v for p, v in {**ends, **s.quantiles}.items() if v is not None}
    if len(s.quantiles) > 1 and len(table) > len(s.quantiles):
        rising = sorted(table.items())
        values = np.maximum.accumulate([v for _, v in rising])
        return mean, 0.0, tuple(zip((p for p, _ in rising), values.tolist(), strict=True))
    return mean, (s.std or 0.0) / mean, ()


def _sessions(t: Timings | None, own: IntArray) -> IntArray | None:
    if t is None or t.session is None or not len(own) or np.all(t.session[own] < 0):
        return None
    return np.asarray(t.session[own], dtype=np.int64)


def _shared(
    o: Observation,
    inputs: IntArray,
    outputs: IntArray,
    session: IntArray | None,
    order: IntArray,
    notes: list[str],
) -> tuple[IntArray | None, str]:
    """Prompt tokens that are found cached, in order of sending, and where: as `Policy` names it."""
    hits = o.counters.get("prefix_hit_share")
    if hits is not None and 0 < hits < 1:
        notes.append(f"{100 * hits:.3g} % of each prompt is taken as cached, as was counted")
        return np.floor(inputs[order] * hits).astype(np.int64), "given"
    if session is None:
        return None, "off"
    notes.append("later turns of a session are taken to begin with the earlier ones")
    held: dict[int, int] = {}
    shared = np.zeros(len(order), np.int64)
    for place, i in enumerate(order.tolist()):
        chain, prompt = session.item(i), inputs.item(i)
        if chain >= 0:
            shared[place] = min(held.get(chain, 0), prompt)
            held[chain] = prompt + outputs.item(i)
    return shared, "lru"
