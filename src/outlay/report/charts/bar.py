"""Bars: amounts stacked, side by side, against marks, or in a row with their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from outlay.report.charts.axis import Axis
from outlay.report.charts.layer import layer, names, texts
from outlay.report.charts.legend import coloured, colours
from outlay.report.charts.line import Curve
from outlay.report.theme import BLUE, INK, Json, Spec, chart

__all__ = ["Amount", "bars_against", "grouped_bars", "ranked_bars", "stacked_bars"]

UPRIGHT: Spec = {"labelAngle": 0}


@dataclass(frozen=True, slots=True)
class Amount:
    """A bar or a part of one: its place, its size in base units, the part's name.

    text: the number as people write it, where it stands beside the bar.
    """

    at: str
    value: float
    part: str = ""
    text: str = ""

    def row(self, axis: Axis) -> dict[str, Json]:
        place = f"{self.at}, {self.part}" if self.part else self.at
        return {
            "at": self.at, "value": axis.shown(self.value), "series": self.part,
            "text": self.text, "label": f"{place}: {self.text or axis.say(self.value)}",
        }  # fmt: skip


def stacked_bars(
    amounts: Sequence[Amount],
    axis: Axis,
    description: str,
    *,
    line: Curve | None = None,
    lying: bool = False,
    heading: Sequence[str] = (),
) -> Spec:
    """Parts on top of one another at each place, the first of the alphabet lowest.

    line: of the same unit, dashed over the bars. lying: the bars lie, places one below the other.
    """
    rows = [a.row(axis) for a in amounts]
    along, across = ("y", "x") if lying else ("x", "y")
    places = names("at") if lying else names("at", ascending=True, axis=UPRIGHT)
    stack = {along: places, across: axis.channel()}
    looks = coloured(colours(sorted({a.part for a in amounts})))
    layers = [layer(rows, {"type": "bar"}, {**stack, "color": looks, "order": {"field": "series"}})]
    if line is not None and line.x:
        dash: Spec = {"field": "series", "type": "nominal", "title": None,
                      "scale": {"range": [[5, 3]]}}  # fmt: skip
        over = [{"at": r["x"], "value": r["y"], **r} for r in line.rows(Axis(""), axis)]
        mark: Spec = {"type": "line", "point": True, "strokeWidth": 2.5, "color": INK}
        layers.append(layer(over, mark, {**stack, "strokeDash": dash}))
    height = 40 * len({a.at for a in amounts}) if lying else 280
    return chart(description, layers, height=height, heading=heading)


def bars_against(
    amounts: Sequence[Amount], marks: Sequence[Amount], axis: Axis, description: str
) -> Spec:
    """Stacked bars, the first part of the alphabet on top, beside marks with their names."""
    places = {"x": names("at", ascending=True, axis=UPRIGHT), "y": axis.channel()}
    looks = coloured(colours(sorted({a.part for a in amounts})))
    bars = [a.row(axis) for a in amounts]
    layers = [layer(bars, {"type": "bar", "size": 60}, {**places, "color": looks})]
    if marks:
        rows = [m.row(axis) for m in marks]
        tick: Spec = {"type": "tick", "thickness": 3, "size": 80, "color": INK}
        layers.append(layer(rows, tick, places))
        layers.append(texts(rows, places, {"align": "left", "dx": 44, "fontSize": 10}))
    return chart(description, layers, width=560, height=260)


def grouped_bars(amounts: Sequence[Amount], axis: Axis, description: str) -> Spec:
    """Parts side by side at each place, in the order given; dots where a log has no zero."""
    mark: Spec = {"type": "point", "filled": True, "size": 70} if axis.log else {"type": "bar"}
    channels = {
        "x": names("at", axis={"labelAngle": -25}),
        "xOffset": {"field": "series", "sort": None},
        "y": axis.channel(),
        "color": coloured(colours(a.part for a in amounts)),
    }
    bars = layer([a.row(axis) for a in amounts], mark, channels)
    return chart(description, [bars], height=260)


def ranked_bars(amounts: Sequence[Amount], axis: Axis, description: str) -> Spec:
    """Lying bars one below the other, in the order given, with their numbers beside them."""
    rows = [a.row(axis) for a in amounts]
    places = {"y": names("at"), "x": axis.channel()}
    layers = [
        layer(rows, {"type": "bar", "color": BLUE}, places),
        texts(rows, places, {"align": "left", "dx": 4, "fontSize": 11}),
    ]
    return chart(description, layers, width=560, height=max(60, 26 * len(rows)))
