"""Parts, shares and orders of magnitude against the whole they belong to."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from outlay.evidence.checks.causes import slip_between
from outlay.evidence.checks.company import Company
from outlay.evidence.checks.compare import (
    PARTS,
    WHOLES,
    by_key,
    converted,
    grounded,
    in_unit,
    live,
    show,
    sort_of,
    tell,
    usable,
)
from outlay.evidence.checks.things import in_table
from outlay.evidence.checks.unsaid import MOST_ALIKE, Unsaid
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.rules import pattern
from outlay.evidence.types import Claim, Contradiction

__all__ = ["magnitudes", "parts_of", "scopes", "shares"]

_COLON = re.compile(r"^[^,;.:]{0,30}[:：]\s*$")
_UNLISTED = re.compile(r"\)|\d\d")
_CODE = re.compile(r"\b(?:[A-Z]{1,3}\d{2,4}[A-Z]*|(?:FY)?20\d\d)\b|20\d\d(?=年)")  # chips, years
_LIST = 30  # characters between two parts of one list at most
_ROOM = 1.02  # above a whole that rounding and a rate of exchange leave to a part
_LOOSE = 0.06  # that "about half" and the like leave to a share


def magnitudes(
    near: Mapping[str, list[Claim]], companies: Mapping[str, Company]
) -> Iterator[Contradiction]:
    """A vague order of magnitude ("hundreds of billions of dollars") against a stated amount."""
    for subject, members in near.items():
        good = [c for c in members if usable(c) and c.period and c.family != "leasing"]
        pools = by_key((c for c in good if not c.vague and c.family in WHOLES), _period)
        known: dict[tuple[str, str], Claim] = {}
        for v in (c for c in good if c.vague and c.value_low):
            pool, code = pools.get(v.period, ()), currency_of(v.unit)
            if not pool:
                continue
            if (v.period, code) not in known:
                known[v.period, code] = _most_trusted(pool, code, companies[subject])
            best = known[v.period, code]
            pair, low = converted(best, v.unit), v.value_low or 0.0
            stated = in_unit(best, v.unit) or 0.0
            if pair is None or pair[1] >= low or stated <= 0 or low <= 0:
                continue
            orders = round(math.log10(low) - math.floor(math.log10(stated)), 6)
            cause = (
                f'an order of magnitude: "{v.quote}" begins at {show(low, v.unit)}, '
                f"{low / stated:.2g} times {show(stated, v.unit)}; a word such as "
                '"multibillion" or 数百亿 was probably mistranslated'
            )
            text = (
                f'{v.subject}: {v.metric} of "{v.quote}" in {v.period} cannot stand beside '
                f"{best.metric} of {tell(best)}. Likeliest cause: {cause}. Kept: {tell(best)}."
            )
            yield Contradiction(
                (v.id, best.id), "magnitude", 10.0 ** max(1.0, orders), cause, best.id, text, "hard"
            )


def _period(c: Claim) -> str:
    return c.period


def _most_trusted(pool: Sequence[Claim], code: str, company: Company) -> Claim:
    """The claim to believe of these: in that currency where it is stated in two."""
    best = max(pool, key=lambda c: (company.trust(c), currency_of(c.unit) == code))
    twins = (c for c in pool if c.converts == best.id or best.converts == c.id)
    return next((c for c in (best, *twins) if currency_of(c.unit) == code), best)


def _above(part: Claim, whole: Claim) -> float | None:
    """How many times its whole a part is, where it is above it."""
    pair, top = converted(part, whole.unit), whole.interval()[1]
    if pair is None or not math.isfinite(pair[0]) or top <= 0 or pair[0] <= top * _ROOM:
        return None
    return pair[0] / top


def _above_text(part: Claim, whole: Claim, factor: float, kept: str, hard: bool) -> Contradiction:
    value = in_unit(part, whole.unit) or 0.0
    cause = slip_between(value, whole.value) or (
        "total against part: the part belongs to another period or scope, or one scale is wrong"
    )
    when, must = (f" in {whole.period}" if whole.period else ""), "is" if hard else "should be"
    text = (
        f"{part.subject or whole.subject}: {part.metric} of {tell(part)} (“{part.quote}”) is above "
        f"{whole.metric} of {tell(whole)} (“{whole.quote}”){when}, of which it {must} a part. "
        f"Likeliest cause: {cause}."
    )
    ids = (part.id, whole.id)
    return Contradiction(
        ids, "part above its whole", factor, cause, kept, text, "hard" if hard else "soft"
    )


def parts_of(claims: Sequence[Claim], by_id: Mapping[str, Claim]) -> Iterator[Contradiction]:
    """Parts that the text says to be of a whole: each at most that, and together too."""
    of, summed = _named_parts(claims, by_id)
    for key, parts in of.items():
        whole, sure = by_id[key], grounded(by_id[key])
        above = [(p, f) for p in parts.values() if (f := _above(p, whole)) is not None]
        for part, factor in above:
            yield _above_text(part, whole, factor, whole.id, sure and grounded(part))
        if not above and 1 < len(parts) <= MOST_ALIKE:
            said_all = key in summed or bool(pattern("checks.all_of").search(whole.sentence))
            told = said_all and all(p.span == whole.span for p in parts.values())
            yield from _together([*parts.values()], whole, sure or told, said_all)


def _named_parts(
    claims: Sequence[Claim], by_id: Mapping[str, Claim]
) -> tuple[dict[str, dict[str, Claim]], set[str]]:
    """The parts of each whole, by their names; and the wholes of which all parts are said."""
    of: dict[str, dict[str, Claim]] = defaultdict(dict)
    summed: set[str] = set()
    for c in claims:
        whole = by_id.get(c.part_of)
        if whole is not None and _is_part(c, whole):
            of[whole.id][c.id] = c
    good = filter(_in_prose, claims)
    for members in by_key(good, lambda c: (c.document, c.span, c.unit)).values():
        for whole, named, said_all in _in_words(members):
            of[whole.id].update({p.id: p for p in named})
            summed |= {whole.id} if said_all else set()
    return of, summed


def _is_part(c: Claim, whole: Claim) -> bool:
    """Whether two amounts can be set against one another as a part and its whole."""
    level = sort_of(c) == "level" and c.unit != "fraction" and c.unit == whole.unit
    return level and live(c) and live(whole)


def _in_prose(c: Claim) -> bool:
    """Whether a claim is an amount of a sentence, in the unit in which it is said."""
    amount = "/" not in c.unit and c.unit != "fraction" and not c.converts
    return amount and live(c) and not in_table(c)


def _in_words(members: Sequence[Claim]) -> Iterator[tuple[Claim, list[Claim], bool]]:
    """(whole, parts, whether these are all) that the words between the amounts of a sentence name:
    "X, of which Y and Z"; "Y and Z, in total X"."""
    members = sorted(members, key=lambda c: c.value_span)
    if len(members) < 2 or pattern("checks.lists").search(members[0].sentence):
        return
    whole = _of_first(members[0])
    listed = said_all = False
    parts: list[Claim] = []
    for last, c in pairwise(members):
        gap = c.sentence[last.value_span[1] - c.span[0] : c.value_span[0] - c.span[0]]
        if pattern("checks.less").search(gap):
            return
        opens, every = _opens(gap)
        if opens and listed:
            return
        if opens:
            if whole is not None:
                yield whole, parts, said_all
            whole, parts, said_all = last, [c], every
        elif whole is not None and _goes_on(gap):
            parts.append(c)
        elif whole is not None:
            said_all = False
            break
        elif c is members[-1] and _comes_to(gap, len(members)):
            yield c, members[:-1], True
        listed = len(gap.strip(" ,，、和")) <= 3
    if whole is not None:
        yield whole, parts, said_all


def _of_first(first: Claim) -> Claim | None:
    """The first amount of a sentence, where the words before it say that it is the whole."""
    before = first.sentence[: first.value_span[0] - first.span[0]]
    return first if pattern("checks.of_first").match(before) else None


def _opens(gap: str) -> tuple[bool, bool]:
    """Whether the words after an amount open a list of its parts, and say that these are all."""
    every = bool(pattern("checks.all_of").search(gap) or _COLON.search(gap))
    return every or bool(pattern("checks.of_which").search(gap)), every


def _goes_on(gap: str) -> bool:
    """Whether the words between two amounts go on with a list of parts."""
    return len(gap) <= _LIST and not _UNLISTED.search(_CODE.sub("", gap))


def _comes_to(gap: str, amounts: int) -> bool:
    """Whether the words before the last of some amounts say that it is the sum of the others."""
    return amounts > 2 and bool(pattern("checks.summed").search(gap))


def _together(
    parts: Sequence[Claim], whole: Claim, sure: bool, said_all: bool
) -> Iterator[Contradiction]:
    total = math.fsum(p.value for p in parts)
    room = math.fsum(p.rounding for p in parts) + whole.rounding + 1e-6 * abs(whole.value)
    exact = all(p.hedge == "exact" for p in (*parts, whole)) and whole.value > 0 < total
    off = total - whole.value
    if not exact or abs(off) <= room or (off < 0 and not said_all):
        return
    cause = slip_between(total, whole.value) or "one of the parts or the total is misprinted"
    text = (
        f"{whole.subject or whole.document}: parts of {', '.join(tell(p) for p in parts)} sum to "
        f"{show(total, whole.unit)}, but the whole is {tell(whole)} (“{whole.quote}”). "
        f"Likeliest cause: {cause}."
    )
    factor = max(total, whole.value) / min(total, whole.value)
    yield Contradiction(
        (whole.id, *(p.id for p in parts)), "parts against their whole", factor, cause, whole.id,
        text, "hard" if sure else "soft",
    )  # fmt: skip


def scopes(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Contradiction]:
    """Two figures set side by side that do not measure the same thing."""
    for c in claims:
        other = by_id.get(c.compared_with)
        if other is None or other.family == c.family or other.subject != c.subject:
            continue
        if not {c.family, other.family} <= WHOLES | PARTS or other.period == c.period:
            continue
        base = in_unit(c, other.unit)
        if not base:
            continue
        cause = (
            f"total against part, or another basis: {other.metric} ({other.period}) against "
            f"{c.metric} ({c.period})"
        )
        text = (
            f"{c.subject}: {tell(other)} of {other.metric} ({other.period}) is set beside "
            f"{tell(c)} of {c.metric} ({c.period}) as if they were one measure; the change of "
            f"{100 * (other.value / base - 1):+.3g} % between them is only as good as that."
        )
        yield Contradiction((other.id, c.id), "scope", None, cause, other.id, text, "soft")


def shares(
    claims: Sequence[Claim],
    by_id: Mapping[str, Claim],
    near: Mapping[str, list[Claim]],
    unsaid: Unsaid,
) -> Iterator[Contradiction]:
    """A stated share against the part and the whole that the text also gives."""
    every = (c for members in near.values() for c in members)
    parts = by_key(
        (c for c in every if c.family in PARTS and usable(c)), lambda c: (c.subject, c.period)
    )
    for share in claims:
        whole = by_id.get(share.whole)
        if whole is None or share.unit != "fraction" or not currency_of(whole.unit):
            continue
        alike = parts.get((whole.subject, whole.period), [])
        if len(alike) > MOST_ALIKE:
            unsaid.add(
                share.document,
                f"{whole.subject}: {len(alike):,} parts in {whole.period or 'no period'}; a share "
                f"is set only against the first {MOST_ALIKE}",
            )
        for part in alike[:MOST_ALIKE]:
            amount = in_unit(part, whole.unit)
            kind = part.family.removesuffix(" spending")
            if not share.metric.endswith(f"on {kind}") or amount is None or not whole.value:
                continue
            computed = amount / whole.value
            off = abs(computed - share.value)
            if off < 0.01:
                continue
            loose = share.hedge in ("about", "over", "may") and off < _LOOSE
            sure = not loose and grounded(part) and grounded(whole) and live(share)
            hedge = "" if share.hedge == "exact" else f"{share.hedge} "
            text = (
                f'{whole.subject}: "{hedge}{show(share.value, "fraction")}" of {tell(whole)} is '
                f"stated, but {tell(part)} / {tell(whole)} = {show(computed, 'fraction')}."
            )
            yield Contradiction(
                (share.id, part.id, whole.id), "share against part and whole",
                computed / share.value if share.value else None,
                "rounding of a share" if loose else "the share is of another total or period",
                part.id, text, "hard" if sure else "soft",
            )  # fmt: skip
