"""The cover: what the plan decides, in words and a picture; how to read the sheets behind it."""

from __future__ import annotations

import math

from outlay.core.graph.excel import column_name
from outlay.report.workbook.calc import CENTS
from outlay.report.workbook.charts import POINTS, TITLE, charts
from outlay.report.workbook.content import Content, Ordered
from outlay.report.workbook.kit import Sheet
from outlay.report.workbook.opened import MAX_TEXT, SELECTOR, Opened, clean
from outlay.report.workbook.written import digits, plain

__all__ = ["SHEETS", "write_cover"]

SHEETS = ("Outputs", "Periods", "Inputs", "Calc", "Checks")
WIDTHS = (60, 12, 9, 12, 16, 12, 12)  # of the columns of text
TOP = 3  # first line below the title
CHARTS = 8  # column of the pictures
ACROSS = sum(WIDTHS)
HEIGHT = 15.0  # points of a line
MOST_HEIGHT = 400.0  # points of a row; Excel takes 409
MANY = 1000  # from here on a price is read in whole units
WORDS = ("unit", "there_by", "how_sure")  # heads of columns of texts
RETURNS = ("return.npv", "return.irr", "return.payback", "return.end_value")


class _Cover:
    """The sheet and the line that is written next."""

    def __init__(self, s: Opened, content: Content) -> None:
        self.s, self.content = s, content
        self.sheet: Sheet = s.sheets["Cover"]
        self.line = 0
        self.heights: dict[int, float] = {}

    def head(self, *keys: str) -> None:
        s = self.s
        s.head(self.sheet, self.line, [s.say(f"workbook.{k}") if k else "" for k in keys])
        for column, key in enumerate(keys):
            if key in WORDS:
                s.text(self.sheet, self.line, column, s.say(f"workbook.{key}"), "unit head")
        self.line += 1

    def pair(self, name: str, text: str, style: str = "text") -> None:
        self.s.text(self.sheet, self.line, 0, name, style)
        self.s.text(self.sheet, self.line, 1, text)
        self.line += 1

    def paragraph(self, text: str, style: str = "paragraph", size: float = 1.0) -> None:
        """A text over all columns; its height is guessed, as merged cells fit none of their own."""
        look, last = self.s.looks(style), len(WIDTHS) - 1
        self.sheet.merge_range(self.line, 0, self.line, last, "", look)
        self.sheet.write_string(self.line, 0, clean(text), look)
        lines = math.ceil(len(text[:MAX_TEXT]) * size / ACROSS)
        self.heights[self.line] = min(HEIGHT * size * lines + 4, MOST_HEIGHT)
        self.sheet.set_row(self.line, self.heights[self.line])
        self.line += 1

    def after(self, line: int, points: float) -> int:
        """The line that starts so many points below another."""
        while points > 0:
            points -= self.heights.get(line, HEIGHT)
            line += 1
        return line


def write_cover(s: Opened, content: Content) -> None:
    c = _Cover(s, content)
    s.text(c.sheet, 0, 0, content.title, "title")
    s.text(c.sheet, 1, 0, content.subtitle, "quiet")
    c.line = TOP
    if content.decision:
        c.paragraph(content.decision, "decision", 1.25)
    _orders(c)
    for heading, texts in content.said:
        if texts and heading:
            s.head(c.sheet, c.line, [heading, *[""] * (len(WIDTHS) - 1)])
            c.line += 1
        for text in texts:
            c.paragraph(text)
        c.line += bool(texts)
    _headline(c)
    _contents(c)
    _legend(c)
    _branches(c)
    for name, value in content.facts:
        c.pair(name, value, "quiet")
    for k, width in enumerate(WIDTHS):
        c.sheet.set_column(k, k, width)
    c.sheet.set_column(CHARTS - 1, CHARTS - 1, 3)
    end = TOP
    for title, chart in charts(s):
        s.titled(c.sheet, end, CHARTS, title, "quiet")  # behind the picture, which reads it there
        chart.set_title({"name": f"=Cover!${column_name(CHARTS)}${end + 1}", **TITLE})
        c.sheet.insert_chart(end, CHARTS, chart)
        end = c.after(end, POINTS)
    s.printed(c.sheet, -1, (max(c.line, end), CHARTS + 9))


def _orders(c: _Cover) -> None:
    s, orders = c.s, c.content.orders
    if not orders:
        return
    c.head("orders_now", "amount", "", "there_by", "price_each", "sum", "how_sure")
    heading = s.say("workbook.sum_of", unit=s.money.unit)
    s.text(c.sheet, c.line - 1, 5, heading, "number head")
    for o in orders:
        s.label(c.sheet, c.line, s.labels.text(o.name))
        c.sheet.write_number(
            c.line, 1, o.amount, s.looks("number", _counted(o.amount, 1 if o.chips else MANY))
        )
        s.text(c.sheet, c.line, 2, s.say("workbook.chips") if o.chips else "MW", "unit")
        s.text(c.sheet, c.line, 3, o.there_by, "unit")
        _price(c, o)
        s.text(c.sheet, c.line, 6, o.sure, "unit")
        c.line += 1


def _counted(value: float, least: float) -> str:
    """Whole numbers from the least on, and below it three digits."""
    return plain([round(value) if value >= least else value])


def _price(c: _Cover, o: Ordered) -> None:
    """What one costs and what all do; rent by the hour where it is rented."""
    s = c.s
    if o.price > 0:
        c.sheet.write_number(c.line, 4, o.price, s.looks("number", _counted(o.price, MANY)))
    elif o.rent_hour > 0:
        unit = s.say("workbook.hourly")
        look = s.looks("number", f'{digits(o.rent_hour)} "{unit}"')
        c.sheet.write_number(c.line, 4, o.rent_hour, look)
    if o.sum > 0:
        c.sheet.write_number(c.line, 5, o.sum, s.looks("number", s.money.number))


def _headline(c: _Cover) -> None:
    """Returns of the branch shown, live."""
    s = c.s
    c.head("returns", "value", "unit")
    s.titled(c.sheet, c.line - 1, 0, s.say("workbook.returns"), "head")
    for name in RETURNS:
        row = s.accounts.graph[name]
        s.label(c.sheet, c.line, s.labels.row(row))
        s.link(c.sheet, c.line, 1, row)
        money = row.unit == s.accounts.flows.currency
        unit = s.money.unit if money else s.labels.unit(row.unit)
        s.text(c.sheet, c.line, 2, unit, "unit")
        c.line += 1
    c.line += 1


def _contents(c: _Cover) -> None:
    s = c.s
    c.head("contents", *[""] * (len(WIDTHS) - 1))
    for name in SHEETS:
        c.sheet.write_url(c.line, 0, f"internal:'{name}'!A1", s.looks("link"), name)
        s.text(c.sheet, c.line, 1, s.say(f"workbook.about_{name.lower()}"))
        c.line += 1
    c.line += 1


def _legend(c: _Cover) -> None:
    s = c.s
    c.head("legend", *[""] * (len(WIDTHS) - 1))
    s.text(c.sheet, c.line, 0, s.say("workbook.legend_input"))
    c.sheet.write_number(c.line, 1, 1234, s.looks("input", "#,##0"))
    c.line += 1
    s.text(c.sheet, c.line, 0, s.say("workbook.legend_formula"))
    c.sheet.write_formula(c.line, 1, "=1234", s.looks("number", "#,##0"), 1234.0)
    c.line += 1
    s.text(c.sheet, c.line, 0, s.say("workbook.legend_check"))
    checks = f"={s.blocks['checks_total']}"
    c.sheet.write_formula(c.line, 1, checks, s.looks("total", CENTS), 0.0)
    c.line += 1
    for key in ("scale", "dash", "sure", "grades"):
        text = s.say(f"workbook.{key}", unit=s.money.unit, currency=s.accounts.flows.currency)
        c.paragraph(text)
    c.line += 1


def _branches(c: _Cover) -> None:
    """The branches by their number, and how likely each is."""
    s, flows = c.s, c.s.accounts.flows
    if not s.several:
        return
    c.head("branches", "number", "chance")
    first = c.line
    for k, (name, chance) in enumerate(zip(flows.paths, flows.weights, strict=True)):
        s.label(c.sheet, c.line, s.labels.path(name))
        c.sheet.write_number(c.line, 1, k + 1, s.looks("number", "0"))
        c.sheet.write_number(c.line, 2, float(chance), s.looks("number", "0.0%"))
        c.line += 1
    names = f"Cover!$A${first + 1}:$A${c.line}"
    s.blocks["branch_names"] = names
    shown = s.labels.path(flows.paths[s.path])
    line, column = SELECTOR
    look = s.looks("number")
    s.sheets["Inputs"].write_formula(line, column + 1, f"=INDEX({names},{s.chosen})", look, shown)
    c.line += 1
