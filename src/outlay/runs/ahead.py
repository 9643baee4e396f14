"""How long each stage of a run is guessed to take, for the share that its progress says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outlay.runs.pipeline.execute import Options

if TYPE_CHECKING:
    from outlay.planning.problem.types import PlanProblem

__all__ = ["KEPT", "WRITES", "seconds_of"]

WRITES = "write"
"""The stage that comes after a run where its report is asked for."""

KEPT = ("answer", "report")
"""What a run leaves in its folder, in order; told as kept once it lies there."""

STAGES = {"load": 1.0, "demand": 0.1, "capacity": 0.3, "build": 0.1, "evidence": 0.1}
"""Before the size of the programme is known; with what a process loads at its start."""
PER_CELL = 2.4e-3
"""Seconds of a solve by node, offer and hall; the others in solves, as the examples take them."""
VALUES, DEEP, WRITE = 1.5, 25.0, 0.3
PER_WORLD = 1e-4
"""Seconds of one sampled world by node."""
MANY = 3_000
"""Nodes, offers and halls of a study whose size is not known yet."""


def seconds_of(
    options: Options, problem: PlanProblem | None = None, *, writes: bool = False
) -> dict[str, float]:
    """Stage → seconds on a usual machine with an empty cache. problem: where it is known. writes:
    whether a report follows.
    """
    if problem is None:
        cells, nodes = MANY, 100
    else:
        nodes = len(problem.tree)
        cells = nodes * (len(problem.offers) + len(problem.sites))
    solve = 0.1 + PER_CELL * cells
    return STAGES | {
        "solve": solve,
        "finance": 0.1 + 0.02 * solve,
        "values": (DEEP if options.deep else VALUES) * solve if options.values else 0.0,
        "risk": 0.3 + PER_WORLD * nodes * options.worlds if options.worlds else 0.0,
        "answers": 0.1 + 0.1 * solve,
        **({WRITES: 0.5 + WRITE * solve} if writes else {}),
    }
