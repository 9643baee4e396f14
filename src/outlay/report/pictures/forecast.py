"""The picture of `outlay forecast`: the fan of its paths over what was announced."""

from __future__ import annotations

from outlay.core.quantities.formats import format_number, format_quantity
from outlay.demand.forecasts.forecast import Forecast
from outlay.report.charts.axis import Axis
from outlay.report.charts.band import Band, draw_fan
from outlay.report.charts.line import Curve, Dot
from outlay.report.theme import Spec

__all__ = ["forecast_picture"]

TOKENS = "token/day"
SCALES = ((1e12, "trillion "), (1e9, "billion "), (1e6, "million "))
BANDS = (
    ("90 % band", 0.05, 0.95, "#d3e6f3", "#ebebeb"),
    ("80 % band", 0.10, 0.90, "#a3cde8", "#d6d6d6"),
)
"""Name, its quantiles, its colour, and its grey where the data say nothing; the widest first."""
BLIND = "beyond what the data say"


def forecast_picture(made: Forecast) -> Spec:
    """Bands of the paths and the points that they go on from.

    What lies past `informative_until` is greyed and says why: the data bound nothing there.
    """
    days = [d.isoformat() for d in made.dates]
    until = made.informative_until
    seen = 0 if until is None else made.dates.index(until) + 1
    bands, largest = [], 0.0
    for name, low, high, colour, grey in BANDS:
        lows, highs = (made.quantile(q).tolist() for q in (low, high))
        largest = max(largest, *highs)
        for part, start, stop, look in (
            (name, 0, seen, colour),
            (f"{name}, {BLIND}", max(0, seen - 1), len(days), grey),  # the two areas meet
        ):
            if stop - start > 1:
                cut = slice(start, stop)
                bands.append(Band(part, days[cut], lows[cut], highs[cut], look))
    unit, sentence = made.series.unit, _sentence(made)
    return draw_fan(
        bands,
        Curve("middle path", days, made.quantile(0.5).tolist()),
        Axis("", kind="date"),
        _axis(unit, largest),
        f"Forecast of {made.series.name} as known on {made.as_of}: {sentence}.",
        dots=[
            Dot("announced as a floor" if p.floor else "announced", p.day.isoformat(), p.value,
                f"{p.grade}, {p.source or 'no source given'}")
            for p in made.series.points
        ],
        knots=len(days) == 1,
        heading=(f"{made.series.name}: forecast as known on {made.as_of}", sentence),
    )  # fmt: skip


def _axis(unit: str, largest: float) -> Axis:
    """Tokens a day in the largest scale word that the numbers reach; a bare number as it is."""
    if unit != TOKENS:
        return Axis(unit or "value", log=True)
    per, word = next((s for s in SCALES if largest >= s[0]), (1.0, ""))
    return Axis(f"{word}tokens a day", per=per, log=True, note=" (log)")


def _sentence(made: Forecast) -> str:
    low, middle, high = (float(made.quantile(q)[-1]) for q in (0.1, 0.5, 0.9))
    unit = made.series.unit

    def say(value: float) -> str:
        return format_quantity(value, unit) if unit == TOKENS else format_number(value)

    last, until = made.dates[-1], made.informative_until
    band = f"by {last} the middle path is {say(middle)}, the 80 % band {say(low)} to {say(high)}"
    if until is None:
        return f"{band}; these points say almost nothing about the future"
    if until == last:
        return band
    return f"{band}; beyond {until} the data say almost nothing"
