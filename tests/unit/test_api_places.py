"""What a call is to write is looked at before the work: no input, nobody's work, a place there."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

import outlay
from outlay.api.asked import Asked
from outlay.api.ours import CALIBRATION, ours
from outlay.api.places import FILES
from outlay.app.cli.main import COMMANDS, _app, main
from outlay.core.errors import InputError, Problem
from outlay.performance.fit.calibrate import write as write_calibration
from outlay.performance.overhead import overhead_text
from support.shared import ROOT
from support.small import SMALL

ARTICLE = ROOT / "examples" / "bytedance-2026" / "article.md"
ON = ("--model", "llama-3.1-8b", "--chip", "h100-sxm")
SIMULATE = ("simulate", *ON, "--tp", "1")
RATE = ("rate", *ON)
FORECAST = ("forecast", "--series", "google-tokens", "--paths", "60")
SIZE = ("size", *ON, "--tp", "1", "--ttft-p99", "3")
EXPORT = ("export", "mps", str(SMALL))
FIRST = ("plan", "--model", "llama-3.1-8b", "--save")
TRACE = "arrival_s,input_tokens,output_tokens\n0,100,20\n1,100,20\n"


def ended(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, list[Problem]]:
    with pytest.raises(SystemExit) as stop:
        main([*args, "--json"])
    said = capsys.readouterr().out
    if not stop.value.code:
        return 0, []
    return int(stop.value.code), [Problem(**p) for p in json.loads(said)["errors"]]


def options() -> dict[str, Asked]:
    """Every option of every command, by command and name."""
    program = typer.main.get_command(_app([]))
    out: dict[str, Asked] = {}
    for words, _, _ in COMMANDS:
        command: object = program
        for word in words.split():
            command = command.commands[word]  # type: ignore[attr-defined]
        run = command.callback  # type: ignore[attr-defined]
        said: dict[str, Asked] = getattr(run, "__wrapped__", run).asked
        names = {p.name for p in command.params} - {"help", "format_", "json_"}  # type: ignore[attr-defined]
        assert names == set(said), f"{words}: an option that says nothing of itself"
        out |= {f"{words} {asked.option}": asked for asked in said.values()}
    return out


READ = {
    "read documents", "check study", "plan study", "plan --against", "what-if study",
    "what-if --out", "explain study", "diff before", "diff after", "compare before",
    "compare after",
    "rate --calibration", "train --calibration", "simulate --trace", "simulate --clients",
    "simulate --workload", "simulate --step-table", "size --trace", "size --schedule",
    "pool --models", "calibrate --measured", "calibrate --training",
    "validate performance --measured", "validate performance --calibration", "validate plan plan",
    "observe measured", "observe --calibration", "simulate --calibration", "size --calibration",
    "validate plan --actual", "replay run", "solve-for study", "export mps study", "serve study",
    "mcp --folder", "store --out",  # refuses whatever is there, file or folder
    "sweep study",
    "mcp --out",  # a folder that is there: each plan in it says for itself what it writes
}  # fmt: skip
"""Paths that are only read. An option that is in no list here says what it writes."""
WRITTEN = {
    "init out": "file", "read --draft": "file", "read --ledger": "file", "plan --save": "file",
    "plan --out": "run", "rate --charts": "folder", "simulate --records": "file",
    "simulate --step-table-out": "file", "simulate --out": "folder", "size --out": "folder",
    "forecast --chart": "file", "sweep --out": "folder",
    "calibrate --out": "folder", "schema --out": "file", "export mps --out": "file",
    "observe --fit": "folder", "observe --out": "folder", "observe --rows-out": "file",
    "observe --trace-out": "file",
}  # fmt: skip


def test_every_path_is_read_or_says_what_is_written_there() -> None:
    found = options()
    paths = {name for name, asked in found.items() if Path in asked.kinds}
    writes = {name: asked.says.writes for name, asked in found.items() if asked.says.writes}
    assert writes == WRITTEN
    assert paths == READ | set(WRITTEN)
    for name, asked in found.items():
        if float in asked.kinds:
            continue
        said = re.match(r"(Writes?|Keep|Draw|Save|Folder for)\b.*", asked.says.text)
        assert not said or name in WRITTEN or bool in asked.kinds, name
        if asked.says.writes == "file":
            assert asked.says.endings, name
            assert set(asked.says.endings) <= set(FILES), name
        if asked.says.writes == "folder":
            assert asked.says.names, name


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text(TRACE)
    (tmp_path / "folder").mkdir()
    (tmp_path / "other.csv").symlink_to("t.csv")
    (tmp_path / "lost.svg").symlink_to("no/such.svg")
    (tmp_path / "round.svg").symlink_to("round.svg")
    (tmp_path / "a.md").write_bytes(ARTICLE.read_bytes())
    (tmp_path / "a.yaml").write_bytes(ARTICLE.read_bytes())
    for name in ("mine.yaml", "mine.svg", "mine.png", "mine.json", "mine.csv", "mine.mps"):
        (tmp_path / name).write_text("mine")
    (tmp_path / "rated").mkdir()
    (tmp_path / "rated" / "pareto.svg").write_text("mine")
    (tmp_path / "fitted").mkdir()
    (tmp_path / "fitted" / "effects.csv").write_text("row_id,model\n")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "option", "what", "value"),
    [
        # an input, by whatever name
        ((*SIMULATE, "--trace", "t.csv", "--records", "t.csv"), "--records",
         "an input of this command", "t.csv"),
        ((*SIMULATE, "--trace", "t.csv", "--records", "folder/../t.csv"), "--records",
         "an input of this command", "folder/../t.csv"),
        ((*SIMULATE, "--trace", "other.csv", "--records", "t.csv"), "--records",
         "an input of this command", "t.csv"),
        ((*SIMULATE, "--trace", "t.csv", "--records", "other.csv"), "--records",
         "an input of this command", "other.csv"),
        (("read", "a.yaml", "--draft", "a.yaml", "--force"), "--draft",
         "an input of this command", "a.yaml"),
        (("read", "a.yaml", "--ledger", "./a.yaml", "--force"), "--ledger",
         "an input of this command", "a.yaml"),
        (("calibrate", "--measured", "fitted/effects.csv", "--out", "fitted"), "--out",
         "an input of this command", "fitted/effects.csv"),
        (("init", "founder", "mine.yaml", "--trace", "mine.yaml", "--force"), "out",
         "an input of this command", "mine.yaml"),
        # of another output
        (("read", "a.md", "--draft", "d.yaml", "--ledger", "./d.yaml"), "--ledger",
         "the file that --draft writes", "d.yaml"),
        # somebody's
        (("read", "a.md", "--draft", "mine.yaml"), "--draft", "a file is there", "mine.yaml"),
        (("read", "a.md", "--ledger", "mine.yaml"), "--ledger", "a file is there", "mine.yaml"),
        (("init", "founder", "mine.yaml"), "out", "a file is there", "mine.yaml"),
        ((*FIRST, "mine.yaml"), "--save", "a file is there", "mine.yaml"),
        (("schema", "--out", "mine.json"), "--out", "a file is there that Outlay did not make",
         "mine.json"),
        ((*FORECAST, "--chart", "mine.svg"), "--chart", "a file is there that Outlay did not make",
         "mine.svg"),
        ((*FORECAST, "--chart", "mine.png"), "--chart", "a file is there that Outlay did not make",
         "mine.png"),
        ((*SIMULATE, "--rate", "1", "--records", "mine.csv"), "--records",
         "a file is there that Outlay did not make", "mine.csv"),
        ((*EXPORT, "--out", "mine.mps"), "--out", "a file is there that Outlay did not make",
         "mine.mps"),
        ((*RATE, "--charts", "rated"), "--charts", "a file is there that Outlay did not make",
         "rated/pareto.svg"),
        (("calibrate", "--measured", "t.csv", "--out", "fitted"), "--out",
         "a file is there that Outlay did not make", "fitted/effects.csv"),
        # the form
        ((*FORECAST, "--chart", "a.gif"), "--chart", "ends in .gif", "a.gif"),
        ((*FORECAST, "--chart", "chart"), "--chart", "has no ending", "chart"),
        ((*FORECAST, "--chart", "folder"), "--chart", "a folder, not a file", "folder"),
        ((*SIMULATE, "--rate", "1", "--records", "a.txt"), "--records", "ends in .txt", "a.txt"),
        ((*EXPORT, "--out", "a.lp"), "--out", "ends in .lp", "a.lp"),
        ((*RATE, "--charts", "t.csv"), "--charts", "a file, not a folder", "t.csv"),
        ((*RATE, "--charts", "a.svg"), "--charts", "ends in .svg, as a file does", "a.svg"),
        ((*RATE, "--charts", "t.csv/x"), "--charts", "not a folder", "t.csv"),
        (("plan", str(SMALL), "--out", "report.html"), "--out", "ends in .html, as a file does",
         "report.html"),
        ((*SIZE, "--trace", "t.csv", "--out", "t.csv"), "--out", "a file, not a folder", "t.csv"),
        # the place
        ((*FORECAST, "--chart", "foldr/a.svg"), "--chart", "no such folder", "foldr"),
        ((*FORECAST, "--chart", "t.csv/a.svg"), "--chart", "not a folder", "t.csv"),
        ((*FORECAST, "--chart", "lost.svg"), "--chart", "no such folder", "no"),
        ((*FORECAST, "--chart", "round.svg"), "--chart", "cannot be written", "round.svg: "),
        ((*FORECAST, "--chart", "a" * 300 + ".svg"), "--chart", "too long for a name", "aaa"),
        ((*FORECAST, "--chart", "/dev/null"), "--chart", "a device or a pipe, not a file",
         "/dev/null"),
        ((*RATE, "--charts", "/proc/a"), "--charts", "a folder that cannot be written to", "/proc"),
    ],
)  # fmt: skip
def test_an_output_is_refused_before_the_work(
    words: tuple[str, ...], option: str, what: str, value: str, here: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if value == "/proc" and not Path("/proc").exists():
        pytest.skip("no such file system")
    held = {p: p.read_bytes() for p in here.rglob("*") if p.is_file()}
    code, problems = ended(capsys, *words)
    assert code == 2
    assert (problems[0].where, problems[0].what) == (option, what)
    assert value in problems[0].value
    assert problems[0].allowed
    assert held == {p: p.read_bytes() for p in here.rglob("*") if p.is_file()}


def test_the_nearest_folder_and_all_that_is_wrong(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, found = ended(capsys, *FORECAST, "--chart", "foldr/a.svg")
    assert found[0].hint == "did you mean 'folder'?"
    _, found = ended(capsys, "read", "a.md", "--draft", "d.md", "--ledger", "no/l.yaml")
    assert [(p.where, p.hint or p.what) for p in found] == [
        ("--draft", "--draft d.yaml"), ("--ledger", "no such folder"),
    ]  # fmt: skip
    _, found = ended(capsys, "read", "a.md", "--draft", "mine.yaml")
    assert found[0].allowed == "another name, or --force to write over it"
    _, found = ended(capsys, *FIRST, "mine.yaml")
    assert found[0].allowed == "another name"


def test_python_is_refused_the_same(here: Path) -> None:
    calls: list[tuple[str, Callable[[], object]]] = [
        ("--chart", lambda: outlay.forecast("google-tokens", chart=Path("no/a.svg"))),
        ("--draft", lambda: outlay.read("a.md", draft="a.md")),
        ("--out", lambda: outlay.export_mps(SMALL, out=here / "folder")),
        ("--out", lambda: outlay.plan(SMALL, out="t.csv", quick=True)),
    ]
    for option, call in calls:
        with pytest.raises(InputError) as caught:
            call()
        assert caught.value.problems()[0].where == option


def test_what_outlay_made_is_written_over(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "empty.csv").touch()
    for words in (
        (*FORECAST, "--chart", "a.svg"), (*FORECAST, "--chart", "a.png"),
        (*FORECAST, "--chart", "a.json"), (*RATE, "--charts", "new/deep"),
        (*SIMULATE, "--rate", "1", "--requests", "9", "--records", "r.csv", "--out", "o"),
        (*SIMULATE, "--rate", "1", "--requests", "9", "--records", "r.parquet"),
        (*SIMULATE, "--rate", "1", "--requests", "9", "--records", "empty.csv"),
        ("schema", "--out", "s.json"), (*EXPORT, "--out", "p.mps"),
        ("read", "a.md", "--draft", "d.yaml", "--ledger", "l.yaml", "--force"),
        (*SIZE, "--trace", "t.csv", "--out", "sized"),
    ):  # fmt: skip
        for _ in range(2):
            assert ended(capsys, *words) == (0, []), words
    made = {"s.json": "schema", "p.mps": "programme", "r.csv": "records", "r.parquet": "records",
            "a.svg": "chart", "o/simulation.json": "simulation"}  # fmt: skip
    kinds = [*dict.fromkeys(made.values()), "size", "calibration"]
    for name, kind in made.items():
        assert [k for k in kinds if ours(here / name, k)] == [kind], name


def test_a_calibration_is_known_by_each_of_its_files(tmp_path: Path) -> None:
    shipped = ROOT / "src" / "outlay" / "performance" / "data"
    known = set(CALIBRATION) - {"chip_profile.json", "overhead.toml"}
    assert {n for n in known if ours(shipped / n, "calibration")} == known
    assert callable(write_calibration)
    (tmp_path / "overhead.toml").write_text(overhead_text([]))
    assert ours(tmp_path / "overhead.toml", "calibration")
    (tmp_path / "effects.csv").write_text("constant;factor\n")
    assert not ours(tmp_path / "effects.csv", "calibration")


def test_a_folder_without_leave_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if os.name == "nt" or os.geteuid() == 0:
        pytest.skip("whoever may do everything is refused nothing")
    (here / "folder").chmod(0o500)
    code, found = ended(capsys, *FORECAST, "--chart", "folder/a.svg")
    assert (code, found[0].what) == (2, "a folder that cannot be written to")
