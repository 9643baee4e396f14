"""Units of a token series: scale words and "per day, month, minute" to token/day.

Makers convert by round numbers (1,300 trillion a month is quoted as 43 trillion a day), so a
month is 30 days, a quarter 90 and a year 365 here, as in the figures that are compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from outlay.core.errors import QuantityError, nearest
from outlay.core.periods import HOURS_PER_DAY, SECONDS_PER_DAY

__all__ = ["BARE", "SeriesUnit", "parse_series_unit"]

_SCALES = {
    "": 1.0,
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "million": 1e6,
    "mn": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "g": 1e9,
    "billion": 1e9,
    "t": 1e12,
    "tn": 1e12,
    "trillion": 1e12,
    "p": 1e15,
    "quadrillion": 1e15,
    "万": 1e4,
    "亿": 1e8,
    "万亿": 1e12,
}
_DAYS = {
    "second": 1 / SECONDS_PER_DAY,
    "minute": 1 / 1_440,
    "hour": 1 / HOURS_PER_DAY,
    "day": 1.0,
    "week": 7.0,
    "month": 30.0,
    "quarter": 90.0,
    "year": 365.0,
}
_SHORT = {"s": "second", "sec": "second", "min": "minute", "h": "hour", "d": "day", "yr": "year"}
_ALLOWED = "token/day, trillion/month, 'billion tokens per minute', T/day"

_FORM = re.compile(
    r"^\s*(?P<number>\d+(?:\.\d+)?(?:e\d+)?)?\s*(?P<scale>[a-z万亿]*?)\s*(?P<token>tokens?)?\s*"
    r"(?:/|\bper\b|\ba\b)\s*(?P<time>[a-z]+)\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SeriesUnit:
    """`factor` turns a written value into `name` (token/day, or the bare number)."""

    name: str
    factor: float


BARE = SeriesUnit("", 1.0)
"""No unit given: the numbers stay as they are."""


def parse_series_unit(text: str) -> SeriesUnit:
    """Read `trillion/day`, `token/month`, `billion tokens per minute`, `T/day`.

    Empty text is the bare number. Raises QuantityError.
    """
    if not text.strip():
        return BARE
    match = _FORM.match(text)
    if match is None:
        raise QuantityError("not a unit of a token series", value=repr(text), allowed=_ALLOWED)
    scale, time = match["scale"].casefold(), match["time"].casefold()
    time = _SHORT.get(time, time)
    time = time[:-1] if time not in _DAYS and time.endswith("s") else time
    if scale not in _SCALES:
        raise QuantityError(
            "unknown scale in a unit",
            value=repr(text),
            allowed=_ALLOWED,
            hint=nearest(scale, [s for s in _SCALES if s]),
        )
    if time not in _DAYS:
        raise QuantityError(
            "unknown time in a unit",
            value=repr(text),
            allowed=", ".join(_DAYS),
            hint=nearest(time, _DAYS),
        )
    number = float(match["number"] or 1.0)
    return SeriesUnit("token/day", number * _SCALES[scale] / _DAYS[time])
