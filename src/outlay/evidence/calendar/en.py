"""Calendar expressions in English."""

# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from outlay.evidence.calendar.base import (
    COUNT,
    MONTH,
    MONTH_SAFE,
    MONTHS,
    ORDER,
    Anchor,
    When,
    ended,
    iso_month,
    month_period,
    part_period,
    run,
    two_digit,
    year_word,
)

__all__ = ["pattern", "resolve"]


@cache
def pattern() -> re.Pattern[str]:
    year = r"(?:19|20)\d{2}"
    q = r"(?:[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Ff]inal)"
    return re.compile(
        r"(?<![A-Za-z])(?=[0-9A-Za-z])(?:"
        rf"(?P<iso>(?<!\d){year}[-/.](?:0?[1-9]|1[0-2])(?:[-/.](?:[0-2]?\d|3[01]))?(?![\d%]))"
        rf"|(?P<isoq>{year}[- ]?(?:Q[1-4]|H[12])(?!\d))"
        rf"|(?P<ended>(?:(?:[Tt]he )?(?:[Ff]iscal )?(?:[Qq]uarter|[Hh]alf[- ]year|[Yy]ear|(?:[Tt]hree|[Ss]ix|[Nn]ine|[Tt]welve|12) [Mm]onths)"
        rf" (?:ended|ending|to) (?:on )?(?:{MONTH} ?(?:\d{{1,2}}(?!\d))?,? ?(?:{year})?|\d{{1,2}} {MONTH},? ?(?:{year})?)))"
        rf"|(?P<qy>(?<![A-Za-z0-9])(?:(?:Q[1-4]|H[12])(?=[^\dA-Za-z]|$|{year})|[1-4]Q|[12]H)[ -]?(?:of )?(?:(?:CY ?)?(?P<qfy>FY|fiscal(?: year)? )?[’']?(?P<qyear>{year}|\d{{2}}(?![\d.,%]| ?(?:million|billion|MW|GW|percent))))?(?![\d%A-Za-z]))"
        rf"|(?P<quarter>(?:[Tt]he )?(?P<qfw>[Ff]iscal )?(?P<qn>{q})[- ](?P<qw>quarter|half)(?: of (?P<qf>fiscal(?: year)? |FY ?)?(?P<qyy>{year}|this year|next year|last year|the year)|,? (?P<qf2>fiscal(?: year)? )?(?P<qyy2>{year}))?)"
        rf"|(?P<fy>(?:FY[- ]?[’']?|[Ff]iscal(?: [Yy]ear)?[ -]?|[Ff]inancial year )(?P<fyear>{year}|\d{{2}})(?:[/-]\d{{2,4}})?(?:[ -](?P<fpart>[QH][1-4]))?(?!\d))"
        rf"|(?P<mq>(?:[Tt]he )?(?P<mqm>March|June|September|December) quarter)"
        rf"|(?P<first>(?:[Tt]he )?first (?P<fmn>three|six|nine) months of (?P<fmy>{year}|this year|last year))"
        rf"|(?P<yrange>(?<![\d,.$-]){year} ?(?:-|–|—|/|to|and|through) ?(?:{year}|\d{{2}}(?![\d%,.]))(?!\d| million| billion))"
        rf"|(?P<my>(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?<![A-Za-z]){MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?(?!\d),?)?,? ?(?:of )?{year}(?!\d))"
        rf"|(?P<mon>(?:(?<=[Ii]n )|(?<=[Bb]y )|(?<=[Ss]ince )|(?<=from )|(?<=until )|(?<=during )|(?<=for )|(?<=of )|(?<=end-)|(?<=early )|(?<=late )|(?<=mid-)|(?<=last )|(?<=this )|(?<=next )|(?<=on )|(?<=\d )|(?<=to )|(?<=and ))(?<![A-Za-z]){MONTH}(?: \d{{1,2}}(?!\d|[,.]\d| ?(?:million|billion|%|per)))?(?![A-Za-z])"
        rf"|(?<![A-Za-z]){MONTH_SAFE}[’']s(?![A-Za-z])|(?<![A-Za-z]){MONTH} \d{{1,2}}(?=,? ))"
        rf"|(?P<samey>(?:[Tt]he )?(?:same|corresponding|comparable|prior[- ]year|year-ago|year-earlier) (?:period|quarter|month|half)(?: (?:of |in )?(?P<sy>(?:19|20)\d{{2}}|last year|a year (?:earlier|ago)|the (?:prior|previous) year))?)"
        r"|(?P<ago>(?:[Aa]|one) year (?:ago|earlier|before)|[Tt]he (?:previous|prior) year|the year before|year-ago)"
        r"|(?P<rely>(?:[Tt]his|[Tt]he current|[Nn]ext|[Ll]ast|[Tt]he coming|[Tt]he following) (?:calendar |fiscal |financial )?year|the year after next)"
        r"|(?P<relq>(?:[Tt]his|[Tt]he current|[Nn]ext|[Ll]ast|[Tt]he previous|[Tt]he prior|[Tt]he preceding|[Tt]he coming) (?:quarter|month|half))"
        r"|(?P<thatq>(?:(?:[Ii]n|[Dd]uring|[Ff]or|[Oo]f) )(?:the|that) (?:quarter|period|half)(?! (?:ended|ending|to|of)))"
        rf"|(?P<wholey>(?:[Ff]or|[Ii]n|[Oo]ver) the full[- ]year|(?:[Aa]nnual|[Ff]ull[- ]year) (?=(?:\w+ ){{0,3}}(?:forecast|guidance|outlook|target))|full[- ]year (?=guidance|outlook|revenue|capex|capital))"
        r"|(?P<span>(?:[Oo]ver|[Ii]n|[Ww]ithin|[Dd]uring|[Aa]cross|[Ff]or) (?:the )?(?:next|coming|following) (?P<n>\w+) (?P<sw>years?|months?|quarters?))"
        r"|(?P<past>(?:[Oo]ver|[Ii]n|[Dd]uring) the (?:past|last) (?P<pn>\w+) (?P<pw>years|months|quarters))"
        r"|(?P<decade>(?:by |before )?the end of (?:the|this) decade)"
        rf"|(?P<year>(?<![\d.,$€£¥-]){year}(?:E|e|F)?(?![\d%]|[,.]\d|-[A-Z]| ?(?:million|billion|trillion|bn|MW|GW|chips|GPUs|tokens|servers|racks|cards|units|people|jobs))))"
    )


def resolve(match: re.Match[str], anchor: Anchor, future: bool) -> When | None:
    g = {k: v for k, v in match.groupdict().items() if v is not None}
    start, end = match.span()
    text = match[0]

    def when(period: str, relative: str = "", loose: bool = False) -> When:
        return When(start, end, period, relative, loose)

    if "iso" in g:
        return when(iso_month(text))
    if "isoq" in g:
        return when(f"{text[:4]}-{text[-2:]}")
    if "ended" in g:
        return when(ended(text, anchor, future and "ending" in text))
    if "qy" in g:
        head = re.match(r"([QH])([1-4])|([1-4])([QH])", text)
        assert head is not None
        kind, n = (head[1] or head[4]), int(head[2] or head[3])
        if "qyear" in g:
            prefix = "FY" if "qfy" in g else ""
            return when(f"{prefix}{two_digit(g['qyear'])}-{kind}{n}")
        return when(part_period(kind, n, anchor, future), loose=True)
    if "quarter" in g:
        return when(*_quarter_phrase(g, anchor, future))
    if "fy" in g:
        part = f"-{g['fpart']}" if "fpart" in g else ""
        return when(f"FY{two_digit(g['fyear'])}{part}")
    if "mq" in g:
        quarter = MONTHS[g["mqm"]] // 3
        return when(part_period("Q", quarter, replace(anchor, fiscal_end=12), future), loose=True)
    if "first" in g:
        year = g["fmy"] if g["fmy"][0] in "12" else year_word(g["fmy"], anchor)
        parts = {"three": f"{year}-Q1", "six": f"{year}-H1", "nine": f"{year}-01/{year}-09"}
        return when(parts[g["fmn"]] if year else "")
    if "yrange" in g:
        years: list[str] = re.findall(r"\d{4}|\d{2}$", text)
        first, last = int(years[0]), int(years[-1])
        last = last if last > 100 else first // 100 * 100 + last
        return when(f"{first}/{last}") if last > first else None
    if "my" in g:
        month = re.search(MONTH, text)
        year = re.search(r"(?:19|20)\d{2}", text)
        assert month is not None
        assert year is not None
        return when(f"{year[0]}-{MONTHS[month[0].rstrip('.')]:02d}")
    if "mon" in g:
        month = re.search(MONTH, text)
        assert month is not None
        return when(month_period(MONTHS[month[0].rstrip(".")], anchor, future), loose=True)
    return _relative(g, text, start, end, anchor)


def _quarter_phrase(g: dict[str, str], anchor: Anchor, future: bool) -> tuple[str, str, bool]:
    n, kind = ORDER[g["qn"].lower()], "Q" if g["qw"] == "quarter" else "H"
    n = min(n, 2) if kind == "H" else n
    word = g.get("qyy") or g.get("qyy2") or ""
    prefix = "FY" if "qf" in g or "qf2" in g else ""
    if word[:2] in ("19", "20"):
        return f"{prefix}{word}-{kind}{n}", "", False
    if word and word != "the year":
        year = year_word(word, anchor)
        return (f"{year}-{kind}{n}" if year else ""), "", False
    return part_period(kind, n, anchor, future), "", True


def _relative(g: dict[str, str], text: str, start: int, end: int, anchor: Anchor) -> When | None:
    low = text.lower()
    if "samey" in g:
        if g.get("sy", "")[:2] in ("19", "20"):
            return When(start, end, "", f"same@{g['sy']}")
        back = re.search(r"last|earlier|ago|prior|previous", low)
        return When(start, end, "", "same-1" if back else "same")
    if "ago" in g:
        return When(start, end, "", "same-1")
    if "thatq" in g:
        return When(start, end, "", "part")
    if "wholey" in g:
        return When(start, end, "", "year")
    if "rely" in g:
        return When(start, end, year_word(text, anchor))
    if "relq" in g:
        if not anchor.year or not anchor.month:
            return When(start, end, "")
        step = (
            1 if "next" in low or "coming" in low else 0 if re.search("this|current", low) else -1
        )
        size = 1 if "month" in low else 3 if "quarter" in low else 6
        index = anchor.year * (12 // size) + (anchor.month - 1) // size + step
        year, part = divmod(index, 12 // size)
        names = {1: f"{part + 1:02d}", 3: f"Q{part + 1}", 6: f"H{part + 1}"}
        this = "this" if size == 3 and step == 0 else ""
        return When(start, end, f"{year}-{names[size]}", this)
    if "span" in g or "past" in g:
        word = g.get("n") or g.get("pn") or ""
        count = COUNT.get(word) or (int(word) if word.isdigit() else 0)
        unit = g.get("sw") or g.get("pw") or ""
        years = count if unit.startswith("year") else 0
        return When(start, end, run(anchor, years, "span" in g))
    if "decade" in g:
        return When(start, end, str((anchor.year // 10 + 1) * 10)) if anchor.year else None
    if "year" in g:
        return When(start, end, text[:4])
    return None
