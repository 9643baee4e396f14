"""Formats are named wherever a rate or a number of chips is, and what 8 bits would save is said."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import outlay
from outlay.api.models.smaller import smaller_weights
from outlay.catalogue import find_chip, find_model
from outlay.report.words.first import first_of
from outlay.report.words.language import words
from outlay.report.words.models.rate import (
    FIRST_TOKENS,
    OF_A_PROMPT,
    first_tokens,
    front,
    reading,
    sentence,
)
from outlay.report.words.models.simulation import simulation_heading, simulation_lines
from outlay.report.words.models.size import size_heading
from outlay.runs.documents.explain import _cell
from support.plans import hand_made


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trace") / "t.csv"
    rows = [f"{i / 20:.3f},{400 + 137 * i % 2000},{60 + 31 * i % 300}" for i in range(1200)]
    path.write_text("arrival_s,input_tokens,output_tokens\n" + "\n".join(rows) + "\n", "utf-8")
    return path


def test_a_size_names_its_formats_and_what_8_bits_save(trace: Path) -> None:
    ask = {"trace": trace, "model": "llama-3.1-70b", "chip": "h100-sxm", "ttft_p99": 2.0,
           "tpot_p99": 0.08}  # fmt: skip
    wide = outlay.size(**ask)
    assert (wide.replica.weights, wide.replica.kv) == ("bf16", "bf16")  # as released
    assert size_heading(wide).startswith("llama-3.1-70b, bf16 weights and bf16 cache, on h100-sxm:")
    less = outlay.size(**ask, weights="fp8")
    assert size_heading(less).startswith("llama-3.1-70b, fp8 weights and bf16 cache, on h100-sxm:")
    assert less.fixed_chips < wide.fixed_chips
    assert wide.warnings[-1] == (
        f"in fp8: {less.fixed_chips:,} chips of a fixed fleet; in bf16, as taken here, "
        f"{wide.fixed_chips:,}"
    )
    assert not any("in fp8" in w for w in less.warnings)
    assert not any("in fp8" in w for w in outlay.size(**ask, weights="bf16").warnings)


def test_a_simulation_names_its_formats(trace: Path) -> None:
    doc = outlay.simulate(trace=trace, model="llama-3.1-8b", chip="h100-sxm", tp=1, kv="fp8")
    assert simulation_heading(doc) == (
        "llama-3.1-8b on 1 × 1 h100-sxm (tp 1, pp 1, dp 1, ep 1; bf16 weights, fp8 cache)"
    )
    assert "output tok/s in bf16 weights and fp8 cache, busy" in simulation_lines(doc)[1]
    split = outlay.simulate(
        trace=trace, model="llama-3.1-8b", chip="h100-sxm", tp=2, replicas=3, prefill_replicas=2
    )
    assert simulation_heading(split).startswith(
        "llama-3.1-8b on 2 to prefill and 3 to decode, each 2 h100-sxm (tp 2,"
    )


def test_sizes_of_weights_are_whole_gigabytes_from_a_hundred_on() -> None:
    (note, *_) = [w for w in outlay.rate("llama-3.1-405b", "h100-sxm").warnings if "taken" in w]
    assert "812 GB of weights; --weights fp8 stores 406 GB" in note
    large = outlay.rate("glm-5.3", "gb300-nvl72", max_chips=8).warnings
    assert any("1,488 GB of weights; --weights fp8 stores 744 GB" in w for w in large)
    small = outlay.rate("llama-3.1-8b", "h100-sxm").warnings
    assert any("16.1 GB of weights; --weights fp8 stores 8.03 GB" in w for w in small)


@pytest.mark.parametrize(
    ("phase", "said"),
    [("aggregated", FIRST_TOKENS), ("prefill", OF_A_PROMPT), ("decode", "")],
)
def test_first_tokens_are_explained_where_a_pool_makes_them(phase: str, said: str) -> None:
    doc = outlay.rate("llama-3.1-8b", "h100-sxm", phase=phase, max_chips=1)
    assert first_tokens(front(doc)) == said


@pytest.mark.parametrize(("stack", "isl"), [("", 1e6), ("trtllm", 1e6), ("vllm", 5e5)])
def test_what_does_not_fit_takes_more_than_an_engine_fills(stack: str, isl: float) -> None:
    for asked in (
        outlay.rate("llama-3.1-8b", "h100-sxm", isl=isl, max_chips=1, stack=stack),
        outlay.rate("llama-3.1-70b", "h100-sxm", max_chips=1, stack=stack),
    ):
        why = asked.configurations[0].why_not
        held, of, given = (float(x.replace(",", "")) for x in re.findall(r"[\d,.]*\d", why))
        assert held > given
        assert 0.75 * 80 < given < of == 80
        assert why.startswith("weights and one request take ")


def test_a_rate_names_its_formats() -> None:
    doc = outlay.rate("llama-3.1-8b", "h100-sxm", kv="fp8")
    assert "llama-3.1-8b, bf16 weights and fp8 cache, on h100-sxm:" in sentence(doc)
    assert reading(doc).startswith("The front in bf16 weights and fp8 cache: ")


def test_what_fits_in_8_bits_alone_is_said() -> None:
    doc = outlay.rate("llama-3.1-70b", "h100-sxm", max_chips=1)
    assert not doc.feasible
    small = outlay.rate("llama-3.1-70b", "h100-sxm", max_chips=1, weights="fp8")
    assert small.feasible
    rate = small.configurations[0].tok_s_per_chip
    said = f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"
    assert doc.warnings[-1] == (
        f"in fp8: 1 chip a replica, {said} tokens/s per chip, where bf16 does not do"
    )


@pytest.mark.parametrize(
    ("model", "chip", "weights", "smaller"),
    [
        ("llama-3.1-70b", "h100-sxm", "", "fp8"),
        ("llama-3.1-70b", "h100-sxm", "bf16", ""),  # asked for
        ("llama-3.1-70b", "ascend-910b", "", "int8"),
        ("deepseek-v3", "h100-sxm", "", ""),  # released in 8 bits
        ("gpt-oss-120b", "h100-sxm", "", ""),
        ("llama-3.1-70b", "v100-32g-sxm", "", ""),  # computes nothing in 8 bits
    ],
)
def test_where_8_bits_save(model: str, chip: str, weights: str, smaller: str) -> None:
    assert smaller_weights(find_model(model), find_chip(chip), weights) == smaller


def test_a_plan_names_the_formats_of_what_it_serves() -> None:
    plan, say = hand_made(), words()
    service = plan.lines.served[0].service
    (cell,) = plan.capacity[:1]
    served = replace(cell, load=f"{service}/decode", weights="bf16", kv="fp8", units_per_chip=1.0)
    other = replace(served, chip="ascend-910c", weights="int8")
    lame = replace(served, weights="fp6", units_per_chip=0.0)
    first = first_of(replace(plan, capacity=(served, other, lame)), say)
    assert first.served_formats == (
        f"Rates of {say.called(service)}: bf16 weights and fp8 cache or int8 weights and fp8 "
        "cache.",
    )
    step = _cell((served,), f"{served.load}.{served.chip}")
    assert "; bf16 weights, fp8 cache" in step.formula


def test_users_without_a_trace_are_told_what_8_bits_save() -> None:
    ask = {"model": "llama-3.1-70b", "chip": "h100-sxm", "users": 400, "isl": 1000, "osl": 300,
           "tpot_p99": 0.08, "ttft_p99": 4.0}  # fmt: skip
    wide, less = outlay.size(**ask), outlay.size(**ask, weights="fp8")
    most, fewest = (d.fixed_chips + d.spare_chips for d in (wide, less))
    assert fewest < most
    assert wide.warnings[-1] == f"in fp8: {fewest:,} chips; in bf16, as taken here, {most:,}"
