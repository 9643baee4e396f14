"""Sums in tables: a row that calls itself a total, set against the rows above it."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from outlay.evidence.checks.compare import show
from outlay.evidence.types import Claim, Identity

__all__ = ["table_sums"]

_TOTAL_ROW = re.compile(r"\s*(?:grand |sub-?)?(?:total\b|合计|总计|小计|总和)", re.IGNORECASE)
_SAME_TABLE = 400  # characters between two rows of one table at most
_ADDS = re.compile(r"[A-Z]{3}$|chip$|server$|rack$|site$|user$|W$|token$|token/\w+$")


def table_sums(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Each total of a table beside the sum of its rows, in one column (unit and period).

    A total that agrees is told whatever its rows are; one that does not only where all rows
    are of one kind, as rows of several kinds may hold lines that are not added.
    """
    columns: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for c in claims:
        if c.sentence[: c.value_span[0] - c.span[0]].count("|") + c.sentence.count("\t") == 0 and (
            "," not in c.sentence
        ):
            continue  # not a row of a table
        if not _ADDS.search(c.unit) or c.value_low is None or c.value_low != c.value_high:
            continue
        above = columns[c.document, c.unit, c.period]
        if above and c.span[0] - above[-1].span[1] > _SAME_TABLE:
            above.clear()
        if not _TOTAL_ROW.match(c.sentence):
            if not c.family.endswith(" part") and not (above and above[-1].span == c.span):
                above.append(c)
            continue
        if len(above) >= 2:
            yield from _sum(c, above)
        above.clear()


def _sum(total: Claim, rows: Sequence[Claim]) -> Iterator[Identity]:
    computed = math.fsum(r.value for r in rows)
    room = total.rounding + math.fsum(r.rounding for r in rows)
    agrees = abs(computed - total.value) <= max(room, 1e-9 * abs(total.value))
    if not agrees and len({r.family for r in rows}) > 1:
        return
    when = f" in {total.period}" if total.period else ""
    said = "as stated" if agrees else f"but the total says {show(total.value, total.unit)}"
    yield Identity(
        (total.id, *(r.id for r in rows)),
        f"the {len(rows)} rows sum to {show(computed, total.unit)}{when}, {said}",
        computed,
        total.value,
        "agrees" if agrees else "disagrees",
        total.unit,
        "sum of rows",
    )
