"""What was awarded beside the highest price that the same tender allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from outlay.evidence.checks.company import Company
from outlay.evidence.checks.compare import by_key, live, said
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.rules import pattern
from outlay.evidence.text.simplified import simplified
from outlay.evidence.types import Claim, Contradiction

__all__ = ["above_limit"]

_ROOM = 1.001


def above_limit(claims: Sequence[Claim], near: Mapping[str, Company]) -> Iterator[Contradiction]:
    """A winning bid above the one ceiling price of its document."""
    money = [c for c in claims if live(c) and currency_of(c.unit) and "/" not in c.unit]
    for members in by_key(money, lambda c: (c.document, c.unit)).values():
        tops = [c for c in members if pattern("checks.ceiling_price").search(_before(c))]
        if len({c.value for c in tops}) != 1:
            continue
        top = tops[0]
        for won in members:
            if won.value <= top.value * _ROOM or won.hedge != "exact":
                continue
            if pattern("checks.won").search(_before(won)):
                text = (
                    f"{won.subject or won.document}: {won.metric} of {said(won)} (“{won.quote}”) "
                    f"is above {said(top)} (“{top.quote}”), the most that the tender allows."
                )
                cause = "one of the two is misprinted, or of another lot"
                keep = near[won.subject].most(top, won).id
                yield Contradiction(
                    (won.id, top.id), "above its limit", won.value / top.value, cause, keep, text,
                    "hard",
                )  # fmt: skip


def _before(c: Claim) -> str:
    return simplified(c.sentence[: max(0, c.value_span[0] - c.span[0])])
