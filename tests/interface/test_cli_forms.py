"""Forms of an answer: tables that a pipe does not cut, rows for spreadsheets, one document."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from outlay.app.cli.main import COMMANDS, main
from outlay.app.cli.shelves import SHELVES
from outlay.core.csv_text import csv_text
from outlay.results.models.rate import Configuration
from support.small import SMALL

ON = ("--model", "llama-3.1-8b", "--chip", "h100-sxm")


def outlay(*args: object) -> int:
    with pytest.raises(SystemExit) as stop:
        main([str(a) for a in args])
    return int(stop.value.code or 0)


def piped(*args: str) -> str:
    """What a command prints into a pipe, whatever the terminal of the tests is."""
    env = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    done = subprocess.run(
        [sys.executable, "-m", "outlay", *args], capture_output=True, text=True, check=True, env=env
    )
    return done.stdout


def test_a_pipe_gets_whole_rows_and_whole_sentences() -> None:
    rows = piped("rate", *ON).splitlines()
    sentence = next(r for r in rows if r.startswith("llama"))
    assert len(sentence) > 120
    assert sentence.endswith(".")
    head = next(i for i, r in enumerate(rows) if r.startswith("per user"))
    assert len(rows[head + 1].split()) >= 8, "a row stands on one line"
    claims = piped("read", "examples/bytedance-2026/article.md")
    assert max(map(len, claims.splitlines())) > 200


def test_csv_holds_every_row_with_every_digit(capsys: pytest.CaptureFixture[str]) -> None:
    assert outlay("rate", *ON, "--json") == 0
    doc = json.loads(capsys.readouterr().out)["configurations"]
    assert outlay("rate", *ON, "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(rows[0]) == list(Configuration.__dataclass_fields__)
    assert [float(r["tok_s_per_chip"]) for r in rows] == [c["tok_s_per_chip"] for c in doc]
    assert outlay("plan", SMALL, "--quick", "--json") == 0
    first = json.loads(capsys.readouterr().out)["orders"][0]
    assert outlay("plan", SMALL, "--quick", "--format", "csv") == 0
    row = next(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert row["offer"] == first["offer"]
    assert float(row["quantity"]) == first["quantity"]
    assert json.loads(row["sites"]) == first["sites"], "what holds several values is JSON"


def test_json_has_two_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert outlay("diff", SMALL, "--set", "discount_rate=20 %/year", "--json") == 0
    short = capsys.readouterr().out
    assert outlay("diff", SMALL, "--set", "discount_rate=20 %/year", "--format", "json") == 0
    assert capsys.readouterr().out == short
    assert outlay("check", "no-such.yaml", "--format=json") == 2
    assert json.loads(capsys.readouterr().out)["kind"] == "error"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("rate", *ON, "--format", "cvs"), "did you mean 'csv'"),
        (("rate", *ON, "--format", "csv", "--json"), "two forms are asked for"),
        (("replay", "run", "--format", "csv"), "this command prints no rows"),
    ],
)
def test_a_form_that_cannot_be_is_refused_before_any_work(
    args: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outlay(*args) == 2
    found = capsys.readouterr()
    assert said in found.out + found.err
    assert "--format" in found.out + found.err


def test_no_rows_are_a_heading_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert outlay("diff", SMALL, SMALL, "--format", "csv") == 0
    assert capsys.readouterr().out == "path,kind,before,after,ratio\n"


def test_a_spreadsheet_takes_no_text_for_a_formula() -> None:
    from outlay.results.checks import Change

    rows = [Change('=HYPERLINK("x")', "changed", "-1", "@a", 2.0)]
    assert csv_text(rows).splitlines()[1] == '"\'=HYPERLINK(""x"")",changed,\'-1,\'@a,2.0'


def test_help_lists_every_command_once_with_the_question_it_answers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert outlay("--help") == 0
    page = capsys.readouterr().out
    lines = [line.strip() for line in page.splitlines()]
    assert [line[:-1] for line in lines if line.rstrip(":") in SHELVES] == list(SHELVES)
    named = {words.split()[0] for words, _, _ in COMMANDS}
    on_shelves = [name for shelf in SHELVES.values() for name in shelf]
    assert len(on_shelves) == len(set(on_shelves))
    for name in named:
        shelf = next(s for s in SHELVES.values() if name in s)
        assert any(line.split()[:1] == [name] and line.endswith(shelf[name]) for line in lines), (
            name
        )
    assert "..." not in page.partition("Plan:")[2]
    assert outlay("solve-for", "--help") == 0
    first = capsys.readouterr().out.split("\n\n")[1].strip()
    assert first == SHELVES["Plan"]["solve-for"]


def test_progress_into_a_pipe_is_a_line_a_stage_with_its_share(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "outlay", "plan", str(SMALL), "--json", "--out", str(tmp_path)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["kind"] == "plan"
    lines = done.stderr.splitlines()
    shares = [int(line.split(" %")[0]) for line in lines]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert 50 <= shares[-1] < 100
    assert lines[-1].partition("%  ")[2].startswith(f"writing {tmp_path}")
    assert len(lines) < 30
    assert "\r" not in done.stderr
    assert "\x1b" not in done.stderr


def test_who_closes_the_pipe_early_has_the_files_all_the_same(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-u",
        "-m",
        "outlay",
        "plan",
        str(SMALL),
        "--quick",
        "--out",
        str(tmp_path),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
        assert run.stdout is not None
        run.stdout.close()
        assert run.wait() == 0
    assert (tmp_path / "report.html").is_file()
    assert (tmp_path / "memo.pdf").is_file()
