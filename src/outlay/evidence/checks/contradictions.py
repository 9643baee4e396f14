"""Where documents contradict themselves or each other, with the likeliest cause."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal

from outlay.evidence.checks.company import Company, trust
from outlay.evidence.checks.compare import PARTS, WHOLES, by_key
from outlay.evidence.checks.rivals import rivals
from outlay.evidence.checks.unsaid import Unsaid
from outlay.evidence.checks.wholes import magnitudes, parts_above_wholes, scopes, shares
from outlay.evidence.types import Claim, Contradiction, Document, Identity

__all__ = ["find_contradictions", "from_identities"]

Severity = Literal["hard", "soft", "note"]


def find_contradictions(
    claims: Sequence[Claim],
    documents: Sequence[Document],
    identities: Sequence[Identity] = (),
    unsaid: Unsaid | None = None,
) -> list[Contradiction]:
    """All contradictions, hard ones first, then soft ones, then notes.

    Claims are compared in groups (a subject, a measure, a period), so that the time grows with
    their number. unsaid: takes notes of groups too large for it.
    """
    unsaid = unsaid or Unsaid()
    by_id = {c.id: c for c in claims}
    near = by_key(
        (c for c in claims if c.subject and (c.family in WHOLES | PARTS or c.converts)),
        lambda c: c.subject,
    )
    companies = defaultdict(lambda: Company(()), {s: Company(m) for s, m in near.items()})
    found = [
        *rivals(claims, companies, unsaid),
        *magnitudes(near, companies),
        *parts_above_wholes(near, companies, unsaid),
        *scopes(claims, by_id),
        *shares(claims, by_id, near, unsaid),
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


def _repeats(claims: Sequence[Claim], documents: Sequence[Document]) -> Iterator[Contradiction]:
    """Text that is printed twice: its claims are counted once."""
    within = by_key(claims, lambda c: c.document)
    for d in documents:
        for note in d.notes[:20]:
            if note.span is None or "twice" not in note.what:
                continue
            mine = [c.id for c in within.get(d.name, ()) if 0 <= c.span[0] - note.span[1] <= 3]
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
