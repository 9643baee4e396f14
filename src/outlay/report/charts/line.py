"""Curves of one quantity over another, with dots where things stand and limits across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from outlay.report.charts.axis import Axis
from outlay.report.charts.layer import layer, texts
from outlay.report.charts.legend import coloured, colours, dashed, shaped
from outlay.report.theme import BLUE, NOTE, Json, Spec, chart, picture

__all__ = ["Curve", "Dot", "Limit", "draw_lines", "draw_panels", "limit_layers", "line_layers"]

Hold: TypeAlias = Literal["around", "after"]


@dataclass(frozen=True, slots=True)
class Curve:
    """A series: `y` over `x`, both in base units, `x` ascending (numbers, ISO days or names)."""

    name: str
    x: Sequence[float | str]
    y: Sequence[float]

    def rows(self, x: Axis, y: Axis) -> list[dict[str, Json]]:
        """A row a point. The label is the whole curve's: a line is read aloud once."""
        if not self.x:
            return []
        ends = f"{y.say(self.y[0])} at {x.say(self.x[0])} to {y.say(self.y[-1])} at "
        label = f"{self.name}: {ends}{x.say(self.x[-1])}".removeprefix(": ")
        return [
            {"x": x.shown(a), "y": y.shown(b), "series": self.name, "label": label}
            for a, b in zip(self.x, self.y, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of series `name` at `x`, `y` in base units; `text`: what else is known of it."""

    name: str
    x: float | str
    y: float
    text: str = ""

    def row(self, x: Axis, y: Axis) -> dict[str, Json]:
        more = f" ({self.text})" if self.text else ""
        label = f"{self.name} at {x.say(self.x)}: {y.say(self.y)}{more}"
        return {"x": x.shown(self.x), "y": y.shown(self.y), "series": self.name, "label": label}


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound on `x`, in its base unit."""

    name: str
    at: float


def draw_lines(
    curves: Sequence[Curve],
    x: Axis,
    y: Axis,
    description: str,
    *,
    dots: Sequence[Dot] = (),
    limits: Sequence[Limit] = (),
    hold: Hold | None = None,
    knots: bool = False,
    by_colour_alone: bool = False,
    looks: Mapping[str, str] | None = None,
    heading: Sequence[str] = (),
) -> Spec:
    """Curves and dots, each name in its colour and, so that grey tells them apart, its own dash
    or shape. A curve without a name is in no legend.

    hold: the value holds around each x, or after it, and then steps. knots: the points show.
    looks: name → colour, where a name has one through several pictures.
    """
    looks = looks or colours(sorted(({c.name for c in curves} | {d.name for d in dots}) - {""}))
    layers = line_layers(
        curves, x, y, looks, dots=dots, hold=hold, knots=knots, apart=not by_colour_alone
    )
    layers += limit_layers(limits, x)
    width = 600 if heading else None
    return chart(description, layers, width=width, heading=heading, upright=True)


def line_layers(
    curves: Sequence[Curve],
    x: Axis,
    y: Axis,
    looks: Mapping[str, str],
    *,
    dots: Sequence[Dot] = (),
    areas: Sequence[str] = (),
    hold: Hold | None = None,
    knots: bool = False,
    apart: bool = True,
) -> list[Spec]:
    """The layers of curves and of dots.

    looks: every name of the legend and its colour; areas: those that another layer draws.
    """
    place = {"x": x.channel("x"), "y": y.channel("y")}
    if looks:
        place["color"] = coloured(looks)
    dash = {"strokeDash": dashed(looks, [c.name for c in curves])} if apart and looks else {}
    dotted = {d.name for d in dots}
    shape = {"shape": shaped(looks, [n for n in looks if n in dotted], areas)} if apart else {}
    mark: dict[str, Json] = {"type": "line"} if looks else {"type": "line", "color": BLUE}
    if hold:
        mark["interpolate"] = {"around": "step", "after": "step-after"}[hold]
    if knots:
        mark["point"] = True if looks else {"color": BLUE}
    out = [layer([r for c in curves for r in c.rows(x, y)], mark, {**place, **dash})]
    if dots:
        point: Spec = {"type": "point", "filled": True, "size": 80}
        out.append(layer([d.row(x, y) for d in dots], point, {**place, **shape}))
    return out


def limit_layers(limits: Sequence[Limit], x: Axis) -> list[Spec]:
    """Dashed lines across, their names at the top, right of them."""
    rows = [{"x": x.shown(v.at), "text": v.name, "label": f"{v.name}: {x.say(v.at)}"}
            for v in limits]  # fmt: skip
    place = {"x": x.channel("x")}
    above: Spec = {"align": "left", "y": 0, "dx": 4, "dy": 10, "color": NOTE}
    rule: Spec = {"type": "rule", "strokeDash": [4, 3], "color": NOTE}
    return [layer(rows, rule, place), texts(rows, place, above)] if rows else []


def draw_panels(
    panels: Sequence[tuple[Curve, Axis]], x: Axis, description: str, heading: Sequence[str] = ()
) -> Spec:
    """Areas one above the other over the same `x`, each with its own unit."""
    mark: Spec = {"type": "area", "color": BLUE, "opacity": 0.6, "line": {"color": BLUE}}
    lowest = x.channel("x")
    above: Spec = {**lowest, "title": None, "axis": {"labels": False}}
    plots = []
    for i, (curve, y) in enumerate(panels, start=1):
        place = {"x": lowest if i == len(panels) else above, "y": y.channel("y")}
        plots.append({"width": 600, "height": 80, **layer(curve.rows(x, y), mark, place)})
    return picture(description, {"vconcat": plots}, heading)
