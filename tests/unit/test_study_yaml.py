"""Strict YAML 1.2: what is taken exactly, and what is refused, where, within limits."""

from __future__ import annotations

import pytest

from outlay.core.errors import InputError, StudyError, TooLargeError
from outlay.study.reading.strict_yaml import MAX_PROBLEMS, read_text, read_yaml


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("off", "off"),
        ("yes", "yes"),
        ("1:30", "1:30"),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("2025-12-31", "2025-12-31"),
        ("20_000", "20_000"),
        ("30e12", 30e12),
        ("1.5E3", 1500.0),
        ("-7", -7),
        ("+.5", 0.5),
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ('"12"', "12"),
        ("'true'", "true"),
        ("!!str 12", "12"),
        ("160亿元", "160亿元"),
    ],
)
def test_scalars_follow_the_core_schema(written: str, value: object) -> None:
    found = read_text(f"a: {written}\n", "s.yaml").data["a"]
    assert found == value
    assert type(found) is type(value)


def test_keys_are_text_even_when_they_look_like_something_else() -> None:
    data = read_text("2026: 1\ntrue: 2\nNO: 3\n", "s.yaml").data
    assert list(data) == ["2026", "true", "NO"]


def test_leading_zeros_are_decimal_and_said_so() -> None:
    read = read_text("a: 010\n", "s.yaml")
    assert read.data["a"] == 10
    assert "010 = 10" in read.warnings[0].value
    assert read.warnings[0].where == "s.yaml:1"


def test_lines_are_kept_through_aliases() -> None:
    read = read_text("a: &x\n  b: 1\nc: *x\nd:\n  - 1\n  - e: 2\n", "s.yaml")
    assert read.data["c"] == {"b": 1}
    assert read.marks.children["c"].line == 3
    assert read.marks.children["d"].children[1].children["e"].line == 6


BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)
)

REFUSED = {
    "duplicate key": ("a: 1\nb: 2\na: 3\n", "s.yaml:3", "twice"),
    "duplicate key, quoted": ('2026: 1\n"2026": 2\n', "s.yaml:2", "twice"),
    "tab": ("a:\n\tb: 1\n", "s.yaml:2", "not YAML"),
    "empty": ("", "s.yaml", "empty"),
    "comment only": ("# nothing\n", "s.yaml", "empty"),
    "list at top": ("- 1\n- 2\n", "s.yaml:1", "mapping"),
    "text at top": ("hello\n", "s.yaml:1", "mapping"),
    "nan": ("a: .nan\n", "s.yaml:1", "finite"),
    "infinity": ("a: -.inf\n", "s.yaml:1", "finite"),
    "overflow": ("a: 1e999\n", "s.yaml:1", "finite"),
    "huge integer": ("a: " + "9" * 5_000, "s.yaml:1", "too long"),
    "python tag": ("a: !!python/object/apply:os.system [ls]\n", "s.yaml:1", "tag"),
    "own tag": ("a: 1\nb: !thing {c: 1}\n", "s.yaml:2", "tag"),
    "tag of a whole number": ("a: 1\nb: !!int 1.5\n", "s.yaml:2", "another kind"),
    "tag of a flag": ("a: !!bool 1\n", "s.yaml:1", "another kind"),
    "flag as a number": ("a: !!float true\n", "s.yaml:1", "another kind"),
    "tag of nothing": ("a: !!null 1\n", "s.yaml:1", "another kind"),
    "tag of text": ("a: !!str [1]\n", "s.yaml:1", "another kind"),
    "tag of a list": ("a: !!seq {b: 1}\n", "s.yaml:1", "another kind"),
    "merge key": ("a: &x {b: 1}\nc:\n  <<: *x\n", "s.yaml:3", "merge"),
    "two documents": ("a: 1\n---\nb: 2\n", "s.yaml:2", "second document"),
    "YAML 1.1": ("%YAML 1.1\n---\na: 1\n", "s.yaml:2", "1.2"),
    "alias to itself": ("a: &a [*a]\n", "s.yaml:1", "anchor"),
    "unknown alias": ("a: *b\n", "s.yaml:1", "anchor"),
    "key that is a list": ("? [1, 2]\n: 3\n", "s.yaml:1", "key"),
    "key that is an alias": ("a: &x b\n*x : 1\n", "s.yaml:2", "key"),
    "unclosed quote": ('a: "x\nb: 1\n', "s.yaml:3", "not YAML"),
    "control character": ("a: \x07\n", "s.yaml:1", "control"),
    "half a surrogate": ('a: "\\ud800"\n', "s.yaml:1", "surrogate"),
    "alias bomb": (BOMB, "s.yaml:6", "too many"),
    "deep, in one line": ("a: " + "[" * 100_000, "s.yaml:1", "deep"),
    "deep, line by line": ("a: " + "[\n" * 10_000, "s.yaml:64", "deep"),
    "deep, by indent": ("\n".join(" " * i + "a:" for i in range(300)), "s.yaml:64", "deep"),
    "deep, dashes": ("- " * 100_000 + "x", "s.yaml:1", "deep"),
    "many commas": ("a: [" + "1," * 600_000 + "1]", "s.yaml", "too many"),
    "many lines": ("\n" * 300_000, "s.yaml", "too many"),
    "long line": ("a: " + "x" * 1_100_000, "s.yaml:1", "too long"),
    "brackets": ("{" * 100_000, "s.yaml:1", "deep"),
    "colons": (":" * 100_000, "s.yaml:1", "not YAML"),
    "anchors": ("&a " * 20_000, "s.yaml:1", "not YAML"),
}


SLIPS = {
    "a colon of another keyboard": ("a: 1\nb：2\nc: 3\n", 2, "b：2", "write `:` for `：` (U+FF1A)"),
    "a comma of another keyboard": (
        "a: {b: 1，c: 2}\n",
        1,
        "a: {b: 1，c: 2}",
        "write `,` for `，`",
    ),
    "a space that is none": ("x: 1\na:\u00a01\nb: 2\n", 2, "a:\u00a01", "write a plain space"),
    "no space": ("a: 1\nb:2\nc: 3\n", 2, "b:2", "leave a space after `:`"),
    "two colons": ("a: b: c\n", 1, "a: b: c", "put the text in quotes"),
    "a sign at the front": ("a: 1\nb: @c\n", 2, "b: @c", "put the text in quotes"),
    "a bracket left open": ("a: [1\nb: 2\n", 2, "b: 2", "it begins in line 1"),
    "a tab": ("a:\n\tb: 1\n", 2, "b: 1", "indent with spaces, not tabs"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_line_that_is_no_yaml_is_shown_with_its_slip(name: str) -> None:
    text, line, found, hint = SLIPS[name]
    with pytest.raises(InputError) as caught:
        read_text(text, "s.yaml")
    problem = caught.value.problems()[0]
    assert (problem.where, problem.value) == (f"s.yaml:{line}", found)
    assert problem.hint.startswith(hint)


def test_a_tag_that_says_what_stands_there_changes_nothing() -> None:
    text = "a: !!float 1\nb: !!str 1\nc: !!seq [!!int 1]\nd: !!map {e: !!null ~}\nf: !!bool true"
    want = {"a": 1, "b": "1", "c": [1], "d": {"e": None}, "f": True}
    assert read_text(text, "s.yaml").data == want


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_line_and_soon(name: str) -> None:
    text, where, word = REFUSED[name]
    with pytest.raises(InputError) as caught:
        read_text(text, "s.yaml")
    first = caught.value.problems()[0]
    assert first.where == where
    assert word in str(first)


def test_too_many_entries_are_counted_while_they_are_read() -> None:
    text = "\n".join(f"k{i}: 1" for i in range(100_000))
    with pytest.raises(TooLargeError, match="too many entries"):
        read_text(text, "s.yaml")


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"\xff\xfea\x00:\x00", "UTF-16"),
        (b"PK\x03\x04\x00\x00", "not a text file"),
        (b"a: 1\nb: \xff\xfe\n", "not UTF-8"),
        (bytes(range(1, 256)), "not UTF-8"),
    ],
)
def test_binary_is_refused(raw: bytes, word: str) -> None:
    with pytest.raises(StudyError, match=word):
        read_text(raw, "s.yaml")


def test_byte_order_mark_is_taken() -> None:
    assert read_text(b"\xef\xbb\xbfa: 1\n", "s.yaml").data == {"a": 1}


def test_all_problems_of_a_file_come_together() -> None:
    with pytest.raises(StudyError) as caught:
        read_text("a: .nan\nb: !x 1\na: 2\n", "s.yaml")
    assert [p.where for p in caught.value.problems()] == ["s.yaml:1", "s.yaml:2", "s.yaml:3"]


def test_files_that_cannot_be_read(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(StudyError, match="no such file"):
        read_yaml(tmp_path / "missing.yaml")
    with pytest.raises(StudyError, match="folder"):
        read_yaml(tmp_path)
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * 10_000_001)
    with pytest.raises(TooLargeError, match="too large"):
        read_yaml(large)


def test_problems_are_told_up_to_a_number() -> None:
    with pytest.raises(StudyError) as caught:
        read_text("".join(f"k{i}: .nan\n" for i in range(5_000)), "s.yaml")
    problems = caught.value.problems()
    assert len(problems) == MAX_PROBLEMS + 1
    assert str(problems[-1]) == "and perhaps more: reading ends here"
