"""Put the row families together into one matrix, in the order in which they need each other."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.blocks import Blocks, Matrix
from outlay.planning.programme.draft import Draft, Options
from outlay.planning.programme.frame import Frame
from outlay.planning.programme.ledger import Entries, Ledger
from outlay.planning.programme.payments import payments
from outlay.planning.programme.rows import (
    balance,
    capacity,
    energy,
    moments,
    money,
    orders,
    sites,
    stock,
    supply,
    tail,
    ties,
    training,
)

__all__ = ["Model", "build"]

FAMILIES = (
    orders, supply, stock, capacity, balance, moments, training, sites, energy, money, tail, ties,
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """A built programme: the matrix, the draft that names its parts, and its ledger."""

    draft: Draft
    matrix: Matrix
    entries: Entries

    @property
    def problem(self) -> PlanProblem:
        return self.draft.problem

    @property
    def frame(self) -> Frame:
        return self.draft.frame

    @property
    def any_share(self) -> Model:
        """The programme with any share of lots, steps and blocks."""
        whole = np.zeros_like(self.matrix.integer)
        return replace(self, matrix=replace(self.matrix, integer=whole))


def build(
    problem: PlanProblem, options: Options | None = None, frame: Frame | None = None
) -> Model:
    """The linear programme of `problem` (already checked). Pure; no solver.

    frame: of the problem and these options, where it is there already.
    """
    options = options or Options()
    frame = frame or Frame.of(problem, options.full)
    d = Draft(frame, options, Blocks(), Ledger(frame.discount))
    one = np.ones(1, dtype=bool)
    # A column fixed at 1 holds what is paid in any case, so that the ledger is complete.
    d.col["one"] = d.blocks.column("one", ("one",), one, lower=1.0, upper=1.0)
    for family in (orders, stock, sites, energy, training, capacity, balance, moments, supply):
        family.columns(d)
    payments(d)
    money.columns(d)
    tail.columns(d)
    for family in FAMILIES:
        family.rows(d)
    entries = d.ledger.close()
    chance = frame.problem.tree.probability[entries.node] * (1.0 - frame.problem.tail.weight)
    d.blocks.add_cost(entries.col, chance * entries.discount * entries.amount)
    return Model(d, d.blocks.build(), entries)
