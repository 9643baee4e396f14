"""The sheets of outputs: returns, statements by fiscal year, money against what is authorised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from outlay.core.graph.excel import column_name
from outlay.core.graph.graph import Expr
from outlay.finance.reports.statements import BALANCE, CASH, INCOME
from outlay.finance.reports.years import year_lines
from outlay.report.workbook.content import Content
from outlay.report.workbook.opened import Opened

__all__ = ["BASES", "RETURNS", "write_outputs"]

RETURNS = ("return.npv", "return.irr", "return.payback", "cover.least", "return.end_value")
BASES = ("book", "economic")
PAID = "capex.paid"
NAMED = {
    "income.revenue": "revenue", "income.ebitda": "ebitda", "income.net": "net_income",
    "return.free_cash": "free_cash_flow", "balance.cash": "cash_at_year_end",
    "opex.total": "opex", PAID: "capex_paid",
    "return.npv": "net_present_value", "return.irr": "rate_of_return",
    "return.payback": "payback_years", "cover.least": "least_debt_cover",
    "return.end_value": "end_value",
}  # fmt: skip
"""Row → the name of its cells."""
NUMBER, ID = 13, 40


class _Page:
    """The sheet and the line that is written next."""

    def __init__(self, s: Opened, content: Content) -> None:
        self.s, self.content = s, content
        self.sheet = s.sheets["Outputs"]
        self.line = 0
        years = len(s.accounts.years)
        self.columns = 1 + (2 * years + 1 if s.several else years)
        self.id = max(self.columns, 3)

    @property
    def years(self) -> list[int]:
        return self.s.accounts.years

    def head(self, title: str) -> None:
        s, years = self.s, self.years
        shown = [f"FY{y}" for y in years]
        mean = ["", *(s.say("workbook.expected", year=y) for y in shown)] if s.several else []
        s.head(self.sheet, self.line, [title, *shown, *mean])
        self.line += 1

    def label(self, text: str, name: str) -> None:
        self.s.label(self.sheet, self.line, text)
        self.s.text(self.sheet, self.line, self.id, name, "id")

    def by_year(self, name: str, label: str = "") -> None:
        """A row by fiscal year: of the path shown, live, and the mean of all paths."""
        s = self.s
        self.label(label or s.labels.row(s.accounts.graph[name]), name)
        for k, year in enumerate(self.years):
            row = s.accounts.graph[f"year.{year}.{name}"]
            s.link(self.sheet, self.line, 1 + k, row)
            if s.several:
                mean = float(s.accounts.expected(row.name))
                look = s.looks("number", s.shown(row, scaled=True))
                self.sheet.write_number(self.line, 2 + k + len(self.years), mean, look)
        if name in NAMED:
            s.blocks[NAMED[name]] = self.span()
        self.line += 1

    def span(self) -> str:
        """Cells of the years on this line, as a reference."""
        return f"Outputs!$B${self.line + 1}:${column_name(len(self.years))}${self.line + 1}"


def write_outputs(s: Opened, content: Content) -> None:
    page = _Page(s, content)
    s.text(page.sheet, 0, 0, s.say("workbook.outputs"), "title")
    unit = s.say("workbook.scale", unit=s.money.unit, currency=s.accounts.flows.currency)
    s.text(page.sheet, 1, 0, unit, "quiet")
    if s.several:
        s.titled(page.sheet, 2, 0, s.say("workbook.beside"), "quiet")
    page.line = 4
    _write_returns(page)
    _write_money(page)
    rows = year_lines(list(s.accounts.graph.rows))
    other = [n for n in rows if n not in (*INCOME, *CASH, *BALANCE, PAID)]
    for key, names in (("income", INCOME), ("cash", CASH), ("balance", BALANCE), ("more", other)):
        page.head(s.say(f"workbook.{key}", unit=s.money.unit))
        for name in names:
            page.by_year(name)
        page.line += 1
    _write_unit_costs(page)
    _write_bridge(page)
    s.text(page.sheet, 3, page.id, s.say("workbook.id"), "id")
    s.label_width(page.sheet)
    widest = len(f"{s.money.least:,.2f}")
    page.sheet.set_column(1, page.columns - 1, max(NUMBER, widest))
    page.sheet.set_column(page.id, page.id, ID)
    page.sheet.freeze_panes(4, 1)
    s.printed(page.sheet, -1, (page.line, page.columns - 1))


def _write_returns(page: _Page) -> None:
    s = page.s
    s.head(page.sheet, page.line, [s.say("workbook.returns"), s.say("workbook.value")])
    s.titled(page.sheet, page.line, 0, s.say("workbook.returns"), "head")
    s.text(page.sheet, page.line, 2, s.say("workbook.unit"), "unit head")
    for name in RETURNS:
        page.line += 1
        row = s.accounts.graph[name]
        page.label(s.labels.row(row), name)
        s.link(page.sheet, page.line, 1, row)
        money = row.unit == s.accounts.flows.currency
        unit = s.money.unit if money else s.labels.unit(row.unit)
        s.text(page.sheet, page.line, 2, unit, "unit")
        s.blocks[NAMED[name]] = f"Outputs!$B${page.line + 1}"
    page.line += 2


def _write_money(page: _Page) -> None:
    """Capital expenditure paid by year, beside what the study authorises."""
    s = page.s
    s.blocks["years"] = page.span()
    page.head(s.say("workbook.money", unit=s.money.unit))
    page.by_year(PAID, s.say("workbook.paid"))
    outside = {
        year: all_of_it - float(s.accounts.expected(f"year.{year}.{PAID}"))
        for year in page.years
        if (all_of_it := page.content.capex.get(str(year))) is not None
    }
    if any(abs(v) >= 1 for v in outside.values()):
        _given(page, "outside", outside)
    if page.content.authorised:
        _given(page, "authorised", {int(y): v for y, v in page.content.authorised.items()})
    page.line += 1


def _given(page: _Page, key: str, amounts: Mapping[int, float]) -> None:
    """Amounts by year that the plan gives and the accounts do not hold."""
    s = page.s
    page.label(s.say(f"workbook.{key}"), "")
    s.blocks[f"capex_{key}"] = page.span()
    for k, year in enumerate(page.years):
        if year in amounts:
            look = s.looks("input", s.money.number)
            page.sheet.write_number(page.line, 1 + k, amounts[year], look)
    page.line += 1


def _write_unit_costs(page: _Page) -> None:
    """Cost of a million tokens over the horizon, of the path shown and the mean."""
    s, a = page.s, page.s.accounts
    for basis in BASES:
        rows = means(s, basis)
        if not rows:
            continue
        head = s.say(f"workbook.unit_{basis}", symbol=s.money.sign.strip())
        heads = [head, s.say("workbook.shown")]
        s.head(page.sheet, page.line, [*heads, s.say("workbook.mean")] if s.several else heads)
        for row in rows:
            page.line += 1
            page.label(s.labels.row(row), row.name)
            s.link(page.sheet, page.line, 1, row)
            if s.several:
                mean = float(a.expected(row.name))
                page.sheet.write_number(page.line, 2, mean, s.looks("number", s.shown(row)))
        page.line += 2


def means(s: Opened, basis: str) -> Sequence[Expr]:
    """The rows of cost of a million tokens that are one number."""
    rows = [s.accounts.graph[n] for n in s.accounts.names(f"{basis}.per_mtok.")]
    return [r for r in rows if not r.series]


def _write_bridge(page: _Page) -> None:
    """Steps as exported, and their sum as a formula, which must be the objective below it."""
    s, sheet = page.s, page.sheet
    if not page.content.bridge:
        return
    s.head(sheet, page.line, [s.say("workbook.bridge", unit=s.money.unit), ""])
    *steps, (name, objective) = page.content.bridge
    look = s.looks("number", s.money.number)
    for step, amount in steps:
        page.line += 1
        s.label(sheet, page.line, step)
        sheet.write_number(page.line, 1, amount, look)
    total = sum(amount for _, amount in steps)
    last = page.line + 1  # lines from 1
    s.text(sheet, page.line + 1, 0, s.say("workbook.sum"), "head")
    span = f"=SUM($B${last - len(steps) + 1}:$B${last})"
    sheet.write_formula(page.line + 1, 1, span, s.looks("total", s.money.number), total)
    s.label(sheet, page.line + 2, name)
    sheet.write_number(page.line + 2, 1, objective, look)
    page.line += 2
