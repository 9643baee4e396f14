"""Collectives against their closed forms, within a scale-up domain and across it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from outlay.catalogue import find_chip, find_model
from outlay.performance.constants.cases import case_for
from outlay.performance.operators.case import Case
from outlay.performance.operators.timing import (
    DISPATCH_BYTES,
    decode_pass,
    hop_seconds,
    prefill_pass,
)
from outlay.performance.types import Precision, Stack

M = 96.0  # tokens on a rank
CHIP = find_chip("h200-sxm")  # eight to a domain


def case(model: str, **layout: float) -> Case:
    axes = {"tp": 1.0, "pp": 1.0, "ep": 1.0, "dp": 1.0, **layout}
    return case_for(find_model(model), CHIP, axes, Precision(), Stack("sglang"))


def join(a: float, b: float) -> float:
    return float((a**3 + b**3) ** (1 / 3))


def links(k: Case, m: float = M) -> float:
    """Seconds of a decode step's collectives, before the factor on all time."""
    return float(decode_pass(k, m * k.pp, 1000.0).collective) / float(k.time)


def ring(k: Case, group: float, size: float, passes: float) -> float:
    """One ring collective: start-up by doublings, then the bytes over the slowest link."""
    from math import log2

    c: Any = k.c
    wide = group > k.domain
    start = c["allreduce_s"] * (1 + c["allreduce_growth"] * log2(group))
    start *= c["domain_floor"] if wide else 1.0
    rate = min(k.net * min(k.domain, group), k.link) if wide else k.link
    return join(start, passes * size * (group - 1) / group / (rate * c["allreduce_link"]))


def test_the_chip_and_its_domain() -> None:
    k = case("deepseek-v3")
    assert (k.domain, k.link > k.net) == (8.0, True)


@pytest.mark.parametrize("ranks", [4.0, 8.0, 16.0, 64.0])
def test_an_exchange_of_experts_goes_over_the_network_beyond_the_domain(ranks: float) -> None:
    """Each token goes to eight experts; of the remote ones those outside the domain take the
    network, and starting takes twice as long."""
    k = case("deepseek-v3", ep=ranks, dp=ranks)
    s, c = k.shape, k.c
    outside = max(0.0, 1 - 8 / ranks)
    copies = min(8.0, ranks)
    bytes_out = M * copies * s.hidden * DISPATCH_BYTES * (ranks - 1) / ranks
    wire = bytes_out * ((1 - outside) / k.link + outside / k.net) / c["alltoall_link"]
    start = c["alltoall_s"] * (2 if ranks > 8 else 1)
    assert links(k) == pytest.approx(s.moe_layers * 2 * join(start, wire), rel=1e-9)


def test_the_same_exchange_takes_longer_where_the_domain_is_smaller() -> None:
    wide = case("deepseek-v3", ep=16.0, dp=16.0)
    within = links(replace(wide, domain=16.0))
    assert links(wide) > 1.5 * within
    assert links(replace(wide, domain=4.0)) > links(wide)


@pytest.mark.parametrize("ranks", [2.0, 8.0, 16.0])
def test_tensor_parallel_ranks_reduce_after_every_layer(ranks: float) -> None:
    k = case("llama-3.1-70b", tp=ranks)
    s = k.shape
    calls = s.soft_layers + s.linear_layers + s.dense_layers
    once = ring(k, ranks, M * s.hidden * 2.0, 2.0)
    assert links(k) == pytest.approx(calls * once, rel=1e-9)


def test_a_hop_between_stages_takes_the_network_beyond_the_domain() -> None:
    near, far = case("llama-3.1-70b", tp=2.0, pp=4.0), case("llama-3.1-70b", tp=8.0, pp=2.0)
    assert float(hop_seconds(near)) == pytest.approx(1 / near.link)
    assert float(hop_seconds(far)) == pytest.approx(1 / (far.net * 8))
    alone = links(case("llama-3.1-70b", tp=8.0))
    s, c = far.shape, far.c
    hop = join(c["allreduce_s"], M * s.hidden * 2.0 / (far.net * 8))
    assert links(far) == pytest.approx(alone + hop, rel=1e-9)


def test_a_prompt_pays_for_the_same_exchange() -> None:
    k = case("deepseek-v3", ep=16.0, dp=16.0)
    f = float(k.time * k.c["prefill"])
    found = float(prefill_pass(k, M, 500.0).collective)
    assert found == pytest.approx(f * links(k), rel=1e-9)
