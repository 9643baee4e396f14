"""The file of a pool: a model, its trace and its limits a line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from outlay.core.errors import Problem, TableError
from outlay.core.ingest.files import take
from outlay.core.ingest.table import Columns, Row, plain_number, rows_of
from outlay.core.ingest.text import decoded

__all__ = ["Line", "placed", "read_pool"]

NEEDED = ("model", "trace")
NUMBERS = ("ttft_p99", "tpot_p99", "load_delay")
WHOLE = ("tp", "n_chips")
COLUMNS = Columns(NEEDED, (*NUMBERS, *WHOLE, "name", "weights", "kv"))
MOST_MODELS, MOST_BYTES = 64, 1_000_000
MOST_CHIPS, MOST_S = 4096, 1e6


@dataclass(frozen=True, slots=True)
class Line:
    """One model of a pool as asked for; what is not given is None or empty."""

    at: str
    name: str
    model: str
    trace: Path
    ttft_p99: float | None
    tpot_p99: float | None
    load_delay: float | None
    tp: int | None
    n_chips: int | None
    weights: str
    kv: str


def read_pool(path: str | Path) -> tuple[Line, ...]:
    """The lines; traces stand beside the file. Raises TableError naming all that cannot be."""
    where = str(path)
    text = decoded(take(path, most=MOST_BYTES, what="pool", error=TableError).data, where,
                   TableError)  # fmt: skip
    problems: list[Problem] = []
    lines = [
        _line(row, where, Path(path).parent, problems) for row in rows_of(text, where, COLUMNS)
    ]
    names = [line.name for line in lines]
    problems += [
        Problem("a name that stands twice", line.at, line.name, "a column name with one for each")
        for k, line in enumerate(lines) if line.name in names[:k]
    ]  # fmt: skip
    if not 1 <= len(lines) <= MOST_MODELS:
        problems.append(Problem("no pool", where, f"{len(lines)} models", f"1 to {MOST_MODELS}"))
    if problems:
        raise TableError(problems[:20])
    return tuple(lines)


def placed(problem: Problem, line: Line) -> Problem:
    """A problem of what a line asks for, with the line."""
    return replace(problem, where=", ".join(filter(None, (line.at, problem.where))))


def _line(row: Row, where: str, folder: Path, problems: list[Problem]) -> Line:
    at = f"{where}:{row.line}"
    cells = {name: row.cells.get(name, "") for name in COLUMNS.all}
    problems += [
        Problem("an empty cell", f"{at}, {name}", "", "a text")
        for name in NEEDED
        if not cells[name]
    ]
    numbers = {name: _number(name, cells[name], at, problems) for name in (*NUMBERS, *WHOLE)}
    if not cells["ttft_p99"] and not cells["tpot_p99"]:
        problems.append(Problem("no limit to size for", at, "", "ttft_p99, tpot_p99 or both [s]"))
    tp, n_chips = (None if numbers[k] is None else int(numbers[k] or 0) for k in WHOLE)
    return Line(
        at, cells["name"] or cells["model"], cells["model"], folder / (cells["trace"] or "."),
        numbers["ttft_p99"], numbers["tpot_p99"], numbers["load_delay"], tp, n_chips,
        cells["weights"], cells["kv"] or "bf16",
    )  # fmt: skip


def _number(name: str, cell: str, at: str, problems: list[Problem]) -> float | None:
    """A cell's number where it has one; what it may not be comes into `problems`."""
    whole = name in WHOLE
    least, most = (1.0, float(MOST_CHIPS)) if whole else (1e-6, MOST_S)
    least = 0.0 if name == "load_delay" else least
    found = plain_number(cell)
    if found is not None and least <= found <= most and not (whole and found % 1):
        return found
    if cell:
        rule = f"{'a whole number' if whole else 'seconds'} from {least:g} to {most:g}, or empty"
        problems.append(Problem("no such number", f"{at}, {name}", cell, rule))
    return None
