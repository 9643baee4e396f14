"""Sessions turn by turn: a later turn is sent some time after the answer to the one before it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.errors import Problem, TableError
from outlay.serving.tables.wanted import Cells, Read, Rows, Want
from outlay.serving.traffic.columns import INPUT, OUTPUT, TIME, found_columns
from outlay.serving.traffic.forms.asked import (
    Asked,
    Trace,
    as_trace,
    packed,
    spoken,
    tokens,
)
from outlay.serving.traffic.forms.clock import Clock, clock
from outlay.serving.traffic.forms.hashed import HASHES, MOONCAKE_BLOCK, shared_blocks

__all__ = ["GUESS_S", "turns"]

GUESS_S = 0.02
"""Seconds a token of an answer, for the order of turns only."""
MOST_DELAY = 1e12


@dataclass(frozen=True, slots=True)
class _Turns:
    """Who comes before whom. before: the row of the turn before, -1 for a first one."""

    session: IntArray
    before: IntArray
    delay_s: Array


def turns(a: Asked) -> Trace:
    """Mooncake's keys with session_id; later turns have a delay [ms], or a timestamp of their own.

    Hashes, where there are any, are those of the whole prompt. Without them the input of a later
    turn is what it adds to the context, which is sent again with it.
    """
    read, clock_, hashed, notes = _read(a)
    times: Array = np.full(len(read), np.nan)
    delays = times
    told: list[str] = []
    if clock_:
        times, told = clock_.seconds(read)
    if "delay" in read.columns:
        delays = read.numbers("delay") / 1e3
    who = _who(read, times, delays)
    drawn = bool(np.all(np.isnan(times[who.before < 0])))
    out: IntArray = spoken(read[OUTPUT], read.rows, notes).astype(np.int64)
    inp, chains = _whole_prompts(read, who, out, hashed, notes)
    at = _placed(who, times, out, read.rows)
    order = np.argsort(at, kind="stable")
    chains = {k: v[order] for k, v in chains.items()}
    block = 0
    if lists := read.lists.get("hash_ids"):
        block, shared = shared_blocks(
            a, lists, inp, order, MOONCAKE_BLOCK, read.rows, notes
        )  # fmt: skip
        chains |= shared
    chains |= _waits(who, times, order, notes)
    if drawn:
        notes.insert(0, "sessions have no times of their own: their starts are drawn")
    read = Read({**read.columns, INPUT: inp, OUTPUT: out}, read.rows)
    trace = as_trace(
        a, packed(a, read, at, order, chains), "multi-turn", [*notes, *told], block=block,
        sessions=int(np.max(who.session)) + 1,
    )  # fmt: skip
    return replace(trace, session_id=who.session[order]) if drawn else trace


def _read(a: Asked) -> tuple[Read, Clock | None, bool, list[str]]:
    """The columns, the clock if there is one, and whether prompts have hashes."""
    timed = "timestamp" in a.names or TIME in a.given
    names = a.names if timed else {**a.names, "timestamp": "timestamp"}
    found = found_columns(a.table, names, a.given)
    hashes, delay = a.has(*HASHES), a.has("delay", "delayms")
    clock_ = clock(a, found[TIME], usual="ms", name="timestamp", empty=True) if timed else None
    wants = [
        tokens(INPUT, found[INPUT]), tokens(OUTPUT, found[OUTPUT], 0),
        Want("session_id", a.has("sessionid"), "key", empty=True),
    ]  # fmt: skip
    if clock_:
        wants.append(clock_.want)
    if delay:
        wants.append(Want("delay", delay, "number", 0.0, MOST_DELAY, empty=True))
    if hashes:
        wants.append(Want("hash_ids", hashes, "lists"))
    read, notes = a.read(wants)
    return read, clock_, bool(hashes), notes


def _waits(who: _Turns, times: Array, order: IntArray, notes: list[str]) -> dict[str, Cells]:
    """Columns of whom each turn waits for, in order, and for how long after."""
    waits: BoolArray = np.isnan(times) & (who.before >= 0)
    if not waits.any():
        return {}
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    notes.append(f"{int(np.sum(waits)):,} later turns are sent after the answer before them")
    return {
        "after": np.where(waits, rank[who.before], -1)[order],
        "pause_s": np.where(waits, np.nan_to_num(who.delay_s), 0.0)[order],
    }


def _who(read: Read, times: Array, delays: Array) -> _Turns:
    """The sessions, each in the order of the file; a row without one is a session of its own."""
    keys: list[int] = read["session_id"].tolist()
    last: dict[int, int] = {}
    number: dict[int, int] = {}
    session: IntArray = np.empty(len(keys), np.int64)
    before: IntArray = np.full(len(keys), -1, np.int64)
    for i, key in enumerate(keys):
        if key and key in last:
            before[i] = last[key]
            session[i] = session[last[key]]
        else:
            session[i] = number.setdefault(key or -i - 1, len(number))
        last[key] = i
    later = before >= 0
    both = np.flatnonzero(~np.isnan(times) & (delays > 0) & later)
    if len(both):
        raise TableError(
            Problem("a turn with both a timestamp and a delay", read.rows.at(both.item(0)),
                    allowed="one of them")
        )  # fmt: skip
    first: BoolArray = ~later
    known: BoolArray = ~np.isnan(times[first])
    if known.any() and not known.all():
        row = np.flatnonzero(first)[np.flatnonzero(~known)].item(0)
        raise TableError(
            Problem("a session whose first turn has no timestamp", read.rows.at(row),
                    allowed="a timestamp in every first turn, or in none")
        )  # fmt: skip
    return _Turns(session, before, delays)


def _whole_prompts(
    read: Read, who: _Turns, out: IntArray, hashed: bool, notes: list[str]
) -> tuple[IntArray, dict[str, Cells]]:
    """Prompts with the context that is sent again, and the columns of chains that follow."""
    inp = read.integers(INPUT)
    if hashed or not np.any(who.before >= 0):
        return inp, {}
    total: IntArray = inp.copy()
    shared: IntArray = np.zeros(len(inp), np.int64)
    for i in np.flatnonzero(who.before >= 0).tolist():
        earlier = who.before.item(i)
        shared[i] = total[earlier] + out.item(earlier)
        total[i] += shared[i]
    notes.append("input of later turns is what each adds: the context before it is sent again")
    return total, {"session": who.session, "shared_tokens": shared}


def _placed(who: _Turns, times: Array, out: IntArray, rows: Rows) -> Array:
    """When each is sent; a turn that waits at a guess, which only orders it."""
    at = times.copy()
    for i in np.flatnonzero(np.isnan(times)).tolist():
        earlier = who.before.item(i)
        if earlier < 0:
            at[i] = 0.0
            continue
        pause = who.delay_s.item(i)
        at[i] = at[earlier] + GUESS_S * out.item(earlier) + (0.0 if np.isnan(pause) else pause)
    falls = np.flatnonzero((who.before >= 0) & (at < at[who.before]))
    if len(falls):
        raise TableError(
            Problem("a turn before the one before it", rows.at(falls.item(0)),
                    allowed="turns of a session in their order")
        )  # fmt: skip
    return at
