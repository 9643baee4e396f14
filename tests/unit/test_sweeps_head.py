"""The head of a sweep: rows do not show who worked them out, in which order and at which try."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.core.errors import OutlayError
from outlay.core.progress import Told
from outlay.sweeps.asked.axes import Axis
from outlay.sweeps.asked.design import design_of
from outlay.sweeps.cases import Cases
from outlay.sweeps.executor import Batch, Outcome
from outlay.sweeps.head import TRIES, conduct
from support.sweeping import GRID, Here, Memory, asked, common_bytes

AXIS = Axis("a", "grid", "1", None, tuple(map(float, range(23))), tuple(map(str, range(23))))
DESIGN = design_of((AXIS,), {}, (("a",),), 0, 0)


def echo(_: bytes) -> Callable[[int], bytes]:
    return lambda k: json.dumps({"case": k}).encode()


ALL = {k: echo(b"")(k) for k in range(DESIGN.cases)}


@given(
    st.lists(st.booleans(), max_size=12), st.integers(1, 6), st.booleans(),
    st.sets(st.integers(0, 22)),
)  # fmt: skip
def test_rows_are_the_same_whatever_is_lost_in_whatever_order(
    lost: list[bool], room: int, last_first: bool, before: set[int]
) -> None:
    journal = Memory({k: ALL[k] for k in before})
    mishaps = iter(lost)
    tried: dict[tuple[int, ...], int] = {}

    def loses(batch: Batch) -> bool:
        tried[batch.cases] = tried.get(batch.cases, 0) + 1
        return tried[batch.cases] < TRIES and next(mishaps, False)

    executor = Here(echo, loses, room, last_first)
    conduct(DESIGN, lambda: b"", journal, executor)
    assert journal.held == ALL
    assert not journal.outcasts
    assert {k for b in executor.asked for k in b.cases} == set(range(DESIGN.cases)) - before


def test_a_case_that_is_lost_with_each_worker_is_put_aside_with_its_reason() -> None:
    journal, executor = Memory(), Here(echo, lambda batch: 7 in batch.cases)
    conduct(DESIGN, lambda: b"", journal, executor)
    assert {k: v for k, v in journal.held.items() if k != 7} == {
        k: v for k, v in ALL.items() if k != 7
    }
    row = json.loads(journal.held[7])
    assert (row["status"], row["values"], row["facts"]) == ("quarantined", [7.0], {})
    assert row["why"] == f"tried {TRIES} times: its process was ended by signal 9"
    assert list(journal.outcasts) == [7]
    alone = [b for b in executor.asked if b.cases == (7,)]
    assert len(alone) == TRIES


def test_a_head_that_ends_leaves_what_it_had_and_the_next_goes_on_from_there() -> None:
    journal = Memory()

    class Cut(Here):
        def wait(self, seconds: float) -> list[Outcome]:
            if len(journal.held) >= 9:
                raise KeyboardInterrupt
            return list(super().wait(seconds))

    executor = Cut(echo)
    with pytest.raises(KeyboardInterrupt):
        conduct(DESIGN, lambda: b"", journal, executor)
    assert executor.closed
    kept = dict(journal.held)
    assert 9 <= len(kept) < DESIGN.cases
    lines: list[str] = []
    again = Here(echo)
    conduct(DESIGN, lambda: b"", journal, again, lines.append, "the store")
    assert journal.held == ALL
    assert not {k for b in again.asked for k in b.cases} & set(kept)
    last = [x for x in lines if isinstance(x, Told) and x.keeps][-1]
    assert (last, last.done, last.total, last.at) == ("23 of 23 cases", 23, 23, "the store")
    counted = [x for x in lines if isinstance(x, Told) and not x.keeps][-1]
    assert (counted.done, counted.total) == (23 - len(kept),) * 2


def test_nothing_is_begun_where_nothing_is_missing() -> None:
    def never() -> bytes:
        raise AssertionError("asked for")

    executor = Here(echo)
    conduct(DESIGN, never, Memory(dict(ALL)), executor)
    assert not executor.asked


def test_workers_that_are_gone_for_good_end_the_sweep_with_its_rows_kept() -> None:
    class Gone(Here):
        def wait(self, seconds: float) -> list[Outcome]:
            raise OutlayError("no worker could begin: its process ended (exit 1)")

    executor = Gone(echo)
    with pytest.raises(OutlayError, match="no worker could begin"):
        conduct(DESIGN, lambda: b"", Memory(), executor)
    assert executor.closed


@pytest.fixture(scope="module")
def common() -> bytes:
    return common_bytes(asked(*GRID))


@settings(max_examples=2)
@given(st.permutations(range(9)))
def test_a_row_depends_on_its_case_alone(common: bytes, order: list[int]) -> None:
    once = Cases(common)
    rows = {k: once.row(k) for k in order[:3]}
    fresh = Cases(common)
    assert {k: fresh.row(k) for k in sorted(order[:3])} == rows
