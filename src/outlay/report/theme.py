"""The look of every picture, and its rendering to SVG or PNG without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from outlay.core.errors import InputError

__all__ = ["Json", "Spec", "chart", "picture", "to_png", "to_svg", "write_picture"]

VEGA_LITE = "5.21"
Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
Spec: TypeAlias = Mapping[str, Json]
"""A Vega-Lite specification, whole or a part of one."""

PALETTE = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#7F7F7F",
    "#004B76", "#9A6A00", "#00674C", "#88506F", "#398AA8", "#8E3F00", "#A09B2D", "#404040",
)  # fmt: skip
"""Okabe and Ito's colours, which the colour-blind tell apart; darker again from the ninth on."""
BLUE, GREEN, SKY, VERMILION = PALETTE[0], PALETTE[2], PALETTE[4], PALETTE[5]
INK, NOTE, FAINT, PALE = "#111", "#555", "#bbb", "#cfe5f3"
"""Of marks over coloured ones, of small texts, of lines that only join, of areas under a curve."""

_CONFIG: Spec = {
    "background": "#ffffff",
    "font": "DejaVu Sans, Arial, sans-serif",
    "view": {"stroke": None},
    "title": {"anchor": "start", "fontSize": 14, "fontWeight": "normal", "subtitleFontSize": 11,
              "subtitleColor": NOTE, "offset": 12},
    "axis": {"labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal",
             "gridColor": "#e6e6e6", "domainColor": "#888", "tickColor": "#888", "labelLimit": 220},
    "legend": {"labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal",
               "labelLimit": 220, "symbolLimit": 30},
    "bar": {"discreteBandSize": {"band": 0.8}},
}  # fmt: skip


def picture(description: str, body: Spec, heading: Sequence[str] = ()) -> Spec:
    """A whole specification in the house's look.

    description: read aloud in the picture's place. heading: drawn above it, the title first; a
    picture of the report has none, as its caption stands on the page.
    """
    text, *below = heading or ("",)
    title = {"title": {"text": text, **({"subtitle": below} if below else {})}} if text else {}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": description,
        "config": _CONFIG,
        **title,
        **body,
    }


def chart(
    description: str,
    layers: Sequence[Spec],
    *,
    width: int = 720,
    height: int = 280,
    heading: Sequence[str] = (),
) -> Spec:
    """A picture of one plot: `layers` over the same axes, the first one lowest."""
    plot: Spec = {"layer": list(layers)} if layers[1:] else layers[0]
    return picture(description, {"width": width, "height": height, **plot}, heading)


def to_svg(spec: Spec) -> str:
    """The specification as an SVG that scales with the page; marks keep their labels."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(json.dumps(spec), vl_version=VEGA_LITE)
    # The page sets the width; the drawing keeps its proportions.
    svg = re.sub(r'<svg ([^>]*?)width="([\d.]+)" height="([\d.]+)"', r"<svg \1", svg, count=1)
    title = str(spec.get("description", ""))
    return svg.replace("<svg ", f'<svg role="img" aria-label="{_attribute(title)}" ', 1)


def to_png(spec: Spec, scale: float = 2.0) -> bytes:
    """The specification as a PNG picture."""
    import vl_convert

    png: bytes = vl_convert.vegalite_to_png(json.dumps(spec), vl_version=VEGA_LITE, scale=scale)
    return png


def write_picture(path: Path, spec: Spec, where: str = "") -> None:
    """Write `spec` as its file's name asks: .svg, .png, or .json for the specification itself."""
    kind = path.suffix.lower()
    if kind == ".json":
        data = json.dumps(spec, indent=1).encode()
    elif kind == ".svg":
        data = to_svg(spec).encode()
    elif kind == ".png":
        data = to_png(spec)
    else:
        raise InputError("unknown kind of chart file", where=where, value=path.name,
                         allowed=".svg, .png, .json")  # fmt: skip
    path.write_bytes(data)


def _attribute(text: str) -> str:
    for plain, escaped in (("&", "&amp;"), ('"', "&quot;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(plain, escaped)
    return text
