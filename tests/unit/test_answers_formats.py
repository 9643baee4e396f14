"""Formats are named wherever a rate or a number of chips is, and what 8 bits would save is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import outlay
from outlay.api.models.smaller import smaller_weights
from outlay.catalogue import find_chip, find_model
from outlay.report.words.first import first_of
from outlay.report.words.language import words
from outlay.report.words.models.rate import reading, sentence
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
    assert less.chips_peak < wide.chips_peak
    assert wide.warnings[-1] == (
        f"in fp8: {less.chips_peak:,.0f} chips at the peak of perfect scaling, "
        f"{less.chips_mean:,.1f} on average; in bf16, as taken here, {wide.chips_peak:,.0f} and "
        f"{wide.chips_mean:,.1f}"
    )
    assert not any("in fp8" in w for w in less.warnings)
    assert not any("in fp8" in w for w in outlay.size(**ask, weights="bf16").warnings)


def test_a_simulation_names_its_formats(trace: Path) -> None:
    doc = outlay.simulate(trace=trace, model="llama-3.1-8b", chip="h100-sxm", tp=1, kv="fp8")
    assert simulation_heading(doc) == (
        "llama-3.1-8b on 1 × 1 h100-sxm (tp 1, pp 1, dp 1, ep 1; bf16 weights, fp8 cache)"
    )
    assert "output tok/s in bf16 weights and fp8 cache, busy" in simulation_lines(doc)[1]


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
