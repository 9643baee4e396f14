"""Where documents contradict themselves or each other, with the likeliest cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from outlay.evidence.checks.causes import slip_between
from outlay.evidence.checks.company import Company
from outlay.evidence.checks.compare import PARTS, WHOLES, by_key, in_order
from outlay.evidence.checks.near.again import again, restated
from outlay.evidence.checks.near.limits import above_limit
from outlay.evidence.checks.rivals import Severity, corrections, echoes, rivals
from outlay.evidence.checks.things import Things
from outlay.evidence.checks.unsaid import Unsaid
from outlay.evidence.checks.wholes import magnitudes, parts_of, scopes, shares
from outlay.evidence.types import Claim, Contradiction, Document, Identity

__all__ = ["find_contradictions", "from_identities"]

_IN_WORDS = ("percentage of an amount", "step", "sum of parts", "count × each", "sum of periods")
"""Arithmetic that the words between the figures say, whatever the figures are called."""
_ORDER = {"hard": 0, "soft": 1, "note": 2}


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
    claims = in_order(claims)
    by_id, things = {c.id: c for c in claims}, Things(claims)
    near = by_key(
        (c for c in claims if c.subject and (c.family in WHOLES | PARTS or c.converts)),
        lambda c: c.subject,
    )
    companies = defaultdict(lambda: Company(()), {s: Company(m) for s, m in near.items()})
    found = [
        *rivals(claims, companies, things, unsaid),
        *echoes(claims, companies, things),
        *corrections(claims, by_id, things),
        *magnitudes(near, companies),
        *parts_of(claims, by_id),
        *scopes(claims, by_id),
        *above_limit(claims, companies),
        *shares(claims, by_id, near, unsaid),
        *_repeats(claims, documents),
    ]
    told = {frozenset(c.claims) for c in found if c.severity == "hard"}
    found += [c for c in from_identities(identities, by_id) if frozenset(c.claims) not in told]
    said_again = (*again(claims, companies, things), *restated(claims, companies, things))
    found += [c for c in said_again if frozenset(c.claims) not in told]
    unique = {(tuple(sorted(c.claims)), c.relation): c for c in found}
    return sorted(unique.values(), key=lambda c: (_ORDER[c.severity], -(c.factor or 0.0)))


def _repeats(claims: Sequence[Claim], documents: Sequence[Document]) -> Iterator[Contradiction]:
    """Text that is printed twice: its claims are counted once."""
    within = by_key(claims, lambda c: (c.document, c.span[0]))
    for d in documents:
        for note in d.notes[:20]:
            if note.span is None or "twice" not in note.what:
                continue
            places = range(note.span[1], note.span[1] + 4)
            mine = [c.id for c in in_order(c for p in places for c in within.get((d.name, p), ()))]
            if not mine:
                continue
            words = " ".join(d.text[note.span[0] : note.span[1]].split())[:80]
            yield Contradiction(
                tuple(mine), "repeated text", 1.0, "the text was extracted twice around a tag",
                mine[0], f"{d.name}: “{words}…” is printed twice; its claims are counted once.",
                "note",
            )  # fmt: skip


def from_identities(
    identities: Sequence[Identity], by_id: Mapping[str, Claim]
) -> Iterator[Contradiction]:
    """Arithmetic that a document states and that does not hold."""
    for i in identities:
        if i.verdict != "disagrees" or not i.stated or not i.computed:
            continue
        of = (1 + i.computed, 1 + i.stated) if i.name == "growth" else (i.computed, i.stated)
        low, high = sorted(abs(v) for v in of)
        mates = [by_id[k] for k in i.claims if k in by_id]
        if not low or not mates:
            continue
        rate = i.name == "implied exchange rate"
        guessed = i.name not in _IN_WORDS and any(
            "guess" in (c.grounds.metric, c.grounds.unit) for c in mates
        )
        severity: Severity = "soft" if guessed or (rate and high / low < 1.25) else "hard"
        cause = slip_between(i.computed, i.stated, 0.01) or (
            "a conversion at another day's rate, or a slip in one of the two figures"
            if rate
            else "one of the figures is misprinted, or of another period or scope"
        )
        keep = Company(mates).most(*mates).id
        yield Contradiction(
            i.claims, f"arithmetic: {i.name}", high / low, cause, keep,
            f"{mates[0].subject or mates[0].document}: {i.statement}: it does not hold. Likeliest "
            f"cause: {cause}.", severity,
        )  # fmt: skip
