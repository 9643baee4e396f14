"""What limits a plan beside chips and halls: money, vendors, grids, shares; the tail's weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from outlay.core.arrays import Array, Number
from outlay.planning.problem.axes import axes

__all__ = ["Budget", "Cash", "Ceiling", "Limit", "ShareLimit", "Tail"]

INF = float("inf")


@dataclass(frozen=True, slots=True)
class Budget:
    """Authorised capex of some classes over some periods (a fiscal year).

    basis: `order` (full price when ordered), `delivery` (full price when delivered) or `payment`
    (deposit, then the rest). slack_cost: currency per currency over it; inf = may not be broken.
    """

    id: str
    amount: Annotated[Number, axes("node", endless=True)]
    periods: tuple[int, ...]
    classes: tuple[str, ...] = ()  # empty = all capex
    basis: Literal["order", "delivery", "payment"] = "payment"
    slack_cost: float = INF


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap that several offers share: a vendor's output, a licence's quota.

    cap: chips delivered in the node (cumulative = False) or up to it on the path (True).
    """

    id: str
    offers: tuple[str, ...]
    cap: Annotated[Array, axes("node", endless=True)]
    cumulative: bool = False


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A limit on the IT power of several sites together: a grid, builders, transformers.

    cap: MW of IT load drawn by what stands at `sites`, whatever basis each site is in.
    """

    id: str
    sites: tuple[str, ...]
    cap: Annotated[Array, axes("node", endless=True)]


@dataclass(frozen=True, slots=True)
class ShareLimit:
    """Least share of the spend on `of` that must go to `offers` (domestic guidance).

    Counted over `periods` at delivery, price without hosts. slack_cost: currency per currency
    short.
    """

    id: str
    offers: tuple[str, ...]
    of: tuple[str, ...]
    share: Annotated[Number, axes("node")]
    periods: tuple[int, ...]
    slack_cost: float = INF


@dataclass(frozen=True, slots=True)
class Cash:
    """Cash by period: start + income + debt drawn - paid >= floor; debt <= ceiling.

    income: operating cash flow before this plan's payments. debt_rate: annual.
    slack_cost: currency per currency below the floor.
    """

    start: float
    income: Annotated[Array, axes("node", signed=True)]
    floor: Annotated[Number, axes("node", endless=True, signed=True)] = 0.0
    debt_ceiling: Annotated[Number, axes("node", endless=True)] = 0.0
    debt_rate: Annotated[Number, axes("node")] = 0.0
    slack_cost: float = INF


@dataclass(frozen=True, slots=True)
class Tail:
    """Weight of the tail: objective = (1 - weight) × expected cost + weight × CVaR_level(cost)."""

    level: float = 0.9
    weight: float = 0.0
