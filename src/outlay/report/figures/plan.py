"""Name → the picture of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from outlay.report.figures.figure import Drawn
from outlay.report.figures.money import (
    capex,
    cash,
    earned,
    margin,
    own_or_rent,
    unit_cost,
    utilisation,
)
from outlay.report.figures.need import demand, fleet, need, power, served
from outlay.report.figures.orders import calendar, calendar_power, tree, wait
from outlay.report.figures.sure import (
    outcome,
    outcome_served,
    outcome_unserved,
    tornado,
    tornado_unserved,
)
from outlay.report.figures.worth import (
    knowing,
    limits,
    near_optimal,
    price_curve,
    regret,
    states,
)
from outlay.report.theme import Json
from outlay.report.words.language import Words
from outlay.results.plans.plan import Plan

__all__ = ["FIGURES"]

_BUILDERS: Mapping[str, Callable[[Plan, Words], Drawn]] = {
    "need": need,
    "demand": demand,
    "served": served,
    "fleet": fleet,
    "calendar": calendar,
    "calendar_power": calendar_power,
    "wait": wait,
    "tree": tree,
    "capex": capex,
    "power": power,
    "worth": states,
    "worth_knowing": knowing,
    "worth_limits": limits,
    "cash": cash,
    "margin": margin,
    "earned": earned,
    "unit_cost": unit_cost,
    "utilisation": utilisation,
    "own_or_rent": own_or_rent,
    "outcome": outcome,
    "outcome_unserved": outcome_unserved,
    "outcome_served": outcome_served,
    "tornado": tornado,
    "tornado_unserved": tornado_unserved,
    "price_curve": price_curve,
    "near_optimal": near_optimal,
    "regret": regret,
}


def _named(name: str, build: Callable[[Plan, Words], Drawn]) -> Callable[[Plan, Words], Drawn]:
    """The same picture with its name inside, by which files and links call it."""

    def drawn(plan: Plan, say: Words) -> Drawn:
        made = build(plan, say)
        if made is None:
            return None
        caption, spec = made
        meta = cast("Mapping[str, Json]", spec["usermeta"])
        return caption, {**spec, "usermeta": {"name": name, **meta}}

    return drawn


FIGURES: Mapping[str, Callable[[Plan, Words], Drawn]] = {
    name: _named(name, build) for name, build in _BUILDERS.items()
}
