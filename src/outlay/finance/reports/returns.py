"""Returns: free cash flow, present value, rate of return, payback, cover of debt service.

Free cash flow is before debt and after all lease payments, so that it does not depend on how a
lease is presented; what stands at the end counts at market value.
"""

from __future__ import annotations

from outlay.finance.book.book import Book

__all__ = ["NEVER", "build_returns"]

NEVER = 1e9  # years or a ratio: larger than any that happens; shown as "never" or "no debt"


def build_returns(b: Book) -> None:
    """Rows `capex.*`, `return.*`, `cover.*`."""
    _capex(b)
    _value(b)
    _payback(b)
    _cover(b)


def _capex(b: Book) -> None:
    g, cur = b.graph, b.cur
    for role in sorted(r for r in b.lists if r.startswith("capex.")):
        name = role.removeprefix("capex.")
        g.row(f"capex.class.{name}", b.sum(role), cur, f"Capex: {name}")
    for role in sorted(r for r in b.lists if r.startswith("cost.") and r != "cost.variable"):
        name = role.removeprefix("cost.")
        g.row(f"opex.class.{name}", b.sum(role), cur, f"Opex: {name}")
    for role in sorted(r for r in b.lists if r.startswith("revenue.")):
        name = role.removeprefix("revenue.")
        g.row(f"revenue.service.{name}", b.sum(role), cur, f"Revenue: {name}")
    g.row("opex.class.leases", b["income.lease_cost"], cur, "Opex: leases")
    g.row("capex.owned", b.sum("capex"), cur, "Capex, delivered")
    paid = -(b["cash.capex"] + b["cash.deposits"])
    g.row("capex.paid", paid, cur, "Capex, cash paid")
    g.row("capex.leased", b.sum("lease.addition"), cur, "Finance leases and rights of use added")
    both = b["capex.owned"] + b["capex.leased"]
    g.row("capex.with_leases", both, cur, "Capex including finance leases")
    g.row("opex.total", b["income.costs"] + b["income.lease_cost"], cur, "Opex")
    parts = g.add([b[r.name] for r in g if r.name.startswith("capex.class.")], cur)
    gap = b["capex.owned"] - parts
    b.put("check", g.row("check.capex", gap, cur, "Capex − its classes"))


def _value(b: Book) -> None:
    g, cur = b.graph, b.cur
    leases = b["cash.leases_operating"] + b["cash.lease_principal"]
    operating = b["cash.receipts"] + b["cash.costs"] + b["cash.tax"] + b["cash.vat"] + leases
    operating = operating + b["cash.outside"]
    free = g.row("return.free_cash", operating + b["cash.investing"], cur, "Free cash flow")
    worth = g.row("return.market_value", b.sum("worth"), cur, "Market value of what stands")
    end = g.row("return.end_value", worth.at(-1), cur, "Market value at the end")
    rate, year = b["rate.discount"], g.constant(1.0, "year")
    flows = free.present_value(rate, b["time.middle"])
    g.row("return.flows_present_value", flows, cur, "Present value of free cash flow")
    shrink = (1.0 + rate * year) ** -(b["time.end"] / year)
    g.row("return.end_present_value", end * shrink, cur, "Present value of the end value")
    npv = b["return.flows_present_value"] + b["return.end_present_value"]
    g.row("return.npv", npv, cur, "Net present value")
    last = b["time.age"].equals(float(len(g) - 1))
    with_end = g.row("return.free_cash_with_end", free + last * end, cur)
    g.row("return.irr", with_end.internal_rate(b["time.date"]), "1/year", "Rate of return")
    g.row("return.free_cash_real", free / b["deflator"], cur, "Free cash flow in opening prices")
    inflation = b["rate.inflation"]
    real = g.row(
        "rate.discount_real", (1.0 + rate * year) / (1.0 + inflation * year) / year - 1.0 / year
    )
    value = b["return.free_cash_real"].present_value(real, b["time.middle"])
    g.row("return.flows_present_value_real", value, cur, "The same from real flows at a real rate")
    gap = b["return.flows_present_value_real"] - b["return.flows_present_value"]
    b.put("check", g.row("check.real", gap, cur, "Real and nominal present values agree"))


def _payback(b: Book) -> None:
    """Years from the start until the running free cash flow stops being negative for good."""
    g = b.graph
    total = g.row("return.cumulative", b["return.free_cash"].running(), b.cur, "Cumulative")
    before, middle = total.lag(), b["time.middle"]
    crossed = (total >= 0.0) * (0.0 - before > 0.0)
    step = middle - middle.lag()
    at = middle - step * g.ratio(total, total - before)
    when = crossed.where(at, g.constant(0.0, "year"))
    last = g.row("return.crossings", when, "year").largest()
    ends_up = total.at(-1) >= 0.0
    never = g.constant(NEVER, "year")
    g.row("return.payback", ends_up.where(last, never), "year", "Payback")


def _cover(b: Book) -> None:
    g, cur = b.graph, b.cur
    service = g.row("cover.debt_service", b["income.interest"] + b.sum("debt.repaid"), cur)
    free = b["return.free_cash"] - b["cash.investing"]
    available = g.row("cover.cash_available", free, cur, "Cash available for debt service")
    has = service > 0.0
    ratio = has.where(g.ratio(available, service), NEVER)
    g.row("cover.ratio", ratio, "1", "Debt service cover")
    g.row("cover.least", b["cover.ratio"].smallest(), "1", "Least debt service cover")
    mean = g.ratio((available * has).total(), service.total(), NEVER)
    g.row("cover.mean", mean, "1", "Mean debt service cover")
    lent = b["balance.debt"] + b.sum("lease.finance_liability")
    g.row("cover.borrowed", lent, cur, "Debt and finance leases")
    yearly = b["income.ebitda"] * (b["time.per_year"] * g.constant(1.0, "year"))
    leverage = g.ratio(b["cover.borrowed"], yearly)
    g.row("cover.leverage", leverage, "1", "Debt and finance leases over yearly EBITDA")
