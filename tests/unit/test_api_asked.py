"""What a verb is asked: numbers, texts and paths, refused alike in Python and in a terminal."""

from __future__ import annotations

import inspect
import json
import math
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import outlay
from outlay.api.asked import asked_of
from outlay.api.says import MOST_SEED
from outlay.app.cli.main import COMMANDS, main
from outlay.core.errors import InputError, Problem
from support.small import SMALL

ON = {"model": "llama-3.1-8b", "chip": "h100-sxm"}
WORDS = ("--model", "llama-3.1-8b", "--chip", "h100-sxm")


def refused(verb: Callable[..., object], *args: object, **given: object) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        verb(*args, **given)
    return caught.value.problems()


def ended(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, Problem]:
    with pytest.raises(SystemExit) as stop:
        main([*args, "--json"])
    found = json.loads(capsys.readouterr().out)
    return int(stop.value.code or 0), Problem(**found["errors"][0])


@pytest.mark.parametrize(
    ("given", "where", "what", "value"),
    [
        ({"rate": math.nan}, "--rate", "not a finite number", "nan"),
        ({"rate": math.inf}, "--rate", "not a finite number", "inf"),
        ({"rate": "4"}, "--rate", "not a number", "'4'"),
        ({"rate": True}, "--rate", "not a number", "True"),
        ({"rate": 4j}, "--rate", "not a number", "4j"),
        ({"rate": 4.0, "requests": 1.5}, "--requests", "not a whole number", "1.5"),
        ({"rate": 4.0, "requests": None}, "--requests", "not a whole number", "None"),
        ({"rate": 4.0, "requests": 10**5000}, "--requests", "out of range",
         "more digits than any number here has"),
        ({"rate": 4.0, "sort": "no"}, "--sort", "not yes or no", "'no'"),
        ({"rate": 4.0, "model": 3}, "--model", "not a text", "3"),
        ({"rate": 4.0, "model": "a\0b"}, "--model",
         "holds the character U+0000, which cannot be shown", "'a\\x00b'"),
        ({"trace": ""}, "--trace", "not a path", "nothing"),
        ({"trace": "a\0b"}, "--trace", "holds the character U+0000, which cannot be shown",
         "'a\\x00b'"),
        ({"trace": "\udcff.csv"}, "--trace", "holds the character U+DCFF, which cannot be shown",
         "'\\udcff.csv'"),
        ({"trace": "a" * 5000}, "--trace", "too long for a name",
         f"{'a' * 40}… 5,000 bytes"),
        ({"trace": 3}, "--trace", "not a path", "3"),
        ({"trace": b"a.csv"}, "--trace", "not a path", "b'a.csv'"),
    ],
)  # fmt: skip
def test_python_is_told_by_the_option_s_name(
    given: dict[str, object], where: str, what: str, value: str
) -> None:
    found = refused(outlay.simulate, **{**ON, **given})[0]
    assert (found.where, found.what, found.value) == (where, what, value)


def test_every_mistake_is_told_at_once() -> None:
    found = refused(outlay.forecast, "no.csv", months=0, paths=7, seed=-1, chart="")
    assert [(p.where, p.value, p.allowed) for p in found] == [
        ("--months", "0", "1 to 120"),
        ("--paths", "7", "30 to 20_000"),
        ("--seed", "-1", "0 to 9.22e+18"),
        ("--chart", "nothing", "a file or folder"),
    ]


def test_lists_are_lists() -> None:
    found = refused(outlay.check, SMALL, overrides="discount_rate=5 %/year")[0]
    assert (found.where, found.what) == ("--set", "one text where a list is meant")
    assert found.hint == "['discount_rate=5 %/year']"
    assert refused(outlay.check, SMALL, overrides=[3])[0].what == "not a text"
    assert refused(outlay.check, SMALL, overrides=3)[0].what == "not a list"
    assert refused(outlay.check, 3)[0].where == "study"


def test_numbers_of_other_libraries_are_numbers() -> None:
    found = outlay.rate(**ON, isl=np.float32(512), osl=Fraction(256), max_chips=np.int64(1))
    assert found == outlay.rate(**ON, isl=512, osl=256.0, max_chips=1)


def test_a_call_that_python_refuses_is_python_s() -> None:
    with pytest.raises(TypeError, match="titel"):
        outlay.check(SMALL, titel=3)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("words", "where", "what", "value"),
    [
        (("simulate", *WORDS, "--rate", "nan"), "--rate", "not a finite number", "nan"),
        (("simulate", *WORDS, "--rate", "-inf"), "--rate", "not a finite number", "-inf"),
        (("simulate", *WORDS, "--rate", "1e400"), "--rate", "not a finite number", "inf"),
        (("simulate", *WORDS, "--rate", "fast"), "--rate", "not a number", "fast"),
        (("simulate", *WORDS, "--rate", ""), "--rate", "not a number", "nothing"),
        (("simulate", *WORDS, "--rate", "1,5"), "--rate", "not a number", "1,5"),
        (("simulate", *WORDS, "--rate", "٣"), "--rate", "not a number", "٣"),
        (("simulate", *WORDS, "--rate", "0x10"), "--rate", "not a number", "0x10"),
        (("simulate", *WORDS, "--rate", "."), "--rate", "not a number", "."),
        (("simulate", *WORDS, "--requests", "1.5"), "--requests", "not a whole number", "1.5"),
        (("simulate", *WORDS, "--requests", "1e999"), "--requests", "not a whole number", "1e999"),
        (("plan", str(SMALL), "--worlds", "-1"), "--worlds", "out of range", "-1"),
        (("plan", str(SMALL), "--seed", "-1"), "--seed", "out of range", "-1"),
        (("plan", str(SMALL), "--seed", "1e30"), "--seed", "out of range", "1e+30"),
        (("plan", str(SMALL), "--out", ""), "--out", "not a path", "nothing"),
        (("plan", str(SMALL), "--language", "EN"), "--language", "", "EN"),
        (("check", str(SMALL), "--scenario", "a\nb\x07"), "--scenario",
         "holds the character U+0007, which cannot be shown", "'a\\nb\\x07'"),
        (("explain", str(SMALL), "discount_rate", "--level", "0"), "--level", "out of range", "0"),
        (("check", ""), "study", "not a path", "nothing"),
    ],
)  # fmt: skip
def test_the_terminal_is_told_the_same(
    words: tuple[str, ...], where: str, what: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = ended(capsys, *words)
    assert code == 2
    assert where in found.where
    assert found.what == what or not what
    assert value in found.value


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("14.8T", "write 14.8e12"), ("8k", "write 8e3"), ("2bn", "write 2e9"), ("3 M", "write 3e6"),
        ("50ms", "a plain number, without a unit"), ("4/s", ""), ("5 req/s", "a plain number"),
        ("1e", ""), ("0x10", ""), ("fast", ""), ("3m", "a plain number, without a unit"),
    ],
)  # fmt: skip
def test_a_number_with_a_scale_or_a_unit_is_told_how_to_be_written(
    given: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = ended(capsys, "simulate", *WORDS, "--rate", given)
    assert (code, found.what) == (2, "not a number")
    assert found.hint.startswith(hint)
    assert bool(found.hint) is bool(hint)


def test_a_table_that_is_taken_for_a_command_is_shown_where_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, found = ended(capsys, "disputes")
    assert code == 2
    assert found.hint.startswith("`outlay catalogue disputes` shows them;")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rate", *WORDS, "--isl", "9", "--isl", "8"),
         "Invalid value for '--isl': given twice; it is taken once"),
        (("rate", *WORDS, "--isl=9", "--isl", "8"),
         "Invalid value for '--isl': given twice; it is taken once"),
        (("plan", str(SMALL), "--out", "--quick"),
         "Invalid value for '--out': needs a value, not the option '--quick'"),
        (("plan", str(SMALL), "--worlds"),
         "Invalid value for '--worlds': needs a value, not the option '--json'"),
    ],
)  # fmt: skip
def test_options_stand_once_and_have_their_value(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = ended(capsys, *words)
    assert code == 2
    assert said in found.what


def test_what_may_be_repeated_and_what_looks_like_an_option(
    capsys: pytest.CaptureFixture[str],
) -> None:
    many = ("--set", "title=x", "--set=discount_rate=8 %/year", "--json", "--json")
    with pytest.raises(SystemExit) as stop:
        main(["check", str(SMALL), *many])
    assert not stop.value.code
    doc = json.loads(capsys.readouterr().out)
    stated = [n for k in ("assumptions", "facts") for n in doc[k] if n["path"] == "discount_rate"]
    assert [n["value"] for n in stated] == [0.08]
    code, found = ended(capsys, "check", str(SMALL), "--set", "--nothing")
    assert code == 2, "a value that is no option of the command is a value"
    assert "--nothing" in str(found)


@pytest.mark.parametrize("text", ["1e3", "1_000", "1,000", "+1000", "1000.0", "1000"])
def test_numbers_are_written_as_in_a_study(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["rate", *WORDS, "--isl", text, "--max-chips", "1e0", "--json"])
    assert not stop.value.code
    assert json.loads(capsys.readouterr().out)["isl"] == 1000.0


def test_every_number_of_every_verb_says_what_it_may_be() -> None:
    """A whole number has a least; what has none is listed here, with nothing else in the list."""
    free = set()
    for name in outlay.__all__:
        verb = getattr(outlay, name)
        if inspect.isfunction(verb) and inspect.unwrap(verb) is not verb:
            for asked in asked_of(inspect.unwrap(verb)).values():
                if int in asked.kinds and bool not in asked.kinds and asked.says.least is None:
                    free.add(f"{name} {asked.option}")
    assert free <= LAYOUTS


LAYOUTS = {
    f"{verb} {option}"
    for verb in ("simulate", "size", "observe")
    for option in (
        "--n-chips", "--tp", "--pp", "--dp", "--ep", "--requests", "--replicas",
        "--prefill-replicas", "--token-budget", "--max-batch", "--workers", "--seed",
    )
}  # fmt: skip
"""What the check of a layout and of a policy looks at."""


def test_all_commands_are_of_checked_verbs() -> None:
    assert MOST_SEED == 2**63 - 1
    assert {w for w, _, _ in COMMANDS} >= {"check", "plan", "simulate"}
    for name in ("check", "plan", "simulate", "rate", "size", "train", "forecast", "read", "init"):
        assert inspect.unwrap(getattr(outlay, name)) is not getattr(outlay, name)


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("catalogue", "chips", "--as-of"), "--as-of"),
        (("catalogue", "fx", "--as-of"), "--as-of"),
        (("init", "founder", "--as-of"), "--as-of"),
        (("plan", "--as-of"), "--as-of"),
        (("read", "README.md", "--date"), "--date"),
        (("forecast", "--series", "google-tokens", "--as-of"), "--as-of"),
        (("forecast", "--series", "google-tokens", "--at"), "--at"),
    ],
)
@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("0000-01-01", "not a date"), ("9999-12-31", "not a date"), ("0000", "not a date"),
        ("9998-12-31", "a year that cannot be meant"), ("1899", "a year that cannot be meant"),
        ("2025-02-30", "not a date"), ("٢٠٢٥-١٢-٣١", "not a date"), ("junk", "not a date"),
        ("31.12.2025", "not a date"), ("", "nothing is said"), (" ", "nothing is said"),
    ],
)  # fmt: skip
def test_a_day_is_one_of_the_calendar(
    words: tuple[str, ...], option: str, text: str, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = ended(capsys, *words, text)
    assert (code, found.where, found.what) == (2, option, what)
    assert text in found.value
    assert found.allowed


def test_every_day_of_every_verb_is_declared() -> None:
    """A text that speaks of a day says so, and is looked at as one."""
    for name in outlay.__all__:
        verb = getattr(outlay, name)
        if inspect.isfunction(verb) and inspect.unwrap(verb) is not verb:
            for asked in asked_of(inspect.unwrap(verb)).values():
                speaks = bool(re.search(r"\b(Day|this day|these dates)\b", asked.says.text))
                is_text = str in asked.kinds and Path not in asked.kinds
                assert asked.says.day == (speaks and is_text), f"{name} {asked.option}"


def test_days_of_python_are_days() -> None:
    assert refused(outlay.read, "README.md", date=date.max)[0].what == "a year that cannot be meant"
    assert refused(outlay.forecast, "google-tokens", at=["2027", "9999"])[0].where == "--at"
    far = refused(outlay.forecast, "google-tokens", as_of="2149")[0]
    assert (far.where, far.what) == ("--as-of", "too far from what is known")
    far = refused(outlay.init, "founder", as_of="2199")[0]
    assert (far.where, far.allowed) == ("--as-of", "up to 2150")


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("catalogue", "chips", "--sort", ""), "--sort"),
        (("catalogue", "chips", "--sort="), "--sort"),
        (("catalogue", "chips", "--search", " "), "--search"),
        (("catalogue", "chips", "--columns", ""), "--columns"),
        (("catalogue", "chips", "--where", ""), "--where"),
        (("check", str(SMALL), "--scenario", ""), "--scenario"),
        (("check", str(SMALL), "--set", ""), "--set"),
        (("rate", *WORDS, "--phase", ""), "--phase"),
        (("size", *WORDS, "--trace", "x", "--kv", ""), "--kv"),
        (("init", "founder", "--region", ""), "--region"),
        (("forecast", "--series", ""), "--series"),
    ],
)
def test_an_option_that_says_nothing_is_refused(
    words: tuple[str, ...], option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = ended(capsys, *words)
    assert (code, found.where, found.what) == (2, option, "nothing is said")


def test_empty_means_something_where_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["rate", *WORDS, "--stack=", "--weights", "", "--max-chips", "1", "--json"])
    assert not stop.value.code
    for name in outlay.__all__:
        verb = getattr(outlay, name)
        if inspect.isfunction(verb) and inspect.unwrap(verb) is not verb:
            for asked in asked_of(inspect.unwrap(verb)).values():
                assert asked.says.empty == ("empty" in asked.says.text), f"{name} {asked.option}"


@pytest.mark.parametrize(
    "words",
    [
        ("simulate", *WORDS, "--trace", "https://example.org/t.csv"),
        ("read", "https://example.org/a.html"),
        ("plan", "s3://bucket/study.yaml"),
        ("calibrate", "--measured", "file:///tmp/m.csv"),
        ("forecast", "--series", "http://example.org/s.csv"),
        ("rate", "--model", "https://example.org/config.json", "--chip", "h100-sxm"),
        ("init", "founder", "--trace", "https://example.org/t.csv"),
    ],
)
def test_an_address_is_no_file(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, found = ended(capsys, *words)
    assert (code, found.what) == (2, "an address, not a file")
    assert "://" in found.value
    assert found.hint == "fetch it first, and name the file"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("UK", "'GB'"), ("usa", "'US'"), ("U.S.A.", "'US'"), ("Germany", "'DE'"),
        ("Germny", "'DE'"), ("deutschland", "'DE'"), ("XX", ""), ("EU", ""), ("12", ""),
    ],
)  # fmt: skip
def test_a_country_is_a_code_that_is_one(text: str, hint: str) -> None:
    found = refused(outlay.init, "founder", region=text)[0]
    assert (found.where, found.what) == ("--region", "not a country code")
    assert hint in found.hint
    assert bool(hint) == bool(found.hint)


@pytest.mark.parametrize(
    ("budget", "hint"),
    [
        ("2.6 Mio USD", "write m (million)"), ("2.6 mio. EUR", "write m (million)"),
        ("1 Mrd USD", "write bn (billion)"), ("1 milliard EUR", "write bn (billion)"),
        ("2 crore INR", "write 10m, which a crore is"),
    ],
)  # fmt: skip
def test_scales_of_other_tongues_are_named_whole(budget: str, hint: str) -> None:
    found = refused(outlay.init, "founder", budget=budget)[0]
    assert found.what == f"cannot read {budget.split()[1]!r} as a scale"
    assert found.hint == hint


def test_a_study_is_no_result(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("compare", str(SMALL), str(SMALL)), ("replay", str(SMALL))):
        code, found = ended(capsys, *words)
        assert (code, found.what) == (2, "a study, not the result of a run")
        assert "`outlay diff` compares studies" in found.hint
    code, found = ended(capsys, "compare", str(SMALL))
    assert "`outlay diff` compares studies" in found.hint


@pytest.mark.parametrize(
    ("target", "what", "hint"),
    [
        ("served_share=95", "a share is 0 to 1", "served_share=95 %"),
        ("served_share=-0.1", "a share is 0 to 1", ""),
        ("served_share=120 %", "a share is 0 to 1", ""),
        ("served_sahre=0.9", "no such number in the result", "did you mean 'served_share'?"),
        ("expected_cost=1e999", "not a finite number", ""),
    ],
)
def test_a_target_is_looked_at_before_the_work(target: str, what: str, hint: str) -> None:
    said: list[str] = []
    found = refused(outlay.solve_for, SMALL, "discount_rate", target=target, progress=said.append)
    assert (found[0].where, found[0].what, found[0].hint) == ("--target", what, hint)
    assert said == []


def test_windows_of_a_trace_are_as_many_as_can_be_told(tmp_path: Path) -> None:
    trace = tmp_path / "t.csv"
    trace.write_text("arrival_s,input_tokens,output_tokens\n0,100,20\n2000000,100,20\n")
    found = refused(outlay.size, **ON, trace=trace, tp=1, ttft_p99=3.0, window=1.0)[0]
    assert (found.where, found.allowed) == ("--window", "at least 2 s: 1,000,000 windows")


@pytest.mark.parametrize(
    ("words", "where", "what"),
    [
        (("init", ""), "door", "no such door"),
        (("init", "founder", "--budget", "1e300 USD"), "--budget", "out of range"),
        (("diff", str(SMALL)), "outlay diff", "nothing to compare with"),
        (("plan", str(SMALL), "--quick", "--deep"), "--quick", "one excludes the other"),
        (("doctor", "--language", "de"), "--language", "not one of those known"),
        (("cache", "--language", "EN"), "--language", "not one of those known"),
        (("forecast", "--series", "gogle-tokens"), "--series", "no such series"),
        (("forecast", "--series", "google-tokens", "--unit", "T/day"), "--unit",
         "a public series has its own unit"),
        (("validate", "forecast", "--series", "x", "--series", "x"), "--series", "given twice"),
        (("read", "a.md", "a.md"), "documents", "given twice"),
        (("catalogue", "chips", "--sort", ","), "--sort", "names no column"),
        (("validate", "simulator", "--check", "md2"), "--check", "unknown check"),
        (("what-if", str(SMALL), "--set", "title=x", "--out", "README.md"), "--out",
         "not a folder"),
        (("solve-for", str(SMALL), "discount_rate", "--target", "expected_cost=1m", "--low",
          "20 %/year", "--high", "10 %/year"), "--low", "not below --high"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_by_its_option(
    words: tuple[str, ...], where: str, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = ended(capsys, *words)
    assert (code, found.where, found.what) == (2, where, what)
    assert found.allowed


def test_the_nearest_series_and_the_commands_of_a_group(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "google-tokens" in ended(capsys, "forecast", "--series", "gogle-tokens")[1].hint
    assert ended(capsys, "export", "lp", "x")[1].allowed == "mps"
