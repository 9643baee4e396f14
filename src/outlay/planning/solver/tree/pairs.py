"""Several branches, one after the other or two at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from outlay.core.arrays import IntArray
from outlay.planning.solver.tree.cut import End

__all__ = ["Each", "two_at_a_time"]

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
THREADS = 2
"""Programmes solved at a time: the solver lets other threads run. Results do not depend on it."""

Each = Callable[[Callable[[IntArray], "End | None"], list[IntArray]], Iterable["End | None"]]
"""How to follow several branches: one after the other, as far as is asked for, or two at a time."""


def two_at_a_time(what: Callable[[Asked], Answer], of: Iterable[Asked]) -> list[Answer]:
    """Each answer, in order, two at a time."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(what, list(of)))
