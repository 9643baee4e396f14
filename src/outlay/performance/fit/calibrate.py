"""Refit the constants and the correction to a table of measurements and write them as data."""

from __future__ import annotations

import csv
import io
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from outlay.core.ingest.files import Taken
from outlay.core.written import replaced
from outlay.performance.constants.cells import AXES, CATEGORIES, Cells
from outlay.performance.constants.constants import Constants
from outlay.performance.fit.correction_fit import (
    Learned,
    Observations,
    build_cells,
    condense,
    learn,
    observe,
)
from outlay.performance.fit.fit import Data, fit, prepare, residuals
from outlay.performance.measured.batch import Batch, build
from outlay.performance.measured.row_table import read_rows, take_rows
from outlay.performance.measured.rows import Question, Refused, ask

__all__ = ["Calibration", "calibrate", "data_folder", "excluded", "load", "write"]

DIGITS = 4  # of a stored logarithm: 0.01 %


@dataclass(frozen=True)
class Calibration:
    """A finished fit and what it was made from."""

    constants: Constants
    questions: tuple[Question, ...]
    refused: tuple[Refused, ...]
    batch: Batch
    data: Data
    cells: Cells
    sha256: str
    latest: str  # date of the youngest measurement


@cache
def excluded() -> dict[str, str]:
    """Rows left out of every fit, with the reason; they stay in every score."""
    text = files("outlay.performance").joinpath("data/excluded.csv").read_text("utf-8")
    return {r["row_id"]: r["reason"] for r in csv.DictReader(text.splitlines())}


def load(path: Path | str | Taken) -> tuple[list[Question], list[Refused]]:
    """Questions of a measurement table, and the rows that cannot be asked."""
    asked = [ask(row) for row in read_rows(path)]
    return (
        [a for a in asked if isinstance(a, Question)],
        [a for a in asked if isinstance(a, Refused)],
    )


def calibrate(path: Path | str, rounds: int = 12) -> Calibration:
    """Fit everything to the table at `path`.

    Raises TableError for a file that is not such a table or holds fewer than 50 usable rows.
    """
    from outlay.core.errors import Problem, TableError

    table = take_rows(path)
    questions, refused = load(table)
    if len(questions) < 50:
        raise TableError(
            Problem(
                "too few rows to fit",
                where=str(table.path),
                value=str(len(questions)),
                allowed="at least 50 measurements that can be compared",
            )
        )
    latest = max((q.stack.date for q in questions), default="")
    batch = build(questions, latest)
    data = prepare(questions, frozenset(excluded()))
    fitted = fit(batch, data, rounds=rounds, tolerance=3e-4)
    cells = correction(batch, data, fitted.constants)
    return Calibration(
        fitted.constants, tuple(questions), tuple(refused), batch, data, cells, table.sha256, latest
    )


def correction(
    batch: Batch, data: Data, constants: Constants, start: Learned | None = None
) -> Cells:
    """Cells of the correction from what the fitted constants leave; `start`: as in `learn`."""
    cells = left_over(batch, data, constants)
    return build_cells(cells, *learn(cells, start))


def left_over(batch: Batch, data: Data, constants: Constants) -> Observations:
    """What the fitted constants leave, condensed."""
    outcome = batch.evaluate(batch.constants(constants))
    seen, _ = observe(batch.questions, outcome, data, residuals(outcome, data))
    return condense(seen)


def data_folder() -> Path:
    """Where the shipped calibration lies."""
    return Path(str(files("outlay.performance").joinpath("data")))


def write(done: Calibration, folder: Path) -> list[Path]:
    """Write constants and correction; the same input gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["constant", "factor", "level", "log_effect"])
    for (name, factor, level), value in sorted(done.constants.effects.items()):
        out.writerow([name, factor, level, f"{value:.{DIGITS}f}"])
    groups = {q.group for q in done.questions}
    about = (
        "# What the shipped constants were fitted to.\n"
        f'data_sha256 = "{done.sha256}"\n'
        f'latest_measurement = "{done.latest}"\n'
        f"rows = {len(done.questions)}\n"
        f"refused = {len(done.refused)}\n"
        f"groups = {len(groups)}\n"
        f"targets = {len(done.data.question)}\n"
        f"effects = {len(done.constants.effects)}\n"
    )
    contents = {
        "effects.csv": text.getvalue(),
        "calibration.toml": about,
        "cells.csv": _cells_csv(done.cells),
        "correction.toml": _correction_toml(done.cells),
    }
    paths = [folder / name for name in contents]
    with ExitStack() as parts:  # none takes its place before all are written
        for path, content in zip(paths, contents.values(), strict=True):
            parts.enter_context(replaced(path)).write_text(content, encoding="utf-8")
    return paths


def _cells_csv(cells: Cells) -> str:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow([*CATEGORIES, *AXES, "alpha", "group"])
    for i in range(len(cells)):
        out.writerow(
            [*(cells.names[n][i] for n in CATEGORIES), *(f"{cells.axes[a][i]:.2f}" for a in AXES),
             f"{cells.alpha[i]:.4g}", int(cells.group[i])]
        )  # fmt: skip
    return text.getvalue()


def _correction_toml(cells: Cells) -> str:
    lines = [
        "# Variance of the logarithm by component of the correction, learned from residuals.",
        f"noise = {cells.noise:.6g}",
        "",
        "[variance]",
        *(f'"{label}" = {value:.6g}' for label, value in cells.variance.items()),
    ]
    return "\n".join(lines) + "\n"
