"""The order of the report: each question with its sentence, its pictures and its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from outlay.report.cells import shown_table
from outlay.report.figures import FIGURES
from outlay.report.theme import Spec, to_svg

__all__ = ["sections"]

Doc = Mapping[str, Any]
Block = dict[str, Any]


def _figure(name: str, doc: Doc, render: Callable[[Spec], str]) -> list[Block]:
    from markupsafe import Markup

    drawn = FIGURES[name](doc)
    if drawn is None:
        return []
    caption, spec = drawn
    # The drawing comes from our own specification; texts in it were escaped by the renderer.
    return [{"kind": "figure", "caption": caption, "svg": Markup(render(spec))}]


def sections(
    doc: Doc, document_html: Any = "", render: Callable[[Spec], str] = to_svg
) -> list[dict[str, Any]]:
    """The answers of `doc` with pictures and formatted tables, in the document's order."""
    out = []
    for answer in doc["answers"]:
        blocks: list[Block] = []
        for name in answer["figures"]:
            blocks += _figure(name, doc, render)
        blocks += [{"kind": "text", "text": t} for t in answer["notes"]]
        blocks += [
            {"kind": "table", "table": shown_table(doc["tables"][name])}
            for name in answer["tables"]
            if name in doc["tables"]
        ]
        if answer["id"] == "evidence" and document_html:
            blocks.append(
                {"kind": "html", "caption": "The documents, claims underlined",
                 "html": document_html}
            )  # fmt: skip
        out.append({**answer, "blocks": blocks})
    return out
