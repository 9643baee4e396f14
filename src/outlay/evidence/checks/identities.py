"""Arithmetic on stated numbers: implied rates, products, rests, ratios and growth."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal

from outlay.core.periods import DAYS_PER_MONTH, SECONDS_PER_DAY
from outlay.evidence.checks.company import Company
from outlay.evidence.checks.compare import PARTS, WHOLES, by_key, comparable, converted, show
from outlay.evidence.checks.growth import growth
from outlay.evidence.checks.products import products
from outlay.evidence.checks.table_sums import table_sums
from outlay.evidence.checks.unsaid import Unsaid
from outlay.evidence.quantities.fx import currency_of, in_currency, market_rate
from outlay.evidence.types import Claim, Identity

__all__ = ["find_identities"]

_MOST = 40  # identities of one kind from one document set


def find_identities(claims: Sequence[Claim], unsaid: Unsaid | None = None) -> list[Identity]:
    """All identities; those that compare with a stated number come first.

    unsaid: takes a note of each kind of which there are more than are told.
    """
    by_id = {c.id: c for c in claims}
    found: list[Identity] = []
    for maker, what in _MAKERS:
        made = list(maker(claims, by_id))
        found += made[:_MOST]
        if unsaid is not None and len(made) > _MOST:
            few = f"the first {_MOST} of {len(made):,}"
            unsaid.add(by_id[made[0].claims[0]].document, f"arithmetic: only {few} {what} are told")
    order = {"disagrees": 0, "agrees": 1, "computed": 2}
    return sorted(found, key=lambda i: order[i.verdict])


def _rates(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """A sum in two currencies implies an exchange rate."""
    for c in claims:
        source = by_id.get(c.converts)
        if source is None or not c.value or not source.value:
            continue
        one, other = currency_of(source.unit), currency_of(c.unit)
        market = market_rate(other, one, c.said_on)
        up = market is None or market[0] >= 1  # quote in units of the weaker currency
        top, bottom = (source, c) if up else (c, source)
        code = f"{currency_of(top.unit)}/{currency_of(bottom.unit)}"
        computed = top.value / bottom.value
        low = computed / (1 + c.rounding / c.value)
        high = computed / (1 - c.rounding / c.value) if c.rounding < c.value else math.inf
        if not up:
            low, high = computed * (1 - c.rounding / c.value), computed * (1 + c.rounding / c.value)
        stated = None if market is None else (market[0] if up else 1 / market[0])
        verdict: Literal["agrees", "disagrees", "computed"] = "computed"
        if stated is not None and market is not None:
            room = 0.01 if market[1] == "dated" else 0.08
            verdict = "agrees" if low * (1 - room) <= stated <= high * (1 + room) else "disagrees"
        told = (
            ""
            if stated is None or market is None
            else f"; the table has {stated:.4f} ({market[1]} rate)"
        )
        yield Identity(
            (source.id, c.id),
            f"{show(top.value, top.unit)} / {show(bottom.value, bottom.unit)} = {computed:.4g} {code}, "
            f"{low:.3f} to {high:.3f} with rounding{told}",
            computed, stated, verdict, code, "implied exchange rate", low, high,
        )  # fmt: skip


def _rests(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """What is left of a whole when its stated part is taken away."""
    good = [c for c in claims if comparable(c) and not c.vague and c.period]
    wholes = by_key(
        (c for c in good if c.family == "capex" and not c.converts), lambda c: (c.subject, c.period)
    )
    mates = by_key(claims, lambda c: c.subject)
    companies = {subject: Company(mates[subject]) for subject, _ in wholes}
    best = {key: max(pool, key=companies[key[0]].trust) for key, pool in wholes.items()}
    for part in (
        c
        for c in good
        if c.family in PARTS - {"leasing", "AI spending", "AI infrastructure spending"}
    ):
        whole = best.get((part.subject, part.period))
        if whole is None:
            continue
        pair = converted(part, whole.unit)
        if pair is None or not math.isfinite(pair[0]):
            continue
        amount = part.value if part.unit == whole.unit else pair[0]
        if amount >= whole.value or whole.value <= 0:
            continue
        rest = whole.value - amount
        yield Identity(
            (whole.id, part.id),
            f"{show(whole.value, whole.unit)} − {show(amount, whole.unit)} = {show(rest, whole.unit)} for all but "
            f"{part.metric.removesuffix(' budget')}; the part is {show(amount / whole.value, 'fraction')}",
            rest, None, "computed", whole.unit, "rest of the whole",
        )  # fmt: skip


def _ratios(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Two actors on one measure in one period."""
    kinds: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    totals = WHOLES | {"data centre spending", "AI infrastructure spending", "AI spending"}
    for c in claims:
        if (
            c.negated
            or c.converts
            or not c.period
            or not c.subject
            or c.unit in ("rank", "fraction", "ratio")
        ):
            continue
        if c.vague or c.unit.endswith("point"):
            continue
        family = "outlay" if c.family in totals else c.family
        head = "money" if currency_of(c.unit) and "/" not in c.unit else c.unit.split("/")[0]
        if "/" in c.unit and currency_of(c.unit):
            head = c.unit.split("/", 1)[1]
        kinds[family, c.period, head].append(c)
    for (family, _, _), members in kinds.items():
        if len(members) > 60:
            continue
        companies = {s: Company(m) for s, m in by_key(members, lambda c: c.subject).items()}
        best: dict[str, Claim] = {}
        for c in members:
            trust = companies[c.subject].trust
            if c.subject not in best or trust(c) > trust(best[c.subject]):
                best[c.subject] = c
        subjects = list(best.values())
        if not 2 <= len(subjects) <= 6 or family in ("amount", "number", ""):
            continue
        for i, a in enumerate(subjects):
            for b in subjects[i + 1 :]:
                if set(a.subject.split(", ")) & set(b.subject.split(", ")):
                    continue
                pair = converted(b, a.unit)
                if pair is None or not math.isfinite(pair[0]) or not a.value or not b.value:
                    continue
                other = b.value if b.unit == a.unit else pair[0]
                if b.unit != a.unit and currency_of(b.unit):
                    other = in_currency(b.value, b.unit, currency_of(a.unit), b.said_on) or pair[0]
                big, small, top, low = (
                    (a, b, a.value, other) if a.value >= other else (b, a, other, a.value)
                )
                note = (
                    "" if big.metric == small.metric else f" ({big.metric} against {small.metric})"
                )
                yield Identity(
                    (big.id, small.id),
                    f"{big.subject} / {small.subject} in {a.period}: {show(big.value, big.unit)} / "
                    f"{show(small.value, small.unit)} = {top / low:.3g}{note}",
                    top / low, None, "computed", "ratio", "ratio of two actors",
                )  # fmt: skip


def _units(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Token rates per second; money per watt and per chip where one sentence gives both."""
    done = set()
    for c in claims:
        if (
            c.unit in ("token/day", "token/month")
            and c.status == "current"
            and c.subject
            and c.value not in done
        ):
            done.add(c.value)
            seconds = SECONDS_PER_DAY * (DAYS_PER_MONTH if c.unit.endswith("month") else 1.0)
            yield Identity(
                (c.id,),
                f"{show(c.value, c.unit)} = {show(c.value / seconds, 'token/s')} ({c.subject})",
                c.value / seconds,
                None,
                "computed",
                "token/s",
                "tokens per second",
            )
    spans: dict[tuple[str, tuple[int, int]], list[Claim]] = defaultdict(list)
    for c in claims:
        if c.status == "current" and not c.vague and not c.converts:
            spans[c.document, c.span].append(c)
    for members in spans.values():
        money = [
            c
            for c in members
            if currency_of(c.unit)
            and "/" not in c.unit
            and c.family in WHOLES | PARTS | {"cost", "order", "contract"}
        ]
        for unit, name in (("W", "cost per watt"), ("chip", "value per chip")):
            things = [c for c in members if c.unit == unit]
            if len(money) == 1 and len(things) == 1 and things[0].value and money[0].value:
                if any(c.unit.endswith(f"/{unit}") for c in members):
                    continue
                ratio = money[0].value / things[0].value
                code = f"{money[0].unit}/{unit}"
                yield Identity(
                    (money[0].id, things[0].id),
                    f"{show(money[0].value, money[0].unit)} / {show(things[0].value, unit)} = {show(ratio, code)}",
                    ratio,
                    None,
                    "computed",
                    code,
                    name,
                )


_MAKERS = (
    (_rates, "exchange rates"),
    (products, "prices times counts"),
    (growth, "growths"),
    (_rests, "rests of a whole"),
    (_ratios, "ratios of two actors"),
    (_units, "figures per second, watt or chip"),
    (table_sums, "sums of rows"),
)
