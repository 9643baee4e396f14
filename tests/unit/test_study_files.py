"""The files that a study names: inside its folder, taken once, kept by safe names."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import outlay
from outlay.core.errors import InputError, StudyError
from outlay.performance.constants.calibrated import FILES, OBSERVED
from outlay.study.files import CALIBRATION_FILES, DOCUMENT, TRACE, Files, Kind, Named
from outlay.study.reading.loader import load, load_kept, load_mapping, loads
from outlay.study.reading.strict_yaml import read_yaml
from support.small import SMALL

TEXT = SMALL.read_text(encoding="utf-8")
LINE = len(TEXT.splitlines()) + 2
REQUESTS = "arrival_s,input_tokens,output_tokens\n" + "".join(
    f"{i},{1000 + i % 7},{100 + i % 5}\n" for i in range(60)
)
POINTS = "date,value,unit\n" + "".join(
    f"2025-{m:02d}-15,{1.0 + 0.1 * m:.1f}e12,token/day\n" for m in range(1, 13)
)
VOLUME = "tokens_per_day: 2T tokens/day\n    growth: {2026-Q4: 2.0}\n"


def with_document(name: str) -> str:
    return f"{TEXT}sources:\n  mine: {{document: {name}, date: 2025-12-01}}\n"


def with_trace(name: str) -> str:
    return re.sub(r"lengths: \{.*\}", f"lengths: {{trace: {name}}}", TEXT)


def with_series(name: str) -> str:
    assert VOLUME in TEXT
    return TEXT.replace(VOLUME, f"tokens_per_day: {{series: {name}}}\n")


def with_calibration(name: str) -> str:
    return f"{TEXT}performance:\n  calibration: {name}\n"


def in_a_scenario(name: str) -> str:
    return f"{TEXT}scenarios:\n  other: {{services.chat.lengths.trace: {name}}}\n"


def in_a_state(name: str) -> str:
    return TEXT.replace("refused: {", f"refused: {{services.chat.lengths.trace: {name}, ")


FIELDS = {
    with_document: "sources.mine.document",
    with_trace: "services.chat.lengths.trace",
    with_series: "services.chat.tokens_per_day.series",
    with_calibration: "performance.calibration",
    in_a_scenario: "scenario other: services.chat.lengths.trace",
    in_a_state: "licence.h200 = refused: services.chat.lengths.trace",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study's folder with one of each thing that is no file of it."""
    (tmp_path / "secret.csv").write_text(REQUESTS, encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    os.mkfifo(home / "pipe.csv")
    (home / "dir.csv").mkdir()
    (home / "out.csv").symlink_to("../secret.csv")
    (home / "loop.csv").symlink_to("loop.csv")
    (home / "trace.csv").write_text(REQUESTS, encoding="utf-8")
    (home / "in.csv").symlink_to("trace.csv")
    for name, size in (("huge.csv", 10**10), ("large.csv", 256_000_001)):
        with (home / name).open("wb") as file:
            file.truncate(size)
    return home


def study_in(folder: Path, text: str) -> Path:
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def said(path: Path, *overrides: str) -> str:
    with pytest.raises(InputError) as caught:
        outlay.check(path, overrides=overrides)
    assert caught.value.exit_code == 2
    return str(caught.value)


@pytest.mark.parametrize("write", FIELDS, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    "name", ["../secret.csv", "{}/secret.csv", "out.csv", "a/../../secret.csv"]
)
def test_a_file_outside_the_folder_is_refused_however_it_is_named(
    folder: Path, name: str, write
) -> None:  # type: ignore[no-untyped-def]
    name = name.format(folder.parent)
    text = said(study_in(folder, write(name)))
    place = re.match(r"study\.yaml:(\d+): (.*?): a file outside the study's folder", text)
    assert place is not None
    assert place[2] == FIELDS[write]
    assert name in (folder / "study.yaml").read_text().splitlines()[int(place[1]) - 1]
    hint = "copy it there, or lift this with --allow-outside"
    assert text.endswith(f"(found {name[:80]}); allowed: a file in that folder; {hint}")


def test_an_override_leads_no_further_than_the_study(folder: Path) -> None:
    text = said(study_in(folder, TEXT), "services.chat.lengths.trace=../secret.csv")
    assert text.startswith(
        "--set services.chat.lengths.trace: a file outside the study's folder (found ../secret.csv)"
    )


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("pipe.csv", "a pipe, not a file (found pipe.csv); allowed: a trace of requests"),
        ("dir.csv", "a folder, not a file (found dir.csv); allowed: a trace of requests"),
        ("loop.csv", "a path without an end (found loop.csv)"),
        ("tracee.csv", "no such file beside the study (found tracee.csv); allowed: a trace of "
                       "requests; did you mean 'trace.csv'?"),
        ("large.csv", "too large for a trace of requests (found large.csv, 256,000,001 bytes); "
                      "allowed: 256,000,000 bytes"),
        ("huge.csv", "too large for a trace of requests (found huge.csv, 10,000,000,000 bytes); "
                     "allowed: 256,000,000 bytes"),
    ],
)  # fmt: skip
def test_what_is_no_file_is_said_at_its_line(folder: Path, name: str, what: str) -> None:
    assert said(study_in(folder, with_trace(name))) == (
        f"study.yaml:13: services.chat.lengths.trace: {what}"
    )


def test_what_a_file_holds_is_checked_as_a_plan_would(folder: Path) -> None:
    (folder / "bad.csv").write_text(REQUESTS.replace("1003", "x"), encoding="utf-8")
    for write, at in ((with_trace, FIELDS[with_trace]), (in_a_state, FIELDS[in_a_state]),
                      (in_a_scenario, FIELDS[in_a_scenario])):  # fmt: skip
        text = said(study_in(folder, write("bad.csv")))
        assert re.match(rf"study\.yaml:\d+: {re.escape(at)}: bad\.csv", text)
    (folder / "few.csv").write_text("".join(POINTS.splitlines(True)[:2]), encoding="utf-8")
    text = said(study_in(folder, with_series("few.csv")))
    assert text.startswith(f"study.yaml:10: {FIELDS[with_series]}: few: too few points to see any")
    (folder / "empty.md").write_text("", encoding="utf-8")
    text = said(study_in(folder, with_document("empty.md")))
    assert text == f"study.yaml:{LINE}: {FIELDS[with_document]}: empty.md: " + (
        "the document is empty"
    )
    text = said(study_in(folder, with_calibration("dir.csv")))
    assert text.startswith(
        f"study.yaml:{LINE}: performance.calibration: dir.csv: not a calibration (found none of its"
    )
    text = said(study_in(folder, with_series("no-such-series")))
    assert text.startswith(f"study.yaml:10: {FIELDS[with_series]}: no public series of that name")


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A study that names a file of each kind; its scenario and its state name more."""
    from importlib.resources import files

    home = tmp_path / "whole"
    (home / "mine").mkdir(parents=True)
    shipped = files("outlay.performance").joinpath("data")
    for name in FILES:
        (home / "mine" / name).write_bytes(shipped.joinpath(name).read_bytes())
    for name in ("trace.csv", "other.csv", "state.csv"):
        (home / name).write_text(REQUESTS, encoding="utf-8")
    (home / "points.csv").write_text(POINTS, encoding="utf-8")
    (home / "note.md").write_text(
        "Tokens reached 2 trillion a day in May 2025.\n", encoding="utf-8"
    )
    text = with_trace("trace.csv").replace(VOLUME, "tokens_per_day: {series: points.csv}\n")
    text = text.replace("refused: {", "refused: {services.chat.lengths.trace: state.csv, ")
    text += "sources:\n  mine: {document: ./note.md, date: 2025-12-01}\n"
    text += "performance:\n  calibration: mine/\n"
    text += "scenarios:\n  other: {services.chat.lengths.trace: other.csv}\n"
    study_in(home, text)
    return home


KEPT = [
    "study.yaml", "note.md", "points.csv", "trace.csv", *(f"mine/{name}" for name in FILES),
    "state.csv", "other.csv",
]  # fmt: skip


def test_every_byte_that_came_in_is_kept_by_its_path(whole: Path) -> None:
    loaded = load(whole / "study.yaml")
    assert list(loaded.inputs) == KEPT
    assert all(loaded.inputs[name] == (whole / name).read_bytes() for name in KEPT)
    with pytest.raises(TypeError):
        loaded.inputs["study.yaml"] = b""  # type: ignore[index]


def spoil(home: Path) -> None:
    """Every file replaced, emptied or taken away, the study too."""
    for n, path in enumerate(sorted(p for p in home.rglob("*") if p.is_file())):
        if n % 3 == 0:
            path.unlink()
        else:
            path.write_bytes(b"" if n % 3 == 1 else b"outlay: 1\n")


def test_what_is_changed_after_loading_changes_nothing(whole: Path, tmp_path: Path) -> None:
    before = outlay.plan(whole / "study.yaml", quick=True)
    loaded = load(whole / "study.yaml")
    kept, digest, text = dict(loaded.inputs), loaded.hash, loaded.text
    spoil(whole)
    after = outlay.plan(loaded, quick=True)
    assert after.record.result_hash == before.record.result_hash
    assert (dict(loaded.inputs), loaded.hash, loaded.text) == (kept, digest, text)
    assert after.run.reading is not None
    assert after.run.reading.documents[0].text == kept["note.md"].decode()
    varied = loaded.again(["discount_rate=11 %/year"], "other")
    assert varied.inputs["other.csv"] == kept["other.csv"]
    # and from what was kept alone, wherever that lies
    again = outlay.plan(load_kept(kept, tmp_path / "gone" / "study.yaml"), quick=True)
    assert again.record.result_hash == before.record.result_hash


def test_what_is_changed_while_a_plan_is_made_changes_nothing(whole: Path) -> None:
    expected = outlay.plan(whole / "study.yaml", quick=True)
    told: list[str] = []

    def change(line: str) -> None:
        if not told:
            spoil(whole)
        told.append(line)

    found = outlay.plan(whole / "study.yaml", quick=True, progress=change)
    assert told
    assert found.record.result_hash == expected.record.result_hash
    assert dict(found.run.loaded.inputs) == dict(expected.run.loaded.inputs)
    origin = found.explain("discount_rate").to_json()
    assert origin == expected.explain("discount_rate").to_json()


def test_no_file_is_opened_twice(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = os.open

    def counted(path, *args, **named):  # type: ignore[no-untyped-def]
        if str(path).startswith(str(whole)):
            opened.append(str(path))
        return real(path, *args, **named)

    loaded = load(whole / "study.yaml")
    monkeypatch.setattr("os.open", counted)
    monkeypatch.setattr("builtins.open", None)
    for again in (loaded, loaded.again(["discount_rate=11 %/year"]), loaded.again((), "other")):
        outlay.check(again)
    assert opened == []


def test_files_from_outside_are_kept_under_names_of_their_own(folder: Path, tmp_path: Path) -> None:
    text = with_trace("../secret.csv") + f"sources:\n  mine: {{document: {tmp_path}/secret.csv}}\n"
    loaded = load(study_in(folder, text), allow_outside=True)
    other = ["other/1-secret.csv", "other/2-secret.csv"]
    assert list(loaded.inputs) == ["study.yaml", *other, "names.json"]
    assert loaded.inputs["study.yaml"] == text.encode()
    kept = load_kept(loaded.inputs, "run/inputs/study.yaml")
    assert kept.hash == loaded.hash
    assert kept.inputs == loaded.inputs
    assert kept.files.data("../secret.csv", TRACE) == REQUESTS.encode()
    outlay.check(folder / "study.yaml", allow_outside=True)
    outlay.check(kept)
    with pytest.raises(StudyError, match="--allow-outside"):
        outlay.check(folder / "study.yaml")


def test_a_loaded_study_may_be_let_outside_later(folder: Path) -> None:
    loaded = load(study_in(folder, TEXT))
    over = ["services.chat.lengths.trace=../secret.csv"]
    with pytest.raises(StudyError, match="outside the study's folder"):
        outlay.load(loaded, overrides=over)
    assert "other/1-secret.csv" in outlay.load(loaded, overrides=over, allow_outside=True).inputs


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (["a.md", "./a.md", "b//c.md"], ["a.md", "b/c.md"]),
        (["A.md", "a.md"], ["A.md", "other/1-a.md"]),
        (["Study.YAML", "names.json"], ["other/1-Study.YAML", "other/2-names.json"]),
        (["a", "A/b"], ["a", "other/1-b"]),
        (["A/b", "a"], ["A/b", "other/1-a"]),
        (["other/x.md", "../x.md"], ["other/1-x.md", "other/2-x.md"]),
        (["caf\u00e9.md", "cafe\u0301.md"], ["caf\u00e9.md", "other/1-cafe-.md"]),
        (["a:b.md", "c .", "q?"], ["other/1-a-b.md", "other/2-c", "other/3-q"]),
        (["../-.-"], ["other/1-file"]),
    ],
)
def test_names_that_are_kept_are_one_on_no_disk(names: list[str], kept: list[str]) -> None:
    files = Files(None, _taken={})
    named = [Named((), name, DOCUMENT) for name in names]
    for n in named:
        files = files.holding({n.name: n.name.encode()})
    found = files.inputs(b"study", named)
    assert [k for k in found if k not in ("study.yaml", "names.json")] == kept
    assert ("names.json" in found) == any("other/" in k for k in kept)
    assert all(found[k] in [n.encode() for n in names] for k in kept)


def test_every_verb_that_takes_a_study_can_be_let_outside() -> None:
    import inspect

    verbs = ("check", "plan", "load", "session", "what_if", "solve_for", "diff", "explain")
    for verb in (*(getattr(outlay, name) for name in verbs), outlay.export_mps):
        assert inspect.signature(verb).parameters["allow_outside"].default is False


def test_all_files_together_have_a_limit(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outlay.study.files.MOST_IN_ALL", 1_000)
    taken: list[object] = []
    monkeypatch.setattr("outlay.study.files.take", lambda *a, **k: taken.append(a))
    (whole / "note.md").write_bytes(b"x" * 990)
    assert said(whole / "study.yaml") == (
        "study.yaml:10: services.chat.tokens_per_day.series: the files of the study are too large "
        "in all (found points.csv); allowed: 1,000 bytes"
    )
    assert taken == []  # none is read where all are too much


def test_a_file_has_the_limit_of_each_thing_it_is_meant_to_be() -> None:
    files = Files(None).holding({"./a.csv": b"12345"})
    assert files.data("a.csv", Kind("table", 5)) == b"12345"
    assert files.wrong("a.csv", Kind("table", 5)) is None
    with pytest.raises(InputError, match=r"too large for a table \(found a.csv, 5 bytes\)"):
        files.data("a.csv", Kind("table", 4))
    assert str(files.wrong("a.csv", Kind("table", 4))).startswith("too large for a table")
    assert str(files.wrong("b.csv", Kind("table", 4))) == (
        "a file that was not kept with the study (found b.csv)"
    )


def test_a_document_that_two_sources_cite_is_read_once(folder: Path) -> None:
    (folder / "note.md").write_text("Tokens reached 2 trillion a day in May 2025.\n", "utf-8")
    text = with_document("note.md") + "  again: {document: ./note.md, quote: 2 trillion a day}\n"
    loaded = load(study_in(folder, text))
    assert list(loaded.inputs) == ["study.yaml", "note.md"]
    reading = outlay.plan(loaded, quick=True).run.reading
    assert reading is not None
    assert [d.name for d in reading.documents] == ["note.md"]
    missing = text.replace("2 trillion a day}", "3 trillion a day}")
    assert said(study_in(folder, missing)) == (
        f"study.yaml:{LINE + 1}: sources.again.quote: not in the document (found 3 trillion a day)"
    )


def test_a_mapping_is_kept_as_json_and_read_again(whole: Path) -> None:
    data = read_yaml(whole / "study.yaml").data
    loaded = load_mapping(data, whole)
    assert list(loaded.inputs) == KEPT
    kept = load_kept(loaded.inputs, "x/study.yaml", mapping=True)
    assert (kept.hash, kept.inputs) == (loaded.hash, loaded.inputs)
    assert kept.lines.where(("discount_rate",)) == "discount_rate"


def test_a_text_brings_what_lies_beside_it() -> None:
    loaded = loads(with_document("a/note.md"), "no/such/study.yaml", beside={"a/note.md": b"Hello"})
    assert loaded.inputs["a/note.md"] == b"Hello"


@pytest.mark.parametrize(
    ("inputs", "what"),
    [
        ({}, "s.yaml: no study among the files that are kept"),
        ({"study.yaml": b"\xff\xfe"}, "s.yaml: the text is UTF-16"),
        ({"study.yaml": TEXT.encode(), "names.json": b"[]"},
         "names.json: not names of the files that are kept"),
        ({"study.yaml": TEXT.encode(), "names.json": b'{"a": "b"}'},
         "names.json: not names of the files that are kept"),
        ({"study.yaml": TEXT.encode(), "names.json": b'{"a": 1, "a": 2}'},
         "names.json:1: a key twice (found 'a')"),
        ({"study.yaml": with_trace("t.csv").encode()},
         "s.yaml:13: services.chat.lengths.trace: a file that was not kept with the study "
         "(found t.csv)"),
    ],
)  # fmt: skip
def test_what_was_kept_badly_is_said(inputs: dict[str, bytes], what: str) -> None:
    with pytest.raises(StudyError) as caught:
        load_kept(inputs, "s.yaml")
    assert str(caught.value).startswith(what)


def test_a_kept_mapping_is_json() -> None:
    for data, what in ((b"[1]", "the top of a study is a mapping"), (b"{", "not JSON")):
        with pytest.raises(StudyError, match=what):
            load_kept({"study.yaml": data}, "s.yaml", mapping=True)


def test_the_files_of_a_calibration_are_the_same_everywhere() -> None:
    assert (*FILES, OBSERVED) == CALIBRATION_FILES
