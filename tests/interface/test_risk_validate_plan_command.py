"""`outlay validate plan` from outside: a plan document against a table of what happened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from outlay.app.cli.validate_plan import validate_plan_command
from outlay.core.errors import InputError

RUNNER = CliRunner()


def app() -> typer.Typer:
    made = typer.Typer()
    made.command("plan")(validate_plan_command)
    return made


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    quantiles = {"p05": 80, "p10": 85, "p25": 92, "p50": 100, "p75": 109, "p90": 118, "p95": 125}
    tail = {"worse": "high", "tail_mean": 122}
    body = {
        "kind": "plan",
        "outlook": {
            "distributions": [
                {"name": "capex/2026", "unit": "CNY", "mean": 101, "sd": 14, **quantiles,
                 **tail},
                {"name": "served_share", "unit": "fraction", "mean": 1, "sd": 0,
                 **dict.fromkeys(quantiles, 1.0), **tail},
            ]
        },
    }  # fmt: skip
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def test_rows_and_scores(plan: Path, tmp_path: Path) -> None:
    actual = tmp_path / "actual.csv"
    actual.write_text("name,value,source\ncapex/2026,119,filing\ncapex/2030,1,\n", encoding="utf-8")
    result = RUNNER.invoke(
        app(), [str(plan), "--actual", str(actual), "--json"], catch_exceptions=False
    )
    doc = json.loads(result.stdout)
    assert doc["kind"] == "plan_validation"
    hit, miss = doc["rows"]
    assert (hit["inside_80"], hit["inside_90"], hit["status"]) == (False, True, "predicted")
    assert 0.9 < hit["place"] < 0.95
    assert miss["status"].startswith("not predicted")
    assert doc["overall"]["n"] == 1
    words = RUNNER.invoke(app(), [str(plan), "--actual", str(actual)], catch_exceptions=False)
    assert "90% bands" in words.stdout


@pytest.mark.parametrize("text", ["{}", "[]", "no json", '{"outlook": {}}'])
def test_a_document_without_an_outlook_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_text("name,value\nx,1\n", encoding="utf-8")
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="utf-8")
    result = RUNNER.invoke(app(), [str(path), "--actual", str(tmp_path / "a.csv")])
    assert isinstance(result.exception, InputError)


def test_a_bad_table_of_actuals_is_refused(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("what,value\nx,1\n", encoding="utf-8")
    result = RUNNER.invoke(app(), [str(plan), "--actual", str(tmp_path / "a.csv")])
    assert isinstance(result.exception, InputError)
