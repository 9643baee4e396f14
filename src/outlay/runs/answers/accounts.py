"""Facts of question 5: statements, unit costs, leases under each standard, own beside rent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np

from outlay.core.periods import HOURS_PER_YEAR
from outlay.finance.reports.accounts import Accounts, account
from outlay.planning.result import Plan
from outlay.results.plans import accounts as results
from outlay.runs.answers.standing import replaced, unbooked_rows, written_off_rows
from outlay.runs.answers.statements import (
    curve_rows,
    returns_of,
    revenue_rows,
    statement_lines,
    unit_costs,
)
from outlay.runs.pipeline.execute import Stages
from outlay.runs.pipeline.money import RunAccounts
from outlay.study.model.supply import Offer

__all__ = ["accounts_facts"]

BY_THE_HOUR = 1
"""Months of a term up to which a rent is given up with the hours that need it."""

WAYS: tuple[
    tuple[
        Literal["us_gaap_operating", "us_gaap_finance", "ifrs16", "service"],
        Literal["us_gaap", "ifrs16"],
        Literal["operating", "finance", "by_tests", "service"],
    ],
    ...,
] = (
    ("us_gaap_operating", "us_gaap", "operating"),
    ("us_gaap_finance", "us_gaap", "finance"),
    ("ifrs16", "ifrs16", "by_tests"),
    ("service", "us_gaap", "service"),
)
"""Name → standard and how every lease is presented under it; service contracts under either."""


ROWS = (
    "cash.operating",
    "cash.investing",
    "cash.lease_principal",
    "capex.paid",
    "capex.leased",
    "income.ebitda",
    "income.lease_cost",
    "income.amortisation",
    "income.lease_interest",
    "balance.lease_liability",
    "cover.leverage",
)
"""What a standard is shown by."""


def _standard(name: str, a: Accounts) -> results.Standard:
    """The leases of the first fiscal year as the accounts `a` present them."""
    weights, year = np.asarray(a.flows.weights), a.years[0]

    def first(row: str) -> float:
        return float(a.by_year(row)[year] @ weights)

    return results.Standard(
        standard=name,  # type: ignore[arg-type]
        cash=first("cash.operating") + first("cash.investing") + first("cash.lease_principal"),
        capex_paid=first("capex.paid"),
        leases_added=first("capex.leased"),
        ebitda=first("income.ebitda"),
        lease_cost=first("income.lease_cost"),
        amortisation_and_interest=first("income.amortisation") + first("income.lease_interest"),
        lease_liability=first("balance.lease_liability"),
        leverage=first("cover.leverage"),
    )


def _standards(a: Accounts) -> tuple[results.Standard, ...]:
    """The plan's leases under each standard: the same cash, four ways of reporting it."""
    if not a.flows.leases:
        return ()
    out = []
    for name, standard, treatment in WAYS:
        leases = tuple(replace(x, treatment=treatment) for x in a.flows.leases)
        policy = a.policy.with_(standard=standard)
        out.append(_standard(name, account(replace(a.flows, leases=leases), policy, ROWS)))
    return tuple(out)


def _listed(
    stages: Stages,
) -> tuple[Mapping[str, Mapping[str, float]], tuple[results.Unpriced, ...]]:
    """Service → kind → list price in the study's currency, and what has no rate to it."""
    from outlay.catalogue.list_prices import list_prices
    from outlay.core.errors import FxError

    study = stages.loaded.study
    listed: dict[str, dict[str, float]] = {}
    missing: dict[results.Unpriced, None] = {}
    for name in study.services:
        listed[name] = {}
        for kind, p in list_prices(stages.models[name].id, study.as_of).items():
            try:
                price = stages.fx.convert(p.low, p.currency, study.currency, study.as_of)
            except FxError as error:
                missing[results.Unpriced(p.currency, error.problems()[0].what)] = None
                continue
            listed[name][kind] = float(price)
    return listed, tuple(missing)


def _chip_hours(stages: Stages) -> results.ChipHours:
    """Cost of a chip-hour owned at each purchase offer beside each rent, same chips together."""
    from outlay.planning.problem.supply import power_included, wear_of
    from outlay.study.model.fields import value_at

    study = stages.loaded.study
    first = stages.demand.periods[0]
    rows = []
    for name, offer in study.supply.items():
        if offer.price is not None:
            price = stages.money(value_at(offer.price, first) or offer.price.entries[0][1])
            rows.append(_owned(stages, name, offer, price))
        elif offer.rent is not None:
            rent = stages.money(value_at(offer.rent, first) or offer.rent.entries[0][1])
            term = None if (offer.term or 0) <= BY_THE_HOUR else float(offer.term or 0)
            rows.append(
                results.ChipHour(name, offer.chip, "rent", rent, 0.0, None, None, None, "",
                                 power_included(offer), term, None, None)
            )  # fmt: skip
    rows.sort(key=lambda r: (r.chip, r.per_hour))
    years = wear_of(study, "accelerators").life_years
    return results.ChipHours(years, study.discount_rate.value, tuple(rows))


def _owned(stages: Stages, name: str, offer: Offer, price: float) -> results.ChipHour:
    """What an hour of a bought chip costs, at the cheapest of the sites where it may stand."""
    from outlay.finance.reports.chip_hour import capital_hour
    from outlay.planning.problem.supply import on_top, wear_of

    study, rate = stages.loaded.study, stages.loaded.study.discount_rate.value
    host = 0.0 if offer.host is None else stages.money(offer.host)
    parts = ((price * (1 + on_top(offer)), wear_of(study, "accelerators")),
             (host, wear_of(study, "servers")))  # fmt: skip
    hour = left = 0.0
    for cost, wear in parts:
        residual = wear.residual[-1][1] if wear.residual else 0.0
        hour += capital_hour(cost, residual, rate, wear.life_years)
        left += cost * residual
    upkeep = study.finance.maintenance.value * (price + host) / HOURS_PER_YEAR
    stands = min(_stands(stages, offer), default=None)
    hall, power, idle, site = (None, None, None, "") if stands is None else stands[1:]
    return results.ChipHour(name, offer.chip, "own", hour, upkeep, hall, power, idle, site, False,
                            None, sum(cost for cost, _ in parts), left,
                            offer.from_pool is not None)  # fmt: skip


def _stands(stages: Stages, offer: Offer) -> Iterator[tuple[float, float, float, float, str]]:
    """(hall and power, hall, power at work, power idle, site) of each site where it may stand."""
    from outlay.finance.reports.chip_hour import capital_hour, energy_hour, rent_hour
    from outlay.planning.problem.build import holds_chip, places_named
    from outlay.planning.problem.supply import draw_of, wear_of

    study, chip = stages.loaded.study, stages.chips.get(offer.chip)
    if chip is None:
        return
    draw, buildings = draw_of(study, offer.chip), wear_of(study, "buildings")
    for name in places_named(study, offer.to):
        site = study.sites[name]
        if not holds_chip(site, chip):
            continue
        tariff, pue = stages.money(site.electricity), site.pue.value
        busy, idle = (energy_hour(chip.it_w, part, pue, tariff) for part in draw)
        hall = 0.0
        if site.rent is not None:
            hall = rent_hour(chip.it_w, stages.money(site.rent))
        elif site.expand is not None and site.expand.capex is not None:
            residual = buildings.residual[-1][1] if buildings.residual else 0.0
            each = chip.it_w * stages.money(site.expand.capex)
            rate = study.discount_rate.value
            hall = capital_hour(each, residual, rate, buildings.life_years)
        yield hall + busy, hall, busy, idle, name


def accounts_facts(stages: Stages, run: RunAccounts, plan: Plan) -> results.Accounts:
    """What the result keeps of the accounts, expected over the branches."""
    a, study = run.accounts, stages.loaded.study
    listed, unpriced = _listed(stages)
    missing = unbooked_rows(stages)
    return results.Accounts(
        perimeter=study.finance.perimeter,
        income=statement_lines(a, "income"),
        cash=statement_lines(a, "cash"),
        balance=statement_lines(a, "balance"),
        returns=returns_of(a),
        utilisation=curve_rows(a),
        unit_costs=unit_costs(a, listed, known=not missing, replaced=replaced(stages, a, plan)),
        unpriced=unpriced,
        year=str(a.years[0]),
        earns=float(np.abs(a.rows["income.revenue"]).sum()) > 0,
        standards=_standards(a),
        chip_hours=_chip_hours(stages),
        revenue=revenue_rows(a, [k for k, s in study.services.items() if s.value.price]),
        unsold=tuple(study.work),
        unbooked=missing,
        written_off=written_off_rows(stages, a, plan),
        bridge=run.bridge.rows(),
    )
