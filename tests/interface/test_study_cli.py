"""`outlay check`, `diff`, `schema`: exit codes, one JSON document, nothing written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema
import pytest

from support.shared import ROOT
from support.study_text import SMALL, broken

# the three commands alone, so that this test needs no other stage
RUN = """
import sys, typer
from outlay.app.cli.plans.check import check_command
from outlay.app.cli.plans.diff import diff_command
from outlay.app.cli.schema import schema_command
from outlay.app.cli.output import print_error
from outlay.core.errors import OutlayError
app = typer.Typer(pretty_exceptions_enable=False)
app.command("check")(check_command)
app.command("diff")(diff_command)
app.command("schema")(schema_command)
try:
    app(sys.argv[1:], standalone_mode=False)
except OutlayError as err:
    print_error(err.problems(), as_json="--json" in sys.argv)
    sys.exit(err.exit_code)
"""


def outlay(*args: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, *map(str, args)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "100"},
        timeout=60,
    )


# the process says its own peak: the one the system reports counts the parent that forked it
PEAK = """
import atexit, os, re
def say():
    status = open("/proc/self/status").read()
    with open(os.environ["PEAK_FILE"], "w") as file:
        file.write(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1])
if os.path.exists("/proc/self/status"):
    atexit.register(say)
"""


def peak_bytes(*args: str | Path, cwd: Path) -> tuple[subprocess.CompletedProcess[str], int]:
    """The finished command and its peak resident bytes (0 where the system does not tell)."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "peak"
        done = subprocess.run(
            [sys.executable, "-c", PEAK + RUN, *map(str, args)],
            capture_output=True,
            text=True,
            cwd=cwd,
            env={**os.environ, "PEAK_FILE": str(file)},
            timeout=120,
        )
        return done, int(file.read_text()) * 1024 if file.exists() else 0


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "study.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_check_lists_assumptions_with_line_and_path(study: Path) -> None:
    out = outlay("check", study)
    assert out.returncode == 0, out.stderr
    assert "No errors." in out.stdout
    assert "sites.oslo.pue  1.2" in out.stdout
    document = json.loads(outlay("check", study, "--json").stdout)
    assert document["kind"] == "check"
    assert document["errors"] == []
    entry = next(a for a in document["assumptions"] if a["path"] == "sites.oslo.pue")
    assert entry["line"] == SMALL[: SMALL.index("oslo:")].count("\n") + 1
    schema = json.loads(outlay("schema", "--kind", "check").stdout)
    jsonschema.validate(document, schema)


BAD = {
    "probabilities": broken(("granted: 50 %,", "granted: 40 %,")),
    "duplicate": SMALL + "title: again\n",
    "bomb": "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)),
    "deep": "a: " + "[" * 200_000,
    "many": "\n".join(f"k{i}: 1" for i in range(60_000)),
    "empty": "",
    "list": "- 1\n",
    "huge number": f"outlay: {'9' * 4_000}\n",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_exits_2_as_one_document_and_writes_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(BAD[name], encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    done, peak = peak_bytes("check", path, "--json", cwd=tmp_path)
    assert done.returncode == 2
    document = json.loads(done.stdout)
    assert document["kind"] == "error"
    assert all(e["what"] for e in document["errors"])
    assert done.stderr == ""
    assert sorted(tmp_path.rglob("*")) == before
    assert peak < 200e6


def test_people_read_errors_on_stderr(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(BAD["probabilities"], encoding="utf-8")
    people = outlay("check", path)
    assert people.returncode == 2
    assert people.stdout == ""
    assert people.stderr.startswith("error: study.yaml:")
    assert "Traceback" not in people.stderr


def test_missing_file_exits_2(tmp_path: Path) -> None:
    out = outlay("check", tmp_path / "no.yaml", "--json")
    assert out.returncode == 2
    assert json.loads(out.stdout)["kind"] == "error"


def test_diff_of_a_study_with_its_scenario(study: Path) -> None:
    out = outlay("diff", study, "--scenario", "cheap", "--json")
    assert out.returncode == 0, out.stderr
    document = json.loads(out.stdout)
    assert [c["path"] for c in document["changes"]] == ["supply.h200.price.always"]
    assert document["changes"][0]["ratio"] == 0.5
    assert "No input differs" in outlay("diff", study, study).stdout
    text = outlay("diff", study, "--set", "sites.oslo.pue=1.1").stdout
    assert "sites.oslo.pue: 1.2 → 1.1" in text


def test_schema_of_the_study_is_valid_and_an_unknown_kind_is_refused() -> None:
    printed = outlay("schema").stdout
    assert "NaN" not in printed
    schema = json.loads(printed)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "services" in schema["properties"]
    out = outlay("schema", "--kind", "chek", "--json")
    assert out.returncode == 2
    assert "check" in json.loads(out.stdout)["errors"][0]["hint"]


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*/study.yaml")), ids=str)
def test_every_example_loads_and_fits_the_schema(example: Path) -> None:
    from outlay.study import load, schema
    from outlay.study.reading.strict_yaml import read_yaml

    loaded = load(example)
    assert loaded.assumptions
    jsonschema.validate(read_yaml(example).data, schema())
    first = next(iter(loaded.study.scenarios))  # the loader has validated them all
    assert load(example, scenario=first).hash != loaded.hash
