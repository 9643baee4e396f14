"""Reading published rows: names, layouts that mean different things, units, bad input."""

from __future__ import annotations

import math

import pytest

from outlay.catalogue import find_chip, find_model
from outlay.core.errors import TableError
from outlay.performance.constants.constants import Constants, definitions, shipped
from outlay.performance.fit.predict import predict_rows
from outlay.performance.measured.resolve import resolve_chip, resolve_model, sizes_in
from outlay.performance.measured.row_layout import normalised
from outlay.performance.measured.row_table import LINE, read_rows
from outlay.performance.measured.rows import Question, Refused, ask
from outlay.performance.operators.formats import compute_format, converted
from outlay.performance.types import Layout, Precision
from support.pools import prefill_rate

ROW = {
    "row_id": "r1", "source_id": "s", "model": "Llama-3.x-70B", "chip": "H100-SXM-80GB",
    "weight_precision": "fp8", "kv_precision": "not stated", "n_chips": "4", "tp": "4", "pp": "1",
    "ep": "1", "dp_attention": "1", "phase": "aggregated", "framework": "vLLM", "isl": "1024",
    "osl": "1024", "length_kind": "fixed", "scenario": "closed loop, fixed concurrency",
    "concurrency": "32", "metric": "tpot", "value": "20", "unit": "ms per output token",
    "tpot_ms": "20", "ttft_ms": "200", "spec_decode": "none",
}  # fmt: skip


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        # chips, tp, pp, ep, dp
        ((8, 8, 1, 0, 8), Layout(8, 1, 1, 8, 8)),  # both name the same eight chips
        ((8, 1, 1, 8, 8), Layout(8, 1, 1, 8, 8)),
        ((8, 8, 1, 8, 1), Layout(8, 8, 1, 8, 1)),  # tensor parallel, experts spread
        ((8, 4, 2, 0, 4), Layout(8, 1, 2, 4, 4)),
        ((8, 2, 1, 1, 4), Layout(8, 2, 1, 1, 4)),  # they multiply here
        ((160, 1, 1, 320, 320), Layout(160, 1, 1, 160, 160)),  # dies counted as ranks
        ((8, 8, 1, 1, 8), Layout(8, 1, 1, 1, 8)),
    ],
)
def test_layouts_of_mixtures(published: tuple[int, ...], expected: Layout) -> None:
    assert normalised(find_model("deepseek-v3"), *published) == expected


def test_data_parallel_dense_model_is_replicas() -> None:
    assert normalised(find_model("llama-3.1-8b"), 8, 2, 1, 0, 4) == Layout(2, 2, 1, 1, 1)


def test_product_of_degrees_never_exceeds_the_chips() -> None:
    model = find_model("qwen3-235b-a22b")
    for n in (1, 2, 4, 8, 16, 72):
        for tp in (0, 1, 2, 8):
            for dp in (0, 1, 4, 16, 64):
                for ep in (0, 1, 8, 64):
                    o = normalised(model, n, tp, 1, ep, dp)
                    assert o.tp * o.pp * o.dp == o.n_chips <= n, (n, tp, dp, ep, o)


@pytest.mark.parametrize(
    ("name", "ident"),
    [("NVIDIA H200-SXM-141GB", "h200-sxm"), ("B200-180GB", "b200-hgx"), ("H20-96GB", "h20-96g"),
     ("MI355X-288GB", "mi355x"), ("GB300-288GB", "gb300-nvl72"), ("L40S", "l40s"),
     ("RTX-PRO-6000-BSE", "rtx-pro-6000-server"), ("Ascend-910C", "ascend-910c"),
     ("Ascend-910B4-64GB", "ascend-910b"),
     ("RTX 4090D", "rtx-4090"), ("A100-PCIE-40GB", "a100-40g-pcie"),
     ("nvidia H100 80GB HBM3", "h100-sxm"), ("8xH100", "h100-sxm"), ("TPU-v5e-8", "tpu-v5e"),
     ("NVIDIA A100-SXM4-80GB", "a100-80g-sxm"), ("H100 NVL 94GB", "h100-nvl"),
     ("H100 80GB PCIe", "h100-pcie"), ("H100 (SXM5, 80GB)", "h100-sxm"),
     ("NVIDIA GH200 480GB", "gh200-96g"), ("B200 (SM100)", "b200-hgx"),
     ("Tesla V100-SXM2-32GB", "v100-32g-sxm"), ("H200 141GB NVL", "h200-nvl"),
     ("NVIDIA RTX PRO 6000 Blackwell Server Edition", "rtx-pro-6000-server")],
)  # fmt: skip
def test_chip_names_as_published(name: str, ident: str) -> None:
    found = resolve_chip(name)
    assert found is not None
    assert found.id == ident


@pytest.mark.parametrize(
    "name",
    ["H1000", "H100 MIG 1g.10gb", "RTX 4090 Laptop", "RTX 4090 Ti", "A6000 Ada", "H100/H200",
     "A800-40G", "MI300X PCIe", "H100 96GB", "RTX 4090M", "A100X"],
)  # fmt: skip
def test_a_word_that_means_another_chip_is_not_dropped(name: str) -> None:
    assert resolve_chip(name) is None


def test_unknown_chip_is_refused_not_guessed() -> None:
    assert resolve_chip("Quantum-9000") is None
    asked = ask(ROW | {"chip": "Quantum-9000"})
    assert isinstance(asked, Refused)
    assert asked.status == "unknown_chip"


def test_unknown_model_with_sizes_is_stood_in_for() -> None:
    found = resolve_model("FooBar-310B-A18B")
    assert found is not None
    assert not found.exact
    assert found.model.n_moe_layers > 0
    assert found.model.total_params == 310e9
    dense = resolve_model("Nobody-34B")
    assert dense is not None
    assert dense.model.n_moe_layers == 0
    assert resolve_model("Nothing-known") is None


def test_sizes_in_names() -> None:
    assert sizes_in("Qwen3-235B-A22B") == (235e9, 22e9)
    assert sizes_in("Mixtral-8x22B") == (176e9, 0.0)
    assert sizes_in(f"Llama-3.1-{'9' * 400}B") == (0.0, 0.0)  # no model has so many
    assert sizes_in("gpt") == (0.0, 0.0)


def test_stand_in_has_a_wider_interval_than_the_model_itself() -> None:
    seen, unseen = predict_rows([
        ROW, ROW | {"row_id": "r2", "model": "Unheard-70B", "params_total_b": "70.6",
                    "params_active_b": "70.6"},
    ])[0::2]  # fmt: skip
    assert seen.predicted
    assert unseen.predicted
    assert seen.low
    assert seen.high
    assert unseen.low
    assert unseen.high
    assert unseen.high / unseen.low > seen.high / seen.low
    assert abs(math.log(unseen.predicted / seen.predicted)) < 0.35


def test_each_row_yields_its_own_metric_first_in_its_own_unit() -> None:
    tpot, *others = predict_rows([ROW])
    assert (tpot.metric, tpot.unit, tpot.primary) == ("tpot", "ms per output token", True)
    assert {p.metric for p in others} == {"ttft"}
    assert tpot.low
    assert tpot.predicted
    assert tpot.high
    assert 5 < tpot.low < tpot.predicted < tpot.high < 80


def test_units_follow_the_words_where_no_normalised_column_is_given() -> None:
    base = {k: v for k, v in ROW.items() if k not in ("tpot_ms", "ttft_ms", "concurrency")}
    base |= {"scenario": "offline max throughput", "metric": "output_throughput"}
    whole, chip, both = predict_rows([
        base | {"value": "9000", "unit": "output tokens/s, whole instance"},
        base | {"value": "2250", "unit": "output tokens/s per chip",
                "metric": "output_throughput_per_chip"},
        base | {"value": "18000", "unit": "input+output tokens/s, whole instance",
                "metric": "total_throughput"},
    ])  # fmt: skip
    assert whole.predicted
    assert chip.predicted
    assert both.predicted
    assert whole.predicted == pytest.approx(4 * chip.predicted)
    assert both.predicted == pytest.approx(2 * whole.predicted)


@pytest.mark.parametrize("bad", [
    {"value": ""}, {"value": "nan"}, {"value": "-3"}, {"value": "lots"}, {"n_chips": "1", "tp": "1",
     "model": "Llama-3.1-405B"},
])  # fmt: skip
def test_rows_that_cannot_be_compared_say_why(bad: dict[str, str]) -> None:
    asked = ask(ROW | bad)
    assert isinstance(asked, Refused)
    assert asked.status == "not_comparable"
    assert asked.why


def test_speculation_is_read_from_words() -> None:
    asked = ask(
        ROW
        | {
            "spec_decode": "mtp 1 step, accept 1.8-1.9",
            "model": "DeepSeek-R1",
            "n_chips": "8",
            "tp": "8",
            "chip": "H200",
        }
    )
    assert isinstance(asked, Question)
    assert (asked.per_step, asked.verified) == (pytest.approx(1.85), 2.0)


def test_tables_that_are_none(tmp_path) -> None:
    with pytest.raises(TableError, match="no such file"):
        read_rows(tmp_path / "none.csv")
    (tmp_path / "short.csv").write_text("row_id,model\n1,a\n")
    with pytest.raises(TableError, match=r"short\.csv:1: a column is missing"):
        read_rows(tmp_path / "short.csv")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(TableError):
        read_rows(tmp_path / "bytes.csv")


def test_every_constant_has_a_meaning_and_a_finite_value_everywhere() -> None:
    for name, d in definitions().items():
        assert d.meaning
        assert d.unit
        for family in ("hopper", "never-heard-of"):
            value = shipped().value(name, {"family": family, "stack": "", "precision": "fp8"})
            assert 0 < value <= d.most


def test_unseen_levels_leave_the_base() -> None:
    c = Constants({("layer_s", "", ""): 0.5, ("layer_s", "family", "hopper"): 1.0})
    base = c.value("layer_s", {"family": "other"})
    assert base == pytest.approx(definitions()["layer_s"].prior * math.exp(0.5))
    assert c.value("layer_s", {"family": "hopper"}) == pytest.approx(base * math.e)


def test_chip_that_lacks_a_format_computes_in_the_next() -> None:
    from outlay.performance.operators.formats import compute_peak

    a100, b300 = find_chip("a100-80g-sxm"), find_chip("b300-hgx")
    assert compute_peak(a100, "fp8") == a100.peak_flop_s["bf16"]
    assert compute_peak(b300, "int8") == b300.peak_flop_s["bf16"]  # its int8 was cut


def test_interval_widens_from_seen_to_unseen() -> None:
    from outlay.performance import Precision, Stack, correct

    def width(model: str, chip: str, stack: str) -> float:
        found = correct(
            find_model(model), find_chip(chip), Precision("fp8"), Stack(stack), (1024.0, 1024.0),
            32.0, 8, (8, 1, 1),
        )  # fmt: skip
        return float(found.sd)

    seen = width("llama-3.1-70b", "h100-sxm", "trtllm")
    assert seen < width("llama-3.1-70b", "h100-sxm", "")  # no stack named
    assert seen < width("kimi-k2", "h100-sxm", "trtllm")  # a model no measurement has
    assert width("kimi-k2", "h100-sxm", "trtllm") < width("kimi-k2", "tpu-v7", "trtllm")


def test_same_architecture_shares_its_measurements() -> None:
    from outlay.performance import Precision, Stack, search

    best = [
        search(find_model(m), find_chip("h200-sxm"), 4000, 1000, stack=Stack("sglang"),
               precision=Precision("fp8"), max_chips=8)[0]
        for m in ("deepseek-v3", "deepseek-r1")
    ]  # fmt: skip
    assert best[0].tok_s_per_chip == pytest.approx(best[1].tok_s_per_chip)
    assert best[1].calibrated.startswith("correction measured")


def test_the_format_of_a_product_is_what_the_chip_computes_in() -> None:
    h100, a100, b200 = (find_chip(c) for c in ("h100-sxm", "a100-80g-sxm", "b200-hgx"))
    assert [compute_format(h100, w) for w in ("bf16", "fp8", "int8", "fp4", "int4")] == [
        "bf16", "fp8", "int8", "bf16", "bf16",
    ]  # fmt: skip
    assert [compute_format(b200, w) for w in ("fp4", "int4")] == ["fp4", "bf16"]
    assert compute_format(a100, "fp8") == "bf16"
    assert [converted(h100, w) for w in ("bf16", "fp8", "fp4", "int4")] == [
        False, False, True, True,
    ]  # fmt: skip
    assert converted(a100, "fp8")
    assert not converted(a100, "int8")


@pytest.mark.parametrize("chip", ["h100-sxm", "h200-sxm", "b200-hgx", "mi300x", "a100-80g-sxm"])
def test_formats_stand_in_the_order_of_their_peaks_in_prefill(chip: str) -> None:
    """Weight-only formats keep most of the 16-bit rate; native ones exceed it."""
    model, c = find_model("llama-3.1-70b"), find_chip(chip)
    lay = Layout(8, 8)
    rate = {
        w: prefill_rate(model, c, lay, Precision(w), 4096.0) for w in ("bf16", "fp8", "fp4", "int4")
    }
    assert 0.6 * rate["bf16"] <= rate["int4"] <= rate["bf16"]
    for w in ("fp8", "fp4"):
        native = c.peak_flop_s.get(w, 0.0) > c.peak_flop_s["bf16"]
        assert (rate[w] > rate["bf16"]) == native, w


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"tp": "7", "n_chips": "7"}, "tp = 7: tensor parallelism that gives no whole heads"),
        ({"tp": "1", "pp": "100", "n_chips": "100"}, "pp = 100: more pipeline stages than layers"),
        ({"tp": "1", "dp_attention": "7", "ep": "7", "n_chips": "7"}, "ep = 7: experts of deeps"),
        ({"tp": "1", "dp_attention": "512", "ep": "512", "n_chips": "512"}, "ep = 512: experts"),
        (
            {"phase": "disaggregated", "tp": "P1x7 D1x8", "n_chips_prefill": "7",
             "n_chips_decode": "8", "n_chips": "15"},
            "tp = 7: tensor parallelism",
        ),
    ],
)  # fmt: skip
def test_a_row_of_a_layout_that_cannot_be_is_not_comparable(
    cells: dict[str, str], words: str
) -> None:
    row = ROW | {"model": "DeepSeek-V3", "weight_precision": "fp8", LINE: "12"} | cells
    asked = ask(row)
    assert isinstance(asked, Refused)
    assert asked.status == "not_comparable"
    assert asked.why.startswith(f"line 12: {words}"), asked.why
    assert "; allowed: " in asked.why


def test_a_format_whose_peak_is_no_higher_is_no_slower() -> None:
    gaudi, model = find_chip("gaudi3"), find_model("llama-3.1-70b")
    assert gaudi.peak_flop_s["fp8"] == gaudi.peak_flop_s["bf16"]
    rate = {w: prefill_rate(model, gaudi, Layout(8, 8), Precision(w), 4096.0)
            for w in ("bf16", "fp8", "int4")}  # fmt: skip
    assert rate["fp8"] >= 0.98 * rate["bf16"] > rate["int4"]
