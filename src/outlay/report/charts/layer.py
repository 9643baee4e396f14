"""One layer of a picture: rows, the mark that draws them, and the channels that read them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from outlay.report.theme import Json, Spec

__all__ = ["Channels", "Rows", "layer", "names", "room", "texts", "thinned", "wrapped"]

Rows = Sequence[Mapping[str, Json]]
Channels = Mapping[str, Spec]

NARROW, BROAD = frozenset("ijlftrI.,:;'|!()[]- 1"), frozenset("mwMW%@—→")
WIDE_SCRIPTS = 0x1100
"""From here on a letter is as wide as it is high."""
WORDS = re.compile(r"(\s*)([\u1100-\uffff]|[^\s\u1100-\uffff]+)")
"""A word and the space before it."""


def layer(rows: Rows, mark: Spec, channels: Channels, *, read: bool = True) -> Spec:
    """`rows` drawn as `mark`, each read aloud by its `label`.

    read: not where the mark only adorns another that is.
    """
    said: Spec = {"description": {"field": "label"}} if read else {}
    shown = mark if read else {**mark, "aria": False}
    return {"data": {"values": list(rows)}, "mark": shown, "encoding": {**channels, **said}}


def texts(rows: Rows, places: Channels, mark: Spec) -> Spec:
    """The `text` of each row beside the mark that says it."""
    return layer(rows, {"type": "text", **mark}, {**places, "text": {"field": "text"}}, read=False)


def names(
    field: str,
    *,
    ascending: bool = False,
    axis: Spec | None = None,
    listed: Sequence[str] = (),
) -> Spec:
    """The channel that places marks by a name: in the order given, or ascending (periods).

    listed: every name, where the rows of a layer lack some or have them in another order.
    """
    out: dict[str, Json] = {"field": field, "type": "nominal", "title": None, "axis": axis or {}}
    if listed:
        out["scale"] = {"domain": list(dict.fromkeys(listed))}
    return out if ascending else {**out, "sort": None}


def room(text: str) -> float:
    """How wide a text is at most, in px: measured with the broadest font that may show it."""
    return sum(
        12.5 if ord(c) >= WIDE_SCRIPTS else 5.2 if c in NARROW else 11.5 if c in BROAD
        else 8.7 if c.isupper() else 7.7
        for c in text
    )  # fmt: skip


def wrapped(text: str, most: float) -> list[str]:
    """The text in lines of at most `most` px, parted between words; a longer word stays whole.

    A script that writes no spaces parts between any two of its letters.
    """
    lines = [""]
    for space, word in WORDS.findall(text.strip()):
        gap = " " if space and lines[-1] else ""
        if lines[-1] and room(f"{lines[-1]}{gap}{word}") > most:
            lines.append(word)
        else:
            lines[-1] += f"{gap}{word}"
    return lines


def thinned(listed: Sequence[str], width: float) -> list[str]:
    """Of names along an axis `width` px long every second, third … so that none meets the next."""
    if not listed:
        return []
    broadest = max(map(room, listed)) + 8
    step = max(1, -(-int(broadest * len(listed)) // max(1, int(width))))
    return list(listed[::step])
