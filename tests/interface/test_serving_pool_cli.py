"""`outlay pool` as a person types it: answer, words, and lines of the file that cannot be."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from outlay.app.cli.models.pool import pool_command
from outlay.core.errors import InfeasibleError, InputError, TableError

app = typer.Typer()
app.command("pool")(pool_command)

HEAD = "name,model,trace,ttft_p99,tpot_p99,tp,load_delay"


def call(path, *args):
    return CliRunner().invoke(app, ["--models", str(path), "--chip", "h100-sxm", *args])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two waves that come in turn over twenty minutes."""
    out = tmp_path_factory.mktemp("pool")
    for name, seed, phase, rate in (("a", 1, 0.25, 12.0), ("b", 2, 0.75, 40.0)):
        rng = np.random.default_rng(seed)
        t = np.sort(rng.random(int(rate * 1200)) * 1200.0)
        t = t[rng.random(len(t)) < 0.5 + 0.5 * np.cos(2 * np.pi * (t / 1200.0 - phase))]
        pl.DataFrame({
            "arrival_s": t - t[0],
            "input_tokens": rng.integers(2000, 6000, len(t)),
            "output_tokens": rng.integers(100, 600, len(t)),
        }).write_csv(out / f"{name}.csv")  # fmt: skip
    (out / "pool.csv").write_text(
        f"{HEAD}\nbig,llama-3.1-70b,a.csv,2,0.05,4,60\nsmall,llama-3.1-8b,b.csv,1,0.03,1,\n"
    )
    return out


@pytest.fixture(scope="module")
def doc(folder):
    result = call(folder / "pool.csv", "--load-delay", "20", "--window", "60", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_chips_add_up_and_every_model_holds_its_limits(doc):
    big, small = doc["models"]
    assert doc["apart_chips"] == big["apart_chips"] + small["apart_chips"]
    assert doc["chips"] == doc["apart_chips"] - doc["saved_chips"]
    assert doc["saved_chips"] > 0
    assert (big["load_delay_s"], small["load_delay_s"]) == (60, 20)
    for m in doc["models"]:
        assert m["ttft_s"]["p99"] <= m["slo"]["ttft_s"]
        assert m["tpot_s"]["p99"] <= m["slo"]["tpot_s"]
        assert m["within_share"] > 0.98
        assert m["mean_chips"] < m["peak_chips"]
        assert m["follows"]
        assert m["loads"] > 0
        assert m["peak_chips"] % m["replica"]["n_chips"] == 0


def test_the_series_reaches_the_peaks_and_is_no_less_than_its_parts(doc):
    windows = {}
    for w in doc["series"]:
        windows.setdefault(w["time_s"], []).append((w["model"], w["chips"], w["together"]))
    for m in doc["models"]:
        assert max(w["chips"] for w in doc["series"] if w["model"] == m["name"]) == m["peak_chips"]
    assert max(w["together"] for w in doc["series"]) == doc["chips"]
    for rows in windows.values():
        assert [name for name, _, _ in rows] == ["big", "small"]
        chips, (whole, same) = [n for _, n, _ in rows], [n for _, _, n in rows]
        assert whole == same
        assert max(chips) <= whole <= sum(chips)
    full = max(doc["series"], key=lambda w: w["together"])
    assert abs(full["time_s"] - doc["peak_s"]) <= doc["window_s"]


def test_a_pool_keeps_one_spare_for_all_and_costs_what_its_chips_do(folder, doc):
    assert (doc["spare_chips"], doc["apart_spare_chips"]) == (4, 4 + 1)
    two = call(folder / "pool.csv", "--load-delay", "20", "--window", "60", "--spares", "2",
               "--price", "3", "--json")  # fmt: skip
    found = json.loads(two.stdout)
    assert (found["spare_chips"], found["apart_spare_chips"]) == (8, 10)
    paid = found["chips"] + 8
    assert found["usd_per_day"] == pytest.approx(paid * 24 * 3)
    assert found["usd_per_year"] == pytest.approx(found["usd_per_day"] * 365.25)
    assert found["apart_usd_per_day"] == pytest.approx((found["apart_chips"] + 10) * 24 * 3)
    tokens = sum(pl.read_csv(folder / f)["output_tokens"].sum() for f in ("a.csv", "b.csv"))
    whole = paid * found["end_s"] / 3600 * 3
    assert found["usd_per_mtok"] == pytest.approx(whole / tokens * 1e6)


def test_rows_hold_one_number_a_cell(folder):
    out = call(folder / "pool.csv", "--load-delay", "20", "--window", "60", "--format", "csv")
    head, first, *_ = out.stdout.splitlines()
    assert head == "time_s,model,chips,together"
    assert first.count(",") == 3


def test_words_tell_chips_saved_and_when_the_pool_is_full(folder, doc):
    told = call(folder / "pool.csv", "--load-delay", "20", "--window", "60").stdout
    told = " ".join(told.split())
    assert f"{doc['chips']:.0f} × h100-sxm serve 2 models" in told
    assert f"sharing saves {doc['saved_chips']:.0f}" in told
    assert "big 60 s; small 20 s" in told
    assert (
        "4 more chips are spare, for whichever model loses a replica; fleets apart keep 5" in told
    )
    assert f"{doc['usd_per_day']:,.0f} USD/day, {doc['usd_per_year']:,.0f} USD/year" in told
    assert f"fleets apart {doc['apart_usd_per_day']:,.0f} USD/day" in told
    assert f"most at {doc['peak_s'] / 60:.0f} min" in told
    for m in doc["models"]:
        assert f"{100 * m['within_share']:.2f} %" in told
        assert f"{m['requests']:,} requests" in told


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("big,llama-3.1-70bb,a.csv,2,,4,", "did you mean 'llama-3.1-70b'"),
        ("big,llama-3.1-70b,a.csv,2,,3,", ":2, --tp"),
        ("big,llama-3.1-70b,a.csv,,,4,", "no limit to size for"),
        ("big,llama-3.1-70b,a.csv,0,,4,", ":2, ttft_p99"),
        ("big,llama-3.1-70b,a.csv,2,,1.5,", ":2, tp"),
        ("big,llama-3.1-70b,a.csv,2,,4,-1", ":2, load_delay"),
        ("big,llama-3.1-70b,,2,,4,", ":2, trace"),
        ("big,llama-3.1-70b,none.csv,2,,4,", "none.csv"),
        ("x,llama-3.1-70b,a.csv,2,,4,\nx,llama-3.1-8b,b.csv,2,,1,", "a name that stands twice"),
        ("", "0 models"),
    ],
)
def test_lines_that_cannot_be_are_refused_with_their_place(folder, line, found):
    path = folder / "bad.csv"
    path.write_text(f"{HEAD}\n{line}\n")
    result = call(path)
    assert isinstance(result.exception, InputError | TableError) or result.exit_code == 2
    assert found in " ".join((result.output + str(result.exception)).split())


def test_a_column_that_nobody_knows_is_refused(folder):
    path = folder / "columns.csv"
    path.write_text("model,trace,ttft_p95\nllama-3.1-8b,b.csv,1\n")
    result = call(path)
    assert "ttft_p95" in result.output + str(result.exception)


def test_limits_that_no_fleet_holds_name_the_model(folder):
    path = folder / "hopeless.csv"
    path.write_text(f"{HEAD}\nhopeless,llama-3.1-70b,a.csv,0.001,,4,\n")
    result = call(path)
    assert isinstance(result.exception, InfeasibleError) or result.exit_code == 1
    assert "hopeless" in result.output + str(result.exception)
