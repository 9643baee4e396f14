"""The report: one HTML file that opens from disk, offline, with the study's text inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from outlay.report.sections import sections

__all__ = ["render"]


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    return {
        "title": title,
        "columns": [{"name": c, "unit": "", "number": False} for c in columns],
        "rows": rows,
        "how": [],
    }


def render(doc: Mapping[str, Any], study_text: str, document_html: str = "") -> str:
    """The report of the result document `doc` (kind `plan`) as HTML text.

    study_text: the study as the user wrote it. document_html: the evidence stage's page of the
    documents read (already escaped). Every other text is escaped here.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
    from markupsafe import Markup

    env = Environment(
        loader=PackageLoader("outlay.report", "templates"),
        autoescape=select_autoescape(["html", "j2"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    css = files("outlay.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    record = doc["record"]
    return env.get_template("report.html.j2").render(
        doc=doc,
        css=Markup(css),
        sections=sections(doc, Markup(document_html)),
        study_text=study_text,
        held=sum(1 for c in doc["invariants"] if c["status"] == "holds"),
        assumptions=_table(
            "Numbers without a source",
            ("where", "line", "value", "note"),
            [
                (a["path"], a.get("line") or "", a["value"], a.get("note", ""))
                for a in doc["assumptions"]
            ],
        ),
        facts=_table(
            "Numbers with a source",
            ("where", "line", "value", "source"),
            [(f["path"], f.get("line") or "", f["value"], f["source"]) for f in doc["facts"]],
        ),
        sources=_table(
            "Sources",
            ("key", "date", "grade", "what"),
            [(s["id"], s["date"], s["grade"], s["text"]) for s in doc["sources"]],
        ),
        unmodelled=_table(
            "Inputs that no stage uses yet",
            ("what", "value", "why"),
            [(u["what"], u["value"], u["why"]) for u in doc["unmodelled"]],
        ),
        checks=_table(
            "Invariants",
            ("", "name", "statement", "worst", "allowed", "verdict"),
            [
                (
                    c["id"],
                    c["name"],
                    c["statement"],
                    f"{c['worst']:.1e}",
                    f"{c['tolerance']:.0e}",
                    c["status"],
                )
                for c in doc["invariants"]
            ],
        ),
        record=_table(
            "Run record",
            ("what", "value"),
            [(k, v if isinstance(v, str) else str(v)) for k, v in record.items()],
        ),
    )
