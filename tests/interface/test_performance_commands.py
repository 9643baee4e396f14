"""The commands of this stage: one JSON document, exit codes, messages."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from outlay.app.cli.calibrate import calibrate_command
from outlay.app.cli.rate import rate_command
from outlay.app.cli.validate_performance import validate_performance_command
from outlay.core.errors import InputError

app = typer.Typer()
app.command("rate")(rate_command)
app.command("calibrate")(calibrate_command)
app.command("validate")(validate_performance_command)
RUN = CliRunner()
FIELDS = {
    "chip", "n_chips", "tp", "pp", "ep", "dp", "phase", "batch", "ttft_s", "tpot_s",
    "tok_s_per_chip", "tok_s_per_user", "low", "high", "bound_by", "memory_bytes", "feasible",
}  # fmt: skip


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
    top = max(p["tflop_s"] for p in line)
    slope = line[0]["tflop_s"] / line[0]["flop_per_byte"]
    assert points
    for p in points:
        assert p["tflop_s"] <= min(top, slope * p["flop_per_byte"]) * (1 + 1e-9)
    assert (tmp_path / "pareto.vl.json").exists()
    parts = json.loads((tmp_path / "operators.vl.json").read_text())["data"]["values"]
    assert {p["phase"] for p in parts} == {"decode", "prefill"}


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
