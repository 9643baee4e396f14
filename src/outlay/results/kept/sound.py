"""What the readers of a plan rely on across its fields, checked once where it is read from a file.

Types say what one field may hold; here stands what holds between them: nodes that are there, one
number a period, chances, a cost that is the sum of its parts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from outlay.core.errors import InputError, Problem
from outlay.core.quantities.currencies import CODES
from outlay.results.plans.plan import Plan
from outlay.results.schema import CHANGED, from_json

__all__ = ["check_sound", "faults_of", "plan_from_json"]

CLOSE = 1e-6
"""Relative difference up to which sums agree, and by which a chance may pass its ends."""
MOST_TOLD = 20
MOST_SEED = 2**63
MOST_WORLDS = 1_000_000
AT_NODES = ("orders", "expansions", "returns", "power_returns", "prices", "slacks")
"""Rows that stand at a node of the tree."""
CHANCES = ("nodes", "orders", "expansions", "returns", "power_returns", "branches")
"""Rows with a chance."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A place in a plan (`orders.3.node`), what is wrong there, and what would be right."""

    at: str
    what: str
    value: str = ""
    allowed: str = ""


def plan_from_json(text: str | bytes, where: str | Path = "") -> Plan:
    """The plan in a JSON text, on which its readers can rely.

    Raises InputError as `from_json` does, and for what does not hold between its fields.
    """
    plan = from_json(text, "plan", where)
    assert isinstance(plan, Plan)
    check_sound(plan, where)
    return plan


def check_sound(plan: Plan, where: str | Path) -> None:
    """Raise InputError for what does not hold between the fields of a plan."""
    if faults := list(islice(faults_of(plan), MOST_TOLD)):
        raise InputError(
            Problem(f.what, f"{where}: {f.at}".removeprefix(": "), f.value, f.allowed, CHANGED)
            for f in faults
        )


def faults_of(plan: Plan) -> Iterator[Fault]:
    """Every fault, in the order of the fields."""
    for part in PARTS:
        yield from part(plan)


def _head(plan: Plan) -> Iterator[Fault]:
    if plan.currency not in CODES:
        yield Fault("currency", "unknown currency", repr(plan.currency)[:40], "an ISO code")
    yield from _twice("periods", plan.periods)
    yield from _twice("nodes", [n.id for n in plan.nodes])
    yield from _twice("things", [f"{t.kind} {t.id}" for t in plan.things])


def _twice(at: str, names: Sequence[object]) -> Iterator[Fault]:
    if len(set(names)) < len(names):
        name = next(n for n in names if names.count(n) > 1)
        yield Fault(at, "a name twice", repr(name)[:80], "each once")


def _tree(plan: Plan) -> Iterator[Fault]:
    before: set[int] = set()
    for i, n in enumerate(plan.nodes):
        if n.parent >= 0 and n.parent not in before:
            yield Fault(f"nodes.{i}.parent", "no such node before it", str(n.parent)[:40])
        before.add(n.id)
    for name in AT_NODES:
        for i, row in enumerate(getattr(plan, name)):
            if row.node not in before:
                yield Fault(f"{name}.{i}.node", "no such node", str(row.node)[:40])
    for name in CHANCES:
        for i, row in enumerate(getattr(plan, name)):
            if not -CLOSE <= row.probability <= 1 + CLOSE:
                yield Fault(f"{name}.{i}.probability", "not a chance", f"{row.probability:g}",
                            "0 to 1")  # fmt: skip


def _lengths(plan: Plan) -> Iterator[Fault]:
    need, n = plan.need, len(plan.periods)
    rows = {
        "total": need.total, "home": need.home, "tokens_per_second": need.tokens_per_second,
        **{f"by_work.{i}.chips": w.chips for i, w in enumerate(need.by_work)},
        **{f"by_cause.{i}.chips": w.chips for i, w in enumerate(need.by_cause)},
    }  # fmt: skip
    for name, found in rows.items():
        if len(found) != n:
            yield Fault(f"need.{name}", "not one number a period", str(len(found)), str(n))


def _money(plan: Plan) -> Iterator[Fault]:
    size = sum(abs(p.value) for p in plan.cost_parts)
    if not math.isclose(plan.expected_cost, plan.cost, rel_tol=0, abs_tol=CLOSE * size):
        yield Fault("expected_cost", "not the sum of its parts", f"{plan.expected_cost:g}",
                    f"{plan.cost:g}, the sum of cost_parts")  # fmt: skip


def _outlook(plan: Plan) -> Iterator[Fault]:
    if plan.outlook is None:
        return
    yield from _twice("outlook.distributions", [d.name for d in plan.outlook.distributions])
    for i, d in enumerate(plan.outlook.distributions):
        steps = (d.p05, d.p10, d.p25, d.p50, d.p75, d.p90, d.p95)
        if list(steps) != sorted(steps):
            yield Fault(f"outlook.distributions.{i}", "percentiles that fall", d.name[:80],
                        "p05 ≤ p10 ≤ … ≤ p95")  # fmt: skip


def _record(plan: Plan) -> Iterator[Fault]:
    made = plan.record
    if not 0 <= made.seed < MOST_SEED:
        yield Fault("record.seed", "not a seed", str(made.seed)[:40], "0 to 2^63")
    if not 0 <= made.worlds <= MOST_WORLDS:
        yield Fault("record.worlds", "not a number of worlds", str(made.worlds)[:40],
                    f"0 to {MOST_WORLDS:,}")  # fmt: skip


PARTS: tuple[Callable[[Plan], Iterator[Fault]], ...] = (
    _head, _tree, _lengths, _money, _outlook, _record,
)  # fmt: skip
