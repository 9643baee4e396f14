"""Rows that leave something unsaid, or that cannot have been: what is taken, and that it is said.

Found on measurements that no fit has seen.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from outlay.catalogue import find_chip, find_model
from outlay.core.errors import TableError
from outlay.performance.constants.cases import case_for
from outlay.performance.fit.predict import Prediction, predict_rows
from outlay.performance.measured.row_table import read_rows
from outlay.performance.measured.rows import Question, ask
from outlay.performance.measured.training_rows import Run, training_run
from outlay.performance.operators.timing import HEAD_BYTES, weight_bytes_per_chip
from outlay.performance.questions.loop import Traffic, closed_loop
from outlay.performance.types import Layout, Precision, Stack

ROW: dict[str, str] = {
    "row_id": "a", "model": "Llama-3.1-8B", "chip": "H100-SXM-80GB", "weight_precision": "bf16",
    "kv_precision": "bf16", "n_chips": "1", "tp": "1", "phase": "aggregated", "framework": "vLLM",
    "scenario": "closed loop", "concurrency": "8", "isl": "1000", "osl": "300",
    "metric": "tpot", "value": "10", "unit": "ms",
}  # fmt: skip
RATE = {"metric": "output_throughput", "value": "500", "unit": "tokens/s"}


def _one(**change: str) -> Prediction:
    return predict_rows([{**ROW, **change}])[0]


def _asked(**change: str) -> Question:
    found = ask({**ROW, **change})
    assert isinstance(found, Question)
    return found


def test_an_offered_rate_is_not_the_most_that_can_be_served() -> None:
    """Little: requests in flight are the rate times the time each stays."""
    open_loop = {"scenario": "open loop, Poisson arrivals", "concurrency": "", "request_rate": "2"}
    rate = _one(**open_loop, **RATE)
    assert rate.kind == "open"
    assert rate.predicted == pytest.approx(2.0 * 300.0, rel=0.25)  # but for its correction
    slow = _one(**open_loop).predicted
    stays = 300.0 * (slow or 0.0) / 1e3
    closed = _one(concurrency=f"{2.0 * stays:.3f}").predicted
    assert slow == pytest.approx(closed, rel=0.1)
    busy = _one(**open_loop | {"request_rate": "1000"}).predicted
    assert busy is not None
    assert busy > 2.0 * (slow or 0.0)
    most = _one(**open_loop | {"request_rate": "1000"}, **RATE).predicted
    assert (most or 0.0) < 1000.0 * 300.0
    latency_bound = _asked(**open_loop | {"scenario": "server, Poisson arrivals with p99 limits"})
    assert latency_bound.kind == "server"
    assert _asked(**open_loop | {"request_rate": "inf"}).kind == "offline"  # all sent at once


def test_what_does_not_fit_is_refused_with_its_size() -> None:
    """70 billion 16-bit weights on two cards of 80 GB leave no room for this sequence."""
    p = _one(model="Llama-3.1-70B", n_chips="2", tp="2", isl="120000")
    assert p.status == "not_comparable"
    assert p.predicted is None
    assert "no room for one sequence of 120,300 tokens" in p.why
    assert "2 chips, bf16 weights, bf16 cache" in p.why
    assert _one(model="Llama-3.1-70B", n_chips="4", tp="4", isl="120000").predicted


def test_a_batch_that_does_not_fit_at_once_runs_in_waves() -> None:
    batch = {"scenario": "static batch, start to finish", **RATE, "isl": "8000", "osl": "1000"}
    fits, twice = _one(**batch, concurrency="40"), _one(**batch, concurrency="400")
    assert fits.predicted
    assert twice.predicted
    assert twice.predicted < 1.6 * fits.predicted  # not 400 sequences at once


def test_a_cache_that_would_not_fit_in_16_bits_was_of_8() -> None:
    batch = {"scenario": "static batch, start to finish", **RATE, "weight_precision": "fp8",
             "kv_precision": "", "isl": "3000", "osl": "1000"}  # fmt: skip
    small, large = _asked(**batch, concurrency="64"), _asked(**batch, concurrency="200")
    assert (small.precision.kv, large.precision.kv) == ("bf16", "fp8")
    assert "cache format not stated: bf16" in small.note
    assert "bf16 would not fit" in large.note
    assert _asked(**batch | {"kv_precision": "bf16"}, concurrency="200").precision.kv == "bf16"


@pytest.mark.parametrize("column", ["isl", "osl"])
def test_lengths_that_are_not_stated_are_said_and_widen(column: str) -> None:
    said, unsaid = _one(), _one(**{column: ""})
    assert f"{column} not stated: 1,024 tokens taken" in unsaid.why
    assert "not stated" not in said.why
    wide = [np.log((p.high or 0.0) / (p.low or 1.0)) for p in (said, unsaid)]
    assert wide[1] > 1.5 * wide[0]


def test_a_replica_with_a_request_has_a_whole_one() -> None:
    one = _one(concurrency="1")
    spread = _one(concurrency="1", n_chips="8", tp="1")  # eight replicas, one of them at work
    assert spread.predicted == pytest.approx(one.predicted, rel=0.05)
    rate = _one(concurrency="1", **RATE).predicted
    assert _one(concurrency="1", n_chips="8", **RATE).predicted == pytest.approx(rate, rel=0.2)


def test_no_stage_of_a_pipeline_holds_both_tables() -> None:
    model, chip = find_model("llama-3.1-70b"), find_chip("rtx-4090")
    table = model.vocab * model.hidden * HEAD_BYTES
    held = {
        pp: float(weight_bytes_per_chip(
            case_for(model, chip, Layout(pp, 1, pp, 1, 1), Precision("int4", "bf16"))))
        for pp in (1, 2, 4)
    }  # fmt: skip
    layers = held[1] - 2.0 * table
    assert held[2] == pytest.approx(layers / 2 + table)
    assert held[4] == pytest.approx(layers / 4 + table)


def test_a_prompt_that_is_alone_is_not_slowed_by_others() -> None:
    model, chip = find_model("llama-3.1-70b"), find_chip("h100-sxm")
    k = case_for(model, chip, Layout(8, 8, 1, 1, 1), Precision("fp8", "fp8"), Stack("sglang"))
    t = Traffic(4000.0, 500.0)
    alone, few, many = (closed_loop(k, t, np.array(n)) for n in (1.0, 4.0, 16.0))
    least = float(k.c["first_token_s"]) + float(alone.prompt_s)
    assert float(alone.ttft_s) == pytest.approx(least + 0.5 * float(alone.tpot_s))
    assert float(alone.ttft_s) < float(few.ttft_s) < float(many.ttft_s)


def test_small_cards_keep_a_smaller_reserve() -> None:
    from outlay.performance.questions.loop import sequence_capacity

    model, chip = find_model("llama-3.1-8b"), find_chip("rtx-4090")
    k = case_for(model, chip, Layout(1, 1, 1, 1, 1), Precision("int4", "bf16"))
    fixed = replace(k, c={**k.c, "memory_reserve": 0.04 * chip.memory_bytes})
    assert float(sequence_capacity(k, 2000.0)) == pytest.approx(
        float(sequence_capacity(fixed, 2000.0))
    )


def test_words_of_single_user_engines_are_read() -> None:
    assert _asked(weight_precision="Q4_K_M").precision.weights == "int4"
    assert _asked(weight_precision="Q8_0").precision.weights == "int8"
    by_prompt = {"metric": "request_throughput", "value": "2", "unit": "prompts/s"}
    assert _one(**by_prompt).predicted == pytest.approx(
        _one(**by_prompt | {"unit": "requests/s"}).predicted
    )


LOADS = (
    # scenario, concurrency, kind, requests in flight
    ("SingleStream", "", "single", 0.0),
    ("single-stream", "", "single", 0.0),
    ("batch size 1", "", "single", 1.0),
    ("bs=1", "", "single", 1.0),
    ("throughput", "", "offline", 0.0),
    ("concurrency 1,024", "", "closed", 1024.0),
    ("1,024 concurrent requests", "", "closed", 1024.0),
    ("Max concurrency: 64", "", "closed", 64.0),
    ("conc=64", "", "closed", 64.0),
    ("single-node, 64 concurrent requests", "", "closed", 64.0),
    ("closed loop, chunked prefill off", "64", "closed", 64.0),
    ("peak throughput at concurrency 256", "", "closed", 256.0),
    ("online serving", "64", "closed", 64.0),
    ("burst of 512 requests", "", "burst", 512.0),
    ("request-rate inf", "", "offline", 0.0),
    ("static batch 16", "", "static", 16.0),
    ("static batch, start to finish", "16", "static", 16.0),
    ("Offline", "", "offline", 0.0),
    ("closed_loop", "8", "closed", 8.0),
    ("closed loop of the server, 32 users", "", "closed", 32.0),
    ("chat", "64", "closed", 64.0),
    ("", "64", "closed", 64.0),
    ("", "", "offline", 0.0),
)


@pytest.mark.parametrize(("scenario", "concurrency", "kind", "in_flight"), LOADS)
def test_a_scenario_is_read_however_it_is_written(
    scenario: str, concurrency: str, kind: str, in_flight: float
) -> None:
    asked = _asked(scenario=scenario, concurrency=concurrency, **RATE)
    assert (asked.kind, asked.concurrency) == (kind, in_flight)
    inferred = scenario == "chat" or not (scenario or concurrency)
    assert ("scenario" in asked.note) == inferred


def test_a_measurement_above_the_roofline_is_said_to_be_so() -> None:
    """Sixteen gigabytes at 3.35 TB/s take 4.8 ms a token."""
    assert "above the roofline" in _one(value="1").why
    assert "above the roofline" in _one(**RATE | {"value": "1e9"}).why
    assert "above the roofline" not in _one(value="6").why


@pytest.mark.parametrize(
    "words", ["batch size 1-64", "bs=1,2,4,8", "batch=1.5k", "concurrency 4-64"]
)
def test_a_range_is_no_number(words: str) -> None:
    assert _one(scenario=words, concurrency="", **RATE).status == "not_comparable"


def test_a_rate_and_a_cap_on_requests_in_flight_both_hold() -> None:
    loads = {"isl": "1000", "osl": "300", **RATE}
    slow = _one(scenario="", concurrency="64", request_rate="1", **loads)
    assert slow.kind == "open"
    assert (slow.predicted or 0.0) < 1.5 * 300.0
    spoken = _asked(scenario="online, QPS=8", concurrency="", **loads)
    assert (spoken.kind, spoken.rate) == ("open", 8.0)
    capped = _one(scenario="online", concurrency="2", request_rate="100", **loads).predicted
    closed = _one(concurrency="2", **loads).predicted
    assert capped == pytest.approx(closed, rel=0.1)


def test_speculation_that_is_off_is_off_and_its_depth_is_read() -> None:
    r1 = {"model": "DeepSeek-R1", "chip": "H200-SXM-141GB", "n_chips": "8", "tp": "8",
          "weight_precision": "fp8"}  # fmt: skip
    assert not _asked(**r1, spec_decode="mtp off").speculative
    for text in ("MTP3", "MTP-3", "mtp=3", "MTP 3"):
        assert _asked(**r1, spec_decode=text).verified == 4.0


def test_degrees_that_are_not_in_use_and_dies_counted_as_chips() -> None:
    r1 = {"model": "DeepSeek-R1", "chip": "H200-SXM-141GB", "n_chips": "8", "tp": "8",
          "weight_precision": "fp8"}  # fmt: skip
    without = _asked(**r1).place.layout
    for text in ("0", "false"):
        assert _asked(**r1, dp_attention=text).place.layout == without
    assert _asked(**r1, dp_attention="true").place.layout.dp == 8
    dies = {"chip": "Ascend 910C", "n_chips": "8", "tp": "16", "weight_precision": "int8"}
    assert _asked(**r1 | dies).place.n_chips == 8


REFUSED = (
    # cells, words of the reason
    ({"scenario": "singel stream", "concurrency": ""}, "'single stream'"),
    ({"scenario": "latency", "concurrency": ""}, "column scenario"),
    ({"concurrency": ""}, "column concurrency"),
    ({"scenario": "burst", "concurrency": ""}, "column concurrency"),
    ({"scenario": "single stream", "concurrency": "64"}, "contradicts"),
    ({"scenario": "open loop", "request_rate": "10 rps"}, "column request_rate"),
    ({"scenario": "open loop", "request_rate": "-3"}, "column request_rate"),
    ({"n_chips": "8", "tp": "16"}, "does not divide"),
    ({"n_chips": "8", "tp": "3"}, "does not divide"),
    ({"n_chips": "16", "tp": "8", "pp": "4"}, "does not divide"),
    ({"tp": "0"}, "positive whole number"),
    ({"n_chips": "8", "ep": "32"}, "ep = 32"),
    ({"phase": "disaggregated", "tp": "8"}, "P<workers>x<tp>"),
    ({"phase": "disaggregated", "tp": "P4x8 D4x8", "n_chips_prefill": "1", "n_chips_decode": "1"},
     "32 ranks"),
    ({"metric": "ttft", "unit": "ms", "ttft_stat": "p99"}, "ttft_stat"),
    ({"phase": "prefill only", **RATE}, "input_throughput"),
    ({"scenario": "saturated prefill pool", **RATE}, "input_throughput"),
    ({"phase": "disaggregated", "scenario": "offline", "concurrency": ""}, "two pools"),
    ({**RATE, "metric": "output_throughput_per_chip", "unit": "tokens/s/node"}, "contradicts"),
)  # fmt: skip


@pytest.mark.parametrize(("cells", "words"), REFUSED)
def test_what_cannot_be_read_or_cannot_have_been_is_refused(
    cells: dict[str, str], words: str
) -> None:
    one = _one(**cells)
    assert one.status == "not_comparable"
    assert words in one.why


def test_a_percentile_beside_the_row_s_metric_is_not_scored() -> None:
    row = {**ROW, "ttft_ms": "900"}
    assert {p.metric for p in predict_rows([row])} == {"tpot", "ttft"}
    assert {p.metric for p in predict_rows([{**row, "ttft_stat": "p95"}])} == {"tpot"}


def test_a_format_left_out_is_as_the_model_is_released() -> None:
    assert _asked(weight_precision="").precision.weights == "bf16"
    released = _asked(model="gpt-oss-120b", weight_precision="")
    assert released.precision.weights == "fp4"
    assert "weight format not stated" in released.note
    assert _asked(weight_precision="", precision="fp8").precision.weights == "fp8"


TABLES = (
    # text of the file, words of the error
    (
        "unit,row_id,model,chip,metric,value\ns,a,b,c,tpot,4,600\n",
        r"x\.csv:2: a row with another number",
    ),
    ("unit,row_id,model,chip,metric,value\ns,a,b,c,tpot\n", r"x\.csv:2: a row with another number"),
    ("unit,row_id,model,chip,metric,value,Value\ns,a,b,c,tpot,4,6\n", "a column given twice"),
    (
        'unit,row_id,model,chip,metric,value\ns,a,"b,c,tpot,4\nd,b"",c,tpot,4\n',
        r"x\.csv:2: not CSV: unexpected end of data",
    ),
    (
        'unit,row_id,model,chip,metric,value\ns,a,b,"c,tpot,4\ne,b,c",tpot,4\n',
        r"x\.csv:2: a quoted cell goes over the end of its line",
    ),
    (
        "unit,row_id,model,chip,metric,value\ns,a,b,c,tpot,4\n\ns,a,b,d,tpot,5\n",
        r"x\.csv:4: a measurement given twice \(found row_id 'a', metric 'tpot.\); "
        "allowed: each once; first in line 2",
    ),
    (
        "unit,row_id,model,chip,metric,value,concurency\ns,a,b,c,tpot,4,6\n",
        "did you mean 'concurrency'",
    ),
    ("row_id;model;chip;metric;value\n", "semicolons"),
    ("unit,row_id,model,chip,metric,value\n", "no rows"),
)


@pytest.mark.parametrize(("text", "words"), TABLES)
def test_a_table_that_would_lose_something_is_refused(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=words):
        read_rows(tmp_path / "x.csv")


def test_columns_of_one_s_own_are_let_be(tmp_path: Path) -> None:
    text = "unit,row_id,model,chip,metric,value,source,ttft_p99_ms,mtp\ns,a,b,c,tpot,4,s,9,n\n"
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    assert read_rows(tmp_path / "x.csv")[0]["value"] == "4"


TRAINING = {
    "row_id": "t", "model": "Llama-3.1-70B", "chip": "H100-SXM-80GB", "metric": "mfu",
    "value": "0.4", "unit": "fraction", "n_chips": "64", "seq_len": "8192",
}  # fmt: skip
IMPOSSIBLE = (
    ({"n_chips": "1", "tp": "1"}, "does not fit 1 chips"),
    ({"pp": "128", "n_chips": "128"}, "pp = 128: more pipeline stages than layers; allowed: 1"),
    ({"tp": "3"}, "does not divide"),
    ({"tp": "16", "n_chips": "64", "ep": "7"}, "ep = 7: expert parallelism of a model without"),
    ({"tp": "7", "n_chips": "56"}, "tp = 7: tensor parallelism that gives no whole heads"),
    ({"chip": "A100-SXM-80GB", "precision": "fp8"}, "no fp8"),
    ({"metric": "model_tflops_per_chip", "unit": ""}, "TFLOP/s"),
    ({"metric": "model_tflops_per_chip", "value": "5000", "unit": "TFLOP/s"}, "can compute"),
    ({"metric": "gpu_hours", "unit": "days"}, "chip-hours"),
)


@pytest.mark.parametrize(("cells", "words"), IMPOSSIBLE)
def test_a_training_run_that_cannot_have_been_is_refused(cells: dict[str, str], words: str) -> None:
    found = training_run({**TRAINING, **cells})
    assert not isinstance(found, Run)
    assert words in found[1]


def test_units_of_training_are_read() -> None:
    def rate(**cells: str) -> float:
        found = training_run({**TRAINING, **cells})
        assert isinstance(found, Run), found
        return found.tokens_s_per_chip

    flops = {"metric": "model_tflops_per_chip"}
    assert rate(**flops, value="400", unit="TFLOP/s") == pytest.approx(
        rate(**flops, value="0.4", unit="PFLOP/s/GPU")
    )
    hours = {"metric": "gpu_hours", "tokens_trained": "15e12"}
    assert rate(**hours, value="6.4", unit="M GPU hours") == pytest.approx(
        rate(**hours, value="6400000", unit="chip-hours")
    )
    assert rate(**hours, value="6.4", unit="million H100 GPU hours") == pytest.approx(
        rate(**hours, value="6400000", unit="H100 GPU hours")
    )
    amd = {**hours, "chip": "MI300X", "unit": "MI300X-hours"}
    assert rate(**amd, value="6400000") == pytest.approx(
        rate(**hours, value="6400000", unit="hours")
    )
    assert rate(metric="MFU") == rate(metric="mfu")


def test_what_a_training_row_leaves_out_is_said() -> None:
    found = training_run({**TRAINING, "tp": "8"})
    assert isinstance(found, Run)
    assert "a microbatch" in found.note
    assert "sequences a step" in found.note
    whole = {"micro_batch_seqs": "1", "global_batch_seqs": "128", "tp": "8"}
    said = training_run({**TRAINING, **whole})
    assert isinstance(said, Run)
    assert said.note == ""


def test_a_table_without_units_is_refused_before_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("row_id,model,chip,metric,value\na,b,c,tpot,4\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"x\.csv:1: a column is missing.*add 'unit'"):
        read_rows(path)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"framework": "vlm"}, "framework 'vlm' is not known: taken as not stated (did you mean "
                               "'vllm'?)"),
        ({"model": "lama-3.1-8b"}, "model 'lama-3.1-8b' is not known (did you mean "
                                   "'llama-3.1-8b'?): shapes unknown; as llama-3.1-8b scaled to"),
        ({"framework": "TRT-LLM"}, ""),
        ({"framework": "not stated"}, ""),
        ({"framework": ""}, ""),
    ],
)  # fmt: skip
def test_a_name_that_is_not_known_is_said(changed: dict[str, str], said: str) -> None:
    row = {
        "row_id": "r", "model": "llama-3.1-8b", "chip": "h100-sxm", "metric": "output_throughput",
        "value": "5000", "unit": "tokens/s", "scenario": "closed loop", "concurrency": "64",
        "isl": "1024", "osl": "256", "n_chips": "1", "tp": "1", "weight_precision": "fp8",
    }  # fmt: skip
    found = ask({**row, **changed})
    assert isinstance(found, Question)
    assert said in found.note
    assert ("not known" in found.note) == bool(said)
    if changed.get("framework") == "TRT-LLM":
        assert found.stack.name == "trtllm"
