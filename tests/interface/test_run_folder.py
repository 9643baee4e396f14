"""`outlay plan --out` as its users meet it: what fails costs its own file and is said."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import outlay as library
from outlay.app.cli.main import main
from outlay.core.errors import DrawingError
from outlay.results.schema import from_json
from outlay.runs.folder.commit import run_folder
from support.small import SMALL


def outlay(*args: object) -> int:
    with pytest.raises(SystemExit) as stop:
        main([str(a) for a in args])
    return int(stop.value.code or 0)


class PanicException(BaseException):
    """As libraries in Rust raise it: no Exception."""


def missing(out: Path) -> dict[str, str]:
    found: dict[str, str] = from_json((out / "manifest.json").read_bytes(), "manifest").missing  # type: ignore[attr-defined]
    return dict(found)


@pytest.mark.parametrize(
    ("at", "raised", "file", "reason"),
    [
        ("memo.memo_pdf", PanicException("a thread panicked"), "memo.pdf", "a thread panicked"),
        ("memo.memo_of", MemoryError(), "memo.pdf", "not enough memory"),
        ("workbook.make.workbook_bytes", ValueError("8,192\ncharacters"), "plan.xlsx",
         "8,192 characters"),
        ("write.render", OSError(28, "No space left on device"), "report.html",
         "no space left on device"),
        ("write.csv_text", RecursionError(), "tables/nodes.csv", "RecursionError"),
    ],
)  # fmt: skip
def test_a_file_for_people_that_cannot_be_made_is_missing_by_name(
    at: str, raised: BaseException, file: str, reason: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def fails(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr(f"outlay.report.{at}", fails)
    out = tmp_path / "run"
    assert outlay("plan", SMALL, "--quick", "--out", out) == 0
    said = capsys.readouterr()
    (line,) = (x for x in said.err.splitlines() if x.startswith(f"warning: {file}"))
    assert line.endswith(f" could not be made: {reason}")
    assert ("Report: " in said.out) == (file != "report.html")
    assert missing(out)[file] == reason
    assert not (out / file).exists()
    for other in {"report.html", "memo.pdf", "plan.xlsx", "pictures/capex.svg"} - {file}:
        assert (out / other).is_file()
    assert outlay("replay", out) == 0


@pytest.mark.parametrize(
    "raised", [PanicException("no glyph"), ValueError("no glyph"), DrawingError("it", "no glyph")]
)
def test_one_picture_that_cannot_be_drawn_takes_nothing_else_down(
    raised: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from outlay.report.figures import files

    drawn = files.to_svg

    def draw(spec: Any) -> str:
        if files.name_of(spec) == "capex":
            raise raised
        return drawn(spec)

    monkeypatch.setattr(files, "to_svg", draw)
    said: list[str] = []
    found = library.plan(SMALL, quick=True, out=tmp_path / "run", progress=said.append)
    assert found.report == tmp_path / "run" / "report.html"
    both = ", pictures/capex.png" if isinstance(raised, DrawingError) else ""
    assert f"warning: pictures/capex.svg{both} could not be made: no glyph" in said
    assert found.missing == missing(tmp_path / "run")
    assert found.missing["pictures/capex.svg"] == "no glyph"
    pictures = tmp_path / "run" / "pictures"
    assert [p.name for p in pictures.glob("capex.*")] == ["capex.csv"], "its numbers are there"
    assert (pictures / "need.png").is_file()
    page = found.report.read_text("utf-8")
    assert page.count("<svg") >= 5
    assert page.count("This picture could not be drawn") == 1


def test_a_disk_that_is_full_before_the_answer_fails_by_name_and_keeps_the_run_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "run"
    assert outlay("plan", SMALL, "--quick", "--out", out) == 0
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    capsys.readouterr()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    again = ("plan", SMALL, "--quick", "--set", "seed=8", "--out", out)
    assert outlay(*again) == 1
    said = capsys.readouterr()
    assert f"error: {out / 'result.json'}: no space left on device\n" in said.err
    assert said.out == "", "no answer is shown that is not kept"
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["run"]
    assert outlay(*again, "--json") == 1
    assert json.loads(capsys.readouterr().out)["kind"] == "error"


def test_a_disk_that_is_full_after_the_answer_is_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from outlay.runs.folder import commit

    written = commit.write_synced

    def full(path: Path, data: bytes) -> None:
        if path.name == "memo.pdf":
            raise OSError(28, "No space left on device", str(path))
        written(path, data)

    monkeypatch.setattr(commit, "write_synced", full)
    out = tmp_path / "run"
    assert outlay("plan", SMALL, "--quick", "--out", out) == 0
    said = capsys.readouterr()
    reason = f"{out / 'memo.pdf'}: no space left on device"
    assert (
        f"warning: the answer is kept in {out}; report.html, plan.xlsx, memo.pdf, pictures, tables "
        f"could not be made: {reason}\n"
    ) in said.err
    assert "Report: " not in said.out
    assert missing(out) == dict.fromkeys(
        ("report.html", "memo.pdf", "plan.xlsx", "pictures", "tables"), reason
    )
    assert (out / "result.json").is_file()
    assert [p.name for p in tmp_path.iterdir()] == ["run"]
    assert outlay("explain", out, "expected_cost") == 0


def test_a_disk_that_is_full_in_a_rerun_keeps_the_report_before_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from outlay.runs.folder import commit

    out, aside = tmp_path / "run", tmp_path / "run.aside"
    plan = ("plan", SMALL, "--quick", "--out", out)
    assert outlay(*plan) == 0
    before = {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    written = commit.write_synced

    def full(path: Path, data: bytes) -> None:
        if path.suffix == ".pdf":
            raise OSError(28, "No space left on device", str(path))
        written(path, data)

    monkeypatch.setattr(commit, "write_synced", full)
    for seed in ("8", "9"):
        assert outlay(*plan, "--set", f"seed={seed}") == 0
        assert json.loads((out / "result.json").read_text("utf-8"))["record"]["seed"] == int(seed)
        assert not (out / "report.html").exists()
        assert "no space left" in missing(out)["report.html"]
    said = capsys.readouterr().err
    assert f"warning: moved aside to {aside}: the run before, with its report.html, " in said
    kept = {p.relative_to(aside): p.read_bytes() for p in aside.rglob("*") if p.is_file()}
    assert kept == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run", "run.aside"]
    monkeypatch.undo()
    assert outlay(*plan) == 0
    assert missing(out) == {}


def test_many_pictures_that_fall_to_one_reason_are_one_line() -> None:
    from outlay.report.write import unmade_lines

    few = {"memo.pdf": "no room", "pictures/a.svg": "no glyph", "plan.xlsx": "no room"}
    assert list(unmade_lines(few)) == [
        "memo.pdf, plan.xlsx could not be made: no room",
        "pictures/a.svg could not be made: no glyph",
    ]
    many = {f"pictures/{k}.svg": "no memory" for k in range(30)} | {"memo.pdf": "no memory"}
    assert list(unmade_lines(many)) == [
        "memo.pdf, 30 files of pictures could not be made: no memory"
    ]


def test_a_plan_may_take_the_place_of_the_one_that_it_is_set_against(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert outlay("plan", SMALL, "--quick", "--out", out) == 0
    first = from_json((out / "result.json").read_bytes(), "plan")
    args = ("--worlds", 0, "--against", out, "--out", out)
    assert outlay("plan", SMALL, *args) == 0
    second = from_json((out / "result.json").read_bytes(), "plan")
    assert second.record.against == first.first_orders
    capsys.readouterr()
    assert outlay("replay", out) == 0


def test_a_run_into_a_folder_that_is_being_written_is_refused_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    with run_folder(out):
        assert outlay("plan", SMALL, "--quick", "--out", out) == 2
        said = capsys.readouterr().err
    assert "error: --out: another run writes into this folder\n" in said
    assert f"wait for it (process {os.getpid()} since " in said
    assert "demand:" not in said


def test_a_study_that_is_bad_or_cannot_be_planned_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "run"
    assert outlay("plan", SMALL, "--quick", "--out", out, "--set", "discount_rate=soon") == 2
    assert not list(tmp_path.iterdir())
    limit = "sites.inner.power=1 MW"
    least = "services.chat.value.least=100 %"
    args = ("--quick", "--out", out, "--set", limit, "--set", least)
    assert outlay("plan", SMALL, *args) == 1
    assert not list(tmp_path.iterdir())


def test_files_beside_the_run_are_named_by_who_reads_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert outlay("plan", SMALL, "--quick", "--out", out) == 0
    (out / "notes.txt").touch()
    for asked in (("replay", out), ("compare", out, out), ("explain", out, "expected_cost")):
        capsys.readouterr()
        assert outlay(*asked) == 0
        assert f"{out}: holds files that are not the run's: notes.txt\n" in capsys.readouterr().err


def test_a_document_by_the_name_of_an_answer_is_kept_as_an_input(tmp_path: Path) -> None:
    text = SMALL.read_text("utf-8")
    study = tmp_path / "study.yaml"
    source = "\nsources:\n  page: {document: report.html, grade: reported}\n"
    assert "\nsources:" not in text
    study.write_text(text + source, "utf-8")
    said = "<html><body><p>Nothing is claimed here.</p></body></html>"
    (tmp_path / "report.html").write_text(said)
    library.plan(study, quick=True, out=tmp_path / "run")
    assert (tmp_path / "run" / "inputs" / "report.html").read_text() == said
    assert "A small study" in (tmp_path / "run" / "report.html").read_text("utf-8")
    assert library.replay(tmp_path / "run").same


@pytest.mark.parametrize(
    ("at", "said", "there"),
    [
        ("app.cli.plans.plan_text.print_plan", "the answer is in {out} (result.json), its report",
         {"result.json"}),
        ("report.write.report_files", "the answer is in {out} (result.json), its report",
         {"result.json"}),
        ("runs.folder.commit.RunFolder._discard", "the answer and its report are in {out}\n",
         {"result.json", "report.html"}),
        ("app.cli.plans.plan_text.print_report", "the answer and its report are in {out}\n",
         {"result.json", "report.html"}),
        ("runs.folder.commit.put_in_place", "nothing was written into {out}\n", set()),
    ],
)  # fmt: skip
def test_who_is_stopped_at_any_moment_is_told_what_is_there(
    at: str, said: str, there: set[str], tmp_path: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    out = tmp_path / "run"
    monkeypatch.setattr(f"outlay.{at}", stopped)
    assert outlay("plan", SMALL, "--quick", "--out", out) == 130
    assert f"interrupted; {said.format(out=out)}" in capsys.readouterr().err
    assert {n for n in ("result.json", "report.html") if (out / n).is_file()} == there


def test_python_warns_of_what_a_saved_plan_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> bytes:
        raise MemoryError

    found = library.plan(SMALL, quick=True)
    monkeypatch.setattr("outlay.report.memo.memo_pdf", fails)
    with pytest.warns(RuntimeWarning, match=r"^memo\.pdf could not be made: not enough memory$"):
        assert found.save(tmp_path / "run") == tmp_path / "run" / "report.html"
    (tmp_path / "run" / "plan.xlsx").write_bytes(b"notes")
    with pytest.warns(RuntimeWarning, match="^moved aside to ") as said:
        found.save(tmp_path / "run")
    assert len(said) == 2
