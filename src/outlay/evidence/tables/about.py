"""Whom a table is about: the names in its first columns, its header and its caption."""

from __future__ import annotations

from outlay.evidence.names.mentions import find_mentions
from outlay.evidence.quantities.meaning import find_hits
from outlay.evidence.text.clean import Cleaned, Sentence, is_chinese
from outlay.evidence.text.grid import Grid

__all__ = ["names_in"]


def names_in(grid: Grid) -> dict[str, str]:
    """Names in the table and its caption, read once over all of its text."""
    texts = [grid.caption] + [c.text for row in grid.rows for c in row[:4] if c.text]
    texts += [c.text for c in grid.rows[0]]
    joined = "\n".join(dict.fromkeys(texts))[:200_000]
    lines, at = [], 0
    titles = grid.caption.count("\n") + 1
    for n, line in enumerate(joined.split("\n")):
        lines.append(Sentence(at, at + len(line), n, is_chinese(line), n < titles))
        at += len(line) + 1
    found: dict[str, str] = {}
    captions = set(grid.caption.split("\n"))
    headers = {c.text for c in grid.rows[0]}
    for m in find_mentions(Cleaned(joined, tuple(lines), ())).all:
        if m.kind in ("company", "org", "unit", "app", "model", "chip"):
            end = joined.find("\n", m.start)
            line = joined[joined.rfind("\n", 0, m.start) + 1 : end if end >= 0 else None]
            plain = m.kind == "org" and (line in headers or find_hits(line, 0, len(line)))
            if line not in found and not (plain and line not in captions):
                found[line] = m.name
    return found
