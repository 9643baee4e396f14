"""Solved programmes in the cache folder: a study that is run again is not solved again.

Beside the capacities, by the hash of all that an answer depends on. An entry that is missing, torn
or of another form reads as nothing; `OUTLAY_CACHE=off` keeps none.
"""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from outlay.core.arrays import Array
from outlay.core.progress import Progress, Told
from outlay.planning.solver.basis import Basis
from outlay.planning.solver.tree.recall import Known
from outlay.serving.store import default_folder

__all__ = ["Solved"]

MOST = 64
"""Programmes kept; the one that was used longest ago goes first."""
TORN = (
    OSError, ValueError, KeyError, TypeError, IndexError, EOFError, zipfile.BadZipFile, zlib.error,
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
        try:
            found = _arrays(path.read_bytes())
            if _text(found["key"]) != key:  # of another programme: its costs are not certified
                return None
            known = _known(found)
            os.utime(path)
        except TORN:
            return None
        return known

    def save(self, key: str, known: Known) -> None:
        """Keep it; a folder that cannot be written is no error, only slower next time."""
        if self.folder is None:
            return
        out = io.BytesIO()
        np.savez_compressed(
            out, x=known.x, row_dual=known.row_dual, col_dual=known.col_dual,
            column=known.basis.column, row=known.basis.row,
            key=np.frombuffer(key.encode(), dtype=np.uint8),
            method=np.frombuffer(known.method.encode(), dtype=np.uint8),
            iterations=np.array([known.iterations]),
            leaves=np.array([n for leaves in known.costs for n in leaves]),
            ends=np.cumsum([len(leaves) for leaves in known.costs]),
            costs=np.array(list(known.costs.values())),
            alone=np.array(list(known.first)), first=np.array(list(known.first.values())),
        )  # fmt: skip
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self.folder, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(out.getvalue())  # not synced: a torn entry reads as missing
                os.replace(temporary, self.folder / f"{key}.npz")
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
            self._let_go(self.folder)
        except OSError:
            return
        self.progress(Told("the solved programme is kept", keeps="solved"))

    def _let_go(self, folder: Path) -> None:
        kept = sorted(folder.glob("*.npz"), key=lambda p: p.stat().st_mtime)
        for path in kept[:-MOST]:
            path.unlink(missing_ok=True)


NAMES = (
    "x", "row_dual", "col_dual", "column", "row", "method", "iterations", "leaves", "ends", "costs",
    "alone", "first", "key",
)  # fmt: skip


def _arrays(data: bytes) -> dict[str, Array]:
    with np.load(io.BytesIO(data), allow_pickle=False) as found:
        return {name: np.asarray(found[name], dtype=np.float64) for name in NAMES}


def _text(codes: Array) -> str:
    return bytes(codes.astype(np.uint8)).decode()


def _known(found: dict[str, Array]) -> Known:
    leaves: list[int] = found["leaves"].astype(np.int64).tolist()
    ends: list[int] = found["ends"].astype(np.int64).tolist()
    alone: list[int] = found["alone"].astype(np.int64).tolist()
    costs: list[float] = found["costs"].tolist()
    sets = [tuple(leaves[a:b]) for a, b in zip([0, *ends], ends, strict=False)]
    return Known(
        found["x"], found["row_dual"], found["col_dual"],
        Basis(found["column"].astype(np.int8), found["row"].astype(np.int8)),
        _text(found["method"]), int(found["iterations"][0]),
        dict(zip(sets, costs, strict=True)), dict(zip(alone, found["first"], strict=True)),
    )  # fmt: skip
