"""The look of every picture, and its rendering to SVG or PNG without a browser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["PALETTE", "base", "to_png", "to_svg"]

VEGA_LITE = "5.21"
Spec = dict[str, Any]

PALETTE = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#7F7F7F",
    "#004B76", "#9A6A00", "#00674C", "#88506F", "#398AA8", "#8E3F00", "#A09B2D", "#404040",
)  # fmt: skip
"""Okabe and Ito's colours, which the colour-blind tell apart; darker again from the ninth on."""

_CONFIG: Mapping[str, Any] = {
    "background": "#ffffff",
    "font": "DejaVu Sans, Arial, sans-serif",
    "view": {"stroke": None},
    "axis": {"labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal",
             "gridColor": "#e6e6e6", "domainColor": "#888", "tickColor": "#888", "labelLimit": 220},
    "legend": {"labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal",
               "labelLimit": 220, "symbolLimit": 30},
    "header": {"labelFontSize": 11, "titleFontSize": 11},
    "range": {"category": list(PALETTE)},
    "bar": {"discreteBandSize": {"band": 0.8}},
}  # fmt: skip


def base(description: str, width: int = 720, height: int = 280) -> Spec:
    """An empty Vega-Lite specification with the house's look; `description` is read aloud."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": description,
        "width": width,
        "height": height,
        "config": dict(_CONFIG),
    }


def to_svg(spec: Spec) -> str:
    """The specification as an SVG that scales with the page; marks keep their labels."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    # The page sets the width; the drawing keeps its proportions.
    svg = re.sub(r'<svg ([^>]*?)width="([\d.]+)" height="([\d.]+)"', r"<svg \1", svg, count=1)
    title = spec.get("description", "")
    return svg.replace("<svg ", f'<svg role="img" aria-label="{_attribute(title)}" ', 1)


def to_png(spec: Spec, scale: float = 2.0) -> bytes:
    """The specification as a PNG picture."""
    import vl_convert

    png: bytes = vl_convert.vegalite_to_png(spec, vl_version=VEGA_LITE, scale=scale)
    return png


def _attribute(text: str) -> str:
    for plain, escaped in (("&", "&amp;"), ('"', "&quot;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(plain, escaped)
    return text
