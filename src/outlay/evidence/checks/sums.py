"""Sums: a total of a table beside its rows or columns, percentages that are said to be all."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from outlay.evidence.checks.causes import digits, slip_between
from outlay.evidence.checks.compare import by_key, live, show, sort_of
from outlay.evidence.checks.things import in_table
from outlay.evidence.quantities.fx import currency_of
from outlay.evidence.rules import pattern
from outlay.evidence.types import Claim, Identity

__all__ = ["hundreds", "table_sums"]

_SAME_TABLE = 400  # characters between two rows of one table at most


class _Sum(NamedTuple):
    """A total and what was found to be summed in it."""

    total: Claim
    parts: tuple[Claim, ...]
    agrees: bool
    whole: bool
    """Whether each line of the table has a part in it."""


def table_sums(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Each total of a table beside the sum of its rows, and of its columns.

    A total that agrees is told. One that does not is told where the table is known to be a sum:
    the same lines sum elsewhere in it, one slip of a pen explains it, or it is one bare total.
    """
    for cells in _tables(claims):
        columns = by_key(cells, lambda c: (c.column or (c.unit, c.period), c.unit))
        rows = by_key(cells, lambda c: (c.span, c.unit))
        lines = {c.span for c in cells if not _is_total(_row(c)) and not _is_part(c)}
        down = [s for column in columns.values() for s in _down(column, len(lines))]
        across = [s for row in rows.values() for s in _across(row)]
        yield from _told(down, "rows", bare=len({s.total.span for s in down}) == 1)
        yield from _told(across, "columns", bare=False)


def _tables(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """The cells of each table that can be added, in the order of the text."""
    table: list[Claim] = []
    for c in sorted(filter(in_table, claims), key=lambda c: (c.document, c.value_span)):
        if sort_of(c) not in ("level", "share") or c.value_low is None or c.value_high is None:
            continue
        last = table[-1] if table else c
        if c.document != last.document or c.span[0] - last.span[1] > _SAME_TABLE:
            yield table
            table = []
        table.append(c)
    yield table


def _row(c: Claim) -> str:
    return c.row[-1] if c.row else c.sentence.split("|")[0].split("\t")[0]


def _is_total(label: str) -> bool:
    return bool(pattern("checks.total").search(label))


def _is_part(c: Claim) -> bool:
    marked = pattern("checks.part_row").search(_row(c))
    return bool(marked) or bool(c.part_of) or c.family.endswith(" part")


def _down(column: Sequence[Claim], lines: int) -> Iterator[_Sum]:
    """The totals of a column with the rows above each that sum to it, if any do."""
    labels = {_row(c) for c in column}
    since: list[Claim] = []
    leaves: list[Claim] = []
    totals: list[Claim] = []
    for c in column:
        if not _is_total(_row(c)):
            if not _is_part(c) and not labels & set(c.row[:-1]):
                since.append(c)
                leaves.append(c)
            continue
        ways = [since, [*totals[-1:], *since], totals, [*totals, *since], leaves]
        ways = [w for w in ways if len(w) >= 2]
        right = next((w for w in ways if _adds_up(c, w)), None)
        if ways:
            parts = right or ways[0]
            yield _Sum(c, tuple(parts), right is not None, len(parts) == lines)
        totals.append(c)
        since = []


def _across(row: Sequence[Claim]) -> Iterator[_Sum]:
    """The total of a row, if one of its columns is, with the others."""
    totals = [c for c in row if c.column and _is_total(c.column[-1])]
    parts = [c for c in row if c not in totals]
    if len(totals) == 1 and len(parts) >= 2:
        yield _Sum(totals[0], tuple(parts), _adds_up(totals[0], parts), True)


def _ends(claims: Sequence[Claim]) -> tuple[float, float]:
    return (
        math.fsum(c.value_low or 0.0 for c in claims),
        math.fsum(c.value_high or 0.0 for c in claims),
    )


def _adds_up(total: Claim, parts: Sequence[Claim]) -> bool:
    room = total.rounding + math.fsum(p.rounding for p in parts) + 1e-9 * abs(total.value)
    ends = zip(_ends(parts), _ends([total]), strict=True)
    return all(abs(one - other) <= room for one, other in ends)


def _told(found: Sequence[_Sum], what: str, bare: bool) -> Iterator[Identity]:
    proven = {s.total.span if what == "rows" else s.total.column for s in found if s.agrees}
    for s in found:
        line = s.total.span if what == "rows" else s.total.column
        fraction = s.total.unit == "fraction"
        if fraction and s.total.value != 1.0:
            continue
        cause = "" if s.agrees else _cause(s)
        known = line in proven and (s.whole or cause)
        if not (s.agrees or known or (bare and s.whole) or (bare and cause)):
            continue
        low, high = _ends(s.parts)
        computed, unit = (low + high) / 2, s.total.unit
        when = f" in {s.total.period}" if s.total.period else ""
        said = "as stated" if s.agrees else f"but the total says {show(s.total.value, unit)}"
        listed = " + ".join(show(p.value, unit) for p in s.parts[:12])
        yield Identity(
            (s.total.id, *(p.id for p in s.parts)),
            f"the {len(s.parts)} {what} sum to {show(computed, unit)}{when} ({listed}), {said}"
            + (f" ({cause})" if cause else ""),
            computed, s.total.value, "agrees" if s.agrees else "disagrees", unit, f"sum of {what}",
        )  # fmt: skip


def _cause(s: _Sum) -> str:
    """The one slip of a pen that would make a sum right; empty where none does."""
    total, added = s.total.value, math.fsum(p.value for p in s.parts)
    off = total - added
    for value, right in ((total, added), *((p.value, p.value + off) for p in s.parts)):
        if cause := slip_between(value, right):
            return f"{show(value, s.total.unit)} for {show(right, s.total.unit)}: {cause}"
    long = min(len(digits(total)), len(digits(added))) >= 3
    return "one digit of one of them" if long and len(digits(round(off, 6))) == 1 else ""


def hundreds(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Shares of one sentence that are said to be all: they sum to 100 %."""
    places: dict[tuple[str, tuple[int, int]], list[Claim]] = defaultdict(list)
    for c in claims:
        one = c.value_low is not None and c.value_low == c.value_high
        if c.unit == "fraction" and one and live(c) and sort_of(c) != "change" and not in_table(c):
            places[c.document, c.span].append(c)
    for members in places.values():
        text, at = members[0].sentence, members[-1].value_span[0] - members[-1].span[0]
        first = members[0].value_span[0] - members[0].span[0]
        rest = pattern("checks.rest").search(text, max(0, at - 40), at + 30)
        said = rest or pattern("checks.split").search(text, max(0, first - 60), first + 30)
        if len(members) < 2 or not said or any(currency_of(c.unit) for c in members):
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
