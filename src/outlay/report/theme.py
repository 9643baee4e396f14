"""The look of every picture (docs/visual.md), and its drawing as SVG or PNG without a browser."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from outlay.core.errors import DrawingError, InputError
from outlay.core.written import write_atomic
from outlay.report.drawing import desk

__all__ = [
    "Json",
    "Spec",
    "chart",
    "named",
    "page_css",
    "picture",
    "png_of",
    "to_png",
    "to_svg",
    "write_picture",
    "write_pictures",
]

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
Spec: TypeAlias = Mapping[str, Json]
"""A Vega-Lite specification, whole or a part of one."""

PALETTE = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000",
)  # fmt: skip
"""Okabe and Ito's colours, which the colour-blind tell apart, largest thing first."""
OTHER = "#9AA0A6"
"""Of all things after the eighth together."""
BLUE, GREEN, SKY, VERMILION = PALETTE[0], PALETTE[2], PALETTE[4], PALETTE[5]
ACCENT, INK, NOTE, FAINT, GRID, PAPER = (
    "#0b5fa5", "#1a1a1a", "#5f6368", "#b4b8bd", "#e3e5e8", "#ffffff",
)  # fmt: skip
"""The one accent; texts; quiet texts and axes; lines that only join; grids; the ground."""
PALE = "#cfe5f3"
"""Of areas under a curve."""
TONES = {
    INK: "ink", PALETTE[7]: "ink", NOTE: "soft", FAINT: "soft", GRID: "line", PAPER: "paper",
    ACCENT: "accent", PALE: "pale",
}  # fmt: skip
"""Tone → the page's variable that takes its place, so that a picture follows dark mode."""

WIDE = 440
"""Width of a picture of the page. A phone of 390 px leaves 337 px for it: texts show at 9 px."""
TEXT = 12
"""Size of every text in a picture."""
FONT = "sans-serif"
"""What the renderer measures and draws with; it takes three times as long to look for another. A
reader's own may be broader by a fifth, for which the layout leaves room."""
BROADER = 0.2

_LEGEND: Spec = {
    "labelFontSize": TEXT, "titleFontSize": TEXT, "titleFontWeight": "normal", "labelColor": INK,
    "titleColor": NOTE, "labelLimit": 0, "symbolLimit": 30, "orient": "top", "rowPadding": 3,
    "offset": 8, "layout": {"top": {"direction": "vertical", "margin": 4}},
}  # fmt: skip
_CONFIG: Spec = {
    "background": PAPER,
    "padding": {"left": 10, "right": 6, "top": 4, "bottom": 4},
    "font": FONT,
    "view": {"stroke": None},
    "title": {"anchor": "start", "fontSize": 14, "fontWeight": "normal", "subtitleFontSize": TEXT,
              "color": INK, "subtitleColor": NOTE, "offset": 12},
    "axis": {"labelFontSize": TEXT, "titleFontSize": TEXT, "titleFontWeight": "normal",
             "labelColor": INK, "titleColor": NOTE, "gridColor": GRID, "domainColor": NOTE,
             "tickColor": NOTE, "labelLimit": 0, "titleLimit": 0,
             "labelSeparation": 14},
    "axisX": {"titleAnchor": "end"},
    "axisY": {"titleAngle": 0, "titleAlign": "left", "titleBaseline": "bottom",
              "titleAnchor": "end", "titleX": 0, "titleY": -7},
    "legend": _LEGEND,
    "text": {"fontSize": TEXT, "color": INK},
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
    width: int | None = None,
    height: int = 240,
    upright: bool = False,
    heading: Sequence[str] = (),
) -> Spec:
    """A picture of one plot: `layers` over the same axes, the first one lowest.

    width: of the plot alone; None: the whole picture, axes and legend included, is as wide as the
    page shows it. upright: the unit of the vertical axis stands above it, below the legend.
    """
    fit: Spec = {"width": WIDE, "autosize": {"type": "fit-x", "contains": "padding"}}
    size: Spec = fit if width is None else {"width": width}
    plot: Spec = {"layer": list(layers)} if layers[1:] else layers[0]
    made = picture(description, {**size, "height": height, **plot}, heading)
    return {**made, "config": {**_CONFIG, "legend": {**_LEGEND, "offset": 26}}} if upright else made


def to_svg(spec: Spec) -> str:
    """The specification as an SVG that scales with the page; a mark says its label when pointed at.
    Raises DrawingError where the renderer fails.

    What the renderer says on every element and no reader of ours asks for is left out: a page of
    twenty pictures is a third as large.
    """
    svg = desk.svg(json.dumps(spec), named(spec))
    # The page sets the width; the drawing keeps its proportions.
    svg = re.sub(r'<svg ([^>]*?)width="([\d.]+)" height="([\d.]+)"', r"<svg \1", svg, count=1)
    for pattern, put in _SPARED:
        svg = pattern.sub(put, svg)
    svg = _PLACES.sub(lambda place: _DIGITS.sub(r"\1", place[0]), svg)
    title = _attribute(str(spec.get("description", "")))
    font = f'font-family="{FONT}" font-size="{TEXT}px"'
    return svg.replace("<svg ", f'<svg role="img" aria-label="{title}" {font} ', 1)


_SPARED = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (r'<path class="(?:background|foreground)"[^>]*/>', ""),
        (r'<text[^>]* opacity="0"[^>]*>[^<]*</text>', ""),
        (r' (?:pointer-events|font-family|aria-roledescription|xmlns:xlink)="[^"]*"', ""),
        (rf' (?:opacity="1"|font-size="{TEXT}px"|aria-hidden="true"|stroke-width="1")', ""),
        (r'(<g\b[^>]*?) role="graphics-[a-z]+"(?: aria-label="[^"]*")?', r"\1"),
        (r'<(path|line) aria-label="([^"]*)" role="graphics-symbol"([^>]*)/>',
         r"<\1\3><title>\2</title></\1>"),
    )
)  # fmt: skip
_PLACES = re.compile(r' (?:d|transform|x2|y2)="[^"]*"')
_DIGITS = re.compile(r"(\.\d\d)\d+")


def page_css() -> str:
    """What the page says of pictures: their width, and its own tones in place of theirs."""
    shown = "".join(
        f'figure svg [{side}="{tone}"]{{{side}:var(--{name},{tone})}}'
        for tone, name in TONES.items()
        for side in ("fill", "stroke")
    )
    return (
        "figure{background:var(--paper);overflow:visible}"
        "figure svg{display:block;width:100%;min-width:0;max-width:38rem;height:auto;"
        "font-family:inherit}"
        "figcaption{color:var(--ink)}"
        "@media(prefers-color-scheme:dark){@media screen{:root{--pale:#24485f}}}"
        f"{shown}\n"
    )


def named(spec: Spec) -> str:
    """What an error calls a picture: its name, or what it is read aloud as."""
    meta = spec.get("usermeta")
    name = meta.get("name") if isinstance(meta, Mapping) else None
    return f"picture {name}" if name else f"picture '{str(spec.get('description', ''))[:60]}'"


def png_of(svg: str, scale: float = 2.0, name: str = "picture") -> bytes:
    """A drawing that was made as a PNG picture. name: what an error calls it."""
    return desk.png(svg, scale, name)


def to_png(spec: Spec, scale: float = 2.0) -> bytes:
    """The specification as a PNG picture."""
    return png_of(to_svg(spec), scale, named(spec))


def write_picture(path: Path, spec: Spec, where: str = "") -> None:
    """Write `spec` as its file's name asks: .svg, .png, or .json for the specification itself.

    Raises DrawingError, which names the file, where it cannot be drawn.
    """
    kind = path.suffix.lower()
    if kind not in (".json", ".svg", ".png"):
        raise InputError("unknown kind of chart file", where=where, value=path.name,
                         allowed=".svg, .png, .json")  # fmt: skip
    try:
        if kind == ".json":
            data = json.dumps(spec, indent=1).encode()
        else:
            data = to_svg(spec).encode() if kind == ".svg" else _signed(to_png(spec))
    except DrawingError as err:
        raise DrawingError(str(path), err.reason) from None
    write_atomic(path, data)


def _signed(png: bytes) -> bytes:
    """A picture that says who made it: only such a one is written over."""
    body = b"tEXtSoftware\0Outlay"
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:AFTER_HEAD] + chunk + png[AFTER_HEAD:]


AFTER_HEAD = 33
"""Bytes of a PNG's signature and of its first chunk."""


def write_pictures(pictures: Mapping[Path, Spec]) -> None:
    """Write each; raises DrawingError with the names of all that could not be drawn when the
    others are written."""
    failed: list[DrawingError] = []
    for path, spec in pictures.items():
        try:
            write_picture(path, spec)
        except DrawingError as err:
            failed.append(err)
    if failed:
        raise DrawingError(", ".join(e.name for e in failed), failed[0].reason)


def _attribute(text: str) -> str:
    for plain, escaped in (("&", "&amp;"), ('"', "&quot;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(plain, escaped)
    return text
