"""Arithmetic on stated numbers: implied rates, products, rests, ratios and growth."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Literal

from outlay.core.periods import DAYS_PER_MONTH, SECONDS_PER_DAY
from outlay.evidence.checks.company import Company
from outlay.evidence.checks.compare import (
    PARTS,
    WHOLES,
    by_key,
    in_order,
    in_unit,
    live,
    said,
    show,
    usable,
)
from outlay.evidence.checks.growth import growth
from outlay.evidence.checks.near.counts import counts
from outlay.evidence.checks.near.flows import flows
from outlay.evidence.checks.near.listed import listed
from outlay.evidence.checks.near.portions import portions
from outlay.evidence.checks.near.steps import net_of_cash, steps
from outlay.evidence.checks.products import differences, margins, packs, products, shares_of
from outlay.evidence.checks.sums import hundreds, table_sums
from outlay.evidence.checks.unsaid import Unsaid
from outlay.evidence.quantities.fx import currency_of, market_rate
from outlay.evidence.types import Claim, Document, Identity

__all__ = ["find_identities"]

_MOST = 40  # identities of one kind from one document set
_MOST_ALIKE = 60


def find_identities(
    claims: Sequence[Claim], unsaid: Unsaid | None = None, documents: Sequence[Document] = ()
) -> list[Identity]:
    """All identities; those that compare with a stated number come first.

    unsaid: takes a note of each kind of which there are more than are told.
    """
    claims = in_order(claims)
    by_id = {c.id: c for c in claims}
    order = {"disagrees": 0, "agrees": 1, "computed": 2}
    found: list[Identity] = []
    texts = {d.name: d.text for d in documents}
    makers = (
        *_MAKERS,
        (lambda claims, _: listed(claims, texts), "sums of parts"),
        (lambda claims, _: table_sums(claims, texts), "sums of rows"),
    )
    for maker, what in makers:
        made = sorted(maker(claims, by_id), key=lambda i: order[i.verdict])
        told = {frozenset(i.claims) for i in found if i.verdict != "computed"}
        made = [i for i in made if frozenset(i.claims) not in told]  # else it is told already
        found += made[:_MOST]
        if unsaid is not None and len(made) > _MOST:
            few = f"the first {_MOST} of {len(made):,}"
            unsaid.add(by_id[made[0].claims[0]].document, f"arithmetic: only {few} {what} are told")
    return sorted(found, key=lambda i: order[i.verdict])


def _rates(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """A sum in two currencies implies an exchange rate."""
    for c in claims:
        source = by_id.get(c.converts)
        if source is None or not c.value > 0 or not source.value > 0:
            continue
        one, other = currency_of(source.unit), currency_of(c.unit)
        market = market_rate(other, one, c.said_on)
        up = market is None or market[0] >= 1  # quote in units of the weaker currency
        top, bottom = (source, c) if up else (c, source)
        code = f"{currency_of(top.unit)}/{currency_of(bottom.unit)}"
        computed, part = top.value / bottom.value, c.rounding / c.value
        less, more = (1 / (1 + part), 1 / (1 - part) if part < 1 else math.inf)
        low, high = (
            (computed * less, computed * more)
            if up
            else (computed * (1 - part), computed * (1 + part))
        )
        verdict: Literal["agrees", "disagrees", "computed"] = "computed"
        stated, told = None, ""
        if market is not None:
            stated = market[0] if up else 1 / market[0]
            room = 0.01 if market[1] == "dated" else 0.08
            verdict = "agrees" if low * (1 - room) <= stated <= high * (1 + room) else "disagrees"
            told = f"; the table has {stated:.4f} ({market[1]} rate)"
        yield Identity(
            (source.id, c.id),
            f"{said(top)} / {said(bottom)} = {computed:.4g} {code}"
            f", {low:.3f} to {high:.3f} with rounding{told}",
            computed, stated, verdict, code, "implied exchange rate", low, high,
        )  # fmt: skip


def _rests(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """What is left of a whole when its stated part is taken away."""
    good = [c for c in claims if usable(c) and not c.vague and c.period]
    wholes = by_key(
        (c for c in good if c.family == "capex" and not c.converts), lambda c: (c.subject, c.period)
    )
    mates = by_key(claims, lambda c: c.subject)
    best = {key: Company(mates[key[0]]).most(*pool) for key, pool in wholes.items()}
    for part in (
        c
        for c in good
        if c.family in PARTS and not c.family.startswith(("leasing", "AI spending", "AI infra"))
    ):
        whole = best.get((part.subject, part.period))
        amount = None if whole is None else in_unit(part, whole.unit)
        if whole is None or amount is None or not 0 < amount < whole.value:
            continue
        rest = whole.value - amount
        yield Identity(
            (whole.id, part.id),
            f"{said(whole)} − {show(amount, whole.unit)} = {show(rest, whole.unit)} "
            f"for all but {part.metric.removesuffix(' budget')}; the part is "
            f"{show(amount / whole.value, 'fraction')}",
            rest, None, "computed", whole.unit, "rest of the whole",
        )  # fmt: skip


def _ratios(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Two actors on one measure in one period."""
    totals = WHOLES | {"data centre spending", "AI infrastructure spending", "AI spending"}
    kinds: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for c in claims:
        if (
            not c.period
            or c.converts
            or c.vague
            or not usable(c if c.status == "current" else replace(c, status="current"))
            or c.unit == "fraction"
            or not c.value > 0
        ):
            continue
        head, _, rest = c.unit.partition("/")
        unit = (rest or "money") if currency_of(c.unit) else head
        kinds["outlay" if c.family in totals else c.family, c.period, unit].append(c)
    for members in kinds.values():
        of = by_key(members, lambda c: c.subject)
        if len(members) > _MOST_ALIKE or not 2 <= len(of) <= 6:
            continue
        best = [Company(mates).most(*mates) for mates in of.values()]
        for a, b in combinations(best, 2):
            other = in_unit(b, a.unit)
            if set(a.subject.split(", ")) & set(b.subject.split(", ")) or not other:
                continue
            big, small = (a, b) if a.value >= other else (b, a)
            ratio = max(a.value, other) / min(a.value, other)
            note = "" if big.metric == small.metric else f" ({big.metric} against {small.metric})"
            yield Identity(
                (big.id, small.id),
                f"{big.subject} / {small.subject} in {a.period}: {said(big)} / "
                f"{said(small)} = {ratio:.3g}{note}",
                ratio, None, "computed", "ratio", "ratio of two actors",
            )  # fmt: skip


def _per_second(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Tokens a day or a month per second."""
    done = set()
    for c in claims:
        if c.unit in ("token/day", "token/month") and live(c) and c.subject and c.value not in done:
            done.add(c.value)
            rate = c.value / (
                SECONDS_PER_DAY * (DAYS_PER_MONTH if c.unit.endswith("month") else 1.0)
            )
            text = f"{said(c)} = {show(rate, 'token/s')} ({c.subject})"
            yield Identity((c.id,), text, rate, None, "computed", "token/s", "tokens per second")


_MAKERS = (
    (_rates, "exchange rates"),
    (products, "prices times counts"),
    (packs, "counts of counts"),
    (differences, "differences"),
    (margins, "margins"),
    (shares_of, "shares of a whole"),
    (growth, "growths"),
    (_rests, "rests of a whole"),
    (_ratios, "ratios of two actors"),
    (_per_second, "figures per second"),
    (hundreds, "shares that are all"),
    (portions, "percentages of amounts"),
    (steps, "steps"),
    (net_of_cash, "debts net of cash"),
    (flows, "sums of periods"),
    (counts, "counts of what is in each"),
)
