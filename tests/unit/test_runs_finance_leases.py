"""A finance lease offered in a study is booked as one: right of use, liability, interest."""

from __future__ import annotations

import numpy as np
import pytest

from outlay.core.errors import StudyError
from outlay.runs.documents.finished import Run
from support.small import planned

LEASED = ("supply.ascend-910c.by=finance_lease", "supply.ascend-910c.term=3 years")


def run(*changes: str) -> Run:
    return planned(*changes, values=False, worlds=0)


def test_instalments_unwind_a_liability_and_the_right_is_used_up_over_the_life() -> None:
    r = run(*LEASED)
    a = r.accounts.accounts
    assert {c.status for c in r.checks} == {"holds"}
    assert not [p for p in a.flows.purchases if p.id == "ascend-910c"]
    lease = next(x for x in a.flows.leases if x.id == "ascend-910c")
    assert lease.treatment == "finance"
    assert lease.term == 12
    value, owed = (
        a.expected("lease.ascend-910c.addition"),
        a.expected("lease.ascend-910c.liability"),
    )
    first = int(np.flatnonzero(value)[0])
    assert value[first] > owed[first] > 0
    # Financed at the borrowing rate, the liability begins at the price of the chips, but for the
    # days by which a quarter of 2026 differs from the mean one.
    chips = float(a.expected("lease.ascend-910c.quantity")[first])
    assert value[first] == pytest.approx(190_000 * chips, rel=2e-3)
    worn = a.expected("lease.ascend-910c.amortisation")[first]
    assert worn == pytest.approx(value[first] / 20, rel=1e-9)  # five years, title passes
    assert a.expected("lease.ascend-910c.cost").sum() == 0
    assert a.expected("income.lease_interest").sum() > 0


def test_a_rent_finances_the_same_as_the_price_it_is_the_instalment_of() -> None:
    by_price = run(*LEASED)
    offer = next(o for o in by_price.plan.offers if o.id == "ascend-910c")
    month = (1 + offer.finance_rate) ** (1 / 12) - 1
    yearly = 12 * 190_000 * month / (1 - (1 + month) ** -36)
    rent = f"supply.ascend-910c.rent={yearly / 8766:.9f} CNY/chip-hour"
    by_rent = run(*LEASED, "supply.ascend-910c.price=null", rent)
    assert by_rent.plan.objective == pytest.approx(by_price.plan.objective, rel=1e-6)


@pytest.mark.parametrize(
    "more", [("deposit=10 %",), ("duty=10 %",), ("levy.share=25 %", "levy.included=false")]
)
def test_a_rent_holds_whatever_a_price_would_bring_with_it(more: tuple[str, ...]) -> None:
    rent = ("supply.ascend-910c.price=null", "supply.ascend-910c.rent=7 CNY/chip-hour")
    plain = run(*LEASED, *rent)
    told = run(*LEASED, *rent, *(f"supply.ascend-910c.{x}" for x in more))
    assert told.plan.objective == pytest.approx(plain.plan.objective, rel=1e-9)


def test_a_deposit_is_part_of_the_right_and_not_of_the_instalments() -> None:
    r = run(*LEASED, "supply.ascend-910c.deposit=10 %")
    a = r.accounts.accounts
    assert {c.status for c in r.checks} == {"holds"}
    prepaid = next(p for p in a.flows.purchases if p.id == "ascend-910c:prepaid")
    assert float(np.max(prepaid.price)) == pytest.approx(19_000)
    lease = next(x for x in a.flows.leases if x.id == "ascend-910c")
    assert lease.fair_value == pytest.approx(171_000)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (("supply.ascend-910c.price=null",), "neither"),
        (("supply.ascend-910c.rent=7 CNY/chip-hour",), "both"),
    ],
)
def test_one_of_rent_and_price_is_wanted(changes: tuple[str, ...], found: str) -> None:
    with pytest.raises(StudyError, match=found):
        run(*LEASED, *changes)


def test_a_lease_is_presented_as_the_study_says() -> None:
    r = run("supply.rent-h20.accounting=finance", "supply.rent-h20.rent=0.01 CNY/chip-hour")
    a = r.accounts.accounts
    lease = next(x for x in a.flows.leases if x.id == "rent-h20")
    assert lease.treatment == "finance"
    assert lease.economic_years == pytest.approx(5.0)


@pytest.mark.parametrize(
    ("changes", "finance"),
    [
        ((), 0.0),
        (("supply.rent-h20.term=4 years",), 1.0),  # four of five years of the chip's life
        (("supply.rent-h20.term=4 years", "supply.rent-h20.accounting=operating"), 0.0),
    ],
)
def test_a_lease_whose_presentation_is_not_stated_is_put_to_the_tests(
    changes: tuple[str, ...], finance: float
) -> None:
    a = run("supply.rent-h20.rent=0.01 CNY/chip-hour", *changes).accounts.accounts
    assert float(a.expected("lease.rent-h20.as_finance")) == finance


def test_the_price_of_the_same_chip_bought_is_what_rent_is_held_against() -> None:
    rent = ("supply.rent-h20.chip=h200-sxm", "supply.rent-h20.rent=4 CNY/chip-hour")
    a = run(*rent).accounts.accounts
    lease = next(x for x in a.flows.leases if x.id == "rent-h20")
    price = next(o.price[0] for o in run(*rent).plan.offers if o.id == "h200-import")
    assert lease.fair_value == pytest.approx(float(price) + 60_000)
    share = float(a.expected("lease.rent-h20.value_share"))
    assert share == pytest.approx(4 * 8766 / lease.fair_value, rel=0.06)  # one year of rent
