"""A percentage of an amount beside the part that it comes to: "60% of it, or $384 million"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from outlay.evidence.checks.causes import slip_between
from outlay.evidence.checks.compare import said, sort_of
from outlay.evidence.checks.near.places import Place, around, beside, fits, places
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.rules import pattern
from outlay.evidence.types import Claim, Identity

__all__ = ["portions"]

NAME = "percentage of an amount"
_NEAR = 40
_BACK = 3  # sentences back to the amount that "of it" may mean
_UNITS = ("chip", "W", "server", "rack", "Wh", "employee", "user", "customer", "site")


def portions(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Each percentage with the amount that the words beside it say it comes to."""
    for of in places(claims):
        for at, place in enumerate(of):
            for n, share in enumerate(place.claims):
                if share.unit == "fraction" and 0 < share.value < 1 and share.hedge == "exact":
                    yield from _ahead(of, at, n)
                    yield from _behind(of, at, n)


def _amount(c: Claim) -> bool:
    return bool(currency_of(c.unit) and "/" not in c.unit) or c.unit in _UNITS


def _ahead(of: Sequence[Place], at: int, n: int) -> Iterator[Identity]:
    """ "30% of the order value of $236.8 million, or $71.04 million"; "a deposit of 30%, or …"."""
    place, share = of[at], of[at].claims[n]
    for k, part in enumerate(place.claims[n + 1 : n + 3]):
        inner = place.claims[n + 1 : n + 1 + k]
        gap = place.gap((inner or [share])[-1], part)
        tie = pattern("checks.or_that_is").search(gap)
        if tie is None and pattern("sentences.of_which").search(place.before(share)[-_NEAR:]):
            tie = pattern("checks.in_brackets").fullmatch(gap)
        if tie is None or not _amount(part) or sort_of(share) == "change":
            continue
        if inner:
            whole = inner[0]
            if whole.unit == part.unit and pattern("checks.share_of").search(
                place.gap(share, whole)
            ):
                yield _told(share, whole, part)
            return
        yield from _of_some(of, at, n, part)
        return


def _behind(of: Sequence[Place], at: int, n: int) -> Iterator[Identity]:
    """ "$384 million, or 60% of it"; "14,400 were in use, a utilisation of 80%"."""
    place, share = of[at], of[at].claims[n]
    part = place.claims[n - 1] if n else None
    if part is None or not _amount(part):
        return
    gap = place.gap(part, share)
    used = share.family == "utilisation" and pattern("checks.which_is").search(gap)
    again = pattern("checks.or_that_is").search(gap) and pattern("checks.of_it").match(
        place.after(share)
    )
    if used or again:
        yield from _of_some(of, at, n, part)


def _of_some(of: Sequence[Place], at: int, n: int, part: Claim) -> Iterator[Identity]:
    """The share of whichever amount before it fits; else of the one amount that there is, or of
    one that a slip of the pen parts from it."""
    share, found = of[at].claims[n], _wholes(of, at, n, part)
    right = next((w for w in found if _holds(share, w, part)), None)
    if right is not None:
        yield _told(share, right, part)
        return
    slips = [w for w in found if slip_between(share.value * w.value, part.value, 0.004)]
    one = slips or (found if len({c.value for c in found}) == 1 else [])
    if one and one[0].hedge == part.hedge == "exact":
        yield _told(share, one[0], part)


def _wholes(of: Sequence[Place], at: int, n: int, part: Claim) -> list[Claim]:
    """The larger amounts of a unit before a share, the nearest first."""
    here = reversed(of[at].claims[:n])
    found = [c for c in (*here, *around(of, at, _BACK)) if c.unit == part.unit]
    return [c for c in found if c.value > part.value and sort_of(c) == "level"]


def _holds(share: Claim, whole: Claim, part: Claim) -> bool:
    room = share.rounding * whole.value + share.value * whole.rounding
    return fits(share.value * whole.value, part, room, share, whole)


def _told(share: Claim, whole: Claim, part: Claim) -> Identity:
    how = f"{share.quote} × {said(whole)}"
    good = _holds(share, whole, part)
    return beside(NAME, how, share.value * whole.value, part, good, share, whole)
