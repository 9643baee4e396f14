"""The names of a picture's legend: which colour, dash and shape each series has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from outlay.report.charts.layer import room
from outlay.report.theme import BROADER, OTHER, PALETTE, WIDE, Json, Spec

__all__ = ["coloured", "colours", "columns", "dashed", "looked", "shaped"]

DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
SHAPES = ("circle", "triangle-up", "diamond", "cross", "triangle-down")
BESIDE = 36
"""What a name's symbol and the gap to the next name take, in px."""


def colours(series: Iterable[str]) -> dict[str, str]:
    """Name → colour in the palette's order, grey from the ninth on; in the legend's order."""
    return {
        name: PALETTE[i] if i < len(PALETTE) else OTHER
        for i, name in enumerate(dict.fromkeys(series))
    }


def coloured(looks: Mapping[str, str], field: str = "series") -> Spec:
    """The channel that gives each name its colour."""
    return looked(looks, list(looks.values()), field)


def dashed(listed: Iterable[str], lines: Sequence[str]) -> Spec:
    """The channel that gives each of `lines` its dash, so that they stay apart in grey."""
    at = {name: DASHES[i % len(DASHES)] for i, name in enumerate(lines)}
    listed = list(listed)
    return looked(listed, [at.get(name, DASHES[0]) for name in listed])


def shaped(listed: Iterable[str], dots: Sequence[str], areas: Sequence[str] = ()) -> Spec:
    """The channel that gives each of `dots` its shape; areas show as squares, lines as strokes."""
    at = {name: SHAPES[i % len(SHAPES)] for i, name in enumerate(dots)} | dict.fromkeys(
        areas, "square"
    )
    listed = list(listed)
    return looked(listed, [at.get(name, "stroke") for name in listed])


def columns(listed: Iterable[str], width: float = WIDE) -> int:
    """How many names of a legend stand side by side."""
    longest = max(map(room, listed), default=0.0)
    return max(1, int(width / (longest + BESIDE)))


def looked(listed: Iterable[str], looks: Sequence[Json], field: str = "series") -> Spec:
    """Channels of one picture list the same names, so that they share one legend."""
    listed = list(listed)
    return {"field": field, "type": "nominal", "title": None,
            "scale": {"domain": listed, "range": looks},
            "legend": {"columns": columns(listed), "columnPadding": _apart(listed)}}  # fmt: skip


def _apart(listed: Iterable[str]) -> float:
    """Space between two columns: a reader's font may be broader than the renderer's."""
    return 12 + BROADER * max(map(room, listed), default=0.0)
