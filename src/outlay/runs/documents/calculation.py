"""The accounts' calculation beside a result on disk, so that its numbers are explained from there.

Kept are the graph and the values of its inputs, by branch; every row is worked out from them again.
The file names the result that it is of: one that was left by another plan is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import InputError, Problem
from outlay.core.graph.eval import Program
from outlay.core.graph.graph import Graph
from outlay.core.graph.kept import About, packed, unpacked
from outlay.core.ingest.files import take
from outlay.runs.folder.names import AGAIN

if TYPE_CHECKING:
    from outlay.finance.reports.accounts import Accounts

__all__ = ["FILE", "Calculation", "calculation_of", "read_calculation"]

FILE = "calculation.npz"
LARGEST = 256 * 2**20
"""Bytes beyond which a file is none of ours."""


@dataclass(frozen=True)
class Calculation:
    """The graph of the accounts with its inputs.

    paths: states of each branch. weights: their chances. years: fiscal year of each period.
    result: hash of the result that it is of.
    """

    graph: Graph
    inputs: Mapping[str, Array]
    currency: str
    paths: tuple[str, ...]
    weights: Array
    years: tuple[int, ...]
    result: str

    @property
    def periods(self) -> tuple[str, ...]:
        """Labels of the periods."""
        return self.graph.labels

    @cached_property
    def rows(self) -> Mapping[str, Array]:
        """Row → [path, period], or [path] for a scalar."""
        deep = {name: v if self._wide(name) else v[None] for name, v in self.inputs.items()}
        found = Program(self.graph).run(deep)
        n = len(self.paths)
        return {name: np.broadcast_to(v, (n, *v.shape[1:])) for name, v in found.items()}

    def _wide(self, name: str) -> bool:
        """Whether an input differs by branch."""
        return self.inputs[name].ndim == (2 if self.graph[name].series else 1)

    def of_path(self, path: int) -> dict[str, Array]:
        """The inputs of one branch."""
        return {k: v[path] if self._wide(k) else v for k, v in self.inputs.items()}

    def to_bytes(self) -> bytes:
        """The file; the same for the same calculation."""
        about: About = {
            "currency": self.currency,
            "paths": list(self.paths),
            "weights": self.weights.tolist(),
            "years": list(self.years),
            "result": self.result,
        }
        return packed(self.graph, self.inputs, about)


def calculation_of(a: Accounts, result: str) -> Calculation:
    """That of accounts; result: hash of the result that they are in."""
    start = a.policy.fiscal_year_start
    return Calculation(
        graph=a.graph,
        inputs=a.inputs,
        currency=a.flows.currency,
        paths=tuple(a.flows.paths),
        weights=np.asarray(a.flows.weights, dtype=np.float64),
        years=tuple(p.fiscal_year(start) for p in a.flows.periods),
        result=result,
    )


def read_calculation(folder: Path, result: str) -> Calculation:
    """The one in a folder, of the result with this hash.

    Raises InputError where there is none, where it cannot be read, or where it is of another.
    """
    path = folder / FILE
    if not path.is_file():
        raise _refused("no calculation beside the result", path)
    data = take(path, most=LARGEST, what="calculation of a plan").data
    try:
        graph, inputs, about = unpacked(data)
        found = Calculation(
            graph=graph,
            inputs=inputs,
            currency=about["currency"],
            paths=tuple(about["paths"]),
            weights=np.asarray(about["weights"], dtype=np.float64),
            years=tuple(about["years"]),
            result=about["result"],
        )
        _check(found)
    except Exception as err:  # torn in the wrong place, a file of numpy's may raise anything
        raise _refused("torn: not a calculation that can be read", path) from err
    if found.result != result:
        raise _refused("stale: the calculation is of another result", path)
    return found


def _check(found: Calculation) -> None:
    """A chance for each branch, a year for each period, and something to explain."""
    lengths = (len(found.weights), len(found.paths)), (len(found.years), len(found.periods))
    if any(a != b for a, b in lengths) or not found.rows:
        raise ValueError("parts that do not fit together")


def _refused(what: str, path: Path) -> InputError:
    return InputError(
        Problem(what, str(path), allowed="a folder written by one `plan --out`", hint=AGAIN)
    )
