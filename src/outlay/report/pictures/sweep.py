"""Pictures of a sweep: what drives an answer, and an answer over two inputs."""

from __future__ import annotations

from outlay.core.quantities.currencies import CODES
from outlay.core.quantities.formats import format_number
from outlay.report.charts.axis import Axis
from outlay.report.charts.bar import Amount
from outlay.report.charts.heat import draw_heat
from outlay.report.charts.lying import Part, Ranged, draw_lying, ranked_bars
from outlay.report.figures.figure import chips_axis, money_axis
from outlay.report.theme import Spec
from outlay.report.words.language import Words
from outlay.report.words.sweeps.sweep import answer_name, input_name, input_value, shown
from outlay.results.kept.sweep import Driver, Surface, Sweep

__all__ = ["drivers_picture", "surface_picture"]

MOST = 10
"""Inputs drawn, the strongest."""
LEAST = 0.005
"""Share below which an input is not drawn."""


def drivers_picture(found: Sweep, of: str, say: Words) -> Spec | None:
    """What moves an answer: of inputs moved one at a time the swing of each, else the share of the
    differences that each explains. None where nothing moves it."""
    drivers = [d for d in found.of(of) if d.share >= LEAST][:MOST]
    if not drivers:
        return None
    title = say("sweep.drivers", of=answer_name(of, say))
    ways = {v.path: v.way for v in found.varied}
    if any(w == "ends" for w in ways.values()):
        return _tornado(drivers, title, say)
    bars = [
        Amount(input_name(d.path, say), d.share,
               text=say("number.percent", n=format_number(100 * d.share, 2)))
        for d in drivers
    ]  # fmt: skip
    return ranked_bars(bars, Axis("", kind="share"), title, heading=(title,))


def _tornado(drivers: list[Driver], title: str, say: Words) -> Spec:
    rows = list[Ranged]()
    for d in drivers:
        if d.at_low is None or d.at_high is None:
            continue
        text = f"{shown(d.at_low, d.unit, say)} → {shown(d.at_high, d.unit, say)}"
        part = Part(min(d.at_low, d.at_high), max(d.at_low, d.at_high))
        rows.append(Ranged(input_name(d.path, say), text, (part,)))
    ends = [x for d in drivers for x in (d.at_low, d.at_high) if x is not None]
    return draw_lying(rows, _axis(drivers[0].unit, ends, say), title, heading=(title,))


def _axis(unit: str, values: list[float], say: Words) -> Axis:
    if unit in CODES:
        return money_axis(values, say, zero=False)
    if unit == "chip":
        return chips_axis(values, say, "axis.chips")
    return Axis("" if unit == "share" else unit, kind="share" if unit == "share" else "number",
                zero=False)  # fmt: skip


def surface_picture(found: Sweep, s: Surface, say: Words) -> Spec:
    """An answer over two inputs, as a field of cells."""
    units = {v.path: v.unit for v in found.varied}
    xs, ys = ([input_value(v, units[p], say) for v in values]
              for p, values in ((s.x, s.xs), (s.y, s.ys)))  # fmt: skip
    of, x, y = answer_name(s.of, say), input_name(s.x, say), input_name(s.y, say)
    title = say("sweep.surfaces", of=f"{of[:1].upper()}{of[1:]}", x=x, y=y)
    cells = [[(v, shown(v, s.unit, say)) for v in line] for line in s.cells]
    return draw_heat(xs, ys, cells, title, x_title=x, y_title=y, heading=(title,))
