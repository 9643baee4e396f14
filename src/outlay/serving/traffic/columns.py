"""Which column holds what: the usual names of time and tokens, and ids that stand once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from outlay.core.errors import InputError, Problem, TableError, nearest
from outlay.serving.tables.wanted import Read, Table, bare, shown

__all__ = [
    "IDS", "INPUT", "OUTPUT", "TIME", "columns_given", "columns_of", "found_columns", "named_unit",
    "repeated_ids",
]  # fmt: skip

TIME, INPUT, OUTPUT = "arrival_s", "input_tokens", "output_tokens"
ALIASES = {
    TIME: ("arrival_s", "arrival", "arrived_at", "time_s", "timestamp_s", "arrival_time",
           "arrival_timestamp"),
    INPUT: (
        "input_tokens", "num_prefill_tokens", "prompt_tokens", "input_length", "isl", "prompt_len",
    ),
    OUTPUT: (
        "output_tokens", "num_decode_tokens", "completion_tokens", "output_length", "osl",
        "output_len",
    ),
}  # fmt: skip
OTHERS = {
    TIME: ("request_timestamp", "request_time", "ts", "created", "created_at", "received_at",
           "sent_at", "submitted_at", "start_time", "start", "t"),
    INPUT: ("input_len", "num_input_tokens", "num_prompt_tokens", "prompt_length", "prompt_size",
            "context_tokens", "prefill_tokens", "request_tokens", "in"),
    OUTPUT: ("generated_tokens", "num_output_tokens", "num_generated_tokens", "token_size",
             "response_tokens", "decode_tokens", "expected_output_len", "out"),
}  # fmt: skip
"""Taken where none of the first are there."""
UNITLESS = ("timestamp", "time")
"""Say when, and are never let be beside another that does."""
SECONDS = ("arrivals", "arrivedat", "arrivaltimestamp", "times", "timestamps")
"""Bare names of times that are in seconds: ours, and those of simulators' own files."""
_UNIT = re.compile(
    r"(?:arrivals?|arrivaltime|arrivaltimestamp|arrivedat|timestamp|time|ts|start|starttime|"
    r"requesttimestamp|requesttime|createdat|receivedat|sentat|submittedat)[\[({,./]*(?:in)?"
    r"(s|sec|secs|seconds|ms|millis|msec|milliseconds|us|µs|μs|usec|microseconds|ns|nanos|nsec|"
    r"nanoseconds|min|minutes|h|hours|hrs)[\])}]*"
)
MOST_NEAR = 500
"""Columns among which the nearest name is looked for."""
IDS = {
    "requestid": True, "reqid": True, "requestuuid": True, "queryid": True, "uuid": True,
    "id": False,
}  # fmt: skip
"""Columns of ids by their bare names, and whether each is certainly that of a request."""


def named_unit(name: str) -> str:
    """The unit that a column's bare name says: s, ms, us, ns, min, h; '' for none."""
    if name in SECONDS:
        return "s"
    found = None if name in ("ts", "arrivals") else _UNIT.fullmatch(name)
    if not found:
        return ""
    word = str(found[1]).replace("µ", "u").replace("μ", "u")
    if word.startswith("micro"):
        return "us"
    return "min" if word in ("min", "minutes") else {"s": "s", "h": "h"}.get(
        word[0], word[0] + "s"
    )  # fmt: skip


def found_columns(
    table: Table, names: Mapping[str, str], given: Mapping[str, str]
) -> dict[str, str]:
    """The columns of time, input and output by what they are; raises TableError.

    given: columns by what they were said to hold. Two columns of one meaning are refused, for one
    of them would be dropped unseen.
    """
    out: dict[str, str] = {}
    problems, lacking = [], []
    for kind in ALIASES:
        if kind in given:
            out[kind] = given[kind]
            continue
        found = _meant(kind, names)
        if len(found) > 1:
            both = " and ".join(shown(n) for n in found)
            hint = (
                f"leave out the one that is not meant, or pass --columns {kind}={shown(found[0])}"
            )
            problems.append(
                Problem(f"two columns for {kind}", table.header_at, both, "one of them", hint)
            )
        elif not found:
            lacking.append(kind)
        else:
            out[kind] = found[0]
    if lacking:
        written = ", ".join(shown(n) for n in table.names[:MOST_NEAR])[:200]
        allowed = " or ".join(ALIASES[lacking[0]]) if len(lacking) == 1 else ""
        what = f"no column for {' or '.join(lacking)}"
        hint = _hint(lacking, table)
        problems.append(Problem(what, table.header_at, written, allowed, hint))
    if problems:
        raise TableError(problems)
    return out


def _meant(kind: str, names: Mapping[str, str]) -> list[str]:
    """The columns that may hold a meaning, most likely ones alone."""
    found = _there(ALIASES[kind], names)
    if kind != TIME:
        return found or _there(OTHERS[kind], names)
    found += _there(UNITLESS, names)
    found = found or [names[n] for n in names if n != "ts" and _UNIT.fullmatch(n)]
    return found or _there(OTHERS[TIME], names)[:1]


def _there(aliases: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """The columns that are called so."""
    return [names[bare(n)] for n in aliases if bare(n) in names]


def _hint(lacking: Sequence[str], table: Table) -> str:
    """How to say which columns they are, the likely ones by name."""
    taken = {bare(n) for aliases in ALIASES.values() for n in aliases}
    free = [shown(n) for n in table.names[:MOST_NEAR] if bare(n) not in taken]
    if not free:
        return "requests without times are drawn: --rate" if TIME in lacking else ""
    near = {kind: difflib.get_close_matches(kind, free, 1, 0.6) for kind in lacking}
    pairs = ",".join(f"{kind}={(near[kind] or ['NAME'])[0]}" for kind in lacking)
    if len(lacking) == 1 and near[lacking[0]]:
        return f"if {near[lacking[0]][0]!r} holds it, pass --columns {pairs}"
    named = "" if any(near.values()) else ", each NAME that of the column that holds it"
    return f"pass --columns {pairs}{named}"


def columns_of(text: str) -> dict[str, str]:
    """Columns by what they hold, of `arrival_s=when,input_tokens=n`; raises InputError."""
    out: dict[str, str] = {}
    for part in text.split(",") if text.strip() else []:
        kind, equals, name = (x.strip() for x in part.partition("="))
        if not equals or not kind or not name or kind in out:
            what = "a meaning given twice" if kind in out else "not a meaning and a column"
            raise InputError(Problem(what, "--columns", part[:80], "arrival_s=when,input_tokens=n"))
        out[kind] = name
    return out


def columns_given(
    table: Table, names: Mapping[str, str], given: Mapping[str, str], known: Sequence[str]
) -> dict[str, str]:
    """Columns by what they were said to hold; raises TableError for one that is not there.

    given: a column's name, in any spelling of it, by one of the `known` meanings.
    """
    out: dict[str, str] = {}
    problems = []
    for kind, name in given.items():
        if kind not in known:
            problems.append(Problem("no such meaning of a column", "--columns", kind,
                                    ", ".join(known), nearest(kind, known)))  # fmt: skip
        elif bare(name) not in names:
            written = ", ".join(shown(n) for n in table.names[:MOST_NEAR])[:200]
            problems.append(Problem(f"no column {shown(name)}", table.header_at, written,
                                    hint=nearest(name, table.names[:MOST_NEAR])))  # fmt: skip
        else:
            out[kind] = names[bare(name)]
    twice = next((v for v in out.values() if list(out.values()).count(v) > 1), "")
    if twice:
        problems.append(
            Problem("a column given two meanings", "--columns", shown(twice), "one meaning each")
        )
    if problems:
        raise TableError(problems)
    return out


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
