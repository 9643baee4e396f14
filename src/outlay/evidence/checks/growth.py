"""Growth between two figures, beside the growth that is stated."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from outlay.evidence.checks.compare import PARTS, WHOLES, converted, show
from outlay.evidence.types import Claim, Identity

__all__ = ["growth"]

Place = tuple[object, ...]


class _Rates:
    """Stated growths, each found from the figure that it stands nearest to."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self._at: dict[Place, list[tuple[int, int, Claim]]] = defaultdict(list)
        for order, c in enumerate(claims):
            if c.family.endswith(" growth"):
                for place in _places(c, c.family.removesuffix(" growth")):
                    self._at[place].append((c.value_span[0], order, c))
        for found in self._at.values():
            found.sort(key=lambda f: f[:2])

    def beside(self, c: Claim) -> Claim | None:
        """The growth nearest to `c`, of its measure, in its sentence or of its period."""
        at = c.value_span[0]
        near: list[tuple[int, int, Claim]] = []
        for place in _places(c, c.family):
            found = self._at.get(place, [])
            i = bisect_left(found, (at,))
            near += found[i : i + 1]
            if i:  # of those that begin at one letter, the first
                near.append(found[bisect_left(found, (found[i - 1][0],))])
        best = min(near, key=lambda f: (abs(f[0] - at), f[1]), default=None)
        return best[2] if best else None


def _places(c: Claim, family: str) -> Iterator[Place]:
    """Where a growth of that measure may be stated for `c`: its sentence, its period."""
    yield c.subject, family, c.span, c.document
    if c.period:
        yield c.subject, family, c.period, c.document


def growth(claims: Sequence[Claim], by_id: dict[str, Claim]) -> Iterator[Identity]:
    """Two figures side by side give a growth, to hold against a stated one or a word."""
    rates = _Rates(claims)
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
        stated = rates.beside(new)
        if stated is None:
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
