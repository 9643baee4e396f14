"""Whether chips can ever stand where work is to be done, and power lie where chips may come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from outlay.study.findings import Finding
from outlay.study.model.fields import Num
from outlay.study.model.study import Study
from outlay.study.model.supply import Site

__all__ = ["reach_findings"]

_HOSTED = ("reservation", "spot")
"""Contracts whose chips stand in the lessor's hall."""


def reach_findings(study: Study) -> Iterator[Finding]:
    """Work, offers and sites that nothing can reach; doubts, since a plan may still be made."""
    supplied = _supplied(study)
    places = {("services", n, "serve_from"): s.serve_from for n, s in study.services.items()}
    places |= {("work", n, "serve_from"): w.serve_from for n, w in study.work.items()}
    for path, names in places.items():
        reached = _sites(study, names)
        if reached and not reached & supplied:
            what = "no chip can ever stand where this may run"
            yield Finding(path, what, ", ".join(names), warn=True)
    for name, campaign in study.training.items():
        for place in campaign.places:
            if (reached := _sites(study, [place])) and not reached & supplied:
                what = "no chip can ever stand where this is to run"
                yield Finding(("training", name, "places", place), what, place, warn=True)
    for name, offer in study.supply.items():
        sites = _sites(study, offer.to)
        powerless = all(_powerless(study.sites[s]) for s in sites)
        if sites and offer.by not in _HOSTED and powerless:
            what = "no site of this offer ever has power"
            yield Finding(("supply", name, "to"), what, ", ".join(offer.to), warn=True)
        if sites and not any(_holds(study, s, offer.chip) for s in sites):
            what = "no site of this offer may hold the chip"
            found = f"{offer.chip} in {', '.join(offer.to)}"
            yield Finding(("supply", name, "to"), what, found, "see `sites.*.holds`", warn=True)
    for name in study.sites:
        if name not in supplied:
            yield Finding(("sites", name), "no pool or offer can put a chip here", warn=True)
    yield from _draws(study)


def _draws(study: Study) -> Iterator[Finding]:
    """Chips that draw more without work than at work: the two were hardly meant so."""
    rules = study.rules
    pairs: list[tuple[tuple[str, ...], Num, Num]] = [
        (("rules", "idle_power"), rules.idle_power, rules.busy_power)
    ]
    for chip, own in rules.chip_power.items():
        if own.idle is not None or own.busy is not None:
            field = "busy" if own.idle is None else "idle"
            idle, busy = own.idle or rules.idle_power, own.busy or rules.busy_power
            pairs.append((("rules", "chip_power", chip, field), idle, busy))
    for path, idle, busy in pairs:
        if idle.value > busy.value:
            what, found = "more power without work than at work", f"{idle.value:.0%}"
            yield Finding(path, what, found, f"at most {busy.value:.0%}, as at work", warn=True)


def _sites(study: Study, places: Sequence[str]) -> set[str]:
    """Sites named by id, region or tag."""
    wanted = set(places)
    return {n for n, s in study.sites.items() if wanted & {n, s.region, *s.tags}}


def _supplied(study: Study) -> set[str]:
    """Sites that a pool or an offer names."""
    out: set[str] = set()
    for pool in study.fleet.values():
        out |= _sites(study, pool.places)
    for offer in study.supply.values():
        out |= _sites(study, [*offer.to, *offer.divert_to])
    return out


def _holds(study: Study, site: str, chip: str) -> bool:
    """Whether the site's list, where it has one, names the chip."""
    held = study.sites[site].holds
    return not isinstance(held, list) or chip in held


def _powerless(site: Site) -> bool:
    return site.expand is None and all(n.value == 0 for _, n in site.power.entries)
