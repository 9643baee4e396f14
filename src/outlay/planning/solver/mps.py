"""The programme as an MPS file, which any solver of linear programmes reads.

A column or row is named by its block and its place there (`order[3,17]`: offer 3, node 17, counted
from 0 in the order of the problem), a minimisation in original units. HiGHS writes line by line.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from errno import EIO, ENOENT
from pathlib import Path

import numpy as np

from outlay.core.errors import InputError, SolverError
from outlay.core.written import replaced
from outlay.planning.problem.check import check
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.blocks import Block
from outlay.planning.programme.model import Model, build
from outlay.planning.solver.highs import Session

__all__ = ["check_name", "write_mps"]

END = b"ENDATA\n"
"""What a whole file ends with."""


def write_mps(programme: PlanProblem | Model, path: Path) -> tuple[int, int, int]:
    """Write the programme of a problem, or one already built, to `path`, which ends in .mps.

    Returns its rows, columns and entries. Its optimum is the plan's objective: the constant is
    kept (an MPS file holds it as the right side of the cost row, with the sign turned).
    Raises InputError for another ending and for a problem that `check` refuses, OSError where the
    path cannot be written.
    """
    check_name(path)
    if isinstance(programme, PlanProblem):
        check(programme)
        programme = build(programme)
    m = programme.matrix
    one_c, one_r = np.ones_like(m.col_unit), np.ones_like(m.row_unit)
    h = Session(replace(m, col_unit=one_c, row_unit=one_r)).h
    every = np.arange(len(m.cost), dtype=np.int32)
    h.changeColsCost(len(every), every, m.cost)  # a session divides costs by a unit of its own
    h.changeObjectiveOffset(m.offset)
    for number, name in _names(m.columns).items():
        h.passColName(number, name)
    for number, name in _names(m.rows).items():
        h.passRowName(number, name)
    import highspy

    with replaced(path) as part:
        if h.writeModel(str(part)) == highspy.HighsStatus.kError:
            raise SolverError(f"{path} could not be written")
        with part.open("rb") as file:  # the solver says nothing of a disk that was full
            file.seek(max(0, part.stat().st_size - len(END)))
            if file.read() != END:
                raise OSError(EIO, "could not be written whole")
    return m.shape


def check_name(path: Path) -> None:
    """Raise InputError for an ending that is not .mps, FileNotFoundError without its folder."""
    if path.suffix != ".mps":
        raise InputError(
            "not the name of an MPS file", where=str(path), value=path.suffix or "no ending",
            allowed="a name that ends in .mps",
        )  # fmt: skip
    if not path.parent.is_dir():
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), str(path))


def _names(blocks: Mapping[str, Block]) -> dict[int, str]:
    """Number → `block[place]`, without blanks; the first of several places that share one."""
    out: dict[int, str] = {}
    for block in blocks.values():
        for at in np.argwhere(block.index >= 0):
            place = ",".join(str(i) for i in at)
            name = f"{block.name}[{place}]".replace(" ", "_")
            out.setdefault(int(block.index[tuple(at)]), name)
    return out
