"""`outlay catalogue` as a person and as a program uses it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from outlay.api.catalogue import catalogue
from outlay.app.cli.catalogue import catalogue_command
from outlay.catalogue.document import TABLES
from outlay.core.errors import UnknownNameError
from outlay.report.words.catalogue import cells

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


def test_rows_are_chosen_ordered_and_shown_by_the_columns_asked_for() -> None:
    args = ("chips", "--search", "h200", "--where", "memory>=141GB", "--sort", "-memory,id")
    shown = _run(*args, "--columns", "id,memory,price")
    lines = [line.split() for line in shown.splitlines()]
    assert lines[1] == ["id", "memory", "price"]
    assert [line[0] for line in lines[3:]] == ["gh200-144g", "h200-nvl", "h200-sxm"]
    assert lines[5][1:] == ["141", "GiB", "$20,000–$40,000"]
    ids = [r["id"] for r in json.loads(_run(*args, "--json"))["rows"]]
    assert ids == ["gh200-144g", "h200-nvl", "h200-sxm"]
    with pytest.raises(UnknownNameError, match="did you mean 'memory'"):
        _run("chips", "--columns", "memry")


def test_one_entry_is_shown_in_full() -> None:
    chip = _run("chips", "h200-sxm")
    assert "141 GiB" in chip
    assert "announced allowed on 2025-12-08" in chip  # to be sold to China
    assert "mercatus-ai.com" in chip  # the source of its rent
    trace = " ".join(_run("traces", "servegen_m_large").split())
    assert "162 business clients" in trace
    assert "arXiv 2505.09999" in trace


def test_nothing_is_cut_or_folded_in_a_pipe() -> None:
    code = "from outlay.app.cli.main import main; main()"
    env = {k: v for k, v in os.environ.items() if k != "COLUMNS"}
    for table in ("traces", "chips", "prices", "events"):
        args = [sys.executable, "-c", code, "catalogue", table]
        done = subprocess.run(args, capture_output=True, text=True, check=True, env=env)
        rows = done.stdout.splitlines()[3:]
        found = catalogue(table)
        assert len(rows) == found.n  # a line each
        assert "…" not in done.stdout
        for line, row in zip(rows, found.rows, strict=True):
            for cell in cells(row):
                assert cell in line


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
