"""Ranks stated in words: "the most popular product in China", "ranked third", 排名第一."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re

__all__ = ["find_ranks"]

_EN = re.compile(
    r"(?<!one of )\bthe (?:(?P<ord>second|third|fourth|fifth)[- ])?(?:(?P<most>most (?:popular|widely used|used|downloaded|visited))"
    r"|(?P<largest>largest|biggest))"
    r"(?P<what> [\w’'-]+(?: [\w’'-]+){0,3}?)? (?:in|across|within) (?:the )?(?P<where>[A-Z][\w]+|world|country|region)"
    r"|\b(?:ranks?|ranked|ranking) (?:(?P<ord2>first|second|third|fourth|fifth)|(?:No\.? ?|number )(?P<n>\d{1,2}))\b"
)
_ZH = re.compile(
    r"(?:排名|位居|位列|排在|居|跃居|名列|稳居)(?:全国|全球|国内|行业|市场|中国|世界)?第(?P<n>[一二三四五六七八九十\d]{1,2})(?:位|名)?"
    r"|成为(?:中国|国内|全国|全球)(?P<most>最受欢迎|最热门|使用最广泛|用户最多|使用量最大|最大)"
)
_ORDINAL = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_HAN = {c: i + 1 for i, c in enumerate("一二三四五六七八九十")}


def find_ranks(text: str, start: int, end: int, chinese: bool) -> list[tuple[int, int, float, str]]:
    """(start, end, rank, metric) of each rank in one sentence."""
    out = []
    for m in (_ZH if chinese else _EN).finditer(text, start, end):
        g = m.groupdict()
        if chinese:
            digit = g["n"] or "1"
            rank = float(digit) if digit.isdigit() else float(_HAN.get(digit, 1))
            out.append((m.start(), m.end(), rank, "rank"))
            continue
        if re.search(r"\bone of $", text[max(start, m.start() - 8) : m.start()]):
            continue
        word = g["ord"] or g["ord2"]
        rank = float(g["n"]) if g["n"] else float(_ORDINAL.get(word or "first", 1))
        where = f" in {g['where']}" if g["where"] else ""
        metric = "usage rank" if g["most"] else "size rank" if g["largest"] else "rank"
        if g["most"] and "popular" in g["most"]:
            metric = "popularity rank"
        out.append((m.start(), m.end(), rank, metric + where))
    return out
