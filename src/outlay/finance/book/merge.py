"""Bring flows of the same thing together, so that each has one row in the accounts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from outlay.core.errors import InputError, Problem
from outlay.finance.types import Activity, Flows, Sale

__all__ = ["merged"]


def merged(flows: Flows) -> Flows:
    """The same flows with one sale per service and kind and one activity per chip besides.

    Raises InputError where sales of one service and kind have different prices.
    """
    sales: dict[tuple[str, str], Sale] = {}
    problems = []
    for s in flows.sales:
        old = sales.get((s.service, s.kind))
        if old is None:
            sales[s.service, s.kind] = s
            continue
        if old.currency != s.currency or not np.array_equal(
            np.broadcast_to(old.price, flows.shape), np.broadcast_to(s.price, flows.shape)
        ):
            what = "two prices for the same tokens"
            problems.append(Problem(what, f"sales.{s.service}.{s.kind}"))
        mtok = np.broadcast_to(old.mtok, flows.shape) + np.broadcast_to(s.mtok, flows.shape)
        sales[s.service, s.kind] = replace(old, mtok=mtok)
    if problems:
        raise InputError(problems)
    work: dict[tuple[str, str, str], Activity] = {}
    for a in flows.activities:
        first = work.get((a.service, a.kind, a.chip))
        if first is None:
            work[a.service, a.kind, a.chip] = a
        else:
            seconds = np.broadcast_to(first.seconds, flows.shape) + np.broadcast_to(
                a.seconds, flows.shape
            )
            work[a.service, a.kind, a.chip] = replace(first, seconds=seconds)
    return replace(flows, sales=tuple(sales.values()), activities=tuple(work.values()))
