"""The first screen as the page lays it out: its parts, and the bars that stand beside them."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.report.screen import least_lines
from outlay.report.words.first import First, Money, Serving, first_of
from outlay.report.words.language import Words
from outlay.results.plans.plan import Plan

__all__ = ["Opening", "Share", "Year", "opening"]

ROOM = 0.96
"""Of a bar's width, what the largest amount takes: a mark at it stays inside."""

SEEN = 0.5
"""Per cent of a bar that an eye makes out."""


@dataclass(frozen=True, slots=True)
class Year:
    """A year's money as a bar: widths in per cent of its box."""

    of: Money
    decided: float
    outside: float
    mark: float | None
    """Where the authorised amount stands; None: there is none."""


@dataclass(frozen=True, slots=True)
class Share:
    """What is served of a service as a bar: per cent expected, and where it is least."""

    of: Serving
    expected: float
    least: float | None
    """None: every branch alike."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The first screen: its texts, the same as in terminal and memo, and its bars."""

    first: First
    years: tuple[Year, ...]
    shares: tuple[Share, ...]
    least: tuple[str, ...]
    """Where least is served."""
    outside: bool
    """Whether money due outside the plan is seen."""
    limits: bool
    """Whether any is authorised."""


def opening(plan: Plan, say: Words) -> Opening:
    """The first screen of a plan that has its words."""
    first = first_of(plan, say)
    most = max([m.decided + m.outside for m in first.money]
               + [m.authorised or 0.0 for m in first.money], default=0.0)  # fmt: skip
    per = 100 * ROOM / most if most > 0 else 0.0
    return Opening(
        first,
        tuple(
            Year(m, per * m.decided, per * m.outside,
                 None if m.authorised is None else per * m.authorised)
            for m in first.money
        ),
        tuple(
            Share(s, 100 * s.expected, 100 * s.least if s.where else None) for s in first.served
        ),
        tuple(least_lines(first.served, say)),
        any(per * m.outside > SEEN for m in first.money),
        any(m.authorised is not None for m in first.money),
    )  # fmt: skip
