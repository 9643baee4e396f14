"""A calibration as the questions take it: the shipped one, or a folder `outlay calibrate` wrote."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from outlay.core.errors import Problem, TableError
from outlay.performance.constants.cells import Cells, read_cells
from outlay.performance.constants.constants import Constants, definitions, read_constants
from outlay.performance.constants.training import read_training, training_sha256

__all__ = ["FILES", "Calibrated", "read_calibration"]

INFERENCE = ("effects.csv", "calibration.toml", "cells.csv", "correction.toml")
TRAINING = ("training_fitted.toml",)
FILES = (*INFERENCE, *TRAINING)
T = TypeVar("T")


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
    have = {name for name in FILES if (path / name).is_file()}
    lacking = [name for name in INFERENCE if name not in have]
    if not have or (lacking and len(lacking) < len(INFERENCE)):
        raise TableError(
            Problem(
                "not a calibration",
                where=str(path),
                value=", ".join(sorted(have)) or "none of its files",
                allowed=f"{', '.join(INFERENCE)}; or {TRAINING[0]}",
                hint="`outlay calibrate --measured CSV --out FOLDER` writes one",
            )
        )
    return Calibrated(
        constants=None if lacking else _read(path, lambda: _known(read_constants(path), path)),
        cells=None if lacking else _read(path, lambda: read_cells(path)),
        training=_read(path, lambda: read_training(path)) if TRAINING[0] in have else None,
        training_sha256=training_sha256(path) if TRAINING[0] in have else "",
        sha256=_digest(path, have),
    )


def _digest(path: Path, names: set[str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(name.encode() + b"\0" + (path / name).read_bytes() + b"\0")
    return digest.hexdigest()


def _known(constants: Constants, path: Path) -> Constants:
    strange = sorted({name for name, _, _ in constants.effects} - definitions().keys())
    if strange:
        raise TableError(
            Problem(
                "constants this version does not have",
                where=str(path / INFERENCE[0]),
                value=", ".join(strange),
                hint="calibrate again with this version",
            )
        )
    return constants


def _read(path: Path, read: Callable[[], T]) -> T:
    try:
        return read()
    except (ArithmeticError, LookupError, OSError, TypeError, ValueError, csv.Error) as error:
        raise TableError(
            Problem(
                f"a file of the calibration cannot be read: {error}",
                where=str(path),
                hint="calibrate again",
            )
        ) from error
