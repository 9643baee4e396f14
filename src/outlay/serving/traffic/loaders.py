"""Read request traces: plain CSV and Parquet, Azure, BurstGPT, Mooncake, recorded sessions.

Every reader refuses what it cannot take exactly, naming file, row and column: missing or double
headers, text where a number belongs, NaN, negative lengths, times that fall, empty tables. Rows
that a format marks as failed (no response) are left out with a warning that is kept.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from outlay.core.arrays import Array, BoolArray, IntArray
from outlay.core.errors import InputError, Problem, TableError, TooLargeError
from outlay.serving.traffic.chains import chains_from_hashes, chains_from_tree
from outlay.serving.traffic.requests import Traffic, traffic

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Trace", "load_trace", "read_table"]

MAX_ROWS = 50_000_000
MAX_BYTES = 8 << 30

ALIASES = {
    "arrival_s": ("arrival_s", "arrival", "arrived_at", "time_s", "timestamp_s", "arrival_time"),
    "input_tokens": (
        "input_tokens",
        "num_prefill_tokens",
        "prompt_tokens",
        "input_length",
        "isl",
        "prompt_len",
    ),
    "output_tokens": (
        "output_tokens",
        "num_decode_tokens",
        "completion_tokens",
        "output_length",
        "osl",
        "output_len",
    ),
}
OPTIONAL = ("priority", "session", "shared_tokens", "group", "group_tokens")
BLOCK_TOKENS = {"mooncake": 512, "sessions": 64}


@dataclass(frozen=True)
class Trace:
    """A trace as read: its requests, the format found, and warnings to show.

    For recorded sessions the times are relative to each session's start (`session_start` is the
    first row of each), and `sessions.place` draws a common clock.
    """

    traffic: Traffic
    format: str
    warnings: tuple[str, ...] = ()
    session_id: IntArray | None = None


def load_trace(
    path: str | Path, *, data: bytes | None = None, sort: bool = False,
    block_tokens: int | None = None,
) -> Trace:  # fmt: skip
    """Read the trace at `path`, finding its format from its header.

    data: the bytes that were read there already. sort: accept times that fall, and order by time.
    block_tokens: size of prefix blocks where the file does not say. Raises TableError,
    TooLargeError.
    """
    place = Path(path)
    if data is not None:
        with TemporaryDirectory(prefix="outlay-") as folder:
            there = Path(folder) / f"trace{place.suffix}"
            there.write_bytes(data)
            try:
                return load_trace(there, sort=sort, block_tokens=block_tokens)
            except InputError as err:
                said = [replace(p, where=p.where.replace(str(there), str(path)))
                        for p in err.problems()]  # fmt: skip
                raise type(err)(said) from None
    if place.is_dir():
        raise TableError("a folder, not a trace", where=str(path))
    if not place.exists():
        raise TableError("no such file", where=str(path), allowed="a trace of requests")
    if place.stat().st_size > MAX_BYTES:
        raise TooLargeError("trace file too large", where=str(path), allowed=f"{MAX_BYTES} bytes")
    if place.stat().st_size == 0:
        raise TableError("the file is empty", where=str(path))
    if place.suffix.lower() in (".jsonl", ".ndjson"):
        return _mooncake(place, sort, block_tokens or BLOCK_TOKENS["mooncake"])
    table = read_table(place)
    names = {c.strip().lower(): c for c in table}
    if "contexttokens" in names:
        return _azure(place, table, names, sort)
    if "request tokens" in names:
        return _burstgpt(place, table, names, sort)
    if {"rate_rps", "window_start_s"} <= set(names):
        raise TableError(
            "this table holds client rates, not requests",
            where=str(path),
            hint="read it with --clients, beside its table of lengths",
        )
    if {"session_id", "turn"} <= set(names):
        return _sessions(place, table, block_tokens or BLOCK_TOKENS["sessions"])
    if "prefix_parent" in names:
        return _tree(place, table, sort, block_tokens or BLOCK_TOKENS["mooncake"])
    return _plain(place, table, names, sort)


def read_table(path: Path) -> dict[str, pl.Series]:
    """Columns of a CSV (as text) or Parquet file (as typed arrays) by header name."""
    import polars as pl

    if path.suffix.lower() in (".parquet", ".pq"):
        try:
            frame = pl.read_parquet(path)
        except Exception as err:
            raise TableError(
                "not a readable Parquet file", where=str(path), value=str(err)
            ) from err
    elif path.suffix.lower() in (".csv", ".txt", ".tsv"):
        _check_header(path)
        try:
            frame = pl.read_csv(
                path,
                infer_schema=False,
                separator="\t" if path.suffix.lower() == ".tsv" else ",",
            )
        except Exception as err:
            line = str(err).splitlines()[0]
            raise TableError("not a readable CSV file", where=str(path), value=line) from err
    else:
        raise TableError(
            "unknown kind of trace file",
            where=str(path),
            allowed=".csv, .tsv, .parquet, .jsonl",
        )
    if frame.height == 0:
        raise TableError("no requests", where=str(path), hint="a header but no rows")
    if frame.height > MAX_ROWS:
        raise TooLargeError(
            "too many rows", where=str(path), value=str(frame.height), allowed=f"{MAX_ROWS} rows"
        )
    return {name: frame[name] for name in frame.columns}


def _check_header(path: Path) -> None:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            header = next(csv.reader(file, delimiter="\t" if path.suffix == ".tsv" else ","), [])
    except UnicodeDecodeError as err:
        raise TableError("not text in UTF-8", where=str(path)) from err
    names = [h.strip() for h in header]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise TableError("header names a column twice", where=f"{path}:1", value=", ".join(twice))
    if not any(names):
        raise TableError("no header", where=f"{path}:1")


def _numbers(path: Path, column: pl.Series, name: str) -> Array:
    """A column as numbers; raises TableError at the first cell that is none."""
    import polars as pl

    if column.dtype == pl.String:
        stripped = column.str.strip_chars()
        values = stripped.cast(pl.Float64, strict=False)
    elif column.dtype.is_numeric():
        values = column.cast(pl.Float64)
    else:
        raise TableError(
            f"column {name} holds no numbers", where=str(path), value=str(column.dtype)
        )
    numbers = np.asarray(values.to_numpy(), dtype=np.float64)  # an empty cell is NaN
    bad: BoolArray = ~np.isfinite(numbers)
    if bad.any():
        row = int(np.argmax(bad))
        raise TableError(
            Problem(
                f"not a number in column {name}",
                where=f"{path}, row {row + 1} after the header",
                value=repr(column[row]),
                allowed="a finite number",
            )
        )
    return numbers


def _find(names: dict[str, str], wanted: Iterable[str]) -> str | None:
    return next((names[w] for w in wanted if w in names), None)


def _pack(
    path: Path,
    arrival: Array,
    inp: Array,
    out: Array,
    sort: bool,
    warnings: list[str],
    **extra: Array | IntArray,
) -> Traffic:
    falls = np.flatnonzero(np.diff(arrival) < 0)
    if len(falls):
        if not sort:
            row = falls.item(0) + 2
            raise TableError(
                Problem(
                    "arrival times fall",
                    where=f"{path}, row {row} after the header",
                    value=f"{arrival.item(row - 1):g} after {arrival.item(row - 2):g}",
                    allowed="times that do not fall",
                    hint="sort the file, or pass --sort to have it ordered by time",
                )
            )
        order = np.argsort(arrival, kind="stable")
        arrival, inp, out = arrival[order], inp[order], out[order]
        extra = {k: v[order] for k, v in extra.items()}
        warnings.append(f"{len(falls)} times fell; requests were ordered by time")
    return traffic(arrival - arrival.item(0), inp, out, name=str(path), **extra)


def _plain(path: Path, table: dict[str, pl.Series], names: dict[str, str], sort: bool) -> Trace:
    found = {k: _find(names, aliases) for k, aliases in ALIASES.items()}
    missing = [k for k, v in found.items() if v is None]
    if missing:
        raise TableError(
            [
                Problem(
                    f"no column for {k}",
                    where=str(path),
                    value=", ".join(table)[:200],
                    allowed=" or ".join(ALIASES[k]),
                )
                for k in missing
            ]
        )
    extra = {k: _numbers(path, table[names[k]], k) for k in OPTIONAL if k in names}
    warnings: list[str] = []
    arrival, inp, out = (_numbers(path, table[str(found[k])], k) for k in ALIASES)
    packed = _pack(path, arrival, inp, out, sort, warnings, **extra)
    return Trace(packed, "plain", tuple(warnings) + _grid(packed))


def _azure(path: Path, table: dict[str, pl.Series], names: dict[str, str], sort: bool) -> Trace:
    """AzurePublicDataset LLM inference traces: TIMESTAMP, ContextTokens, GeneratedTokens."""
    import polars as pl

    stamp = _find(names, ("timestamp",))
    generated = _find(names, ("generatedtokens",))
    if stamp is None or generated is None:
        raise TableError("an Azure trace needs TIMESTAMP and GeneratedTokens", where=str(path))
    text = table[stamp].str.strip_chars().str.replace("T", " ").str.slice(0, 29)
    text = text.str.replace(r"([+-]\d\d:\d\d|Z)$", "")
    times = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="ns", strict=False)
    if times.is_null().any():
        row = int(np.argmax(np.asarray(times.is_null())))
        raise TableError(
            "not a time stamp",
            where=f"{path}, row {row + 1} after the header",
            value=repr(table[stamp][row]),
            allowed="2023-11-16 18:15:46.6805900",
        )
    ticks = np.asarray(times.cast(pl.Int64).to_numpy(), dtype=np.float64)
    seconds = (ticks - np.min(ticks)) / 1e9
    warnings: list[str] = []
    inp = _numbers(path, table[names["contexttokens"]], "ContextTokens")
    out = _numbers(path, table[generated], "GeneratedTokens")
    return Trace(_pack(path, seconds, inp, out, sort, warnings), "azure", tuple(warnings))


def _burstgpt(path: Path, table: dict[str, pl.Series], names: dict[str, str], sort: bool) -> Trace:
    """BurstGPT: Timestamp [s], Request tokens, Response tokens; failures have no response."""
    stamp = _find(names, ("timestamp",))
    response = _find(names, ("response tokens",))
    if stamp is None or response is None:
        raise TableError("a BurstGPT trace needs Timestamp and Response tokens", where=str(path))
    arrival = _numbers(path, table[stamp], "Timestamp")
    inp = _numbers(path, table[names["request tokens"]], "Request tokens")
    out = _numbers(path, table[response], "Response tokens")
    failed: BoolArray = (out == 0) | (inp == 0)
    warnings = []
    if failed.any():
        warnings.append(f"{np.count_nonzero(failed)} failed requests (no tokens) were left out")
    if failed.all():
        raise TableError("every request failed", where=str(path))
    keep = ~failed
    packed = _pack(path, arrival[keep], inp[keep], out[keep], sort, warnings)
    return Trace(packed, "burstgpt", tuple(warnings))


def _mooncake(path: Path, sort: bool, block: int) -> Trace:
    """Mooncake JSON lines: timestamp [ms], input_length, output_length, hash_ids per block."""
    columns: dict[str, list[float]] = {"timestamp": [], "input_length": [], "output_length": []}
    hashes: list[list[int]] = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                for key, values in columns.items():
                    values.append(float(row[key]))
                hashes.append([int(h) for h in row.get("hash_ids", [])])
            except (ValueError, TypeError, KeyError) as err:
                raise TableError(
                    "not a request",
                    where=f"{path}:{number}",
                    value=line.strip()[:80],
                    allowed="timestamp, input_length, output_length and hash_ids",
                    hint=f"{type(err).__name__}: {err}",
                ) from err
    if not hashes:
        raise TableError("no requests", where=str(path))
    arrival, inp, out = (np.array(v, dtype=float) for v in columns.values())
    chains = chains_from_hashes(hashes, block)
    warnings: list[str] = []
    return Trace(
        _pack(path, arrival / 1e3, inp, out, sort, warnings, **chains), "mooncake", tuple(warnings)
    )


def _tree(path: Path, table: dict[str, pl.Series], sort: bool, block: int) -> Trace:
    """Plain columns with a prefix tree: prefix_parent (row), prefix_shared_blocks, n_blocks."""
    parent = _numbers(path, table["prefix_parent"], "prefix_parent").astype(np.int64)
    shared = _numbers(path, table["prefix_shared_blocks"], "prefix_shared_blocks") * block
    if np.any(parent >= np.arange(len(parent))):
        row = int(np.argmax(parent >= np.arange(len(parent))))
        raise TableError(
            "a prefix parent must be an earlier row",
            where=f"{path}, row {row + 1} after the header",
            value=str(parent.item(row)),
        )
    arrival, inp, out = (_numbers(path, table[k], k) for k in ALIASES)
    chains = chains_from_tree(parent, shared, inp)
    warnings: list[str] = []
    packed = _pack(path, arrival, inp, out, sort, warnings, **chains)
    return Trace(packed, "prefix-tree", tuple(warnings) + _grid(packed))


def _grid(packed: Traffic) -> tuple[str, ...]:
    """A warning where times are so coarse that several requests share each."""
    times = np.unique(packed.arrival_s)
    gaps = np.diff(times)
    if len(gaps) < 10 or len(times) > 0.5 * len(packed):
        return ()
    step = float(np.round(np.median(gaps), 2))
    if step <= 0 or np.max(np.abs(gaps / step - np.rint(gaps / step))) > 0.01:
        return ()
    return (
        f"times lie on a grid of {step:g} s: spread them (--spread {step:g}) before reading "
        "burstiness or queues",
    )


def _sessions(path: Path, table: dict[str, pl.Series], block: int) -> Trace:
    """Recorded sessions: times run from each session's start, parents are turns of the session."""
    session = _numbers(path, table["session_id"], "session_id").astype(np.int64)
    turn = _numbers(path, table["turn"], "turn").astype(np.int64)
    parent_turn = _numbers(path, table["prefix_parent"], "prefix_parent").astype(np.int64)
    shared = _numbers(path, table["prefix_shared_blocks"], "prefix_shared_blocks") * block
    turns = [(int(s), int(k)) for s, k in zip(session.flat, turn.flat, strict=True)]
    where = {key: i for i, key in enumerate(turns)}
    parent = np.array(
        [
            -1 if p < 0 else where.get((s, int(p)), -1)
            for (s, _), p in zip(turns, parent_turn.flat, strict=True)
        ]
    )
    arrival, inp, out = (_numbers(path, table[k], k) for k in ALIASES)
    if np.any(arrival < 0):
        raise TableError("negative time", where=str(path), value=str(np.min(arrival)))
    silent: BoolArray = out == 0
    out = np.where(silent, 1.0, out)
    order = np.argsort(arrival, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    chains = chains_from_tree(
        np.where(parent[order] >= 0, rank[parent[order]], -1), shared[order], inp[order]
    )
    packed = traffic(arrival[order], inp[order], out[order], name=str(path), **chains)
    notes = ["sessions have no common clock: their starts are drawn"]
    if silent.any():
        notes.append(f"{np.count_nonzero(silent)} requests without output count as one token")
    return Trace(packed, "sessions", tuple(notes), session_id=session[order])
