"""What a figure means by the one that it is set beside, a share of or the same as."""

from __future__ import annotations

from dataclasses import replace

from outlay.evidence.quantities.meaning import Meaning
from outlay.evidence.quantities.quantity import Quantity
from outlay.evidence.types import Claim

__all__ = ["converted", "of_like", "share_of"]


def of_like(q: Quantity, done: list[Claim], meaning: Meaning) -> Meaning:
    """What the last figure of the same unit means, where it is no change."""
    like = next((c for c in reversed(done) if c.unit == q.unit), None)
    if like is None or like.metric.endswith(("growth", "change")):
        return meaning
    return Meaning(like.metric, like.family)


def share_of(meaning: Meaning, whole: Claim) -> Meaning:
    """ "20% of that": the share of what that is."""
    if not meaning.metric.startswith("share") or "share of" in meaning.metric:
        return meaning
    return replace(meaning, metric=meaning.metric.replace("share", f"share of {whole.metric}", 1))


def converted(claim: Claim, of: Claim | None) -> Claim:
    """A figure in another currency means what the one that it restates means."""
    if of is None:
        return claim
    return replace(
        claim, converts=of.id, subject=of.subject, metric=of.metric, family=of.family,
        period=of.period, period_basis=of.period_basis, kind=of.kind, status=of.status,
        about=of.about, quantity=of.quantity, grounds=replace(of.grounds, unit=claim.grounds.unit),
    )  # fmt: skip
