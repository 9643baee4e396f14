"""What is paid and earned as it runs: power, rents, staff, sales, debt."""

from __future__ import annotations

from outlay.core.graph.graph import Expr
from outlay.finance.book.book import Book

__all__ = ["build_costs", "build_debts", "build_outside", "build_sales"]


def build_costs(b: Book) -> None:
    """Rows of running costs; roles: cost, cost.<category>, cost.variable."""
    g = b.graph
    for c in b.flows.costs:
        key = f"cost.{c.id}"
        quantity = b.series(
            f"{key}.quantity",
            c.unit,
            c.quantity,
            label=f"{c.id}: quantity",
            source=c.source or "plan",
        )
        unit = f"{c.currency}/{c.unit}"
        price = b.series(f"{key}.price", unit, c.price, label=f"{c.id}: price", source=c.source)
        amount = quantity * price
        if c.index:
            amount = amount * b.index(c.index)
        row = g.row(f"{key}.cost", b.convert(amount, c.currency), b.cur, label=c.id)
        b.put("cost", row, c.chip)
        b.put(f"cost.{c.category}", row)
        if c.variable:
            share = b.scalar(f"{key}.variable", "1", c.variable, source=c.source)
            b.put("cost.variable", g.row(f"{key}.follows_use", row * share, b.cur), c.chip)


def build_outside(b: Book) -> None:
    """Rows of what the firm earns outside the plan; role: earned_outside."""
    for x in b.flows.outside:
        amount = b.series(f"outside.{x.id}", x.currency, x.amount, source=x.source)
        b.put("earned_outside", b.graph.row(f"outside.{x.id}.cash", b.convert(amount, x.currency)))


def build_sales(b: Book) -> None:
    """Rows of tokens served and revenue; roles: mtok, revenue, revenue.<service>."""
    g = b.graph
    for s in b.flows.sales:
        key, cur = f"sale.{s.service}.{s.kind}", s.currency or b.cur
        mtok = b.series(f"{key}.mtok", "Mtok", s.mtok, label=f"{s.service} {s.kind}", source="plan")
        price = b.series(f"{key}.price", f"{cur}/Mtok", s.price, source=s.source)
        row = g.row(f"{key}.revenue", b.convert(mtok * price, cur), b.cur)
        b.put("mtok", mtok)
        b.put("revenue", row)
        b.put(f"revenue.{s.service}", row)


def build_debts(b: Book) -> None:
    """Loans: interest on what is owed at the start of the period, balances at the closing rate."""
    g = b.graph
    year_part = g.row("time.year_part", 1.0 / b["time.per_year"], "year")
    for d in b.flows.debts:
        key, cur = f"debt.{d.id}", d.currency
        drawn = b.series(f"{key}.drawn", cur, d.drawn, source=d.source or "plan")
        repaid = b.series(f"{key}.repaid", cur, d.repaid, source=d.source or "plan")
        opening = b.scalar(f"{key}.opening", cur, d.opening, source=d.source)
        rate = b.scalar(f"{key}.rate", "1/year", d.rate, source=d.source)
        balance = g.row(f"{key}.balance", opening + (drawn - repaid).running(), cur)
        if d.interest is None:
            due: Expr = balance.lag(1, opening) * rate * year_part
        else:
            due = b.series(f"{key}.interest_due", cur, d.interest, source=d.source or "plan")
        interest = g.row(f"{key}.interest", due, cur)
        closing = g.row(f"{key}.owed", b.convert(balance, cur), b.cur)
        b.put("debt.interest", g.row(f"{key}.interest.cost", b.convert(interest, cur), b.cur))
        b.put("debt.drawn", g.row(f"{key}.drawn.cost", b.convert(drawn, cur), b.cur))
        b.put("debt.repaid", g.row(f"{key}.repaid.cost", b.convert(repaid, cur), b.cur))
        b.put("debt.owed", closing)
        first = opening if cur == b.cur else opening * b.fx[cur].at(0)
        start = g.row(f"{key}.opening.cost", first, b.cur)
        b.put("debt.opening", start)
        if cur != b.cur:
            moved = closing - closing.lag(1, start) - b.convert(drawn - repaid, cur)
            b.put("fx_gain", g.row(f"{key}.fx_gain", -moved, b.cur))
