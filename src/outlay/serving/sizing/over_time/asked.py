"""How a fleet is to follow its load, checked as it was asked for; a schedule from its file."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from outlay.core.errors import InputError, Problem, TableError
from outlay.core.ingest.files import take
from outlay.core.ingest.table import Columns, plain_number, rows_of
from outlay.core.ingest.text import decoded
from outlay.serving.sizing.over_time.rules import SCALERS, Wish

__all__ = ["read_schedule", "wish_of"]

COLUMNS = Columns(("time_s", "replicas"))
MOST_BYTES = 10_000_000
MOST_REPLICAS = 32_000


def wish_of(
    scaler: str,
    *,
    target: float | None,
    minimum: int | None,
    maximum: int | None,
    up_window_s: float,
    down_window_s: float,
    interval_s: float | None,
    delay_s: float,
    schedule: str | Path | None,
    spares: int,
    zones: int,
) -> Wish:
    """The wish. Raises InputError naming every option that does not go with another."""
    wrong = [*_of_clock(scaler, target, schedule), *_of_numbers(scaler, target, minimum, maximum)]
    if wrong:
        raise InputError(wrong)
    steps = () if schedule is None else read_schedule(schedule)
    return Wish(scaler, target, minimum, maximum, up_window_s, down_window_s, interval_s, delay_s,
                steps, spares, zones)  # fmt: skip


def _of_clock(scaler: str, target: float | None, schedule: str | Path | None) -> Iterator[Problem]:
    if scaler not in SCALERS:
        yield Problem("no such scaler", "--scaler", scaler, ", ".join(SCALERS))
    if scaler == "schedule" and schedule is None:
        allowed = "with --schedule FILE (columns time_s, replicas)"
        yield Problem("a schedule without its times", "--scaler", scaler, allowed)
    if schedule is not None and scaler != "schedule":
        allowed = "with --scaler schedule"
        yield Problem("a schedule that no scaler reads", "--schedule", str(schedule), allowed)
    if target is not None and scaler in ("schedule", "none"):
        allowed = f"without --scaler {scaler}"
        yield Problem("a target that no metric has", "--scale-target", f"{target:g}", allowed)


def _of_numbers(
    scaler: str, target: float | None, minimum: int | None, maximum: int | None
) -> Iterator[Problem]:
    if target is not None and scaler == "kv" and target > 1:
        allowed = "a share: above 0, to 1"
        yield Problem("more than the whole cache", "--scale-target", f"{target:g}", allowed)
    if minimum is not None and maximum is not None and minimum > maximum:
        allowed = f"up to --scale-max {maximum}"
        yield Problem("more than the most", "--scale-min", str(minimum), allowed)


def read_schedule(path: str | Path) -> tuple[tuple[float, int], ...]:
    """Times from the first arrival [s], and replicas that serve from then on, of a CSV.

    Raises TableError naming each line that cannot be.
    """
    where = str(path)
    text = decoded(take(path, most=MOST_BYTES, what="schedule", error=TableError).data, where,
                   TableError)  # fmt: skip
    steps: list[tuple[float, int]] = []
    problems: list[Problem] = []
    for row in rows_of(text, where, COLUMNS):
        time_s, number = (plain_number(row.cells[c]) for c in COLUMNS.needed)
        at = f"{where}:{row.line}"
        if time_s is None or time_s < 0:
            problems.append(Problem("no time", f"{at}, time_s", row.cells["time_s"], "0 or more"))
        if number is None or number != math.floor(number) or not 1 <= number <= MOST_REPLICAS:
            problems.append(Problem("no number of replicas", f"{at}, replicas",
                                    row.cells["replicas"], f"1 to {MOST_REPLICAS:,}"))  # fmt: skip
        if time_s is not None and time_s >= 0 and number is not None:
            steps.append((time_s, int(number)))
            if len(steps) < 2 or steps[-1][0] > steps[-2][0]:
                continue
            problems.append(Problem("a time that does not rise", f"{at}, time_s",
                                    row.cells["time_s"], f"after {steps[-2][0]:g}"))  # fmt: skip
    if problems:
        raise TableError(problems[:50])
    if not steps:
        raise TableError("no times", where=where, allowed="a line for each change")
    return tuple(steps)
