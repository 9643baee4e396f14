"""Which column holds what: the usual names of time and tokens, and ids that stand once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

import numpy as np

from outlay.core.errors import Problem, TableError
from outlay.serving.tables.wanted import Read, Table, bare, shown

__all__ = ["IDS", "INPUT", "OUTPUT", "TIME", "found_columns", "repeated_ids"]

TIME, INPUT, OUTPUT = "arrival_s", "input_tokens", "output_tokens"
ALIASES = {
    TIME: ("arrival_s", "arrival", "arrived_at", "time_s", "timestamp_s", "arrival_time"),
    INPUT: (
        "input_tokens", "num_prefill_tokens", "prompt_tokens", "input_length", "isl", "prompt_len",
    ),
    OUTPUT: (
        "output_tokens", "num_decode_tokens", "completion_tokens", "output_length", "osl",
        "output_len",
    ),
}  # fmt: skip
UNITLESS = ("timestamp", "time")
"""Say when, but not in which unit: never taken, and never beside one that is."""
_OTHER_UNIT = re.compile(
    r"(?:arrivals?|arrivaltime|timestamp|time|ts|start|starttime)[\[({,./]*(?:in)?"
    r"(ms|millis|msec|milliseconds|us|µs|μs|usec|microseconds|ns|nanos|nanoseconds|min|minutes|h|"
    r"hours|hrs)[\])}]*"
)
_UNITS = {
    "m": ("milliseconds", "divide it by 1,000"), "u": ("microseconds", "divide it by 1e6"),
    "n": ("nanoseconds", "divide it by 1e9"), "min": ("minutes", "multiply it by 60"),
    "h": ("hours", "multiply it by 3,600"),
}  # fmt: skip
MOST_NEAR = 500
"""Columns among which the nearest name is looked for."""
IDS = {
    "requestid": True, "reqid": True, "requestuuid": True, "queryid": True, "uuid": True,
    "id": False,
}  # fmt: skip
"""Columns of ids by their bare names, and whether each is certainly that of a request."""


def found_columns(table: Table, names: Mapping[str, str]) -> dict[str, str]:
    """The columns of time, input and output by what they are; raises TableError.

    Two columns of one meaning are refused, for one of them would be dropped unseen.
    """
    out: dict[str, str] = {}
    problems = []
    for kind, aliases in ALIASES.items():
        found = [names[bare(n)] for n in aliases if bare(n) in names]
        beside = [names[n] for n in UNITLESS if n in names] if kind == TIME and found else []
        if len(found) + len(beside) > 1:
            both = " and ".join(shown(n) for n in (*found, *beside))
            hint = "leave out the one that is not meant"
            problems.append(
                Problem(f"two columns for {kind}", table.header_at, both, "one of them", hint)
            )
        elif not found:
            allowed = " or ".join(aliases)
            hint = _hint(kind, table, names)
            written = ", ".join(shown(n) for n in table.names[:MOST_NEAR])[:200]
            problems.append(
                Problem(f"no column for {kind}", table.header_at, written, allowed, hint)
            )
        else:
            out[kind] = found[0]
    if problems:
        raise TableError(problems)
    return out


def _hint(kind: str, table: Table, names: Mapping[str, str]) -> str:
    if kind == TIME:
        for name, written in names.items():
            if unit := _OTHER_UNIT.fullmatch(name):
                said, how = _unit(unit.group(1))
                return f"{shown(written)!r} is in {said}: {how} and call it {TIME}"
        unitless = next((names[n] for n in UNITLESS if n in names), "")
        if unitless:
            return f"{shown(unitless)!r} does not say its unit: call it {TIME} if it is in seconds"
    taken = {bare(n) for aliases in ALIASES.values() for n in aliases}
    free = [n for n in table.names[:MOST_NEAR] if bare(n) not in taken]
    near = difflib.get_close_matches(kind, [shown(n) for n in free], 1, 0.6)
    return f"if {near[0]!r} holds it, call it {kind}" if near else ""


def _unit(word: str) -> tuple[str, str]:
    """A unit of time by a name of it, and how to come to seconds."""
    if word in ("min", "minutes"):
        return _UNITS["min"]
    if word.startswith("micro"):
        return _UNITS["u"]
    return _UNITS[word[0].replace("µ", "u").replace("μ", "u")]


def repeated_ids(read: Read, name: str) -> list[str]:
    """A note of an id that stands twice; raises TableError where ids are those of requests.

    Ids are compared by a hash of 64 bits: of 10 million, two that differ are taken for alike in
    three runs of a million.
    """
    keys = read[name]
    sorted_ = np.sort(keys)
    twice = sorted_[1:][(sorted_[1:] == sorted_[:-1]) & (sorted_[1:] != 0)]
    if not len(twice):
        return []
    where: dict[int, list[int]] = {}
    for row in np.flatnonzero(np.isin(keys, twice)).tolist():
        places = where.setdefault(int(keys[row]), [])
        places.append(row)
        if len(places) > 1:
            first, second = (read.rows.at(i) for i in places)
            break
    if IDS[bare(name)]:
        raise TableError(
            f"the same {shown(name)} twice", where=second, value=f"first at {first}",
            allowed="each request once", hint="requests of two files that hold the same ones?",
        )  # fmt: skip
    return [f"column {shown(name)} holds values twice (first at {first} and {second})"]
