"""Tagged facts made out: contexts looked up, numbers read, those said again left out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from outlay.evidence.xbrl.raw import Context, RawFact, Tagged
from outlay.evidence.xbrl.values import Valued, duration_of, is_nil, unit_of, valued

__all__ = ["TaggedFact", "distinct", "in_words", "read_facts"]

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|\d+")
_PERCENT = re.compile(r"Percent|Rate(?!d)|Yield|Margin")
_MOST_NAMED = 60


@dataclass(frozen=True, slots=True)
class TaggedFact:
    """A fact with its context and its number."""

    raw: RawFact
    context: Context
    value: float
    rounding: float
    unit: str


def in_words(name: str) -> str:
    """CamelCase as words: "PaymentsToAcquireLand" is payments to acquire land."""
    local = name.rpartition(":")[2].removesuffix("Member").removesuffix("Axis")
    words = _WORD.findall(local)
    return " ".join(w if w.isupper() and len(w) > 1 else w.lower() for w in words) or local


def read_facts(tagged: Tagged) -> tuple[list[TaggedFact], list[str]]:
    """Every tagged number, and notes of facts that give none."""
    units = {k: unit_of(u) for k, u in tagged.units.items() if any(u)}
    out: list[TaggedFact] = []
    unread: dict[str, Counter[str]] = defaultdict(Counter)
    for raw in tagged.facts:
        unit, factor = units.get(raw.unit, ("", 1.0))
        found: Valued | None
        if raw.kind == "nonnumeric" or (raw.kind == "plain" and not raw.unit):
            length = duration_of(raw)
            if length is None:
                continue  # words
            found, unit = (length[0], 0.0), length[1]
        else:
            found = valued(raw)
        context = tagged.contexts.get(raw.context)
        why = _why_not(raw, found, context, units)
        if why or found is None or context is None:
            unread[why][raw.name] += 1
        else:
            unit = unit or _pure(raw)
            out.append(TaggedFact(raw, context, found[0] * factor, found[1] * factor, unit))
    return out, list(_told(unread))


def _why_not(
    raw: RawFact, found: Valued | None, context: Context | None, units: Container[str]
) -> str:
    """Why a fact gives no number; empty: it gives one."""
    if is_nil(raw):
        return "nil, without a value"
    if found is None and not re.fullmatch(r"[-+]?[012]?\d|", raw.said.get("scale", "")):
        return f"with the scale {raw.said['scale'][:20]!r}, which is none"
    if found is None:
        return "no number in their text"
    if context is None:
        return "of a context that the file does not hold"
    lacks = raw.unit not in units and (raw.unit or raw.kind == "nonfraction")
    return "in a unit that the file does not hold" if lacks else ""


def _told(unread: dict[str, Counter[str]]) -> Iterator[str]:
    """Notes of facts by the reasons why they give no number."""
    for why, counts in unread.items():
        told = [f"{n} ({c:,})" if c > 1 else n for n, c in counts.items()]
        more = f" and {len(told) - _MOST_NAMED:,} more" if len(told) > _MOST_NAMED else ""
        named = ", ".join(told[:_MOST_NAMED])
        yield f"tagged facts {why}, {counts.total():,}: {named}{more}"


def _pure(raw: RawFact) -> str:
    """What a pure number counts: a share in hundredths, things, or nothing."""
    if _PERCENT.search(raw.name) or raw.said.get("scale") == "-2":
        return "fraction"
    return "unit" if "NumberOf" in raw.name else "ratio"


def distinct(facts: Sequence[TaggedFact]) -> list[TaggedFact]:
    """Facts of one thing that differ by more than rounding; the last filed, or finest, first."""
    order = sorted(
        facts, key=lambda f: (f.raw.said.get("filed", ""), -f.rounding, f.raw.start >= 0),
        reverse=True,
    )  # fmt: skip
    kept: list[TaggedFact] = []
    seen: set[float] = set()
    for fact in order:
        near = "filed" not in fact.raw.said and any(_same(fact, k) for k in kept[:8])
        if fact.value not in seen and not near:
            seen.add(fact.value)
            kept.append(fact)
    return kept


def _same(a: TaggedFact, b: TaggedFact) -> bool:
    return abs(a.value - b.value) <= (a.rounding + b.rounding) * (1 + 1e-9)
