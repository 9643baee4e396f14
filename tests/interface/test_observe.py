"""`outlay observe` as a person types it, on files that our own engine's runs were written to."""

from __future__ import annotations

import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from outlay.app.cli.models.simulate import simulate_command
from outlay.app.cli.models.size import size_command
from outlay.app.cli.validation.observe import observe_command
from outlay.app.cli.validation.performance import validate_performance_command
from outlay.catalogue import find_chip, find_model
from outlay.core.errors import InputError, TableError
from outlay.performance import Layout, Precision, Stack, step_table
from outlay.performance.overhead import Overhead
from outlay.serving.observed.sending import Sending
from outlay.serving.observed.types import Load, Setup
from outlay.serving.traffic.requests import traffic
from support.observed_runs import measured, vllm_file

app = typer.Typer()
app.command("observe")(observe_command)
app.command("simulate")(simulate_command)
app.command("size")(size_command)
app.command("performance")(validate_performance_command)
ON = ["--chip", "h100-sxm", "--tp", "1"]
SETUP = Setup(engine="vllm", model="meta-llama/Llama-3.1-8B-Instruct")
OWN = Overhead("", "", "", factor=1.25, step_s=0.002, first_token_s=0.08)


def call(*args):
    return CliRunner().invoke(app, [str(a) for a in args])


def answer(*args):
    result = call(*args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def closed(users, overhead=None, n=240):
    rng = np.random.default_rng(users)
    inp, out = rng.integers(100, 900, n), rng.integers(2, 200, n)
    table = step_table(
        find_model("llama-3.1-8b"), find_chip("h100-sxm"), Layout(1), Precision("bf16", "bf16"),
        Stack("vllm"), context=float(np.mean(inp) + np.mean(out) / 2),
    )  # fmt: skip
    sending = Sending(traffic(np.zeros(n), inp, out), "closed", users)
    return measured(sending, table, Load("closed", concurrency=users), SETUP, overhead=overhead)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("observed")
    for users in (1, 32):
        (path / f"c{users}.json").write_text(json.dumps(vllm_file(closed(users))))
        (path / f"slow{users}.json").write_text(json.dumps(vllm_file(closed(users, OWN))))
    (path / "other.json").write_text('{"kind": "something", "rows": [1, 2]}')
    return path


def test_a_closed_loop_of_our_own_engine_is_replayed_to_the_digit(folder) -> None:
    doc = answer("observe", folder / "c32.json", *ON)
    (run,) = doc["runs"]
    assert (run["model"], run["replayed"], run["concurrency"]) == ("llama-3.1-8b", "closed", 32)
    compared = {(f["metric"], f["statistic"]): f["ratio"] for f in doc["figures"] if f["replayed"]}
    assert len(compared) >= 16
    assert all(x == pytest.approx(1.0, abs=1e-6) for x in compared.values()), compared
    assert run["error"] == pytest.approx(0.0, abs=1e-6)
    in_flight = run["concurrency"] / (240 / _figure(doc, "duration_s", ""))
    assert _figure(doc, "e2e_s", "mean") == pytest.approx(in_flight, rel=0.15)  # Little's law


def _figure(doc, metric, statistic):
    return next(
        f["measured"]
        for f in doc["figures"]
        if (f["metric"], f["statistic"]) == (metric, statistic)
    )


def test_what_an_engine_takes_beyond_is_found_kept_and_taken_up(folder, tmp_path) -> None:
    files = [folder / "slow1.json", folder / "slow32.json"]
    doc = answer("observe", *files, *ON, "--fit", tmp_path / "mine")
    (fit,) = doc["fits"]
    assert fit["runs"] == [1, 2]
    assert fit["factor"] == pytest.approx(1.25, rel=0.02)
    assert fit["step_s"] == pytest.approx(0.002, rel=0.05)
    assert fit["first_token_s"] == pytest.approx(0.08, rel=0.01)
    assert fit["error_before"] > 0.2
    assert fit["error_after"] < 0.005
    again = answer("observe", *files, *ON, "--calibration", tmp_path / "mine")
    assert again["fits"] == []
    assert all(r["error"] < 0.005 for r in again["runs"])
    on = ["--model", "llama-3.1-8b", *ON, "--stack", "vllm", "--rate", 1, "--requests", 200]
    plain = answer("simulate", *on)
    slow = answer("simulate", *on, "--calibration", tmp_path / "mine")
    assert slow["tpot_s"]["p50"] > 1.25 * plain["tpot_s"]["p50"]
    assert any("× 1.2" in w for w in slow["warnings"])


def test_a_table_says_first_what_is_to_be_concluded(folder, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")  # narrower, and headings break
    one = call("observe", folder / "slow32.json", *ON)
    assert one.exit_code == 0
    assert one.stdout.startswith("Replayed 1 run: off by ")
    for part in ("TTFT [s] p99", "output tokens/s", "32 in flight", "measured", "fitted"):
        assert part in one.stdout
    both = call("observe", folder / "c1.json", folder / "c32.json", *ON)
    assert "TPOT p50" in both.stdout
    assert "2 runs" in both.stdout.splitlines()[0]
    csv = call("observe", folder / "c1.json", *ON, "--format", "csv")
    assert csv.stdout.splitlines()[0].startswith("run,metric,statistic,unit,measured,replayed")


def test_without_a_chip_what_was_measured_is_told_and_what_lacks(folder) -> None:
    result = call("observe", folder / "c32.json")
    assert result.exit_code == 0
    assert "the file names no chip: name it with --chip" in result.stdout.splitlines()[0]
    assert "TTFT [s] p99" in result.stdout
    wrong = call("observe", folder / "c32.json", "--chip", "h100sxmm")
    assert isinstance(wrong.exception, InputError)
    assert "h100" in str(wrong.exception)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--trace-out", "t.csv"], "a trace is of one run"),
        (["--rows-out", "r.csv"], "no run of a known model and chip"),
        (["--fit", "mine"], "nothing was fitted"),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_is(
    args, said, folder, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("observe", folder / "c1.json", folder / "c32.json", *args)
    assert isinstance(result.exception, InputError)
    assert said in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_no_tool_is_refused_with_what_is_read(folder) -> None:
    result = call("observe", folder / "other.json", *ON)
    assert isinstance(result.exception, TableError)
    assert "other.json" in str(result.exception)
    assert "vllm bench serve" in str(result.exception)


def test_a_layout_that_cannot_be_is_bad_input_and_one_that_does_not_fit_is_not(folder) -> None:
    wrong = call("observe", folder / "c1.json", "--chip", "h100-sxm", "--tp", 3)
    assert isinstance(wrong.exception, InputError)
    small = call(
        "observe", folder / "c1.json", "--chip", "h100-sxm", "--model", "llama-3.1-405b", "--tp", 1
    )
    assert small.exit_code == 1
    assert "no run was replayed" in small.output


def test_rows_and_trace_run_on_in_other_verbs(folder, tmp_path) -> None:
    doc = answer(
        "observe", folder / "c32.json", *ON, "--rows-out", tmp_path / "rows.csv", "--trace-out",
        tmp_path / "trace.csv", "--out", tmp_path / "out",
    )  # fmt: skip
    assert sorted(doc["files"]) == [str(tmp_path / "rows.csv"), str(tmp_path / "trace.csv")]
    assert (tmp_path / "out" / "observation.json").is_file()
    scored = answer("performance", "--measured", tmp_path / "rows.csv")
    assert [r["status"] for r in scored["rows"]] == ["predicted"] * len(scored["rows"])
    on = ["--model", "llama-3.1-8b", *ON]
    played = answer("simulate", "--trace", tmp_path / "trace.csv", *on)
    assert played["requests"] == 240
    sized = answer("size", "--trace", tmp_path / "trace.csv", *on, "--tpot-p99", 0.05)
    assert sized["fixed_chips"] >= 1
