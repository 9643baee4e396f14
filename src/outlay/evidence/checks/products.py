"""Price times count, beside a stated total or a budget; and a margin beside its two amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product

from outlay.core.periods import DAYS_PER_YEAR, HOURS_PER_DAY
from outlay.core.quantities.formats import format_number
from outlay.evidence.checks.causes import slip_between
from outlay.evidence.checks.compare import by_key, live, said, show, sort_of, usable
from outlay.evidence.checks.things import in_table
from outlay.evidence.quantities.fx import currency_of, in_currency
from outlay.evidence.rules import pattern
from outlay.evidence.text.simplified import simplified
from outlay.evidence.types import Claim, Identity

__all__ = ["differences", "is_each", "margins", "packs", "products", "shares_of"]

_FAR = 1_200  # characters from a margin to its profit and its revenue
_NEXT = 300  # characters from a price to the term that it is paid for
_SURE = 0.005  # of a product, within which round numbers leave no doubt
_ROOM = 0.02  # that rounding leaves to a product
_RIGHT_BEHIND = 3  # characters between a sentence and the next
_NEAR = 30  # claims before and after a price among which its count and its total are sought
_PRICE = re.compile(r"[A-Z]{3}/([a-z]+|kW|MW|W)(?:-(hour|month|year|day))?")
_UNITS = {"kW": ("W", 1e3), "MW": ("W", 1e6), "kWh": ("Wh", 1e3), "MWh": ("Wh", 1e6)}
_HOURS = {"hour": 1.0, "day": HOURS_PER_DAY, "month": DAYS_PER_YEAR * HOURS_PER_DAY / 12,
          "year": DAYS_PER_YEAR * HOURS_PER_DAY}  # fmt: skip
_MOST_WAYS = 400  # in which counts and terms are tried
_MARGINS = {"operating margin": "operating profit", "gross margin": "gross profit"}
_TOTALS = (
    "order", "contract", "AI processor spending", "spending", "server spending", "amount", "cost",
    "investment",
)  # fmt: skip


def products(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Price times count is a value; it may stand beside a stated total or a budget."""
    budgets = _budgets(claims)
    for at, price in enumerate(claims):
        found = _PRICE.fullmatch(price.unit)
        if found is None or not live(price) or not price.value > 0 or _is_all_paid(price):
            continue
        near = [c for c in claims[max(0, at - _NEAR) : at + _NEAR] if c.document == price.document]
        count = _nearest(near, price, *_UNITS.get(found[1], (found[1], 1.0)))
        term = None if found[2] is None else _term(near, price, found[2])
        if count is not None and found[2] and term is None:
            yield from _recurring(near, count, price, found[2])
        if count is None or (found[2] and term is None):
            continue
        size = count[0].value / count[1]
        value, money = price.value * size * (term[1] if term else 1.0), currency_of(price.unit)
        factors = (count[0], price, *([term[0]] if term else ()))
        text = f"{size:,.6g} × {said(price)}"
        text += (f" × {term[0].quote}" if term else "") + f" = {show(value, money)}"
        total, good = _total(near, factors, value, money)
        if total is not None:
            yield Identity(
                tuple(c.id for c in (*factors, total)), f"{text}, stated {said(total)}", value,
                total.value, "agrees" if good else "disagrees", money, "price × count",
            )  # fmt: skip
            continue
        budget = budgets.get(count[0].subject)
        code = currency_of(budget.unit) if budget else ""
        inside = in_currency(value, money, code, price.said_on) if budget else None
        if budget and inside:
            part = show(inside / budget.value, "fraction")
            text += f", {part} of {show(budget.value, code)} {budget.metric}"
        if count[0].span != price.span and found[1] != "chip":
            continue
        yield Identity(
            tuple(c.id for c in factors), text, value, None, "computed", money, "price × count"
        )
        total_in = in_currency(budget.value, code, money, budget.said_on) if budget else None
        if budget and total_in and price.unit.endswith("/chip"):
            yield Identity(
                (budget.id, price.id),
                f"{said(budget)} / {said(price)} = "
                f"{format_number(total_in / price.value)} chips if all of it bought this one",
                total_in / price.value, None, "computed", "chip", "count if all were spent on it",
            )  # fmt: skip


def _recurring(
    near: Sequence[Claim], count: tuple[Claim, float], price: Claim, per: str
) -> Iterator[Identity]:
    """A rent times what is rented, beside what its sentence says to be paid a year or a month."""
    money = currency_of(price.unit)
    for paid in (c for c in near if c.span == price.span and c.unit.startswith(f"{money}/")):
        hours = _HOURS.get(paid.unit.partition("/")[2])
        exact = all(c.hedge == "exact" and live(c) for c in (paid, price, count[0]))
        if hours is None or not exact or not paid.value > 0 or count[0].span != price.span:
            continue
        value = price.value * count[0].value / count[1] * hours / _HOURS[per]
        good = abs(value / paid.value - 1) <= _ROOM + paid.rounding / paid.value
        if good or slip_between(value, paid.value, 0.01):
            yield Identity(
                (count[0].id, price.id, paid.id),
                f"{count[0].quote} × {said(price)} = {show(value, paid.unit)}, stated {said(paid)}",
                value, paid.value, "agrees" if good else "disagrees", paid.unit, "price × count",
            )  # fmt: skip


def _budgets(claims: Sequence[Claim]) -> dict[str, Claim]:
    """The largest budget for chips of each actor."""
    out: dict[str, Claim] = {}
    for c in claims:
        if c.family == "AI processor spending" and usable(c) and c.value > 0 and not c.vague:
            out[c.subject] = max(out.get(c.subject, c), c, key=lambda c: c.value)
    return out


def _nearest(
    near: Sequence[Claim], price: Claim, unit: str, size: float
) -> tuple[Claim, float] | None:
    """The count that a price is for: of its unit, in its sentence or not far from it."""
    found = [
        c for c in near
        if c.unit == unit and abs(c.span[0] - price.span[0]) < 700 and live(c) and c.value > 0
        and (not c.about or not price.about or c.about == price.about)
    ]  # fmt: skip
    best = min(found, key=lambda c: _distance(c, price), default=None)
    return None if best is None else (best, size)


def _distance(c: Claim, other: Claim) -> tuple[bool, int]:
    return c.span != other.span, abs(c.value_span[0] - other.value_span[0])


def _term(near: Sequence[Claim], price: Claim, per: str) -> tuple[Claim, float] | None:
    """How many of the months or hours of a price a term of its sentence holds."""
    found = [c for c in near if c.unit in _HOURS and abs(_far(c, price)) < _NEXT and c.value > 0]
    best = min(found, key=lambda c: _distance(c, price), default=None)
    return None if best is None else (best, best.value * _HOURS[best.unit] / _HOURS[per])


def _total(
    near: Sequence[Claim], factors: Sequence[Claim], value: float, money: str
) -> tuple[Claim | None, bool]:
    """The stated total of a product, and whether it holds: one that agrees; or the nearest that
    is said to be one, or that a slip of the pen parts from it."""
    price, exact = factors[1], all(f.hedge == "exact" for f in factors)
    room = 0.06 if "about" in [c.hedge for c in factors] else 0.02
    room += sum(c.rounding / c.value for c in factors)
    found = [c for c in near if _may_be_total(c, price, money)]
    for c in sorted(found, key=lambda c: _distance(c, price)):
        if _comes_to(c, value, room, exact):
            return c, True
    for c in found:
        if exact and _said_here(c, factors) and _said_to_be(c, price, value):
            return (None, False) if _explained(near, factors, value, c, room) else (c, False)
    return None, False


def _comes_to(c: Claim, value: float, room: float, exact: bool) -> bool:
    """Whether a total is what was worked out, and not its very figures in another order."""
    wide = room + c.rounding / c.value + (0.05 if c.hedge == "about" else 0.0)
    off = abs(value / c.value - 1)
    return off <= wide and not (exact and off > _SURE and bool(slip_between(value, c.value)))


def _may_be_total(c: Claim, price: Claim, money: str) -> bool:
    """Whether an amount near a price can be what the price comes to."""
    if not live(c) or not c.value > 0 or c.converts == price.id:
        return False
    sum_of_money = c.unit == money and (c.family in _TOTALS or _is_sum(c))
    sum_of_prices = c.unit == price.unit and c.id != price.id and _is_sum(c)
    return (sum_of_money or sum_of_prices) and abs(c.span[0] - price.span[0]) < 400


def _said_here(c: Claim, factors: Sequence[Claim]) -> bool:
    """Whether a total is that of a contract, or of the sentence of one of its factors."""
    here = any(c.span == f.span for f in factors) or c.family == "contract"
    here = here or (
        _is_sum(c) and any(0 <= c.span[0] - f.span[1] <= _RIGHT_BEHIND for f in factors)
    )
    return here and c.hedge in ("exact", "about")


def _said_to_be(c: Claim, price: Claim, value: float) -> bool:
    """Whether an amount is said to be the total, or a slip of the pen parts it from that."""
    after = c.value_span[0] > price.value_span[0]
    same = c.span == price.span and not after
    apposed = same and pattern("checks.or_that_is").search(_between(c, price))
    return bool(apposed) or (_is_sum(c) and after) or bool(slip_between(value, c.value, 0.004))


def _explained(
    near: Sequence[Claim], factors: Sequence[Claim], value: float, total: Claim, room: float
) -> bool:
    """Whether a total is that of another count or term that stands beside: of all halls, and not
    of the first; over the first term, and not over the option's."""
    others = [(c.value * _HOURS.get(c.unit, 1.0), c) for c in near if c.value > 0]
    scales = [1.0]
    for f in (factors[0], *factors[2:]):
        own = f.value * _HOURS.get(f.unit, 1.0)
        like = [v / own for v, c in others if _kind(c) == _kind(f)]
        scales = [s * more for s in scales for more in [1.0, *like]][:_MOST_WAYS]
    return any(s != 1.0 and abs(value * s / total.value - 1) <= room for s in scales)


def _kind(c: Claim) -> str:
    return "time" if c.unit in _HOURS else c.unit


def shares_of(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """ "X, 80 % of Y": a share between its part and its whole."""
    prose = (c for c in claims if live(c) and not in_table(c) and c.hedge == "exact")
    for members in by_key(prose, lambda c: (c.document, c.span)).values():
        for part, share, whole in zip(members, members[1:], members[2:], strict=False):
            first = _between(part, share), _between(share, whole)
            if share.unit != "fraction" or part.unit != whole.unit or not whole.value > 0:
                continue
            if not pattern("checks.apposed").search(first[0]) or not pattern(
                "checks.share_of"
            ).search(first[1]):
                continue
            computed = part.value / whole.value
            room = share.rounding + 0.0051 + (part.rounding + whole.rounding) / whole.value
            good = abs(computed - share.value) <= room
            yield Identity(
                (share.id, part.id, whole.id),
                f"{said(part)} / {said(whole)} = {show(computed, 'fraction')}, stated "
                f"{share.quote}",
                computed, share.value, "agrees" if good else "disagrees", "fraction",
                "share of a whole",
            )  # fmt: skip


def _between(a: Claim, b: Claim) -> str:
    return simplified(a.sentence[a.value_span[1] - a.span[0] : b.value_span[0] - a.span[0]])


def _far(a: Claim, b: Claim) -> int:
    return abs(a.value_span[0] - b.value_span[0])


def _is_sum(c: Claim) -> bool:
    at = c.value_span[0] - c.span[0]
    return bool(pattern("checks.joined").search(c.sentence[max(0, at - 40) : at]))


def _is_all_paid(price: Claim) -> bool:
    """Whether what was taken for a price is a sum; ", or $3 per chip" is none."""
    return _is_sum(price) and not pattern("checks.priced_each").search(price.quote)


def _is_all(c: Claim) -> bool:
    """Whether a count is said to be all of what its sentence counts."""
    after = c.sentence[c.value_span[1] - c.span[0] :]
    return _is_sum(c) or bool(pattern("checks.in_all").match(after))


def _is_all_of(c: Claim, each: Claim) -> bool:
    """Whether a count is said to be all of what stands so many in each."""
    return c.value > each.value and c.id != each.id and _is_all(c)


def _sentences(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """The exact live amounts of each sentence with three or more of them, in their order."""
    prose = (c for c in claims if not in_table(c) and live(c) and c.hedge == "exact")
    places = by_key((c for c in prose if c.value > 0), lambda c: (c.document, c.span))
    yield from (m for m in places.values() if len(m) > 2)


def packs(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """ "N racks of M chips each, T chips in total": a count of counts beside what it comes to."""
    for members in _sentences(claims):
        for i, each in enumerate(members):
            holders = [c for c in members[:i] if c.unit != each.unit and _counts(c)]
            unit = each.unit.partition("/")[0]
            if currency_of(unit):
                continue
            totals = [c for c in members if c.unit == unit and _is_all_of(c, each)]
            if not (holders and len(totals) == 1 and is_each(holders[-1], each)):
                continue
            holder, total = holders[-1], totals[0]
            value = holder.value * each.value
            good = abs(value / total.value - 1) <= 0.005 + total.rounding / total.value
            yield Identity(
                (holder.id, each.id, total.id),
                f"{holder.quote} × {each.quote} = {show(value, total.unit)}, stated {said(total)}",
                value, total.value, "agrees" if good else "disagrees", total.unit, "count × count",
            )  # fmt: skip


def _counts(c: Claim) -> bool:
    return sort_of(c) == "level" and "/" not in c.unit and not currency_of(c.unit) and (
        c.unit not in (*_HOURS, "fraction", "ratio", "rank", "quarter", "week")
    )  # fmt: skip


def is_each(holder: Claim, each: Claim) -> bool:
    """Whether one amount is said to be in each of the things counted before it."""
    start, end = (v - each.span[0] for v in each.value_span)
    behind = pattern("checks.each_after").match(each.sentence[end:])
    between = each.sentence[holder.value_span[1] - holder.span[0] : start]
    led = each.sentence[: holder.value_span[0] - holder.span[0]]
    before = pattern("checks.each_before").search(between)
    return bool("/" in each.unit or behind or before or pattern("checks.each_of").search(led))


def differences(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """ "A, made up of B less C", and "B less C, or A": a difference beside what it comes to."""
    for members in _sentences(claims):
        for i, (b, c) in enumerate(pairwise(members)):
            if not pattern("checks.less").search(_between(b, c)) or b.unit != c.unit:
                continue
            ends = members[i - 1 : i] + members[i + 2 : i + 3]
            of = [a for a in ends if a.unit == b.unit and _is_rest(a, b, c)]
            if len(of) != 1 or not b.value > c.value:
                continue
            rest, value = of[0], b.value - c.value
            room = rest.rounding + b.rounding + c.rounding + 1e-9 * b.value
            good = abs(value - rest.value) <= room
            yield Identity(
                (rest.id, b.id, c.id),
                f"{said(b)} − {said(c)} = {show(value, rest.unit)}, stated {said(rest)}",
                value, rest.value, "agrees" if good else "disagrees", rest.unit, "difference",
            )  # fmt: skip


def _is_rest(a: Claim, b: Claim, c: Claim) -> bool:
    """Whether words between say that `a` is what `b` less `c` comes to."""
    if a.value_span < b.value_span:
        return bool(pattern("checks.being").search(_between(a, b)))
    return bool(pattern("checks.comes_to").search(_between(c, a)))


def _profit_of(margin: Claim) -> str:
    """The profit that a margin is a share of; empty where it is no margin."""
    if margin.unit != "fraction" or sort_of(margin) == "change":
        return ""
    start, end = (v - margin.span[0] for v in margin.value_span)
    beside = margin.sentence[max(0, start - 40) : end + 25]
    known = _MARGINS.get(margin.family, "")
    if known and pattern("checks.net_margin").search(beside):
        return "profit"
    return "ebitda" if known and pattern("checks.ebitda_margin").search(beside) else known


def _may_give(top: Claim, revenue: Claim, margin: Claim) -> bool:
    """Whether a profit is a part of a revenue, and neither is far from a margin."""
    part = top.unit == revenue.unit and revenue.value > top.value
    return part and _far(margin, top) + _far(margin, revenue) < _FAR


def margins(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """A margin beside the profit and the revenue of its period."""
    good = [c for c in claims if c.hedge == "exact" and (usable(c) or (in_table(c) and live(c)))]
    of = by_key(good, lambda c: (c.subject, c.document, c.period or c.span, c.family))
    made = [(m, *found) for m in good if (found := _margin(m, of)) is not None]
    held = {m.span for m, told, _ in made if in_table(m) and told.verdict == "agrees"}
    for m, told, beside in made:  # of a row, where another column of it holds
        if told.verdict == "agrees" or (m.span in held if in_table(m) else beside):
            yield told


def _margin(
    margin: Claim, of: Mapping[tuple[str, str, str | tuple[int, int], str], Sequence[Claim]]
) -> tuple[Identity, bool] | None:
    """A margin beside the profit and the revenue that fit best, and whether its sentence is that
    of the one profit there is."""
    profit = _profit_of(margin)
    key = (margin.subject, margin.document, margin.period or margin.span)
    tops, revenues = of.get((*key, profit), []), of.get((*key, "revenue"), [])
    pairs = [p for p in product(tops[:6], revenues[:6]) if profit and _may_give(*p, margin)]
    if not pairs:
        return None
    top, revenue = min(pairs, key=lambda p: abs(p[0].value / p[1].value - margin.value))
    computed = top.value / revenue.value
    room = margin.rounding + 0.0006 + top.rounding / revenue.value
    room += computed * revenue.rounding / revenue.value
    good = abs(computed - margin.value) <= max(room, 0.0051)
    told = Identity(
        (margin.id, top.id, revenue.id),
        f"{said(top)} / {said(revenue)} = {show(computed, 'fraction')}, stated {margin.quote}",
        computed, margin.value, "agrees" if good else "disagrees", "fraction", "margin",
    )  # fmt: skip
    return told, len(pairs) == 1 and margin.span == top.span
