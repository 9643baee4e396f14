"""Upright bars: amounts stacked, or side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outlay.report.charts.axis import Axis
from outlay.report.charts.layer import Channels, layer, names, thinned
from outlay.report.charts.legend import coloured, colours
from outlay.report.charts.line import Curve
from outlay.report.theme import INK, WIDE, Json, Spec, chart

__all__ = ["Amount", "grouped_bars", "stacked_bars"]


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
    looks: Mapping[str, str] | None = None,
    line: Curve | None = None,
    lying: bool = False,
    heading: Sequence[str] = (),
) -> Spec:
    """Parts on top of one another at each place, in the order given; the first one lowest.

    looks: part → colour, in the order of the stack; without it, parts stack by the alphabet. line:
    of the same unit, dashed over the bars. lying: the bars lie, places one below the other.
    """
    looks = looks or colours(sorted({a.part for a in amounts}))
    rank = {name: i for i, name in enumerate(looks)}
    rows = [{**a.row(axis), "rank": rank[a.part]} for a in amounts]
    stack = _stack([str(x) for x in (*(line.x if line else ()), *(a.at for a in amounts))], axis,
                   lying=lying)  # fmt: skip
    colour = coloured(looks) if len(looks) > 1 or line is not None else {
        **coloured(looks), "legend": None
    }  # fmt: skip
    layers = [layer(rows, {"type": "bar"}, {**stack, "color": colour, "order": {"field": "rank"}})]
    if line is not None and line.x:
        layers.append(_over(line, axis, stack))
    height = 40 * len({a.at for a in amounts}) if lying else 220
    return chart(description, layers, width=600 if lying else None, height=height,
                 heading=heading, upright=not lying)  # fmt: skip


def _stack(listed: Sequence[str], axis: Axis, *, lying: bool) -> dict[str, Spec]:
    """Places along one direction, amounts along the other."""
    shown = thinned(list(dict.fromkeys(listed)), WIDE - 60)
    upright: Spec = {"labelAngle": 0, "values": shown, "labelOverlap": False}
    places = names("at", axis={} if lying else upright, listed=listed)
    return {"y": places, "x": axis.channel()} if lying else {"x": places, "y": axis.channel()}


def _over(line: Curve, axis: Axis, stack: Channels) -> Spec:
    """A dashed line over the bars."""
    dash: Spec = {"field": "series", "type": "nominal", "title": None,
                  "scale": {"range": [[5, 3]]}, "legend": {"columns": 1}}  # fmt: skip
    rows = [{"at": r["x"], "value": r["y"], **r} for r in line.rows(Axis(""), axis)]
    mark: Spec = {"type": "line", "point": {"color": INK}, "strokeWidth": 2.5, "color": INK}
    return layer(rows, mark, {**stack, "strokeDash": dash})


def grouped_bars(amounts: Sequence[Amount], axis: Axis, description: str) -> Spec:
    """Parts side by side at each place, in the order given; dots where a log has no zero."""
    mark: Spec = {"type": "point", "filled": True, "size": 70} if axis.log else {"type": "bar"}
    channels = {
        "x": names("at", axis={"labelAngle": 0}),
        "xOffset": {"field": "series", "sort": None},
        "y": axis.channel(),
        "color": coloured(colours(a.part for a in amounts)),
    }
    bars = layer([a.row(axis) for a in amounts], mark, channels)
    return chart(description, [bars], height=220, upright=True)
