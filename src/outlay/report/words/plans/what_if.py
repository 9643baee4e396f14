"""A what-if in words: what it costs, how far from the best that may be, what it orders first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from outlay.core.quantities.formats import format_money
from outlay.report.words.language import Words
from outlay.report.words.of_plan import words_for
from outlay.results.plans.headline import Headline, Ordered
from outlay.results.plans.what_if import WhatIf

__all__ = ["headline_of", "what_if_lines"]

SAME = 0.5
"""Chips by which an order may differ and still be the same."""
DUST = 1e-9
"""Gap that is none: sums of floats are never quite those meant."""
LEAST = 1e-5
"""Gap below which nobody reads its digits."""


def what_if_lines(
    found: WhatIf, say: Words | None = None, money: Callable[[float], str] | None = None
) -> Iterator[str]:
    """The cost beside that of the study as it stands; the gap; orders that are not the same.

    money: how an amount is written; with five digits where nothing is given.
    """
    say = words_for(found.things, found.currency, abs(found.base), say)
    money = money or partial(format_money, currency=found.currency, digits=5)

    sign = "+" if found.difference >= 0 else ""
    key = "exact" if found.stage == "exact" else "plan" if found.kept else "corner"
    yield say(
        f"what_if.{key}", cost=money(found.objective), base=money(found.base),
        difference=f"{sign}{money(found.difference)}",
    )  # fmt: skip
    if not found.moved:
        yield say("what_if.nothing")
    if found.least is None:
        yield say("what_if.unknown")
    elif found.gap is None:
        yield say("what_if.above", least=money(found.least))
    elif found.stage == "quick" or found.gap > DUST:
        gap = found.gap if found.gap > DUST else 0.0
        yield say("what_if.gap", least=money(found.least), gap=_per_cent(gap))
    same = True
    for offer in dict.fromkeys((*found.base_orders, *found.first_orders)):
        before, after = (o.get(offer, 0.0) for o in (found.base_orders, found.first_orders))
        if abs(after - before) > SAME:
            same = False
            yield say("what_if.order", offer=say.called(offer), before=say.count(before),
                      after=say.count(after))  # fmt: skip
    if same:
        yield say("what_if.same")


def _per_cent(gap: float) -> str:
    """A gap in per cent as people read it: `< 0.001`, never `2e-05`."""
    least = f"{100 * LEAST:g}"
    return f"{100 * gap:.2g}" if gap >= LEAST or gap == 0 else f"< {least}"


def headline_of(
    found: WhatIf, seq: int, say: Words | None = None, rate_shown: str = ""
) -> Headline:
    """A what-if as a page shows it; `seq`: number of the question; rate_shown: of its currency."""
    say = words_for(found.things, found.currency, abs(found.base), say)
    both = dict.fromkeys((*found.first_orders, *found.base_orders))
    rows = [
        Ordered(offer, say.called(offer), after, before, say.count(after), say.count(before),
                abs(after - before) > SAME)
        for offer in both
        for after, before in [(found.first_orders.get(offer, 0.0),
                               found.base_orders.get(offer, 0.0))]
    ]  # fmt: skip
    sign = "+" if found.difference > 0 else ""
    return Headline(
        seq=seq, stage="exact" if found.stage == "exact" else "coarse", title=found.title,
        currency=found.currency, changes=found.changes, moved=found.moved,
        objective=found.objective, kept=found.kept, least=found.least, gap=found.gap,
        base=found.base, difference=found.difference, first_orders=found.first_orders,
        base_orders=found.base_orders, things=found.things, language=say.language,
        sentences=tuple(line.strip() for line in what_if_lines(found, say, say.money)),
        cost_shown=say.money(found.objective), base_shown=say.money(found.base),
        difference_shown=f"{sign}{say.money(found.difference)}",
        rate_shown=rate_shown, least_shown="" if found.least is None else say.money(found.least),
        orders=tuple(sorted(rows, key=lambda r: (-r.chips, -r.before, r.offer))),
    )  # fmt: skip
