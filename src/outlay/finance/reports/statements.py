"""Income statement, balances and cash flow, from the rows that assets, leases and costs left.

Cash is built directly from receipts and payments; the balance sheet then closes only if every
cost, asset and liability was booked twice, which is what the check row says.
"""

from __future__ import annotations

from outlay.core.graph.graph import Expr
from outlay.finance.book.book import Book

__all__ = ["BALANCE", "CASH", "INCOME", "build_statements"]


def _rows(statement: str, lines: str) -> tuple[str, ...]:
    return tuple(f"{statement}.{line}" for line in lines.split())


INCOME = _rows(
    "income",
    "revenue costs lease_cost cancellations ebitda depreciation amortisation disposals ebit "
    "interest lease_interest fx before_tax tax deferred_tax outside net",
)
CASH = _rows(
    "cash",
    "receipts costs leases_operating interest tax vat outside operating capex deposits disposals "
    "investing debt lease_principal owner financing change",
)
BALANCE = _rows(
    "balance",
    "cash receivables vat deposits fixed_assets right_of_use assets payables accrued_rent debt "
    "lease_liability deferred_tax liabilities equity",
)


def build_statements(b: Book) -> None:
    """Rows `income.*`, `cash.*`, `balance.*` and the checks on them; costs are positive."""
    _income(b)
    _tax(b)
    _balances(b)
    _cash(b)
    _equity(b)


def _income(b: Book) -> None:
    g, cur = b.graph, b.cur
    row = g.row
    revenue = row("income.revenue", b.sum("revenue"), cur, "Revenue")
    costs = row("income.costs", b.sum("cost"), cur, "Running costs")
    rent = row("income.lease_cost", b.sum("lease.cost"), cur, "Lease cost (operating, service)")
    lost = row("income.cancellations", b.sum("deposit.lost"), cur, "Deposits lost")
    ebitda = row("income.ebitda", revenue - costs - rent - lost, cur, "EBITDA")
    spent = row("income.depreciation", b.sum("depreciation"), cur, "Depreciation")
    rights = row("income.amortisation", b.sum("lease.amortisation"), cur, "Right-of-use assets")
    gone = b.sum("disposed_book") - b.sum("proceeds") - b.sum("lease.exit_gain")
    disposals = row("income.disposals", gone, cur, "Loss on disposals and lease exits")
    ebit = row("income.ebit", ebitda - spent - rights - disposals, cur, "EBIT")
    interest = row("income.interest", b.sum("debt.interest"), cur, "Interest on debt")
    leases = row("income.lease_interest", b.sum("lease.interest"), cur, "Interest on leases")
    fx = row("income.fx", b.sum("fx_gain") - b.sum("lease.fx_loss"), cur, "Exchange gains")
    row("income.before_tax", ebit - interest - leases + fx, cur, "Profit before tax")


def _tax(b: Book) -> None:
    """Current tax, and deferred tax on what the books and the tax return take at other times.

    For tax, leases are straight-line cost whatever the standard, and assets are written off over
    their tax life. Deferred tax is the rate on the difference built up so far, less the rate on
    losses carried forward, which are taken to be used in the end (IAS 12.15, 12.34; ASC 740-10-25).
    Over time tax paid and deferred together are the rate on profit before tax.
    """
    g, cur = b.graph, b.cur
    rate = b.scalar("rate.tax", "1", b.policy.tax_rate, label="tax rate")
    presented = b["income.lease_interest"] + b["income.amortisation"] + b.sum("lease.fx_loss")
    presented = presented - b.sum("lease.exit_gain")
    deducted = b.sum("lease.straight") - b.sum("lease.cost")
    books = b["income.depreciation"] + b.sum("disposed_book")
    assets = b.sum("tax.depreciation") + b.sum("tax.disposed")
    adjusted = b["income.before_tax"] + presented - deducted + books - assets
    taxable = g.row("tax.profit", adjusted, cur, "Profit for tax")
    later = b["income.before_tax"] - taxable
    if b.policy.tax_relief == "group":
        due = rate * taxable
    else:
        pool = g.later("tax.losses", cur, "Losses carried forward")
        used = g.row("tax.used", pool.lag().at_most(taxable.at_least(0.0)), cur)
        g.define(pool, pool.lag() + (-taxable).at_least(0.0) - used)
        due = rate * (taxable.at_least(0.0) - used)
        later = later - (pool - pool.lag())
    tax = g.row("income.tax", due, cur, "Tax")
    deferred = g.row("income.deferred_tax", rate * later, cur, "Deferred tax")
    outside = g.row(
        "income.outside", b.sum("earned_outside"), cur, "Earned outside this plan, after tax"
    )
    net = b["income.before_tax"] - tax - deferred + outside
    g.row("income.net", net, cur, "Net income")
    g.row("balance.deferred_tax", deferred.running(), cur, "Deferred tax liability")
    effective = tax + deferred - rate * b["income.before_tax"]
    b.put("check", g.row("check.tax", effective, cur, "Tax and deferred tax − rate × profit"))


def _balances(b: Book) -> None:
    g, cur = b.graph, b.cur
    days = b["time.days"]
    owed_days = b.scalar("days.receivable", "day", b.policy.receivable_days)
    owing_days = b.scalar("days.payable", "day", b.policy.payable_days)
    g.row("balance.receivables", b["income.revenue"] * owed_days / days, cur, "Receivables")
    g.row("balance.payables", b["income.costs"] * owing_days / days, cur, "Payables")
    g.row("balance.vat", b.sum("vat"), cur, "VAT to be recovered")
    g.row("balance.deposits", b.sum("deposit.held"), cur, "Deposits on orders")
    opening = g.row("balance.fixed_opening", b.sum_scalars("opening_book"), cur)
    owned = (b.sum("capex") - b.sum("depreciation") - b.sum("disposed_book")).running()
    g.row("balance.fixed_assets", opening + owned, cur, "Fixed assets")
    g.row("balance.right_of_use", b.sum("lease.right"), cur, "Right-of-use assets")
    g.row("balance.accrued_rent", b.sum("lease.accrued"), cur, "Rent accrued")
    g.row("balance.lease_liability", b.sum("lease.liability"), cur, "Lease liabilities")
    g.row("balance.debt", b.sum("debt.owed"), cur, "Debt")
    g.row("balance.lease_obligation_off_balance", b.sum("lease.off_balance"), cur)


def _change(row: Expr) -> Expr:
    return row - row.lag()


def _cash(b: Book) -> None:
    g, cur = b.graph, b.cur
    row = g.row
    receipts = b["income.revenue"] - _change(b["balance.receivables"])
    costs = _change(b["balance.payables"]) - b["income.costs"]
    row("cash.receipts", receipts, cur, "Received from customers")
    row("cash.costs", costs, cur, "Running costs paid")
    principal = b.sum("lease.principal")
    row("cash.leases_operating", principal - b.sum("lease.paid"), cur, "Leases, in operations")
    row("cash.interest", -b["income.interest"], cur, "Interest paid")
    row("cash.tax", -b["income.tax"], cur, "Tax paid")
    row("cash.vat", -_change(b["balance.vat"]), cur, "VAT paid and recovered")
    row("cash.outside", b["income.outside"], cur, "Earned outside this plan")
    operating = ("receipts", "costs", "leases_operating", "interest", "tax", "vat", "outside")
    row("cash.operating", g.add([b[f"cash.{k}"] for k in operating], cur), cur, "Operations")
    row("cash.capex", b.sum("deposit.used") - b.sum("capex"), cur, "Purchases paid at delivery")
    deposits = b.sum("deposit.refunded") - b.sum("deposit.paid")
    row("cash.deposits", deposits, cur, "Deposits paid less refunded")
    row("cash.disposals", b.sum("proceeds"), cur, "Received for disposals")
    investing = ("capex", "deposits", "disposals")
    row("cash.investing", g.add([b[f"cash.{k}"] for k in investing], cur), cur, "Investing")
    row("cash.debt", b.sum("debt.drawn") - b.sum("debt.repaid"), cur, "Debt drawn less repaid")
    row("cash.lease_principal", -principal, cur, "Principal of finance leases")
    before = b["cash.operating"] + b["cash.investing"] + b["cash.debt"] + b["cash.lease_principal"]
    row("cash.before_owner", before, cur)
    opening = b.scalar("balance.cash_opening", cur, b.policy.opening_cash, label="opening cash")
    floor, name = b.policy.minimum_cash, "balance.cash_minimum"
    if isinstance(floor, float):
        least = b.scalar(name, cur, floor, label="minimum cash")
    else:
        least = b.series(name, cur, floor, label="minimum cash")
    held = g.later("balance.cash", cur, "Cash")
    ready = held.lag(1, opening) + b["cash.before_owner"]
    if b.policy.funded:
        owner = row("cash.owner", (least - ready).at_least(0.0), cur, "Paid in by the owner")
    else:
        owner = row("cash.owner", b.nothing(cur), cur, "Paid in by the owner")
    g.define(held, ready + owner)
    financing = b["cash.debt"] + b["cash.lease_principal"] + owner
    row("cash.financing", financing, cur, "Financing")
    row("cash.change", b["cash.operating"] + b["cash.investing"] + financing, cur, "Change in cash")


def _equity(b: Book) -> None:
    g, cur = b.graph, b.cur
    assets = ("cash", "receivables", "vat", "deposits", "fixed_assets", "right_of_use")
    debts = ("payables", "accrued_rent", "debt", "lease_liability", "deferred_tax")
    g.row("balance.assets", g.add([b[f"balance.{k}"] for k in assets], cur), cur, "Assets")
    owed = g.add([b[f"balance.{k}"] for k in debts], cur)
    g.row("balance.liabilities", owed, cur, "Liabilities")
    opening = b["balance.cash_opening"] + b["balance.fixed_opening"] - b.sum_scalars("debt.opening")
    start = g.row("balance.equity_opening", opening, cur)
    equity = start + (b["income.net"] + b["cash.owner"]).running()
    g.row("balance.equity", equity, cur, "Equity")
    gap = b["balance.assets"] - b["balance.liabilities"] - b["balance.equity"]
    b.put("check", g.row("check.balance_sheet", gap, cur, "Assets − liabilities − equity"))
    roll = b["balance.cash"] - b["balance.cash"].lag(1, b["balance.cash_opening"])
    change = roll - b["cash.change"]
    b.put("check", g.row("check.cash", change, cur, "Change in cash − cash flow"))
    unwinds = b.lists.get("check.lease", [])
    if unwinds:  # per unit of first payment: exact to rounding
        g.row("check.lease", g.add(unwinds, "1"), "1", "Lease liabilities unwind")
