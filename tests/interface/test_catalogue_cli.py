"""`outlay catalogue` as a person and as a program uses it."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from outlay.app.cli.catalogue import catalogue_command
from outlay.catalogue.document import TABLES
from outlay.core.errors import UnknownNameError

APP = typer.Typer()
APP.command()(catalogue_command)


def _run(*args: str) -> str:
    result = CliRunner().invoke(APP, list(args), env={"COLUMNS": "80"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0
    return result.stdout


@pytest.mark.parametrize("table", TABLES)
def test_json_is_one_document_with_sources(table: str) -> None:
    body = json.loads(_run(table, "--json"))
    assert body["kind"] == "catalogue"
    assert body["n"] == len(body["rows"]) > 0
    assert all(row["source"] and row["grade"] for row in body["rows"])


@pytest.mark.parametrize("table", TABLES)
def test_tables_fit_a_terminal(table: str) -> None:
    lines = _run(table).splitlines()
    assert len(lines) > 5
    assert max(len(line) for line in lines) <= 80


def test_one_chip_shows_each_number_with_its_source() -> None:
    body = json.loads(_run("chips", "H200", "--json"))
    facts = {f["parameter"]: f for f in body["facts"]}
    assert facts["memory"]["value"] == 141
    assert facts["memory"]["unit"] == "GiB"
    assert all(f["source"] and f["date"] and f["grade"] for f in facts.values())
    assert "h200-sxm" in _run("chips", "H200")


def test_as_of_leaves_out_what_came_later() -> None:
    early = json.loads(_run("prices", "--as-of", "2025-12-31", "--json"))["rows"]
    assert {r["date"][:4] for r in early} <= {"2023", "2024", "2025"}
    assert len(early) < len(json.loads(_run("prices", "--json"))["rows"])


def test_unknown_table_and_name_are_refused_with_a_hint() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'chips'"):
        _run("chip")
    with pytest.raises(UnknownNameError, match="did you mean"):
        _run("chips", "H20O")
    with pytest.raises(UnknownNameError, match="no row of prices"):
        _run("prices", "unobtainium")
