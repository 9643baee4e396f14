"""Inputs that act only beside another: what each needs, and when the study does not have it.

The rules stand here in the form that `unused` lists; a partner that some state of the study brings
counts as there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from outlay.study.model.loads import Campaign
from outlay.study.model.study import Factor, Study
from outlay.study.model.supply import Offer, Pool, Site

__all__ = ["PARTNERS", "Rule", "Test", "brought", "is_on_order"]

Test = Callable[[Study, Any, str], bool]
"""(study, the entry in which the input stands, that entry's name) → whether it reaches nothing."""

_HOSTED = ("reservation", "spot")
"""Contracts whose chips stand in the lessor's hall."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The inputs at `path` (`*`: any name) reach nothing where `test` holds, for `reason`.

    entry: how many parts of the path name the entry that the test is given; -1: all but the last,
    which is then the name. instead: what to write where the input was meant to act; empty where it
    is idle rather than mistaken.
    """

    path: str
    reason: str
    test: Test
    instead: str = ""
    entry: int = 2


def is_on_order(study: Study, pool: Pool) -> bool:
    """Whether the pool comes within the horizon, or has come and is still to be paid for."""
    if pool.arrives is None:
        return False
    first = study.horizon.start
    due = pool.owed is not None and pool.arrives.start >= first.start
    return due or pool.arrives.start > first.start


def brought(study: Study, path: str) -> list[object]:
    """What states set at `path`, in it, or at that in which it stands."""
    return [
        value
        for factor in study.uncertainty.values()
        if isinstance(factor, Factor)
        for effect in factor.effect.values()
        for text, value in effect.items()
        if f"{text}.".startswith(f"{path}.") or path.startswith(f"{text}.")
    ]


def _nothing_owed(study: Study, pool: Pool, name: str) -> bool:
    """Chips that stand are paid; those that come on a lease are paid by their rent."""
    del name
    return pool.tenure == "leased" or not is_on_order(study, pool)


def _not_ordered_at_once(study: Study, offer: Offer, name: str) -> bool:
    """Whole lots are kept in the first period, in which none of these can be ordered."""
    del name
    start = study.horizon.start
    firsts = [plan.entries[0][0] for plan in (offer.price, offer.rent) if plan is not None]
    firsts += [] if offer.first_order is None else [offer.first_order]
    return any(first.start > start.start for first in firsts)


def _no_hall_rent(study: Study, site: Site, name: str) -> bool:
    rented = site.rent is not None and site.rent.value > 0
    return not rented and not brought(study, f"sites.{name}.rent")


def _chips_at(study: Study, name: str) -> Iterator[str]:
    """Chips that may stand in the hall, on its own megawatts."""
    site = study.sites[name]
    here = {name, site.region, *site.tags}
    for pool in study.fleet.values():
        if here.intersection(pool.places):
            yield pool.chip
    for offer in study.supply.values():
        if offer.by not in _HOSTED and here.intersection((*offer.to, *offer.divert_to)):
            yield offer.chip


def _no_racked_chip(study: Study, site: Site, name: str) -> bool:
    del site
    power = study.rules.chip_power
    return not any(c in power and power[c].per_rack is not None for c in _chips_at(study, name))


def _no_wet_chip(study: Study, site: Site, name: str) -> bool:
    del site
    power = study.rules.chip_power
    return not any(c in power and power[c].liquid for c in _chips_at(study, name))


def _no_such_chip(study: Study, entry: object, chip: str) -> bool:
    del entry
    held = [p.chip for p in study.fleet.values()] + [o.chip for o in study.supply.values()]
    return chip not in held


def _outside_horizon(study: Study, campaign: object, name: str) -> bool:
    del name
    if not isinstance(campaign, Campaign):
        return False
    periods = study.horizon.all()
    return campaign.start.start >= periods[-1].end or campaign.by.end <= periods[0].start


def _nothing_owned(study: Study, entry: object, name: str) -> bool:
    """No chip is bought, and none that stands has a value on which upkeep would be counted."""
    del entry, name
    bought = any(o.by in ("purchase", "finance_lease") for o in study.supply.values())
    owned = any(p.tenure == "owned" and p.book_value is not None for p in study.fleet.values())
    return not bought and not owned


PARTNERS: tuple[Rule, ...] = (
    Rule("training.*", "campaign_outside", _outside_horizon),
    Rule("fleet.*.owed", "nothing_owed", _nothing_owed,
         "give `arrives`, the period in which an owned pool comes and is paid"),
    Rule("supply.*.lot", "not_ordered_at_once", _not_ordered_at_once),
    Rule("supply.*.divert_cost", "no_divert", lambda study, o, n: not o.divert_to,
         "give `divert_to`, the places to which chips may be sent"),
    *(Rule(f"sites.*.{x}", "no_hall_rent", _no_hall_rent, "give `sites.{name}.rent`")
      for x in ("minimum_use", "early_exit", "notice", "expand.term")),
    Rule("sites.*.racks", "no_racked_chip", _no_racked_chip,
         "say in `rules.chip_power` how many chips a rack holds (`per_rack`)"),
    Rule("sites.*.liquid", "no_wet_chip", _no_wet_chip,
         "say in `rules.chip_power` which chips are cooled by `liquid`"),
    Rule("rules.chip_power.*", "no_such_chip", _no_such_chip,
         "name a chip of a pool or an offer", entry=3),
    Rule("finance.maintenance", "nothing_owned", _nothing_owned, entry=1),
)  # fmt: skip
"""Rules of inputs without their partner, in the order of the schema."""
