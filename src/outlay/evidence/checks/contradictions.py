"""Where documents contradict themselves or each other, with the likeliest cause."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Literal

from outlay.evidence.checks.compare import (
    PARTS,
    WHOLES,
    comparable,
    converted,
    factor_between,
    groups,
    show,
    trust,
)
from outlay.evidence.quantities.fx import currency_of, market_rate
from outlay.evidence.types import Claim, Contradiction, Document, Identity

__all__ = ["find_contradictions", "from_identities"]

Severity = Literal["hard", "soft", "note"]

_MOST_PAIRS = 12  # of one subject, metric and period: more rivals than that is a table


def find_contradictions(
    claims: Sequence[Claim], documents: Sequence[Document], identities: Sequence[Identity] = ()
) -> list[Contradiction]:
    """All contradictions, hard ones first, then soft ones, then notes."""
    by_id = {c.id: c for c in claims}
    near = _by_subject(claims)
    found = [
        *_rivals(claims, near),
        *_magnitudes(near),
        *_parts_above_wholes(near),
        *_scopes(claims, by_id),
        *_shares(claims, by_id, near),
        *from_identities(identities, claims),
        *_repeats(claims, documents),
    ]
    seen: set[tuple[tuple[str, ...], str]] = set()
    unique = []
    for c in found:
        key = (tuple(sorted(c.claims)), c.relation)
        if key not in seen:
            seen.add(key)
            unique.append(c)
    order = {"hard": 0, "soft": 1, "note": 2}
    return sorted(unique, key=lambda c: (order[c.severity], -(c.factor or 0.0)))


def _by_subject(claims: Sequence[Claim]) -> dict[str, list[Claim]]:
    out: dict[str, list[Claim]] = defaultdict(list)
    for c in claims:
        if c.subject and len(out[c.subject]) < 400 and (c.family in WHOLES | PARTS or c.converts):
            out[c.subject].append(c)
    return out


def _tell(c: Claim) -> str:
    value = c.value_low if c.value_low is not None else c.value_high
    text = show(value or 0.0, c.unit)
    if c.value_low is not None and c.value_high is not None and c.value_low != c.value_high:
        text = f"{show(c.value_low, c.unit)} to {show(c.value_high, c.unit)}"
    elif c.value_high is None:
        text = f"at least {text}"
    elif c.value_low is None:
        text = f"at most {text}"
    return text


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


def _rivals(claims: Sequence[Claim], near: dict[str, list[Claim]]) -> Iterator[Contradiction]:
    """Same subject, metric and period; different values."""
    for members in groups(claims).values():
        distinct: dict[tuple[float | None, float | None, str], Claim] = {}
        for c in members:
            if not c.converts or all(o.id != c.converts for o in members):
                distinct.setdefault((c.value_low, c.value_high, c.unit), c)
        if len(distinct) < 2 or len(distinct) > _MOST_PAIRS:
            continue
        for a, b in combinations(distinct.values(), 2):
            if not a.period and not (a.headline or b.headline or a.document != b.document):
                continue
            if _different_things(a, b):
                continue
            factor = factor_between(a, b)
            if factor is None:
                continue
            cause, severity = _cause(a, b, factor)
            keep = max((a, b), key=lambda c: trust(c, near[c.subject]))
            when = f" in {a.period}" if a.period else ""
            text = (
                f"{a.subject}: {a.metric}{when} is {_tell(a)} in one place and {_tell(b)} in "
                f"another, a factor of {factor:.3g}. Likeliest cause: {cause}."
            )
            yield Contradiction(
                (a.id, b.id), "same thing, different values", factor, cause, keep.id, text, severity
            )


def _different_things(a: Claim, b: Claim) -> bool:
    """Counts and powers of one actor in one sentence are usually its several things."""
    if a.span == b.span:
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


def _magnitudes(near: dict[str, list[Claim]]) -> Iterator[Contradiction]:
    """A vague order of magnitude ("hundreds of billions of dollars") against a stated amount."""
    for members in near.values():
        vague = [c for c in members if c.vague and comparable(c) and c.family in WHOLES | PARTS]
        exact = [c for c in members if not c.vague and comparable(c) and c.family in WHOLES]
        for v in vague:
            pool = [c for c in exact if c.period == v.period and v.period]
            if v.family == "leasing" or not pool:
                continue
            best = max(
                pool, key=lambda c: (trust(c, members), currency_of(c.unit) == currency_of(v.unit))
            )
            twins = [c for c in pool if c.converts == best.id or best.converts == c.id]
            best = next(
                (c for c in [best, *twins] if currency_of(c.unit) == currency_of(v.unit)), best
            )
            pair = converted(best, v.unit)
            if pair is None or v.value_low is None or pair[1] >= v.value_low:
                continue
            stated = best.value if best.unit == v.unit else pair[0]
            orders = round(math.log10(v.value_low) - math.floor(math.log10(stated)), 6)
            factor = 10.0 ** max(1.0, orders)
            cause = (
                f'an order of magnitude: "{v.quote}" begins at {show(v.value_low, v.unit)}, '
                f"{v.value_low / stated:.2g} times {show(stated, v.unit)}; a word such as "
                '"multibillion" or 数百亿 was probably mistranslated'
            )
            text = (
                f'{v.subject}: {v.metric} of "{v.quote}" in {v.period} cannot stand beside '
                f"{best.metric} of {_tell(best)}. Likeliest cause: {cause}."
            )
            yield Contradiction((v.id, best.id), "magnitude", factor, cause, best.id, text, "hard")


def _parts_above_wholes(near: dict[str, list[Claim]]) -> Iterator[Contradiction]:
    """A part (chips, leases, buildings) larger than the whole it belongs to."""
    for members in near.values():
        wholes = [
            c for c in members if c.family == "capex" and comparable(c) and not c.vague and c.period
        ]
        parts = [
            c for c in members
            if c.family in PARTS and c.family not in ("leasing", "AI spending") and comparable(c) and not c.vague
        ]  # fmt: skip
        for whole in wholes[:_MOST_PAIRS]:
            for part in parts[:_MOST_PAIRS]:
                if part.period != whole.period or (
                    part.span == whole.span and part.value == whole.value
                ):
                    continue
                pair = converted(part, whole.unit)
                top = whole.interval()[1]
                if pair is None or not math.isfinite(pair[0]) or pair[0] <= top * 1.02:
                    continue
                factor = pair[0] / top
                cause = "total against part: the part belongs to another period or scope, or one scale is wrong"
                text = (
                    f"{part.subject}: {part.metric} of {_tell(part)} is above {whole.metric} of "
                    f"{_tell(whole)} in {whole.period}, of which it should be a part."
                )
                keep = max((part, whole), key=lambda c: trust(c, members))
                yield Contradiction(
                    (part.id, whole.id),
                    "part above its whole",
                    factor,
                    cause,
                    keep.id,
                    text,
                    "hard",
                )


def _scopes(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Contradiction]:
    """Two figures set side by side that do not measure the same thing."""
    for c in claims:
        other = by_id.get(c.compared_with)
        if other is None or other.family == c.family or other.subject != c.subject:
            continue
        if not {c.family, other.family} <= WHOLES | PARTS or other.period == c.period:
            continue
        pair = converted(c, other.unit)
        if pair is None or not math.isfinite(pair[0]) or not pair[0]:
            continue
        growth = other.value / (c.value if c.unit == other.unit else pair[0]) - 1
        cause = f"total against part, or another basis: {other.metric} ({other.period}) against {c.metric} ({c.period})"
        text = (
            f"{c.subject}: {_tell(other)} of {other.metric} ({other.period}) is set beside {_tell(c)} of "
            f"{c.metric} ({c.period}) as if they were one measure; the change of {100 * growth:+.3g} % "
            "between them is only as good as that."
        )
        yield Contradiction((other.id, c.id), "scope", None, cause, other.id, text, "soft")


def _shares(
    claims: Sequence[Claim], by_id: dict[str, Claim], near: dict[str, list[Claim]]
) -> Iterator[Contradiction]:
    """A stated share against the part and the whole that the text also gives."""
    for share in claims:
        whole = by_id.get(share.whole)
        if whole is None or share.unit != "fraction" or not currency_of(whole.unit):
            continue
        for part in near.get(whole.subject, ()):
            named = part.family.removesuffix(" spending")
            if part.family not in PARTS or not share.metric.endswith(f"on {named}"):
                continue
            if part.period != whole.period or not comparable(part):
                continue
            pair = converted(part, whole.unit)
            if pair is None or not whole.value or not math.isfinite(pair[0]):
                continue
            amount = part.value if part.unit == whole.unit else pair[0]
            computed = amount / whole.value
            if abs(computed - share.value) < 0.01:
                continue
            loose = share.hedge in ("about", "over", "may") and abs(computed - share.value) < 0.06
            text = (
                f'{whole.subject}: "{share.hedge} {show(share.value, "fraction")}" of {_tell(whole)} is stated, '
                f"but {_tell(part)} / {_tell(whole)} = {show(computed, 'fraction')}."
            ).replace('"exact ', '"')
            cause = "rounding of a share" if loose else "the share is of another total or period"
            yield Contradiction(
                (share.id, part.id, whole.id), "share against part and whole", computed / share.value,
                cause, part.id, text, "soft" if loose else "hard",
            )  # fmt: skip


def _repeats(claims: Sequence[Claim], documents: Sequence[Document]) -> Iterator[Contradiction]:
    """Text that is printed twice: its claims are counted once."""
    for d in documents:
        for note in d.notes[:20]:
            if note.span is None or "twice" not in note.what:
                continue
            mine = [
                c.id for c in claims if c.document == d.name and 0 <= c.span[0] - note.span[1] <= 3
            ]
            if not mine:
                continue
            words = " ".join(d.text[note.span[0] : note.span[1]].split())[:80]
            yield Contradiction(
                tuple(mine), "repeated text", 1.0, "the text was extracted twice around a tag",
                mine[0], f"{d.name}: “{words}…” is printed twice; its claims are counted once.", "note",
            )  # fmt: skip


def from_identities(
    identities: Sequence[Identity], claims: Sequence[Claim]
) -> Iterator[Contradiction]:
    """Arithmetic that a document states and that does not hold."""
    by_id = {c.id: c for c in claims}
    for i in identities:
        if i.verdict != "disagrees" or not i.stated or not i.computed or i.stated * i.computed < 0:
            continue
        if i.name == "growth":
            factor = (1 + i.computed) / (1 + i.stated) if i.stated > -1 < i.computed else 1.0
        else:
            factor = i.computed / i.stated
        size = max(abs(factor), 1 / abs(factor)) if factor else 1.0
        power = round(math.log10(size))
        if power >= 1 and abs(math.log10(size) - power) < 0.05:
            cause = f"the scale word of one figure: a factor of {10**power:,}"
        elif i.name == "implied exchange rate":
            cause = "a conversion at another day's rate, or a slip in one of the two figures"
        else:
            cause = "one of the figures is of another period, scope or rounding"
        mates = [by_id[k] for k in i.claims if k in by_id]
        keep = max(mates, key=lambda c: trust(c, mates)).id if mates else ""
        severity: Severity = "hard" if size > 1.25 else "soft"
        yield Contradiction(
            i.claims, f"arithmetic: {i.name}", size, cause, keep,
            f"{i.statement}: it does not hold. Likeliest cause: {cause}.", severity,
        )  # fmt: skip
