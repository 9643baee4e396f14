"""Leases: one stream of payments, presented as operating, finance (IFRS 16) or service.

Each contract has kernels by age for one unit of first payment: the payment, its present value,
the liability at the end of each period and its interest, in closed form of a growing annuity, so
that a term may run past the horizon. The tests of ASC 842-10-25-2 are rows like any other: they
are seen in the workbook, and changing an input may change the presentation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from outlay.core.graph.graph import Expr
from outlay.core.periods import MONTHS_PER_YEAR
from outlay.finance.book.assets import value_by_age
from outlay.finance.book.book import Book
from outlay.finance.types import Lease, LeaseEnd

__all__ = ["build_leases"]


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
        _wear(b, lease)
        _rows(b, lease)


def _kernels(b: Book, x: Lease) -> None:
    """By age a, for a first payment of 1: with n the term, g the growth, i the rate per period.

    Payments (1 + g)^a for a < n. Present value of m payments, the first being p:
    p (1 − q^m) ÷ (1 − q) with q = (1 + g) ÷ (1 + i), and ÷ (1 + i) once more if in arrears. What
    is paid in k equal parts, each at the end of its part of a period, is worth i ÷ (k j) times as
    much as in arrears, with j = (1 + i)^(1/k) − 1.
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
    early = _early(i, x.parts)
    late = advance.where(1.0, early / (1.0 + i))
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
    saved = (early - 1.0) * (1.0 - advance) * paid  # by paying within the period
    g.row(f"{key}.interest_by_age", alive.where(i * (before - advance * paid) - saved, 0.0))
    growth_level = growth.equals(0.0)
    total = growth_level.where(n, ((1.0 + growth) ** n - 1.0) / growth_level.where(1.0, growth))
    g.row(f"{key}.straight_by_age", alive.where(total / n, 0.0))


def _early(i: Expr, parts: int) -> Expr:
    """What payments within a period are worth at its end, over as much paid then: i ÷ (k j)."""
    level = i.equals(0.0)
    if parts == 1:
        return level.where(1.0, 1.0)
    j = level.where(1.0, (1.0 + i) ** (1.0 / parts) - 1.0)
    return level.where(1.0, i / (j * float(parts)))


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


def _wear(b: Book, x: Lease) -> None:
    """The right of use by age: over the term, or over the asset's life where title passes.

    Source: ASC 842-20-35-8.
    """
    g, key = b.graph, f"lease.{x.id}"
    n, worth = b[f"{key}.term"], b[f"{key}.present_value"]
    kept = b[f"{key}.test.transfer"].at_least(b[f"{key}.test.option"])
    life = n.at_least(b[f"{key}.economic_years"] * b["time.per_year"])
    m = g.row(f"{key}.amortised_over", kept.where(life, n), "1", label=f"{x.id}: periods of use")
    left = g.row(f"{key}.right_by_age", worth * (1.0 - (b["time.age"] + 1.0) / m).at_least(0.0))
    g.row(f"{key}.amortisation_by_age", left.lag(1, worth) - left)


def _rows(b: Book, x: Lease) -> None:
    """The streams of one contract in the reporting currency, under its presentation."""
    g, key, cur = b.graph, f"lease.{x.id}", x.currency
    quantity = b.series(
        f"{key}.quantity", x.unit, x.quantity, label=f"{x.id}: started", source=x.source or "plan"
    )
    each = b[f"{key}.payment"]
    if x.index:
        each = g.row(f"{key}.payment_now", each * b.index(x.index))
    base = g.row(f"{key}.started", quantity * each, cur, label=f"{x.id}: first payment of cohorts")
    ends = [_end(b, x, e, each, k) for k, e in enumerate(b.flows.lease_ends) if e.lease == x.id]
    on, finance = b[f"{key}.on_balance"], b[f"{key}.as_finance"]

    def less(amount: Expr, part: Callable[[End], Expr]) -> Expr:
        return amount - g.add([part(e) for e in ends], amount.unit) if ends else amount

    def stream(name: str, kernel: str) -> Expr:
        whole = base.by_age(b[f"{key}.{kernel}"])
        local = g.row(f"{key}.{name}.local", less(whole, lambda e: e.stopped(kernel)), cur)
        return g.row(f"{key}.{name}", b.convert(local, cur), b.cur)

    paid = stream("paid", "payment_by_age")
    straight = stream("straight", "straight_by_age")
    accretion = stream("accretion", "interest_by_age")
    owed = stream("owed", "liability_by_age")
    at_start = g.row(f"{key}.base_cost", b.convert(base, cur), b.cur)  # rights stay at this rate
    right = less(
        at_start.by_age(b[f"{key}.right_by_age"]), lambda e: e.stopped_cost("right_by_age")
    )
    rights = g.row(f"{key}.rights", right, b.cur)
    wear = "amortisation_by_age"
    amortised = less(at_start.by_age(b[f"{key}.{wear}"]), lambda e: e.stopped_cost(wear))
    added = at_start * b[f"{key}.present_value"]
    cost = g.row(f"{key}.straight_net", less(straight, lambda e: e.accrued), b.cur)
    accrued = g.row(f"{key}.accrued", (cost - paid).running(), b.cur)
    b.put("lease.paid", paid)
    b.put("lease.straight", cost)
    b.put("lease.cost", g.row(f"{key}.cost", (1.0 - finance) * cost, b.cur), x.chip)
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
    _variable(b, x)
    _worth(b, x)
    b.put("lease.accrued", g.row(f"{key}.accrued_off", (1.0 - on) * accrued, b.cur))
    b.put("lease.off_balance", g.row(f"{key}.off_balance", (1.0 - on) * owed, b.cur))
    _additions(b, x, finance * added)
    released = less(added * 0.0, lambda e: -e.liability)
    moved = owed - owed.lag() - added - accretion + paid + released
    b.put("lease.fx_loss", g.row(f"{key}.fx_loss", finance * moved, b.cur))
    if ends:
        gain = g.add([e.liability - e.right for e in ends], b.cur)
        b.put("lease.exit_gain", g.row(f"{key}.exit_gain", finance * gain, b.cur))
    cohort = b[f"{key}.liability_by_age"]
    after = cohort.lag(1, b[f"{key}.present_value"]) + b[f"{key}.interest_by_age"] - cohort
    b.put("check.lease", g.row(f"{key}.unwinds", after - b[f"{key}.payment_by_age"], "1"))


def _variable(b: Book, x: Lease) -> None:
    """What is paid on top of the level payments: paid, and a cost, in the period itself."""
    if not np.any(x.variable):
        return
    key = f"lease.{x.id}.variable"
    local = b.series(key, x.currency, x.variable, label=f"{x.id}: beside level payments",
                     source=x.source or "plan")  # fmt: skip
    row = b.graph.row(f"{key}.cost", b.convert(local, x.currency), b.cur)
    b.put("lease.paid", row)
    b.put("lease.straight", row)
    b.put("lease.cost", row, x.chip)
    b.put("lease.charge", row, x.chip)


def _worth(b: Book, x: Lease) -> None:
    """Market value of what is kept to the end and one's own by then; no part of the returns."""
    if not x.worth_class:
        return
    g, key = b.graph, f"lease.{x.id}"
    each = b.series(f"{key}.worth_each", f"{x.currency}/{x.unit}", x.worth_each, source=x.source)
    kept = b.series(f"{key}.lasting", x.unit, x.lasting, source="plan")
    new = g.row(f"{key}.new", b.convert(kept * each, x.currency), b.cur)
    g.row(f"{key}.worth", new.by_age(value_by_age(b, key, x.worth_class, x.late)), b.cur)


def _additions(b: Book, x: Lease, added: Expr) -> None:
    g, key = b.graph, f"lease.{x.id}"
    addition = g.row(f"{key}.addition", added, b.cur)
    if x.opening:  # it stood before the first period: an opening balance, not spending
        first = (b["time.age"].equals(0.0)).where(0.0, 1.0)
        addition = g.row(f"{key}.new_addition", addition * first, b.cur)
    b.put("lease.addition", addition)


@dataclass(frozen=True)
class End:
    """Part of a cohort given back: what stops, and what leaves the books at that moment.

    liability, right: taken off at the start of the period (a finance lease's difference is a
    gain). accrued: rent accrued on it, given back to cost (operating and service).
    """

    book: Book
    key: str
    start: int
    gone: Expr  # payment of what has left so far, lease currency
    gone_cost: Expr  # the same at the exchange rate of the cohort's start
    liability: Expr
    right: Expr
    accrued: Expr

    def stopped(self, kernel: str) -> Expr:
        return self.gone * _shift(self.book[f"{self.key}.{kernel}"], self.start)

    def stopped_cost(self, kernel: str) -> Expr:
        return self.gone_cost * _shift(self.book[f"{self.key}.{kernel}"], self.start)


def _shift(kernel: Expr, steps: int) -> Expr:
    return kernel.lag(steps) if steps else kernel


def _end(b: Book, x: Lease, e: LeaseEnd, each: Expr, k: int) -> End:
    g, key, name = b.graph, f"lease.{x.id}", f"end.{k}.{x.id}"
    quantity = b.series(f"{name}.quantity", x.unit, e.quantity, source="plan")
    left = g.row(f"{name}.payment", quantity * each.at(e.start), x.currency)
    gone = g.row(f"{name}.gone", left.running(), x.currency)
    foreign = x.currency != b.cur
    at_start = b.fx[x.currency].at(e.start) if foreign else None
    left_cost = left if at_start is None else left * at_start
    gone_cost = gone if at_start is None else gone * at_start
    off = left * _shift(b[f"{key}.liability_by_age"], e.start + 1)
    ahead = _shift(b[f"{key}.straight_by_age"] - b[f"{key}.payment_by_age"], e.start)
    if foreign:
        ahead = ahead * b.fx[x.currency]
    built_up = g.row(f"{name}.accrued_per_unit", ahead.running())
    return End(
        book=b,
        key=key,
        start=e.start,
        gone=gone,
        gone_cost=g.row(f"{name}.gone_cost", gone_cost, b.cur),
        liability=g.row(f"{name}.liability", b.convert(off, x.currency), b.cur),
        right=g.row(f"{name}.right", left_cost * _shift(b[f"{key}.right_by_age"], e.start + 1)),
        accrued=g.row(f"{name}.accrued", left * built_up.lag(), b.cur),
    )
