"""Requests as arrays: when they arrive, how long they are, what prefix they share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, BoolArray, Int32Array
from outlay.core.errors import Problem, TableError

__all__ = ["Traffic", "said", "traffic"]

Ints = npt.NDArray[np.int32]
Cells = npt.NDArray[np.generic]
_NONE: Ints = np.full(1, -1, np.int32)
_NO_PAUSE: Array = np.zeros(1)


@dataclass(frozen=True)
class Traffic:
    """Requests in order of arrival; every array is [request].

    arrival_s: seconds from the start. input_tokens: prompt, cached part included;
    output_tokens at least 1. priority: class, 0 first. session: the chain that the request's
    context becomes when it ends (-1: none). reads: the chain that it looks up (its own session,
    or the one it branched from). shared_tokens: how many tokens of the prompt equal that chain.
    group: a prefix common to many sessions (a system prompt), group_tokens long; -1: none.
    after: the request (its place here, an earlier one) whose end this one waits for, -1: none;
    pause_s: seconds from that end to when this one is sent. One that waits is sent then, whatever
    its arrival_s says: that only orders the file.
    """

    arrival_s: Array
    input_tokens: Int32Array
    output_tokens: Int32Array
    priority: npt.NDArray[np.int8]
    session: Int32Array
    reads: Int32Array
    shared_tokens: Int32Array
    group: Int32Array
    group_tokens: Int32Array
    name: str = "traffic"
    after: Int32Array = field(default_factory=lambda: _NONE)
    pause_s: Array = field(default_factory=lambda: _NO_PAUSE)

    def __len__(self) -> int:
        return len(self.arrival_s)

    @property
    def has_prefixes(self) -> bool:
        return len(self.session) == len(self) and len(self) > 0

    @property
    def waits(self) -> bool:
        """Whether some request is sent only after another's end."""
        return len(self.after) == len(self) and bool(np.any(self.after >= 0))

    @property
    def span_s(self) -> float:
        return self.arrival_s.item(-1) - self.arrival_s.item(0) if len(self) else 0.0

    def part(self, chosen: slice | npt.NDArray[np.integer | np.bool_]) -> Traffic:
        """The requests at `chosen` (mask, slice or indexes in order)."""
        n = len(self)
        fields: dict[str, Any] = {
            k: np.ascontiguousarray(v[chosen])
            for k, v in self.__dict__.items()
            if isinstance(v, np.ndarray) and len(v) == n
        }
        if self.waits:  # places move; one whose predecessor is left out waits for nobody
            place = np.full(n, -1, np.int32)
            place[np.arange(n)[chosen]] = np.arange(len(fields["after"]), dtype=np.int32)
            before: Int32Array = fields["after"]
            fields["after"] = np.where(before >= 0, place[before], -1).astype(np.int32)
        return replace(self, **fields)

    def scaled(self, factor: float) -> Traffic:
        """The same requests `factor` times as fast, pauses included."""
        return replace(self, arrival_s=self.arrival_s / factor, pause_s=self.pause_s / factor)


def traffic(
    arrival_s: npt.ArrayLike,
    input_tokens: npt.ArrayLike,
    output_tokens: npt.ArrayLike,
    *,
    priority: npt.ArrayLike | None = None,
    session: npt.ArrayLike | None = None,
    reads: npt.ArrayLike | None = None,
    shared_tokens: npt.ArrayLike | None = None,
    group: npt.ArrayLike | None = None,
    group_tokens: npt.ArrayLike | None = None,
    after: npt.ArrayLike | None = None,
    pause_s: npt.ArrayLike | None = None,
    name: str = "traffic",
) -> Traffic:
    """Check and pack requests; raises TableError naming the first offending row.

    Scalars are spread over all requests. Times must not fall; see `loaders` for files.
    """
    arrival = np.ascontiguousarray(arrival_s, dtype=np.float64)
    n = len(arrival)
    if n == 0:
        raise TableError("no requests", where=name, hint="the table has a header but no rows")
    inp = _ints(input_tokens, n, name, "input_tokens", 1)
    out = _ints(output_tokens, n, name, "output_tokens", 1)
    bad: BoolArray = ~np.isfinite(arrival)
    if bad.any():
        _refuse(name, "arrival_s", int(np.argmax(bad)), arrival, "a finite number of seconds")
    falls = np.flatnonzero(arrival[1:] < arrival[:-1])
    if len(falls):
        _refuse(name, "arrival_s", falls.item(0) + 1, arrival, "times that do not fall")
    ranks = np.zeros(n, np.int8) if priority is None else np.asarray(priority)
    if len(ranks) != n or np.any((ranks < 0) | (ranks > 15)):
        raise TableError("priority must be a class from 0 to 15", where=name)
    chains = session is not None or group is not None or shared_tokens is not None
    return Traffic(
        arrival_s=arrival,
        input_tokens=inp,
        output_tokens=out,
        priority=np.ascontiguousarray(ranks, dtype=np.int8),
        session=_ints(session, n, name, "session", -1) if chains else _NONE,
        reads=_ints(session if reads is None else reads, n, name, "reads", -1) if chains else _NONE,
        shared_tokens=_ints(shared_tokens, n, name, "shared_tokens", 0) if chains else _NONE,
        group=_ints(group, n, name, "group", -1) if chains else _NONE,
        group_tokens=_ints(group_tokens, n, name, "group_tokens", 0) if chains else _NONE,
        name=name,
        after=_earlier(after, n, name),
        pause_s=_pauses(pause_s, n, name),
    )


def _earlier(values: npt.ArrayLike | None, n: int, name: str) -> Ints:
    """The request that each waits for: one before it in the file, so that no circle can be."""
    if values is None:
        return _NONE
    before = _ints(values, n, name, "after", -1)
    bad: BoolArray = before >= np.arange(n)
    if bad.any():
        _refuse(name, "after", int(np.argmax(bad)), before, "the place of an earlier request")
    return before


def _pauses(values: npt.ArrayLike | None, n: int, name: str) -> Array:
    if values is None:
        return _NO_PAUSE
    pause = np.array(np.broadcast_to(np.asarray(values, dtype=np.float64), (n,)))
    bad: BoolArray = ~((pause >= 0) & (pause < 1e12))
    if bad.any():
        _refuse(name, "pause_s", int(np.argmax(bad)), pause, "seconds, 0 or more")
    return pause


def _ints(values: npt.ArrayLike | None, n: int, name: str, column: str, low: int) -> Ints:
    if values is None:
        return np.full(n, low, np.int32)
    array: Cells = np.asarray(values)
    if array.ndim == 0:
        array = np.broadcast_to(array, (n,))
    if len(array) != n:
        raise TableError(f"{column} has {len(array)} values for {n} requests", where=name)
    if array.dtype == np.int32:  # as they come from a file: ten million need no copy
        found: Ints = array.astype(np.int32, copy=False)
        bad: BoolArray = (found < low) | (found > 2**30)
    else:
        numbers = array.astype(np.float64)
        bad = ~((numbers >= low) & (numbers <= 2**30)) | (numbers % 1 != 0)
    if bad.any():
        _refuse(name, column, int(np.argmax(bad)), array, f"a whole number from {low} to 2^30")
    return np.ascontiguousarray(array, dtype=np.int32)


def _refuse(name: str, column: str, row: int, values: Cells, allowed: str) -> None:
    raise TableError(
        Problem(
            f"bad value in column {column}",
            where=f"{name}, request {row + 1}",
            value=str(values[row]),
            allowed=allowed,
        )
    )


def said(t: Traffic, *, clock: bool = True) -> str:
    """One line of what requests are: how many over how long, and how long they are on average.

    clock: whether they share one; else each session's times run from its own start.
    """
    rate = f" ({len(t) / t.span_s:.3g} a second)" if clock and t.span_s else ""
    inp, out = (float(np.mean(x)) for x in (t.input_tokens, t.output_tokens))
    longest = "" if clock else " in the longest session"
    many = f"{len(t):,} request{'s' if len(t) != 1 else ''}"
    return (
        f"read {many} over {_span(t.span_s)}{longest}{rate}, {inp:,.0f} tokens in and "
        f"{out:,.0f} out on average"
    )


def _span(seconds: float) -> str:
    for size, unit in ((86_400.0, "days"), (3_600.0, "h"), (60.0, "min")):
        if seconds >= 3 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"
