"""What a specification says, read back: its layers, their rows, and the looks of its names."""

from __future__ import annotations

from typing import Any


def layers(spec: Any) -> list[Any]:
    """The layers of a picture, of every panel where it has several."""
    if "vconcat" in spec:
        return [one for panel in spec["vconcat"] for one in layers(panel)]
    return list(spec.get("layer", [spec]))


def rows(spec: Any, at: int = 0) -> list[Any]:
    """The rows of one layer."""
    return list(layers(spec)[at]["data"]["values"])


def looks(layer: Any, channel: str = "color") -> dict[str, Any]:
    """Name → colour (dash, shape) as the layer's legend has it."""
    scale = layer["encoding"][channel]["scale"]
    return dict(zip(scale["domain"], scale["range"], strict=True))


def title(layer: Any, channel: str) -> str:
    """The title of the axis or legend of one channel."""
    return str(layer["encoding"][channel]["title"])
