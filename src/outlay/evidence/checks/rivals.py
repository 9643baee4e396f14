"""Different values for one thing, and the likeliest cause."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import Literal

from outlay.evidence.checks.company import Company
from outlay.evidence.checks.compare import factor_between, groups, tell
from outlay.evidence.checks.unsaid import MOST_ALIKE, Unsaid
from outlay.evidence.quantities.fx import currency_of, market_rate
from outlay.evidence.types import Claim, Contradiction

__all__ = ["rivals"]

Severity = Literal["hard", "soft", "note"]


def rivals(
    claims: Sequence[Claim], near: Mapping[str, Company], unsaid: Unsaid
) -> Iterator[Contradiction]:
    """Same subject, metric and period; different values. Of more than a few, only their ends."""
    for members in groups(claims).values():
        distinct: dict[tuple[float | None, float | None, str], Claim] = {}
        ids = {o.id for o in members}
        for c in members:
            if c.converts not in ids:
                distinct.setdefault((c.value_low, c.value_high, c.unit), c)
        if len(distinct) > MOST_ALIKE:
            _tell_of_many(list(distinct.values()), unsaid)
        if not 2 <= len(distinct) <= MOST_ALIKE:
            continue
        for a, b in combinations(distinct.values(), 2):
            factor = _apart(a, b)
            if factor is None:
                continue
            cause, severity = _cause(a, b, factor)
            keep = max((a, b), key=near[a.subject].trust)
            when = f" in {a.period}" if a.period else ""
            text = (
                f"{a.subject}: {a.metric}{when} is {tell(a)} in one place and {tell(b)} in "
                f"another, a factor of {factor:.3g}. Likeliest cause: {cause}."
            )
            yield Contradiction(
                (a.id, b.id), "same thing, different values", factor, cause, keep.id, text, severity
            )


def _apart(a: Claim, b: Claim) -> float | None:
    """By how much two claims of one thing differ; None where they may both be right."""
    if not a.period and not (a.headline or b.headline or a.document != b.document):
        return None
    return None if _different_things(a, b) else factor_between(a, b)


def _tell_of_many(alike: list[Claim], unsaid: Unsaid) -> None:
    """Note values of one thing that are too many to be set against one another, where any two
    neighbours of them differ: how many, and the ends of those in the unit of most."""
    unit = Counter(c.unit for c in alike).most_common(1)[0][0]
    ordered = sorted((c for c in alike if c.unit == unit), key=lambda c: c.value)
    if all(_apart(a, b) is None for a, b in pairwise(ordered)):
        return
    first = alike[0]
    when = f" in {first.period}" if first.period else ""
    unsaid.add(
        first.document,
        f"{first.subject}: {first.metric}{when} has {len(alike):,} different values, from "
        f"{tell(ordered[0])} to {tell(ordered[-1])}; more than {MOST_ALIKE} are taken for a table "
        "and not set against one another",
    )


def _cause(a: Claim, b: Claim, factor: float) -> tuple[str, Severity]:
    """(likeliest cause, severity) of two different values for one thing."""
    if a.period.startswith("FY") != b.period.startswith("FY"):
        return "a fiscal year against a calendar year", "soft" if factor < 1.5 else "hard"
    exponent = math.log10(factor)
    power = round(exponent)
    if power >= 1 and abs(exponent - power) < 0.02 + _slack(a, b):
        causes = {
            1: "a factor of ten: 亿 (a hundred million) taken for a billion, or a decimal point moved",
            2: "a factor of a hundred: 亿 against million, or percent against fraction",
            3: "a factor of a thousand: million against billion, or billion against trillion",
            4: "a factor of ten thousand: 万 dropped or added",
        }
        return causes.get(power, f"a factor of ten to the power {power}: the scale word"), "hard"
    one, other = currency_of(a.unit), currency_of(b.unit)
    pairs = (
        {(one, other)}
        if one != other
        else {("USD", q) for q in ("CNY", "HKD", "JPY", "KRW", "TWD", "INR")}
    )
    for base, quote in pairs:
        if not base or not quote:
            continue
        rate = market_rate(base, quote, a.said_on)
        if rate and rate[0] > 1.2 and abs(math.log(factor / rate[0])) < 0.04:
            return (
                f"a currency: the number of one in the unit of the other ({quote} per {base} is {rate[0]:.4g})",
                "hard",
            )
    if a.kind != b.kind and "estimated" in (a.kind, b.kind):
        return (
            "an outside estimate against the actor's own figure",
            "soft" if factor < 1.5 else "hard",
        )
    if a.said_on != b.said_on and a.said_on and b.said_on:
        return "an older figure against a newer one", "soft" if factor < 1.25 else "hard"
    if a.metric != b.metric:
        return "a different basis: " + f"{a.metric} against {b.metric}", "soft"
    if factor < 1.06:
        return "rounding", "soft"
    return "rival figures; neither text says why", "hard"


def _slack(a: Claim, b: Claim) -> float:
    """Room that rounding leaves in log10 of the ratio."""
    room = 0.0
    for c in (a, b):
        if c.value and math.isfinite(c.value):
            room += c.rounding / abs(c.value) / math.log(10)
    return min(room, 0.05)


def _different_things(a: Claim, b: Claim) -> bool:
    """Counts and powers of one actor in one sentence are usually its several things."""
    if (a.document, a.span) == (b.document, b.span):
        return True
    loose = a.unit.split("/")[0] in (
        "chip",
        "server",
        "site",
        "rack",
        "W",
        "user",
        "customer",
        "employee",
        "unit",
        "parameter",
    )
    if loose and a.document == b.document and a.metric != b.metric:
        return True
    if (
        a.family in ("order", "contract", "funding", "investment", "spending", "cost", "price")
        and a.document == b.document
    ):
        factor = factor_between(a, b)
        return factor is None or not _is_scale_slip(factor)
    return loose and not _same_head(a, b)


def _is_scale_slip(factor: float) -> bool:
    exponent = math.log10(factor)
    return round(exponent) >= 1 and abs(exponent - round(exponent)) < 0.02


def _same_head(a: Claim, b: Claim) -> bool:
    return (
        a.quote.split()[-1:] == b.quote.split()[-1:]
        or a.document != b.document
        or a.headline
        or b.headline
    )
