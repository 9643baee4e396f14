"""A folder of ServeGen as published: of each client its rates, and the lengths of its requests.

`chunk-N-trace.csv` has no header: start of a window [s], requests a second, CV of the times between
them, their law (empty: the client sends nothing) and its two parameters. `chunk-N-dataset.json`
holds, by the start of longer windows, the probability of each number of tokens, written as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import Problem, TableError
from outlay.core.ingest.files import take
from outlay.core.ingest.json_text import strict_json
from outlay.core.ingest.text import decoded

__all__ = ["Row", "is_chunks", "lengths_of_chunks", "rates_of_chunks", "refuse_one_chunk"]

Row = tuple[int, float, float, float, str]
"""Client, start of a window, rate, CV and law."""
MOST_BYTES = 64 << 20
MOST_CLIENTS = 20_000
MOST_WINDOWS = 5_000_000
FIELDS = {"input_tokens": "input", "text_tokens": "input", "output_tokens": "output"}
_NAME = re.compile(r"chunk-(\d{1,9})-trace\.csv")
_PAIR = r"\s*(\d+(?:\.\d+)?)\s*:\s*(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)\s*"
_ONE = re.compile(_PAIR)
_LAW = re.compile(rf"\{{(?:{_PAIR}(?:,{_PAIR})*)?\}}")


def is_chunks(folder: Path) -> bool:
    """Whether a folder holds clients of ServeGen."""
    return folder.is_dir() and any(_NAME.fullmatch(p.name) for p in folder.iterdir())


def refuse_one_chunk(path: Path) -> None:
    """Raise TableError for the file of one client: the folder is what can be read."""
    if re.fullmatch(r"chunk-\d+-(?:trace\.csv|dataset\.json)", path.name):
        raise TableError(
            Problem("one client of ServeGen, not requests", str(path), allowed="its folder",
                    hint=f"--clients {path.parent}")
        )  # fmt: skip


def _clients(folder: Path) -> list[tuple[int, Path]]:
    found = [(int(m[1]), p) for p in folder.iterdir() if (m := _NAME.fullmatch(p.name))]
    if len(found) > MOST_CLIENTS:
        raise TableError("too many clients", where=str(folder), value=f"{len(found):,}",
                         allowed=f"{MOST_CLIENTS:,}")  # fmt: skip
    return sorted(found)


def rates_of_chunks(folder: Path) -> tuple[list[Row], list[str]]:
    """Windows of all clients, and where each stands. Raises TableError with file and line."""
    rows: list[Row] = []
    places: list[str] = []
    for client, path in _clients(folder):
        data = take(path, most=MOST_BYTES, what="ServeGen trace", error=TableError).data
        for number, line in enumerate(decoded(data, str(path), TableError).splitlines(), 1):
            if not line.strip():
                continue
            rows.append((client, *_row(line, f"{path}:{number}")))
            places.append(f"{path}:{number}")
            if len(rows) > MOST_WINDOWS:
                raise TableError("too many windows", where=str(folder), allowed=f"{MOST_WINDOWS:,}")
    if not rows:
        raise TableError("no windows", where=str(folder), hint="every chunk-N-trace.csv is empty")
    return rows, places


def _row(line: str, where: str) -> tuple[float, float, float, str]:
    cells = [c.strip() for c in line.split(",")]
    if len(cells) != 6:
        raise TableError(
            Problem("not a window of a client", where, line[:80],
                    "start, rate, CV, law, shape, scale: six cells without a header")
        )  # fmt: skip
    numbers = []
    for name, cell in zip(("start", "rate", "CV"), cells[:3], strict=True):
        try:
            found = float(cell)
        except ValueError:
            found = -1.0
        if not 0 <= found <= 4e9:
            allowed = "a number from 0 to 4,000,000,000"
            raise TableError(Problem(f"not a {name}", where, repr(cell)[:80], allowed))
        numbers.append(found)
    start, rate, cv = numbers
    if cells[3].casefold() not in ("", "gamma", "weibull", "exponential"):
        what = "unknown family of interarrival times"
        raise TableError(Problem(what, where, repr(cells[3])[:80], "Gamma, Weibull, or empty"))
    return start, rate if cells[3] else 0.0, cv, cells[3]


def lengths_of_chunks(folder: Path) -> tuple[dict[int, dict[str, Array]], set[str]]:
    """Tables of probability and tokens of `input` and `output` by client, and fields not read.

    Windows count alike; clients without both have none.
    """
    out: dict[int, dict[str, Array]] = {}
    others: set[str] = set()
    for client, _ in _clients(folder):
        path = folder / f"chunk-{client}-dataset.json"
        if not path.exists():
            continue
        data = take(path, most=MOST_BYTES, what="ServeGen dataset", error=TableError).data
        windows = strict_json(data, str(path), TableError)
        if not isinstance(windows, dict):
            raise TableError("not lengths by window", where=str(path), allowed="a JSON object")
        laws: dict[str, list[Mapping[float, float]]] = {"input": [], "output": []}
        for start, fields in windows.items():
            for field, text in fields.items() if isinstance(fields, dict) else ():
                if field not in FIELDS:
                    others.add(str(field))
                elif law := _law(text, f"{path}: {start}.{field}"):
                    laws[FIELDS[field]].append(law)
        if all(laws.values()):
            out[client] = {kind: _table(found) for kind, found in laws.items()}
    return out, others


def _law(text: object, where: str) -> dict[float, float]:
    """Probabilities by tokens, of `{98: 0.05, 99: 0.95}`."""
    if not isinstance(text, str) or not _LAW.fullmatch(text.strip()):
        allowed = '"{98: 0.05, 99: 0.95}"'
        raise TableError(Problem("not probabilities of tokens", where, repr(text)[:60], allowed))
    found = {float(k): float(p) for k, p in _ONE.findall(text)}
    total = sum(found.values())
    if found and not 0.99 <= total <= 1.01:
        raise TableError(Problem("probabilities that are not 1 in all", where, f"{total:.6g}"))
    return found


def _table(laws: Sequence[Mapping[float, float]]) -> Array:
    """Steps of the mean law as (probability, tokens): between them values are drawn exactly."""
    together: dict[float, float] = {}
    for law in laws:
        for tokens, p in law.items():
            together[tokens] = together.get(tokens, 0.0) + p
    tokens_ = np.array(sorted(together))
    upto: Array = np.cumsum([together[k] for k in sorted(together)])
    upto /= upto.item(-1)
    below = np.concatenate([[0.0], upto[:-1]])
    return np.column_stack([np.stack([below, upto], axis=1).ravel(), np.repeat(tokens_, 2)])
