"""The commands of this stage: one JSON document, exit codes, messages."""

from __future__ import annotations

import csv
import json
import math
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from outlay.app.cli.models.calibrate import calibrate_command
from outlay.app.cli.models.rate import rate_command
from outlay.app.cli.models.train import train_command
from outlay.app.cli.validation.performance import validate_performance_command
from outlay.catalogue import find_model
from outlay.core.errors import InputError
from outlay.performance.constants.calibrated import INFERENCE, TRAINING
from outlay.performance.constants.training import LATEST
from outlay.performance.fit.calibrate import data_folder
from outlay.performance.training.defaults import default_batch

app = typer.Typer()
app.command("rate")(rate_command)
app.command("train")(train_command)
app.command("calibrate")(calibrate_command)
app.command("validate")(validate_performance_command)
RUN = CliRunner()
FIELDS = {
    "chip", "n_chips", "tp", "pp", "ep", "dp", "phase", "batch", "ttft_s", "tpot_s",
    "tok_s_per_chip", "tok_s_per_user", "low", "high", "bound_by", "memory_bytes", "feasible",
}  # fmt: skip


OPTIONS = (
    # command, option, value, words of the error
    ("rate", "--isl", "1e300", "1 to 1e+08 tokens"),
    ("rate", "--tpot", "0", "found 0"),
    ("rate", "--ttft", "nan", "found nan"),
    ("rate", "--weights", "nvfp4", "did you mean 'fp4'"),
    ("rate", "--phase", "Decod", "did you mean 'decode'"),
    ("train", "--batch-tokens", "1e300", "1e+12 tokens"),
    ("train", "--tokens", "inf", "found inf"),
    ("train", "--precision", "int8", "bf16, fp8"),
)


@pytest.mark.parametrize(("command", "option", "value", "words"), OPTIONS)
def test_an_option_out_of_range_is_named_with_what_is_allowed(
    command: str, option: str, value: str, words: str
) -> None:
    more = ["--chips", "8"] if command == "train" else []
    ask = [command, "--model", "llama-3.1-8b", "--chip", "h100-sxm", *more, option, value]
    error = RUN.invoke(app, ask).exception
    assert isinstance(error, InputError)
    assert option in str(error)
    assert words in str(error)


def test_formats_and_phases_are_read_in_any_case() -> None:
    ask = ["rate", "--model", "llama-3.1-8b", "--chip", "h100-sxm", "--max-chips", "1", "--json"]
    loud = RUN.invoke(app, [*ask, "--weights", "FP8", "--kv", "BF16", "--phase", "Decode"])
    assert loud.exit_code == 0
    assert json.loads(loud.stdout)["configurations"][0]["weights"] == "fp8"


def test_rate_prints_configurations_best_first() -> None:
    done = RUN.invoke(
        app,
        [
            "rate",
            "--model",
            "deepseek-r1",
            "--chip",
            "H200",
            "--isl",
            "2000",
            "--osl",
            "1000",
            "--tpot",
            "0.05",
            "--json",
        ],
    )
    assert done.exit_code == 0, done.output
    body = json.loads(done.stdout)
    assert body["kind"] == "rate"
    found = body["configurations"]
    assert set(found[0]) >= FIELDS
    assert all(c["tpot_s"] <= 0.05 and c["low"] < c["tok_s_per_chip"] < c["high"] for c in found)
    assert found[0]["tok_s_per_chip"] == max(c["tok_s_per_chip"] for c in found)


def test_rate_that_cannot_be_met_exits_1_and_says_how_far_off() -> None:
    done = RUN.invoke(
        app,
        ["rate", "--model", "llama-3.1-405b", "--chip", "h100-sxm", "--tpot", "0.0001", "--json"],
    )
    assert done.exit_code == 1
    only = json.loads(done.stdout)["configurations"]
    assert len(only) == 1
    assert not only[0]["feasible"]
    assert "fastest TPOT" in only[0]["why_not"]


def test_rate_draws_points_under_the_roof(tmp_path: Path) -> None:
    done = RUN.invoke(
        app,
        ["rate", "--model", "qwen3-30b-a3b", "--chip", "b200", "--json", "--charts", str(tmp_path)],
    )
    assert done.exit_code == 0, done.output
    roof = json.loads((tmp_path / "roofline.vl.json").read_text())
    line, points = (layer["data"]["values"] for layer in roof["layer"])
    top = max(p["y"] for p in line)
    slope = line[0]["y"] / line[0]["x"]
    assert points
    for p in points:
        assert p["y"] <= min(top, slope * p["x"]) * (1 + 1e-9)
    assert (tmp_path / "pareto.vl.json").exists()
    parts = json.loads((tmp_path / "operators.vl.json").read_text())["data"]["values"]
    assert {p["at"] for p in parts} == {"decode", "prefill"}


@pytest.mark.parametrize("bad", [["--weights", "fp3"], ["--phase", "sideways"], ["--kv", "fp9"]])
def test_rate_refuses_what_it_does_not_know(bad: list[str]) -> None:
    done = RUN.invoke(app, ["rate", "--model", "qwen3-8b", "--chip", "h100-sxm", *bad])
    assert isinstance(done.exception, InputError)


def _table(path: Path) -> Path:
    columns = [
        "row_id",
        "source_id",
        "model",
        "chip",
        "params_total_b",
        "params_active_b",
        "weight_precision",
        "n_chips",
        "tp",
        "phase",
        "scenario",
        "concurrency",
        "isl",
        "osl",
        "metric",
        "value",
        "unit",
        "tpot_ms",
    ]
    rows = [
        ["a", "x", "Llama-3.1-8B", "H100-SXM-80GB", 8, 8, "fp8", 1, 1, "aggregated",
         "closed loop", 16, 1024, 256, "tpot", 7.5, "ms per output token", 7.5],
        ["b", "x", "Never-seen-90B", "MI300X-192GB", 90, 90, "bf16", 2, 2, "aggregated",
         "closed loop", 16, 1024, 256, "tpot", 30, "ms per output token", 30],
        ["c", "x", "Llama-3.1-8B", "Abacus", 8, 8, "fp8", 1, 1, "aggregated", "closed loop", 16,
         1024, 256, "tpot", 7.5, "ms per output token", 7.5],
        ["d", "x", "Mystery", "H100-SXM-80GB", "", "", "fp8", 1, 1, "aggregated", "closed loop",
         16, 1024, 256, "tpot", 7.5, "ms per output token", 7.5],
    ]  # fmt: skip
    with path.open("w", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(columns)
        out.writerows(rows)
    return path


def test_validation_says_what_it_can_and_cannot_predict(tmp_path: Path) -> None:
    path = _table(tmp_path / "measured.csv")
    done = RUN.invoke(app, ["validate", "--measured", str(path), "--json"])
    assert done.exit_code == 0, done.output
    body = json.loads(done.stdout)
    status = {r["row_id"]: r["status"] for r in body["rows"]}
    assert status == {"a": "predicted", "b": "predicted", "c": "unknown_chip", "d": "unknown_model"}
    assert body["overall"]["n"] == 2
    assert {"median_abs_log_ratio", "p90_abs_log_ratio", "bias", "coverage_90"} <= set(
        body["overall"]
    )
    people = RUN.invoke(app, ["validate", "--measured", str(path)])
    assert people.exit_code == 0
    assert "unknown_chip" in people.output


def test_validation_of_a_file_that_is_none(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["validate", "--measured", str(tmp_path / "no.csv")])
    assert isinstance(done.exception, InputError)


def test_calibrate_says_what_it_needs(tmp_path: Path) -> None:
    assert isinstance(RUN.invoke(app, ["calibrate"]).exception, InputError)
    few = RUN.invoke(app, ["calibrate", "--measured", str(_table(tmp_path / "m.csv"))])
    assert isinstance(few.exception, InputError)
    assert "too few rows" in str(few.exception)


def test_local_calibration_without_a_gpu_says_so() -> None:
    try:
        import torch
    except ImportError:
        pass
    else:
        if torch.cuda.is_available():
            pytest.skip("this machine has a GPU")
    done = RUN.invoke(app, ["calibrate", "--local"])
    assert isinstance(done.exception, InputError)
    assert any(w in str(done.exception) for w in ("PyTorch", "GPU"))


def test_train_lists_layouts_best_first_and_says_how_long() -> None:
    ask = ["train", "--model", "llama-3.1-70b", "--chip", "h100-sxm", "--chips", "512",
           "--seq-len", "8192", "--tokens", "1e12"]  # fmt: skip
    done = RUN.invoke(app, [*ask, "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)["configurations"]
    best = found[0]
    assert best["tok_s_per_chip"] == max(c["tok_s_per_chip"] for c in found)
    assert best["low"] < best["tok_s_per_chip"] < best["high"]
    assert best["tp"] * best["pp"] * best["dp"] == 512
    assert best["run_s"] == pytest.approx(1e12 / (512 * best["tok_s_per_chip"]))
    people = RUN.invoke(app, ask)
    assert "days without failures" in " ".join(people.output.split())


def test_a_step_not_asked_for_is_the_usual_one_or_more_where_chips_are_many() -> None:
    """8,192 sequences of 4,096 tokens, the next power of two, are enough for 7,919 replicas."""
    found = [
        json.loads(RUN.invoke(app, ["train", "--model", "qwen3-8b", "--chip", "h100-sxm",
                                    "--chips", n, "--json"]).stdout)
        for n in ("8", "7919")
    ]  # fmt: skip
    few, many = (doc["configurations"][0]["tokens_per_step"] for doc in found)
    assert few == default_batch(find_model("qwen3-8b"), None, 4096)
    assert many == 7919 * 4096
    assert found[0]["warnings"] == []
    assert found[1]["warnings"] == [
        f"7,919 chips need more than the {few:,.0f} tokens a step that are usual"
    ]
    assert [doc["batch_usual"] for doc in found] == [True, False]


def test_later_software_and_fewer_bits_answer_faster() -> None:
    def rate(*more: str) -> float:
        ask = ["train", "--model", "llama-3.1-70b", "--chip", "gb300-nvl72", "--chips", "64"]
        doc = json.loads(RUN.invoke(app, [*ask, *more, "--json"]).stdout)
        return float(doc["configurations"][0]["tok_s_per_chip"])

    old, new = rate("--software", "2023-01"), rate()
    assert new == rate("--software", LATEST)
    eight, four = rate("--precision", "fp8"), rate("--precision", "fp4")
    assert old < new < eight < four


def test_train_of_what_does_not_fit_exits_1_and_says_how_much_is_missing() -> None:
    done = RUN.invoke(app, ["train", "--model", "llama-3.1-405b", "--chip", "h100-sxm",
                            "--chips", "8"])  # fmt: skip
    assert done.exit_code == 1
    assert "GiB a chip" in done.output


@pytest.mark.parametrize(
    "bad",
    [["--precision", "fp3"], ["--chips", "7919", "--batch-tokens", "4e6"],
     ["--batch-tokens", "100"], ["--chips", "999983"], ["--software", "soon"],
     ["--software", "1999-01"], ["--software", "2025-13"],
     ["--chip", "ascend-910b", "--precision", "fp8"]],
)  # fmt: skip
def test_train_refuses_what_cannot_be(bad: list[str]) -> None:
    done = RUN.invoke(app, ["train", "--model", "qwen3-8b", "--chip", "h100-sxm", "--chips", "8",
                            *bad])  # fmt: skip
    assert isinstance(done.exception, InputError)


def _calibration(folder: Path) -> Path:
    folder.mkdir()
    for name in (*INFERENCE, *TRAINING):
        shutil.copy(data_folder() / name, folder / name)
    return folder


def test_a_calibration_folder_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    folder = _calibration(tmp_path / "own")
    ask = ["rate", "--model", "llama-3.1-8b", "--chip", "h100-sxm", "--json"]
    shipped = RUN.invoke(app, ask).stdout
    assert RUN.invoke(app, [*ask, "--calibration", str(folder)]).stdout == shipped
    effects = (folder / "effects.csv").read_text().splitlines()
    (folder / "effects.csv").write_text("\n".join([effects[0], "offline,,,0.0"]) + "\n")
    moved = RUN.invoke(app, [*ask, "--calibration", str(folder)])
    assert moved.exit_code == 0, moved.output
    assert moved.stdout != shipped
    path = _table(tmp_path / "m.csv")
    answers = [
        RUN.invoke(app, ["validate", "--measured", str(path), "--json", *more]).stdout
        for more in ([], ["--calibration", str(folder)])
    ]
    assert answers[0] != answers[1]


def test_a_folder_that_is_no_calibration_is_refused(tmp_path: Path) -> None:
    ask = ["rate", "--model", "llama-3.1-8b", "--chip", "h100-sxm", "--calibration"]
    assert isinstance(RUN.invoke(app, [*ask, str(tmp_path)]).exception, InputError)
    folder = _calibration(tmp_path / "half")
    (folder / "cells.csv").unlink()
    assert "cells.csv" in str(RUN.invoke(app, [*ask, str(folder)]).exception)
    folder = _calibration(tmp_path / "torn")
    (folder / "correction.toml").write_text("noise = ")
    assert isinstance(RUN.invoke(app, [*ask, str(folder)]).exception, InputError)
    folder = _calibration(tmp_path / "old")
    (folder / "effects.csv").write_text("constant,factor,level,log_effect\nwarp,,,0.1\n")
    assert "warp" in str(RUN.invoke(app, [*ask, str(folder)]).exception)


def test_training_rows_stand_beside_inference_rows(tmp_path: Path) -> None:
    path = _table(tmp_path / "m.csv")
    lines = path.read_text().splitlines()
    extra = ["seq_len", "tp", "mfu", "peak_tflops_assumed"]
    head = [*lines[0].split(","), *extra[:1], *extra[2:]]
    row = dict.fromkeys(head, "") | {
        "row_id": "t", "model": "Llama-3.1-405B", "chip": "H100-SXM-80GB", "n_chips": "8192",
        "tp": "8", "metric": "mfu", "value": "0.43", "mfu": "0.43",
        "peak_tflops_assumed": "989", "seq_len": "8192",
    }  # fmt: skip
    body = [f"{line},,," for line in lines[1:2]] + [",".join(row[h] for h in head)]
    body += [f"{line},,," for line in lines[2:3]]
    path.write_text("\n".join([",".join(head), *body]) + "\n")
    done = RUN.invoke(app, ["validate", "--measured", str(path), "--json"])
    rows = [r["row_id"] for r in json.loads(done.stdout)["rows"] if r["primary"]]
    assert rows == ["a", "t", "b"]


LLAMA = {
    "model_type": "llama", "num_hidden_layers": 32, "hidden_size": 4096,
    "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336,
    "vocab_size": 128256, "max_position_embeddings": 131072,
}  # fmt: skip


@pytest.mark.parametrize("command", [["rate"], ["train", "--chips", "8"]])
def test_a_config_is_read_by_its_path_and_never_taken_for_a_name(
    tmp_path: Path, command: list[str]
) -> None:
    folder = tmp_path / "llama-3.1-70b"  # the name of another model of the catalogue
    folder.mkdir()
    ask = [*command, "--model", str(folder), "--chip", "h200-sxm"]
    assert isinstance(RUN.invoke(app, ask).exception, InputError)  # no config in it
    (folder / "config.json").write_text(json.dumps(LLAMA))
    own = json.loads(RUN.invoke(app, [*ask, "--json"]).stdout)["configurations"][0]
    known = [*command, "--model", "llama-3.1-8b", "--chip", "h200-sxm", "--json"]
    same = json.loads(RUN.invoke(app, known).stdout)["configurations"][0]
    assert own["tok_s_per_chip"] == pytest.approx(same["tok_s_per_chip"], rel=0.02)


def test_the_cache_format_counts_without_a_weight_format() -> None:
    ask = ["rate", "--model", "llama-3.1-70b", "--chip", "h100-sxm", "--isl", "16000",
           "--osl", "1000", "--json"]  # fmt: skip
    wide, narrow = (
        json.loads(RUN.invoke(app, [*ask, *more]).stdout)["configurations"][0]
        for more in ([], ["--kv", "fp8"])
    )
    assert (wide["weights"], narrow["weights"], narrow["kv"]) == ("bf16", "bf16", "fp8")
    assert narrow["tok_s_per_chip"] > wide["tok_s_per_chip"]


@pytest.mark.parametrize(
    ("model", "chip", "weights", "note"),
    [
        ("llama-3.1-70b", "h100-sxm", "bf16",
         "llama-3.1-70b is taken in bf16 as released, 141 GB of weights; --weights fp8 stores "
         "70.6 GB and computes faster on h100-sxm"),
        ("llama-3.1-70b", "ascend-910b", "bf16",
         "llama-3.1-70b is taken in bf16 as released, 141 GB of weights; --weights int8 stores "
         "70.6 GB and computes faster on ascend-910b"),
        ("deepseek-v3", "h200-sxm", "fp8", ""),
        ("deepseek-v3", "ascend-910b", "int8", ""),
        ("gpt-oss-120b", "h100-sxm", "fp4", ""),
    ],
)  # fmt: skip
def test_weights_are_as_released_and_what_8_bits_save_is_said(
    model: str, chip: str, weights: str, note: str
) -> None:
    ask = ["rate", "--model", model, "--chip", chip, "--isl", "2000", "--osl", "500", "--json"]
    found = json.loads(RUN.invoke(app, ask).stdout)
    assert found["configurations"][0]["weights"] == weights
    best, (first, *then) = found["configurations"][0], found["warnings"] or [""]
    assert first == note
    if note:  # the same question in the smaller format
        smaller = note.partition("--weights ")[2].partition(" ")[0]
        less = json.loads(RUN.invoke(app, [*ask, "--weights", smaller]).stdout)
        less = less["configurations"][0]
        assert then == [
            f"in {smaller}: {less['n_chips']} chips a replica, {less['tok_s_per_chip']:,.0f} "
            f"tokens/s per chip; in {weights}, as taken here, {best['n_chips']} chips a replica, "
            f"{best['tok_s_per_chip']:,.0f} tokens/s per chip"
        ]
        assert less["tok_s_per_chip"] > best["tok_s_per_chip"]
    else:
        assert then == []
    asked = json.loads(RUN.invoke(app, [*ask, "--weights", "fp8"]).stdout)
    assert asked["configurations"][0]["weights"] == "fp8"
    assert asked["warnings"] == []


def test_fields_that_no_rule_reads_widen_the_band(tmp_path: Path) -> None:
    plain = {"model_type": "llama", "num_hidden_layers": 32, "hidden_size": 4096,
             "vocab_size": 32000, "num_attention_heads": 32,
             "intermediate_size": 11008}  # fmt: skip
    bands = []
    for more in ({}, {"engram_layers": [1, 14]}):
        (tmp_path / "config.json").write_text(json.dumps({**plain, **more}), encoding="utf-8")
        ask = ["rate", "--model", str(tmp_path), "--chip", "h100-sxm", "--isl", "2000",
               "--osl", "500", "--weights", "fp8", "--json"]  # fmt: skip
        found = json.loads(RUN.invoke(app, ask).stdout)
        best = found["configurations"][0]
        bands.append((best["tok_s_per_chip"], math.log(best["high"] / best["low"])))
        said = "not read, and may change memory or compute: engram_layers [1, 14]"
        assert (said in found["warnings"]) == bool(more)
    (rate, narrow), (same, wide) = bands
    assert rate == same
    assert wide > 1.15 * narrow


def test_what_has_no_effect_is_said() -> None:
    ask = ["rate", "--model", "phi-4", "--chip", "h100-sxm", "--isl", "100000", "--speculative",
           "--phase", "decode", "--ttft", "1"]  # fmt: skip
    notes = " ".join(json.loads(RUN.invoke(app, [*ask, "--json"]).stdout)["warnings"])
    assert "16,384" in notes
    assert "multi-token" in notes
    assert "--ttft has no effect" in notes
    assert "note:" in RUN.invoke(app, ask).output


@pytest.mark.parametrize(
    "bad",
    [["--stack", "sglan"], ["--tpot", "nan"], ["--ttft", "-1"], ["--chip", "metax-c600"]],
)
def test_rate_refuses_what_cannot_be_answered(bad: list[str]) -> None:
    done = RUN.invoke(app, ["rate", "--model", "qwen3-8b", "--chip", "h100-sxm", *bad])
    assert isinstance(done.exception, InputError)


def test_a_sweep_lists_each_layout_and_batch_once() -> None:
    for more in ([], ["--tpot", "0.05"]):
        done = RUN.invoke(app, ["rate", "--model", "deepseek-v3", "--chip", "h200-sxm", "--sweep",
                                "--json", *more])  # fmt: skip
        found = json.loads(done.stdout)["configurations"]
        keys = [tuple(c[k] for k in ("n_chips", "tp", "pp", "ep", "dp", "batch")) for c in found]
        assert len(set(keys)) == len(keys) > 50


def test_a_prefill_pool_that_misses_its_limit_says_which() -> None:
    done = RUN.invoke(app, ["rate", "--model", "llama-3.1-70b", "--chip", "h100-sxm", "--phase",
                            "prefill", "--isl", "100000", "--ttft", "0.01", "--tpot", "0.0001",
                            "--json"])  # fmt: skip
    only = json.loads(done.stdout)["configurations"][0]
    assert "TTFT" in only["why_not"]
    assert only["phase"] == "prefill"
    assert only["bound_by"] == "compute"


@pytest.mark.parametrize(
    "text", ["", "fitted = 3", "[fitted]\nmatmul_bf61 = -0.5", "[fitted]\nmatmul_bf16 = nan",
             "[fitted]\nmatmul_bf16 = 1000.0", "[fitted]\nmatmul_bf16 = 'x'"],
)  # fmt: skip
def test_damaged_training_constants_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "training_fitted.toml").write_text(text)
    done = RUN.invoke(app, ["train", "--model", "llama-3.1-8b", "--chip", "h100-sxm", "--chips",
                            "8", "--calibration", str(tmp_path)])  # fmt: skip
    assert isinstance(done.exception, InputError)
    assert "training_fitted.toml" in str(done.exception)


def test_a_home_that_is_none_is_bad_input() -> None:
    done = RUN.invoke(app, ["rate", "--model", "~nobody-of-this-name/x", "--chip", "h100-sxm"])
    assert isinstance(done.exception, InputError)


def test_held_out_keeps_every_row(tmp_path: Path) -> None:
    """Refused rows and training rows too; with training rows alone no serving fit is needed."""
    path = tmp_path / "runs.csv"
    head = ["row_id", "model", "chip", "metric", "value", "unit"]
    rows = [["a", "Llama-3.1-405B", "H100-SXM-80GB", "mfu", "0.41", "fraction"],
            ["b", "Mystery", "H100-SXM-80GB", "mfu", "0.41", "fraction"],
            ["c", "Llama-3-8B", "H100-SXM-80GB", "tokens_per_s_per_chip", "9000", "tokens/s/GPU"],
            ["d", "Llama-3.1-8B", "H100-SXM-80GB", "foo", "1", "m"]]  # fmt: skip
    path.write_text("\n".join(",".join(r) for r in [head, *rows]) + "\n")
    for by in ("group", "model", "chip", "family", "engine", "source"):
        done = RUN.invoke(app, ["validate", "--measured", str(path), "--json", "--held-out", by])
        assert done.exit_code == 0, done.exception
        status = [(r["row_id"], r["status"]) for r in json.loads(done.stdout)["rows"]]
        assert status == [("a", "predicted"), ("b", "unknown_model"), ("c", "predicted"),
                          ("d", "not_comparable")]  # fmt: skip
