"""Arithmetic on stated numbers: implied rates, products, rests, ratios and growth."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal

from outlay.core.periods import DAYS_PER_MONTH, SECONDS_PER_DAY
from outlay.core.quantities.formats import format_number
from outlay.evidence.checks.compare import PARTS, WHOLES, comparable, converted, show, trust
from outlay.evidence.checks.table_sums import table_sums
from outlay.evidence.quantities.fx import currency_of, in_currency, market_rate
from outlay.evidence.types import Claim, Identity

__all__ = ["find_identities"]

_MOST = 40  # identities of one kind from one document set


def find_identities(claims: Sequence[Claim]) -> list[Identity]:
    """All identities; those that compare with a stated number come first."""
    by_id = {c.id: c for c in claims}
    found: list[Identity] = []
    for maker in (_rates, _products, _growth, _rests, _ratios, _units, table_sums):
        for n, identity in enumerate(maker(claims, by_id)):
            if n >= _MOST:
                break
            found.append(identity)
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


def _products(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Price times count is a value; it may stand beside a stated total or a budget."""
    prices = [
        i
        for i, c in enumerate(claims)
        if re.fullmatch(r"[A-Z]{3}/(chip|server|rack|unit)", c.unit)
        and c.status == "current"
        and not c.negated
    ]
    for at in prices[: 4 * _MOST]:
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
        if not counts:
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
            text + _share_of_budget(value, money, count, claims),
            value,
            None,
            "computed",
            money,
            "price × count",
        )
        budget = _budget(count.subject, claims)
        if budget is not None and what == "chip":
            total_in = in_currency(budget.value, budget.unit, money, budget.said_on)
            if total_in:
                yield Identity(
                    (budget.id, price.id),
                    f"{show(budget.value, budget.unit)} / {show(price.value, price.unit)} = {format_number(total_in / price.value)} chips if all of it bought this one",
                    total_in / price.value, None, "computed", "chip", "count if all were spent on it",
                )  # fmt: skip


def _budget(subject: str, claims: Sequence[Claim]) -> Claim | None:
    pool = [
        c
        for c in claims
        if c.subject == subject
        and c.family == "AI processor spending"
        and comparable(c)
        and not c.vague
    ]
    return max(pool, key=lambda c: c.value) if pool else None


def _share_of_budget(value: float, money: str, count: Claim, claims: Sequence[Claim]) -> str:
    budget = _budget(count.subject, claims)
    if budget is None:
        return ""
    inside = in_currency(value, money, currency_of(budget.unit), budget.said_on)
    if not inside:
        return ""
    return f", {show(inside / budget.value, 'fraction')} of {show(budget.value, budget.unit)} {budget.metric}"


def _growth(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Two figures side by side give a growth, to hold against a stated one or a word."""
    rates: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for c in claims:
        if c.family.endswith(" growth"):
            rates[c.subject, c.family.removesuffix(" growth")].append(c)
    seen = set()
    for old, new in _pairs(claims, by_id):
        pair = converted(old, new.unit)
        if (old.id, new.id) in seen or pair is None or not old.value or old.vague or new.vague:
            continue
        seen.add((old.id, new.id))
        if not new.subject or (
            old.period == new.period and new.kind == "reported" and old.family == new.family
        ):
            continue
        base = old.value if old.unit == new.unit else pair[0]
        if not base or not math.isfinite(base):
            continue
        computed = new.value / base - 1
        text = f"{show(new.value, new.unit)} / {show(old.value, old.unit)} − 1 = {show(computed, 'fraction')}"
        said = [
            r for r in rates.get((new.subject, new.family), ())
            if r.span == new.span or (r.period == new.period and r.period and r.document == new.document)
        ]  # fmt: skip
        if not said:
            name = (
                "revision"
                if old.period == new.period
                else "growth"
                if old.family == new.family
                else "growth across two measures"
            )
            yield Identity(
                (new.id, old.id),
                f"{text} ({new.subject}, {new.metric}, {old.period or '?'} to {new.period or '?'})",
                computed,
                None,
                "computed",
                "fraction",
                name,
            )
            continue
        stated = min(said, key=lambda r: abs(r.value_span[0] - new.value_span[0]))
        value = (
            stated.value - 1 if stated.unit == "ratio" else math.copysign(stated.value, computed)
        )
        room = (
            0.012
            + 0.5
            * (new.rounding / max(new.value, 1e-12) + old.rounding / base)
            * (1 + abs(computed))
            + stated.rounding
        )
        if stated.hedge != "exact":
            room += 0.05 * (1 + abs(computed))
        if stated.unit == "ratio":
            room += 0.08 * stated.value
        good = abs(computed - value) <= room or (
            stated.hedge == "over" and abs(computed) >= abs(value) - room
        )
        yield Identity(
            (new.id, old.id, stated.id), f"{text}, stated {stated.quote}", computed, value,
            "agrees" if good else "disagrees", "fraction", "growth",
        )  # fmt: skip


def _pairs(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[tuple[Claim, Claim]]:
    """(older, newer): as the text sets them side by side, or one year apart."""
    for c in claims:
        other = by_id.get(c.compared_with)
        if (
            other is not None
            and not c.negated
            and (other.family == c.family or {c.family, other.family} <= WHOLES | PARTS)
            and other.subject == c.subject
        ):
            yield c, other
    table: dict[tuple[str, str, str], Claim] = {}
    for c in claims:
        if (
            not c.negated
            and not c.vague
            and c.period
            and c.unit not in ("fraction", "ratio", "rank")
            and not c.converts
            and not c.unit.endswith("point")
        ):
            table.setdefault((c.subject, c.family, c.period), c)
    for (subject, family, period), c in table.items():
        year = re.fullmatch(r"(FY)?(\d{4})(.*)", period)
        if year and "/" not in period and c.status == "current":
            before = table.get((subject, family, f"{year[1] or ''}{int(year[2]) - 1}{year[3]}"))
            if (
                before is not None
                and before.unit == c.unit
                and before.family not in ("amount", "number")
            ):
                yield before, c


def _rests(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """What is left of a whole when its stated part is taken away."""
    good = [c for c in claims if comparable(c) and not c.vague and c.period]
    wholes = [c for c in good if c.family == "capex" and not c.converts]
    by_subject: dict[str, list[Claim]] = defaultdict(list)
    for c in claims:
        by_subject[c.subject].append(c)
    for part in (
        c
        for c in good
        if c.family in PARTS - {"leasing", "AI spending", "AI infrastructure spending"}
    ):
        pool = [w for w in wholes if w.subject == part.subject and w.period == part.period]
        if not pool:
            continue
        mates = by_subject[part.subject]
        whole = max(pool, key=lambda w: trust(w, mates))
        pair = converted(part, whole.unit)
        if pair is None or not math.isfinite(pair[0]):
            continue
        amount = part.value if part.unit == whole.unit else pair[0]
        if amount >= whole.value:
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
        best: dict[str, Claim] = {}
        for c in members:
            mates = [o for o in members if o.subject == c.subject]
            if c.subject not in best or trust(c, mates) > trust(best[c.subject], mates):
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
