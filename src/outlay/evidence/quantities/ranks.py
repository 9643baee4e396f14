"""Ranks stated in words: "the most popular product in China", "ranked third", 排名第一."""

from __future__ import annotations

from outlay.evidence.rules import pattern
from outlay.evidence.text.triggers import may

__all__ = ["find_ranks"]

_ORDINAL = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_ORDINAL |= {c: i for i, c in enumerate("一二三四五六七八九十", 1)}


def find_ranks(text: str, start: int, end: int, chinese: bool) -> list[tuple[int, int, float, str]]:
    """(start, end, rank, metric) of each rank in one sentence."""
    out: list[tuple[int, int, float, str]] = []
    language = "zh" if chinese else "en"
    if not may("quantities.rank", text, start, end, language):
        return out
    found = pattern("quantities.rank", language)
    for m in found.finditer(text, start, end):
        g = {k: v for k, v in m.groupdict().items() if v}
        digit = g.get("n") or g.get("ord") or g.get("ord2") or "first"
        rank = float(digit) if digit.isdigit() else float(_ORDINAL.get(digit, 1))
        sort = (
            "popularity " if "popular" in g.get("most", "") else "usage " if g.get("most") else ""
        )
        sort = "size " if g.get("largest") else sort
        where = f" in {g['where']}" if g.get("where") else ""
        out.append((m.start(), m.end(), rank, ("rank" if chinese else f"{sort}rank") + where))
    return out
