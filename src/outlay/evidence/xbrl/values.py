"""A fact's text to a number and its unit: formats of inline XBRL, measures, durations."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import cache

from outlay.evidence.lexicon import UnitWord, unit_at
from outlay.evidence.xbrl.raw import RawFact, Unit

__all__ = ["Valued", "day_of", "duration_of", "is_nil", "unit_of", "valued"]

Valued = tuple[float, float]
"""A number, and half of its last digit."""
_ZERO = frozenset({"zerodash", "fixed-zero", "fixedzero", "numdash", "nocontent"})
_COMMA = frozenset({
    "num-comma-decimal", "num-comma-decimal-apos", "numcommadecimal", "numdotcomma", "numcomma",
    "numspacecomma",
})  # fmt: skip
"""Formats whose fraction stands behind a comma."""
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {
    **{word: n for n, word in enumerate(_UNITS.split())},
    **{word: 10 * n for n, word in enumerate(_TENS.split(), 2)},
    "no": 0, "none": 0, "nil": 0, "a": 1, "an": 1,
}  # fmt: skip
_GREAT = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {m: n for n, m in enumerate(_MONTH_NAMES.split(), 1)}
_SPAN = re.compile(
    r"(-?)P(?:([\d.]+)Y)?(?:([\d.]+)M)?(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?.*)?"
)
_PARTS = ("year", "month", "week", "day", "hour")


def is_nil(fact: RawFact) -> bool:
    """Whether the file says that the fact has no value."""
    return any(k.rpartition(":")[2] == "nil" and v in ("true", "1") for k, v in fact.said.items())


def _format(fact: RawFact) -> str:
    return fact.said.get("format", "").rpartition(":")[2].lower()


def valued(fact: RawFact) -> Valued | None:
    """The number of a fact; None where its text is none. Raises nothing."""
    form = _format(fact)
    text = fact.text.strip()
    if form in _ZERO:
        number, digits = Decimal(0), 0
    elif form.startswith("numword"):
        words = _in_words(text)
        if words is None:
            return None
        number, digits = Decimal(words), 0
    else:
        found = _digits(text, form)
        if found is None:
            return None
        number, digits = found, max(0, -int(found.as_tuple().exponent))
    scale = _integer(fact.said.get("scale", "0"))
    if scale is None or abs(scale) > 30:
        return None
    number = number.scaleb(scale)
    if fact.said.get("sign") == "-":
        number = -number
    decimals = fact.said.get("decimals", "")
    if decimals == "INF" or (not number and not decimals):
        return float(number), 0.0
    last = _integer(decimals)
    power = -last if last is not None and abs(last) <= 30 else scale - digits
    exact = last is None and fact.kind == "plain"
    return float(number), 0.0 if exact else float(f"5e{power - 1}")


def _integer(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[-+]?\d{1,6}", text) else None


def _digits(text: str, form: str) -> Decimal | None:
    plain = "".join(str(unicodedata.decimal(c, c)) for c in text)
    if form.replace("-", "") == "numunitdecimal":
        parts: list[str] = re.findall(r"\d[\d,. ]*", plain)
        plain = ".".join(re.sub(r"\D", "", p) for p in parts[:2])
    elif form in _COMMA:
        plain = re.sub(r"[^\d,]", "", plain).replace(",", ".")
    elif form:
        plain = re.sub(r"[^\d.]", "", plain)
    else:
        plain = re.sub(r"[\s,]", "", plain)
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 40 else None


def _in_words(text: str) -> int | None:
    """ "one hundred and twenty-five thousand" as a number; None where a word is none of one."""
    if text.replace(",", "").isdecimal():
        return int(text.replace(",", ""))
    words: list[str] = re.findall(r"[a-z]+", text.lower())
    total = part = 0
    for word in words:
        if word in _SMALL:
            part += _SMALL[word]
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word in _GREAT:
            total, part = total + max(part, 1) * _GREAT[word], 0
        elif word != "and":
            return None
    return total + part if words else None


def _span(found: re.Match[str]) -> tuple[float, str] | None:
    """PnYnM in its one unit, in months or in days; None where it says no number."""
    given = {u: float(v) for u, v in zip(_PARTS, found.groups()[1:], strict=True) if v}
    if not given:
        return None
    if len(given) == 1:
        unit, number = next(iter(given.items()))
        return (-number if found[1] else number), unit
    months = 12 * given.get("year", 0.0) + given.get("month", 0.0)
    days = 7 * given.get("week", 0.0) + given.get("day", 0.0)
    return (months, "month") if not days else (months * 365.25 / 12 + days, "day")


def duration_of(fact: RawFact) -> tuple[float, str] | None:
    """A length of time in words or as PnYnM: its number, and year, month, week, day or hour."""
    form, text = _format(fact), fact.text.strip()
    if found := _SPAN.fullmatch(text):
        return _span(found)
    if not form.startswith("dur"):
        return None
    unit = next((u for u in _PARTS if form == f"dur{u}" or form == f"dur-{u}"), "")
    pairs: list[tuple[str, str]] = re.findall(
        r"([\d.,]+|[a-z]+(?:-[a-z]+)?)[\s-]*(?:\(\d+\)\s*)?(year|month|week|day|hour)?",
        text.lower(),
    )
    for said, named in pairs:
        value = _digits(said, "num-dot-decimal") or _in_words(said)
        if value is not None and (named or unit):
            return float(value), named or unit
    return None


def day_of(fact: RawFact) -> str:
    """A date as printed, ISO; "--12-31" stays. '' where it is none."""
    text, form = fact.text.strip(), _format(fact)
    if re.fullmatch(r"\d{4}-\d\d-\d\d|--\d\d-\d\d", text):
        return text
    numbers: list[str] = re.findall(r"\d+", text)
    word = re.search(r"[A-Za-z]{3,}", text)
    named = _MONTHS.get(word[0][:3].lower(), 0) if word else 0
    year = next((n for n in numbers if len(n) == 4), "-")
    rest = [int(n) for n in numbers if len(n) < 4]
    if named and rest:
        return f"{year}-{named:02d}-{rest[0]:02d}"
    if len(rest) < 2:
        return ""
    m, d = reversed(rest[:2]) if _day_first(form, rest[0]) else rest[:2]
    return f"{year}-{m:02d}-{d:02d}" if 1 <= m <= 12 and 1 <= d <= 31 else ""


def _day_first(form: str, number: int) -> bool:
    """Whether a date in a format begins with the day, or must as that is no month."""
    if "year" in form[:12] and "month" in form and form.find("year") < form.find("month"):
        return False
    return "day-month" in form or "daymonth" in form or number > 12


@cache
def _measure(name: str) -> tuple[str, float]:
    """Our name of one measure, and what a number in it is multiplied by."""
    local = name.rpartition(":")[2]
    if local.lower() in ("pure", "number", "decimal"):
        return "", 1.0
    word = _known(local) or _known(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower())
    if name.lower().startswith("iso4217:") or (re.fullmatch(r"[A-Z]{3}", local) and not word):
        return local, 1.0
    if word:
        return word.unit, word.factor
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", local).lower()
    return re.sub(r"(?<=[^s])s$", "", plain), 1.0


def _known(local: str) -> UnitWord | None:
    found = unit_at(local, 0)
    return found[0] if found and found[1] == len(local) else None


def unit_of(unit: Unit) -> tuple[str, float]:
    """Our name of a unit ('' for a pure number), and what a number in it is multiplied by."""
    over, under = ([_measure(m) for m in side] for side in unit)
    factor = 1.0
    for _, f in over:
        factor *= f
    for n, (name, f) in enumerate(under):
        if name == "Wh":  # energy is paid by the kWh
            under[n], f = ("kWh", 1.0), f / 1e3
        factor /= f
    top = "·".join(n for n, _ in over if n)
    low = "·".join(n for n, _ in under if n)
    return (f"{top or 1}/{low}" if low else top), factor
