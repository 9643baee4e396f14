"""Writes a picture's Vega-Lite specification in the format that the file's name asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

__all__ = ["Spec", "write_picture"]

Spec: TypeAlias = Mapping[str, object]


def write_picture(path: Path, spec: Spec, option: str = "--chart") -> None:
    """Write the picture as .svg, .png or .json. Raises InputError for another name."""
    from outlay.core.errors import InputError

    kind = path.suffix.lower()
    if kind == ".json":
        path.write_text(json.dumps(spec, indent=1), encoding="utf-8")
        return
    if kind not in (".svg", ".png"):
        raise InputError(
            "unknown kind of chart file", where=option, value=path.name,
            allowed=".svg, .png, .json",
        )  # fmt: skip
    import vl_convert

    if kind == ".svg":
        path.write_text(vl_convert.vegalite_to_svg(dict(spec)), encoding="utf-8")
    else:
        path.write_bytes(vl_convert.vegalite_to_png(dict(spec), scale=2))
