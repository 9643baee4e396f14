"""A share never falls, ends where the work does, and no listener is drowned."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from outlay.core.progress import Count, Course, Told, counting


def test_a_course_adds_stages_by_their_weight_and_counts_within_them() -> None:
    said: list[str] = []
    course = Course(said.append, {"load": 1.0, "solve": 3.0, "write": 4.0})
    course(Told("reading", stage="load"))
    course(Told("solving", stage="solve"))
    course(Told("branches: 1 of 3", done=1, total=3))
    course("a note")
    course(Told("writing", stage="write"))
    course(Told("pages", done=1, total=2))
    shares = [line.share for line in said if isinstance(line, Told)]
    assert shares == pytest.approx([0.0, 1 / 8, 2 / 8, 4 / 8, 6 / 8])
    assert said[3] == "a note"
    assert not isinstance(said[3], Told)
    assert [str(x) for x in said[:2]] == ["reading", "solving"]


def test_a_stage_that_proves_longer_takes_nothing_back() -> None:
    said: list[Told] = []
    course = Course(said.append, {"load": 1.0, "capacity": 1.0, "solve": 2.0})  # type: ignore[arg-type]
    course(Told("reading", stage="load"))
    course(Told("capacity", stage="capacity"))
    course(Told("simulating 60 of 90", total=60, seconds=60.0))
    course(Told("simulated", done=30, total=60))
    course(Told("solving", stage="solve"))
    assert [x.share for x in said] == pytest.approx([0.0, 1 / 4, 1 / 4, 31 / 63, 61 / 63])


def test_a_stage_nobody_reckoned_with_is_no_end() -> None:
    said: list[Told] = []
    course = Course(said.append)  # type: ignore[arg-type]
    course(Told("alone", stage="x"))
    course(Told("half", done=1, total=2))
    assert [x.share for x in said] == [0.0, 0.0]


def test_a_count_of_many_tells_twenty_times_and_its_end() -> None:
    said: list[str] = []
    count = Count(said.append, "worlds", 10_000)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: count(), range(10_000)))
    assert len(said) == 20
    assert said[-1] == "worlds: 10000 of 10000"
    assert [line.done for line in said if isinstance(line, Told)] == [
        500 * (i + 1) for i in range(20)
    ]


def test_lines_that_say_a_count_carry_it() -> None:
    said: list[str] = []
    tell = counting(said.append)
    tell("group left out: part 3 of 12 fitted")
    tell("compiling once")
    first, other = said
    assert isinstance(first, Told)
    assert (first.done, first.total) == (3, 12)
    assert not isinstance(other, Told)
