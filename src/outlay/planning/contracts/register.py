"""The kinds of contract that are known, and who answers for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from outlay.core.errors import InputError
from outlay.planning.contracts.lease import operating_lease, reservation, spot
from outlay.planning.contracts.purchase import finance_lease, purchase
from outlay.planning.contracts.terms import Terms
from outlay.planning.problem.types import Chip, Kind, Offer, PlanProblem

__all__ = ["terms_of"]

KINDS: Mapping[Kind, Callable[[Offer, Chip, PlanProblem], Terms]] = MappingProxyType(
    {
        "purchase": purchase,
        "finance_lease": finance_lease,
        "operating_lease": operating_lease,
        "reservation": reservation,
        "spot": spot,
    }
)


def terms_of(offer: Offer, problem: PlanProblem) -> Terms:
    """The answers of the offer's kind. Raises InputError for a kind nobody answers for."""
    if offer.kind not in KINDS:
        raise InputError("unknown contract", where=offer.id, value=offer.kind)
    chip = next(c for c in problem.chips if c.id == offer.chip)
    return KINDS[offer.kind](offer, chip, problem)
