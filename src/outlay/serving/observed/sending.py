"""The load of an observed run as requests: when they are sent, how long they are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array, IntArray
from outlay.serving.observed.lengths import drawn_lengths
from outlay.serving.observed.types import Observation, Timings
from outlay.serving.traffic.generate import arrivals
from outlay.serving.traffic.requests import Traffic, traffic

__all__ = ["Sending", "answered", "sending_of"]


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
        drawn = drawn_lengths(o, seed, notes)
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
    whole = len(own) > 0 or n == o.completed
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
    for place in range(len(order)):
        i = order.item(place)
        chain, prompt = session.item(i), inputs.item(i)
        if chain >= 0:
            shared[place] = min(held.get(chain, 0), prompt)
            held[chain] = prompt + outputs.item(i)
    return shared, "lru"
