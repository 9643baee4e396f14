"""Exchange rates of a horizon: averages where they are known, the last known rate after that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import FxError, Problem
from outlay.core.fx import FxTable
from outlay.core.periods import Period

__all__ = ["period_rates"]


def period_rates(
    table: FxTable,
    codes: Iterable[str],
    currency: str,
    periods: Sequence[Period],
    known_on: date,
) -> dict[str, Array]:
    """Code → units of `currency` for one, [period], as known on `known_on`.

    A period that has ended takes the mean of its monthly averages (IAS 21.22) where all are known,
    else the rate of its middle; one that has not takes the rate of `known_on`, flat, which is an
    assumption and no forecast. Raises FxError naming every currency and period without a rate.
    """
    known = table.as_of(known_on)
    out: dict[str, Array] = {}
    problems: list[Problem] = []
    for code in dict.fromkeys(codes):
        rates = []
        for p in periods:
            try:
                rates.append(_rate(known, code, currency, p, known_on))
            except FxError as error:
                allowed = error.problems()[0].allowed
                what = f"no rate from {code} to {currency} in {p}"
                problems.append(Problem(what, f"fx.{code}", str(error), allowed))
        out[code] = np.array(rates)
    if problems:
        raise FxError(problems)
    return out


def _rate(table: FxTable, code: str, currency: str, period: Period, known_on: date) -> float:
    if code == currency:
        return 1.0
    if period.end - timedelta(days=1) <= known_on:
        try:
            return table.average(code, currency, period)
        except FxError:  # a month without an average: the rate of the day in the middle
            return table.rate(code, currency, period.middle)
    return table.rate(code, currency, min(known_on, period.middle))
