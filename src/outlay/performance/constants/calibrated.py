"""A calibration as the questions take it: the shipped one, or a folder `outlay calibrate` wrote."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files as resources
from pathlib import Path

from outlay.core.errors import Problem, TableError
from outlay.core.ingest.files import take
from outlay.performance.constants.cases import stack_group
from outlay.performance.constants.cells import Cells
from outlay.performance.constants.checked import (
    cells_in,
    constants_in,
    overheads_in,
    training_in,
)
from outlay.performance.constants.constants import Constants, shipped
from outlay.performance.overhead import Overhead
from outlay.performance.types import Stack

__all__ = [
    "FILES",
    "OBSERVED",
    "Calibrated",
    "basis",
    "calibration_of",
    "read_calibration",
    "shipped_basis",
    "with_memory_share",
]

INFERENCE = ("effects.csv", "calibration.toml", "cells.csv", "correction.toml")
TRAINING = ("training_fitted.toml",)
OBSERVED = "overhead.toml"
FILES = (*INFERENCE, *TRAINING)
BASIS = 16
"""Digits of a hash that names constants."""
MOST_BYTES = 20_000_000
"""Of one of its files."""


@dataclass(frozen=True)
class Calibrated:
    """Constants, correction and constants of training; None is what the package ships.

    overheads: of engines that were observed. basis: what names constants and correction.
    """

    constants: Constants | None = None
    cells: Cells | None = None
    training: Mapping[str, float] | None = None
    training_sha256: str = ""  # of the table that `training` was fitted to
    sha256: str = ""  # of all its files; empty for what the package ships
    overheads: tuple[Overhead, ...] = ()
    basis: str = ""  # empty for what the package ships


def read_calibration(folder: Path | str) -> Calibrated:
    """Read a folder; what it does not hold (inference or training) stays as shipped.

    Raises TableError where it holds neither, only some files of one, or one that cannot be read.
    """
    path = Path(folder)
    have = [name for name in (*FILES, OBSERVED) if os.path.lexists(path / name)]
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
                allowed=f"{', '.join(INFERENCE)}; or {TRAINING[0]}; or {OBSERVED}",
                hint="`outlay calibrate --measured CSV --out FOLDER` writes one, `outlay observe "
                "FILE --fit FOLDER` the last",
            )
        )
    at = {name: f"{where.rstrip('/')}/{name}" for name in (*FILES, OBSERVED)}
    constants, cells, training, digest = None, None, None, ""
    if not lacking:
        effects, about, table, correction = INFERENCE
        constants = constants_in(files[effects], files[about], (at[effects], at[about]))
        cells = cells_in(files[table], files[correction], (at[table], at[correction]))
    if TRAINING[0] in files:
        training, digest = training_in(files[TRAINING[0]], at[TRAINING[0]])
    own: tuple[Overhead, ...] = ()
    stands = "" if lacking else basis(files)
    if OBSERVED in files:
        own = overheads_in(files[OBSERVED], at[OBSERVED])
        _refuse_other(own, stands or shipped_basis(), at[OBSERVED])
    return Calibrated(constants, cells, training, digest, _digest(files), own, stands)


def basis(files: Mapping[str, bytes]) -> str:
    """What names the constants of a folder: an overhead holds beyond these alone."""
    return _digest({name: files[name] for name in INFERENCE if name in files})[:BASIS]


@cache
def shipped_basis() -> str:
    """The same of the constants that come with the package."""
    folder = resources("outlay.performance").joinpath("data")
    return basis({name: folder.joinpath(name).read_bytes() for name in INFERENCE})


def with_memory_share(found: Calibrated | None, share: float, stack: Stack) -> Calibrated:
    """The same for an engine that fills this share of a chip's memory with weights and cache."""
    found = found or Calibrated()
    own = found.constants or shipped()
    usual = own.value("memory_use", {"stack": stack_group(stack)})
    base = ("memory_use", "", "")
    more = own.effects.get(base, 0.0) + math.log(share / usual)
    return replace(found, constants=Constants({**own.effects, base: more}, own.meta))


def _refuse_other(own: tuple[Overhead, ...], stands: str, where: str) -> None:
    other = next((o for o in own if o.constants != stands), None)
    if other is not None:
        raise TableError(
            Problem("an overhead beyond other constants than these", where,
                    f"{other.model} on {other.chip}: {other.constants or 'not said'}", stands,
                    "`outlay observe FILE --calibration FOLDER --fit FOLDER` fits it anew")
        )  # fmt: skip


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name] + b"\0")
    return digest.hexdigest()
