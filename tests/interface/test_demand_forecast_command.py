"""`outlay forecast`, `outlay validate forecast` from outside: documents, charts, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from outlay.app.cli.models.forecast import forecast_command
from outlay.app.cli.validation.forecast import validate_forecast_command
from outlay.core.errors import InputError

RUNNER = CliRunner()
CSV = (
    "date,value,floor,grade\n2024-05-15,0.12,,official\n2024-07,0.5,,reported\n"
    "2024-09,1.3,true,official\n2024-12-18,4,true,official\n2025-03-31,12.7,,recalled\n"
    "2025-05-31,16.4,,official\n2025-09-30,30,true,official\n2025-12-18,50,true,official\n"
)


def app() -> typer.Typer:
    made = typer.Typer()
    made.command("forecast")(forecast_command)
    made.command("validate")(validate_forecast_command)
    return made


def run(*args: str) -> dict:  # type: ignore[type-arg]
    result = RUNNER.invoke(app(), [*args, "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["outlay"]["schema"] >= 1
    return document


@pytest.fixture
def series(tmp_path: Path) -> Path:
    path = tmp_path / "tokens.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def test_the_document_holds_what_programs_read(series: Path) -> None:
    doc = run("forecast", "--series", str(series), "--as-of", "2025-12-31", "--paths", "300")
    assert doc["kind"] == "forecast"
    rows = doc["paths_summary"]
    assert len(rows) == 25
    for row in rows:
        assert {"date", "p05", "p10", "p50", "p90", "p95", "mean"} <= set(row)
        assert 0 < row["p05"] <= row["p10"] <= row["p50"] <= row["p90"] <= row["p95"]
    every = [r for r in doc["record"] if r["horizon"] == "all"]
    assert {r["method"] for r in every} == {"pooled", "no growth", "last growth continued"}
    assert len(doc["record_points"]) == every[0]["n"] == 10
    assert doc["unit"] == ""


def test_as_of_gives_what_the_cut_file_gives(series: Path, tmp_path: Path) -> None:
    (tmp_path / "cut").mkdir()
    cut = tmp_path / "cut" / "tokens.csv"  # the same name: streams are keyed by it
    cut.write_text("".join(CSV.splitlines(keepends=True)[:6]), encoding="utf-8")
    a = run("forecast", "--series", str(series), "--as-of", "2025-04-15", "--paths", "300")
    b = run("forecast", "--series", str(cut), "--as-of", "2025-04-15", "--paths", "300")
    assert a["paths_summary"] == b["paths_summary"]
    assert "3 points after 2025-04-15 left out" in " ".join(a["notes"])


def test_tokens_a_month_are_forecast_as_tokens_a_day(series: Path, tmp_path: Path) -> None:
    other = tmp_path / "m" / "tokens.csv"
    other.parent.mkdir()
    lines = CSV.splitlines()
    rows = [line.split(",") for line in lines[1:]]
    text = "\n".join([lines[0], *(f"{d},{float(v) * 30:.10g},{f},{g}" for d, v, f, g in rows)])
    other.write_text(text + "\n", encoding="utf-8")
    args = ("--as-of", "2025-12-31", "--paths", "300")
    a = run("forecast", "--series", str(series), "--unit", "T/day", *args)
    b = run("forecast", "--series", str(other), "--unit", "trillion tokens per month", *args)
    assert a["unit"] == b["unit"] == "token/day"
    for x, y in zip(a["paths_summary"], b["paths_summary"], strict=True):
        assert y["p50"] == pytest.approx(x["p50"], rel=1e-6)
    assert a["paths_summary"][0]["p50"] > 1e13


def test_chosen_dates_and_paths(series: Path) -> None:
    doc = run("forecast", "--series", str(series), "--at", "2026-12-31", "--at", "2026-Q2",
              "--paths", "60", "--with-paths")  # fmt: skip
    assert [r["date"] for r in doc["paths_summary"]] == ["2026-05-16", "2026-12-31"]
    assert np.array(doc["paths"]).shape == (60, 2)


def test_the_chart_is_drawn_and_names_its_sources(series: Path, tmp_path: Path) -> None:
    chart = tmp_path / "fan.json"
    run("forecast", "--series", "google-tokens", "--chart", str(chart), "--paths", "90")
    spec = json.loads(chart.read_text(encoding="utf-8"))
    assert any("tomtunguz" in p["label"] for p in spec["layer"][-1]["data"]["values"])


def test_the_chart_comes_in_the_format_of_its_name(series: Path, tmp_path: Path) -> None:
    for name, start in (("a.svg", b"<svg"), ("a.png", b"\x89PNG")):
        run("forecast", "--series", str(series), "--chart", str(tmp_path / name), "--paths", "60")
        assert (tmp_path / name).read_bytes().startswith(start)
    result = RUNNER.invoke(app(), ["forecast", "--series", str(series), "--chart", "a.gif"])
    assert isinstance(result.exception, InputError)


def test_people_get_tables(series: Path) -> None:
    result = RUNNER.invoke(app(), ["forecast", "--series", str(series)], catch_exceptions=False)
    assert "Record" in result.stdout
    assert "p90" in result.stdout


def test_validation_over_several_series(series: Path) -> None:
    doc = run("validate", "--series", str(series), "--series", "google-tokens", "--paths", "300")
    assert doc["kind"] == "forecast_validation"
    assert {t["series"] for t in doc["record_points"]} == {"tokens", "google-tokens"}


@pytest.mark.parametrize(
    "args",
    [
        ("--as-of", "2024-06-01"),
        ("--as-of", "yesterday"),
        ("--unit", "bushels/day"),
        ("--at", "2024-01-01"),
        ("--at", "soon"),
    ],
)
def test_bad_requests_are_refused(series: Path, args: tuple[str, ...]) -> None:
    result = RUNNER.invoke(app(), ["forecast", "--series", str(series), *args])
    assert isinstance(result.exception, InputError)
    assert result.exception.exit_code == 2


def test_a_missing_file_is_refused() -> None:
    result = RUNNER.invoke(app(), ["forecast", "--series", "nowhere.csv"])
    assert isinstance(result.exception, InputError)
