"""What a number is about: the metric beside it, what the money is for, growth and shares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from typing import Literal

from outlay.evidence.lexicon import Metric, metric_starts, metrics, metrics_from, objects
from outlay.evidence.quantities.quantity import Quantity
from outlay.evidence.rules import pattern, words
from outlay.evidence.text.triggers import may, search, within

__all__ = ["UNIT_METRICS", "Hit", "Meaning", "find_hits", "kind_of_quantity", "meaning_of"]

_BREAK = re.compile(r"[;；。]|[,，、](?!\d)|[()（）]")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_NEAR, _BESIDE = 150, 60
_GROWING = ("growth", "decline")
_RATES = frozenset(
    [
        "gross margin",
        "operating margin",
        "utilisation",
        "share",
        "levy",
        "interest",
        "discount",
        "stake",
        "pue",
    ]
)
_THINGS = ("AI processor", "server", "network", "power", "data centre")
_BOUGHT = frozenset(["spending", "investment", "capex", "chips", "order", "processors", "cost"])
_HARDWARE = frozenset(("chips", "fleet", "processors"))
_COUNTED = ("chips", "shipments", "production", "fleet")
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
_DEFAULTS = {
    "money": "amount", "token": "token volume", "power": "power capacity", "energy": "electricity",
    "duration": "duration", "area": "area", "data": "memory", "compute": "compute",
    "chip-time": "chip time", "bandwidth": "bandwidth", "mass": "mass", "volume": "volume",
}  # fmt: skip
_TERMS = {"rent": ("lease term", "term"), "shipments": ("lead time", "lead time"),
          "spending": ("payment term", "payment term"),
          "depreciation": ("useful life", "useful life")}  # fmt: skip
Sort = Literal["level", "change", "share", "price", "bound", "count"]


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
    return [Hit(start + a, start + b, metric) for a, b, metric in _hits(text[start:end])]


@lru_cache(1024)
def _hits(body: str) -> tuple[tuple[int, int, Metric], ...]:
    han, table = metrics()
    found = []
    if not body.isascii():
        found += [(m.start(), m.end(), m.lastgroup) for m in han.finditer(body)]
    low, end = body.translate(_LOWER), 0
    for word in metric_starts().finditer(low):
        at = word.start()
        m = metrics_from(low[at]).match(low, at) if at >= end else None
        if m is not None:
            end = m.end()
            found.append((at, end, m.lastgroup))
    out: list[tuple[int, int, Metric]] = []
    for a, b, g in sorted(found, key=lambda f: (f[0], -f[1])):
        if g is not None and (not out or a >= out[-1][1]):
            out.append((a, b, table[g]))
    return tuple(out)


def _fits(metric: Metric, dimension: str) -> bool:
    return dimension in metric.dimensions or (dimension == "bare" and bool(metric.implied))


def _distance(text: str, q: Quantity, hit: Hit, others: list[Quantity]) -> float:
    """Characters between a number and a metric word, with fines for what stands between."""
    if hit.end <= q.start:
        lo, hi, cost = hit.end, q.start, float(q.start - hit.end)
    elif hit.start >= q.number_end:
        lo, hi, cost = q.end, hit.start, max(0.0, hit.start - q.end) * 1.3 + 4
        cost += 40 if _is_of_next(text, q, hit, others) else 0
    else:  # the word is the thing counted itself
        return 25.0
    cost += 22 * len(_BREAK.findall(text[lo:hi]))
    cost += 30 * sum(1 for o in others if o is not q and lo <= o.start < hi)
    loose = hit.metric.name in words("quantities.loose")
    return cost + (12 if loose else 0)


def _is_of_next(text: str, q: Quantity, hit: Hit, others: list[Quantity]) -> bool:
    """ "Revenue was $4bn and net income $1bn": the word is right before another number."""
    after = next((o for o in others if o.start >= hit.end), None)
    if after is None or not re.search(r"\band\b|[,，、和及]", text[q.end : hit.start]):
        return False
    return pattern("quantities.right_before").fullmatch(text[hit.end : after.start]) is not None


def _best(
    text: str, q: Quantity, hits: list[Hit], others: list[Quantity]
) -> tuple[Hit | None, float]:
    """The metric word nearest to a number, and how far it is."""
    fitting = [(_distance(text, q, h, others), n) for n, h in enumerate(hits)
               if _fits(h.metric, q.dimension)]  # fmt: skip
    if not fitting:
        return None, float("inf")
    far, n = min(fitting)
    return hits[n], far


def _object(text: str, q: Quantity, hit: Hit | None) -> str:
    """What the money is for: the object nearest to the number or to its metric word."""
    lo = min(q.start, hit.start if hit else q.start)
    hi = max(q.end, hit.end if hit else q.end)
    broken = _BREAK.search(text, max(0, lo - 40), lo)
    left = broken.end() if broken else max(0, lo - 12)
    right = min(len(text), hi + 70)
    stop = _BREAK.search(text, hi, right + 1)  # a letter more, which may forbid a break
    right = min(stop.start(), right) if stop else right
    after: list[tuple[int, int, str]] = []
    near, behind = text[left:hi], text[hi:right]
    for order, (name, found) in enumerate(objects()):
        if not may(f"objects.{order}", text, left, right):
            continue
        if found.search(near):
            return name
        m = found.search(behind)
        towards = m and pattern("quantities.towards").search(text, hi, hi + m.start())
        if m and (m.start() <= 3 or towards):
            after.append((m.start(), order, name))
    return min(after)[2] if after else ""


def _compose(base: str, family: str, thing: str) -> tuple[str, str]:
    if family == "rent":
        return (f"{thing} leasing" if thing else "leasing"), "leasing"
    if thing in _THINGS and family in _BOUGHT:
        plain = {"chip purchases": "spending", "processors": "spending", "chip order": "order"}
        return f"{thing} {plain.get(base, base)}", f"{thing} spending"
    if thing == "AI infrastructure" and family not in ("revenue", "profit", "funding", "contract"):
        return f"AI infrastructure {base}", "AI infrastructure spending"
    if thing == "AI" and family in ("investment", "spending", "capex"):
        return f"AI {base}", "AI spending"
    return base, family


def meaning_of(text: str, q: Quantity, hits: list[Hit], others: list[Quantity]) -> Meaning:
    """The metric of a quantity, from the words beside it."""
    if q.dimension in ("fraction", "ratio", "points"):
        return _relative(text, q, hits, others)
    if q.dimension == "duration" and (m := pattern("quantities.term_after").match(text, q.end)):
        leased = m["what"].startswith("leas")
        return Meaning("lease term" if leased else "contract term", "term")
    hit, far = _best(text, q, hits, others)
    if q.dimension == "price":
        return _price(text, q, hit if far < _NEAR else None)
    if q.dimension == "money" and far > _BESIDE and (put := _put_into(text, q)):
        return put
    if hit is None or far >= _NEAR:
        return Meaning(*_default(text, q), found=False)
    meaning = _of_hit(text, q, hit)
    if meaning.found and q.dimension != "duration" and _is_change(text, q):
        return Meaning(f"{meaning.metric} change", f"{meaning.family} change")
    return meaning


def _put_into(text: str, q: Quantity) -> Meaning | None:
    """ "poured $3bn into data centres": an investment."""
    thing = _object(text, q, None)
    put = pattern("quantities.put").search(text, max(0, q.start - 40), q.end + 12)
    return Meaning(*_compose("investment", "investment", thing)) if thing and put else None


def _of_hit(text: str, q: Quantity, hit: Hit) -> Meaning:
    """The metric of a word, as the thing counted or the object bought names it."""
    name, family, implied = hit.metric.name, hit.metric.family, hit.metric.implied
    deal = pattern("quantities.deal").search(text, max(0, hit.start - 70), hit.start)
    if family == "valuation" and deal:
        name, family = "contract value", "contract"
    if name == "token usage" and q.dimension == "token" and not q.unit.endswith("/day"):
        name = "token volume" if q.unit == "token" else "token usage"
    if q.dimension == "duration":
        name, family = _term(text, hit, name, family)
    if q.dimension == "money":
        name, family = _spent(text, q, hit, name, family)
    elif q.dimension == "count" and implied and q.unit.split("/")[0] != implied:
        if family not in _COUNTED:
            return Meaning(*_default(text, q), found=False)
        name, family = f"{q.unit} {name.split()[-1]}", f"{q.unit} {family}"
    return Meaning(name, family, implied)


def _term(text: str, hit: Hit, name: str, family: str) -> tuple[str, str]:
    """The metric and family of a length of time beside a metric word."""
    name, family = _TERMS.get(family, (name, family))
    leased = search("quantities.lease_word", text, max(0, hit.start - 80), hit.start)
    return "lease term" if leased and name == "contract term" else name, family


def _spent(text: str, q: Quantity, hit: Hit, name: str, family: str) -> tuple[str, str]:
    """The metric and family of money beside a metric word: what it is spent on says it."""
    if family in _HARDWARE:
        name, family = "spending", "spending"
    leasing = search("quantities.leasing", text, q.end, q.end + 50)
    ended = leasing and re.search(r"[。；;\n]|\.\s", text[q.end : leasing.start()])
    if family in ("investment", "spending") and leasing and not ended:
        name, family = "leasing", "rent"
    return _compose(name, family, _object(text, q, hit))


def _price(text: str, q: Quantity, hit: Hit | None) -> Meaning:
    denominator = q.unit.split("/", 1)[1]
    if denominator == "Mtok":
        side = ""
        for lo, hi in ((max(0, q.start - 40), q.start), (q.start, q.end)):
            for m in pattern("quantities.token_side").finditer(text, lo, hi):
                side = f"{m.lastgroup} ".replace("_", " ")
        if re.match(r"\s(?:for|on|per)\s", text[q.end : q.end + 5]):  # "$12 for output"
            behind = pattern("quantities.token_side").search(text, q.end, q.end + 16)
            side = f"{behind.lastgroup} ".replace("_", " ") if behind else side
        return Meaning(f"{side}token price", "token price")
    if denominator in UNIT_METRICS:
        return Meaning(*UNIT_METRICS[denominator])
    if hit is not None:
        return Meaning(hit.metric.name, f"{hit.metric.family} per {denominator}")
    return Meaning(f"price per {denominator}", f"price per {denominator}")


def _default(text: str, q: Quantity) -> tuple[str, str]:
    """The noun beside a number as printed ("the $30 billion revolver"), or its dimension."""
    unit = q.unit.split("/")[0]
    name = _DEFAULTS.get(q.dimension, f"{unit}s" if unit else "number")
    if q.dimension not in ("money", "power"):
        return name, name
    before = text[max(0, q.start - 70) : q.start]
    for found in (
        pattern("quantities.noun_of").match(text, q.end),
        pattern("quantities.noun_is").search(before),
        pattern("quantities.noun_is_zh").search(before),
    ):
        if found:
            noun = pattern("quantities.determiner").sub("", found["noun"]).strip()
            named = noun and not pattern("quantities.no_noun").search(noun)
            if named and (q.dimension == "money" or pattern("quantities.power_noun").search(noun)):
                return noun.lower(), name
    return name, name


def _is_change(text: str, q: Quantity) -> bool:
    """Whether an amount is what something rose or fell by, and not where it came to."""
    return bool(
        within("quantities.by_before", text, max(0, q.start - 40), q.start)
        or pattern("quantities.change_after").match(text, q.end)
    )


def _relative(text: str, q: Quantity, hits: list[Hit], others: list[Quantity]) -> Meaning:
    """Growth, share, margin or multiple: a number without a unit of its own."""
    left = max(0, q.start - 60)
    before, after = text[left : q.start], text[q.end : q.end + 50]
    of = pattern("quantities.share_after").match(after)
    hit, far = _best(text, q, [h for h in hits if h.metric.name not in _GROWING], others)
    if of and (named := _named_after(q, hits, q.end + of.end())):
        hit, far = named, 0.0
    name, family = (hit.metric.name, hit.metric.family) if hit else ("", "")
    if q.dimension == "points":
        return _points(before, after, name, family)
    rate = family in _RATES
    if rate and family != "stake" and within("quantities.reaching", text, left, q.start):
        return Meaning(name, family)
    if _grows(text, q, left, after):
        return Meaning(f"{name} growth" if name else "growth", f"{family} growth")
    part = q.dimension == "fraction" and within("quantities.share_before", text, left, q.start)
    if rate and far < _BESIDE and not part:
        return Meaning(name, family)
    if part or (of and q.dimension == "fraction"):
        return _share(text, q, "" if rate else name, "" if rate else family)
    if name:
        return Meaning(name, family)
    return Meaning("ratio" if q.dimension == "ratio" else "share", "share", found=False)


def _named_after(q: Quantity, hits: list[Hit], start: int) -> Hit | None:
    """The metric that "a quarter of the cost" is of."""
    near = (h for h in hits if start <= h.start < start + 12 and _fits(h.metric, q.dimension))
    return next(near, None)


def _points(before: str, after: str, name: str, family: str) -> Meaning:
    """Points are a spread over a rate, or a change."""
    plus = pattern("quantities.plus_before").search(before)
    if plus or pattern("quantities.over_base").match(after):
        return Meaning("spread", "spread")
    return Meaning(f"{name} change" if name else "change", f"{family} change")


def _grows(text: str, q: Quantity, left: int, after: str) -> bool:
    return bool(
        q.form == "fold"
        or within("quantities.growth_before", text, left, q.start)
        or pattern("quantities.growth_after").match(after)
    )


def _share(text: str, q: Quantity, name: str, family: str) -> Meaning:
    """The share of an amount, and what it goes to."""
    stop = pattern("quantities.sentence_ends").search(text, q.end, q.end + 110)
    reach = stop.start() if stop else q.end + 110
    spans = ((q.end, reach), (max(0, q.start - 50), q.start))
    things = [n for lo, hi in spans for n, p in objects() if p.search(text, lo, hi)]
    label = f"share of {name}" if name and family not in _HARDWARE else "share"
    return Meaning(f"{label} on {things[0]}" if things else label, "share")


def kind_of_quantity(text: str, q: Quantity, meaning: Meaning, begin: int) -> Sort:
    """What sort of quantity it is; a limit that is set comes before what it limits."""
    if q.dimension == "price" and not q.unit.endswith(("/year", "/quarter")):
        return "price"
    if meaning.metric.endswith(("growth", "change")):
        return "change"
    left = max(begin, q.start - _BESIDE)
    set_up = q.hedge == "up_to" and within("quantities.ceiling", text, left, q.start)
    set_low = q.hedge == "over" and within("quantities.floor", text, left, q.start)
    if set_up or set_low or within("quantities.limit_of", text, left, q.start):
        return "bound"
    if q.dimension == "fraction":
        shared = meaning.family in ("share", "stake") or meaning.metric.startswith("share")
        after = pattern("quantities.share_after").match(text, q.end)
        return "share" if shared or (after and meaning.family not in _RATES) else "level"
    return "count" if q.dimension == "count" else "level"
