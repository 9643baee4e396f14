"""What is known of a programme once it is solved, so that the same is not solved again.

A programme is the same where every number of it is, its tree and the solver with it: then what was
found is found again, to the last bit. What is read back is certified like any other answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from outlay.core.arrays import Array
from outlay.planning.programme.blocks import key_of
from outlay.planning.programme.model import Model
from outlay.planning.solver.basis import Basis
from outlay.planning.solver.tree.recourse import Near

__all__ = ["Key", "Known", "Recall", "content_key"]

Key = tuple[int, ...]
"""Leaves of a branch."""


@dataclass(frozen=True)
class Known:
    """Of the whole tree its optimum, in original units, with the basis that it ended with; of each
    branch that was asked for its cost; of single histories their first orders, [offer] chips."""

    x: Array
    row_dual: Array
    col_dual: Array
    basis: Basis
    method: str
    iterations: int
    costs: Mapping[Key, float]
    first: Mapping[int, Array]

    def fits(self, model: Model) -> bool:
        """Whether it has the programme's rows and columns."""
        rows, columns, _ = model.matrix.shape
        sizes = len(self.x), len(self.col_dual), len(self.basis.column)
        return set(sizes) == {columns} and {len(self.row_dual), len(self.basis.row)} == {rows}


class Recall(Protocol):
    """Where what is known lies, by `content_key`."""

    def load(self, key: str) -> Known | None:
        """What is known of a programme; None where nothing can be read."""
        ...

    def save(self, key: str, known: Known) -> None:
        """Keep it; a place that cannot be written is no error."""
        ...


def content_key(model: Model, near: Near | None = None) -> str:
    """Hash of a programme's numbers, its tree's, the solver's version and this package's code; and
    of where it is solved from, since another way to an optimum may end in another corner."""
    from importlib.metadata import version

    m, e, tree = model.matrix, model.entries, model.problem.tree
    digest = hashlib.blake2b(digest_size=16)
    # What each number stands for too: an offer without a column has first orders all the same.
    digest.update(f"{version('highspy')} {_code()} {key_of(m)} {m.offset!r}".encode())
    for array in (
        m.cost, m.lower, m.upper, m.row_lower, m.row_upper, m.col_unit, m.row_unit, m.integer,
        m.a.indptr, m.a.indices, m.a.data, e.col, e.node, e.amount, e.discount,
        tree.parent, tree.period, tree.probability,
    ):  # fmt: skip
        digest.update(np.ascontiguousarray(array).data)
    digest.update(repr([dict(x) for x in tree.labels]).encode())
    if near is not None:
        digest.update(near.key.encode())
        for array in (near.basis.column, near.basis.row, near.x):
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _code() -> str:
    """Hash of the planning code: another way to an optimum may end in another corner."""
    root, digest = Path(__file__).resolve().parents[2], hashlib.blake2b(digest_size=16)
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
