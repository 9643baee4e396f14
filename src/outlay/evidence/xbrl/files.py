"""Files that hold nothing but facts: saved company facts (JSON) and XBRL instances (XML).

Their text is a line for each fact; the numbers of a line are the spans of its fact.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from xml.parsers import expat

from outlay.core.errors import InputError
from outlay.core.ingest.json_text import strict_json
from outlay.evidence.xbrl.elements import Elements
from outlay.evidence.xbrl.raw import Context, RawFact, Tagged, Unit

__all__ = ["FactFile", "company_facts", "instance"]

FactFile = tuple[str, str, Tagged, tuple[str, ...]]
"""Text, day of the last filing in it, facts, notes."""
_LONGEST = 300
_MOST_ODD = 10
"""Kinds of what is left out that are told each."""
_SHOWN = 40
_NO_FACTS = (
    'no company facts: "facts" (taxonomy, concept, "units") or, of one concept, "units" is missing'
)


def company_facts(data: bytes) -> FactFile:
    """Facts of one company over all its filings. Raises ValueError where they are none."""
    said = _json(data)
    if not isinstance(said, dict):
        raise ValueError(_NO_FACTS)
    facts = _facts_in(said)
    contexts: dict[str, Context] = {}
    units: dict[str, Unit] = {}
    raw: list[RawFact] = []
    odd: Counter[str] = Counter()
    for name, unit, entries in _entries(facts, odd):
        over, _, under = re.sub("-per-", "/", unit).partition("/")
        units[unit] = ((over,), (under,) if under else ())
        for (start, end, value), (times, entry) in _latest(name, entries, odd).items():
            context = f"{start}/{end}"
            contexts[context] = Context("", start, end)
            kept = _filed(entry, times, value)
            raw.append(RawFact("plain", name, context, unit, value, said=kept))
    left = _told(odd)
    if not raw:
        raise ValueError("; ".join(left[:_MOST_ODD]) or _NO_FACTS)
    whose = said.get("entityName")
    name = whose if isinstance(whose, str) else ""
    if whose is not None and not isinstance(whose, str):
        left.append(f"entityName: {json.dumps(whose)[:_SHOWN]} is no name")
    tagged = Tagged(tuple(raw), contexts, units, name)
    day = max((f.said["filed"] for f in raw), default="")
    title = f"{name or 'Company'} (CIK {said.get('cik', '?')}): tagged facts of its filings"
    return (*_listed(title, tagged, day), tuple(left))


def _facts_in(said: Mapping[str, object]) -> Mapping[str, object]:
    """The facts by taxonomy, also of one concept alone. Raises ValueError where there are none."""
    facts = said.get("facts")
    if isinstance(facts, dict):
        return facts
    if isinstance(said.get("units"), dict):
        return {f"{said.get('taxonomy')}": {said.get("tag"): {"units": said["units"]}}}
    raise ValueError(_NO_FACTS)


def _filed(entry: Mapping[str, object], times: int, value: str) -> dict[str, str]:
    """What is said of a fact: its last filing, how often it was filed, and whether it is nil."""
    kept = {k: str(entry[k]) for k in ("form", "filed", "accn") if entry.get(k)}
    kept |= {"times": str(times), "filed": kept.get("filed", "")}
    return kept | ({"xsi:nil": "true"} if value == "null" else {})


def _told(odd: Counter[str]) -> list[str]:
    """What was left out, the commonest first, and how much more."""
    left = [f"{n:,} left out: {what}" for what, n in odd.most_common(_MOST_ODD)]
    if more := [n for _, n in odd.most_common()[_MOST_ODD:]]:
        left.append(f"{sum(more):,} more left out, of {len(more):,} other kinds")
    return left


def _latest(
    name: str, entries: Sequence[object], odd: Counter[str]
) -> dict[tuple[str, str, str], tuple[int, Mapping[str, object]]]:
    """By days and value how often a fact was filed, and the last filing."""
    out: dict[tuple[str, str, str], tuple[int, Mapping[str, object]]] = {}
    for entry in entries:
        wrong = _wrong(entry)
        if wrong or not isinstance(entry, dict):
            odd[f"{name}: {wrong}"] += 1
            continue
        key = str(entry.get("start") or ""), str(entry["end"]), _number(entry.get("val"))
        times, last = out.get(key, (0, entry))
        out[key] = times + 1, max(last, entry, key=lambda e: str(e.get("filed", "")))
    return out


def _json(data: bytes) -> object:
    """The value of a JSON text. Raises ValueError with the line, what stands there, and why."""
    try:
        return strict_json(data, "line")
    except InputError as err:
        first = next(iter(err.problems()))
        found = f": {first.value}" if first.value else ""
        allowed = f" (allowed: {first.allowed})" if first.allowed else ""
        why = f"; {first.hint}" if first.hint else ""
        raise ValueError(f"{first.where.replace(':', ' ')}: {first.what}{found}{allowed}{why}"
                         ) from None  # fmt: skip


def _entries(
    facts: Mapping[str, object], odd: Counter[str]
) -> Iterator[tuple[str, str, list[object]]]:
    """Concept, unit and facts; what is no such thing is counted."""
    for taxonomy, concepts in facts.items():
        if not isinstance(concepts, dict):
            odd[f"{taxonomy}: {_shown(concepts)} in place of concepts"] += 1
            continue
        for concept, body in concepts.items():
            name = f"{taxonomy}:{concept}"
            units = body.get("units") if isinstance(body, dict) else None
            if not isinstance(units, dict):
                odd[f"{name}: {_shown(units)} in place of units"] += 1
                continue
            for unit, entries in units.items():
                if not isinstance(entries, list):
                    odd[f"{name}: {_shown(entries)} in place of the facts in {unit}"] += 1
                elif not unit.strip("/ "):
                    odd[f"{name}: facts without a unit"] += len(entries)
                else:
                    yield name, unit, entries


def _wrong(entry: object) -> str:
    """Why an entry is no fact of a day or a period; empty: it is one."""
    if not isinstance(entry, dict):
        return f"{_shown(entry)} in place of a fact"
    days = []
    for key in ("start", "end"):
        said = entry.get(key)
        if said is None and key == "start":
            continue
        try:
            days.append(date.fromisoformat(said if isinstance(said, str) else ""))
        except ValueError:
            return f"{key} {_shown(said)} is no date YYYY-MM-DD"
    if days[0] > days[-1]:
        return f"it ends {days[-1]}, before it starts, {days[0]}"
    return ""


def _shown(value: object) -> str:
    return "null" if value is None else json.dumps(value)[:_SHOWN]


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    return json.dumps(value)


def instance(data: bytes) -> FactFile:
    """Facts of an XBRL instance. Raises ValueError where it is none."""
    elements = Elements()
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, said: dict[str, str]) -> None:
        elements.start(name.lower(), {k.lower(): v for k, v in said.items()}, name)

    def refused(*_: object) -> None:
        raise ValueError("a file that declares entities of its own")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: elements.end(name.lower())
    parser.CharacterDataHandler = elements.data
    parser.EntityDeclHandler = refused
    try:
        parser.Parse(data, True)
    except expat.ExpatError as err:
        raise ValueError(f"malformed XML: {err}") from None
    tagged = elements.tagged({})
    if tagged is None:
        raise ValueError("no tagged facts")
    return (*_listed("Tagged facts", tagged, ""), ())


def _listed(title: str, tagged: Tagged, day: str) -> tuple[str, str, Tagged]:
    """A line for each fact, under a title, with the facts' places in it."""
    lines, at, facts = [title], len(title) + 1, []
    for fact in tagged.facts:
        context = tagged.contexts.get(fact.context, Context("", "", fact.context))
        when = f"{context.start}/{context.end}" if context.start else context.end
        members = "".join(f" [{axis}: {member}]" for axis, member in context.dimensions)
        head = f"{fact.name}, {when}{members}: "
        value = fact.text[:_LONGEST]
        line = f"{head}{value} {fact.unit}"
        if fact.said.get("filed"):
            line += f", {fact.said.get('form', '')} filed {fact.said['filed']}"
        if fact.said.get("times", "1") != "1":
            line += f", {fact.said['times']} times"
        facts.append(fact._replace(start=at + len(head), end=at + len(head) + len(value)))
        lines.append(line)
        at += len(line) + 1
    return "\n".join(lines), day, tagged._replace(facts=tuple(facts))
