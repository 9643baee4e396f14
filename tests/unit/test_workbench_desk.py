"""Whose turn it is at the readers of the workbench."""

from __future__ import annotations

from contextlib import ExitStack

from hypothesis import given
from hypothesis import strategies as st

from outlay.workbench.live.desk import Queue


def test_who_asks_a_hundred_things_keeps_nobody_waiting_for_more_than_one() -> None:
    queue = Queue()
    with ExitStack() as there:
        for _ in range(100):
            there.enter_context(queue.waits("Ann"))
        for _ in range(2):
            assert queue.is_next("Ann")
            queue.takes("Ann")
        there.enter_context(queue.waits("Bo"))
        queue.gives("Ann")
        assert queue.is_next("Bo")
        assert not queue.is_next("Ann")


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=40), st.integers(1, 3))
def test_everybody_is_served_and_in_turn(asked: list[str], readers: int) -> None:
    queue, left, out = Queue(), list(asked), []
    waits = {n: [queue.waits(name) for name in left if name == n] for n in set(left)}
    for each in (one for those in waits.values() for one in those):
        each.__enter__()
    busy: list[str] = []
    while left:
        if len(busy) == readers:
            queue.gives(busy.pop(0))
        nexts = {n for n in left if queue.is_next(n)}
        assert nexts
        name = min(nexts)
        waits[name].pop().__exit__(None, None, None)
        left.remove(name)
        queue.takes(name)
        busy.append(name)
        out.append(name)
    for round_ in range(min(map(asked.count, set(asked)))):
        turns = out[round_ * len(set(asked)) : (round_ + 1) * len(set(asked))]
        assert set(turns) == set(asked), out
