"""Calendar expressions in English and Chinese, resolved against the date of the document.

A `When` is a span of text and the ISO period it means: `2026`, `2026-Q1`, `2026-H1`, `2025-10`,
`FY2026` (the fiscal year that ends in 2026), or `2026/2028` for a run of years.
"""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

__all__ = ["MONTH", "MONTHS", "Anchor", "When", "find_periods", "shift_year"]

MONTHS = {
    m: i + 1
    for i, names in enumerate(
        [
            "January Jan",
            "February Feb",
            "March Mar",
            "April Apr",
            "May May",
            "June Jun",
            "July Jul",
            "August Aug",
            "September Sept Sep",
            "October Oct",
            "November Nov",
            "December Dec",
        ]
    )
    for m in names.split()
}
MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_MONTH_SAFE = MONTH.replace("May|", "").replace("March|", "").replace("Mar|", "")
_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4, "last": 4}
_HAN = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"十一": 11, "十二": 12, "两": 2}
_COUNT = {
    w: i
    for i, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
}


@dataclass(frozen=True, slots=True)
class Anchor:
    """The date "this year" is counted from; 0 where unknown."""

    year: int = 0
    month: int = 0


@dataclass(frozen=True, slots=True)
class When:
    """A calendar expression: its span and the period it means ('' where it cannot be told)."""

    start: int
    end: int
    period: str
    relative: str = ""  # same, same-1, year-1, year+1: resolved beside another period
    loose: bool = False  # month or quarter without a year: the year was chosen by tense


@cache
def _english() -> re.Pattern[str]:
    year = r"(?:19|20)\d{2}"
    q = r"(?:[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Ff]inal)"
    return re.compile(
        r"(?<![A-Za-z])(?=[0-9A-Za-z])(?:"
        rf"(?P<iso>(?<!\d){year}[-/.](?:0?[1-9]|1[0-2])(?:[-/.](?:[0-2]?\d|3[01]))?(?![\d%]))"
        rf"|(?P<isoq>{year}[- ]?(?:Q[1-4]|H[12])(?!\d))"
        rf"|(?P<ended>(?:(?:[Tt]he )?(?:[Ff]iscal )?(?:[Qq]uarter|[Hh]alf[- ]year|[Yy]ear|(?:[Tt]hree|[Ss]ix|[Nn]ine|[Tt]welve|12) [Mm]onths)"
        rf" (?:ended|ending|to) (?:on )?(?:{MONTH} ?(?:\d{{1,2}}(?!\d))?,? ?(?:{year})?|\d{{1,2}} {MONTH},? ?(?:{year})?)))"
        rf"|(?P<qy>(?<![A-Za-z0-9])(?:(?:Q[1-4]|H[12])(?=[^\dA-Za-z]|$|{year})|[1-4]Q|[12]H)[ -]?(?:of )?(?:(?:CY ?)?(?P<qfy>FY|fiscal(?: year)? )?[’']?(?P<qyear>{year}|\d{{2}}(?![\d.,%]| ?(?:million|billion|MW|GW|percent))))?(?![\d%A-Za-z]))"
        rf"|(?P<quarter>(?:[Tt]he )?(?P<qn>{q})[- ](?P<qw>quarter|half)(?: of (?P<qf>fiscal(?: year)? |FY ?)?(?P<qyy>{year}|this year|next year|last year|the year)|,? (?P<qf2>fiscal(?: year)? )?(?P<qyy2>{year}))?)"
        rf"|(?P<fy>(?:FY[- ]?[’']?|[Ff]iscal(?: [Yy]ear)?[ -]?|[Ff]inancial year )(?P<fyear>{year}|\d{{2}})(?:[/-]\d{{2,4}})?(?:[ -](?P<fpart>[QH][1-4]))?(?!\d))"
        rf"|(?P<mq>(?:[Tt]he )?(?P<mqm>March|June|September|December) quarter)"
        rf"|(?P<first>(?:[Tt]he )?first (?P<fmn>three|six|nine) months of (?P<fmy>{year}|this year|last year))"
        rf"|(?P<yrange>(?<![\d,.$-]){year} ?(?:-|–|—|/|to|and|through) ?(?:{year}|\d{{2}}(?![\d%,.]))(?!\d| million| billion))"
        rf"|(?P<my>(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?<![A-Za-z]){MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?(?!\d),?)?,? ?(?:of )?{year}(?!\d))"
        rf"|(?P<mon>(?:(?<=[Ii]n )|(?<=[Bb]y )|(?<=[Ss]ince )|(?<=from )|(?<=until )|(?<=during )|(?<=for )|(?<=of )|(?<=end-)|(?<=early )|(?<=late )|(?<=mid-)|(?<=last )|(?<=this )|(?<=next )|(?<=on )|(?<=\d )|(?<=to )|(?<=and ))(?<![A-Za-z]){MONTH}(?: \d{{1,2}}(?!\d|[,.]\d| ?(?:million|billion|%|per)))?(?![A-Za-z])"
        rf"|(?<![A-Za-z]){_MONTH_SAFE}[’']s(?![A-Za-z])|(?<![A-Za-z]){MONTH} \d{{1,2}}(?=,? ))"
        rf"|(?P<samey>(?:[Tt]he )?(?:same|corresponding|comparable|prior[- ]year|year-ago|year-earlier) (?:period|quarter|month|half)(?: (?:of |in )?(?P<sy>(?:19|20)\d{{2}}|last year|a year (?:earlier|ago)|the (?:prior|previous) year))?)"
        r"|(?P<ago>(?:[Aa]|one) year (?:ago|earlier|before)|[Tt]he (?:previous|prior) year|the year before|year-ago)"
        r"|(?P<rely>(?:[Tt]his|[Tt]he current|[Nn]ext|[Ll]ast|[Tt]he coming|[Tt]he following) (?:calendar |fiscal |financial )?year|the year after next)"
        r"|(?P<relq>(?:[Tt]his|[Tt]he current|[Nn]ext|[Ll]ast|[Tt]he previous|[Tt]he prior|[Tt]he preceding|[Tt]he coming) (?:quarter|month|half))"
        r"|(?P<span>(?:[Oo]ver|[Ii]n|[Ww]ithin|[Dd]uring|[Aa]cross|[Ff]or) (?:the )?(?:next|coming|following) (?P<n>\w+) (?P<sw>years?|months?|quarters?))"
        r"|(?P<past>(?:[Oo]ver|[Ii]n|[Dd]uring) the (?:past|last) (?P<pn>\w+) (?P<pw>years|months|quarters))"
        r"|(?P<decade>(?:by |before )?the end of (?:the|this) decade)"
        rf"|(?P<year>(?<![\d.,$€£¥-]){year}(?:E|e|F)?(?![\d%]|[,.]\d|-[A-Z]| ?(?:million|billion|trillion|bn|MW|GW|chips|GPUs|tokens|servers|racks|cards|units|people|jobs))))"
    )


@cache
def _chinese() -> re.Pattern[str]:
    year = r"(?:19|20)\d{2}"
    n = r"(?:十[一二]?|[一二三四五六七八九]|\d{1,2})"
    return re.compile(
        r"(?=[0-9一二三四五六七八九十今明去前后上下本当年未过近最第次同报全接QHF])(?:"
        rf"(?P<yrange>{year}年?(?:-|–|—|~|至|到){year}年?)"
        rf"|(?P<fy>{year}(?:/\d{{2,4}})?财年|FY{year}|{year}财政年度)(?:(?:第)?(?P<fq>[一二三四1-4])(?:财)?季度?)?"
        rf"|(?P<full>(?P<fy4>{year})年(?:度)?(?:(?P<fm>{n})月(?:份)?(?:(?:\d{{1,2}})日|底|末|初)?|第?(?P<fqn>[一二三四1-4])季度?|Q(?P<fq2>[1-4])|(?P<fh>上半年|下半年|前三季度|前三季|前[三九]个月|H1|H2|半年)|(?P<fend>底|末|初|全年|年底|年末))?)"
        rf"|(?P<iso>(?<!\d){year}[-/.](?:0?[1-9]|1[0-2])(?:[-/.](?:[0-2]?\d|3[01]))?(?![\d%]))"
        rf"|(?P<isoq>{year}[- ]?(?:Q[1-4]|H[12])|(?<![A-Za-z\d])(?:[1-4]Q|Q[1-4]|[12]H|H[12])[ ’']?(?:{year}|2\d)(?!\d))"
        rf"|(?P<same>(?:去年|上年|上一年|前一年)(?:同期|同季|同月))"
        rf"|(?P<same0>(?<![环去])同期)"
        rf"|(?P<rel>(?P<ry>今年|本年度?|明年|去年|前年|后年|上年|上一年|次年|当年|(?<![一二两三四五六七八九十\d])年内)(?:(?P<rm>{n})月(?:份)?(?:\d{{1,2}}日|底|末|初)?|第?(?P<rq>[一二三四1-4])季度?|(?P<rh>上半年|下半年|前三季度|前三季|全年)|底|末|初)?)"
        rf"|(?P<half>上半年|下半年|前三季度|前三季)"
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


def _quarter_of(month: int) -> int:
    return (month - 1) // 3 + 1


def _month_period(month: int, anchor: Anchor, future: bool) -> str:
    """A month without a year: the last one that has begun, or the next one in a plan."""
    if not anchor.year:
        return ""
    year = anchor.year
    if future and anchor.month and month < anchor.month:
        year += 1
    elif not future and anchor.month and month > anchor.month:
        year -= 1
    return f"{year}-{month:02d}"


def _part_period(kind: str, n: int, anchor: Anchor, future: bool) -> str:
    """A quarter ('Q') or half ('H') without a year: the last ended one, or the next."""
    if not anchor.year:
        return ""
    months = 3 if kind == "Q" else 6
    year = anchor.year
    if anchor.month:
        ended = n * months < anchor.month + (1 if not future else 0)
        if not future and not ended and (n - 1) * months >= anchor.month - 1:
            year -= 1
        elif not future and not ended and n * months > anchor.month:
            year = year if kind == "H" or (n - 1) * months < anchor.month else year - 1
        elif future and n * months < anchor.month:
            year += 1
    return f"{year}-{kind}{n}"


def _two_digit(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _year_word(word: str, anchor: Anchor) -> str:
    if not anchor.year:
        return ""
    word = word.lower()
    if "after next" in word:
        return str(anchor.year + 2)
    step = 1 if re.search("next|coming|following", word) else -1 if "last" in word else 0
    prefix = "FY" if re.search("fiscal|financial", word) else ""
    return f"{prefix}{anchor.year + step}"


def _run(anchor: Anchor, count: int, forward: bool) -> str:
    if not anchor.year or not count:
        return ""
    if forward:  # said late in a year, "the next three years" begin with the next one
        first = anchor.year + (anchor.month > 9)
        return f"{first}/{first + count - 1}"
    return f"{anchor.year - count}/{anchor.year - 1}"


def _iso(text: str) -> str:
    parts = re.split(r"[-/.]", text)
    return f"{int(parts[0])}-{int(parts[1]):02d}"


def _ended(text: str, anchor: Anchor, future: bool) -> str:
    month = next(m for name, m in sorted(MONTHS.items(), key=lambda i: -len(i[0])) if name in text)
    found = re.search(r"(?:19|20)\d{2}", text)
    year = int(found[0]) if found else int(_month_period(month, anchor, future)[:4] or 0)
    if not year:
        return ""
    if "ine m" in text:
        return f"{year}-{month - 8:02d}/{year}-{month:02d}" if month > 8 else ""
    if "hree months" in text or "uarter" in text:
        return f"{year}-Q{_quarter_of(month)}"
    if "ix months" in text or "alf" in text:
        return f"{year}-H{1 if month <= 6 else 2}" if month in (6, 12) else f"{year}-{month:02d}"
    return str(year) if month == 12 else f"FY{year}"


def _resolve_en(match: re.Match[str], anchor: Anchor, future: bool) -> When | None:
    g = {k: v for k, v in match.groupdict().items() if v is not None}
    start, end = match.span()
    text = match[0]

    def when(period: str, relative: str = "", loose: bool = False) -> When:
        return When(start, end, period, relative, loose)

    if "iso" in g:
        return when(_iso(text))
    if "isoq" in g:
        return when(f"{text[:4]}-{text[-2:]}")
    if "ended" in g:
        return when(_ended(text, anchor, future))
    if "qy" in g:
        head = re.match(r"([QH])([1-4])|([1-4])([QH])", text)
        assert head is not None
        kind, n = (head[1] or head[4]), int(head[2] or head[3])
        if "qyear" in g:
            prefix = "FY" if "qfy" in g else ""
            return when(f"{prefix}{_two_digit(g['qyear'])}-{kind}{n}")
        return when(_part_period(kind, n, anchor, future), loose=True)
    if "quarter" in g:
        return when(*_quarter_phrase(g, anchor, future))
    if "fy" in g:
        part = f"-{g['fpart']}" if "fpart" in g else ""
        return when(f"FY{_two_digit(g['fyear'])}{part}")
    if "mq" in g:
        return when(_part_period("Q", MONTHS[g["mqm"]] // 3, anchor, future), loose=True)
    if "first" in g:
        year = g["fmy"] if g["fmy"][0] in "12" else _year_word(g["fmy"], anchor)
        parts = {"three": f"{year}-Q1", "six": f"{year}-H1", "nine": f"{year}-01/{year}-09"}
        return when(parts[g["fmn"]] if year else "")
    if "yrange" in g:
        years = re.findall(r"\d{4}|\d{2}$", text)
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
        return when(_month_period(MONTHS[month[0].rstrip(".")], anchor, future), loose=True)
    return _resolve_en_relative(g, text, start, end, anchor)


def _quarter_phrase(g: dict[str, str], anchor: Anchor, future: bool) -> tuple[str, str, bool]:
    n, kind = _ORDER[g["qn"].lower()], "Q" if g["qw"] == "quarter" else "H"
    n = min(n, 2) if kind == "H" else n
    word = g.get("qyy") or g.get("qyy2") or ""
    prefix = "FY" if "qf" in g or "qf2" in g else ""
    if word[:2] in ("19", "20"):
        return f"{prefix}{word}-{kind}{n}", "", False
    if word and word != "the year":
        year = _year_word(word, anchor)
        return (f"{year}-{kind}{n}" if year else ""), "", False
    return _part_period(kind, n, anchor, future), "", True


def _resolve_en_relative(
    g: dict[str, str], text: str, start: int, end: int, anchor: Anchor
) -> When | None:
    low = text.lower()
    if "samey" in g:
        if g.get("sy", "")[:2] in ("19", "20"):
            return When(start, end, "", f"same@{g['sy']}")
        back = re.search(r"last|earlier|ago|prior|previous", low)
        return When(start, end, "", "same-1" if back else "same")
    if "ago" in g:
        return When(start, end, "", "same-1")
    if "rely" in g:
        return When(start, end, _year_word(text, anchor))
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
        count = _COUNT.get(word) or (int(word) if word.isdigit() else 0)
        unit = g.get("sw") or g.get("pw") or ""
        years = count if unit.startswith("year") else 0
        return When(start, end, _run(anchor, years, "span" in g))
    if "decade" in g:
        return When(start, end, str((anchor.year // 10 + 1) * 10)) if anchor.year else None
    if "year" in g:
        return When(start, end, text[:4])
    return None


def _han_int(text: str) -> int:
    return int(text) if text.isdigit() else _HAN.get(text, 0)


def _resolve_zh(match: re.Match[str], anchor: Anchor, future: bool) -> When | None:
    g = {k: v for k, v in match.groupdict().items() if v is not None}
    start, end = match.span()
    text = match[0]

    def when(period: str, relative: str = "", loose: bool = False) -> When:
        return When(start, end, period, relative, loose)

    if "yrange" in g:
        years = re.findall(r"\d{4}", text)
        return when(f"{years[0]}/{years[1]}")
    if "fy" in g:
        fiscal = re.search(r"\d{4}", text)
        assert fiscal is not None
        quarter = f"-Q{_han_int(g['fq'])}" if "fq" in g else ""
        return when(f"FY{fiscal[0]}{quarter}")
    if "full" in g:
        return when(_part(g["fy4"], g.get("fm"), g.get("fqn") or g.get("fq2"), g.get("fh")))
    if "iso" in g:
        return when(_iso(text))
    if "isoq" in g:
        kind = re.search(r"([QH])([1-4])|([1-4])([QH])", text)
        year = re.search(r"(?:19|20)\d{2}|(?<=[ ’'QH])\d{2}$|\d{2}$", text)
        assert kind is not None
        assert year is not None
        return when(f"{_two_digit(year[0])}-{kind[1] or kind[4]}{kind[2] or kind[3]}")
    if "same" in g:
        return when("", "same-1")
    if "same0" in g:
        return when("", "same")
    if "rel" in g:
        steps = {"明年": 1, "次年": 1, "后年": 2, "去年": -1, "上年": -1, "上一年": -1, "前年": -2}
        if not anchor.year:
            return when("")
        counted = str(anchor.year + steps.get(g["ry"], 0))
        return when(_part(counted, g.get("rm"), g.get("rq"), g.get("rh")))
    return _resolve_zh_bare(g, text, start, end, anchor, future)


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


def _resolve_zh_bare(
    g: dict[str, str], text: str, start: int, end: int, anchor: Anchor, future: bool
) -> When | None:
    if "half" in g:
        if text.startswith("前三"):
            year = str(anchor.year) if anchor.year else ""
            return When(start, end, f"{year}-01/{year}-09" if year else "", loose=True)
        n = 1 if text[0] == "上" else 2
        return When(start, end, _part_period("H", n, anchor, future), loose=True)
    if "q" in g:
        digit = re.search(r"[一二三四1-4]", text)
        assert digit is not None
        return When(start, end, _part_period("Q", _han_int(digit[0]), anchor, future), loose=True)
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
        return When(start, end, _run(anchor, count, "span" in g))
    if "end" in g:
        return When(start, end, str(anchor.year) if anchor.year else "", loose=True)
    if "yy" in g:
        return When(start, end, f"20{text[:2]}")
    if "mon" in g:
        month = re.match(r"十[一二]?|[一二三四五六七八九]|\d{1,2}", text)
        value = _han_int(month[0]) if month else 0
        if not 1 <= value <= 12:
            return None
        return When(start, end, _month_period(value, anchor, future), loose=True)
    if "year" in g:
        return When(start, end, text[:4])
    return None


def find_periods(text: str, anchor: Anchor, future: bool, chinese: bool) -> list[When]:
    """Calendar expressions of one sentence, left to right; `future` where it speaks of plans."""
    pattern, resolve = (_chinese(), _resolve_zh) if chinese else (_english(), _resolve_en)
    found = (resolve(m, anchor, future) for m in pattern.finditer(text))
    return [w for w in found if w is not None]


def shift_year(period: str, years: int) -> str:
    """The same period `years` later: `2025-Q3` and -1 give `2024-Q3`."""
    return re.sub(r"(?:19|20)\d{2}", lambda m: str(int(m[0]) + years), period)
