"""One case of a sweep, planned: its row, which depends on the case and on what all share alone."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import InfeasibleError, InputError, OutlayError
from outlay.sweeps.asked.design import Value
from outlay.sweeps.common import Common

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from outlay.planning.answers.kept import Kept
    from outlay.planning.result import Plan
    from outlay.runs.pipeline.execute import Memo, Stages
    from outlay.study.reading.loader import LoadedStudy

__all__ = [
    "CAPEX",
    "COST",
    "FIRST",
    "OPEX",
    "SERVED",
    "CaseRow",
    "Cases",
    "Status",
    "read_row",
    "row_of",
]

Status = Literal["optimal", "infeasible", "refused", "failed", "quarantined"]
"""Certified; no plan meets every limit; the study's own checks refuse it; the solver or a check of
the run failed; its worker died each time."""
FIRST, CAPEX, OPEX, SERVED, COST = "first_orders", "capex", "opex", "served", "cost_per_mtok"
"""How groups of columns begin; a point and a name follow."""
LONGEST = 500
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A row as it is journalled."""

    case: int
    values: tuple[float | str | None, ...]
    status: str
    why: str
    facts: dict[str, float]


@cache
def _reader() -> TypeAdapter[CaseRow]:
    from pydantic import TypeAdapter

    return TypeAdapter(CaseRow)


def read_row(data: bytes) -> CaseRow:
    """What `row_of` gave."""
    return _reader().validate_json(data)


def row_of(
    case: int, values: tuple[Value, ...], status: Status, why: str, facts: dict[str, float]
) -> bytes:
    """A row as it is journalled: the same bytes for the same case."""
    told = {"case": case, "values": values, "status": status, "why": why[:LONGEST], "facts": facts}
    return json.dumps(told, sort_keys=True, ensure_ascii=False, allow_nan=False).encode()


class Cases:
    """What a worker holds: the study, read once, and what several cases ask alike.

    No row depends on those before it: what is remembered is remembered by what was asked.
    """

    def __init__(self, common: bytes) -> None:
        from outlay.runs.pipeline.execute import Memo
        from outlay.study.reading.loader import load_kept

        self.common = Common.from_bytes(common)
        c = self.common
        self._loaded: LoadedStudy = load_kept(
            c.inputs, c.home, c.overrides, c.scenario or None, mapping=c.mapping
        )
        self._kept: Kept | None = _kept(c.kept)
        self._memo: Memo = Memo()

    def row(self, number: int) -> bytes:
        """The row of a case. Raises MemoryError alone: the process is worn out then."""
        case = self.common.design.case(number)
        status: Status = "optimal"
        why, facts = "", dict[str, float]()
        try:
            facts = dict(_facts(self._loaded.again(case.laid), self._kept, self._memo))
        except InputError as err:
            status, why = "refused", str(err.problems()[0])
        except InfeasibleError as err:
            status, why = "infeasible", "; ".join(str(p) for p in err.problems()[:3])
        except MemoryError:
            raise
        except OutlayError as err:
            status, why = "failed", str(err.problems()[0])
        except Exception as err:  # ours to mend; the other cases are not to blame
            status, why = "failed", f"{type(err).__name__}: {err}"
        return row_of(number, case.values, status, why, facts)


def _kept(data: bytes) -> Kept | None:
    from outlay.planning.answers.kept import kept_in

    return kept_in(data)[0] if data else None


def _facts(loaded: LoadedStudy, kept: Kept | None, memo: Memo) -> Iterator[tuple[str, float]]:
    """Numbers of the certified plan. Raises InvariantError where a check of it fails."""
    from outlay.core.errors import InvariantError
    from outlay.planning.answers.again import Started
    from outlay.planning.answers.kept import starting
    from outlay.planning.programme.draft import WHOLE
    from outlay.planning.solver.solve import solve
    from outlay.runs.pipeline.execute import prepare
    from outlay.runs.pipeline.invariants import check_plan
    from outlay.runs.pipeline.money import accounts_of

    stages = prepare(loaded, memo=memo)
    plan = solve(stages.problem, WHOLE, Started(stages.problem, starting(kept)))
    money = accounts_of(stages, plan)
    checks = (*check_plan(plan, stages.demand, stages.capacity), *money.checks)
    if broken := [c for c in checks if c.status == "broken"]:
        raise InvariantError(f"{broken[0].id}: {broken[0].statement}")
    yield "objective", plan.objective
    yield "expected_cost", plan.expected_cost
    yield "gap", plan.certificates.bound_gap
    yield from _money(plan, stages)
    yield from _orders(plan)
    yield from _served(plan, stages)
    from outlay.runs.answers.statements import unit_costs

    for unit in unit_costs(money.accounts, {}):
        if math.isfinite(unit.full):
            yield f"{COST}.{unit.service}.{unit.kind}", unit.full


def _money(plan: Plan, stages: Stages) -> Iterator[tuple[str, float]]:
    from outlay.runs.answers.tables import capex_by_year, opex_by_year
    from outlay.runs.lines.money import bill_of

    bill = bill_of(plan, {})
    yield "paid", bill.paid
    yield "left", bill.left
    yield "unserved", bill.unserved
    yield "broken", bill.broken
    first = stages.loaded.study.fiscal_year_start
    for group, years in ((CAPEX, capex_by_year(plan, first)), (OPEX, opex_by_year(plan, first))):
        for year, kinds in years.items():
            yield f"{group}.{year}", math.fsum(kinds.values())


def _orders(plan: Plan) -> Iterator[tuple[str, float]]:
    """Of the first period, as a result has them."""
    from outlay.runs.answers.tables import order_rows

    roots: list[int] = plan.problem.tree.roots.tolist()
    now = [o for o in order_rows(plan) if o.node in roots]
    yield "order_now", math.fsum(o.spend for o in now)
    for offer in plan.offers:
        yield f"{FIRST}.{offer.id}", math.fsum(o.quantity for o in now if o.offer == offer.id)
    tree = plan.problem.tree
    used: Array = plan.used_mw.sum(axis=0)
    stock: Array = plan.stock.sum(axis=(0, 1))
    chance = tree.probability[tree.leaves]
    yield "chips_at_end", float(np.sum(stock[tree.leaves] * chance))
    yield "power_mw_at_end", float(np.sum(used[tree.leaves] * chance))


def _served(plan: Plan, stages: Stages) -> Iterator[tuple[str, float]]:
    from outlay.runs.answers.tables import served_rows, work_rows

    rows = served_rows(plan, stages.demand, stages.apart)
    yield "served_share", _share([(r.served, r.demand) for r in rows])
    work = [(w.served, w.demand) for w in work_rows(plan, stages.demand)]
    if any(asked > 0 for _, asked in work):
        yield "work_share", _share(work)
    for service in stages.demand.services:
        yield (
            f"{SERVED}.{service}",
            _share([(r.served, r.demand) for r in rows if r.service == service]),
        )


def _share(rows: list[tuple[float, float]]) -> float:
    """Served by asked; 1 where nothing is asked."""
    asked = sum(a for _, a in rows if a > 0)
    return sum(s for s, a in rows if a > 0) / asked if asked else 1.0
