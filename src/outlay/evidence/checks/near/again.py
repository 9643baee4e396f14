"""One thing that a document says twice, with values that a slip of the pen parts.

Whatever each place calls it: a headline and its story, an order and its appendix, a cell and the
sentence that names its row. What ties the two is in the words beside both.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from outlay.evidence.checks.causes import digits, slip
from outlay.evidence.checks.company import Company
from outlay.evidence.checks.compare import by_key, live, said, sort_of
from outlay.evidence.checks.things import Things, content, in_table, qualifiers, when
from outlay.evidence.lexicon import unit_at
from outlay.evidence.rules import pattern
from outlay.evidence.types import Claim, Contradiction

__all__ = ["again", "restated"]

_WORD = re.compile(r"\w")
_NONE = (None, -1)
_MOST_SAID = 150
"""Amounts of one unit in running text that are looked at: more are lists of things."""
_TITLE = 400  # characters into a document that its titles reach at most
_FEWEST = 2  # words that two places share before they speak of one thing
_NOUN = 3  # words of a quantity that names no more than its unit
_MOST = 8  # values with the same figures; more are a habit of rounding
_LEAST = 2  # figures of a number that is set against another
_ROUNDED = (3, 4)  # figures to which one place may round what the other has in full
_NO_THING = ("ratio", "rank", "percentage_point", "basis_point", "s", "hour", "day", "minute")


def again(
    claims: Sequence[Claim], near: Mapping[str, Company], things: Things
) -> Iterator[Contradiction]:
    """Two values of one unit in one document that a slip parts, and that the same words are
    beside: of at least one of them no other place has the value."""
    good = [c for c in claims if live(c) and c.unit not in _NO_THING and not c.tag]
    for members in by_key(good, lambda c: (c.document, c.unit)).values():
        prose = [c for c in members if not in_table(c)]
        if 0 < len(prose) <= _MOST_SAID:
            for a, b, cause in _slips(members, prose):
                if _of_one_thing(a, b, things, members):
                    yield _told(a, b, cause, near[a.subject].most(a, b))


def _slips(members: Sequence[Claim], prose: Sequence[Claim]) -> Iterator[tuple[Claim, Claim, str]]:
    """Pairs that one slip parts, one of which has its value here alone; no list of one form."""
    said_in: dict[float, set[tuple[int, int]]] = defaultdict(set)
    for c in members:
        said_in[c.value].add(c.span)
    forms = Counter(content(c.sentence) for c in prose)
    for a, b in _pairs(members, prose):
        once = min(len(said_in[c.value]) for c in (a, b)) == 1
        listed = any(forms[content(c.sentence)] > _FEWEST for c in (a, b))
        cause = "" if listed or not once else slip(a, b)
        if cause:
            yield a, b, cause


def restated(
    claims: Sequence[Claim], near: Mapping[str, Company], things: Things
) -> Iterator[Contradiction]:
    """A term or a price that a line of a summary gives under its name ("Lease term: 12 years"),
    and that a sentence with the same words gives otherwise."""
    good = [c for c in claims if live(c) and _is_firm(c)]
    for members in by_key(good, lambda c: (c.document, c.unit, c.metric, c.about)).values():
        if len(members) != 2 or members[0].value == members[1].value:
            continue
        a, b = members
        line, other = (a, b) if _is_line(a) else (b, a)
        one_line = _is_line(line) and not _is_line(other)
        if one_line and _says_its_name(line, other) and not _of_two(a, b, things):
            cause = "one of the two places was not kept up to date, or is misprinted"
            yield _told(a, b, cause, near[a.subject].most(a, b))


def _is_firm(c: Claim) -> bool:
    """Whether it is an amount or a price of running text that nothing hedges or guesses."""
    level = sort_of(c) in ("level", "price") and c.unit != "fraction"
    return level and c.hedge == "exact" and not c.tag and not in_table(c) and _known(c)


def _says_its_name(line: Claim, other: Claim) -> bool:
    """Whether a sentence holds all words of a line that names a figure."""
    named = content(_but_value(line))
    return len(named) >= _FEWEST and named <= content(_but_value(other))


def _is_line(c: Claim) -> bool:
    """Whether a sentence is the name of a figure, a colon and the figure."""
    start, end = (v - c.span[0] for v in c.value_span)
    named = pattern("checks.line").fullmatch(c.sentence[:start])
    return named is not None and not _WORD.search(c.sentence[end:])


def _but_value(c: Claim) -> str:
    """A sentence without the value."""
    start, end = (v - c.span[0] for v in c.value_span)
    return f"{c.sentence[:start]} {c.sentence[end:]}".strip()


def _told(a: Claim, b: Claim, cause: str, keep: Claim) -> Contradiction:
    low, high = sorted((a.value, b.value))
    text = (
        f"{a.subject or b.subject or a.document}: {a.metric} is {said(a)} in one place “{a.quote}” "
        f"and {said(b)} in another “{b.quote}”, in much the same words. Likeliest cause: {cause}. "
        f"Kept: {said(keep)}."
    )
    relation = "same words, different values"
    return Contradiction((a.id, b.id), relation, high / low, cause, keep.id, text, "hard")


def _pairs(members: Sequence[Claim], prose: Sequence[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Amounts of running text with those that have the same figures, or the same but for two that
    are swapped."""
    by_digits: dict[str, list[Claim]] = defaultdict(list)
    for c in filter(_is_one, members):
        for form in _forms(c):
            by_digits[form].append(c)
    seen: set[tuple[str, str]] = set()
    for c in filter(_is_one, prose):
        for form in (f for own in _forms(c) for f in (own, *_swapped(own))):
            alike = by_digits.get(form, ())
            for other in alike if len(alike) <= _MOST else ():
                a, b = (c, other) if c.value_span < other.value_span else (other, c)
                if a.value != b.value and (a.id, b.id) not in seen:
                    seen.add((a.id, b.id))
                    yield a, b


def _is_one(c: Claim) -> bool:
    """Whether it is one positive number and no range."""
    return c.value_low is not None and c.value_low == c.value_high and c.value > 0


def _forms(c: Claim) -> set[str]:
    full = digits(c.value)
    short = {digits(float(f"{c.value:.{n - 1}e}")) for n in _ROUNDED if len(full) > n}
    return {d for d in (full, *short) if len(d) >= _LEAST} or {full}


def _swapped(form: str) -> list[str]:
    form = f"{form}0"  # 310 and 301
    swaps = (form[:i] + form[i + 1] + form[i] + form[i + 2 :] for i in range(len(form) - 1))
    return [s.rstrip("0") for s in swaps if s != form and s[0] != "0"]


def _of_one_thing(a: Claim, b: Claim, things: Things, members: Sequence[Claim]) -> bool:
    """Whether the words beside two values tie them, and none tells them apart."""
    if a.span == b.span or not (_known(a) and _known(b)) or sort_of(a) != sort_of(b):
        return False
    if (a.about and b.about and a.about != b.about) or _of_two(a, b, things):
        return False
    cells = [c for c in (a, b) if in_table(c)]
    if cells:
        return len(cells) == 1 and _names_its_row(cells[0], b if cells[0] is a else a, members)
    return _tied(a, b, things) or _refers_back(a, b, members)


def _tied(a: Claim, b: Claim, things: Things) -> bool:
    """Whether two sentences have enough words in common to speak of one thing."""
    shared = _shared(a, b, things)
    if is_title(a) != is_title(b):
        return shared > 0
    if digits(a.value) == digits(b.value):  # a scale apart, as a part and its whole may be
        one_time = when(a) == when(b) or "sentence" not in (a.grounds.period, b.grounds.period)
        return one_time and a.kind == b.kind and shared > _FEWEST
    if stated_alike(a, b) and things.who(a) == things.who(b):
        return shared > (0 if _long(a, b) and a.kind == b.kind else 1)
    named = a.family == b.family and a.family not in ("amount", "number", "")
    return shared >= _FEWEST + (not named and not _long(a, b))


def _known(c: Claim) -> bool:
    """Whether nothing of what it is of is guessed."""
    return "guess" not in (c.grounds.subject, c.grounds.metric, c.grounds.unit)


def stated_alike(a: Claim, b: Claim) -> bool:
    """Whether both sentences say the same period."""
    return "sentence" == a.grounds.period == b.grounds.period and when(a) == when(b) != ""


def _of_two(a: Claim, b: Claim, things: Things) -> bool:
    """Whether periods, subjects, names or words of measure say that the two are two things."""
    stated = "sentence" == a.grounds.period == b.grounds.period
    titled = is_title(a) or is_title(b)  # whose words are all in capitals, and names or not
    if (stated and when(a) != when(b)) or (not titled and things.told_apart(a, b)):
        return True
    one, other = things.who(a), things.who(b)
    if one and other and one != other and one not in b.sentence and other not in a.sentence:
        return True
    return not titled and qualifiers(a.sentence) != qualifiers(b.sentence)


def is_title(c: Claim) -> bool:
    """Whether a claim stands in a headline: an opening line that no full stop ends."""
    return c.span[0] < _TITLE and not in_table(c) and (
        c.headline or not pattern("checks.ends").search(c.sentence.rstrip())
    )  # fmt: skip


def _long(a: Claim, b: Claim) -> bool:
    return max(len(digits(c.value)) for c in (a, b)) > _LEAST


def _shared(a: Claim, b: Claim, things: Things) -> int:
    """How many words that say something two sentences share, but names of whom they are; two
    letters of Chinese are half a word."""
    short = (c.quote for c in (a, b) if len(c.quote.split()) <= _NOUN)  # "42,000 chips"
    own = " ".join((things.who(a), things.who(b), *short))
    shared = (content(a.sentence) & content(b.sentence)) - content(own)
    latin = sum(w.isascii() for w in shared)
    return latin + (len(shared) - latin + 1) // 2


def _refers_back(a: Claim, b: Claim, members: Sequence[Claim]) -> bool:
    """ "The 42,000 accelerators": of the only other number of them that was named before."""
    at = b.value_span[0] - b.span[0]
    definite = pattern("checks.the_known").search(b.sentence[:at])
    before = {c.value for c in members if c.value_span < b.value_span}
    return bool(definite) and before == {a.value} and a.quantity == b.quantity == "count"


def _names_its_row(cell: Claim, prose: Claim, members: Sequence[Claim]) -> bool:
    """Whether a sentence names the row of a cell, and no other cell has its value."""
    words = (w for w in content(" ".join(cell.row)))
    label = frozenset(w for w in words if (unit_at(w, 0) or _NONE)[1] != len(w))
    if not label:
        return False
    known = content(prose.sentence)
    rest = [c for c in members if in_table(c) and c.value == prose.value]
    return label <= known and not rest and _of_its_time(cell, prose, members)


def _of_its_time(cell: Claim, prose: Claim, members: Sequence[Claim]) -> bool:
    """Whether a sentence is of the time of a cell, or its row has this cell alone."""
    row = [c for c in members if in_table(c) and c.row == cell.row]
    return when(cell) == when(prose) or (len(row) == 1 and when(cell) in ("", cell.period))
