"""Solved programmes in the cache folder: a study that is run again is not solved again.

Beside the capacities, by the hash of all that an answer depends on. An entry that is missing, torn,
edited or of another form reads as nothing; `OUTLAY_CACHE=off` keeps none.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from outlay.core.arrays import Array
from outlay.core.ingest.sealed import entry, keep, with_seal, without_seal
from outlay.core.progress import Progress, Told
from outlay.planning.solver.basis import Basis
from outlay.planning.solver.tree.recall import Known
from outlay.serving.store import default_folder

__all__ = ["NAME", "Solved", "read_entry"]

MOST = 64
"""Programmes kept; the one that was used longest ago goes first."""
NAME = r"[0-9a-f]{32}\.npz"
"""Names of entries, as an expression."""
LARGEST = 1 << 29
"""Bytes of an entry: those of the largest studies hold some millions."""
TORN = (
    OSError, ValueError, KeyError, TypeError, IndexError, EOFError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@dataclass(frozen=True)
class Solved:
    """folder: None keeps nothing. progress: told of what is kept."""

    folder: Path | None
    progress: Progress = lambda _: None

    @classmethod
    def default(cls, progress: Progress = lambda _: None) -> Solved:
        """Beside the capacities."""
        root = default_folder()
        return cls(root / "solved" if root else None, progress)

    def load(self, key: str) -> Known | None:
        """What is known of a programme; None where nothing can be read."""
        if self.folder is None:
            return None
        path = self.folder / f"{key}.npz"
        known = read_entry(path)
        if known is not None:
            with suppress(OSError):  # a folder that is read only is read all the same
                os.utime(path)
        return known

    def save(self, key: str, known: Known) -> None:
        """Keep it; a folder that cannot be written is no error, only slower next time."""
        if self.folder is None:
            return
        out = io.BytesIO()
        np.savez_compressed(
            out, x=known.x, row_dual=known.row_dual, col_dual=known.col_dual,
            column=known.basis.column, row=known.basis.row,
            method=np.frombuffer(known.method.encode(), dtype=np.uint8),
            iterations=np.array([known.iterations]),
            leaves=np.array([n for leaves in known.costs for n in leaves]),
            ends=np.cumsum([len(leaves) for leaves in known.costs]),
            costs=np.array(list(known.costs.values())),
            alone=np.array(list(known.first)), first=np.array(list(known.first.values())),
        )  # fmt: skip
        if keep(self.folder / f"{key}.npz", with_seal(key, out.getvalue())):
            self._let_go(self.folder)
            self.progress(Told("the solved programme is kept", keeps="solved"))

    def _let_go(self, folder: Path) -> None:
        with suppress(OSError):  # another process may let the same one go
            ours = [p for p in folder.iterdir() if re.fullmatch(NAME, p.name)]
            for path in sorted(ours, key=lambda p: p.lstat().st_mtime)[:-MOST]:
                path.unlink(missing_ok=True)


def read_entry(path: Path) -> Known | None:
    """What an entry holds; None where it is not, whole, what was kept under the key it is named by.

    The seal is looked at before anything of it is unpacked.
    """
    data = without_seal(path.stem, entry(path, LARGEST) or b"")
    if data is None:
        return None
    try:
        return _known(_arrays(data))
    except TORN:
        return None


NAMES = (
    "x", "row_dual", "col_dual", "column", "row", "method", "iterations", "leaves", "ends", "costs",
    "alone", "first",
)  # fmt: skip


def _arrays(data: bytes) -> dict[str, Array]:
    with np.load(io.BytesIO(data), allow_pickle=False) as found:
        return {name: np.asarray(found[name], dtype=np.float64) for name in NAMES}


def _text(codes: Array) -> str:
    return bytes(codes.astype(np.uint8)).decode()


def _counts(numbers: Array) -> list[int]:
    """Numbers that count something. Raises ValueError where one counts nothing."""
    if not (np.abs(numbers) < 1 << 53).all() or (numbers != np.floor(numbers)).any():
        raise ValueError("not whole numbers")
    return [int(n) for n in numbers]


def _known(found: dict[str, Array]) -> Known:
    leaves, ends, alone, iterations = (
        _counts(found[name]) for name in ("leaves", "ends", "alone", "iterations")
    )
    costs: list[float] = found["costs"].tolist()
    sets = [tuple(leaves[a:b]) for a, b in zip([0, *ends], ends, strict=False)]
    return Known(
        found["x"], found["row_dual"], found["col_dual"],
        Basis(found["column"].astype(np.int8), found["row"].astype(np.int8)),
        _text(found["method"]), iterations[0],
        dict(zip(sets, costs, strict=True)), dict(zip(alone, found["first"], strict=True)),
    )  # fmt: skip
