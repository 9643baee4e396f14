"""Parts, shares and orders of magnitude against the whole they belong to."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from outlay.evidence.checks.company import Company
from outlay.evidence.checks.compare import (
    PARTS,
    WHOLES,
    by_key,
    comparable,
    converted,
    show,
    tell,
)
from outlay.evidence.checks.unsaid import MOST_ALIKE, Unsaid
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.text.parsed import counted
from outlay.evidence.types import Claim, Contradiction

__all__ = ["magnitudes", "parts_above_wholes", "scopes", "shares"]


def _period(c: Claim) -> str:
    return c.period


def magnitudes(
    near: Mapping[str, list[Claim]], companies: Mapping[str, Company]
) -> Iterator[Contradiction]:
    """A vague order of magnitude ("hundreds of billions of dollars") against a stated amount."""
    for subject, members in near.items():
        vague = [c for c in members if c.vague and comparable(c) and c.family in WHOLES | PARTS]
        exact = [c for c in members if not c.vague and comparable(c) and c.family in WHOLES]
        pools = by_key(exact, _period)
        known: dict[tuple[str, str], Claim] = {}
        for v in vague:
            pool, code = pools.get(v.period, ()), currency_of(v.unit)
            if v.family == "leasing" or not pool or not v.period:
                continue
            if (v.period, code) not in known:
                known[v.period, code] = _most_trusted(pool, code, companies[subject])
            best = known[v.period, code]
            pair = converted(best, v.unit)
            if pair is None or v.value_low is None or pair[1] >= v.value_low:
                continue
            ends = (best.value,) if best.unit == v.unit else pair  # "up to" has no low end
            stated = next((e for e in ends if math.isfinite(e)), 0.0)
            if stated <= 0 or v.value_low <= 0:
                continue
            orders = round(math.log10(v.value_low) - math.floor(math.log10(stated)), 6)
            factor = 10.0 ** max(1.0, orders)
            cause = (
                f'an order of magnitude: "{v.quote}" begins at {show(v.value_low, v.unit)}, '
                f"{v.value_low / stated:.2g} times {show(stated, v.unit)}; a word such as "
                '"multibillion" or 数百亿 was probably mistranslated'
            )
            text = (
                f'{v.subject}: {v.metric} of "{v.quote}" in {v.period} cannot stand beside '
                f"{best.metric} of {tell(best)}. Likeliest cause: {cause}."
            )
            yield Contradiction((v.id, best.id), "magnitude", factor, cause, best.id, text, "hard")


def _most_trusted(pool: Sequence[Claim], code: str, company: Company) -> Claim:
    """The claim to believe of these: in that currency where it is stated in two."""
    best = max(pool, key=lambda c: (company.trust(c), currency_of(c.unit) == code))
    twins = (c for c in pool if c.converts == best.id or best.converts == c.id)
    return next((c for c in (best, *twins) if currency_of(c.unit) == code), best)


def parts_above_wholes(
    near: Mapping[str, list[Claim]], companies: Mapping[str, Company], unsaid: Unsaid
) -> Iterator[Contradiction]:
    """A part (chips, leases, buildings) larger than the whole it belongs to."""
    for subject, members in near.items():
        wholes = [
            c for c in members if c.family == "capex" and comparable(c) and not c.vague and c.period
        ]
        parts = [
            c for c in members
            if c.family in PARTS and c.family not in ("leasing", "AI spending") and comparable(c) and not c.vague
        ]  # fmt: skip
        pools, within = by_key(wholes, _period), by_key(parts, _period)
        _tell_of_many(pools, within, unsaid)
        first = {c.id for alike in pools.values() for c in alike[:MOST_ALIKE]}
        for whole in (c for c in wholes if c.id in first):
            for part in within.get(whole.period, [])[:MOST_ALIKE]:
                if part.span == whole.span and part.value == whole.value:
                    continue
                pair = converted(part, whole.unit)
                top = whole.interval()[1]
                if pair is None or not math.isfinite(pair[0]) or pair[0] <= top * 1.02:
                    continue
                factor = pair[0] / top if top > 0 else None
                cause = "total against part: the part belongs to another period or scope, or one scale is wrong"
                text = (
                    f"{part.subject}: {part.metric} of {tell(part)} is above {whole.metric} of "
                    f"{tell(whole)} in {whole.period}, of which it should be a part."
                )
                keep = max((part, whole), key=companies[subject].trust)
                yield Contradiction(
                    (part.id, whole.id),
                    "part above its whole",
                    factor,
                    cause,
                    keep.id,
                    text,
                    "hard",
                )


def scopes(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Contradiction]:
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
            f"{c.subject}: {tell(other)} of {other.metric} ({other.period}) is set beside {tell(c)} of "
            f"{c.metric} ({c.period}) as if they were one measure; the change of {100 * growth:+.3g} % "
            "between them is only as good as that."
        )
        yield Contradiction((other.id, c.id), "scope", None, cause, other.id, text, "soft")


def shares(
    claims: Sequence[Claim],
    by_id: Mapping[str, Claim],
    near: Mapping[str, list[Claim]],
    unsaid: Unsaid,
) -> Iterator[Contradiction]:
    """A stated share against the part and the whole that the text also gives."""
    parts = _Parts([c for members in near.values() for c in members], unsaid)
    for share in claims:
        whole = by_id.get(share.whole)
        if whole is None or share.unit != "fraction" or not currency_of(whole.unit):
            continue
        for part in parts.beside(share, whole):
            pair = converted(part, whole.unit)
            if pair is None or not whole.value or not math.isfinite(pair[0]):
                continue
            amount = part.value if part.unit == whole.unit else pair[0]
            computed = amount / whole.value
            if abs(computed - share.value) < 0.01:
                continue
            loose = share.hedge in ("about", "over", "may") and abs(computed - share.value) < 0.06
            text = (
                f'{whole.subject}: "{share.hedge} {show(share.value, "fraction")}" of {tell(whole)} is stated, '
                f"but {tell(part)} / {tell(whole)} = {show(computed, 'fraction')}."
            ).replace('"exact ', '"')
            factor = computed / share.value if share.value else None
            cause = "rounding of a share" if loose else "the share is of another total or period"
            yield Contradiction(
                (share.id, part.id, whole.id), "share against part and whole", factor,
                cause, part.id, text, "soft" if loose else "hard",
            )  # fmt: skip


class _Parts:
    """Parts that a share may be of, by their actor, period and kind, and by their sentence too."""

    def __init__(self, claims: Sequence[Claim], unsaid: Unsaid) -> None:
        parts = [c for c in claims if c.family in PARTS and comparable(c)]
        self._named = {c.family.removesuffix(" spending") for c in parts}
        self._all = by_key(parts, lambda c: (c.subject, c.period, _kind(c)))
        self._within = by_key(parts, lambda c: (c.subject, c.period, _kind(c), c.document, c.span))
        self._unsaid = unsaid

    def beside(self, share: Claim, whole: Claim) -> Sequence[Claim]:
        """The parts of the whole's period, and where they are many, those of the share's own
        sentence."""
        name = next((n for n in self._named if share.metric.endswith(f"on {n}")), "")
        key = (whole.subject, whole.period, name)
        alike = self._all.get(key, [])
        if len(alike) <= MOST_ALIKE:
            return alike
        when = whole.period or "no period"
        self._unsaid.add(
            share.document,
            f"{whole.subject}: {len(alike):,} parts in {when}; a share is set only against those "
            "of its sentence",
        )
        return self._within.get((*key, share.document, share.span), [])[:MOST_ALIKE]


def _kind(c: Claim) -> str:
    return c.family.removesuffix(" spending")


def _tell_of_many(
    wholes: Mapping[str, Sequence[Claim]], parts: Mapping[str, Sequence[Claim]], unsaid: Unsaid
) -> None:
    """Note the periods with more totals or parts than are set against one another."""
    for period, alike in wholes.items():
        beside = parts.get(period, ())
        if beside and max(len(alike), len(beside)) > MOST_ALIKE:
            unsaid.add(
                alike[0].document,
                f"{alike[0].subject}: {counted(len(alike), 'total')} and {counted(len(beside), 'part')} in {period}; "
                f"only the first {MOST_ALIKE} of each are set against one another",
            )
