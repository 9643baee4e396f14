"""Whether a plan pays: what each service earns over its cost, and what comes back, by branch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from outlay.results.base import Money, Row, Share, Unit

__all__ = ["Earned", "Margin", "Pays"]


@dataclass(frozen=True, slots=True)
class Margin(Row):
    """What a million tokens of one service bring and cost, all kinds together, expected."""

    service: str
    """The study's service."""
    revenue: Money
    """What customers pay over the horizon."""
    spent: Money
    """What serving them costs over the horizon, idle capacity spread."""
    price: Annotated[float, Unit("study currency per million tokens")]
    """What customers pay for a million tokens, mean of the kinds that are served."""
    cost: Annotated[float, Unit("study currency per million tokens")]
    """What a million tokens cost: the price at which the margin is nought."""
    margin: Share | None
    """1 − cost ÷ price; null where chips that serve have no cost in the books, or at no price."""
    utilisation: Share
    """Share of the time in which the chips that serve it are busy."""
    even_at: Share | None
    """Share at which its cost is what customers pay, every chip alike; null where it costs more
    than that at any."""


@dataclass(frozen=True, slots=True)
class Earned(Row):
    """What comes back in one branch, or expected over all of them."""

    branch: str
    """States of the branch; empty: the only one, or all of them."""
    probability: Share
    """Its chance."""
    net: Mapping[str, Money]
    """Fiscal year → net income."""
    npv: Money
    """Net present value: free cash flow before debt, and what stands at the end at market value."""
    left: Money
    """Of it, what stands at the end, discounted."""
    irr: Annotated[float | None, Unit("1/year")]
    """Rate of return at which the present value is nought; null where none is."""
    payback: Annotated[float | None, Unit("year")]
    """Years from the start until the running free cash flow stays above nought; null where it does
    not within the horizon."""
    paid_in: Money
    """What the owner pays in over the horizon, beside the cash that is there at the start."""
    least_cash: Money
    """Least cash that is there at the end of a period."""
    least_at: str
    """That period."""


@dataclass(frozen=True, slots=True)
class Pays(Row):
    """Whether the plan pays, of a study that states what customers pay for every service."""

    margins: tuple[Margin, ...]
    """What each service earns over what it costs, most revenue first."""
    expected: Earned
    """What comes back, expected: rate and payback are those of the expected cash flow."""
    branches: tuple[Earned, ...]
    """What comes back in each branch."""

    @property
    def worst(self) -> Earned:
        """The branch in which least comes back."""
        return min(self.branches, key=lambda b: b.npv)

    @property
    def best(self) -> Earned:
        """The branch in which most comes back."""
        return max(self.branches, key=lambda b: b.npv)

    @property
    def lowest(self) -> Earned:
        """The branch in which cash falls lowest."""
        return min(self.branches, key=lambda b: b.least_cash)

    @property
    def loses(self) -> float:
        """Chance of the branches in which less comes back than is put in."""
        return sum(b.probability for b in self.branches if b.npv < 0)
