"""Run a policy through worlds, on one or several processes, with the same bits either way."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import numpy as np

from outlay.core.arrays import Array
from outlay.core.spawned import end_with_parent, safe_path
from outlay.risk.worlds.worlds import Worlds

__all__ = ["Evaluator", "evaluate_worlds"]


class Evaluator(Protocol):
    """What a plan does in a world. Row i of the answer may depend on world i alone."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the columns of the answer."""

    def evaluate(self, worlds: Worlds) -> Array:
        """[world, output]."""


_CHUNK = 250
"""Worlds worked through at once: enough to share a node's work, few enough for memory."""

_evaluator: list[Evaluator] = []


def _start(evaluator: Evaluator) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who stops the run is answered by its parent
    end_with_parent()
    _evaluator[:] = [evaluator]


def _run(worlds: Worlds) -> Array:
    return _evaluator[0].evaluate(worlds)


def evaluate_worlds(
    evaluator: Evaluator,
    worlds: Worlds,
    *,
    workers: int = 1,
    done: Callable[[int], None] = lambda _: None,
    order: Sequence[int] | None = None,
) -> Array:
    """[world, output], in the order of `worlds` whatever the order or the number of workers.

    done: told of each batch of worlds that is worked through, by how many they are. order: sequence
    in which worlds are worked through (for tests; each once).
    """
    from multiprocessing import current_process

    n = len(worlds)
    index = np.arange(n) if order is None else np.asarray(order, dtype=np.int64)
    chunks = [index[i : i + _CHUNK] for i in range(0, n, _CHUNK)]

    def told(parts: Iterable[Array]) -> list[Array]:
        out = []
        for part in parts:
            out.append(part)
            done(len(part))
        return out

    parts: list[Array]
    if workers <= 1 or len(chunks) <= 1 or current_process().daemon:
        parts = told(evaluator.evaluate(worlds.take(c)) for c in chunks)
    else:
        from concurrent.futures import ProcessPoolExecutor
        from concurrent.futures.process import BrokenProcessPool
        from multiprocessing import get_context

        try:
            with (
                safe_path(),
                ProcessPoolExecutor(
                    workers, mp_context=get_context("spawn"), initializer=_start,
                    initargs=(evaluator,),
                ) as pool,
            ):  # fmt: skip
                parts = told(pool.map(_run, [worlds.take(c) for c in chunks]))
        except BrokenProcessPool:  # a worker was killed (memory); worlds are pure, so do them here
            parts = [evaluator.evaluate(worlds.take(c)) for c in chunks]
    out = np.empty((n, len(evaluator.outputs)))
    for chunk, part in zip(chunks, parts, strict=True):
        out[chunk] = part
    return out
