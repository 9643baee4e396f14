"""Fit the constants of the training step to published runs and write them as data."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import Problem, TableError
from outlay.core.ingest.files import Taken
from outlay.core.written import write_atomic
from outlay.performance.constants.training import Seen, constants_from, training_definitions
from outlay.performance.measured.row_table import read_rows, take_rows
from outlay.performance.measured.training_rows import (
    Run,
    log_errors,
    measured_runs,
    training_run,
)
from outlay.performance.measured.training_shipped import shipped_runs

__all__ = ["calibrate_training", "errors_left_out", "fit_training", "seen_by", "write_training"]

ROW_SD = 0.06  # of the logarithm of a published rate
FEWEST = 8  # runs: fewer say less than the priors
DIGITS = 4  # of a stored logarithm: 0.01 %


def fit_training(runs: Sequence[Run]) -> dict[str, float]:
    """Logarithms of constants over their priors: robust least squares with priors."""
    from scipy.optimize import least_squares

    names = list(training_definitions())
    spread = np.array([float(training_definitions()[n]["sd"]) for n in names])

    def residual(theta: Array) -> Array:
        constants = constants_from(dict(zip(names, theta.tolist(), strict=True)))
        return np.concatenate([log_errors(runs, constants) / ROW_SD, theta / spread])

    found = least_squares(residual, np.zeros(len(names)), loss="soft_l1", f_scale=2.0)
    return dict(zip(names, (float(x) for x in found.x), strict=True))


def errors_left_out(
    runs: Sequence[Run],
    key: Callable[[Run], str],
    say: Callable[[str], None] = lambda _: None,
    beside: Sequence[Run] = (),
) -> Array:
    """log(predicted / measured) of each run by a fit without the runs of its key [run].

    Runs of other keys `beside` these are in every fit too.
    """
    everything = [*beside, *runs]
    out = np.zeros(len(runs))
    names = sorted({key(r) for r in runs})
    for done, name in enumerate(names, start=1):
        mine = [i for i, r in enumerate(runs) if key(r) == name]
        fitted = fit_training([r for r in everything if key(r) != name])
        out[mine] = log_errors([runs[i] for i in mine], constants_from(fitted))
        say(f"training: {name} left out, part {done} of {len(names)}")
    return out


def calibrate_training(table: Path | str | Taken) -> tuple[dict[str, float], int]:
    """Fit to a table's runs and the package's eight A100 runs; also how many the table had.

    Raises TableError for a file that is not such a table or has too few runs that can be timed.
    """
    table = take_rows(table)
    runs = measured_runs(table)
    if len(runs) < FEWEST:
        why = (f for row in read_rows(table) if not isinstance(f := training_run(row), Run))
        raise TableError(
            Problem(
                "too few training runs to fit",
                where=str(table.path),
                value=str(len(runs)),
                allowed=f"at least {FEWEST} runs of known model and chip",
                hint=next((f"{status}: {reason}" for status, reason in why), ""),
            )
        )
    return fit_training([*shipped_runs(), *runs]), len(runs)


def seen_by(runs: Sequence[Run]) -> Seen:
    """What these runs are of."""
    return Seen(
        frozenset(r.source for r in runs),
        frozenset(r.chip.id for r in runs),
        frozenset(r.chip.family for r in runs),
    )


def write_training(
    fitted: Mapping[str, float], table: Path | str | Taken, runs: int, folder: Path
) -> Path:
    """Write training_fitted.toml; the same input gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    seen = seen_by([*shipped_runs(), *measured_runs(table)])
    lines = [
        "# Logarithms of the constants of the training step over their priors.",
        f'data_sha256 = "{take_rows(table).sha256}"',
        f"runs = {runs}",
        "",
        "[fitted]",
        *(f"{name} = {value:.{DIGITS}f}" for name, value in fitted.items()),
        "",
        "[seen]",
        *(
            f"{name} = [{', '.join(json.dumps(x, ensure_ascii=False) for x in sorted(some))}]"
            for name, some in (
                ("sources", seen.sources), ("chips", seen.chips), ("families", seen.families),
            )
        ),
    ]  # fmt: skip
    target = folder / "training_fitted.toml"
    write_atomic(target, "\n".join(lines) + "\n")
    return target
