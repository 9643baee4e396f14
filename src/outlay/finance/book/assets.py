"""Owned assets: cost by class and vintage, depreciation, disposals, market value, deposits.

What happens to a vintage depends on its age only, so each class has *kernels* by age: the share
of cost written off, the market value, the yearly charge that recovers it. A row of additions
convolved with a kernel sums all vintages, and lives stay live inputs of the workbook.
"""

from __future__ import annotations

import numpy as np

from outlay.core.graph.graph import Expr
from outlay.finance.book.book import Book
from outlay.finance.types import AssetClass, Disposal, Opening, Purchase

__all__ = ["build_assets", "class_kernels", "value_by_age"]


def class_kernels(b: Book, name: str, c: AssetClass) -> None:
    """Rows by age for one class; lives in periods may be fractions.

    Straight line: the share of age a is (1 − B)(min(a + 1, L) − min(a, L)) ÷ L.
    Declining: the share left is max(B, (1 − 2 ÷ L)^(a + 1)) and B from the end of life on.
    Value: 1 − (1 − R) min((a + 1) ÷ E, 1): the curve of the plan. B is the residual of the
    books, R what is left at the end of economic life.
    Capital charge (annuity): (1 − R(1 + i)^−E) i ÷ (1 − (1 + i)^−E) while a < E, with E the
    economic life and i the discount rate per period.
    Source: capital recovery factor, Park, Contemporary Engineering Economics, 6th ed., ch. 3.
    """
    g, key = b.graph, f"class.{name}"
    source = c.source
    age, per_year = b["time.age"], b["time.per_year"]
    book = (
        b.scalar(
            f"{key}.book_years", "year", c.book_years, label=f"{name}: book life", source=source
        )
        * per_year
    )
    economic = b.scalar(
        f"{key}.economic_years",
        "year",
        c.economic_years,
        label=f"{name}: economic life",
        source=source,
    )
    residual = b.scalar(
        f"{key}.residual", "1", c.residual, label=f"{name}: residual", source=source
    )
    scrap = b.scalar(
        f"{key}.book_residual", "1", c.book_residual, label=f"{name}: residual in the books",
        source=source,
    )  # fmt: skip
    L = g.row(f"{key}.book_periods", book, "1")
    E = g.row(f"{key}.economic_periods", economic * per_year, "1")
    if c.method == "declining":
        kept = ((1.0 - 2.0 / L).at_least(0.0) ** (age + 1.0)).at_least(scrap)
        left = g.row(f"{key}.left", (age + 1.0 >= L).where(scrap, kept), "1")
        written = left.lag(1, 1.0) - left
    else:
        written = (1.0 - scrap) * ((age + 1.0).at_most(L) - age.at_most(L)) / L
    g.row(f"{key}.depreciation", written, "1", label=f"{name}: share of cost written off by age")
    g.row(f"{key}.written", b[f"{key}.depreciation"].running(), "1", label=f"{name}: written off")
    _tax_kernel(b, key, name, c)
    i = b["rate.discount_period"]
    vanish = (1.0 + i) ** -E
    flat = i.equals(0.0)
    annuity = flat.where((1.0 - residual) / E, (1.0 - residual * vanish) * i / _not_zero(b, vanish))
    running = (E - age).at_most(1.0).at_least(0.0)
    g.row(f"{key}.charge", running * annuity, "1", label=f"{name}: capital charge by age")
    if c.value_path:
        ages, shares = zip(*c.value_path, strict=True)
        at = (np.arange(len(g)) + 1) / b.flows.periods_per_year
        value: Expr = b.series(f"{key}.value_path", "1", np.interp(at, ages, shares), source=source)
    else:
        value = 1.0 - (1.0 - residual) * ((age + 1.0) / E).at_most(1.0)
    g.row(f"{key}.value", value, "1", label=f"{name}: market value by age, share of cost")


def _tax_kernel(b: Book, key: str, name: str, c: AssetClass) -> None:
    """What is written off for tax by age: over the tax life to nothing, or as in the books."""
    g, age = b.graph, b["time.age"]
    years = b.scalar(
        f"{key}.tax_years", "year", c.tax_years, label=f"{name}: life for tax, 0 as in the books",
        source=c.source,
    )  # fmt: skip
    periods = g.row(f"{key}.tax_periods", years * b["time.per_year"], "1")
    apart = periods > 0.0
    life = apart.where(periods, 1.0)
    straight = ((age + 1.0).at_most(life) - age.at_most(life)) / life
    off = g.row(f"{key}.tax_depreciation", apart.where(straight, b[f"{key}.depreciation"]), "1")
    g.row(f"{key}.tax_written", off.running(), "1", label=f"{name}: written off for tax")


def _not_zero(b: Book, vanish: Expr) -> Expr:
    """1 − (1 + i)^−E, kept from zero at i = 0 (where the annuity is 1 ÷ E instead)."""
    return vanish.equals(1.0).where(1.0, 1.0 - vanish)


def build_assets(b: Book) -> None:
    """Rows of purchases, disposals and opening assets."""
    used = {p.asset_class for p in b.flows.purchases} | {o.asset_class for o in b.flows.opening}
    used |= {x.worth_class for x in b.flows.leases if x.worth_class}
    for name in sorted(used):
        class_kernels(b, name, b.policy.classes[name])
    for p in b.flows.purchases:
        _purchase(b, p)
    for k, d in enumerate(b.flows.disposals):
        _disposal(b, d, k)
    for o in b.flows.opening:
        _opening(b, o)


def _purchase(b: Book, p: Purchase) -> None:
    g, key, cur = b.graph, f"buy.{p.id}", p.currency
    quantity = b.series(
        f"{key}.quantity", p.unit, p.quantity, label=f"{p.id}: delivered", source=p.source or "plan"
    )
    price = b.series(
        f"{key}.price", f"{cur}/{p.unit}", p.price, label=f"{p.id}: price", source=p.source
    )
    listed = quantity * price
    if p.index:
        listed = listed * b.index(p.index)
    net = g.row(f"{key}.net", listed, cur, label=f"{p.id}: price of what was delivered")
    full: Expr = net
    if p.levy or p.duty:
        share = b.scalar(f"{key}.levy", "1", p.levy, source=p.source)
        duty = b.scalar(f"{key}.duty", "1", p.duty, source=p.source)
        full = net * (1.0 + share + duty)
    cost = g.row(f"{key}.cost", b.convert(full, cur), b.cur, label=f"{p.id}: cost")
    b.put(f"capex.{p.asset_class}", cost)
    b.put("capex", cost)
    off = _by_age(b, p, "depreciation")
    spent = g.row(f"{key}.depreciation", cost.by_age(off), b.cur)
    pool = None if p.outside else p.chip
    b.put("depreciation", spent, pool)
    b.put(f"depreciation.{p.asset_class}", spent)
    for_tax = cost.by_age(_by_age(b, p, "tax_depreciation"))
    b.put("tax.depreciation", g.row(f"{key}.tax_depreciation", for_tax, b.cur))
    if p.outside:
        b.put("outside", cost)
    else:
        charge = g.row(f"{key}.charge", cost.by_age(_by_age(b, p, "charge")), b.cur)
        b.put("charge", charge, p.chip)
    value = value_by_age(b, key, p.asset_class, p.late)
    worth: Expr = cost
    if p.worth_each is not None:
        each = b.series(f"{key}.worth_each", f"{cur}/{p.unit}", p.worth_each, source="plan")
        worth = g.row(f"{key}.new", b.convert(quantity * each, cur), b.cur)
    b.put("worth", g.row(f"{key}.worth", worth.by_age(value), b.cur))
    if p.vat:
        share = b.scalar(f"{key}.vat", "1", p.vat, source=p.source)
        b.put("vat", g.row(f"{key}.vat_paid", b.convert(full * share, cur), b.cur))
    _deposits(b, p, key)


def value_by_age(b: Book, key: str, name: str, late: float) -> Expr:
    """Market value by age of what came `late`, a part of a period, into its first period."""
    kernel = f"class.{name}"
    if not late:
        return b[f"{kernel}.value"]
    if f"{key}.value" in b.graph:
        return b[f"{key}.value"]
    after = _gone_at_arrival(b, key, late)
    old = (b["time.age"] + 1.0 - after) / b[f"{kernel}.economic_periods"]
    left = 1.0 - (1.0 - b[f"{kernel}.residual"]) * old.at_most(1.0)
    return b.graph.row(f"{key}.value", left, "1", label="market value by age, share of cost")


def _by_age(b: Book, p: Purchase, row: str) -> Expr:
    """A kernel of the class for what comes into the first period when a part of it is gone.

    Equation: (1 − late) K(a) + late K(a − 1): what stands for a part of a period is written off
    for that part of it, and the rest a period after. Source: IAS 16.55, ASC 360-10-35-4: from when
    it can be used.
    """
    kernel = b[f"class.{p.asset_class}.{row}"]
    if not p.late:
        return kernel
    name = f"buy.{p.id}.{row}_by_age"
    if name in b.graph:
        return b[name]
    after = _gone_at_arrival(b, f"buy.{p.id}", p.late)
    return b.graph.row(name, kernel * (1.0 - after) + kernel.lag() * after, "1")


def _gone_at_arrival(b: Book, key: str, late: float) -> Expr:
    name = f"{key}.late"
    if name in b.graph:
        return b[name]
    return b.scalar(name, "1", late, label="part of the first period gone at arrival",
                    source="plan")  # fmt: skip


def _deposits(b: Book, p: Purchase, key: str) -> None:
    """Prepayments, held at the closing rate as a claim on money (IAS 21.16, 21.23)."""
    parts = {
        "paid": p.deposit_paid,
        "used": p.deposit_used,
        "refunded": p.deposit_refunded,
        "lost": p.deposit_lost,
    }
    if not any(np.any(v) for v in parts.values()):
        return
    g, cur = b.graph, p.currency
    rows = {
        k: b.series(f"{key}.deposit_{k}", cur, v, label=f"{p.id}: deposits {k}", source="plan")
        for k, v in parts.items()
    }
    change = rows["paid"] - rows["used"] - rows["refunded"] - rows["lost"]
    held = g.row(f"{key}.deposit_held", change.running(), cur, label=f"{p.id}: deposits held")
    for k, row in rows.items():
        b.put(f"deposit.{k}", g.row(f"{key}.deposit_{k}.cost", b.convert(row, cur), b.cur))
    closing = g.row(f"{key}.deposit_held.cost", b.convert(held, cur), b.cur)
    b.put("deposit.held", closing)
    if cur != b.cur:
        moved = closing - closing.lag() - b.convert(change, cur)
        b.put("fx_gain", g.row(f"{key}.deposit_fx_gain", moved, b.cur))


def _disposal(b: Book, d: Disposal, k: int) -> None:
    """Take a vintage, or part of it, off the books at the start of a period."""
    g = b.graph
    p = next(x for x in b.flows.purchases if x.id == d.purchase)
    key = f"sell.{k}.{p.id}"
    quantity = b.series(f"{key}.quantity", p.unit, d.quantity, source="plan")
    unit_cost = g.ratio(b[f"buy.{p.id}.cost"], b[f"buy.{p.id}.quantity"]).at(d.vintage)
    gone = g.row(f"{key}.cost", quantity * unit_cost, b.cur, label=f"{p.id}: cost of what left")
    gone_for_good = g.row(f"{key}.gone", gone.running(), b.cur)
    b.put("retired", gone)

    def shifted(row: str, steps: int) -> Expr:
        kernel_row = _by_age(b, p, row)
        return kernel_row.lag(steps) if steps else kernel_row

    stopped = g.row(f"{key}.depreciation", -(gone_for_good * shifted("depreciation", d.vintage)))
    b.put("depreciation", stopped, p.chip)
    b.put(f"depreciation.{p.asset_class}", stopped)
    uncharged = g.row(f"{key}.charge", -(gone_for_good * shifted("charge", d.vintage)))
    b.put("charge", uncharged, p.chip)
    value = value_by_age(b, f"buy.{p.id}", p.asset_class, p.late)
    lost = gone_for_good
    if p.worth_each is not None:
        each = b[f"buy.{p.id}.worth_each"].at(d.vintage)
        unit = each if p.currency == b.cur else each * b.fx[p.currency].at(d.vintage)
        lost = g.row(f"{key}.new", (quantity * unit).running(), b.cur)
    worth = lost * (value.lag(d.vintage) if d.vintage else value)
    b.put("worth", g.row(f"{key}.worth", -worth))
    book = g.row(f"{key}.book", gone * (1.0 - shifted("written", d.vintage + 1)), b.cur)
    b.put("disposed_book", book)
    untaxed = -(gone_for_good * shifted("tax_depreciation", d.vintage))
    b.put("tax.depreciation", g.row(f"{key}.tax_depreciation", untaxed))
    base = gone * (1.0 - shifted("tax_written", d.vintage + 1))
    b.put("tax.disposed", g.row(f"{key}.tax_base", base, b.cur))
    proceeds = b.series(f"{key}.proceeds", p.currency, d.proceeds, source="plan")
    b.put("proceeds", g.row(f"{key}.received", b.convert(proceeds, p.currency), b.cur))


def _opening(b: Book, o: Opening) -> None:
    """Assets that stand at the start, written off straight over what is left of their life."""
    g, key = b.graph, f"opening.{o.id}"
    value = b.scalar(f"{key}.book_value", o.currency, o.book_value, source=o.source)
    years = b.scalar(f"{key}.remaining_years", "year", max(o.remaining_years, 1e-9))
    if o.currency != b.cur:
        value = value * b.fx[o.currency].at(0)
    periods = g.row(f"{key}.remaining_periods", years * b["time.per_year"], "1")
    age = b["time.age"]
    share = ((age + 1.0).at_most(periods) - age.at_most(periods)) / periods
    left = g.row(f"{key}.left", 1.0 - share.running(), "1")
    if np.any(o.gone):
        gone = b.series(f"{key}.gone", "1", o.gone, label=f"{o.id}: share retired", source="plan")
        lost = g.row(f"{key}.lost", value * gone * left.lag(1, 1.0), b.cur,
                     label=f"{o.id}: book value lost")  # fmt: skip
        b.put("disposed_book", lost)
        b.put("tax.disposed", lost)
        kept = g.row(f"{key}.kept", 1.0 - gone.running(), "1")
        share, left = share * kept, left * kept
    spent = g.row(f"{key}.depreciation", value * share, b.cur)
    b.put("opening_book", g.row(f"{key}.cost", value, b.cur))
    b.put("depreciation", spent, o.chip)
    b.put(f"depreciation.{o.asset_class}", spent)
    b.put("tax.depreciation", spent)  # what stood before is taken for tax as in the books
    b.put("charge", g.row(f"{key}.charge", value * share, b.cur), o.chip)
    market = value
    if o.market_value is not None:
        market = b.scalar(f"{key}.market_value", o.currency, o.market_value, source=o.source)
        market = market * b.fx[o.currency].at(0) if o.currency != b.cur else market
    b.put("worth", g.row(f"{key}.worth", market * left, b.cur))
