"""Draw what is asked for; run apart, as a renderer that fails takes its whole process with it.

A question is JSON (`do`, and what it needs); an answer is one byte, `+` or `-`, and then what was
drawn, or why it was not.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from outlay.core.apart import answer_all

__all__ = ["main"]

VEGA_LITE = "5.21"
TIMESTAMP = 0  # seconds since 1970: typst stamps the file with it


def _svg(asked: Mapping[str, Any]) -> bytes:
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(asked["spec"], vl_version=VEGA_LITE)
    return svg.encode()


def _png(asked: Mapping[str, Any]) -> bytes:
    import vl_convert

    png: bytes = vl_convert.svg_to_png(asked["svg"], scale=asked["scale"])
    return png


def _pdf(asked: Mapping[str, Any]) -> bytes:
    import typst

    template = files("outlay.report").joinpath("templates/memo.typ").read_bytes()
    # Typst reads files only below its root; the folder we work in goes even where we are killed.
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        source = Path(folder) / "memo.typ"
        source.write_bytes(template)
        for k, svg in enumerate(asked["drawn"]):
            (Path(folder) / f"{k}.svg").write_text(svg, encoding="utf-8")
        out = typst.compile(
            str(source),
            root=folder,
            format="pdf",
            ignore_system_fonts=not asked["system_fonts"],
            sys_inputs={"memo": asked["text"], "size": asked["size"]},
            timestamp=TIMESTAMP,
        )
    if not isinstance(out, bytes):
        raise ValueError("typst made no document")
    return out


def _families(_: Mapping[str, Any]) -> bytes:
    import typst

    return json.dumps(list(typst.Fonts(include_system_fonts=True).families())).encode()


_DO: Mapping[str, Callable[[Mapping[str, Any]], bytes]] = {
    "svg": _svg, "png": _png, "pdf": _pdf, "families": _families,
}  # fmt: skip


def _answer(question: bytes) -> bytes:
    asked = json.loads(question)
    try:
        return b"+" + _DO[asked["do"]](asked)
    except (Exception, MemoryError) as err:
        return b"-" + (" ".join(str(err).split())[:300] or type(err).__name__).encode()


def main() -> None:
    """Answer until nobody asks."""
    answer_all(_answer)


if __name__ == "__main__":
    main()
