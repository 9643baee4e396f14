"""Entries of a schedule that hold in no period of the plan: it looks at the others alone.

A price holds as of the order, so the plan reads it at the start of each period; a level or a cap is
taken month by month, and growth between the middles of its periods.
"""

from __future__ import annotations

from collections.abc import Mapping

from outlay.core.periods import Period
from outlay.study.model.fields import Schedule, in_effect
from outlay.study.model.study import Study

__all__ = ["AMOUNTS", "GROWTH", "PRICES", "YEARS", "beyond", "inside", "other_year", "outside"]

PRICES = ("supply.*.price", "supply.*.rent", "fleet.*.renew_rent")
AMOUNTS = (
    "supply.*.cap", "work.*.need", "services.*.compute", "sites.*.power", "sites.*.capex_due",
    "rules.ceilings.*.power", "budget.other_capex", "demand.state_totals.*",
)  # fmt: skip
GROWTH = ("services.*.growth", "work.*.growth")
YEARS = ("finance.operating_cash_flow",)


def inside(study: Study, plan: Schedule, key: str) -> bool:
    """The price begins and ends, or only begins, between the starts of two periods."""
    periods, entry = study.horizon.all(), _entry(plan, key)
    within = periods[0].start <= entry.start < periods[-1].end
    return within and entry not in in_effect(plan, periods, monthly=False)


def outside(study: Study, plan: Schedule, key: str) -> bool:
    """The entry begins after the horizon, or another has taken its place before it."""
    periods, entry = study.horizon.all(), _entry(plan, key)
    within = periods[0].start <= entry.start < periods[-1].end
    return not within and entry not in in_effect(plan, periods, monthly=True)


def beyond(study: Study, plan: Schedule, key: str) -> bool:
    """Growth has passed the entry before it by the middle of the last period already."""
    entry, last = _entry(plan, key), study.horizon.all()[-1].middle
    before = [p.middle for p, _ in plan.entries if p.start < entry.start]
    return bool(before) and max(before) >= last


def other_year(study: Study, years: Mapping[int, object], key: str) -> bool:
    """A fiscal year of which no period of the horizon is a part."""
    del years
    first = study.fiscal_year_start
    return int(key) not in {p.fiscal_year(first) for p in study.horizon.all()}


def _entry(plan: Schedule, key: str) -> Period:
    return next(p for p, _ in plan.entries if str(p) == key)
