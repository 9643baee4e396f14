"""The basis of a solved programme beside its result on disk, so that what-ifs start from there.

It is good for any programme of the same rows and columns, whatever their numbers, which its key
says. It only ever saves time: one that is missing, torn, of another programme or of another form is
passed over with a word.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from outlay.core.ingest.files import take
from outlay.planning.programme.blocks import Matrix, key_of
from outlay.planning.solver.basis import BASIC, LOWER, UPPER, ZERO, Basis, Codes

__all__ = ["FILE", "Kept", "kept_in", "key_of", "read_kept", "starting"]

FILE = "basis.npz"
FORM = "outlay basis 1"
STATES = {LOWER, BASIC, UPPER, ZERO}
LARGEST = 64 * 2**20
"""Bytes beyond which a file is none of ours: a basis is a byte a row and column, packed."""


@dataclass(frozen=True)
class Kept:
    """A basis and the key of its programme."""

    key: str
    basis: Basis

    def to_bytes(self) -> bytes:
        """The file; the same for the same basis."""
        out = io.BytesIO()
        head = np.frombuffer(f"{FORM} {self.key}".encode(), dtype=np.uint8)
        np.savez_compressed(out, head=head, row=self.basis.row, column=self.basis.column)
        return out.getvalue()

    @property
    def hash(self) -> str:
        """Of the basis: a solve that starts there ends where this one ended."""
        return hashlib.blake2b(
            self.key.encode() + self.basis.row.tobytes() + self.basis.column.tobytes(),
            digest_size=16,
        ).hexdigest()

    def of(self, matrix: Matrix) -> Basis | None:
        """The basis, where it is one of this programme."""
        return self.basis if self.key == key_of(matrix) else None


def starting(
    kept: Kept | None, say: Callable[[str], None] = lambda _: None
) -> Callable[[Matrix], Basis | None]:
    """Of a programme → what is kept of it; that something of another is kept is said."""

    def of(matrix: Matrix) -> Basis | None:
        found = None if kept is None else kept.of(matrix)
        if kept is not None and found is None:
            say(f"{FILE}: of a programme with other rows and columns, passed over")
        return found

    return of


def _codes(found: Codes) -> bool:
    if found.dtype != np.int8 or found.ndim != 1:
        return False
    states: list[int] = np.unique(found).tolist()
    return STATES.issuperset(states)


def _basic(found: Codes) -> int:
    return int((found == BASIC).sum())


def read_kept(folder: Path) -> tuple[Kept | None, str]:
    """(what is kept in the folder, or None; why what lies there is passed over, or '')."""
    path = folder / FILE
    try:
        if not path.exists():
            return None, ""
        if not path.is_file():  # a pipe or a device may never end
            return None, f"{path}: not a file, passed over"
        if path.stat().st_size > LARGEST:
            return None, f"{path}: too large to be a basis, passed over"
        data = take(path, most=LARGEST, what="basis").data
    except Exception:  # a folder that cannot be read, a file that was just taken away
        return None, f"{path}: not a basis that can be read, passed over"
    return kept_in(data, str(path))


def kept_in(data: bytes, name: str = FILE) -> tuple[Kept | None, str]:
    """(what the bytes of such a file hold, or None; why they are passed over, or '')."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            head = bytes(found["head"]).decode()
            row, column = np.asarray(found["row"]), np.asarray(found["column"])
    except Exception:  # torn in the wrong place, a file of numpy's may raise anything: TokenError …
        return None, f"{name}: not a basis that can be read, passed over"
    form, _, key = head.rpartition(" ")
    if form != FORM:
        return None, f"{name}: a basis of another form, passed over"
    if not (_codes(row) and _codes(column)) or _basic(row) + _basic(column) != len(row):
        return None, f"{name}: a basis that does not count up, passed over"
    return Kept(key, Basis(column, row)), ""
