"""What a published metric and unit say, and rows whose cells no default may replace."""

from __future__ import annotations

import pytest

from outlay.performance.fit.predict import Prediction, predict_rows
from outlay.performance.measured.measures import Measure, measure_of
from outlay.performance.measured.rows import Question, ask

ROW: dict[str, str] = {
    "row_id": "a", "source_id": "x", "model": "Llama-3.1-70B", "chip": "H100-SXM-80GB",
    "params_total_b": "70", "params_active_b": "70", "weight_precision": "fp8", "n_chips": "4",
    "tp": "4", "phase": "aggregated", "scenario": "closed loop", "concurrency": "64",
    "isl": "1024", "osl": "512", "metric": "output_throughput", "value": "1400",
    "unit": "output tokens/s, whole system",
}  # fmt: skip


def _one(**change: str) -> Prediction:
    return predict_rows([{**ROW, **change}])[0]


@pytest.mark.parametrize(
    ("metric", "unit", "expected"),
    [
        ("ttft", "ms", Measure("ttft_s", factor=1e3)),
        ("TTFT", "s", Measure("ttft_s", factor=1.0)),
        ("tpot", "ms per output token", Measure("tpot_s", factor=1e3)),
        ("itl", "us", Measure("tpot_s", factor=1e6)),
        ("output_throughput", "tokens/s/GPU", Measure("out", "chip")),
        ("output_throughput_per_gpu", "tok/s", Measure("out", "chip")),
        ("output_throughput", "output tokens/s per 8-GPU node", Measure("out", "node", 8)),
        ("input_throughput_per_node", "input tokens/s", Measure("input", "node")),
        ("throughput", "tokens per second", Measure("out")),
        ("throughput", "input+output tokens/s", Measure("total")),
        ("total_throughput", "tokens / wall seconds", Measure("total")),
        ("request_throughput", "req/s", Measure("requests")),
        ("tok_s_per_user", "tokens/s", Measure("speed")),
        ("e2e", "s", Measure("e2e_s", factor=1.0)),
        ("output_throughput", "tokens/s/user", Measure("speed")),
        ("output_throughput", "tokens/s per request", Measure("speed")),
        ("output_throughput", "k tokens/s", Measure("out", factor=1e-3)),
        ("output_throughput", "thousand tokens/s per GPU", Measure("out", "chip", factor=1e-3)),
        ("output_throughput", "million tokens/s", Measure("out", factor=1e-6)),
        ("output_throughput", "tokens/s/GPUs", Measure("out", "chip")),
        ("output_throughput", "tok/s per 8 GPUs", Measure("out", "node", 8)),
        ("output_throughput", "tokens/s, per GPU", Measure("out", "chip")),
        ("output_throughput_per_gpu", "tokens/s, whole run", Measure("out", "chip")),
    ],
)
def test_metrics_and_units_as_sources_write_them(metric: str, unit: str, expected: Measure) -> None:
    assert measure_of(metric, unit) == expected


@pytest.mark.parametrize(
    ("metric", "unit", "what"),
    [("foo", "tokens/s", "unknown metric"), ("latency", "ms", "unknown metric"),
     ("image_throughput", "images/s", "unknown metric"), ("tpot", "", "not a time"),
     ("tpot", "tokens/s", "not a time"), ("output_throughput", "", "not tokens per second"),
     ("output_throughput", "tokens/min", "not tokens per second"),
     ("request_throughput", "tokens/s", "not requests per second"),
     ("output_throughput", "tokens/s/MW", "not tokens per second"),
     ("output_throughput", "tokens/s/W", "not tokens per second"),
     ("output_throughput", "tokens/s/rack", "not tokens per second"),
     ("output_throughput", "tokens/s per dollar", "not tokens per second"),
     ("input_throughput", "tokens/s/user", "not tokens per second"),
     ("ttft_p99", "ms", "percentile"), ("tpot_max", "ms", "percentile")],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(metric: str, unit: str, what: str) -> None:
    assert what in str(measure_of(metric, unit))
    refused = _one(metric=metric, unit=unit)
    assert (refused.status, refused.predicted) == ("not_comparable", None)
    assert what in refused.why


def test_one_run_in_every_unit_gives_one_answer() -> None:
    whole = _one().predicted
    assert whole is not None
    same = {
        "per chip": (_one(unit="tokens/s per GPU"), 1 / 4),
        "per node of two": (_one(unit="tokens/s per 2-GPU node"), 1 / 2),
        "total": (_one(metric="total_throughput", unit="tokens/s"), 3.0),
        "requests": (_one(metric="request_throughput", unit="req/s"), 1 / 512),
    }
    for name, (p, factor) in same.items():
        assert p.predicted == pytest.approx(whole * factor), name
    ms, s = _one(metric="tpot", unit="ms"), _one(metric="tpot", unit="s")
    assert ms.predicted == pytest.approx(1e3 * s.predicted)  # type: ignore[operator]
    user = _one(metric="tok_s_per_user", unit="tokens/s")
    assert user.predicted == pytest.approx(1.0 / s.predicted)  # type: ignore[operator]
    first, end = _one(metric="ttft", unit="s"), _one(metric="e2e", unit="s")
    assert end.predicted == pytest.approx(first.predicted + 511 * s.predicted)  # type: ignore[operator]
    assert end.low < end.predicted < end.high  # type: ignore[operator]


def test_first_tokens_need_a_load() -> None:
    refused = _one(metric="ttft", unit="ms", scenario="offline", concurrency="")
    assert refused.status == "not_comparable"
    assert "closed loop" in refused.why


@pytest.mark.parametrize(
    ("column", "text"),
    [("isl", "abc"), ("osl", "-5"), ("concurrency", "inf"), ("n_chips", "x"), ("value", "1,400"),
     ("value", ""), ("value", "0"), ("tp", "4.5"), ("ep", "many"), ("weight_precision", "zzz"),
     ("params_total_b", "nan"), ("n_chips", "4.5"), ("kv_precision", "fp3"),
     ("phase", "encode"), ("spec_decode", "ngram")],
)  # fmt: skip
def test_cells_that_cannot_be_read_are_named_not_replaced(column: str, text: str) -> None:
    refused = _one(**{column: text})
    assert refused.status == "not_comparable"
    assert column in refused.why


def test_weights_that_do_not_fit_are_refused_without_a_layout_too() -> None:
    bare = {k: ROW[k] for k in ("row_id", "model", "chip", "metric", "value", "unit")}
    (refused,) = predict_rows([{**bare, "weight_precision": "bf16"}])
    assert refused.status == "not_comparable"
    assert "fit" in refused.why


def test_a_scale_is_a_factor() -> None:
    plain, kilo = _one(), _one(value="1.4", unit="k tokens/s")
    assert kilo.predicted == pytest.approx(1e-3 * plain.predicted)  # type: ignore[operator]


def test_formats_of_the_cache_and_released_weights_are_read() -> None:
    narrow = ask({**ROW, "kv_precision": "nvfp4"})
    assert isinstance(narrow, Question)
    assert narrow.precision.kv == "fp4"
    for engine, kv in (("TensorRT-LLM", "fp8"), ("optimum-habana", "fp8"), ("vLLM", "bf16")):
        for unsaid in ("", "not stated"):
            read = ask({**ROW, "kv_precision": unsaid, "framework": engine})
            assert isinstance(read, Question)
            assert read.precision.kv == kv
    for text, weights in (("model default", "fp4"), ("released", "fp4"), ("fp8", "fp8")):
        asked = ask({**ROW, "model": "gpt-oss-120b", "weight_precision": text})
        assert isinstance(asked, Question)
        assert asked.precision.weights == weights
