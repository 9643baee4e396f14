"""Price times count, beside a stated total or a budget."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from outlay.core.quantities.formats import format_number
from outlay.evidence.checks.compare import comparable, show
from outlay.evidence.quantities.fx import currency_of, in_currency
from outlay.evidence.types import Claim, Identity

__all__ = ["products"]


def products(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Price times count is a value; it may stand beside a stated total or a budget."""
    budgets = _Budgets(claims)
    prices = [
        i
        for i, c in enumerate(claims)
        if re.fullmatch(r"[A-Z]{3}/(chip|server|rack|unit)", c.unit)
        and c.status == "current"
        and not c.negated
    ]
    for at in prices:
        price = claims[at]
        what = price.unit.split("/")[1]
        near = claims[max(0, at - 30) : at + 30]
        counts = [
            c for c in near
            if c.unit == (what if what != "unit" else c.unit) and c.document == price.document
            and not c.unit.startswith(("fraction", "ratio")) and not currency_of(c.unit)
            and abs(c.span[0] - price.span[0]) < 700 and c.unit in ("chip", "server", "rack", "unit")
            and (not c.about or not price.about or c.about == price.about)
        ]  # fmt: skip
        if not counts or price.value <= 0:
            continue
        count = min(
            counts, key=lambda c: (c.span != price.span, abs(c.value_span[0] - price.value_span[0]))
        )
        value, money = price.value * count.value, currency_of(price.unit)
        totals = [
            c for c in near
            if currency_of(c.unit) == money and "/" not in c.unit and c.document == price.document
            and abs(c.span[0] - price.span[0]) < 400 and c.status == "current"
            and c.family in ("order", "contract", "AI processor spending", "spending", "server spending", "amount", "cost", "investment")
            and 0.2 * abs(value) < c.value * math.copysign(1.0, value) < 5 * abs(value)
        ]  # fmt: skip
        text = f"{count.value:,.6g} × {show(price.value, price.unit)} = {show(value, money)}"
        if totals:
            total = min(totals, key=lambda c: abs(math.log(c.value / value)))
            room = 0.06 if "about" in (price.hedge, count.hedge, total.hedge) else 0.02
            room += (total.rounding / total.value) + price.rounding / price.value
            good = abs(value / total.value - 1) <= room or total.hedge in ("over", "up_to", "under")
            yield Identity(
                (count.id, price.id, total.id), f"{text}, stated {show(total.value, money)}", value, total.value,
                "agrees" if good else "disagrees", money, "price × count",
            )  # fmt: skip
            continue
        yield Identity(
            (count.id, price.id),
            text + budgets.share(value, money, count),
            value,
            None,
            "computed",
            money,
            "price × count",
        )
        if what == "chip":
            yield from budgets.spent(count, price, money)


class _Budgets:
    """The largest budget for chips of each actor."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self._of: dict[str, Claim] = {}
        for c in claims:
            if (
                c.family == "AI processor spending"
                and comparable(c)
                and c.value > 0
                and not c.vague
            ):
                known = self._of.get(c.subject)
                if known is None or c.value > known.value:
                    self._of[c.subject] = c

    def share(self, value: float, money: str, count: Claim) -> str:
        """How much of its budget a sum is, in words; empty where it has none."""
        budget = self._of.get(count.subject)
        if budget is None:
            return ""
        inside = in_currency(value, money, currency_of(budget.unit), budget.said_on)
        if not inside:
            return ""
        return f", {show(inside / budget.value, 'fraction')} of {show(budget.value, budget.unit)} {budget.metric}"

    def spent(self, count: Claim, price: Claim, money: str) -> Iterator[Identity]:
        """How many chips a budget would buy at that price."""
        budget = self._of.get(count.subject)
        total_in = budget and in_currency(budget.value, budget.unit, money, budget.said_on)
        if budget is not None and total_in:
            yield Identity(
                (budget.id, price.id),
                f"{show(budget.value, budget.unit)} / {show(price.value, price.unit)} = {format_number(total_in / price.value)} chips if all of it bought this one",
                total_in / price.value, None, "computed", "chip", "count if all were spent on it",
            )  # fmt: skip
