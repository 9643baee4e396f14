"""Traffic from many clients: rate curves with their own burstiness and lengths (ServeGen).

A folder as published (see `chunks`), or two tables in one folder: `*_clients` (client_id,
window_start_s, rate_rps, interarrival_cv, family) and `*_lengths` (client_id, window_start_s,
field, quantiles). Each client is a renewal process in operational time under its own rate curve;
the fleet is their superposition. Source of the method: Xiang et al., ServeGen, arXiv 2505.09999,
§5.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn, TypeAlias

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.errors import Problem, TableError, TooLargeError, nearest
from outlay.core.seeds import stream
from outlay.serving.tables.opening import open_table
from outlay.serving.tables.wanted import Read, Rows, Table, Want, bare, not_read, once
from outlay.serving.traffic.chunks import (
    is_chunks,
    lengths_of_chunks,
    rates_of_chunks,
    refuse_one_chunk,
)
from outlay.serving.traffic.generate import curve_arrivals, quantile_values
from outlay.serving.traffic.requests import Traffic, said, traffic

__all__ = ["client_traffic"]

Tokens = npt.NDArray[np.int32]
Texts: TypeAlias = npt.NDArray[np.object_]

MOST = {"client_id": 2**53, "window_start_s": 4e9, "rate_rps": 1e7, "interarrival_cv": 1e4}
"""What a number of the table may be at most."""
MOST_TOKENS = 1e7
MOST_REQUESTS = 50_000_000
LEAST_CV, MOST_CV = 0.05, 20.0
"""Of the times between a client's requests, as they are drawn."""
LONGEST_WINDOW = 86_400.0
"""Seconds; rates are stated by minutes to hours."""
FIELDS = ("input_tokens", "text_tokens", "output_tokens")
FAMILIES = ("", "gamma", "weibull", "exponential")

QUANTILES = {
    "q01": 0.01,
    "q05": 0.05,
    "q10": 0.10,
    "q25": 0.25,
    "q50": 0.50,
    "q75": 0.75,
    "q90": 0.90,
    "q95": 0.95,
    "q99": 0.99,
    "q999": 0.999,
}


class Windows(NamedTuple):
    """What each client sends in each window; every array is [row]."""

    client_id: Array
    window_start_s: Array
    rate_rps: Array
    interarrival_cv: Array
    family: npt.NDArray[np.str_]

    def of(self, rows: BoolArray) -> Windows:
        client, start, rate, cv = (column[rows] for column in self[:-1])
        return Windows(client, start, rate, cv, self.family[rows])


def client_traffic(
    path: str | Path,
    *,
    start_s: float = 0.0,
    most: int = 1_000_000,
    seed: int = 0,
    mean_tokens: tuple[float, float] | None = None,
) -> tuple[Traffic, tuple[str, ...]]:
    """Requests of all clients from `start_s` on, at most `most` of them, in order of time.

    Clients without a length table take lengths pooled over those that have one (said in the
    warnings). mean_tokens: in and out, of every request of a folder that has no lengths at all.
    Raises TableError.
    """
    place = Path(path)
    refuse_one_chunk(place)
    if place.is_dir():
        columns, lengths, unread = _folder(place, mean_tokens)
        unread_lengths: tuple[str, ...] = ()
    else:
        columns, unread = _clients(place)
        lengths, unread_lengths = _lengths(place)
    starts = np.unique(columns.window_start_s)
    step = float(np.min(np.diff(starts))) if len(starts) > 1 else 600.0
    _even(starts, step, path)
    starts = starts[starts >= start_s]
    if not len(starts):
        raise TableError("no window at or after the start", where=str(path), value=str(start_s))
    parts: list[tuple[Array, Tokens, Tokens]] = []
    bare = beyond = 0
    rate_all = 0.0
    rate_bare = 0.0
    horizon = _horizon(columns, starts, step, most, str(path))
    for client in np.unique(columns.client_id).flat:
        mine = columns.of(columns.client_id == client)
        curve = np.zeros(len(starts))
        at = np.searchsorted(starts, mine.window_start_s)
        inside = (at < len(starts)) & (mine.window_start_s >= start_s)
        curve[at[inside]] = mine.rate_rps[inside]
        curve = curve[: max(1, int(np.ceil(horizon / step)))]
        rate = float(np.sum(curve))
        rate_all += rate
        if rate == 0:
            continue
        live = mine.of(mine.rate_rps > 0)
        stated = float(np.median(live.interarrival_cv))
        cv = min(max(stated, LEAST_CV), MOST_CV)
        beyond += stated != cv
        times = curve_arrivals(
            curve, step, cv=cv, family=_family(live), seed=seed, name=f"c{client}"
        )
        if not len(times):
            continue
        own = lengths.get(int(client))
        if own is None:
            bare += len(lengths) > 1
            rate_bare += rate
            own = lengths[-1]
        rng = stream(seed, "serving", "client-lengths", int(client))
        inp, out = (_draw(rng, own[k], len(times)) for k in ("input", "output"))
        parts.append((times, inp, out))
    if not parts:
        raise TableError("no client sends anything", where=str(path))
    times = np.concatenate([x for x, _, _ in parts])
    inp, out = (np.concatenate([x[k] for x in parts]) for k in (1, 2))
    order = np.argsort(times, kind="stable")[:most]
    notes = [
        *unread,
        *unread_lengths,
        *_doubts(bare, rate_bare / max(rate_all, 1e-12), beyond, step),
    ]
    found = traffic(times[order], inp[order], out[order], name=str(path))
    line = f"{said(found)}, drawn; {len(np.unique(columns.client_id)):,} clients"
    return found, (line.replace("read ", "", 1), *notes)


def _doubts(bare: int, share: float, beyond: int, step: float) -> Iterator[str]:
    """Notes of clients without lengths (their share of the rate), of odd ones, of odd windows."""
    if bare:
        yield (
            f"{bare} clients ({100 * share:.0f} % of the rate) have no "
            "length table and take the pooled lengths"
        )
    if beyond:
        yield (
            f"interarrival_cv of {beyond} clients is outside {LEAST_CV:g} to {MOST_CV:g}, where "
            "it was cut"
        )
    if step > LONGEST_WINDOW:
        yield f"windows of {step / 86_400:.3g} days: are they in seconds?"


def _even(starts: Array, step: float, path: str | Path) -> None:
    """Windows that nobody has would close up: those after them would come too early."""
    odd = np.flatnonzero(np.abs(np.diff(starts) - step) > 1e-6 * step)
    if len(odd):
        after, at = starts.item(odd.item(0)), starts.item(odd.item(0) + 1)
        raise TableError(
            "windows that are not evenly spaced", where=str(path),
            value=f"{at:g} after {after:g}", allowed=f"every {step:g} s",
            hint="give the windows in which nobody sends a rate of 0",
        )  # fmt: skip


def _horizon(columns: Windows, starts: Array, step: float, most: int, where: str) -> float:
    """Seconds after which `most` requests have certainly come, or the whole table."""
    at = np.searchsorted(starts, columns.window_start_s)
    keep = at < len(starts)
    total = np.cumsum(np.bincount(at[keep], weights=columns.rate_rps[keep]) * step)
    enough = int(np.searchsorted(total, 1.1 * most + 100))
    drawn = total[min(enough, len(total) - 1)] if len(total) else 0.0
    if drawn > MOST_REQUESTS:
        raise TooLargeError(
            "more requests than can be drawn", where=where, value=f"{drawn:,.0f} in the windows",
            allowed=f"{MOST_REQUESTS:,}", hint="shorter windows, or lower rates",
        )  # fmt: skip
    return float((enough + 1) * step)


def _folder(
    path: Path, mean_tokens: tuple[float, float] | None
) -> tuple[Windows, dict[int, dict[str, Array]], tuple[str, ...]]:
    """Windows and lengths of a folder as published, and what of it is not read."""
    if not is_chunks(path):
        raise TableError("a folder without clients", where=str(path), allowed="chunk-N-trace.csv")
    rows, places = rates_of_chunks(path)
    client, start, rate, cv = (np.array([r[k] for r in rows], dtype=np.float64) for k in range(4))
    _refuse_window_twice(client, start, places.__getitem__)
    windows = Windows(client, start, rate, cv, np.array([r[4] for r in rows], dtype=np.str_))
    lengths, others = lengths_of_chunks(path)
    notes = (f"fields of lengths not read: {', '.join(sorted(others))}",) if others else ()
    if lengths:
        tables = list(lengths.values())
        lengths[-1] = {kind: _pooled([t[kind] for t in tables]) for kind in ("input", "output")}
        return windows, lengths, notes
    if mean_tokens is None:
        raise TableError("no lengths", where=str(path), allowed="chunk-N-dataset.json of a client")
    inp, out = mean_tokens
    lengths[-1] = {
        "input": np.array([[0.0, inp], [1.0, inp]]), "output": np.array([[0.0, out], [1.0, out]])
    }  # fmt: skip
    said = f"no chunk-N-dataset.json: every request is {inp:g} tokens in and {out:g} out"
    return windows, lengths, (f"{said} (--isl, --osl)", *notes)


def _pooled(tables: Sequence[Array]) -> Array:
    """The mean of quantiles over clients."""
    at = (np.arange(400) + 0.5) / 400
    mean: Array = np.mean([quantile_values(at, t) for t in tables], axis=0)
    return np.column_stack([at, mean])


def _clients(path: Path) -> tuple[Windows, tuple[str, ...]]:
    """Rates by client and window, and a note of columns that nobody reads."""
    with open_table(path, "table of clients") as table:
        names = once(table.names, table.header_at)
        wanted = Windows._fields[:-1]
        _needed(table, names, wanted)
        wants = [Want(c, names[bare(c)], "number", 0.0, MOST[c]) for c in wanted]
        if "family" in names:
            wants.append(Want("family", names["family"], "text", empty=True))
        read = table.read(wants)
    client, start = (read.numbers(c) for c in wanted[:2])
    _whole_clients(client, read.rows)
    _refuse_window_twice(client, start, read.rows.at)
    family: Texts = np.full(len(read), "Gamma", dtype=object)
    if "family" in read.columns:
        family = read["family"].astype(object)
        odd = np.flatnonzero(~np.isin(np.char.lower(family.astype(str)), FAMILIES))
        if len(odd):
            row = odd.item(0)
            raise TableError(
                "unknown family of interarrival times", where=read.rows.at(row),
                value=repr(family[row])[:80], allowed="Gamma, Weibull, or empty",
            )  # fmt: skip
    rate, cv = (read.numbers(c) for c in wanted[2:])
    notes = not_read((*table.names, *read.others), [w.column for w in wants])
    return Windows(client, start, rate, cv, family.astype(str)), notes


def _refuse_window_twice(client: Array, start: Array, at: Callable[[int], str]) -> None:
    order: IntArray = np.lexsort((start, client))
    same: BoolArray = (np.diff(client[order]) == 0) & (np.diff(start[order]) == 0)
    if same.any():
        found = int(np.argmax(same))
        first, second = sorted((order.item(found), order.item(found + 1)))
        raise TableError(
            "a window of a client given twice", where=at(second),
            value=f"client {client.item(second):g}, window {start.item(second):g}",
            hint=f"first at {at(first)}",
        )  # fmt: skip


def _needed(table: Table, names: Mapping[str, str], wanted: Sequence[str]) -> None:
    missing = [c for c in wanted if bare(c) not in names]
    if missing:
        allowed = ", ".join(wanted)
        raise TableError(
            [
                Problem(f"no column {c}", table.header_at, ", ".join(table.names)[:200], allowed,
                        _held_by(c, table.names, wanted))
                for c in missing
            ]
        )  # fmt: skip


def _held_by(lacking: str, names: Sequence[str], wanted: Sequence[str]) -> str:
    """A hint at the column that may be the one that lacks."""
    known = {bare(w) for w in (*wanted, *QUANTILES)}
    free = [n for n in names if bare(n) not in known]
    near = difflib.get_close_matches(lacking, free, 1, 0.6)
    return f"if {near[0]!r} holds it in that unit, call it {lacking}" if near else ""


def _whole_clients(client: Array, rows: Rows) -> None:
    odd = np.flatnonzero(client % 1)
    if len(odd):
        raise TableError("a client that is no whole number", where=rows.at(odd.item(0)),
                         value=f"{client.item(odd.item(0)):g}")  # fmt: skip


def _family(columns: Windows) -> str:
    names, counts = np.unique(columns.family, return_counts=True)
    return "weibull" if names.item(np.argmax(counts)).lower().startswith("w") else "gamma"


def _lengths(path: Path) -> tuple[dict[int, dict[str, Array]], tuple[str, ...]]:
    """Quantile tables by client (-1 is the pool over clients), and a note of what is not read."""
    beside = path.with_name(path.name.replace("_clients", "_lengths"))
    if beside == path or not beside.exists():
        raise TableError(
            "no table of lengths beside the clients",
            where=str(path),
            allowed=str(beside),
            hint="name the two files <name>_clients and <name>_lengths",
        )
    with open_table(beside, "table of lengths") as table:
        names = once(table.names, table.header_at)
        _needed(table, names, ("client_id", "field", "q50"))
        present = {q: p for q, p in QUANTILES.items() if q in names}
        levels = [*present, "max"] if "max" in names else list(present)
        others = [names["windowstarts"]] if "windowstarts" in names else []
        read = table.read([
            Want("client_id", names["clientid"], "number", 0.0, MOST["client_id"]),
            Want("field", names["field"], "text"),
            *(Want("window_start_s", w, "number", 0.0, MOST["window_start_s"]) for w in others),
            *(Want(q, names[q], "number", 0.0, MOST_TOKENS) for q in levels),
        ])  # fmt: skip
    client, field = read.numbers("client_id"), read["field"].astype(object)
    _whole_clients(client, read.rows)
    _refuse_twice(client, field, read)
    _refuse_falls(read, levels, np.isin(field, FIELDS))
    grid = np.column_stack([read.numbers(q) for q in present])
    top = read.numbers("max") if "max" in levels else grid[:, -1]
    probability = np.array([0.0, *present.values(), 1.0])
    out: dict[int, dict[str, Array]] = {}
    pools: dict[str, list[Array]] = {"input": [], "output": []}
    for kind, fields in (("input", FIELDS[:2]), ("output", FIELDS[2:])):
        chosen: BoolArray = np.isin(field, fields)
        for c in np.unique(client[chosen]).flat:
            rows: BoolArray = chosen & (client == c)
            values = np.column_stack([grid[rows][:, :1] * 0.5, grid[rows], top[rows]])
            mean: Array = np.maximum.accumulate(np.nan_to_num(values.mean(axis=0)))
            out.setdefault(int(c), {})[kind] = np.column_stack([probability, mean])
            pools[kind].append(mean)
    whole = {c: v for c, v in out.items() if len(v) == 2}
    if not whole:
        _refuse_fields(field, str(beside))
    whole[-1] = {
        kind: np.column_stack([probability, np.mean(values, axis=0)])
        for kind, values in pools.items()
    }
    odd = sorted({str(f) for f in field} - set(FIELDS))
    used = [names["clientid"], names["field"], *others, *(names[q] for q in levels)]
    notes = not_read((*table.names, *read.others), used, " of lengths")
    if odd:
        notes += (f"fields of lengths not read: {', '.join(odd[:20])}",)
    return whole, notes


def _refuse_falls(read: Read, levels: Sequence[str], chosen: BoolArray) -> None:
    """Refuse a row of quantiles, or their largest, that fall."""
    steps = np.diff(np.column_stack([read.numbers(q) for q in levels]))
    falls = np.flatnonzero(np.any(steps < 0, axis=1) & chosen)
    if len(falls):
        raise TableError(
            "quantiles that fall", where=read.rows.at(falls.item(0)),
            allowed=f"{levels[0]} to {levels[-1]} rising",
        )  # fmt: skip


def _refuse_fields(field: Texts, where: str) -> NoReturn:
    found = sorted({str(f) for f in field})
    unknown = [f for f in found if f not in FIELDS]
    raise TableError(
        "no client has both input and output lengths", where=where, value=", ".join(found)[:80],
        allowed=", ".join(FIELDS), hint=nearest(unknown[0], FIELDS) if unknown else "",
    )  # fmt: skip


def _refuse_twice(client: Array, field: Texts, read: Read) -> None:
    """Refuse lengths of a client's window and field that stand twice; each is averaged once."""
    if "window_start_s" not in read.columns:
        return
    first: dict[tuple[float, float, str], int] = {}
    starts = read.numbers("window_start_s")
    for row in range(len(client)):
        key = (client.item(row), starts.item(row), str(field[row]))
        if key in first:
            raise TableError(
                "lengths of a client's window given twice", where=read.rows.at(row),
                value=f"client {key[0]:g}, window {key[1]:g}, {key[2]}"[:80],
                hint=f"first at {read.rows.at(first[key])}",
            )  # fmt: skip
        first[key] = row


def _draw(rng: np.random.Generator, table: Array, n: int) -> Tokens:
    values = quantile_values(rng.random(n), table)
    return np.clip(np.rint(values), 1, 2**24).astype(np.int32)
