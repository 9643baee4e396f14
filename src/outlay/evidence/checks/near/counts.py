"""So many things with so much in each, beside all of it, over more than one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from outlay.core.periods import DAYS_PER_MONTH, DAYS_PER_YEAR, HOURS_PER_DAY
from outlay.evidence.checks.causes import slip_between
from outlay.evidence.checks.compare import live, said
from outlay.evidence.checks.near.places import Place, around, beside, fits, places
from outlay.evidence.checks.products import is_each
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.rules import pattern
from outlay.evidence.types import Claim, Identity

__all__ = ["counts"]

NAME = "count × each"
_BACK = 2
_HOLDERS = ("rack", "server", "node", "site", "unit", "container")
_PER = {"Mtok": ("token", 1e6), "kWh": ("Wh", 1e3), "kW": ("W", 1e3), "W": ("W", 1.0),
        "chip": ("chip", 1.0), "rack": ("rack", 1.0), "server": ("server", 1.0)}  # fmt: skip
_DAYS = {"hour": 1 / HOURS_PER_DAY, "day": 1.0, "month": DAYS_PER_MONTH, "year": DAYS_PER_YEAR}
_ROOM = 0.012  # that months and years of unlike length leave


def counts(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Counts of counts, and what is paid a day or a year for what is used at a price."""
    for of in places(claims):
        for at in range(len(of)):
            yield from _in_each(of, at)
            yield from _each_of_last(of, at)
            yield from _bill(of, at)


def _in_each(of: Sequence[Place], at: int) -> Iterator[Identity]:
    """ "9,216 chips, delivered as 128 racks with 72 chips each"."""
    place = of[at]
    for n, each in enumerate(place.claims[1:], 1):
        holder = place.claims[n - 1]
        if holder.unit not in _HOLDERS or each.unit == holder.unit or not is_each(holder, each):
            continue
        apart = pattern("checks.other_holders").search(place.gap(holder, each))
        if apart or not pattern("checks.spread_over").search(place.before(holder)):
            continue
        before = [c for c in reversed(place.claims[: n - 1]) if live(c)]
        yield from _all_of(holder, each, [*before, *([] if before else around(of, at, _BACK))])


def _all_of(holder: Claim, each: Claim, found: Sequence[Claim]) -> Iterator[Identity]:
    """The product beside the one amount of its unit that is larger than each."""
    totals = [c for c in found if c.unit == each.unit and c.value > each.value]
    value, firm = holder.value * each.value, all(c.hedge == "exact" for c in (holder, each))
    good = [c for c in totals if fits(value, c, 0.005 * value, holder, each)]
    for total in good[:1] or (totals if len({c.value for c in totals}) == 1 and firm else [])[:1]:
        how = f"{holder.quote} × {each.quote}"
        yield beside(NAME, how, value, total, bool(good), holder, each)


def _each_of_last(of: Sequence[Place], at: int) -> Iterator[Identity]:
    """ "The hall holds 200 racks. Each rack draws 130 kW, so that the hall needs 26 MW"."""
    place = of[at]
    each = place.claims[0]
    if len(place.claims) < 2 or not pattern("checks.each_opens").match(place.before(each)):
        return
    holders = [c for c in around(of, at, _BACK) if c.unit in _HOLDERS and c.hedge == "exact"]
    holders = [
        c for c in holders if c.unit in place.before(each).lower() or not c.sentence.isascii()
    ]
    total = place.claims[1]
    so = pattern("checks.so_in_all").search(place.gap(each, total))
    if so and len({c.value for c in holders}) == 1 and each.unit == total.unit:
        yield from _all_of(holders[0], each, [total])


def _bill(of: Sequence[Place], at: int) -> Iterator[Identity]:
    """ "2 trillion tokens a day at $0.50 per million, which makes $1 million a day"."""
    for price in of[at].claims:
        money, _, per = price.unit.partition("/")
        thing, _, time = per.partition("-")
        if currency_of(money) and thing in _PER and price.hedge == "exact":
            yield from _of_price(of, at, price, money, time)


def _of_price(
    of: Sequence[Place], at: int, price: Claim, money: str, time: str
) -> Iterator[Identity]:
    """What is used at a price, beside what is said to be paid for it in some time."""
    place = of[at]
    unit, size = _PER[price.unit.partition("/")[2].partition("-")[0]]
    used = [c for c in place.claims if _uses(c, unit, time)]
    used = used or [c for c in around(of, at, 1) if _uses(c, unit, time)]
    paid = [c for c in place.claims if _is_bill(place, c, money, price)]
    if len(used) == len(paid) == 1 and (time or "/" in used[0].unit):
        (use,), (bill,) = used, paid
        days = _DAYS[_time_of(place, bill)] / _DAYS[time or use.unit.partition("/")[2]]
        yield from _billed(place, price, use, bill, price.value * use.value / size * days)


def _billed(
    place: Place, price: Claim, use: Claim, bill: Claim, value: float
) -> Iterator[Identity]:
    room = value * (price.rounding / price.value + use.rounding / use.value + _ROOM)
    good = fits(value, bill, room, use)
    apposed = pattern("checks.or_that_is").search(place.gap(price, bill))
    wrong = apposed or slip_between(value, bill.value, 0.01)
    if good or (wrong and use.hedge == bill.hedge == "exact"):
        yield beside(NAME, f"{use.quote} × {said(price)}", value, bill, good, use, price)


def _uses(c: Claim, unit: str, time: str) -> bool:
    """Whether an amount is what a price is for: so many things, or so much of it a time."""
    head, _, rate = c.unit.partition("/")
    return head == unit and live(c) and c.value > 0 and (not rate if time else rate in _DAYS)


def _is_bill(place: Place, c: Claim, money: str, price: Claim) -> bool:
    """Whether an amount of money a time is said to be what a price comes to."""
    head, _, rate = c.unit.partition("/")
    if head != money or not live(c) or c.value_span < price.value_span:
        return False
    if rate:
        return rate in _DAYS and bool(pattern("checks.joined").search(place.before(c)))
    return bool(_time_of(place, c))


def _time_of(place: Place, c: Claim) -> str:
    """The time that an amount of money is for: of its unit, or "annual rent is"."""
    rate = c.unit.partition("/")[2]
    said = None if rate else pattern("checks.a_time_before").search(place.before(c))
    if said is None:
        return rate
    return "year" if said[0].lower().startswith(("ann", "year", "年")) else "month"
