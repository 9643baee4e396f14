"""What a result was made from, so that it can be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from outlay.results.base import Chips, Row, Unit

__all__ = ["Record", "Solver"]


@dataclass(frozen=True, slots=True)
class Solver(Row):
    """The solver, and the programme that it solved."""

    solver: str
    """Its name."""
    method: str
    """How it solved."""
    rows: int
    """Rows of the programme."""
    columns: int
    """Columns of the programme."""
    nonzeros: int
    """Coefficients of the programme."""


@dataclass(frozen=True, slots=True)
class Record(Row):
    """Hashes of everything a result depends on; `result_hash` covers the facts without this."""

    input_hash: str
    """Of the study's canonical inputs."""
    catalogue_hash: str
    """Of every data table a result rests on."""
    code_hash: str
    """Of the package's source files."""
    versions: Mapping[str, str]
    """Python and the libraries whose version may change a number."""
    seed: int
    """Root of the random streams."""
    overrides: tuple[str, ...]
    """What `--set` changed."""
    scenario: str
    """The named scenario; empty: none."""
    solver: Solver
    """The solver and its programme."""
    seconds: Mapping[str, Annotated[float, Unit("s")]]
    """Stage → seconds spent in it."""
    started: str
    """When the run began."""
    ended: str
    """When the plan was made."""
    worlds: int = 0
    """Worlds asked for."""
    values: bool = True
    """Whether values of things were asked for."""
    result_hash: str = ""
    """SHA-256 of the facts."""
    study_file: str = ""
    """Name of the study's file."""
    basis: str = ""
    """Hash of the kept basis that the solve started from; empty: from nothing."""
    deep: bool = False
    """Whether the answers that take minutes were asked for."""
    against: Mapping[str, Chips] | None = None
    """First orders of the approved plan that this one was set against; null: none."""
