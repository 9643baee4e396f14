"""The names of a picture's legend: which colour, dash and shape each series has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from outlay.report.theme import PALETTE, Json, Spec

__all__ = ["coloured", "colours", "dashed", "shaped"]

DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
SHAPES = ("circle", "triangle-up", "diamond", "cross", "triangle-down")


def colours(series: Iterable[str]) -> dict[str, str]:
    """Name → colour in the palette's order; names as the legend is to list them."""
    return {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(dict.fromkeys(series))}


def coloured(looks: Mapping[str, str], field: str = "series") -> Spec:
    """The channel that gives each name its colour."""
    return _told(looks, list(looks.values()), field)


def dashed(listed: Iterable[str], lines: Sequence[str]) -> Spec:
    """The channel that gives each of `lines` its dash, so that they stay apart in grey."""
    at = {name: DASHES[i % len(DASHES)] for i, name in enumerate(lines)}
    return _told(listed, [at.get(name, DASHES[0]) for name in listed])


def shaped(listed: Iterable[str], dots: Sequence[str], areas: Sequence[str] = ()) -> Spec:
    """The channel that gives each of `dots` its shape; areas show as squares, lines as strokes."""
    at = {name: SHAPES[i % len(SHAPES)] for i, name in enumerate(dots)} | dict.fromkeys(
        areas, "square"
    )
    return _told(listed, [at.get(name, "stroke") for name in listed])


def _told(listed: Iterable[str], looks: Sequence[Json], field: str = "series") -> Spec:
    """Channels of one picture list the same names, so that they share one legend."""
    return {"field": field, "type": "nominal", "title": None,
            "scale": {"domain": list(listed), "range": looks}}  # fmt: skip
