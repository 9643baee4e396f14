"""Mixes of two pools against a plain search: loops over workers, bisection of the batch."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from outlay.catalogue import find_chip, find_model
from outlay.performance import Layout, Precision, Stack, correct
from outlay.performance.constants.cases import case_for
from outlay.performance.fit.correction_fit import NOISE
from outlay.performance.operators.shapes import shape_of
from outlay.performance.operators.timing import (
    cache_bytes_per_token,
    prefill_pass,
    sequence_state_bytes,
)
from outlay.performance.questions.layouts import list_layouts
from outlay.performance.questions.legal import limits_of
from outlay.performance.questions.loop import Traffic, sequence_capacity, steady_decode
from outlay.performance.questions.mix import MOST_WORKERS, SPREAD, search_mixes
from outlay.performance.types import Mix

ISL, OSL = 2000.0, 500.0
T = Traffic(ISL, OSL)
FP8 = Precision("fp8", "bf16")


class Worker:
    """A worker of one layout, asked one number at a time."""

    def __init__(self, model: str, chip: str, layout: Layout) -> None:
        self.model, self.chip, self.layout = find_model(model), find_chip(chip), layout
        self.k = case_for(self.model, self.chip, layout, FP8)

    def _factor(self, lengths: tuple[float, float], batch: float, kind: str) -> float:
        o = self.layout
        found = correct(
            self.model, self.chip, FP8, Stack(), lengths, batch, o.n_chips, (o.tp, o.ep, o.dp), kind
        )
        return float(np.asarray(found.factor))

    @property
    def room(self) -> float:
        """Whole sequences on all ranks."""
        each = math.floor(float(sequence_capacity(self.k, ISL + OSL)) * (1 + 1e-9))
        return each * self.layout.dp

    @cache  # noqa: B019 - lives as long as the test
    def prompts_s(self) -> float:
        """Prompts per second in passes of many."""
        tokens = float(self.k.c["chunk_tokens"])
        one = prefill_pass(self.k, tokens, ISL)
        factor = self._factor((ISL, 1.0), tokens * self.layout.dp, "pre")
        seconds = max(float(one.total) * factor, float(one.floor))
        return self.layout.dp * self.layout.pp * tokens / seconds / ISL

    @cache  # noqa: B019
    def tpot_s(self, batch: float) -> float:
        loop = steady_decode(self.k, T, batch / self.layout.dp)
        factor = self._factor((ISL, OSL), batch, "pool")
        return max(float(loop.tpot_s) * factor, float(loop.decode.floor))

    def answers_s(self, batch: float) -> float:
        return batch / self.tpot_s(batch) / OSL

    def cache_s(self, near: bool) -> float:
        held = float(ISL * cache_bytes_per_token(self.k) + sequence_state_bytes(self.k, ISL))
        speed = max(float(self.k.link), float(self.k.net)) if near else float(self.k.net)
        return held / speed


def _workers(model: str, chip: str, most: int) -> list[Worker]:
    m, c = find_model(model), find_chip(chip)
    shape = shape_of(m)
    found = list_layouts(shape, c, most, limits_of(m, shape))
    rows = zip(*(map(int, x) for x in (found.n_chips, found.tp, found.pp, found.ep, found.dp)))  # noqa: B905
    made = [Worker(model, chip, Layout(*row)) for row in rows]
    return [w for w in made if w.room >= 1]


def _best_by_hand(model: str, chip: str, most: int, limit: float) -> float:
    """Most output tokens/s per chip: each mix at the largest batch that it can hold."""
    workers = _workers(model, chip, most - 1)
    domain = find_chip(chip).domain_chips
    best = 0.0
    for p in workers:
        for d in workers:
            for x in range(1, MOST_WORKERS + 1):
                for y in range(1, MOST_WORKERS + 1):
                    chips = x * p.layout.n_chips + y * d.layout.n_chips
                    if chips > most:
                        break
                    near = chips <= domain
                    give = min(p.prompts_s(), p.layout.dp / p.cache_s(near)) * x / y
                    give = min(give, d.layout.dp / d.cache_s(near))
                    low, high = 1e-3, d.room
                    for _ in range(30):
                        middle = 0.5 * (low + high)
                        fine = d.tpot_s(middle) <= limit and d.answers_s(middle) <= give
                        low, high = (middle, high) if fine else (low, middle)
                    if d.tpot_s(low) <= limit:
                        best = max(best, y * d.answers_s(low) * OSL / chips)
    return best


QUESTIONS = (
    # model, chip, chips in all, s per token
    ("llama-3.1-8b", "h100-sxm", 4, 0.02),
    ("llama-3.1-8b", "l40s", 3, 0.03),
    ("qwen3-30b-a3b", "h100-sxm", 3, 0.02),
)


@pytest.mark.parametrize(("model", "chip", "most", "limit"), QUESTIONS)
def test_the_best_mix_is_that_of_a_plain_search(
    model: str, chip: str, most: int, limit: float
) -> None:
    found = _found(model, chip, most, limit)
    by_hand = _best_by_hand(model, chip, most, limit)
    assert found[0].tok_s_per_chip == pytest.approx(by_hand, rel=0.02)  # a grid of batches
    assert found[0].tok_s_per_chip <= by_hand * 1.002  # linear between two batches


@cache
def _found(model: str, chip: str, most: int, limit: float) -> list[Mix]:
    return search_mixes(
        find_model(model), find_chip(chip), ISL, OSL, max_chips=most, tpot_s=limit, precision=FP8
    )


@pytest.mark.parametrize(("model", "chip", "most", "limit"), QUESTIONS)
def test_each_mix_does_what_its_workers_do_alone(
    model: str, chip: str, most: int, limit: float
) -> None:
    """Time per token at the batch, requests as the lesser of both, Little's law, first tokens."""
    for mix in _found(model, chip, most, limit):
        p, d = (Worker(model, chip, pool.layout) for pool in (mix.prefill, mix.decode))
        x, y, near = mix.prefill.workers, mix.decode.workers, mix.n_chips <= p.chip.domain_chips
        assert mix.tpot_s == pytest.approx(d.tpot_s(mix.decode.batch), rel=0.01)
        gives, takes = x * p.prompts_s(), y * d.answers_s(mix.decode.batch)
        assert mix.requests_s == pytest.approx(min(gives, takes), rel=0.01)
        assert mix.transfer_s == pytest.approx(max(p.cache_s(near), d.cache_s(near)))
        # one prompt alone: launch, its pass, and its cache on the way
        c = p.k.c
        one = float(prefill_pass(p.k, ISL, ISL).total)
        factor = p._factor((ISL, 1.0), float(c["chunk_tokens"]) * p.layout.dp, "pre")
        alone = (float(c["first_token_s"]) + one) * factor
        assert mix.ttft_alone_s == pytest.approx(alone + mix.transfer_s)
        # at the load: what the first token says, with the requests that Little's law counts
        busy = mix.requests_s / gives
        ahead = mix.concurrency / (x * p.layout.dp) - 1.0
        slowed = 1.0 + (float(c["first_token_prefill"]) - 1.0) * busy
        waits = max(ahead, 0.0) * float(c["first_token_wait"]) * p.layout.dp / p.prompts_s()
        first = (float(c["first_token_s"]) + slowed * one) * factor + waits + mix.transfer_s
        assert mix.ttft_s == pytest.approx(first, rel=0.001)
        held = y * mix.decode.batch + mix.requests_s * mix.ttft_s
        assert mix.concurrency == pytest.approx(held, rel=1e-9)


def test_the_interval_is_that_of_the_lesser_of_two_drawn_pools() -> None:
    from outlay.performance.questions.layout_sweep import sweep

    model, chip = find_model("llama-3.1-8b"), find_chip("h100-sxm")
    mix = _found("llama-3.1-8b", "h100-sxm", 4, 0.02)[0]
    spread = {}
    for phase, pool in (("prefill", mix.prefill), ("decode", mix.decode)):
        s = sweep(model, chip, ISL, OSL, max_chips=3, phase=phase, precision=FP8)
        of = [s.layouts.n_chips, s.layouts.tp, s.layouts.pp]
        row = np.flatnonzero(
            (of[0] == pool.layout.n_chips) & (of[1] == pool.layout.tp) & (of[2] == pool.layout.pp)
        )[0]
        own = float(np.interp(pool.batch, s.batch[row], s.sd[row]))
        spread[phase] = math.hypot(own, SPREAD)
    draw = np.random.default_rng(7).standard_normal((2, 400_000))
    fill = mix.prefill.requests_s * np.exp(spread["prefill"] * draw[0])
    give = mix.decode.requests_s * np.exp(spread["decode"] * draw[1])
    low, high = np.quantile(np.minimum(fill, give), [0.05, 0.95]) * OSL / mix.n_chips
    assert mix.low == pytest.approx(low, rel=0.02)
    assert mix.high == pytest.approx(high, rel=0.02)


def test_mixes_are_as_uncertain_as_those_that_were_measured() -> None:
    assert NOISE["rate disaggregated"] == SPREAD


def test_a_slow_link_limits_a_mix_and_says_so() -> None:
    """A cached prompt costs no pass and is carried whole: over a thin network that counts."""
    from dataclasses import replace

    chip = replace(find_chip("h100-sxm"), net_byte_s=1e9, domain_chips=1, link_byte_s=1e9)
    found = search_mixes(
        find_model("llama-3.1-8b"), chip, 16000.0, 600.0, cached_share=0.99, max_chips=6
    )
    assert "transfer" in {m.limited_by for m in found}
    for mix in found:
        rates = []  # caches of whole prompts, that the senders and the receivers carry
        for pool in (mix.prefill, mix.decode):
            k = case_for(find_model("llama-3.1-8b"), chip, pool.layout, Precision("bf16", "bf16"))
            each = 16000.0 * float(cache_bytes_per_token(k)) / 1e9
            assert mix.transfer_s >= each * (1 - 1e-9)
            rates.append(pool.workers * pool.layout.dp / each)
        assert mix.requests_s <= min(rates) * (1 + 1e-9)
        if mix.limited_by == "transfer":
            assert mix.requests_s == pytest.approx(min(rates))
    assert any(m.prefill.workers < m.decode.workers for m in found if m.limited_by == "transfer")
