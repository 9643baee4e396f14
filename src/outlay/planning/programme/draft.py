"""The programme while it is put together: frame, blocks, ledger and the columns by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from outlay.core.arrays import IntArray
from outlay.planning.problem.types import PlanProblem
from outlay.planning.programme.blocks import Blocks
from outlay.planning.programme.frame import Frame
from outlay.planning.programme.ledger import Ledger
from outlay.planning.programme.vintages import Vintages

__all__ = ["WHOLE", "Draft", "Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """How to build and solve.

    tie: builds equal across the nodes of a period (static plan), or `""`; `after`: tie only
    from the second period on ("two-stage"). whole_depth: nodes of the first so many periods
    take whole lots (0 = none). full: chips by hall, not by place (see `places`).
    time_limit_s: of one solve; method: `auto`, `ipm` or `simplex`; memory_limit_mb: refuse
    larger models.
    """

    tie: str = ""
    whole_depth: int = 0
    full: bool = False
    time_limit_s: float = 600.0
    method: str = "auto"
    memory_limit_mb: float = 4000.0
    mip_gap: float = 1e-3
    tolerance: float = 1e-6


WHOLE = Options(whole_depth=1, mip_gap=1e-5)
"""As a plan is made: whole lots, steps and blocks in the first period, any share later."""


@dataclass
class Draft:
    """What each row family reads and adds to. `col[name]`: index array of a column block."""

    frame: Frame
    options: Options
    blocks: Blocks
    ledger: Ledger
    col: dict[str, IntArray] = field(default_factory=dict)

    @property
    def problem(self) -> PlanProblem:
        return self.frame.problem

    @cached_property
    def vintages(self) -> Vintages:
        """Starts that may be left early, each with the nodes in which they may still stand."""
        return Vintages(self.frame)
