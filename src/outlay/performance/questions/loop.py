"""Turn step times into what a serving loop delivers: TPOT, first token, throughput, batch.

Continuous batching in steady state: each request brings one prompt and `osl` decode steps, so
every step carries batch × prompt / osl prompt tokens that stall the decoding requests. Closed
loops hold a concurrency, offline runs fill the cache, disaggregated ones match two pools. Latency
under random arrivals belongs to `serving`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Number
from outlay.performance.operators.case import Case
from outlay.performance.operators.pass_curve import (
    Brief,
    Parts,
    PassCurve,
    decode_curve,
    prefill_curve,
)
from outlay.performance.operators.timing import (
    Pass,
    cache_bytes_per_token,
    decode_pass,
    prefill_pass,
    sequence_state_bytes,
    weight_bytes_per_chip,
)

__all__ = [
    "Loop",
    "Traffic",
    "closed_loop",
    "decode_step",
    "disaggregated",
    "memory_given",
    "offline",
    "prompt_seconds",
    "riding_seconds",
    "sequence_capacity",
    "steady_decode",
    "through_stages",
]


RESERVE_SHARE = 0.04  # of memory at most: engines on small cards run smaller passes
MOST_STALLS = 4.0  # prompts of other ranks that stall one, per prompt of its own


@dataclass(frozen=True)
class Traffic:
    """Mean tokens per request: new prompt tokens, cached prompt tokens, output tokens.

    per_step: output tokens a step yields (above 1 with multi-token prediction); verified: tokens
    a step computes per sequence.
    """

    prompt: Number
    output: Number
    cached: Number = 0.0
    per_step: Number = 1.0
    verified: Number = 1.0

    @property
    def context(self) -> Number:
        """Mean context while decoding [token]."""
        return self.cached + self.prompt + 0.5 * self.output


@dataclass(frozen=True)
class Loop:
    """Outcome of a loop; rates per replica [token/s], times [s], batch per attention rank."""

    tpot_s: Number
    ttft_s: Number
    out_tok_s: Number
    batch: Number
    decode: Pass
    prompt_s: Number  # prefill of one request on its attention rank
    alone_s: Number = np.nan  # first token of a request that finds nobody; not of a decode pool


def sequence_capacity(k: Case, tokens: Number) -> Number:
    """Sequences of `tokens` cached tokens that fit one attention rank beside the weights."""
    room = memory_given(k) - weight_bytes_per_chip(k)
    each = tokens * cache_bytes_per_token(k) + sequence_state_bytes(k, tokens)
    return np.maximum(room * k.c["cache_share"], 0.0) / np.maximum(each, 1.0)


def memory_given(k: Case) -> Number:
    """Bytes of a chip that an engine fills with weights and caches."""
    reserve = np.minimum(k.c["memory_reserve"], RESERVE_SHARE * k.memory)
    return k.memory * k.c["memory_use"] - reserve


def _prompt_tokens(k: Case, t: Traffic, batch: Number) -> Number:
    """New tokens of a prefill pass: a chunk of a long prompt, or short prompts that meet in it."""
    steps = np.maximum(t.output / t.per_step, 1.0)
    together = np.maximum(t.prompt, t.prompt * batch / steps)
    return np.clip(together, 1.0, np.maximum(k.c["chunk_tokens"], 1.0))


def riding_seconds(k: Case, t: Traffic, batch: Number) -> Number:
    """Seconds given back on a step that carries a pass of prompts beside `batch` sequences."""
    return k.c["riding"] * _ridden(k, t, prefill_curve(Parts(k), t.prompt, t.cached), batch)


def prompt_seconds(k: Case, t: Traffic, batch: Number) -> Number:
    """Stage time that the prefill of one request takes on its attention rank [s]."""
    tokens = _prompt_tokens(k, t, batch)
    one = prefill_pass(k, tokens, t.prompt, t.cached)
    return one.total * t.prompt / tokens / k.pp


def through_stages(k: Case, t: Traffic) -> Number:
    """Stage times that one prompt alone takes to its first token, per stage time that it costs.

    Its chunks pass the stages of a pipeline one behind the other.
    """
    return 1.0 + (k.pp - 1.0) / np.maximum(t.prompt / k.c["chunk_tokens"], 1.0)


def _draft(k: Case, t: Traffic) -> Number:
    """Factor on the layers: drafting costs one layer each on top, of `layers` in all."""
    return 1.0 + np.where(t.verified > 1, (t.verified - 1.0) / k.shape.layers, 0.0)


def decode_step(k: Case, t: Traffic, batch: Number) -> Pass:
    """A decode step; with multi-token prediction each sequence has `verified` tokens in it."""
    one = decode_pass(k, batch * t.verified, t.context)
    draft = _draft(k, t)
    return Pass(
        one.matmul * draft,
        one.expert * draft,
        one.attention / t.verified * draft,
        one.collective * draft,
        one.overhead,
        one.floor / t.verified,
        one.bytes_s / t.verified,
        one.flops_s,
    )


def _stalled(k: Case, t: Traffic, batch: Number, own: bool) -> tuple[Number, Pass, Number]:
    """Seconds per step with the prompts it carries, the bare step, and seconds per prompt."""
    step = decode_step(k, t, batch)
    curve = prefill_curve(Parts(k), t.prompt, t.cached)
    prompt_s = prompt_seconds(k, t, batch)
    ridden = _ridden(k, t, curve, batch)
    return _with_prompts(k, t, batch, step, prompt_s, ridden, own), step, prompt_s


def _ridden(k: Case, t: Traffic, curve: PassCurve, batch: Number) -> Number:
    """What a pass of prompts costs less where its tokens ride in a step of `batch` sequences [s].

    Weights are read once, layers launched once: all but attention, apart less together.
    """
    own, others = _prompt_tokens(k, t, batch), batch * t.verified / k.pp
    count = own / np.maximum(t.prompt, 1.0)
    apart = curve.brief(own, count).shared + curve.brief(others, 0.0).shared
    return np.maximum(apart - curve.brief(own + others, count).shared, 0.0) / k.pp


def _with_prompts(
    k: Case,
    t: Traffic,
    batch: Number,
    step: Pass | Brief,
    prompt_s: Number,
    ridden: Number,
    own: bool,
) -> Number:
    """Seconds per step of `batch` sequences that carries the prompts which keep it full."""
    c = k.c
    steps = np.maximum(t.output / t.per_step, 1.0)
    others = np.maximum(batch - (0.0 if own else 1.0), 0.0)
    if not own:
        prompt_s = prompt_s * c["loop_prompt"]
    mine = c["prompt_share"] * others * prompt_s / steps
    # Another rank's prompt stalls this one only while this one decodes.
    work = c["prompt_share"] * batch * prompt_s / steps
    stall = np.minimum(c["idle_rank_stall"] * (k.dp - 1.0), MOST_STALLS)
    stall = stall * work * step.total / (step.total + work)
    passes = others * t.prompt / steps / _prompt_tokens(k, t, batch)
    saved = np.minimum(c["riding"] * np.minimum(passes, 1.0) * ridden, mine)
    return np.maximum(step.total + mine + stall - saved, step.floor)


def closed_loop(k: Case, t: Traffic, concurrency: Number, parts: Parts | None = None) -> Loop:
    """`concurrency` requests always in flight in the replica (all attention ranks together).

    parts: of the case, where they are there already. A rank serves at least one request at a time;
    whether one fits is `sequence_capacity`'s answer.
    """
    c = k.c
    each = np.asarray(concurrency / k.dp, dtype=float)
    hold = np.maximum(sequence_capacity(k, t.cached + t.prompt + t.output), 1.0)
    most = np.minimum(each, hold)
    steps = np.maximum(t.output / t.per_step, 1.0)
    parts = parts or Parts(k)
    decode = decode_curve(parts, t.context, t.verified, _draft(k, t))
    curve = prefill_curve(parts, t.prompt, t.cached)
    prompt_s, prompt_alone_s = _prompts(k, t, curve, most)
    step = decode.at(most * t.verified / k.pp, most * t.verified)
    bare = decode.brief(t.verified / k.pp, t.verified)
    seconds = _with_prompts(k, t, most, step, prompt_s, _ridden(k, t, curve, most), own=False)
    single = _with_prompts(k, t, 1.0, bare, prompt_alone_s, 0.0, own=False)
    others = np.maximum(most - 1.0, 0.0)
    # A request that is alone has its prompt to itself; others' chunks and steps slow it.
    slowed = 1.0 + (c["first_token_prefill"] - 1.0) * others / np.maximum(most, 1.0)
    waits = c["first_token_wait"] * others * prompt_s
    queued = np.maximum(each - most, 0.0) / most * (steps * seconds + prompt_s)
    whole_s = prompt_alone_s * through_stages(k, t)
    alone = c["first_token_s"] + whole_s + 0.5 * single
    own = slowed * whole_s  # a pass that prompts share costs each less, and takes no less
    first = c["first_token_s"] + own + 0.5 * seconds + waits + queued
    # No loop does worse than one that serves a request at a time: what lies beyond is waiting
    # counted twice, by prompts that stall and prompts that wait. Up to there the time a request
    # stays, per request in flight, is a concave function of 1 / requests that starts at the
    # bound, so more of them never lower the rate.
    lone = whole_s + steps * single
    longest = np.maximum(each * lone, alone + steps * single)
    stays = first + steps * seconds
    work = c["first_token_s"] + whole_s + (0.5 + steps) * step.total
    waiting = np.maximum(stays - work, 1e-12 * work)
    kept = np.clip((longest - work) / waiting, 0.0, 1.0)
    seconds = step.total + kept * (seconds - step.total)
    stays = np.minimum(stays, longest)
    first = stays - steps * seconds
    rate = each / stays
    out = rate * t.output * k.dp
    return Loop(seconds / t.per_step, first, out, most, step, prompt_s, alone)


def _prompts(k: Case, t: Traffic, curve: PassCurve, batch: Number) -> tuple[Number, Number]:
    """`prompt_seconds` beside `batch` requests and alone."""

    def seconds(tokens: Number) -> Number:
        one = curve.brief(tokens, tokens / np.maximum(t.prompt, 1.0))
        return one.total * t.prompt / tokens / k.pp

    beside, alone = _prompt_tokens(k, t, batch), _prompt_tokens(k, t, 0.0)
    found = seconds(beside)
    return found, found if np.all(beside == alone) else seconds(alone)


def offline(k: Case, t: Traffic, requests: Number = np.inf) -> Loop:
    """As many requests as memory and the engine's cap hold; `offline` factor on the time.

    A run of finitely many `requests` (per attention rank) drains at its end: over the last
    requests' steps the batch falls to nothing while what a step costs at least does not. Where
    time is linear in the batch that adds half of a step at batch 1 per step and wave.
    """
    c = k.c
    room = sequence_capacity(k, t.cached + t.prompt + c["kv_reserve"] * t.output)
    batch = np.maximum(np.minimum(np.minimum(room, c["batch_cap"]), requests), 1.0)
    seconds, step, prompt_s = _stalled(k, t, batch, own=True)
    least = decode_step(k, t, np.ones_like(batch)).total
    seconds = seconds + 0.5 * least * np.minimum(batch / requests, 1.0)
    seconds = np.maximum(seconds * c["offline"], step.floor)
    tpot = seconds / t.per_step
    return Loop(tpot, prompt_s, batch * k.dp / tpot, batch, step, prompt_s)


def steady_decode(k: Case, t: Traffic, batch: Number, parts: Parts | None = None) -> Loop:
    """Decode alone at a fixed batch per attention rank, fed by another pool."""
    held = np.asarray(batch, dtype=float) * t.verified
    curve = decode_curve(parts or Parts(k), t.context, t.verified, _draft(k, t))
    step = curve.at(held / k.pp, held)
    seconds = np.maximum(step.total * k.c["disaggregated"], step.floor)
    tpot = seconds / t.per_step
    return Loop(tpot, 0.0 * tpot, batch * k.dp / tpot, batch, step, 0.0 * tpot)


def disaggregated(
    prefill: Case,
    decode: Case,
    t: Traffic,
    concurrency: Number,
    workers_p: Number,
    workers_d: Number,
) -> Loop:
    """Two pools in a closed loop: the slower one sets the rate, the other waits for it.

    The decode batch is what the concurrency leaves after prompts in the prefill pool, and no
    more than the prefill pool can feed.
    """
    ranks_d, parts = workers_d * decode.dp, Parts(decode)
    prompt_s = prompt_seconds(prefill, t, np.ones_like(np.asarray(concurrency, dtype=float)))
    feed = workers_p * prefill.dp / np.maximum(prompt_s, 1e-9)  # requests/s
    hold = np.maximum(sequence_capacity(decode, t.cached + t.prompt + t.output), 1.0)
    most = np.minimum(concurrency / ranks_d, hold)
    low, high = np.zeros_like(most), most
    for _ in range(12):  # bisection: decode leaves faster than prefill feeds -> smaller batch
        batch = 0.5 * (low + high)
        one = steady_decode(decode, t, batch, parts)
        rate = batch * ranks_d / (one.tpot_s * t.output)
        inside = batch * ranks_d + rate * prompt_s
        too_many = (rate > feed) | (inside > concurrency)
        high = np.where(too_many, batch, high)
        low = np.where(too_many, low, batch)
    one = steady_decode(decode, t, high, parts)
    rate = high * ranks_d / (one.tpot_s * t.output)
    waiting = np.maximum(concurrency - high * ranks_d, 0.0) / np.maximum(rate, 1e-12)
    c = prefill.c
    each = concurrency / (workers_p * prefill.dp)  # prompts that may meet on one prefill rank
    meet = c["first_token_wait"] * np.maximum(each - 1.0, 0.0) * prompt_s
    first = c["first_token_s"] + c["first_token_prefill"] * prompt_s
    first = np.maximum(waiting, first + meet)
    rate = np.minimum(rate, concurrency / (first + one.tpot_s * t.output))
    return Loop(one.tpot_s, first, rate * t.output, high, one.decode, prompt_s)
