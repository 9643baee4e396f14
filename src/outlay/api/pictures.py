"""Pictures of a verb's answer as files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

__all__ = ["write_pictures"]


def write_pictures(specs: Mapping[str, Mapping[str, object]], folder: Path) -> None:
    """Write each Vega-Lite specification as NAME.svg into the folder."""
    import vl_convert

    for name, spec in specs.items():
        svg = vl_convert.vegalite_to_svg(dict(spec))
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
