"""The programme as an MPS file, which any solver of linear programmes reads.

Names are block and place (`order[3,17]`), in original units unless `scaled`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from outlay.core.errors import SolverError
from outlay.planning.blocks import Block, Matrix
from outlay.planning.highs import Session

__all__ = ["write_mps"]


def write_mps(matrix: Matrix, path: Path, *, scaled: bool = False) -> None:
    """Write `matrix` to `path` (must end in .mps). The objective's constant is kept.

    scaled: in the solver's units of columns, rows and cost, as it is solved here.
    """
    if path.suffix != ".mps":
        raise SolverError(f"{path.name}: an MPS file ends in .mps")
    plain = replace(
        matrix,
        col_unit=np.ones_like(matrix.col_unit),
        row_unit=np.ones_like(matrix.row_unit),
    )
    session = Session(matrix if scaled else plain)
    h = session.h
    if not scaled:
        every = np.arange(len(matrix.cost), dtype=np.int32)
        h.changeColsCost(len(every), every, matrix.cost)
    h.changeObjectiveOffset(matrix.offset / (session.cost_unit if scaled else 1.0))
    for number, name in _names(matrix.columns).items():
        h.passColName(number, name)
    for number, name in _names(matrix.rows).items():
        h.passRowName(number, name)
    import highspy

    if h.writeModel(str(path)) == highspy.HighsStatus.kError:
        raise SolverError(f"{path.name} could not be written")


def _names(blocks: Mapping[str, Block]) -> dict[int, str]:
    """Number → `block[place]`, without blanks."""
    out = {}
    for block in blocks.values():
        for at in np.argwhere(block.index >= 0):
            place = ",".join(str(i) for i in at)
            out[int(block.index[tuple(at)])] = f"{block.name}[{place}]".replace(" ", "_")
    return out
