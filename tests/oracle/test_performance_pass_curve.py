"""Passes from floors and slopes are the passes timed operator by operator, over the catalogue."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib.introspect import opt_func_info

from outlay.catalogue import chips, models
from outlay.performance.constants.cases import case_for
from outlay.performance.operators.case import Case
from outlay.performance.operators.cube_root import cube_root, halley_root
from outlay.performance.operators.pass_curve import Parts, decode_curve, prefill_curve
from outlay.performance.operators.shapes import shape_of
from outlay.performance.operators.timing import Pass, decode_pass, prefill_pass
from outlay.performance.questions.layouts import list_layouts
from outlay.performance.questions.legal import limits_of
from outlay.performance.questions.loop import Traffic, closed_loop, prompt_seconds
from outlay.performance.types import Precision, Stack

FIELDS = ("matmul", "expert", "attention", "collective", "overhead", "floor",
          "bytes_s", "flops_s", "total")  # fmt: skip
CHIPS = ("h200-sxm", "b200-hgx", "mi300x", "ascend-910c", "l40s", "h20-96g")
MODELS = sorted(k for k, m in models().items() if m.layers)


def case(model: str, chip: str) -> Case:
    m, c = models()[model], chips()[chip]
    shape = shape_of(m)
    found = list_layouts(shape, c, 64, limits_of(m, shape))
    axes = {a: getattr(found, a)[:, None] for a in ("tp", "pp", "ep", "dp")}
    return case_for(m, c, axes, Precision(), Stack("sglang"), shape=shape)


def same(a: Pass, b: Pass) -> None:
    for name in FIELDS:
        x, y = np.broadcast_arrays(getattr(a, name), getattr(b, name))
        assert x == pytest.approx(y, rel=1e-12, abs=1e-300), name


@pytest.mark.parametrize("model", MODELS)
def test_a_decode_step_and_a_prompt_s_pass_are_the_same_either_way(model: str) -> None:
    chip = CHIPS[MODELS.index(model) % len(CHIPS)]
    k = case(model, chip)
    batch = np.array([[1.0, 3.7, 64.0, 900.0]])
    parts = Parts(k)
    decode = decode_curve(parts, 5000.0)
    same(decode.at(batch / k.pp, batch), decode_pass(k, batch, 5000.0))
    prefill = prefill_curve(parts, 700.0, 300.0)
    tokens = 512.0 * batch
    same(prefill.at(tokens, tokens / 700.0), prefill_pass(k, tokens, 700.0, 300.0))
    for curve, m in ((decode, batch / k.pp), (prefill, tokens)):
        whole, brief = curve.at(m, batch), curve.brief(m, batch)
        for name in ("total", "shared", "floor"):
            assert getattr(brief, name) == pytest.approx(getattr(whole, name), rel=1e-12)


@pytest.mark.parametrize("speculative", [False, True])
def test_the_loop_ends_where_its_own_parts_say(speculative: bool) -> None:
    """At the batch the loop ends with, prompt and step are those of `timing`."""
    k = case("deepseek-v3", "h200-sxm")
    t = Traffic(900.0, 400.0, 100.0, *((2.2, 3.0) if speculative else ()))
    loop = closed_loop(k, t, np.array([[4.0, 128.0, 2048.0]]) * k.dp)
    assert loop.prompt_s == pytest.approx(prompt_seconds(k, t, loop.batch), rel=1e-12)
    bare = decode_pass(k, loop.batch * t.verified, t.context)
    assert loop.decode.overhead == pytest.approx(bare.overhead, rel=1e-12)
    drafted = 1.0 + ((t.verified - 1.0) / 61.0 if speculative else 0.0)
    assert loop.decode.matmul == pytest.approx(bare.matmul * drafted, rel=1e-12)
    assert np.all(loop.tpot_s * t.per_step >= loop.decode.floor * (1 - 1e-12))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 2000), st.floats(-280.0, 280.0), st.floats(0.0, 20.0))
def test_cube_roots_are_those_of_the_library(size: int, middle: float, width: float) -> None:
    spread = np.linspace(-width, width, size)
    x = np.exp(np.clip(middle + spread, -300.0, 300.0))
    assert np.allclose(halley_root(x), np.cbrt(x), rtol=1e-13, atol=0.0)


@pytest.mark.parametrize("wide", [True, False])
def test_cube_roots_at_the_edges(monkeypatch: pytest.MonkeyPatch, wide: bool) -> None:
    monkeypatch.setattr("outlay.performance.operators.cube_root.library_is_wide", lambda: wide)
    x = np.concatenate([np.zeros(400), np.full(400, 8.0)])
    assert np.allclose(cube_root(x), np.cbrt(x), atol=1e-100)
    assert np.isinf(cube_root(np.full(400, np.inf))).all()
    assert float(cube_root(27.0)) == pytest.approx(3.0)


def test_the_kernel_of_the_library_has_a_name() -> None:
    """NumPy says which instructions a function runs on; another answer must not go unseen."""
    found = opt_func_info(func_name="^cbrt$", signature="float64")
    assert all(kernel["current"] for kernel in found["cbrt"].values())
