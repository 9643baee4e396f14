"""`outlay validate plan` from outside: a plan document against a table of what happened."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from outlay.app.cli.validation.plan import validate_plan_command
from outlay.core.errors import InputError
from outlay.results.plans.outlook import Distribution
from outlay.results.plans.plan import Plan
from outlay.results.schema import to_json
from support.small import planned

RUNNER = CliRunner()
BAND = (80.0, 85.0, 92.0, 100.0, 109.0, 118.0, 125.0)


def app() -> typer.Typer:
    made = typer.Typer()
    made.command("plan")(validate_plan_command)
    return made


def result() -> Plan:
    found = planned(worlds=40).result
    assert found is not None
    assert found.outlook is not None
    known = (
        Distribution("capex/2026", "CNY", 101.0, 14.0, *BAND, "high", 122.0),
        Distribution("served_share", "fraction", 1.0, 0.0, *(1.0,) * 7, "low", 1.0),
    )
    return replace(found, outlook=replace(found.outlook, distributions=known))


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return result().save(tmp_path)


def test_rows_and_scores(plan: Path, tmp_path: Path) -> None:
    actual = tmp_path / "actual.csv"
    actual.write_text("name,value,source\ncapex/2026,119,filing\ncapex/2030,1,\n", encoding="utf-8")
    found = RUNNER.invoke(
        app(), [str(plan), "--actual", str(actual), "--json"], catch_exceptions=False
    )
    doc = json.loads(found.stdout)
    assert doc["kind"] == "plan_validation"
    hit, miss = doc["rows"]
    assert (hit["p05"], hit["p50"], hit["p95"]) == (80, 100, 125)
    assert (hit["inside_80"], hit["inside_90"], hit["status"]) == (False, True, "predicted")
    assert 0.9 < hit["place"] < 0.95
    assert miss["status"].startswith("not predicted")
    assert doc["overall"]["n"] == 1
    words = RUNNER.invoke(app(), [str(plan), "--actual", str(actual)], catch_exceptions=False)
    assert "1 outcomes: 80% bands held 0%, 90% bands 100%" in words.stdout


def test_a_document_without_an_outlook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,value\nx,1\n", encoding="utf-8")
    quick = json.dumps(to_json(replace(result(), outlook=None)))
    for text in ("{}", "[]", "no json", '{"outlook": {}}', quick):
        path = tmp_path / "plan.json"
        path.write_text(text, encoding="utf-8")
        found = RUNNER.invoke(app(), [str(path), "--actual", str(tmp_path / "a.csv")])
        assert isinstance(found.exception, InputError)
    assert "no outlook" in str(found.exception)


def test_a_bad_table_of_actuals_is_refused(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("what,value\nx,1\n", encoding="utf-8")
    found = RUNNER.invoke(app(), [str(plan), "--actual", str(tmp_path / "a.csv")])
    assert isinstance(found.exception, InputError)


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_outcomes_of_which_none_was_predicted_end_with_1_and_why(
    plan: Path, tmp_path: Path, form: str
) -> None:
    actual = tmp_path / "actual.csv"
    actual.write_text("name,value\ncapex/2030,1\nopex/2030,2\n", encoding="utf-8")
    found = RUNNER.invoke(app(), [str(plan), "--actual", str(actual), "--format", form])
    assert found.exit_code == 1
    assert found.stderr == (
        "nothing was scored: the plan predicted none of the 2 outcomes of actual.csv "
        "(capex/2030, opex/2030)\n"
    )
    assert found.stdout
