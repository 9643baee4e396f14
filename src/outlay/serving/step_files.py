"""Step tables in files: one JSON object with the fields of `performance.StepTable`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import InputError, Problem, TableError, nearest
from outlay.core.written import write_atomic
from outlay.performance.types import StepTable
from outlay.serving.engine.steps import dense

__all__ = ["read_steps", "write_steps"]

LISTS = ("batch", "decode_base_s", "decode_s_per_kv_token")
WHOLE = ("kv_capacity_tokens", "kv_block_tokens", "max_batch", "n_chips")
NAMES = tuple(f.name for f in fields(StepTable))
NEEDED = NAMES[: NAMES.index("busy_w") + 1]
MOST_BYTES = 16_000_000


def read_steps(path: str | Path) -> StepTable:
    """The table in a file. Raises TableError with every field that is not as it must be."""
    where = str(path)
    held = _object(Path(path), where)
    lists = {name: _numbers(held[name]) for name in LISTS if name in held}
    numbers = {name: _number(held[name]) for name in NAMES if name in held and name not in LISTS}
    problems = [*_names(held, where), *_values(held, lists, numbers, where)]
    if problems:
        raise TableError(problems)
    whole = {name: int(numbers.pop(name) or 0.0) for name in WHOLE}
    table = StepTable(**lists, **numbers, **whole)  # type: ignore[arg-type]
    try:
        dense(table)
    except InputError as error:
        raise TableError([Problem(p.what, where) for p in error.problems()]) from error
    return table


def _object(path: Path, where: str) -> dict[str, object]:
    """The object of JSON in a file."""
    try:
        data = path.read_bytes()
        read: object = json.loads(data) if len(data) <= MOST_BYTES else None
    except OSError as error:
        raise TableError("cannot be read", where=where, value=str(error.strerror)) from error
    except (ValueError, RecursionError) as error:
        raise TableError("no JSON", where=where, value=str(error)) from error
    if not isinstance(read, dict):
        raise TableError("no step table", where=where, allowed="one object of JSON")
    held: dict[str, object] = read
    return held


def _names(held: Mapping[str, object], where: str) -> list[Problem]:
    """Fields that are not known, and those that are missing."""
    return [
        Problem("not known", f"{where}, {name}", allowed=", ".join(NAMES),
                hint=nearest(name, NAMES))
        for name in held if name not in NAMES
    ] + [
        Problem("missing", f"{where}, {name}", allowed="a number, or a list by batch size")
        for name in NEEDED if name not in held
    ]  # fmt: skip


def _values(
    held: Mapping[str, object],
    lists: Mapping[str, Array | None],
    numbers: Mapping[str, float | None],
    where: str,
) -> list[Problem]:
    """Fields whose values are not what they must be."""
    odd = [name for name, value in lists.items() if value is None]
    odd += [name for name, value in numbers.items() if value is None]
    odd += [name for name in WHOLE if (numbers.get(name) or 0.0) % 1 != 0]
    kinds = dict.fromkeys(LISTS, "numbers") | dict.fromkeys(WHOLE, "a whole number")
    return [
        Problem("not as it must be", f"{where}, {name}", repr(held[name])[:60],
                kinds.get(name, "a number"))
        for name in odd
    ]  # fmt: skip


def _number(value: object) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if good and abs(value) < 1e18 else None  # type: ignore[arg-type]


def _numbers(value: object) -> Array | None:
    listed: list[object] = value if isinstance(value, list) else []
    read = [x for x in map(_number, listed) if x is not None]
    return np.array(read, np.float64) if read and len(read) == len(listed) else None


def write_steps(table: StepTable, path: str | Path) -> Path:
    """Write a table as `read_steps` reads it; whole or not at all."""
    doc = asdict(table) | {
        "batch": table.batch.tolist(),
        "decode_base_s": table.decode_base_s.tolist(),
        "decode_s_per_kv_token": table.decode_s_per_kv_token.tolist(),
    }
    write_atomic(path, json.dumps(doc, indent=1) + "\n")
    return Path(path)
