"""Two results side by side: a waterfall of cost whose steps sum to the difference exactly."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from pathlib import Path

from outlay.core.errors import InputError, Problem
from outlay.core.progress import Progress
from outlay.results.comparison import ChangedOrder, Comparison, Replay, Side, Step
from outlay.results.kept.sound import check_sound
from outlay.results.plans.plan import Plan
from outlay.results.schema import from_json
from outlay.runs.folder.verify import check_hash, result_bytes

__all__ = ["compare_replay", "compare_results", "read_result"]

LEAST = 0.5
"""Chips by which an order must differ to be told."""


def read_result(path: Path, say: Progress = lambda _: None) -> Plan:
    """The plan in a run's folder, or in the file named. say: told of files that are not the run's.

    Raises InputError, also where a file of the folder or a number of the result was changed.
    """
    data, file = result_bytes(path, say)
    plan = from_json(data, "plan", file)
    assert isinstance(plan, Plan)
    check_hash(data, file)
    check_sound(plan, file)
    return plan


def compare_results(a: Plan, b: Plan) -> Comparison:
    """From `a` to `b`: steps by kind of payment, orders that differ, records.

    `steps` sum to `difference` exactly: they are added as rationals, and the last step holds
    whatever rounding to floats leaves. Raises InputError where the currencies differ.
    """
    if a.currency != b.currency:
        raise InputError(
            Problem(
                "results are in different currencies",
                value=f"{a.currency}, {b.currency}",
                hint="plan both in one currency",
            )
        )
    before, after = _parts(a), _parts(b)
    none = Fraction(0)
    exact = {n: after.get(n, none) - before.get(n, none) for n in [*before, *after]}
    difference = sum(exact.values(), none)
    priced = {p.entry for x in (a, b) for p in x.cost_parts if p.treatment == "penalty"}
    changed = (Step(n, float(v), n not in priced) for n, v in exact.items() if v)
    steps = sorted(changed, key=lambda s: -abs(s.value))
    left = difference - sum((Fraction(s.value) for s in steps), none)
    if left:
        steps.append(Step("rounding", float(left), True))
    return Comparison(
        _side(a), _side(b), a.currency, float(difference), b.cash - a.cash, tuple(steps),
        _orders(a, b), tuple(dict.fromkeys([*b.things, *a.things])),
    )  # fmt: skip


def _parts(plan: Plan) -> dict[str, Fraction]:
    """Payment → its part of the cost, exactly; one payment may be treated in several ways."""
    out: dict[str, Fraction] = {}
    for p in plan.cost_parts:
        out[p.entry] = out.get(p.entry, Fraction(0)) + Fraction(p.value)
    return out


def _side(plan: Plan) -> Side:
    r = plan.record
    return Side(
        plan.title, plan.verdict, plan.cost, plan.cash, r.result_hash, r.input_hash, r.scenario,
        r.overrides,
    )  # fmt: skip


def _orders(a: Plan, b: Plan) -> tuple[ChangedOrder, ...]:
    before, after = a.first_orders, b.first_orders
    rows = (
        ChangedOrder(k, before.get(k, 0.0), after.get(k, 0.0))
        for k in dict.fromkeys([*before, *after])
    )
    return tuple(r for r in rows if abs(r.before - r.after) >= LEAST)


MADE_FROM = ("input_hash", "catalogue_hash", "code_hash", "versions")
"""Fields of the record that say from what a result was made."""


def compare_replay(recorded: Plan, replayed: Plan) -> Replay:
    """Whether a result is the recorded one run again, and what differs where it is not."""
    old, new = recorded.record, replayed.record
    return Replay(
        same=new.result_hash == old.result_hash,
        recorded=old.result_hash,
        replayed=new.result_hash,
        inputs_changed=tuple(k for k in MADE_FROM if getattr(new, k) != getattr(old, k)),
        parts_changed=tuple(
            f.name
            for f in fields(replayed)
            if f.name != "record" and getattr(replayed, f.name) != getattr(recorded, f.name)
        ),
    )
