"""Calendar expressions in Chinese."""

# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from outlay.evidence.calendar.base import (
    HAN,
    Anchor,
    When,
    iso_month,
    month_period,
    part_period,
    run,
    two_digit,
)

__all__ = ["pattern", "resolve"]


@cache
def pattern() -> re.Pattern[str]:
    year = r"(?:19|20)\d{2}"
    n = r"(?:十[一二]?|[一二三四五六七八九]|\d{1,2})"
    return re.compile(
        r"(?=[0-9一二三四五六七八九十截今明去前后上下本当年未过近最第次同报全接QHF])(?:"
        rf"(?P<ended>截[至止](?:(?P<ey>{year})年)?(?P<em>{n})月(?:\d{{1,2}}日)?(?:为?止|结束)?的?(?P<ek>第?[一二三四1-4]?财?季度?(?![末初])|三个月|六个月|九个月|前?三季度|半年|上半年|年度|财年|全年))"
        rf"|(?P<fpart>(?P<fp>[上下]半财年|第?[一二三四]财季))"
        rf"|(?P<yrange>{year}年?(?:-|–|—|~|至|到){year}年?)"
        rf"|(?P<fy>{year}(?:/\d{{2,4}})?财年|FY{year}|{year}财政年度)(?:(?:第)?(?P<fq>[一二三四1-4])(?:财)?季度?)?"
        rf"|(?P<full>(?P<fy4>{year})年(?:度)?(?:(?P<fm>{n})月(?:份)?(?:(?:\d{{1,2}})日|底|末|初)?|第?(?P<fqn>[一二三四1-4])季度?|Q(?P<fq2>[1-4])|(?P<fh>上半年|下半年|前三季度|前三季|前[三九]个月|H1|H2|半年)|(?P<fend>底|末|初|全年|年底|年末))?)"
        rf"|(?P<iso>(?<!\d){year}[-/.](?:0?[1-9]|1[0-2])(?:[-/.](?:[0-2]?\d|3[01]))?(?![\d%]))"
        rf"|(?P<isoq>{year}[- ]?(?:Q[1-4]|H[12])|(?<![A-Za-z\d])(?:[1-4]Q|Q[1-4]|[12]H|H[12])[ ’']?(?:{year}|2\d)(?!\d))"
        rf"|(?P<same>(?:去年|上年|上一年|前一年)(?:同期|同季|同月))"
        rf"|(?P<same0>(?<![环去])同期)"
        rf"|(?P<rel>(?P<ry>今年|本年度?|明年|去年|前年|后年|上年|上一年|次年|当年|(?<![一二两三四五六七八九十\d])年内)(?:(?P<rm>{n})月(?:份)?(?:\d{{1,2}}日|底|末|初)?|第?(?P<rq>[一二三四1-4])季度?|(?P<rh>上半年|下半年|前三季度|前三季|全年)|底|末|初)?)"
        rf"|(?P<half>上半年|下半年|前三季度|前三季|前九个?月|前9个?月)"
        rf"|(?P<q>第?[一二三四]季度|(?<![A-Za-z\d])Q[1-4](?![\dA-Za-z])|[一二三四]季度)"
        rf"|(?P<relq>本季度|本季|上季度|上个季度|上一季度|上季|下季度|下一季度|下个季度|当季|报告期内|报告期)"
        rf"|(?P<relm>本月|上月|上个月|下月|下个月|当月)"
        rf"|(?P<span>(?:未来|今后|接下来)(?P<sn>[一二两三四五六七八九十]|\d{{1,2}})(?:至[一二三四五六七八九十])?年)"
        rf"|(?P<past>(?:过去|近|最近)(?P<pn>[一二两三四五六七八九十]|\d{{1,2}})年)"
        rf"|(?P<end>年底前?|年末|全年)"
        rf"|(?P<yy>(?<![\d近超达逾长.第])2[3-9]年(?![期内前后来限的]))"
        rf"|(?P<mon>(?<![\d个.第]){n}月(?!球|饼|薪|租|费|活|度|均|光)(?:份)?(?:\d{{1,2}}日|底|末|初|上旬|中旬|下旬)?)"
        rf"|(?P<year>(?<![\d.,$€£¥-]){year}(?:E)?(?![\d%]|[,.]\d| ?[万亿台张颗枚块片个兆])))"
    )


def _calendar(anchor: Anchor) -> Anchor:
    """Chinese reports say 财季 for fiscal quarters; a plain 季度 is of the calendar."""
    return replace(anchor, fiscal_end=12) if anchor.fiscal_end != 12 else anchor


def _han_int(text: str) -> int:
    return int(text) if text.isdigit() else HAN.get(text, 0)


def resolve(match: re.Match[str], anchor: Anchor, future: bool) -> When | None:
    g = {k: v for k, v in match.groupdict().items() if v is not None}
    start, end = match.span()
    text = match[0]

    def when(period: str, relative: str = "", loose: bool = False) -> When:
        return When(start, end, period, relative, loose)

    if "ended" in g:
        return when(_ended(g, anchor))
    if "fpart" in g:
        nth = re.search(r"[一二三四]", g["fp"])
        half = 1 if g["fp"][0] == "上" else 2
        letter, number = ("Q", _han_int(nth[0])) if nth else ("H", half)
        return when(part_period(letter, number, anchor, future), loose=True)
    if "yrange" in g:
        years: list[str] = re.findall(r"\d{4}", text)
        return when(f"{years[0]}/{years[1]}")
    if "fy" in g:
        fiscal = re.search(r"\d{4}", text)
        assert fiscal is not None
        quarter = f"-Q{_han_int(g['fq'])}" if "fq" in g else ""
        return when(f"FY{fiscal[0]}{quarter}")
    if "full" in g:
        if re.search("[底末]$", text) and match.string[max(0, start - 2) : start] in _AS_OF:
            return when(
                f"{g['fy4']}-12" if not g.get("fm") else _part(g["fy4"], g["fm"], None, None)
            )
        return when(_part(g["fy4"], g.get("fm"), g.get("fqn") or g.get("fq2"), g.get("fh")))
    if "iso" in g:
        return when(iso_month(text))
    if "isoq" in g:
        kind = re.search(r"([QH])([1-4])|([1-4])([QH])", text)
        year = re.search(r"(?:19|20)\d{2}|(?<=[ ’'QH])\d{2}$|\d{2}$", text)
        assert kind is not None
        assert year is not None
        return when(f"{two_digit(year[0])}-{kind[1] or kind[4]}{kind[2] or kind[3]}")
    if "same" in g:
        return when("", "same-1")
    if "same0" in g:
        return when("", "same")
    if "rel" in g:
        steps = {"明年": 1, "次年": 1, "后年": 2, "去年": -1, "上年": -1, "上一年": -1, "前年": -2}
        if not anchor.year:
            return when("")
        if g["ry"] in ("上年", "上一年") and text == g["ry"]:
            return when(str(anchor.year - 1), "year-1")
        counted = str(anchor.year + steps.get(g["ry"], 0))
        return when(_part(counted, g.get("rm"), g.get("rq"), g.get("rh")))
    return _bare(g, text, start, end, anchor, future)


_AS_OF = ("截至", "截止")


def _ended(g: dict[str, str], anchor: Anchor) -> str:
    """A run of months by its last one: 截至9月30日止的季度, 截至2025年6月30日止六个月."""
    month = _han_int(g["em"])
    year = int(g["ey"]) if "ey" in g else int(month_period(month, anchor, False)[:4] or 0)
    if not year or not 1 <= month <= 12:
        return ""
    if ("季" in g["ek"] and "三季" not in g["ek"]) or g["ek"] == "三个月":
        return f"{year}-Q{(month - 1) // 3 + 1}"
    if "半年" in g["ek"] or g["ek"] == "六个月":
        return f"{year}-H{1 if month <= 6 else 2}" if month in (6, 12) else f"{year}-{month:02d}"
    if g["ek"] == "九个月" or "三季" in g["ek"]:
        return f"{year}-{month - 8:02d}/{year}-{month:02d}" if month > 8 else ""
    return str(year) if month == 12 else f"FY{year}"


def _part(year: str, month: str | None, quarter: str | None, half: str | None) -> str:
    if month:
        return f"{year}-{_han_int(month):02d}"
    if quarter:
        return f"{year}-Q{_han_int(quarter)}"
    if half in ("上半年", "H1", "半年"):
        return f"{year}-H1"
    if half in ("下半年", "H2"):
        return f"{year}-H2"
    if half and half.startswith("前"):
        return f"{year}-01/{year}-09"
    return year


def _bare(
    g: dict[str, str], text: str, start: int, end: int, anchor: Anchor, future: bool
) -> When | None:
    if "half" in g:
        if text.startswith("前"):
            year = str(anchor.year) if anchor.year else ""
            return When(start, end, f"{year}-01/{year}-09" if year else "", loose=True)
        n = 1 if text[0] == "上" else 2
        return When(start, end, part_period("H", n, _calendar(anchor), future), loose=True)
    if "q" in g:
        digit = re.search(r"[一二三四1-4]", text)
        assert digit is not None
        quarter = part_period("Q", _han_int(digit[0]), _calendar(anchor), future)
        return When(start, end, quarter, loose=True)
    if "relq" in g or "relm" in g:
        if "报告期" in text or "当" in text or not anchor.month:
            return When(start, end, "", "same")
        size = 3 if "relq" in g else 1
        step = {"本": 0, "上": -1, "下": 1}[text[0]]
        index = anchor.year * (12 // size) + (anchor.month - 1) // size + step
        year_no, part = divmod(index, 12 // size)
        year = str(year_no)
        period = f"{year}-Q{part + 1}" if size == 3 else f"{year}-{part + 1:02d}"
        return When(start, end, period, "this" if text[0] == "本" and size == 3 else "")
    if "span" in g or "past" in g:
        count = _han_int(g.get("sn") or g.get("pn") or "")
        return When(start, end, run(anchor, count, "span" in g))
    if "end" in g:
        return When(start, end, str(anchor.year) if anchor.year else "", loose=True)
    if "yy" in g:
        return When(start, end, f"20{text[:2]}")
    if "mon" in g:
        month = re.match(r"十[一二]?|[一二三四五六七八九]|\d{1,2}", text)
        value = _han_int(month[0]) if month else 0
        if not 1 <= value <= 12:
            return None
        return When(start, end, month_period(value, anchor, future), loose=True)
    if "year" in g:
        return When(start, end, text[:4])
    return None
