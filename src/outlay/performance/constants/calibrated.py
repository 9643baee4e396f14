"""A calibration as the questions take it: the shipped one, or a folder `outlay calibrate` wrote."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from outlay.core.errors import Problem, TableError
from outlay.core.ingest.files import take
from outlay.performance.constants.cells import Cells
from outlay.performance.constants.checked import cells_in, constants_in, training_in
from outlay.performance.constants.constants import Constants

__all__ = ["FILES", "Calibrated", "calibration_of", "read_calibration"]

INFERENCE = ("effects.csv", "calibration.toml", "cells.csv", "correction.toml")
TRAINING = ("training_fitted.toml",)
FILES = (*INFERENCE, *TRAINING)
MOST_BYTES = 20_000_000
"""Of one of its files."""


@dataclass(frozen=True)
class Calibrated:
    """Constants, correction and constants of training; None is what the package ships."""

    constants: Constants | None = None
    cells: Cells | None = None
    training: Mapping[str, float] | None = None
    training_sha256: str = ""  # of the table that `training` was fitted to
    sha256: str = ""  # of all its files; empty for what the package ships


def read_calibration(folder: Path | str) -> Calibrated:
    """Read a folder; what it does not hold (inference or training) stays as shipped.

    Raises TableError where it holds neither, only some files of one, or one that cannot be read.
    """
    path = Path(folder)
    have = [name for name in FILES if os.path.lexists(path / name)]
    what = "file of a calibration"
    taken = {n: take(path / n, most=MOST_BYTES, what=what, error=TableError).data for n in have}
    return calibration_of(taken, str(path))


def calibration_of(files: Mapping[str, bytes], where: str) -> Calibrated:
    """The same from its files, by name; `where` is what errors call their folder."""
    lacking = [name for name in INFERENCE if name not in files]
    if not files or (lacking and len(lacking) < len(INFERENCE)):
        raise TableError(
            Problem(
                "not a calibration",
                where=where,
                value=", ".join(sorted(files)) or "none of its files",
                allowed=f"{', '.join(INFERENCE)}; or {TRAINING[0]}",
                hint="`outlay calibrate --measured CSV --out FOLDER` writes one",
            )
        )
    at = {name: f"{where.rstrip('/')}/{name}" for name in FILES}
    constants, cells, training, digest = None, None, None, ""
    if not lacking:
        effects, about, table, correction = INFERENCE
        constants = constants_in(files[effects], files[about], (at[effects], at[about]))
        cells = cells_in(files[table], files[correction], (at[table], at[correction]))
    if TRAINING[0] in files:
        training, digest = training_in(files[TRAINING[0]], at[TRAINING[0]])
    return Calibrated(constants, cells, training, digest, _digest(files))


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name] + b"\0")
    return digest.hexdigest()
