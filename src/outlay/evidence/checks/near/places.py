"""The amounts of running text, sentence by sentence, as the sums beside them are looked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from outlay.evidence.checks.causes import slip_between
from outlay.evidence.checks.compare import by_key, live, said, show
from outlay.evidence.checks.things import in_table
from outlay.evidence.text.simplified import simplified
from outlay.evidence.types import Claim, Identity

__all__ = ["Place", "around", "beside", "fits", "places"]

_FAR = 400  # characters from a sentence back to one that it goes on from
_LOOSE, _SURE = 0.05, 0.005


class Place(NamedTuple):
    """A sentence with its live amounts in their order."""

    text: str
    begin: int
    claims: list[Claim]

    def gap(self, a: Claim, b: Claim) -> str:
        """The words between two amounts of the sentence."""
        return self.text[a.value_span[1] - self.begin : b.value_span[0] - self.begin]

    def before(self, c: Claim) -> str:
        """The words of the sentence before an amount."""
        return self.text[: c.value_span[0] - self.begin]

    def after(self, c: Claim) -> str:
        """The words of the sentence behind an amount."""
        return self.text[c.value_span[1] - self.begin :]


def places(claims: Sequence[Claim]) -> Iterator[list[Place]]:
    """The sentences with amounts, one list a document; Chinese in simplified letters."""
    prose = [c for c in claims if not c.negated and not c.vague and not in_table(c)]
    for of in by_key(prose, lambda c: c.document).values():
        found = by_key(of, lambda c: c.span)
        yield [
            Place(simplified(m[0].sentence), span[0], sorted(m, key=lambda c: c.value_span))
            for span, m in sorted(found.items())
        ]


def around(of: Sequence[Place], at: int, back: int) -> list[Claim]:
    """The live amounts of the sentences just before one, the nearest first."""
    out: list[Claim] = []
    for place in reversed(of[max(0, at - back) : at]):
        if of[at].begin - place.begin - len(place.text) > _FAR:
            break
        out += [c for c in reversed(place.claims) if live(c)]
    return out


def fits(computed: float, stated: Claim, room: float, *of: Claim) -> bool:
    """Whether an amount is what was worked out of others, with the rounding of all."""
    off = abs(computed - stated.value)
    if off > _SURE * abs(computed) and slip_between(computed, stated.value):
        return False  # round numbers leave room, but not for its very figures in another order
    wide = _LOOSE * abs(computed) if any(c.hedge != "exact" for c in (stated, *of)) else 0.0
    return off <= room + stated.rounding + wide + 1e-9 * abs(computed)


def beside(name: str, how: str, computed: float, stated: Claim, good: bool, *of: Claim) -> Identity:
    """An amount beside what it is worked out to be."""
    verdict: Literal["agrees", "disagrees"] = "agrees" if good else "disagrees"
    return Identity(
        (stated.id, *(c.id for c in of)),
        f"{how} = {show(computed, stated.unit)}, stated {said(stated)}",
        computed, stated.value, verdict, stated.unit, name,
    )  # fmt: skip
