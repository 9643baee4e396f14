"""From numbers to quantities: unit, rate, range and hedge of each number in a sentence."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from outlay.evidence.lexicon import CURRENCY_BY_SUFFIX, currency_suffix, is_han, unit_at
from outlay.evidence.quantities.hedges import hedge_of
from outlay.evidence.quantities.numbers import Number
from outlay.evidence.quantities.rates import with_rate
from outlay.evidence.types import Hedge

__all__ = ["Quantity", "noun_before", "quantities"]


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


_SKIP_WORD = re.compile(r"[ -]([A-Za-z][A-Za-z0-9’'/.-]*|[A-Z0-9][A-Za-z0-9-]*)")
_CENTS = re.compile(r"[ -]?(?:US |euro )?(?:cents?|¢)(?![A-Za-z])|[ ]?美分")
_CODE_NAME = re.compile(r"[A-Z]+\d\w*$")
_STOPS = (
    "to in by for from at on as than and or with compared versus vs per a an is are was were will "
    "would has have had that which who while but if when after before during under over into this "
    "last next the through it its between because since up down more less about around said says "
    "plan plans"
)
_STOP_WORDS = frozenset(_STOPS.split())
_CLASSIFIER = {"颗": "chip", "枚": "chip", "块": "chip", "张": "chip", "片": "chip", "台": "server",
               "座": "site", "套": "unit", "家": "company"}  # fmt: skip
_COUNT_DIMENSIONS = frozenset({"count", "token"})


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
        elif (
            word_text.lower() in _STOP_WORDS
            or (word_text.lower() == "the" and not of_seen)
            or (
                word_text.endswith(("ed", "ly"))
                and not word_text.endswith(("monthly", "daily", "weekly", "Daily", "Monthly"))
                and word_text not in ("Advanced", "advanced", "leased", "installed", "dedicated")
            )
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


_JOIN = re.compile(
    r"\s?(?:-|–|—|~|～|至|到|to|and|or|through|或)\s?(?:as much as |about |around |约)?$"
)


def _joins(text: str, a: Quantity, b: Quantity, begin: int) -> bool:
    """Whether two neighbouring quantities are the ends of one range."""
    gap = text[a.number_end : b.start]
    inner = text[a.end : b.start] if a.end <= b.start else gap
    if len(gap) > 26 or not _JOIN.fullmatch(inner):
        return False
    word = _JOIN.sub(lambda m: m[0].strip(), inner).strip().split(" ")[0].rstrip("约")
    before = text[max(begin, a.start - 60) : a.start]
    if word in ("and", "or", "或") and not (
        re.search(r"\bbetween\s+(?:about |around )?$", before) or (word != "and" and a.scale == 1)
    ):
        return False
    if word in ("to", "至", "到") and re.search(
        r"(?:\b(?:from|to)\s+(?:(?:about|around|roughly|nearly|approximately|some|over|up to|almost|just|more than|under) )*|(?:从|由|自)(?:约|近|原来的|此前的|原定的|原计划的)?)$",
        before,
    ):
        rng = re.search(
            r"\b(?:rang(?:e|es|ed|ing)|anywhere|between|costs?|prices?|vary|varies)\b[^.;]{0,25}$|范围|区间",
            before,
        )
        return bool(rng)
    return b.dimension == "fraction" or not (
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


_SPREAD = re.compile(
    r"(?<!for )(?<!of )(?<!is )(?<!was )(?<!just )\bover (?:the (?:next |past )?)?$"
)


def _one(text: str, n: Number, begin: int, stop: int, chip_near: bool) -> Quantity:
    unit, dimension, factor, end = _base(text, n, stop, chip_near)
    unit, dimension, more_factor, end = with_rate(
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
    hedge = hedge_of(text, begin, n.start, end, n.more)
    if hedge == "exact" and end != n.end:
        hedge = hedge_of(text, begin, n.start, n.end, n.more)
    if (
        dimension == "duration"
        and hedge == "under"
        and re.search(r"under (?:an?|its|the) $", text[max(begin, n.start - 12) : n.start])
    ):
        hedge = "exact"
    if dimension == "duration" and hedge == "over" and _SPREAD.search(text, begin, n.start):
        hedge = "exact"  # "worth $3bn over five years" is a time, not a bound
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
            unit, dimension, extra, end = with_rate(
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
