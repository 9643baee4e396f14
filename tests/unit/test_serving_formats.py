"""Formats of weights and cache that a study's rates are counted in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outlay.catalogue import find_chip, find_model
from outlay.performance.types import Precision
from outlay.serving.sizing.deploy import chosen_precision
from outlay.serving.spec import ServiceSpec

SPEC = ServiceSpec("chat", "kimi-k3", 1000.0, 200.0)


@pytest.mark.parametrize(
    ("weights", "model", "chip", "expected"),
    [
        ("native", "kimi-k3", "vr200-nvl72", "fp4"),
        ("auto", "deepseek-v3", "ascend-910c", "int8"),
        ("native", "qwen3-8b", "h200-sxm", "bf16"),
        ("fp8", "kimi-k3", "vr200-nvl72", "fp8"),
    ],
)
@pytest.mark.parametrize("kv", ["fp8", "bf16"])
def test_weights_as_released_leave_the_cache_as_the_study_says(
    weights: str, model: str, chip: str, expected: str, kv: str
) -> None:
    spec = replace(SPEC, precision=Precision(weights, kv))
    found = chosen_precision(spec, find_model(model), find_chip(chip))
    assert (found.weights, found.kv) == (expected, kv)
