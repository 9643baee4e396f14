"""Slips at the command line, each said with what is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from outlay.api.models.questions import promise_notes
from outlay.api.plans.goals import read_target, stated_number
from outlay.api.start.asking import Options, asked_of
from outlay.api.studies import loaded
from outlay.core.errors import InputError
from support.study_text import small


@pytest.mark.parametrize(
    ("flag", "limit", "said"),
    [("--tpot", 50.0, "0.002 to 1 s"), ("--tpot-p99", 1e-6, "1e-06 s"),
     ("--ttft", 3000.0, "0.05 to 120 s")],
)  # fmt: skip
def test_milliseconds_written_for_seconds_are_said(flag: str, limit: float, said: str) -> None:
    (note,) = promise_notes(**{flag: limit})
    assert note.startswith(f"{flag} {limit:g} s is an unusual limit")
    assert said in note


def test_a_usual_limit_and_none_are_not() -> None:
    assert promise_notes(**{"--tpot": 0.05, "--ttft-p99": None}) == []


def test_a_target_with_a_unit_says_that_it_is_a_plain_number() -> None:
    with pytest.raises(InputError, match="not a target") as caught:
        read_target("expected_cost=1 USD")
    assert "the study's currency" in caught.value.problems()[0].hint


def test_what_is_no_number_cannot_be_moved() -> None:
    with pytest.raises(InputError, match="no number of the study") as caught:
        stated_number(small(), "title")
    assert caught.value.problems()[0].where == "title"


def test_the_folder_of_a_run_is_no_study(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(InputError, match="what a plan wrote, not a study") as caught:
        loaded(tmp_path)
    assert "inputs/study.yaml" in caught.value.problems()[0].hint


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        asked_of("founder", "mine", tmp_path, Options(trace=str(tmp_path / "gone.csv")))
    (problem,) = caught.value.problems()
    assert (problem.where, problem.what) == ("--trace", "no such file")
    assert "gone.csv" in problem.value


@pytest.mark.parametrize(
    ("path", "written", "hint"),
    [("sites.oslo.power", "100 kVA", "which is what chips draw"),
     ("sites.oslo.electricity", "9 cents/kWh", "9 cents as 0.09 USD"),
     ("sites.oslo.electricity", "9¢/kWh", "9 cents as 0.09 USD")],
)  # fmt: skip
def test_units_of_a_bill_say_which_are_taken(path: str, written: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        small(overrides=[f"{path}={written}"])
    (problem,) = caught.value.problems()
    assert problem.where == f"--set {path}"
    assert problem.value == f"'{written}'"
    assert hint in problem.hint
