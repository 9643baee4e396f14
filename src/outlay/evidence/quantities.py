"""From numbers to quantities: unit, rate, range and hedge of each number in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from outlay.evidence.lexicon import CURRENCY_BY_SUFFIX, currency_suffix, is_han, unit_at
from outlay.evidence.numbers import Number
from outlay.evidence.types import Hedge

__all__ = ["Quantity", "quantities"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: [low, high] in base units, the words' hedge, and its span.

    `dimension` is money, price, count, token, power, …, or `bare` where no unit was found.
    """

    start: int
    end: int
    low: float | None
    high: float | None
    unit: str
    dimension: str
    hedge: Hedge
    rounding: float
    scale: float
    form: str
    noun: str = ""
    vague: bool = False
    number_end: int = 0
    factor: float = 1.0  # of the unit word: 0.01 for percent, 1e6 for MW


_PER_WORDS: list[tuple[str, str, float]] = [
    (r"[颗枚张块片卡](?:芯片|GPU)?[每/]小时|小时每[颗枚张块片卡]", "chip-hour", 1),
    (
        r"(?:GPU|gpu|chip|card|accelerator|TPU|processor|H\d00|B\d00|卡|芯片|GPU卡)[- /每]?(?:hours?|hr|小时|时)",
        "chip-hour",
        1,
    ),
    (
        r"(?:hours?|hr|小时|时) (?:per|a|an|for each|for an?) (?:\w+ )?(?:GPU|chip|card|accelerator)",
        "chip-hour",
        1,
    ),
    (r"(?:GPU|chip|card|accelerator|卡|张卡)[- /每]?(?:months?|月)", "chip-month", 1),
    (
        r"(?:1 ?M|one million|1 million|million|1m|百万|100万|一百万|M)(?: (?:input|output|cached|uncached|generated|prompt))? ?(?:个)?(?:输入|输出)?(?:tokens?|Tokens?|toks?|词元)",
        "Mtok",
        1,
    ),
    (
        r"(?:1,?000|1 ?[kK]|thousand|千|一千|1千|k|K)(?: (?:input|output))? ?(?:个)?(?:输入|输出)?(?:tokens?|Tokens?|词元)",
        "Mtok",
        1e3,
    ),
    (r"(?:billion|十亿)(?: ?个)? ?(?:tokens?|Tokens?)", "Mtok", 1e-3),
    (r"million(?=[ .,;:)]|$)(?! (?:dollars|yuan|euros|users|people))", "Mtok", 1),
    (r"(?:kilowatt|kW|KW|千瓦)[- /·]?(?:per |a )?(?:每)?(?:months?|月)", "kW-month", 1),
    (r"(?:megawatt[- ]hours?|MWh|兆瓦时)", "kWh", 1e-3),
    (r"(?:kilowatt[- ]hours?|kWh|KWh|kwh|千瓦时|度电|度)", "kWh", 1),
    (r"(?:megawatts?|MW|兆瓦)(?: of \w+ (?:capacity|load))?", "W", 1e-6),
    (r"(?:gigawatts?|GW|吉瓦)", "W", 1e-9),
    (r"(?:kilowatts?|kW|KW|千瓦)", "W", 1e-3),
    (r"(?:watts?|W|瓦)(?![A-Za-z])", "W", 1),
    (
        r"(?:GPUs?|chips?|cards?|accelerators?|processors?|TPUs?|颗|枚|张|块|片|卡|芯片|颗芯片|张卡|块卡)",
        "chip",
        1,
    ),
    (r"(?:servers?|台服务器|服务器|台|整机)", "server", 1),
    (r"(?:racks?|cabinets?|机柜|机架|个机柜|架)", "rack", 1),
    (r"(?:units?|piece|set|件|套|个)", "unit", 1),
    (r"(?:(?:paid |active )?users?|用户|人)", "user", 1),
    (r"(?:seats?|席位|座席)", "seat", 1),
    (r"(?:customers?|clients?|客户)", "customer", 1),
    (r"(?:requests?|queries|query|calls?|次调用|次请求|次)", "request", 1),
    (r"(?:square met(?:er|re)s?|sq m|平方米|平米)", "m2", 1),
    (r"(?:square foot|square feet|sq ft)", "m2", 10.763910417),
    (r"(?:tonnes?|metric tons?|tons?|吨)", "t", 1),
    (r"(?:wafers?|片晶圆)", "wafer", 1),
    (r"(?:shares?|股|ADS|ADR)", "share", 1),
    (r"(?:image|张图|张图片|picture)", "image", 1),
    (r"(?:days?|日|天)", "day", 1),
    (r"(?:weeks?|周)", "week", 1),
    (r"(?:months?|月)", "month", 1),
    (r"(?:quarters?|季度|季)", "quarter", 1),
    (r"(?:years?|annum|年)", "year", 1),
    (r"(?:hours?|hr|小时)", "hour", 1),
    (r"(?:minutes?|min|分钟)", "minute", 1),
    (r"(?:seconds?|sec|s(?![A-Za-z])|秒)", "s", 1),
]
_PER = re.compile(
    r"\s?(?:(?:/|／|per\b|for (?:each|every)\b|each\b|every\b|for an?(?= (?:H\d|GPU|chip|card))|每|an?(?= (?!week ago|year (?:ago|earlier)|month ago))\b)\s?(?:一)?(?:single |installed |Nvidia |NVIDIA |AI |IT |critical )?)"
    r"(?:" + "|".join(f"(?P<p{i}>{p})(?![A-Za-z])" for i, (p, _, _) in enumerate(_PER_WORDS)) + ")"
)
_AFTER = re.compile(
    r"\s?(?:(?P<each>apiece|each(?! (?:year|month|day|quarter))|per piece|单颗|每颗)"
    r"|(?P<yearly>annually|a year(?! (?:ago|earlier|before))|yearly|per annum)|(?P<daily>daily)|(?P<monthly>monthly))(?![A-Za-z])"
)
_BEFORE_ZH = re.compile(
    r"每(?:一|单)?(?:"
    + "|".join(f"(?P<p{i}>{p})" for i, (p, _, _) in enumerate(_PER_WORDS))
    + r")[^，。；,;\d]{0,14}$"
)
_BEFORE_RATE_ZH = re.compile(
    r"(?P<day>日均|每日|每天|日(?=调用|处理|消耗|使用)|单日)|(?P<month>月均|每月)|(?P<s>每秒)|(?P<minute>每分钟)|(?P<year>年均|每年)"
)
_BEFORE_EACH = re.compile(
    r"(?:\b(?:[Ee]ach|per[- ](?:chip|unit|GPU|card)(?![- ]hour)|unit price|price per (?:chip|unit|GPU|card)|apiece)\b[^.;]{0,40}"
    r"|(?:单价|每颗|每枚|每张|每块|每片|每台|单卡(?:价格|售价)?)[^，。；]{0,10})$"
)
_SKIP_WORD = re.compile(r"[ -]([A-Za-z][A-Za-z0-9’'/.-]*|[A-Z0-9][A-Za-z0-9-]*)")
_CENTS = re.compile(r"[ -]?(?:US |euro )?(?:cents?|¢)(?![A-Za-z])|[ ]?美分")
_CODE_NAME = re.compile(r"[A-Z]+\d\w*$")
_STOP_WORDS = frozenset(
    ["to", "in", "by", "for", "from", "at", "on", "as", "than", "and", "or", "with", "compared", "versus", "vs", "per", "a", "an", "is", "are", "was", "were", "will", "would", "has", "have", "had", "that", "which", "who", "while", "but", "if", "when", "after", "before", "during", "under", "over", "into", "this", "last", "next", "the", "through", "it", "its", "between", "because", "since", "up", "down", "more", "less", "about", "around", "said", "says", "plan", "plans"]
)
_CLASSIFIER = {"颗": "chip", "枚": "chip", "块": "chip", "张": "chip", "片": "chip", "台": "server",
               "座": "site", "套": "unit", "家": "company"}  # fmt: skip
_COUNT_DIMENSIONS = frozenset({"count", "token"})


def rate_after(text: str, pos: int, stop: int) -> str:
    """ "/day" where the words after a number say "a day"; '' where they do not."""
    per = _PER.match(text, pos, stop)
    if per is None:
        return ""
    unit, _ = _per_denominator(per)
    return f"/{unit}" if unit in ("s", "minute", "hour", "day", "week", "month", "year") else ""


def noun_before(text: str, begin: int, pos: int) -> str:
    """In Chinese the thing may stand before its count: 机柜总数达到4.2万个."""
    window = text[max(begin, pos - 16) : pos]
    window = re.split(r"[，。；、：]", window)[-1]
    best = ""
    for i in range(len(window)):
        hit = unit_at(window, i)
        if (
            hit
            and hit[0].dimension == "count"
            and hit[0].unit not in ("unit", "order", "request", "company")
        ):
            best = hit[0].unit
    return best


def _per_denominator(match: re.Match[str]) -> tuple[str, float]:
    for key, value in match.groupdict().items():
        if value is not None:
            _, unit, factor = _PER_WORDS[int(key[1:])]
            return unit, factor
    raise AssertionError("a match names its group")


def _latin_unit(text: str, pos: int, stop: int) -> tuple[str, str, float, int] | None:
    """Unit word after a number in English, across up to six modifiers."""
    cursor, of_seen = pos, False
    for step in range(7):
        at = cursor
        if at < stop and text[at] in " -":
            hit = unit_at(text, at + 1) or unit_at(text, at)
        else:
            hit = unit_at(text, at) if step == 0 else None
        if hit and hit[1] <= stop:
            word, end = hit
            plain = step == 0 or word.dimension in _COUNT_DIMENSIONS
            short = end - at <= 2 and text[at] == " " and word.unit in ("s", "t", "L")
            if plain and not (short and step > 0):
                if word.dimension == "count":  # "5,000 GPU servers": the head is the last noun
                    nxt = unit_at(text, end + 1) if text[end : end + 1] in (" ", "-") else None
                    if (
                        nxt
                        and nxt[0].dimension == "duration"
                        and text[end] in " -"
                        and word.unit == "chip"
                    ):
                        return f"chip-{nxt[0].unit}", "chip-time", 1.0, nxt[1]
                    if nxt and nxt[0].dimension == "count" and nxt[0].unit not in ("unit", "order"):
                        word, end = nxt
                return word.unit, word.dimension, word.factor, end
        m = _SKIP_WORD.match(text, cursor)
        if not m or m.end() > stop:
            return None
        word_text = m[1]
        if (
            word_text in ("and", "or")
            and _CODE_NAME.search(text, pos, m.start())
            and text[m.end() + 1 : m.end() + 2].isupper()
        ):
            pass
        elif word_text in ("of",) and not of_seen:
            of_seen = True
        elif word_text.lower() in _STOP_WORDS or (word_text.lower() == "the" and not of_seen) or (
            word_text.endswith(("ed", "ly"))
            and not word_text.endswith(("monthly", "daily", "weekly", "Daily", "Monthly"))
            and word_text not in ("Advanced", "advanced", "leased", "installed", "dedicated")
        ):
            return None
        cursor = m.end()
        if text[cursor : cursor + 1] == ",":
            return None
    return None


_HAN_RUN = re.compile(r"[ \u3400-\u9fffA-Za-z0-9.+-]{0,18}")
_HAN_VERB = re.compile(
    r"用于|采购|投资|同比|环比|增长|下降|规模的|其中|将|已|为|是|和|及|与|在|由|从|以|至|到|约|超|的(?!芯片|GPU|服务器|加速卡|用户)"
)


def _han_unit(
    text: str, pos: int, stop: int, sentence_has_chip: bool
) -> tuple[str, str, float, int] | None:
    """Unit word after a number in Chinese: classifier, modifiers, noun."""
    cursor = pos + (1 if text[pos : pos + 1] == " " else 0)
    hit = unit_at(text, cursor)
    head = text[cursor : cursor + 1]
    classifier = head if head in "颗枚张块片个台名家座套款位件只" and head else ""
    if hit and not (classifier and hit[0].unit == "unit"):
        word, end = hit
        if word.dimension == "count" and word.unit == "chip" and text[end : end + 2] == "服务":
            nxt = unit_at(text, end)
            if nxt:
                word, end = nxt
        return word.unit, word.dimension, word.factor, end
    if not classifier and not re.match(r"[A-Za-z\u3400-\u9fff]", head or "。"):
        return None
    begin = cursor + len(classifier)
    run = _HAN_RUN.match(text, begin, stop)
    limit = run.end() if run else begin
    blocked = _HAN_VERB.search(text, begin, limit)
    limit = blocked.start() if blocked else limit
    for i in range(begin, limit):
        if (
            i > begin
            and text[i].isascii()
            and text[i].isalnum()
            and text[i - 1].isascii()
            and text[i - 1].isalnum()
        ):
            continue
        hit = unit_at(text, i)
        if hit and hit[0].dimension in _COUNT_DIMENSIONS and hit[1] <= max(limit, i):
            word, end = hit
            nxt = unit_at(text, end)
            if nxt and nxt[0].dimension == "count" and nxt[0].unit not in ("unit", "company"):
                word, end = nxt
            return word.unit, word.dimension, word.factor, end
    if classifier in _CLASSIFIER:
        unit = _CLASSIFIER[classifier]
        if unit == "chip" and not sentence_has_chip:
            return None
        return unit, "count", 1.0, cursor + 1
    return None


def _base(text: str, n: Number, stop: int, chip_near: bool) -> tuple[str, str, float, int]:
    """Unit, dimension, factor to the base unit, and where the quantity ends."""
    if n.form == "fold":
        return "ratio", "ratio", 1.0, n.end
    if n.form == "fraction":
        end = n.end + 1 if text[n.end : n.end + 1] == "成" else n.end
        return "fraction", "fraction", 1.0, end
    pos = n.end
    if n.currency:
        again = currency_suffix().match(text, pos)
        end = again.end() if again and text[pos : pos + 1] in " 元" and again.end() <= stop else pos
        if again and n.currency == "USD" and text[n.start] == "$":
            pass
        return n.currency, "money", 1.0, end
    cents = _CENTS.match(text, pos)
    if cents and cents.end() <= stop:
        code = "EUR" if "euro" in cents[0] else "USD"
        return code, "money", 0.01, cents.end()
    if n.form == "vague" and text.startswith(" of ", pos):
        pos += 3
    cur = currency_suffix().match(text, pos)
    if cur and cur.end() <= stop and not text[pos : cur.end()].startswith("度"):
        return CURRENCY_BY_SUFFIX[cur[1] or cur[2]], "money", 1.0, cur.end()
    nxt = text[pos : pos + 1]
    han = is_han(nxt) or (nxt == " " and is_han(text[pos + 1 : pos + 2] or " "))
    found = None
    if han or (nxt and is_han(text[max(0, n.start - 1) : n.start] or " ")):
        found = _han_unit(text, pos, stop, chip_near)
    found = found or (None if han else _latin_unit(text, pos, stop))
    return found or ("", "bare", 1.0, n.end)


def _each_of(before: str, chip_near: bool) -> str:
    """What "each" counts: the thing named last before it."""
    things = {
        "server": r"servers?|服务器|单台|每台|整机",
        "rack": r"racks?|cabinets?|机柜|机架",
        "chip": r"chips?|GPUs?|[BH]\d00|卡|芯片|[颗枚]",
    }
    found = {k: [m.start() for m in re.finditer(p, before)] for k, p in things.items()}
    if re.search(r"单台|每台", before):
        return "server"
    last = max(found, key=lambda k: found[k][-1] if found[k] else -1)
    return last if found[last] else "chip" if chip_near else "unit"


def _with_rate(
    text: str,
    unit: str,
    dimension: str,
    n: Number,
    end: int,
    begin: int,
    stop: int,
    chip_near: bool,
) -> tuple[str, str, float, int]:
    """Turn money into prices and counts into rates where the words say "per"."""
    per = _PER.match(text, end, stop)
    if per is None and dimension in ("token", "volume"):
        tail = re.compile(r" of \w+").match(text, end, stop)
        per = _PER.match(text, tail.end(), stop) if tail else None
    if (
        dimension in ("money", "count", "token", "energy", "area", "compute", "volume")
        or unit == "ratio"
    ):
        if per and unit != "ratio":
            denominator, factor = _per_denominator(per)
            time = denominator in ("day", "week", "month", "quarter", "year", "hour", "minute", "s")
            if dimension == "money":
                more = _PER.match(text, per.end(), stop)
                if more and denominator in (
                    "chip",
                    "kW",
                    "rack",
                    "server",
                    "user",
                    "seat",
                    "m2",
                    "W",
                ):
                    inner, _ = _per_denominator(more)
                    if inner in ("hour", "month", "year"):
                        return f"{unit}/{denominator}-{inner}", "price", factor, more.end()
                if denominator == "unit" and chip_near:
                    denominator = _each_of(text[max(begin, n.start - 60) : n.start], chip_near)
                return f"{unit}/{denominator}", "price", factor, per.end()
            if time:
                return f"{unit}/{denominator}", dimension, 1.0, per.end()
        before = text[max(begin, n.start - 40) : n.start]
        after = _AFTER.match(text, end, stop)
        if dimension == "money":
            zh = _BEFORE_ZH.search(before)
            if zh:
                denominator, factor = _per_denominator(zh)
                return f"{unit}/{denominator}", "price", factor, end
            if (after and after["each"]) or _BEFORE_EACH.search(before):
                thing = _each_of(before, chip_near)
                return (
                    f"{unit}/{thing}",
                    "price",
                    1.0,
                    after.end() if after and after["each"] else end,
                )
            if after and after["yearly"]:
                return f"{unit}/year", "money", 1.0, after.end()
        elif dimension in ("token", "count", "energy", "volume") and unit not in (
            "chip",
            "site",
            "user",
            "employee",
        ):
            if after and (after["yearly"] or after["daily"] or after["monthly"]):
                word = "year" if after["yearly"] else "day" if after["daily"] else "month"
                return f"{unit}/{word}", dimension, 1.0, after.end()
            rate = None
            for rate in _BEFORE_RATE_ZH.finditer(before):
                pass
            between = text[n.end : end]
            if rate and not re.search(r"[，。；]", before[rate.end() :]):
                key = next(k for k, v in rate.groupdict().items() if v)
                return f"{unit}/{key}", dimension, 1.0, end
            daily = re.search(r"\b(daily|each day|a day|per day)\b", between) or re.search(
                r"\b(daily|each day)\b[^,.;]{0,34}$", before
            )
            if daily:
                return f"{unit}/day", dimension, 1.0, end
            if re.search(r"\bmonthly\b", between) or re.search(r"\bmonthly\b[^,.;]{0,30}$", before):
                return f"{unit}/month", dimension, 1.0, end
    return unit, dimension, 1.0, end


_HEDGE_LEFT = re.compile(
    r"(?P<under>\b(?:just|slightly|well|a little|a bit|somewhat)? ?(?:under|below|less than|fewer than|short of)|(?:不到|不足|低于|少于|未达|未满|小于))\s*$"
    r"|(?P<up_to>\b(?:up to|as much as|as many as|as high as|at most|no more than|not more than|not to exceed|not exceed(?:ing)?|a maximum of|maximum(?: of)?|capped at|a cap of|a ceiling of|a limit of|limited to)|(?:至多|最多|最高|不超过|不高于|不多于|上限为?|最高可达|不得超过|控制在))\s*$"
    r"|(?P<over>\b(?:(?:just|slightly|well|comfortably) )?(?:over(?<!handed over)|more than|above|greater than|at least|no less than|not less than|no fewer than|not fewer than|in excess of|upwards? of|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?|topp(?:ed|ing)|north of|a minimum of|minimum(?: of)?|a floor of|beyond|past)|(?:超过|超出|超|逾|突破|高于|不低于|不少于|至少|最低|大于|多达?于|起码|已破|破))\s*$"
    r"|(?P<about>(?:\b(?:about|around|approximately|approx\.?|roughly|some|nearly|almost|close to|circa|c\.|ca\.?|an? estimated|estimated(?: at)?|in the region of|on the order of|approaching|near|virtually|just shy of|equivalent to about|or about)|~|≈|≃|(?:约为|约合|大约|大概|大致|约|将近|接近|近乎|(?<!最)近|差不多|估计|折合约|左右))\s*)$",
    re.IGNORECASE,
)
_HEDGE_RIGHT = re.compile(
    r"\s?(?:(?P<over>or more|\+|plus\b|or higher|or above|and (?:up|above)|以上|之上|开外)"
    r"|(?P<up_to>or less|or fewer|or below|at most|以内|以下|之内|封顶)|(?P<about>or so|左右|上下|-odd|前后))"
)


def _hedge(text: str, begin: int, start: int, end: int, more: bool) -> Hedge:
    window = text[max(begin, start - 28) : start]
    window = re.sub(r"\b(?:a|an|US|another|an additional|additional)\s*$", "", window)
    left = _HEDGE_LEFT.search(window)
    if left:
        for word in ("under", "up_to", "over", "about"):
            if left[word]:
                return word  # type: ignore[return-value]
    right = _HEDGE_RIGHT.match(text, end)
    if right:
        return "over" if right["over"] else "up_to" if right["up_to"] else "about"
    return "over" if more else "exact"


_JOIN = re.compile(
    r"\s?(?:-|–|—|~|～|至|到|to|and|or|through|或)\s?(?:as much as |about |around |约)?$"
)


def _joins(text: str, a: Quantity, b: Quantity, begin: int) -> bool:
    """Whether two neighbouring quantities are the ends of one range."""
    gap = text[a.number_end : b.start]
    inner = text[a.end : b.start] if a.end <= b.start else gap
    if len(gap) > 26 or not _JOIN.fullmatch(inner):
        return False
    word = _JOIN.sub(lambda m: m[0].strip(), inner).strip()
    before = text[max(begin, a.start - 60) : a.start]
    if word in ("and", "or", "或") and not (
        re.search(r"\bbetween\s+(?:about |around )?$", before) or (word != "and" and a.scale == 1)
    ):
        return False
    if word in ("to", "至", "到") and re.search(
        r"(?:\b(?:from|to)\s+(?:about |around |roughly |nearly )?|从|由|自)$", before
    ):
        rng = re.search(
            r"\b(?:rang(?:e|es|ed|ing)|anywhere|between|costs?|prices?|vary|varies)\b[^.;]{0,25}$|范围|区间",
            before,
        )
        return bool(rng)
    return not (
        word in ("to", "至", "到")
        and re.search(r"(?:增长|上升|提升|提高|上调|下降|下调|增加|增|升|降)$", before)
    )


def _merge(text: str, a: Quantity, b: Quantity) -> Quantity | None:
    """The range [a, b]; units and scales given once hold for both ends."""
    if a.dimension not in ("bare", b.dimension) and b.dimension != "bare":
        return None
    if a.unit and b.unit and a.unit.split("/")[0] != b.unit.split("/")[0]:
        return None
    low, high = a.low, b.high
    if low is None or high is None:
        low = a.low if a.low is not None else a.high
        high = b.high if b.high is not None else b.low
    if low is None or high is None:
        return None
    unit, dimension = (b.unit, b.dimension) if b.unit else (a.unit, a.dimension)
    if b.dimension == "price":
        unit, dimension = b.unit, b.dimension
    if a.scale == 1 and b.scale > 1 and low * b.scale <= high * 1.0001 and low < 1e4:
        low *= b.scale
    if a.dimension == "bare" and b.dimension != "bare":
        low *= b.factor
    if low > high:
        return None
    return replace(
        b, start=a.start, low=low, high=high, unit=unit, dimension=dimension, hedge="range",
        scale=b.scale, rounding=b.rounding,
    )  # fmt: skip


def _one(text: str, n: Number, begin: int, stop: int, chip_near: bool) -> Quantity:
    unit, dimension, factor, end = _base(text, n, stop, chip_near)
    unit, dimension, more_factor, end = _with_rate(
        text, unit, dimension, n, end, begin, stop, chip_near
    )
    factor *= more_factor
    sign = (
        -1.0
        if re.search(
            r"(?:\bnegative|\bminus|为负|负)\s?$", text[max(begin, n.start - 10) : n.start]
        )
        else 1.0
    )
    value = sign * float(f"{n.value * factor:.12g}")  # 35.6 % is 0.356, not 0.35600000000000004
    hedge = _hedge(text, begin, n.start, end, n.more)
    if hedge == "exact" and end != n.end:
        hedge = _hedge(text, begin, n.start, n.end, n.more)
    low: float | None = value
    high: float | None = value
    if n.form == "vague":
        hedge = "about" if hedge == "exact" else hedge
        high = None
    if hedge == "over":
        high = None
    elif hedge in ("under", "up_to"):
        low, high = None, value
    noun = text[n.end : end].strip()
    return Quantity(
        n.start, end, low, high, unit, dimension, hedge, n.rounding * factor, n.scale, n.form,
        noun, n.form == "vague", n.end, factor,
    )  # fmt: skip


def quantities(
    text: str, numbers: list[Number], begin: int, stop: int, chip_near: bool
) -> list[Quantity]:
    """Quantities of one sentence [begin, stop), ranges merged, left to right."""
    out: list[Quantity] = []
    for i, n in enumerate(numbers):
        if text[n.start - 1 : n.start] == "每" and n.form == "words":
            continue  # 每百万: part of a unit
        limit = numbers[i + 1].start if i + 1 < len(numbers) else stop
        limit = max(limit, n.end)
        q = _one(text, n, begin, limit if n.form != "vague" else stop, chip_near)
        if q.dimension in ("money", "token", "count", "energy") and limit < stop:
            unit, dimension, extra, end = _with_rate(
                text, q.unit, q.dimension, n, q.end, begin, stop, chip_near
            )
            if end > q.end or dimension != q.dimension:
                q = replace(
                    q, unit=unit, dimension=dimension, end=end, factor=q.factor * extra,
                    low=None if q.low is None else q.low * extra,
                    high=None if q.high is None else q.high * extra,
                )  # fmt: skip
        if out and q.start < out[-1].end:
            continue  # "per 1 million tokens": the number belongs to the unit before it
        if out and _joins(text, out[-1], q, begin):
            merged = _merge(text, out[-1], q)
            if merged:
                out[-1] = merged
                continue
        out.append(q)
    return out
