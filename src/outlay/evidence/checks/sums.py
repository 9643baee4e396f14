"""Sums: a total of a table beside its rows or columns, percentages that are said to be all."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from outlay.evidence.checks.causes import digits, slip_between
from outlay.evidence.checks.compare import by_key, live, show, sort_of
from outlay.evidence.checks.things import in_table
from outlay.evidence.rules import pattern
from outlay.evidence.types import Claim, Identity

__all__ = ["hundreds", "table_sums"]

_RESTS = 60  # characters behind the last share within which it is said to be the rest
_FEW = 6  # rows of a table that are taken for all parts of its one total
_NO_SUM = ("year", "month", "week", "day", "hour", "ratio", "rank")
_PARTED = re.compile(r"\n\s*\n")
_AMOUNT = re.compile(r"\d[.,]\d")
_ROW = re.compile(r"[|\t]|\S  +\S|^ +\S|^\s*$")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_DIGIT = re.compile(r"\d")
_SAME_TABLE = 400  # characters between two rows of one table at most
_MOST_PARTS = 60
"""Rows of a subtotal without a name."""


_Key = tuple[object, frozenset[object]]
"""Where a total stands, and the lines that may sum to it."""


class _Sum(NamedTuple):
    """A total, and the ways in which it may be a sum of what stands beside it."""

    total: Claim
    ways: list[list[Claim]]


def table_sums(claims: Sequence[Claim], texts: Mapping[str, str]) -> Iterator[Identity]:
    """Each total of a table beside the sum of its rows, and of its columns.

    A total that agrees is told. One that does not is told where the table is known to be a sum:
    the same lines sum elsewhere in it, or it is its one bare total, and no number between them
    was left unread. texts: of the documents, by name.
    """
    for cells in _tables(claims, texts):
        summed = (_is_total(label) for c in cells for label in _labels(c))
        if len(cells) > 1 and (any(summed) or any(map(_is_part, cells))):
            yield from _of_table(cells, texts.get(cells[0].document, ""))


def _of_table(cells: Sequence[Claim], text: str) -> Iterator[Identity]:
    """The sums of one table: down its columns, then along its rows what is not told by these."""
    down = list(_all_down(cells))
    rows = by_key(cells, lambda c: (c.span, c.unit))
    across = [s for row in rows.values() for s in _across(row)]
    told = list(_told(down, "rows", lambda c: c.span, _few(cells, down), text))
    wrong = {i for t in told if t.verdict == "disagrees" for i in t.claims}
    yield from told
    for t in _told(across, "columns", lambda c: c.column, 0, text):
        if t.verdict == "agrees" or not wrong & set(t.claims):
            yield t  # else it is told already


def _all_down(cells: Sequence[Claim]) -> Iterator[_Sum]:
    """The totals of the columns that have one cell a row."""
    columns = by_key(cells, lambda c: (c.column or (c.unit, c.period), c.unit))
    for column in columns.values():
        if len({c.span for c in column}) == len(column):
            yield from _down(column)
            yield from _of_which(column)


def _few(cells: Sequence[Claim], down: Sequence[_Sum]) -> int:
    """The rows of a short table with one total row; 0 for any other table."""
    bare = len({s.total.span for s in down}) == 1
    lines = {c.span for c in cells if not _is_total(_row(c)) and not _is_part(c)}
    return len(lines) if bare and len(lines) <= _FEW else 0


def _tables(claims: Sequence[Claim], texts: Mapping[str, str]) -> Iterator[list[Claim]]:
    """The cells of each table that can be added, in the order of the text."""
    table: list[Claim] = []
    for c in sorted(filter(in_table, claims), key=lambda c: (c.document, c.value_span)):
        if sort_of(c) not in ("level", "share") or c.value_low is None or c.value_high is None:
            continue
        if c.unit in _NO_SUM or pattern("checks.no_sum").search(" ".join((*c.row, *c.column))):
            continue
        last = table[-1] if table else c
        far = c.span[0] - last.span[1] > _SAME_TABLE
        between = texts.get(c.document, "")[last.span[1] : c.span[0]]
        if c.document != last.document or far or _PARTED.search(between):
            yield table
            table = []
        table.append(c)
    yield table


def _row(c: Claim) -> str:
    return c.row[-1] if c.row else c.sentence.split("|")[0].split("\t")[0]


def _labels(c: Claim) -> tuple[str, ...]:
    return (_row(c), *c.column[-1:])


@lru_cache(4096)
def _is_total(label: str) -> bool:
    return bool(pattern("checks.total").search(label))


def _is_part(c: Claim) -> bool:
    marked = pattern("checks.part_row").search(_row(c))
    return bool(marked) or bool(c.part_of) or c.family.endswith(" part")


def _of_which(column: Sequence[Claim]) -> Iterator[_Sum]:
    """A row with those below it that are "of which", up to one of all others."""
    for n, part in enumerate(column[1:], 1):
        whole = column[n - 1]
        if not _is_part(part) or _is_part(whole) or _is_total(_row(whole)):
            continue
        rest = column[n : n + _MOST_PARTS]
        last = next((k for k, c in enumerate(rest) if pattern("checks.others").match(_row(c))), 0)
        if last > 0 and not any(_is_total(_row(c)) for c in rest[:last]):
            yield _Sum(whole, [list(rest[: last + 1])])


def _down(column: Sequence[Claim]) -> Iterator[_Sum]:
    """The totals of a column, each with the rows above that may sum to it."""
    if not any(_is_total(_row(c)) for c in column):
        return
    labels = {_row(c) for c in column}
    rises = all(min(c.value_low or 0.0, c.value_high or 0.0) >= c.rounding for c in column)
    since: list[Claim] = []
    leaves: list[Claim] = []
    totals: list[Claim] = []
    for c in column:
        if _is_total(_row(c)):
            ways = [since, [*totals[-1:], *since], totals, [*totals, *since], leaves]
            if ways := [list(w) for w in ways if len(w) >= 2]:
                yield _Sum(c, ways)
            totals.append(c)
            since = []
        elif not _is_part(c) and not labels & set(c.row[:-1]):
            known = _stands_for(c, since, rises)
            since[len(since) - known :] = [c]  # a row of those above it stands for them
            leaves += [] if known else [c]


def _stands_for(c: Claim, above: Sequence[Claim], rises: bool) -> int:
    """How many of the rows just above sum to this one; 0 if none do. rises: no row takes from a
    sum, so that one that is too large stays so."""
    low, high, room = -(c.value_low or 0.0), -(c.value_high or 0.0), 1e-9 * abs(c.value)
    room += c.rounding
    for n, part in enumerate(reversed(above[-_MOST_PARTS:]), 1):
        low, high = low + (part.value_low or 0.0), high + (part.value_high or 0.0)
        room += part.rounding
        if n >= 2 and abs(low) <= room and abs(high) <= room:
            return n
        if rises and low > 1.001 * room:
            return 0
    return 0


def _across(row: Sequence[Claim]) -> Iterator[_Sum]:
    """The total of a row, if one of its columns is, with those before it or after it."""
    totals = [i for i, c in enumerate(row) if c.column and _is_total(c.column[-1])]
    if len(totals) == 1:
        at = totals[0]
        ways = [list(w) for w in (row[:at], row[at + 1 :]) if len(w) >= 2]
        if ways:
            yield _Sum(row[at], ways)


def _ends(claims: Sequence[Claim]) -> tuple[float, float]:
    return (
        math.fsum(c.value_low or 0.0 for c in claims),
        math.fsum(c.value_high or 0.0 for c in claims),
    )


def _printed(c: Claim) -> float:
    """Half the last figure of a cell as printed: in a table, noughts are figures too."""
    number = _NUMBER.search(c.quote)
    said = float(number[0].replace(",", "")) if number else 0.0
    if not number or not said:
        return c.rounding
    places = len(number[0].partition(".")[2])
    return min(c.rounding, 0.5 * 10.0**-places * abs(c.value / said))


def _adds_up(total: Claim, parts: Sequence[Claim]) -> bool:
    room = math.fsum(map(_printed, (total, *parts))) + 1e-9 * abs(total.value)
    ends = zip(_ends(parts), _ends([total]), strict=True)
    return all(abs(one - other) <= room for one, other in ends)


def _told(
    found: Sequence[_Sum], what: str, line: Callable[[Claim], object], rows: int, text: str
) -> Iterator[Identity]:
    """rows: how many a table has that has one total; 0 where there are more."""
    held, proven = _proven(found, line)
    for s in found:
        right = next((w for w in s.ways if _adds_up(s.total, w)), [])
        wrong = [] if right else _broken(s, line, held, proven, rows)
        read = (w for w in wrong if what != "rows" or not _unread(s.total, w, text))
        way = right or next((w for w in read if not _subtracts(s.total, w)), [])
        if way and (s.total.unit != "fraction" or s.total.value == 1.0):
            yield _beside(s.total, way, what, bool(right))


def _proven(
    found: Sequence[_Sum], line: Callable[[Claim], object]
) -> tuple[Counter[_Key], set[_Key]]:
    """How often the same lines sum to the same total; and which do as often as they do not."""
    held, failed = Counter[_Key](), Counter[_Key]()
    for s in found:
        for way in s.ways:
            (held if _adds_up(s.total, way) else failed)[line(s.total), _lines(way, line)] += 1
    proven = {key for key, n in held.items() if n >= failed[key]}
    return held, proven


def _broken(
    s: _Sum,
    line: Callable[[Claim], object],
    held: Counter[_Key],
    proven: Collection[_Key],
    rows: int,
) -> list[list[Claim]]:
    """The ways in which a total that does not add up is known to be a sum."""
    keys = [(line(s.total), _lines(w, line)) for w in s.ways]
    known = [
        w for w, key in zip(s.ways, keys, strict=True)
        if key in proven and (_plain(s.total, w) or (held[key] > 1 and not s.total.tag))
    ]  # fmt: skip
    if not known and not held and len(s.ways[0]) == rows and _plain(s.total, s.ways[0]):
        return s.ways[:1]
    return known


def _beside(total: Claim, way: Sequence[Claim], what: str, good: bool) -> Identity:
    """A stated total beside the sum of its parts."""
    low, high = _ends(way)
    computed, unit = (low + high) / 2, total.unit
    cause = "" if good else _cause(total, way)
    when = f" in {total.period}" if total.period else ""
    told = "as stated" if good else f"but the total says {show(total.value, unit)}"
    listed = " + ".join(show(p.value, unit) for p in way[:12])
    return Identity(
        (total.id, *(p.id for p in way)),
        f"the {len(way)} {what} sum to {show(computed, unit)}{when} ({listed}), {told}"
        + (f" ({cause})" if cause else ""),
        computed, total.value, "agrees" if good else "disagrees", unit, f"sum of {what}",
    )  # fmt: skip


def _plain(total: Claim, parts: Sequence[Claim]) -> bool:
    """Whether nothing is taken away; tags say of debits what their names say, not the sum."""
    return all(c.value >= 0 and not c.tag for c in (total, *parts))


def _subtracts(total: Claim, parts: Sequence[Claim]) -> bool:
    """Whether one of the parts is taken away, though no word says so."""
    off = math.fsum(p.value for p in parts) - total.value
    return any(abs(off - 2 * p.value) <= 1e-6 * abs(p.value) + total.rounding for p in parts)


def _unread(total: Claim, way: Sequence[Claim], text: str) -> bool:
    """Whether a number stands between the rows of a sum that no claim was made of."""
    rows = sorted({c.span for c in (*way, total)})
    above = _rows_above(text[text.rfind("\n\n", 0, rows[0][0]) + 1 : rows[0][0]])
    between = any(_DIGIT.search(text, a[1], b[0]) for a, b in pairwise(rows))
    return between or bool(text and _AMOUNT.search(above[-_SAME_TABLE:]))


def _rows_above(text: str) -> str:
    """The last lines of a text, as far up as they are rows of a table and no sentences."""
    lines = text.split("\n")
    marked = [bool(_ROW.search(line)) for line in lines[:-1]]
    kept = next((n for n, row in enumerate(reversed(marked)) if not row), len(marked))
    return "\n".join(lines[len(lines) - 1 - kept :])


def _lines(way: Sequence[Claim], line: Callable[[Claim], object]) -> frozenset[object]:
    return frozenset(map(line, way))


def _cause(total: Claim, parts: Sequence[Claim]) -> str:
    """The one slip of a pen that would make a sum right; empty where none does."""
    added = math.fsum(p.value for p in parts)
    off = total.value - added
    for value, right in ((total.value, added), *((p.value, p.value + off) for p in parts)):
        if cause := slip_between(value, right):
            return f"{show(value, total.unit)} for {show(right, total.unit)}: {cause}"
    long = min(len(digits(total.value)), len(digits(added))) >= 3
    return "one digit of one of them" if long and len(digits(round(off, 6))) == 1 else ""


def _is_share(c: Claim) -> bool:
    """Whether a claim is one exact share of a sentence."""
    one = c.value_low is not None and c.value_low == c.value_high
    return c.unit == "fraction" and one and live(c) and sort_of(c) != "change" and not in_table(c)


def _said_to_be_all(shares: Sequence[Claim]) -> bool:
    """Whether words before the first share, or beside the last, say that they are all."""
    text, at = shares[0].sentence, shares[-1].value_span[0] - shares[-1].span[0]
    first = shares[0].value_span[0] - shares[0].span[0]
    rest = pattern("checks.rest").search(text, max(0, at - 40), at + _RESTS)
    return bool(rest or pattern("checks.split").search(text, max(0, first - 60), first + 30))


def hundreds(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Shares of one sentence that are said to be all: they sum to 100 %."""
    places = by_key(filter(_is_share, claims), lambda c: (c.document, c.span))
    for members in places.values():
        if len(members) < 2 or not _said_to_be_all(members):
            continue
        total = math.fsum(c.value for c in members)
        room = math.fsum(max(c.rounding, 0.0005) for c in members)
        room += 0.02 * sum(c.hedge != "exact" for c in members)
        listed = " + ".join(show(c.value, "fraction") for c in members)
        good = abs(total - 1.0) <= room
        if good or 0.5 < total < 2.0:
            yield Identity(
                tuple(c.id for c in members), f"{listed} = {show(total, 'fraction')} of all", total,
                1.0, "agrees" if good else "disagrees", "fraction", "parts of a hundred",
            )  # fmt: skip
