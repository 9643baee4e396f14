"""What a validation of the performance model says: sentences, headings and cells by group."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from outlay.results.models.validation import ScoredGroup, Validation

__all__ = ["HEADS", "NOTE", "cells", "nothing_scored", "refusals", "sentences", "taken"]

HEADS = ("rows", "groups", "error", "its 90 %", "p90", "bias", "inside")
NOTE = (
    "error: median in each group of |log(predicted / measured)|, then over groups; p90: its "
    "90th percentile over groups; inside: rows in the 90 % interval"
)
_TAKEN = re.compile("not stated|not known|scaled to|shapes unknown")
LISTED = 40
"""Rows not predicted that are named; the document holds all."""


def sentences(doc: Validation) -> Iterator[str]:
    """The error of the whole table, and whether the fit has seen it."""
    o = doc.overall
    if o.n:
        yield (
            f"{_many(o.n, 'row')} in {_many(o.groups, 'group')}: "
            f"median error {o.median_abs_log_ratio:.1%}, "
            f"bias {o.bias:+.1%}, {o.coverage_90:.0%} inside the 90 % interval."
        )
    if doc.seen_by_the_fit:
        yield (
            "The constants were fitted to this very table: for errors on what a fit has not seen, "
            "add --held-out group, model, chip, family, engine or source."
        )


def _many(number: int | None, word: str) -> str:
    number = number or 0
    return f"{number:,} {word}" + "s" * (number != 1)


def nothing_scored(doc: Validation) -> str:
    """Why the table says nothing of the model; empty where it does."""
    if doc.overall.n:
        return ""
    first = next(iter(doc.rows), None)
    why = f", as of {first.row_id}: {first.why or first.status}" if first else ""
    return f"nothing was scored: none of {len(doc.rows):,} rows could be predicted{why}"


def cells(row: ScoredGroup) -> tuple[str, ...]:
    """The name of a group, then its cells under `HEADS`."""
    low, high = row.median_interval_90
    return (
        row.name, str(row.n), str(row.groups), f"{row.median_abs_log_ratio:.1%}",
        f"{low:.1%}-{high:.1%}", f"{row.p90_abs_log_ratio:.1%}", f"{row.bias:+.1%}",
        f"{row.coverage_90:.0%}",
    )  # fmt: skip


def refusals(doc: Validation) -> Iterator[str]:
    """How many rows were not predicted, and why the first of them were not."""
    refused = [r for r in doc.rows if r.status != "predicted"]
    yield f"{len(refused)} of {len(doc.rows)} not predicted"
    for r in refused[:LISTED]:
        yield f"  {r.row_id}: {r.status}: {r.why}"


def taken(doc: Validation) -> Iterator[str]:
    """What rows that were predicted do not say, or say in words not known, and how it was taken."""
    said = Counter(
        phrase
        for r in doc.rows if r.status == "predicted"
        for phrase in dict.fromkeys(r.why.split("; "))
        if _TAKEN.search(phrase)
    )  # fmt: skip
    for phrase, n in said.most_common(LISTED):
        yield f"  {n} {'row' if n == 1 else 'rows'}: {phrase}"
