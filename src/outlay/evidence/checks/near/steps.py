"""From one amount to another beside what lies between: "added 45 MW, from 180 MW to 225 MW"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from outlay.evidence.checks.compare import said
from outlay.evidence.checks.near.places import Place, beside, fits, places
from outlay.evidence.rules import pattern
from outlay.evidence.types import Claim, Identity

__all__ = ["net_of_cash", "steps"]

NAME = "step"


def steps(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Each pair "from A to B" with the amount or the percentage by which its sentence has it."""
    for of in places(claims):
        for place in of:
            if len(place.claims) == 3:  # with more, the step may be of another pair
                yield from _of_sentence(place)


def _of_sentence(place: Place) -> Iterator[Identity]:
    for first, last in pairwise(place.claims):
        by = next(c for c in place.claims if c.id not in (first.id, last.id))
        old, new = (first, last) if _from_to(place, first, last) else (last, first)
        if old is last and not pattern("checks.from_between").search(place.gap(first, last)):
            continue
        if old.unit == new.unit and old.value > 0 and _is_step(place, by):
            yield from _told(old, new, by)


def _is_step(place: Place, by: Claim) -> bool:
    """Whether an amount or a share is said to be what lies between two others."""
    said_so = by.quantity == "change" or pattern("checks.by_steps").search(place.before(by))
    return bool(said_so) and by.hedge == "exact" and by.value > 0


def _told(old: Claim, new: Claim, by: Claim) -> Iterator[Identity]:
    down = new.value < old.value
    if by.unit == old.unit:
        size, room = by.value, old.rounding + by.rounding
    elif by.unit == "fraction":
        size = by.value * old.value
        room = old.rounding * (1 + by.value) + by.rounding * old.value
    else:
        return
    computed = old.value - size if down else old.value + size
    good = fits(computed, new, room, old, by)
    how = f"{said(old)} {'−' if down else '+'} {by.quote}"
    yield beside(NAME, how, computed, new, good, old, by)


def _from_to(place: Place, old: Claim, new: Claim) -> bool:
    starts = pattern("checks.from_before").search(place.before(old))
    return bool(starts and pattern("checks.to_between").match(place.gap(old, new)))


def net_of_cash(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """ "Borrowings of A and cash of B, so net debt was C"."""
    for of in places(claims):
        for place in of:
            for n in range(len(place.claims) - 2):
                yield from _net(place, *place.claims[n : n + 3])


def _net(place: Place, debt: Claim, cash: Claim, net: Claim) -> Iterator[Identity]:
    named = pattern("checks.cash_before").search(place.gap(debt, cash))
    if not named or not pattern("checks.net_debt").search(place.gap(cash, net)):
        return
    firm = all(c.hedge == "exact" and c.unit == net.unit for c in (debt, cash, net))
    computed = debt.value - cash.value
    if firm and computed > 0:
        good = fits(computed, net, debt.rounding + cash.rounding)
        yield beside(NAME, f"{said(debt)} − {said(cash)}", computed, net, good, debt, cash)
