"""Things one below the other, each with its name and its number in words above its own mark.

Names stand over the marks and not left of them: a long one takes no room from the plot, and what
is readable on a page is so on a telephone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from outlay.report.charts.axis import Axis
from outlay.report.charts.bar import Amount
from outlay.report.charts.layer import layer, names, room, texts, wrapped
from outlay.report.charts.legend import coloured, looked
from outlay.report.theme import BLUE, INK, NOTE, PAPER, WIDE, Json, Spec, chart

__all__ = ["Part", "Ranged", "Tick", "draw_lying", "ranked_bars"]

BAR, LINE, GAP = 11, 15, 12
"""Height of a bar, of a line of text, and of the space below, in px."""
PLOT = WIDE - 16
"""Width of the plot, in px."""


@dataclass(frozen=True, slots=True)
class Part:
    """A bar from `low` to `high` in base units; `series` has its colour in the picture's looks."""

    low: float
    high: float
    series: str = ""
    outlined: bool = False
    """Drawn as its edge alone: held, not used; possible, not firm."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on the axis: `dot`, or a `mark` across the bar."""

    at: float
    series: str
    dot: bool = False


@dataclass(frozen=True, slots=True)
class Ranged:
    """A row: its name, its number in words, what is drawn below them."""

    name: str
    text: str
    parts: Sequence[Part] = ()
    ticks: Sequence[Tick] = field(default=())
    why: str = ""
    """What explains the number, for a page that is asked; its bars and its dot carry it."""


def draw_lying(
    rows: Sequence[Ranged],
    axis: Axis,
    description: str,
    *,
    looks: Mapping[str, str] | None = None,
    base: float | None = None,
    heading: Sequence[str] = (),
) -> Spec:
    """Rows in the order given.

    looks: series → colour, as the legend lists them; none: one colour and no legend. base: marked
    in every row.
    """
    looks = looks or {}
    lines = [wrapped(r.name, PLOT - room(r.text) - 16) for r in rows]
    most = max(map(len, lines), default=1)
    step = most * LINE + BAR + GAP
    top, middle = -step / 2 + LINE - 3, step / 2 - GAP - BAR / 2 + 4
    order: list[Json] = [*dict.fromkeys(r.name for r in rows)]  # also of rows without a bar
    place: dict[str, Spec] = {
        "y": {**names("at"), "axis": None, "scale": {"padding": 0, "domain": order}}
    }
    layers = _bar_layers(_bars(rows, axis), axis, place, middle, looks)
    layers += _ticks(rows, axis, place, middle, looks)
    if base is not None:
        zero: list[dict[str, Json]] = [{"at": r.name, "value": axis.shown(base)} for r in rows]
        tick: Spec = {"type": "tick", "thickness": 1.5, "size": BAR + 8, "yOffset": middle,
                      "color": NOTE}  # fmt: skip
        layers.append(layer(zero, tick, {**place, "x": _along(axis, "value")}, read=False))
    said = [{"at": r.name, "text": one_line, "label": r.name}
            for r, one_line in zip(rows, lines, strict=True)]  # fmt: skip
    left, right = {**place, "x": {"value": 2}}, {**place, "x": {"value": PLOT - 2}}
    name: Spec = {"align": "left", "baseline": "alphabetic", "dy": top, "lineHeight": LINE}
    number: Spec = {"align": "right", "baseline": "alphabetic", "dy": top}
    layers.append(texts(said, left, name))
    layers.append(texts([{"at": r.name, "text": r.text} for r in rows if r.text], right, number))
    return chart(description, layers, height=step * len({r.name for r in rows}), heading=heading)


def _bar_layers(
    bars: Sequence[dict[str, Json]],
    axis: Axis,
    place: Mapping[str, Spec],
    middle: float,
    looks: Mapping[str, str],
) -> list[Spec]:
    """The layer of edges alone, and over it that of filled bars; one without bars is left out."""
    span = {**place, "x": _along(axis, "low"), "x2": {"field": "high"}}
    wide: Spec = {"type": "bar", "height": BAR, "yOffset": middle}
    out = []
    for outlined, own in ((True, "stroke"), (False, "color")):
        found = [b for b in bars if b["outlined"] is outlined]
        hidden: Spec = {"legend": None} if outlined else {}
        colour = {own: {**coloured(looks), **hidden}} if looks else {}
        edge: Spec = {"fill": PAPER, "strokeWidth": 1.5} if outlined else {}
        plain: Spec = {} if looks else {own: BLUE}
        if found:
            out.append(layer(found, {**wide, **edge, **plain}, {**span, **colour}))
    return out


def _along(axis: Axis, field: str) -> Spec:
    """The axis without lines across the plot, where names and numbers stand."""
    channel = dict(axis.channel(field))
    shown = channel.get("axis")
    return {**channel, "axis": {**(shown if isinstance(shown, Mapping) else {}), "grid": False}}


def _bars(rows: Sequence[Ranged], axis: Axis) -> list[dict[str, Json]]:
    return [
        {"at": r.name, "low": axis.shown(p.low), "high": axis.shown(p.high), "series": p.series,
         "outlined": p.outlined, "text": r.text,
         "label": f"{r.name}{', ' if p.series else ''}{p.series}: {_said(p, r, axis)}",
         **_explained(r)}
        for r in rows
        for p in r.parts
    ]  # fmt: skip


def _explained(row: Ranged) -> dict[str, Json]:
    return {"why": row.why} if row.why else {}


def _said(part: Part, row: Ranged, axis: Axis) -> str:
    """The row's number where it has one part; of several each says its own size."""
    if len(row.parts) == 1 and row.text:
        return row.text
    return axis.say(part.low - part.high if part.high <= 0 else part.high - part.low)


def _ticks(
    rows: Sequence[Ranged],
    axis: Axis,
    place: Mapping[str, Spec],
    middle: float,
    looks: Mapping[str, str],
) -> list[Spec]:
    out = []
    for dot in (False, True):
        found: list[dict[str, Json]] = [
            {"at": r.name, "value": axis.shown(t.at), "series": t.series,
             "label": f"{r.name}, {t.series}: {axis.say(t.at)}", **(_explained(r) if dot else {})}
            for r in rows for t in r.ticks if t.dot is dot
        ]  # fmt: skip
        if not found:
            continue
        where = {**place, "x": _along(axis, "value")}
        if dot:
            mark: Spec = {"type": "point", "filled": True, "size": 70, "opacity": 1,
                          "yOffset": middle, "stroke": PAPER, "strokeWidth": 1}  # fmt: skip
        else:
            mark = {"type": "tick", "thickness": 3, "size": BAR + 8, "yOffset": middle}
        if looks:
            where["color"] = coloured(looks)
            if dot:
                shapes = ["circle" if any(t.series == k and t.dot for r in rows for t in r.ticks)
                          else "square" for k in looks]  # fmt: skip
                where["shape"] = looked(looks, shapes)
        else:
            mark = {**mark, "color": INK}
        out.append(layer(found, mark, where))
    return out


def ranked_bars(
    amounts: Sequence[Amount], axis: Axis, description: str, heading: Sequence[str] = ()
) -> Spec:
    """Bars from nought, one below the other, in the order given."""
    rows = [
        Ranged(a.at, a.text or axis.say(a.value), (Part(min(a.value, 0.0), max(a.value, 0.0)),))
        for a in amounts
    ]  # fmt: skip
    return draw_lying(rows, axis, description, heading=heading)
