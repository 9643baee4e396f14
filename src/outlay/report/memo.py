"""The one-page memo: the decision, three numbers with ranges, what would change it, sources.

Text reaches typst as data (JSON), never as markup, so that nothing in a study is interpreted. The
file carries no date of its own: the same memo gives the same bytes.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from outlay.core.errors import InputError

__all__ = ["Figure", "Memo", "memo_from_document", "memo_pdf", "page_count"]

SIZES = ("10pt", "9pt", "8.5pt", "8pt")
CUTS = (None, 12, 8, 5, 3, 1)
LONGEST = 420  # characters of one item
TIMESTAMP = 0  # seconds since 1970: typst stamps the file with it
INVALID = "INVALID"
WIDE = re.compile("[\u0590-\u1fff\u2e80-\uffff]")  # scripts that typst's own fonts lack


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as text with its unit, its range, and how it was worked out."""

    name: str
    text: str
    range: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Memo:
    """What stands on the page; lists are shortened from their end where a page is too small."""

    title: str
    subtitle: str
    decision: str
    figures: tuple[Figure, ...]
    changes: tuple[str, ...]
    caveats: tuple[str, ...]
    sources: tuple[str, ...]
    footer: str = ""


def memo_from_document(document: Mapping[str, Any]) -> Memo:
    """The memo of a result document of kind `plan`; a run marked INVALID gets no headline.

    Raises InputError where the document is of another kind.
    """
    if document.get("kind", "plan") != "plan":
        raise InputError("a memo is made of a plan", value=str(document.get("kind")))
    answers = {a.get("id"): a for a in document.get("answers", ())}
    head: Mapping[str, Any] = document.get("headline") or {}
    valid = document.get("verdict") != INVALID
    tiles = [
        Figure(str(t["name"]), str(t["text"]), str(t.get("range", "")), str(t.get("how", "")))
        for t in head.get("tiles", ())
    ]
    sure = str(answers.get("sure", {}).get("sentence", ""))
    triggers = [str(n) for n in answers.get("decision", {}).get("notes", ())]
    record = document.get("record") or {}
    parts = (
        f"study of {document.get('as_of', '')}",
        f"amounts in {document.get('currency', '')}",
        f"status {document.get('status', '')}",
    )
    refused = "This run broke one of its own identities: it states no decision."
    return Memo(
        title=str(document.get("title", "Plan")),
        subtitle=", ".join(parts),
        decision=str(head.get("sentence", "")) if valid else refused,
        figures=tuple(tiles[:3]) if valid else (),
        changes=tuple([*triggers, sure] if sure else triggers) if valid else (),
        caveats=tuple(_caveats(document)),
        sources=tuple(_sources(document)),
        footer=f"run {str(record.get('result_hash', ''))[:16]}".strip(),
    )


def _caveats(document: Mapping[str, Any]) -> list[str]:
    out = []
    broken = [c for c in document.get("invariants", ()) if c.get("status") == "broken"]
    out += [f"Broken: {c.get('name')}: {c.get('statement')}" for c in broken]
    found = len(document.get("contradictions") or ())
    if found:
        out.append(
            f"The documents contradict themselves or one another {found} times; see the report."
        )
    named = len(document.get("assumptions") or ())
    if named:
        out.append(
            f"{named} inputs are assumptions without a source; the report lists them by name."
        )
    return out


def _sources(document: Mapping[str, Any]) -> list[str]:
    out = []
    for s in document.get("sources", ()):
        label = ", ".join(
            x for x in (s.get("text", ""), s.get("date", ""), s.get("grade", "")) if x
        )
        out.append(str(label) or str(s.get("id", "")))
    return out


def memo_pdf(memo: Memo) -> bytes:
    """One page of PDF; equal memos give equal bytes.

    Where the text does not fit, type gets smaller and then lists are cut with a line that says how
    many items were left out.
    """
    memo = _short(memo)
    for keep in CUTS:
        for size in SIZES:
            pdf = _compile(_cut(memo, keep), size)
            if page_count(pdf) == 1:
                return pdf
    raise InputError("the memo does not fit on a page", value=memo.title)


def page_count(pdf: bytes) -> int:
    """Pages of a PDF as typst writes it (page objects are not compressed)."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def _clip(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1].rstrip() + "…"


def _short(memo: Memo) -> Memo:
    return replace(
        memo,
        title=_clip(memo.title)[:120],
        subtitle=_clip(memo.subtitle),
        decision=_clip(memo.decision),
        figures=tuple(
            Figure(_clip(f.name)[:60], _clip(f.text)[:40], _clip(f.range)[:90], _clip(f.how)[:120])
            for f in memo.figures[:3]
        ),
        changes=tuple(map(_clip, memo.changes)),
        caveats=tuple(map(_clip, memo.caveats)),
        sources=tuple(map(_clip, memo.sources)),
    )


def _cut(memo: Memo, keep: int | None) -> Memo:
    def some(items: Sequence[str]) -> tuple[str, ...]:
        if keep is None or len(items) <= keep:
            return tuple(items)
        return (*items[:keep], f"… and {len(items) - keep} more in the report")

    return replace(
        memo, changes=some(memo.changes), caveats=some(memo.caveats), sources=some(memo.sources)
    )


def _compile(memo: Memo, size: str) -> bytes:
    import typst

    text = json.dumps(asdict(memo), ensure_ascii=False)
    template = files("outlay.report").joinpath("templates/memo.typ").read_bytes()
    with tempfile.TemporaryDirectory() as folder:  # typst reads files only below its root
        source = Path(folder) / "memo.typ"
        source.write_bytes(template)
        out = typst.compile(
            str(source),
            root=folder,
            format="pdf",
            ignore_system_fonts=not WIDE.search(text),
            sys_inputs={"memo": text, "size": size},
            timestamp=TIMESTAMP,
        )
    if not isinstance(out, bytes):
        raise InputError("typst made no document")
    return out
