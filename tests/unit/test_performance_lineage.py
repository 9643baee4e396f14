"""Whose constants stand for a chip family, vendor or date that no measurement has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.catalogue import chips, models
from outlay.performance import Precision, Stack
from outlay.performance.constants.cases import case_for, years_of
from outlay.performance.constants.constants import Constants, definitions, shipped
from outlay.performance.constants.lineage import kin, line, lineage, older_level
from outlay.performance.fit.fit import _prior
from outlay.performance.operators.timing import (
    decode_pass,
    expert_seconds,
    launches,
    prefill_pass,
)
from outlay.performance.questions.loop import Traffic, riding_seconds

H200 = chips()["h200-sxm"]
V3 = models()["deepseek-v3"]


def _case(chip: str = "h200-sxm", stack: str = "vllm", model: str = "deepseek-v3", **axes: float):
    layout = {"tp": 8.0, "pp": 1.0, "ep": 8.0, "dp": 1.0} | axes
    return case_for(models()[model], chips()[chip], layout, Precision("fp8"), Stack(stack))


def test_a_line_goes_back_to_its_first_family() -> None:
    assert line("rubin") == ("rubin", "blackwell", "hopper", "ampere", "turing", "volta")
    assert line("ascend") == ("ascend",)


def test_every_family_of_a_line_is_a_chip_s() -> None:
    known = {c.family for c in chips().values()}
    after = lineage().after
    assert set(after) | set(after.values()) <= known
    assert lineage().mesh <= chips().keys()


def test_the_nearest_before_speaks_first_then_the_nearest_after() -> None:
    assert kin("rubin", {"hopper", "ampere"}) == "hopper"
    assert kin("turing", {"hopper", "ada", "blackwell"}) == "ada"  # through ampere; names in order
    assert kin("cdna2", {"cdna4", "hopper"}) == "cdna4"
    assert kin("tpu", {"hopper"}) == "tpu"


def _constants() -> Constants:
    return Constants({
        ("layer_s", "family", "hopper"): -0.2, ("layer_s", "family", "blackwell"): -0.5,
        ("layer_s", "stack.family", "vllm.hopper"): 0.3, ("layer_s", "stack", "vllm"): 0.1,
        ("layer_s", "stack.vendor", "vllm.nvidia"): 0.4,
        ("layer_s", "stack.vendor", "sglang.amd"): 0.7,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("family", "vendor", "stack", "log"),
    [
        ("blackwell", "nvidia", "", -0.5),
        ("rubin", "nvidia", "", -0.5),  # as the family before
        ("rubin", "nvidia", "vllm", -0.5 + 0.3 + 0.1 + 0.4),  # of vLLM the last is Hopper
        ("cdna4", "amd", "vllm", 0.1 + 0.4),  # another vendor's host: like the one measured most
        ("cdna4", "amd", "sglang", 0.7),
        ("tpu", "google", "", 0.0),
    ],
)
def test_an_unseen_level_takes_its_line_s(family: str, vendor: str, stack: str, log: float) -> None:
    levels = {"family": family, "vendor": vendor, "stack": stack}
    value = _constants().value("layer_s", levels)
    assert np.log(value / definitions()["layer_s"].prior) == pytest.approx(log)


def test_floors_never_rise_along_a_line() -> None:
    rising = Constants({("layer_s", "family", "hopper"): -0.2,
                        ("layer_s", "family", "blackwell"): 0.5})  # fmt: skip
    hopper, blackwell = (rising.value("layer_s", {"family": f}) for f in ("hopper", "blackwell"))
    assert hopper == blackwell
    for name, d in definitions().items():
        if d.unit == "s":
            for stack in ("vllm", "sglang", "trtllm"):
                along = [
                    shipped().value(name, {"family": f, "stack": stack, "vendor": "nvidia"})
                    for f in ("ampere", "hopper", "blackwell", "rubin")
                ]
                assert along == sorted(along, reverse=True), name


def test_the_prior_of_a_family_is_the_one_before_it() -> None:
    """½ (θ_hopper / s)² + ½ ((θ_rubin − θ_hopper) / s)²: Blackwell, unmeasured, is passed over."""
    keys = [("layer_s", "family", "hopper"), ("layer_s", "family", "rubin"), ("layer_s", "", "")]
    s, b = 0.35, 0.3
    precision = _prior(keys, np.array([s, s, b]))
    expected = np.array([[2.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, (s / b) ** 2]]) / s**2
    assert precision == pytest.approx(expected)


def test_levels_that_stand_in() -> None:
    assert older_level("stack.family", "vllm.cdna4") == "vllm.cdna3"
    assert older_level("vendor", "amd") == "nvidia"
    assert older_level("vendor", "nvidia") == ""
    assert older_level("precision", "fp8") == ""


def test_software_a_year_younger_is_faster_by_its_drift() -> None:
    old, new = (
        decode_pass(case_for(V3, H200, {"tp": 8.0, "pp": 1.0, "ep": 1.0, "dp": 1.0},
                             Precision("fp8"), Stack("sglang", date=day)), 8.0, 1024.0)
        for day in ("2024-09-01", "2025-09-01")
    )  # fmt: skip
    drift = _case(stack="sglang").c["drift"]
    assert drift > 0.01
    assert np.log(old.matmul / new.matmul) == pytest.approx(drift, rel=1e-9)


def test_undated_software_is_the_latest_and_none_is_later() -> None:
    latest = "2026-06-05"
    assert years_of("", latest) == years_of("2031-01-01", latest) == years_of(latest, latest)
    assert years_of("", "2027-01") == pytest.approx(1.5)
    assert years_of("2025-07", latest) == pytest.approx(0.0)
    assert years_of("2025-07-01", latest) == pytest.approx(1 / 365)
    assert years_of("2024", latest) == pytest.approx(-1.0)


def test_a_mesh_gives_a_small_group_only_the_links_between_its_members() -> None:
    k = _case("mi355x", tp=1.0, ep=1.0)
    assert k.inside(2.0) == pytest.approx(k.link / 7)
    assert k.inside(8.0) == pytest.approx(k.link)
    switched = _case("h200-sxm")
    assert switched.inside(2.0) == switched.link


def test_launches_without_graphs_slow_a_decode_step_and_no_pass_of_prompts() -> None:
    ascend = _case("ascend-910b", "vllm")
    per_layer = ascend.c["launch_s"]
    assert 1e-4 < per_layer < 2e-3
    assert launches(ascend) == pytest.approx(61 * per_layer)
    bare = replace(ascend, c={**ascend.c, "launch_s": 0.0})
    more = decode_pass(ascend, 4.0, 512.0).overhead - decode_pass(bare, 4.0, 512.0).overhead
    assert more == pytest.approx(61 * per_layer * ascend.time)
    assert prefill_pass(ascend, 512.0, 512.0) == prefill_pass(bare, 512.0, 512.0)
    assert _case("h200-sxm", "vllm").c["launch_s"] < 1e-6


def test_imbalance_costs_no_bytes_once_every_expert_is_touched() -> None:
    """256 experts, 8 a token: of 4,096 tokens all are read whatever the imbalance; the busiest
    rank still computes more."""
    k = _case(tp=1.0, dp=8.0)
    even = replace(k, c={**k.c, "imbalance": 0.0})
    fast = {"peak_expert": 1e30}  # bytes limit
    touched, same = (expert_seconds(replace(x, **fast), 512.0)[0] for x in (k, even))
    assert touched == pytest.approx(same, rel=1e-6)
    few, fewer = (expert_seconds(replace(x, **fast), 1.0)[0] for x in (k, even))
    assert few > 1.05 * fewer  # a few tokens: the busiest rank reads more experts
    slow = {"bandwidth": 1e30}  # operations limit
    busy, mean = (expert_seconds(replace(x, **slow), 8192.0)[0] for x in (k, even))
    skew = 1 + k.c["imbalance"] * (1 + np.sqrt(2 * np.log(8) / (8192 * 8 * 8 / 8)))
    extra = 58 * k.c["expert_s"] * 32
    assert (busy - extra) / (mean - extra) == pytest.approx(skew, rel=1e-6)


def test_a_short_prompt_that_rides_reads_no_weights_of_its_own() -> None:
    """One 8B model, 64 prompt tokens beside 4 sequences, bandwidth alone: what is given back is a
    whole pass but attention; a prompt of thousands that computes gives back less."""
    k = _case(model="llama-3.1-8b", tp=1.0, ep=1.0)
    short = Traffic(64.0, 64.0)
    alone = prefill_pass(replace(k, peak_dense=1e30, peak16=1e30), 64.0, 64.0)
    given = riding_seconds(replace(k, peak_dense=1e30, peak16=1e30), short, np.array(4.0))
    own = alone.shared - k.time * k.c["prefill"] * k.c["request_s"]
    assert given == pytest.approx(k.c["riding"] * own, rel=1e-6)
    long = riding_seconds(k, Traffic(8192.0, 64.0), np.array(4.0))
    assert long / k.c["riding"] < 0.5 * prefill_pass(k, 8192.0, 8192.0).shared
