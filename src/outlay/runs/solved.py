"""Solved programmes in the cache folder: a study that is run again is not solved again.

Beside the capacities, by the hash of all that an answer depends on. An entry that is missing, torn
or of another form reads as nothing; `OUTLAY_CACHE=off` keeps none.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from outlay.planning.solver.basis import Basis
from outlay.planning.solver.tree.recall import Known
from outlay.serving.store import default_folder

__all__ = ["Solved"]

MOST = 64
"""Programmes kept; the one that was used longest ago goes first."""
TORN = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class Solved:
    """folder: None keeps nothing."""

    folder: Path | None

    @classmethod
    def default(cls) -> Solved:
        """Beside the capacities."""
        root = default_folder()
        return cls(root / "solved" if root else None)

    def load(self, key: str) -> Known | None:
        """What is known of a programme; None where nothing can be read."""
        if self.folder is None:
            return None
        path = self.folder / f"{key}.npz"
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as found:
                head = json.loads(bytes(found["head"]))
                known = Known(
                    found["x"], found["row_dual"], found["col_dual"],
                    Basis(found["column"], found["row"]),
                    str(head["method"]), int(head["iterations"]),
                    {tuple(leaves): float(cost) for leaves, cost in head["costs"]},
                    {int(n): found["first"][i] for i, n in enumerate(head["first"])},
                )  # fmt: skip
            os.utime(path)
        except TORN:
            return None
        return known

    def save(self, key: str, known: Known) -> None:
        """Keep it; a folder that cannot be written is no error, only slower next time."""
        if self.folder is None:
            return
        head = {
            "method": known.method,
            "iterations": known.iterations,
            "costs": [[list(leaves), cost] for leaves, cost in known.costs.items()],
            "first": list(known.first),
        }
        out = io.BytesIO()
        np.savez_compressed(
            out, head=np.frombuffer(json.dumps(head).encode(), dtype=np.uint8),
            x=known.x, row_dual=known.row_dual, col_dual=known.col_dual,
            column=known.basis.column, row=known.basis.row,
            first=np.array(list(known.first.values())),
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

    def _let_go(self, folder: Path) -> None:
        kept = sorted(folder.glob("*.npz"), key=lambda p: p.stat().st_mtime)
        for path in kept[:-MOST]:
            path.unlink(missing_ok=True)
