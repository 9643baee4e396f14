"""Leases: one stream of payments, presented as operating, finance (IFRS 16) or service.

Each contract has kernels by age for one unit of first payment: the payment, its present value,
the liability at the end of each period and its interest, in closed form of a growing annuity, so
that a term may run past the horizon. The tests of ASC 842-10-25-2 are rows like any other: they
are seen in the workbook, and changing an input may change the presentation.
"""

from __future__ import annotations

from outlay.core.graph import Expr
from outlay.finance.book import Book
from outlay.finance.types import Lease

__all__ = ["build_leases"]

MONTHS_PER_YEAR = 12.0


def build_leases(b: Book) -> None:
    """Rows of every lease; roles: lease.paid, lease.cost, lease.amortisation, …"""
    if b.flows.leases:
        months = b.policy.short_term_months if b.policy.elect_short_term else 0.0
        b.scalar("lease.short_term_months", "1", months, source="ASC 842-20-25-2; IFRS 16.5")
        b.scalar("lease.life_test", "1", b.policy.life_test, source="ASC 842-10-55-2")
        b.scalar("lease.value_test", "1", b.policy.value_test, source="ASC 842-10-55-2")
        ifrs = float(b.policy.standard == "ifrs16")
        b.scalar("lease.ifrs16", "1", ifrs, label="1 under IFRS 16, 0 under US GAAP")
    for lease in b.flows.leases:
        _kernels(b, lease)
        _tests(b, lease)
        _rows(b, lease)


def _kernels(b: Book, x: Lease) -> None:
    """By age a, for a first payment of 1: with n the term, g the growth, i the rate per period.

    Payments (1 + g)^a for a < n. Present value of m payments, the first being p:
    p (1 − q^m) ÷ (1 − q) with q = (1 + g) ÷ (1 + i), and ÷ (1 + i) once more if in arrears.
    Source: Brealey, Myers, Allen, Principles of Corporate Finance, growing annuity.
    """
    g, key = b.graph, f"lease.{x.id}"
    year = g.constant(1.0, "year")
    age, per_year = b["time.age"], b["time.per_year"]
    n = b.scalar(f"{key}.term", "1", x.term, label=f"{x.id}: term in periods", source=x.source)
    yearly = b.scalar(f"{key}.rate", "1/year", x.rate, label=f"{x.id}: borrowing rate")
    i = g.row(f"{key}.rate_period", (1.0 + yearly * year) ** (1.0 / (per_year * year)) - 1.0)
    growth = b.scalar(f"{key}.escalation", "1", x.escalation, source=x.source)
    advance = b.scalar(f"{key}.in_advance", "1", float(x.in_advance), source=x.source)
    alive = n > age
    g.row(f"{key}.payment_by_age", alive.where((1.0 + growth) ** age, 0.0))
    q = g.row(f"{key}.ratio", (1.0 + growth) / (1.0 + i))
    late = advance.where(1.0, 1.0 / (1.0 + i))
    level = q.equals(1.0)
    slope = level.where(1.0, 1.0 - q)

    def annuity(payments: Expr) -> Expr:
        return level.where(payments, (1.0 - q**payments) / slope) * late

    g.row(f"{key}.present_value", annuity(n), label=f"{x.id}: present value per unit of payment")
    to_come = (n - age - 1.0).at_least(0.0)
    owed = annuity(to_come) * (1.0 + growth) ** (age + 1.0)
    liability = g.row(f"{key}.liability_by_age", owed, label=f"{x.id}: liability by age")
    before = liability.lag(1, b[f"{key}.present_value"])
    paid = b[f"{key}.payment_by_age"]
    g.row(f"{key}.interest_by_age", alive.where(i * (before - advance * paid), 0.0))
    growth_level = growth.equals(0.0)
    total = growth_level.where(n, ((1.0 + growth) ** n - 1.0) / growth_level.where(1.0, growth))
    g.row(f"{key}.straight_by_age", alive.where(total / n, 0.0))
    g.row(f"{key}.right_by_age", b[f"{key}.present_value"] * (1.0 - (age + 1.0) / n).at_least(0.0))
    g.row(f"{key}.amortisation_by_age", alive.where(b[f"{key}.present_value"] / n, 0.0))


def _tests(b: Book, x: Lease) -> None:
    """Is it a lease; is it short; which of the five tests of ASC 842-10-25-2 does it meet."""
    g, key = b.graph, f"lease.{x.id}"
    per_year, year = b["time.per_year"], g.constant(1.0, "year")

    def flag(name: str, value: bool, label: str) -> Expr:
        return b.scalar(f"{key}.test.{name}", "1", float(value), label=label, source=x.source)

    identified = flag("identified", x.identified, "identified asset under the customer's control")
    transfer = flag("transfer", x.transfers, "title passes at the end")
    option = flag("option", x.purchase_option, "purchase option sure to be exercised")
    special = flag("specialised", x.specialised, "of no other use to the lessor")
    n = b[f"{key}.term"]
    life = b.scalar(f"{key}.economic_years", "year", x.economic_years, source=x.source)
    share = g.ratio(n / per_year, life)
    g.row(f"{key}.life_share", share, "1", label="term over remaining economic life")
    value = b.scalar(f"{key}.fair_value", f"{x.currency}/{x.unit}", x.fair_value, source=x.source)
    first = b.series(f"{key}.payment", f"{x.currency}/{x.unit}", x.payment, source=x.source)
    pv = b[f"{key}.present_value"] * first.at(0)
    g.row(f"{key}.value_share", g.ratio(pv, value), "1", label="present value over fair value")
    major = g.row(f"{key}.test.life", b[f"{key}.life_share"] >= b["lease.life_test"])
    substantial = g.row(f"{key}.test.value", b[f"{key}.value_share"] >= b["lease.value_test"])
    met = transfer.at_least(option).at_least(special).at_least(major).at_least(substantial)
    forced = {"finance": 1.0, "operating": 0.0}.get(x.treatment, -1.0)
    choice = b.scalar(
        f"{key}.presentation", "1", forced, source=x.source or "study",
        label="−1 by the tests, 0 operating, 1 finance",
    )  # fmt: skip
    service = flag("service", x.treatment == "service", "presented as a service contract")
    months = n / (per_year * year) * MONTHS_PER_YEAR
    short = b["lease.short_term_months"] >= months
    on = identified * (1.0 - service) * (1.0 - short)
    g.row(f"{key}.on_balance", on, "1", label=f"{x.id}: on the balance sheet")
    gaap = (choice >= 0.0).where(choice, met)
    finance = on * b["lease.ifrs16"].at_least(gaap)
    g.row(f"{key}.as_finance", finance, "1", label=f"{x.id}: as finance lease or under IFRS 16")


def _rows(b: Book, x: Lease) -> None:
    """The streams of one contract in the reporting currency, under its presentation."""
    g, key, cur = b.graph, f"lease.{x.id}", x.currency
    quantity = b.series(
        f"{key}.quantity", x.unit, x.quantity, label=f"{x.id}: started", source=x.source or "plan"
    )
    started = quantity * b[f"{key}.payment"]
    if x.index:
        started = started * b.index(x.index)
    base = g.row(f"{key}.started", started, cur, label=f"{x.id}: first payment of new cohorts")
    on, finance = b[f"{key}.on_balance"], b[f"{key}.as_finance"]

    def stream(name: str, kernel: str) -> Expr:
        local = g.row(f"{key}.{name}.local", base.by_age(b[f"{key}.{kernel}"]), cur)
        return g.row(f"{key}.{name}", b.convert(local, cur), b.cur)

    paid = stream("paid", "payment_by_age")
    straight = stream("straight", "straight_by_age")
    accretion = stream("accretion", "interest_by_age")
    owed = stream("owed", "liability_by_age")
    at_start = g.row(f"{key}.base_cost", b.convert(base, cur), b.cur)  # rights stay at this rate
    rights = g.row(f"{key}.rights", at_start.by_age(b[f"{key}.right_by_age"]), b.cur)
    amortised = at_start.by_age(b[f"{key}.amortisation_by_age"])
    added = at_start * b[f"{key}.present_value"]
    accrued = g.row(f"{key}.accrued", (straight - paid).running(), b.cur)
    b.put("lease.paid", paid)
    b.put("lease.straight", straight)
    b.put("lease.cost", g.row(f"{key}.cost", (1.0 - finance) * straight, b.cur), x.chip)
    amortisation = g.row(f"{key}.amortisation", finance * amortised, b.cur)
    b.put("lease.amortisation", amortisation, x.chip)
    interest = g.row(f"{key}.interest", finance * accretion, b.cur)
    b.put("lease.interest", interest, x.chip)
    b.put("lease.charge", g.row(f"{key}.charge", straight, b.cur), x.chip)
    b.put("lease.principal", g.row(f"{key}.principal", finance * (paid - accretion), b.cur))
    b.put("lease.liability", g.row(f"{key}.liability", on * owed, b.cur))
    b.put("lease.finance_liability", g.row(f"{key}.finance_liability", finance * owed, b.cur))
    # an operating lease's right is its liability less rent accrued (ASC 842-20-35-3)
    operating_right = (on - finance) * (owed - accrued)
    b.put("lease.right", g.row(f"{key}.right", finance * rights + operating_right, b.cur))
    b.put("lease.accrued", g.row(f"{key}.accrued_off", (1.0 - on) * accrued, b.cur))
    b.put("lease.off_balance", g.row(f"{key}.off_balance", (1.0 - on) * owed, b.cur))
    addition = g.row(f"{key}.addition", finance * added, b.cur)
    if x.opening:  # it stood before the first period: an opening balance, not spending
        first = (b["time.age"].equals(0.0)).where(0.0, 1.0)
        b.put("lease.addition", g.row(f"{key}.new_addition", addition * first, b.cur))
    else:
        b.put("lease.addition", addition)
    moved = owed - owed.lag() - added - accretion + paid
    b.put("lease.fx_loss", g.row(f"{key}.fx_loss", finance * moved, b.cur))
    cohort = b[f"{key}.liability_by_age"]
    after = cohort.lag(1, b[f"{key}.present_value"]) + b[f"{key}.interest_by_age"] - cohort
    b.put("check.lease", g.row(f"{key}.unwinds", after - b[f"{key}.payment_by_age"], "1"))
