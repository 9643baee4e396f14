"""Files that hold nothing but facts: saved company facts (JSON) and XBRL instances (XML).

Their text is a line for each fact; the numbers of a line are the spans of its fact.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from outlay.evidence.xbrl.elements import Elements
from outlay.evidence.xbrl.raw import Context, RawFact, Tagged, Unit

__all__ = ["FactFile", "company_facts", "instance"]

FactFile = tuple[str, str, Tagged, tuple[str, ...]]
"""Text, day of the last filing in it, facts, notes."""
_LONGEST = 300
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def company_facts(data: bytes) -> FactFile:
    """Facts of one company over all its filings. Raises ValueError where they are none."""
    said = json.loads(data)
    if not isinstance(said, dict):
        raise ValueError("no company facts")
    facts = said.get("facts")
    if not isinstance(facts, dict):  # one concept alone
        facts = {said.get("taxonomy"): {said.get("tag"): {"units": said.get("units")}}}
    contexts: dict[str, Context] = {}
    units: dict[str, Unit] = {}
    raw: list[RawFact] = []
    odd = 0
    for name, unit, entries in _entries(facts):
        over, _, under = re.sub("-per-", "/", unit).partition("/")
        units[unit] = ((over,), (under,) if under else ())
        latest: dict[tuple[str, str, str], tuple[int, Mapping[str, object]]] = {}
        for entry in entries:
            if not isinstance(entry, dict) or not _DAY.match(str(entry.get("end"))):
                odd += 1
                continue
            start = str(entry.get("start") or "")
            key = (start, str(entry["end"]), _number(entry.get("val")))
            times, last = latest.get(key, (0, entry))
            latest[key] = (times + 1, max(last, entry, key=lambda e: str(e.get("filed", ""))))
        for (start, end, value), (times, entry) in latest.items():
            context = f"{start}/{end}"
            contexts[context] = Context("", start, end)
            kept = {k: str(entry[k]) for k in ("form", "filed", "accn") if entry.get(k)}
            kept |= {"times": str(times), "filed": kept.get("filed", "")}
            if value == "null":
                kept["xsi:nil"] = "true"
            raw.append(RawFact("plain", name, context, unit, value, said=kept))
    if not raw:
        raise ValueError("no company facts")
    name = str(said.get("entityName") or "")
    tagged = Tagged(tuple(raw), contexts, units, name)
    notes = (f"{odd:,} facts without a date left out",) if odd else ()
    day = max((f.said["filed"] for f in raw), default="")
    title = f"{name or 'Company'} (CIK {said.get('cik', '?')}): tagged facts of its filings"
    return (*_listed(title, tagged, day), notes)


def _entries(facts: Mapping[str, object]) -> Iterator[tuple[str, str, list[object]]]:
    for taxonomy, concepts in facts.items():
        for concept, body in concepts.items() if isinstance(concepts, dict) else ():
            units = body.get("units") if isinstance(body, dict) else None
            for unit, entries in units.items() if isinstance(units, dict) else ():
                if isinstance(entries, list):
                    yield f"{taxonomy}:{concept}", str(unit), entries


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
