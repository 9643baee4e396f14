"""Times of a column in seconds: its unit is said, stands in its name, or is told by its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import Problem, TableError
from outlay.serving.tables.wanted import Read, Want, bare, shown
from outlay.serving.traffic.columns import TIME, named_unit
from outlay.serving.traffic.forms.asked import Asked
from outlay.serving.traffic.plausible import FEW, rate_can_be

__all__ = ["Clock", "clock"]

MOST_SECONDS = 4e9
"""A time since 1970 in seconds ends there (2096); a larger one is in another unit."""
FIRST_SECONDS = 9.4e8
"""And begins there (1999): a time since the start of a trace seldom gets so far."""
UNITS = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
"""How many of a unit are a second."""
PER = {"min": 60.0, "h": 3600.0}
"""Seconds of one."""
SAID = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}
HINTS = {
    "s": "times are in seconds: divide milliseconds by 1,000, nanoseconds by 1e9",
    "ms": "times are in milliseconds: divide nanoseconds by 1e6",
}
EXACT = tuple(SAID)
"""Units that an option may name."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A column of times. unit: what is sure; else `usual` is what the form's publishers write."""

    want: Want
    unit: str = ""
    usual: str = ""

    def seconds(self, read: Read) -> tuple[Array, list[str]]:
        """Times in seconds, and what was told of their unit; raises TableError where it cannot."""
        times = read.numbers(self.want.name)
        if self.want.name in read.stamped:
            if self.unit:
                raise TableError(
                    "time stamps have no unit", where=read.rows.at(0), value=f"unit {self.unit}",
                    hint="leave --time-unit out",
                )  # fmt: skip
            return times, []
        unit, notes = (self.unit, []) if self.unit else self._told(read, times)
        if unit == "s":
            return times, notes
        return times * PER[unit] if unit in PER else times / UNITS[unit], notes

    def _told(self, read: Read, times: Array) -> tuple[str, list[str]]:
        """The unit that the numbers tell, and a note where it is not the usual one."""
        known = times[np.isfinite(times)]
        if not len(known):
            return self.usual or "s", []
        if unit := _epoch(known):
            since = f"times are {SAID[unit]} since 1970, as their size tells"
            return unit, [] if unit == self.usual else [since]
        few = len(known) < 2 or (bool(self.usual) and len(known) < FEW)
        if few or self.usual == "s" or not np.ptp(known):
            return self.usual or "s", []
        return self._by_rate(read, known)

    def _by_rate(self, read: Read, times: Array) -> tuple[str, list[str]]:
        """The unit that gives a rate which can be, and a note; raises TableError for several."""
        fine = bool(np.any(times % 1))
        per = len(times) / float(np.ptp(times))
        units = [u for u in EXACT if rate_can_be(u, per * UNITS[u], fine)]
        doubted = fine and "s" in units
        if self.usual:
            if units and (doubted or self.usual not in units):
                self._unsure(read, times, [u for u in EXACT if u in (self.usual, *units)])
            return self.usual, []
        if doubted:  # a part of a millisecond is seldom written
            units = ["s"]
        if len(units) != 1:
            self._unsure(read, times, units)
        return units[0], [
            f"times are taken in {SAID[units[0]]}: {per * UNITS[units[0]]:.3g} requests a second "
            "(--time-unit says otherwise)"
        ]

    def _unsure(self, read: Read, times: Array, units: Sequence[str]) -> NoReturn:
        """Refuse times whose unit cannot be told."""
        rate = len(times) / float(np.ptp(times))
        raise TableError(
            Problem(
                f"{shown(self.want.column)} may be in more than one unit", read.rows.at(0),
                f"{times.item(0):.12g} to {times.item(-1):.12g}, {rate:.3g} requests a second if "
                "in seconds", ", ".join(EXACT),
                "pass " + " or ".join(f"--time-unit {u}" for u in units or EXACT),
            )
        )  # fmt: skip


def _epoch(times: Array) -> str:
    """The unit in which times are of this century; '' for none."""
    low, high = float(np.min(times)), float(np.max(times))
    return next(
        (u for u in EXACT if low / UNITS[u] >= FIRST_SECONDS and high / UNITS[u] <= MOST_SECONDS),
        "",
    )


def clock(
    a: Asked, column: str, *, name: str = TIME, usual: str = "", unit: str = "",
    stamps: bool = False, empty: bool = False,
) -> Clock:  # fmt: skip
    """The times of a column. usual: what its publishers write; unit: what is sure."""
    named = unit or named_unit(bare(column))
    if a.unit and named and a.unit != named:
        raise TableError(
            Problem("two units of time", f"{a.table.header_at}: {shown(column)}",
                    f"{named} by its name, {a.unit} by --time-unit", "one of them")
        )  # fmt: skip
    unit = a.unit or named
    most = MOST_SECONDS * UNITS.get(unit or "ns", 1.0)
    want = Want(
        name, column, "time", 0.0, most, HINTS.get(unit, ""), empty=empty, stamps=stamps
    )  # fmt: skip
    return Clock(want, unit, usual)
