"""One layer of a picture: rows, the mark that draws them, and the channels that read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from outlay.report.theme import Json, Spec

__all__ = ["Channels", "Rows", "layer", "names", "texts"]

Rows = Sequence[Mapping[str, Json]]
Channels = Mapping[str, Spec]


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


def names(field: str, *, ascending: bool = False, axis: Spec | None = None) -> Spec:
    """The channel that places marks by a name: in the order given, or ascending (periods)."""
    out: dict[str, Json] = {"field": field, "type": "nominal", "title": None, "axis": axis or {}}
    return out if ascending else {**out, "sort": None}
