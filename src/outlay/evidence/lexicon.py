"""The words of the trade, read once from the data tables: scales, currencies, units, metrics.

Everything that names a thing in the world (a company, a currency, a unit, a metric) lives in
`data/*.csv`, in both languages, so that a new word is a new row and no new code.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate

__all__ = [
    "CURRENCY_BY_PREFIX",
    "CURRENCY_BY_SUFFIX",
    "Metric",
    "UnitWord",
    "common_words",
    "currency_prefix",
    "currency_suffix",
    "fiscal_year_ends",
    "metric_starts",
    "metrics",
    "metrics_from",
    "objects",
    "rows",
    "scale_factor",
    "scale_pattern",
    "unit_at",
]

HAN = "\u3400-\u9fff"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one packaged table."""
    text = files("outlay.evidence").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def common_words(column: str = "common") -> frozenset[str]:
    """Words that are no names though a sentence or a heading writes them with a capital."""
    return frozenset(r["word"] for r in rows("words.csv") if r[column])


@dataclass(frozen=True, slots=True)
class UnitWord:
    """A unit as written: canonical unit, dimension, factor to it."""

    unit: str
    dimension: str
    factor: float


@dataclass(frozen=True, slots=True)
class Metric:
    """What a number can be about; `implied` is the unit of a bare number beside it."""

    name: str
    family: str
    dimensions: frozenset[str]
    implied: str
    order: int


def alternation(words: list[str]) -> str:
    return "|".join(sorted((re.escape(w) for w in words), key=len, reverse=True))


def split_top(pattern: str) -> list[str]:
    """Alternatives of a pattern that stand outside every bracket."""
    parts, depth, last = [], 0, 0
    for i, ch in enumerate(pattern):
        depth += (ch in "([") - (ch in ")]")
        if ch == "|" and depth == 0:
            parts.append(pattern[last:i])
            last = i + 1
    return [*parts, pattern[last:]]


def is_han(ch: str) -> bool:
    return "\u3400" <= ch <= "\u9fff"


@cache
def scale_factor() -> dict[str, float]:
    table = {r["word"]: float(r["factor"]) for r in rows("scales.csv")}
    for word in [r["word"] for r in rows("scales.csv") if r["language"] == "en" and not r["glued"]]:
        table |= dict.fromkeys((word.capitalize(), word.upper()), table[word])
    return table


@cache
def scale_pattern() -> str:
    """A number's scale: spelled out with a space, glued letters, or Chinese."""
    table = rows("scales.csv")
    spaced = [r["word"] for r in table if r["language"] == "en" and not r["glued"]]
    spaced += [made for w in spaced for made in (w.capitalize(), w.upper())]
    glued = [r["word"] for r in table if r["language"] == "en" and r["glued"]]
    han = [r["word"] for r in table if r["language"] == "zh"]
    return (
        rf"(?:[ \u00a0\u202f-]?(?:{alternation(spaced)})s?(?![A-Za-z])"
        rf"|(?:{alternation(glued)})(?![A-Za-z0-9/])"
        rf"|[ ]?(?:{alternation(han)})(?!瓦特?|伏|克|米|字节|卡路里|分之|元店)"
        r"|千(?=[颗枚张块片台]))"
    )


CURRENCY_BY_PREFIX: dict[str, str] = {}
CURRENCY_BY_SUFFIX: dict[str, str] = {}
for _row in rows("currencies.csv"):
    for _word in _row["prefix"].split("|"):
        CURRENCY_BY_PREFIX[_word] = _row["code"]
    for _word in _row["suffix"].split("|"):
        CURRENCY_BY_SUFFIX[_word] = _row["code"]
CURRENCY_BY_PREFIX["¥"] = CURRENCY_BY_PREFIX["￥"] = "¥"  # yuan or yen: settled by the document


@cache
def currency_prefix() -> str:
    words = list(CURRENCY_BY_PREFIX)
    return rf"(?<![A-Za-z])(?:{alternation(words)})"


@cache
def currency_suffix() -> re.Pattern[str]:
    han = [w for w in CURRENCY_BY_SUFFIX if is_han(w[-1])]
    latin = [w for w in CURRENCY_BY_SUFFIX if w[-1].isascii()]
    signs = [w for w in CURRENCY_BY_SUFFIX if not (is_han(w[-1]) or w[-1].isascii())]
    return re.compile(
        rf"[ \u00a0]?(?:({alternation(han)})(?!宝|旦|月|年|件|素|宵)"
        rf"|(?:-)?({alternation(latin)})(?![A-Za-z])|({alternation(signs)})(?!\s?\d))"
    )


def _starts(part: str) -> set[str]:
    """Characters that a simple pattern can begin with."""
    if part.startswith("(?<!"):
        return _starts(part[part.index(")") + 1 :])
    if part.startswith("(?:"):
        depth = accumulate((ch == "(") - (ch == ")") for ch in part)
        end = next(n for n, deep in enumerate(depth, 1) if not deep)
        heads = set().union(*(_starts(p) for p in split_top(part[3 : end - 1])))
    elif part.startswith("["):
        end = part.index("]") + 1
        heads = set(part[1 : end - 1])
    else:
        end, heads = 1, set(part[:1])
    return heads | (_starts(part[end + 1 :]) if part[end : end + 1] in ("?", "*") else set())


@cache
def _unit_index() -> dict[str, list[tuple[re.Pattern[str], UnitWord]]]:
    """Unit words by the first character that they can start with; longer ones in capitals too."""
    index: dict[str, list[tuple[re.Pattern[str], UnitWord]]] = {}
    for r in rows("units.csv"):
        word = UnitWord(r["unit"], r["dimension"], float(r["factor"]))
        for surface in split_top(r["surface"]):
            tail = "" if is_han(surface[-1]) else r"(?![A-Za-z0-9])"
            forms = {surface: _starts(surface)}
            if surface[0].islower() and len(surface) > 4:
                forms[surface[0].upper() + surface[1:]] = {surface[0].upper()}
            for form, starts in forms.items():
                for ch in starts:
                    index.setdefault(ch, []).append((re.compile(form + tail), word))
    for entries in index.values():
        entries.sort(key=lambda e: -len(e[0].pattern))
    return index


def unit_at(text: str, pos: int) -> tuple[UnitWord, int] | None:
    """The longest unit word that begins exactly at `pos`, with its end."""
    if pos >= len(text):
        return None
    best: tuple[UnitWord, int] | None = None
    for pattern, word in _unit_index().get(text[pos], ()):
        match = pattern.match(text, pos)
        if match and (best is None or match.end() > best[1]):
            best = (word, match.end())
    return best


@cache
def metrics() -> tuple[re.Pattern[str], dict[str, Metric]]:
    """The pattern over all Chinese metrics (one group each), and all metrics by their groups."""
    han, table, _ = _metrics()
    return han, table


@cache
def metrics_from(first: str) -> re.Pattern[str]:
    """The pattern over all metrics in Latin letters, small ones, that may begin with a letter."""
    parts = [part for part, starts in _metrics()[2] if first in starts]
    return re.compile(rf"(?:{'|'.join(parts)})(?![a-z])" if parts else "(?!)")


@cache
def metric_starts() -> re.Pattern[str]:
    """The letter that each metric in Latin letters, small ones, begins with; none within a word."""
    letters = re.escape("".join(sorted(set[str]().union(*(s for _, s in _metrics()[2])))))
    return re.compile(rf"[{letters}](?<![a-z].)(?<!\s)")


@cache
def _metrics() -> tuple[re.Pattern[str], dict[str, Metric], list[tuple[str, set[str]]]]:
    table: dict[str, Metric] = {}
    latin: list[tuple[str, set[str]]] = []
    han: list[str] = []
    heads: set[str] = set()
    for order, r in enumerate(rows("metrics.csv")):
        group = f"m{order}"
        table[group] = Metric(
            r["metric"], r["family"], frozenset(r["dimensions"].split("|")), r["implied"], order
        )
        parts = split_top(r["pattern"])
        ours = [p for p in parts if re.search(f"[{HAN}]", p)]
        if ours:
            han.append(f"(?P<{group}>{'|'.join(ours)})")
            heads.update(*(_starts(p) for p in ours))
        others = [_lower(p) for p in parts if p not in ours]
        if others:
            starts = set[str]().union(*(_starts(p) for p in others))
            latin.append((f"(?P<{group}>{'|'.join(others)})", starts))
    first = re.escape("".join(sorted(heads)))
    return re.compile(f"(?=[{first}])(?:{'|'.join(han)})"), table, latin


def _lower(pattern: str) -> str:
    """A pattern for lower-case text; escapes such as \\w keep their meaning."""
    return re.sub(r"\\[A-Za-z]|[A-Z]", lambda m: m[0] if m[0][0] == "\\" else m[0].lower(), pattern)


@cache
def fiscal_year_ends() -> dict[str, int]:
    """Last month of the fiscal year of companies that count their quarters by it."""
    return {r["name"]: int(r["last_month"]) for r in rows("fiscal_years.csv")}


@cache
def objects() -> list[tuple[str, re.Pattern[str]]]:
    """What money is spent on, most specific first."""
    return [(r["object"], re.compile(r["pattern"])) for r in rows("objects.csv")]
