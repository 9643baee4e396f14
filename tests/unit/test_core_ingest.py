"""The door: what is taken, what is refused, and in which words."""

from __future__ import annotations

import os
import re
import sys
import threading
from pathlib import Path

import pytest

from outlay.core.apart import ApartError, Limits, run_apart
from outlay.core.errors import InputError, TableError, TooLargeError
from outlay.core.ingest.files import opened, take
from outlay.core.ingest.inside import inside
from outlay.core.ingest.json_text import holds_large, strict_json
from outlay.core.ingest.names import hidden, name_problem
from outlay.core.ingest.table import Columns, rows_of
from outlay.core.ingest.text import decoded
from outlay.core.written import write_atomic

COLUMNS = Columns(("date", "value"), ("unit",))


def test_a_file_is_taken_whole_and_its_hash_is_of_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")
    taken = take(path, most=3)
    path.write_bytes(b"changed")
    assert taken.data == b"abc"
    assert taken.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_what_is_no_regular_file_is_refused_and_never_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, what in (
        (tmp_path / "pipe", "a pipe, not a file"),
        (Path("/dev/zero"), "a device, not a file"),
        (tmp_path, "a folder, not a file"),
        (tmp_path / "none", "no such file"),
        (Path("a\0b"), "not a path"),
    ):
        with pytest.raises(InputError) as caught:
            take(path, most=10, what="study")
        (problem,) = caught.value.problems()
        assert (problem.what, problem.allowed) == (what, "a study")


def test_the_nearest_name_beside_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").touch()
    with pytest.raises(InputError, match=r"did you mean 'study.yaml'\?"):
        take(tmp_path / "studdy.yaml", most=10)


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(TooLargeError, match="1,099,511,627,776 bytes"):
        take(path, most=1_000)


@pytest.mark.skipif(sys.platform == "win32", reason="no such pipes")
def test_what_another_program_hands_over_is_read_to_its_end() -> None:
    out, into = os.pipe()

    def write() -> None:
        with os.fdopen(into, "wb") as file:
            file.write(b"outlay: 1\n" * 100_000)

    thread = threading.Thread(target=write)
    thread.start()
    assert take(f"/dev/fd/{out}", most=2_000_000).data == b"outlay: 1\n" * 100_000
    thread.join()
    os.close(out)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfea\0", "UTF-16"),
        (b"a\nb\0", "a.csv:2: not a text file"),
        (b"a\n\nb\xe9", "a.csv:3: not UTF-8 text (found byte 0xe9)"),
    ],
)
def test_text_is_utf8_or_named_with_its_line(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        decoded(data, "a.csv")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1,\n "a": 2}', "a.json:2: a key twice (found 'a')"),
        ('{\n"a": NaN}', "a.json:2: not a finite number (found NaN)"),
        ('[1,\n1e999]', "a.json:2: a number out of range (found 1e999)"),
        ("[" + "9" * 400 + "]", "a number out of range"),
        (r'["\ud800"]', "half a character"),
        ("[" * 65 + "]" * 65, "nested too deeply"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":\n', "a.json:2: not JSON"),
    ],
)  # fmt: skip
def test_json_is_the_standards_own(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        strict_json(text, "a.json")
    assert said in str(caught.value)


def test_brackets_in_quotes_are_no_levels() -> None:
    assert strict_json('["' + "[" * 100 + '"]', "") == ["[" * 100]
    assert strict_json(r'["\ud83d\ude00", 1e300]', "") == ["\U0001f600", 1e300]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date,value\n1,2\n3,4,5\n6\n", ["t:3: a row with another", "t:4: a row with another"]),
        ('date,value\n1,"2\n3,4\n5,"6\n', ["t:2: not CSV", "does not close in its line"]),
        ('date,value\n1,"2\n3,4\n5",6\n', ["t:2: a quoted cell goes over the end of its line"]),
        ("date,value,Value\n", ["t:1: a column given twice (found 'value')"]),
        ("date,vaule\n", ["unknown column (found 'vaule')", "add 'value'"]),
        ("date;value\n1;2\n", ["separated by semicolons"]),
        ("", ["no header"]),
        ('date,value\n1,"2\n', ["not CSV"]),
    ],
)
def test_a_table_is_read_strictly(text: str, said: list[str]) -> None:
    with pytest.raises(TableError) as caught:
        list(rows_of(text, "t", COLUMNS))
    for words in said:
        assert words in str(caught.value)


def test_rows_come_with_the_line_where_they_begin() -> None:
    notes = Columns(("date", "value"), ("unit",), over_lines=True)
    rows = list(rows_of('Date, value ,unit\n\n1,2,"a\nb"\n3,4,\n', "t", notes))
    assert [(r.line, dict(r.cells)) for r in rows] == [
        (3, {"date": "1", "value": "2", "unit": "a\nb"}),
        (5, {"date": "3", "value": "4", "unit": ""}),
    ]


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "link", "a\0b", ""])
def test_a_named_file_lies_in_the_folder(tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "link").symlink_to("../x")
    (tmp_path / "x").touch()
    with pytest.raises(InputError, match=r"study\.yaml:3"):
        inside(home, name, "study.yaml:3")
    if name in ("../x", "link"):
        assert inside(home, name, "", outside=True) == home / name


def test_a_link_to_a_file_of_the_folder_is_inside(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    (tmp_path / "link").symlink_to("x")
    assert inside(tmp_path, "link", "") == tmp_path / "link"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a\rb", "U+000D"), ("a\x1bb", "U+001B"), ("a\u202eb", "U+202E"), ("\ud800", "U+D800"),
        ("a\ufffe", "U+FFFE"), ("a\U0001fffe", "U+1FFFE"), ("=1+1", "formula"), ("  ", "empty"),
        ("a" * 201, "longer than 200"),
    ],
)  # fmt: skip
def test_names_that_no_reader_can_show_are_told_apart(name: str, said: str) -> None:
    assert said in name_problem(name)


def test_names_of_people_pass() -> None:
    for name in ("H200 (import)", "华为 昇腾", "Köln – 2", "a-b_c.d", "\U0001f600"):
        assert name_problem(name) == ""
    assert hidden("a\nb\tc", lines=True) == ""


def test_a_process_apart_sees_nothing_of_the_folder_it_was_begun_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tomllib.py").write_text("print('mine')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OUTLAY_READER_KEY", "secret")
    code = "import os,sys,tomllib;print(os.listdir(),'OUTLAY_READER_KEY' in os.environ)"
    done = run_apart("timeit", ["-n1", "-r1", code])
    assert done.output.startswith(b"[] False\n"), (done.output, done.said)


def test_a_process_apart_is_ended_at_its_limits() -> None:
    with pytest.raises(ApartError, match="longer"):
        run_apart("timeit", ["-n1", "while True: pass"], limits=Limits(wall_s=1.0))
    with pytest.raises(ApartError, match="came out"):
        run_apart("timeit", ["-n1", "print('x' * 100_000)"], limits=Limits(output=10_000))
    done = run_apart("timeit", ["-n1", "bytearray(1 << 31)"], limits=Limits(memory=1 << 30))
    assert done.code != 0
    assert "MemoryError" in done.said


def test_a_write_that_fails_names_the_path_and_leaves_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space") as caught:
        write_atomic(path, "new")
    assert caught.value.filename == str(path)
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]
    assert path.read_text() == "old"


def test_a_write_follows_a_link_and_leaves_what_is_no_file_in_its_place(tmp_path: Path) -> None:
    file, link = tmp_path / "a.json", tmp_path / "link.json"
    file.write_text("old")
    link.symlink_to(file)
    write_atomic(link, "new")
    assert link.is_symlink()
    assert file.read_text() == "new"
    with pytest.raises(IsADirectoryError) as folder:
        write_atomic(tmp_path, "new")
    assert folder.value.filename == str(tmp_path)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="No such device") as unread:
        write_atomic(pipe, "new")
    assert unread.value.filename == str(pipe)
    with open(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as reader:
        write_atomic(pipe, "new")
        assert reader.read() == b"new"
    assert pipe.is_fifo()
    assert {p.name for p in tmp_path.iterdir()} == {"a.json", "link.json", "pipe"}


@pytest.mark.parametrize(
    ("text", "large"),
    [
        ("[1e99, -2.5E+098, 12]", False),
        ("[1e100]", True),
        ("[-1E+0100]", True),
        ('["e999 1ex999", 1e-400]', False),
        ("[" + "9" * 100 + "]", False),
        ("[" + "9" * 101 + "]", True),
        ("9" * 101, True),
        ("", False),
        ("1", False),
    ],
)
def test_large_numbers_are_seen_before_anything_is_read(text: str, large: bool) -> None:
    assert holds_large(text) is large
    assert holds_large(text.encode()) is large


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no such file system")
def test_what_opens_and_cannot_be_read_is_named() -> None:
    for read in (
        lambda: take("/proc/self/mem", most=10),
        lambda: _first_byte("/proc/self/mem"),
    ):
        with pytest.raises(InputError, match=r"^/proc/self/mem: cannot be read"):
            read()


def _first_byte(path: str) -> bytes:
    with opened(path, most=10) as file:
        return file.read(1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "an empty file"),
        (" \n", "an empty file"),
        ('// mine\n{"a": 1}', "JSON has no comments"),
        ('{"a": 1, # mine\n"b": 2}', "JSON has no comments"),
        ("{'a': 1}", "JSON takes double quotes"),
        ('{"a": True}', "JSON writes true, false and null"),
        ('{"a": 1,\n}', "no comma after the last entry"),
        ("[1, 2,]", "no comma after the last entry"),
        ('{"a": 1,', "the text ends early"),
        ('{"a": "b', "the text ends early"),
        ('{"a": 1 "b": 2}', "a comma is missing before it"),
        ('{"a": 1}\n{"a": 2}', "one value and nothing after it"),
        ("a: 1", "a JSON text begins with"),
        ('{"a": yes}', "a value: text in double quotes"),
    ],
)
def test_what_is_no_json_says_how_it_is_mended(text: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)) as caught:
        strict_json(text, "a.json")
    assert str(caught.value).startswith("a.json:")


def test_a_json_text_without_an_end_is_looked_at_once() -> None:
    """Looked at anew from each of its quotes it would take hours."""
    with pytest.raises(InputError, match="nested too deeply"):
        strict_json("[" * 65 + '"' + '\\"' * 500_000, "a.json")
