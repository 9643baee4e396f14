"""What a number is about: the metric beside it, what the money is for, growth and shares."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

from outlay.evidence.lexicon import Metric, metrics, objects
from outlay.evidence.quantities.quantity import Quantity

__all__ = ["UNIT_METRICS", "Hit", "Meaning", "find_hits", "meaning_of"]

_BREAK = re.compile(r"[;；。]|[,，、](?!\d)|[()（）]")
_GROWTH_BEFORE = re.compile(
    r"(?:\b(?:grew|grow|grows|growing|rose|rise|rises|rising|increas\w+|jump\w*|surg\w+|climb\w*|soar\w*|expand\w*|(?<!make )(?<!makes )(?<!made )up|gain\w*|"
    r"accelerat\w+|advanc\w+|leap\w*|fell|fall|falls|falling|declin\w+|drop\w*|decreas\w+|down|slump\w*|shrank|slid|dip\w*|slipp\w+|reduc\w+|cut|lower\w*|contract\w+)"
    r"(?: (?:by|of|in|about|around|an?|another|roughly|nearly|more than|over|at|some|almost|approximately|just|only|less than|sequentially|year[- ]on[- ]year|year[- ]over[- ]year)){0,4}"
    r"|(?:增长|增幅|增速|上升|上涨|上调|提升|提高|增加|增|涨|大增|激增|攀升|扩大|下降|下滑|减少|降低|下跌|下调|降|减|降幅|跌|回落|缩减|同比|环比)(?:了|约|近|超过|超|逾|达|至多|幅度|幅度约为|幅|率|率为|为|高达|大幅|率达)*)\s*$"
)
_GROWTH_AFTER = re.compile(
    r"^\s?(?:year[- ](?:on|over)[- ]year|yoy|YoY|y/y|quarter[- ](?:on|over)[- ]quarter|QoQ|qoq|sequential\w*)"
    r"|^\s?(?:more|less|higher|lower|increase|growth|rise|jump|decline|drop|fall|decrease|reduction|surge|gain|cut)\b"
    r"|^\s?(?:annual|compound|year-on-year)? ?(?:annual )?(?:growth|increase|CAGR)|^的?(?:增长|增幅|增速|降幅|涨幅|同比增长|复合增长|年均增长|年复合)"
)
_SHARE_AFTER = re.compile(r"^\s?(?:of|share of|in) (?!points?\b|year)|^的(?!增|降|涨|股权)")
_SHARE_BEFORE = re.compile(
    r"(?:占(?:比|总|全|其|公司|集团|到|据|了|同期)?[^，。；,;]{0,14}|accounts? for|accounted for|accounting for|represent(?:s|ed|ing)?|made? up|comprised|share (?:of|was|rose to)) ?(?:about|around|roughly|nearly|more than|over|的|约|近|超|超过|为|达|逾)*\s*$"
)


_TOWARDS = re.compile(
    r"\b(?:in|on|for|of|into|to (?:buy|build|procure|lease|construct|expand)|buying|building)\b|用于|投向|投入|采购|建设|投资|的"
)
_LEASING = re.compile(r"(?:in|on|for) (?:\w+ )?(?:leas|rent)ing|用于租赁|用于租用|租赁|租用")


_SIGNED_FOR = re.compile(
    r"\b(?:agreement|contract|lease|PPA|deal)\b[^.;\n]*\bfor (?:an? (?:initial )?(?:term|period) of )?$|为期$"
)
_DEAL = re.compile(r"\b(?:contract|deal|agreement|order|lease|purchase)\b[^.;]*$")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_TERM = re.compile(
    r"[- ](?:[a-z]+[- ]){0,2}?(leases?|contracts?|deals?|agreements?|terms?|PPAs?|loans?|bonds?|notes|commitments?|warranty|licen[cs]es?)\b"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A metric word in the text."""

    start: int
    end: int
    metric: Metric


@dataclass(frozen=True, slots=True)
class Meaning:
    """Metric name, its family (what may be compared), and the unit a bare number takes."""

    metric: str
    family: str
    implied: str = ""
    found: bool = True


def find_hits(text: str, start: int, end: int) -> list[Hit]:
    """Metric words of one sentence, left to right (overlapping words: the longest table row)."""
    latin, han, table = metrics()
    body = text[start:end]
    found = []
    if not body.isascii():
        found += [(m.start(), m.end(), m.lastgroup) for m in han.finditer(body)]
    found += [(m.start(), m.end(), m.lastgroup) for m in latin.finditer(body.translate(_LOWER))]
    out: list[Hit] = []
    for a, b, g in sorted(found, key=lambda f: (f[0], -f[1])):
        if g is not None and (not out or start + a >= out[-1].end):
            out.append(Hit(start + a, start + b, table[g]))
    return out


def _fits(metric: Metric, dimension: str) -> bool:
    if dimension in metric.dimensions:
        return True
    if dimension == "bare":
        return bool(metric.implied)
    return dimension == "price" and bool(metric.dimensions & {"price"})


def _distance(text: str, q: Quantity, hit: Hit, others: list[Quantity]) -> float:
    """Characters between a number and a metric word, with fines for what stands between."""
    if hit.end <= q.start:
        gap, cost = text[hit.end : q.start], float(q.start - hit.end)
        lo, hi = hit.end, q.start
    elif hit.start >= q.number_end:
        gap, cost = text[q.end : hit.start], max(0.0, hit.start - q.end) * 1.3 + 4
        lo, hi = q.end, hit.start
    else:  # the word is the thing counted itself
        return 25.0
    cost += 22 * len(_BREAK.findall(gap))
    cost += 30 * sum(1 for o in others if o is not q and lo <= o.start < hi)
    if hit.metric.name in (
        "price",
        "processors",
        "users",
        "customers",
        "token volume",
        "duration",
        "chip purchases",
    ):
        cost += 12  # words that name the thing counted more often than what is said of it
    return cost


_GROWING = ("growth", "decline")
UNIT_METRICS = {
    "chip": ("unit price", "unit price"),
    "chip-hour": ("chip rent", "rent"),
    "chip-month": ("chip rent", "rent"),
    "Mtok": ("token price", "token price"),
    "kWh": ("electricity price", "electricity price"),
    "W": ("cost per watt", "cost per watt"),
    "kW-month": ("colocation rent", "colocation rent"),
    "server": ("server price", "server price"),
    "rack": ("rack price", "rack price"),
}


def _best(
    text: str, q: Quantity, hits: list[Hit], others: list[Quantity], dimension: str
) -> Hit | None:
    fitting = [h for h in hits if _fits(h.metric, dimension)]
    if not fitting:
        return None
    return min(fitting, key=lambda h: _distance(text, q, h, others))


def _object(text: str, q: Quantity, hit: Hit | None) -> str:
    """What the money is for: the object nearest to the number or to its metric word."""
    lo = min(q.start, hit.start if hit else q.start)
    hi = max(q.end, hit.end if hit else q.end)
    for m in _BREAK.finditer(text, max(0, lo - 40), lo):
        left = m.end()
        break
    else:
        left = max(0, lo - 12)
    right = min(len(text), hi + 70)
    stop = _BREAK.search(text, hi, right + 1)  # a letter more, which may forbid a break
    right = min(stop.start(), right) if stop else right
    following, inside = text[hi:right], text[left:hi]
    after: list[tuple[int, int, str]] = []
    for order, (name, pattern) in enumerate(objects()):
        if pattern.search(inside):
            return name
        hit_after = pattern.search(following)
        if hit_after is None:
            continue
        at = hit_after.start()
        if at <= 3 or _TOWARDS.search(following[:at]):
            after.append((at, order, name))
    return min(after)[2] if after else ""


def _compose(base: str, family: str, thing: str) -> tuple[str, str]:
    if family == "rent":
        return (f"{thing} leasing" if thing else "leasing"), "leasing"
    if not thing or family in ("revenue", "profit", "fundraising", "contract"):
        return base, family
    if thing in ("AI processor", "server", "network", "power", "data centre") and family in (
        "spending", "investment", "capex", "chips", "order", "processors", "cost"
    ):  # fmt: skip
        word = {"chip purchases": "spending", "processors": "spending", "chip order": "order"}.get(
            base, base
        )
        return f"{thing} {word}", f"{thing} spending"
    if thing == "AI infrastructure":
        return f"AI infrastructure {base}", "AI infrastructure spending"
    if thing == "AI" and family in ("investment", "spending", "capex"):
        return f"AI {base}", "AI spending"
    return base, family


def meaning_of(text: str, q: Quantity, hits: list[Hit], others: list[Quantity]) -> Meaning:
    """The metric of a quantity, from the words beside it."""
    if q.dimension == "fraction" or q.dimension in ("ratio", "points"):
        return _relative(text, q, hits, others)
    if q.dimension == "duration" and (m := _TERM.match(text, q.end)):
        word = "lease term" if m[1].startswith("leas") else "contract term"
        return Meaning(word, "term")
    if q.dimension == "duration" and _SIGNED_FOR.search(text, max(0, q.start - 160), q.start):
        return Meaning("contract term", "term")
    hit = _best(text, q, hits, others, q.dimension)
    near = hit is not None and _distance(text, q, hit, others) < 150
    if q.dimension == "price":
        return _price(q, hit if near else None)
    if q.dimension == "money" and (hit is None or not near or _distance(text, q, hit, others) > 60):
        thing = _object(text, q, None)
        if thing and re.search(
            r"\b(?:put|poured?|pours|pouring|plough\w+|sunk|went|channel\w+|earmark\w+|set aside|into)\b|投|砸",
            text[max(0, q.start - 40) : q.end + 12],
        ):
            return Meaning(*_compose("investment", "investment", thing))
    if hit is None or not near:
        return Meaning(*_default(q), found=False)
    name, family = hit.metric.name, hit.metric.family
    if family == "valuation" and _DEAL.search(text, max(0, hit.start - 70), hit.start):
        name, family = "contract value", "contract"
    if name == "token usage" and q.dimension == "token" and not q.unit.endswith("/day"):
        name = "token volume" if q.unit == "token" else "token usage"
    if q.dimension == "money":
        if family in ("chips", "fleet", "processors"):
            name, family = "spending", "spending"
        if family in ("investment", "spending") and _LEASING.search(text, q.end, q.end + 50):
            name, family = "leasing", "rent"
        name, family = _compose(name, family, _object(text, q, hit))
    elif (
        q.dimension == "count" and hit.metric.implied and q.unit.split("/")[0] != hit.metric.implied
    ):
        default = _default(q)
        if hit.metric.family not in ("chips", "shipments", "production", "fleet"):
            return Meaning(*default, found=False)
        name, family = (
            f"{q.unit} {name.split()[-1]}" if q.unit != "chip" else name,
            f"{q.unit} {family}",
        )
    return Meaning(name, family, hit.metric.implied)


def _price(q: Quantity, hit: Hit | None) -> Meaning:
    denominator = q.unit.split("/", 1)[1]
    if denominator in UNIT_METRICS:
        return Meaning(*UNIT_METRICS[denominator])
    if hit is not None:
        return Meaning(hit.metric.name, f"{hit.metric.family} per {denominator}")
    return Meaning(f"price per {denominator}", f"price per {denominator}")


def _default(q: Quantity) -> tuple[str, str]:
    names = {
        "money": "amount", "token": "token volume", "power": "power capacity", "energy": "electricity",
        "duration": "duration", "area": "area", "data": "memory", "compute": "compute",
        "chip-time": "chip time", "bandwidth": "bandwidth", "mass": "mass", "volume": "volume",
    }  # fmt: skip
    unit = q.unit.split("/")[0]
    name = names.get(q.dimension, f"{unit}s" if unit else "number")
    return name, name


def _end_of(text: str, pos: int, most: int) -> int:
    """Where the sentence that holds `pos` ends, at most so many characters on."""
    stop = re.compile(r"[。！？；\n]|\.\s").search(text, pos, pos + most)
    return stop.start() if stop else pos + most


def _relative(text: str, q: Quantity, hits: list[Hit], others: list[Quantity]) -> Meaning:
    """Growth, share, margin or multiple: a number without a unit of its own."""
    before, after = text[max(0, q.start - 60) : q.start], text[q.end : q.end + 50]
    growth = bool(_GROWTH_BEFORE.search(before) or _GROWTH_AFTER.match(after)) or q.form == "fold"
    base_hits = [h for h in hits if h.metric.name not in _GROWING]
    hit = _best(text, q, base_hits, others, q.dimension)
    name, family = (hit.metric.name, hit.metric.family) if hit else ("", "")
    if q.dimension == "points":
        return Meaning(f"{name} change" if name else "change", f"{family} change")
    if re.search(r"\bto\s*$|(?:至|到|为|达)\s*$", before) and family in (
        "gross margin",
        "operating margin",
        "utilisation",
        "share",
        "pue",
        "interest",
    ):
        return Meaning(name, family)
    if growth:
        return Meaning(f"{name} growth" if name else "growth", f"{family} growth")
    own = family in (
        "gross margin",
        "operating margin",
        "utilisation",
        "share",
        "levy",
        "interest",
        "discount",
        "stake",
        "pue",
    )
    if own and hit is not None and _distance(text, q, hit, others) < 60:
        return Meaning(name, family)
    if q.dimension == "fraction" and (_SHARE_AFTER.match(after) or _SHARE_BEFORE.search(before)):
        thing = next(
            (n for n, p in objects() if p.search(text, q.end, _end_of(text, q.end, 110))), ""
        ) or next((n for n, p in objects() if p.search(text, max(0, q.start - 50), q.start)), "")
        label = (
            f"share of {name}"
            if name and family not in ("chips", "processors", "fleet")
            else "share"
        )
        return Meaning(f"{label} on {thing}" if thing else label, "share")
    if name:
        return Meaning(name, family)
    return Meaning("ratio" if q.dimension == "ratio" else "share", "share", found=False)
