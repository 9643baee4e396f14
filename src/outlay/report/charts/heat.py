"""A field of cells over two inputs, each with its number in words: the darker the more."""

from __future__ import annotations

from collections.abc import Sequence

from outlay.report.charts.layer import layer, names, room, thinned
from outlay.report.theme import SKY, WIDE, Json, Spec, chart

__all__ = ["draw_heat"]

LIGHT, EMPTY, TEXT = "#eef6fc", "#e9eaec", "#10202c"
"""Least, none, and the letters on them: they stay in dark mode, as the cells do."""
CELL = 30
SIDE = 96
"""Px beside the cells, for names of rows."""


def draw_heat(
    xs: Sequence[str],
    ys: Sequence[str],
    cells: Sequence[Sequence[tuple[float | None, str]]],
    description: str,
    *,
    x_title: str,
    y_title: str,
    heading: Sequence[str] = (),
) -> Spec:
    """cells: [y][x] value, and what is said of it; without a value: a cell that is empty.

    The first of ys is the lowest row, as on an axis. Where cells are too narrow for their numbers
    these are read aloud and when pointed at alone.
    """
    rows: list[dict[str, Json]] = [
        {"x": x, "y": y, "value": value, "text": said,
         "label": f"{x_title} {x}, {y_title} {y}: {said}"}
        for y, line in zip(ys, cells, strict=True)
        for x, (value, said) in zip(xs, line, strict=True)
    ]  # fmt: skip
    wide = (WIDE - SIDE) / max(1, len(xs))
    places: dict[str, Spec] = {
        "x": {**names("x", axis={"labelAngle": 0, "values": thinned(xs, WIDE - SIDE)}, listed=xs),
              "title": x_title},
        "y": {**names("y", listed=list(reversed(ys))), "title": y_title},
    }  # fmt: skip
    full = [r for r in rows if r["value"] is not None]
    shade: Spec = {"field": "value", "type": "quantitative", "legend": None,
                   "scale": {"range": [LIGHT, SKY], "zero": False}}  # fmt: skip
    layers = [layer(full, {"type": "rect", "stroke": "#ffffff"}, {**places, "color": shade})]
    if empty := [r for r in rows if r["value"] is None]:
        mark: Spec = {"type": "rect", "color": EMPTY, "stroke": "#ffffff"}
        layers.append(layer(empty, mark, places))
    if max((room(str(r["text"])) for r in rows), default=0.0) <= wide:
        said = {**places, "text": {"field": "text"}}
        layers.append(layer(rows, {"type": "text", "color": TEXT}, said, read=False))
    return chart(description, layers, height=CELL * len(ys), heading=heading, upright=True)
