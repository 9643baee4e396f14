"""Listens to the elements of a page or an instance and keeps what XBRL there is in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from outlay.evidence.xbrl.raw import Context, RawFact, Tagged, Unit
from outlay.evidence.xbrl.values import valued

__all__ = ["Elements"]

_INLINE = "/inlinexbrl"
"""How the name of its namespace ends."""
_HALVES = ("numerator", "denominator")
_FACTS = frozenset({"nonfraction", "nonnumeric", "fraction"})
_KNOWN = {
    "us-gaap": "us-gaap", "dei": "/dei/", "ifrs-full": "ifrs-full", "iso4217": "iso4217",
    "srt": "/srt/",
}  # fmt: skip
"""Prefixes by which namespaces are known, and what stands in theirs."""
_MOST_TEXT = 400
"""Characters kept of a fact: tagged notes run over pages."""


@dataclass(slots=True)
class _Node:
    name: str
    said: Mapping[str, str]
    text: str = ""
    nodes: list[_Node] = field(default_factory=list)

    def texts(self, name: str) -> list[str]:
        """The texts of all elements of that name within."""
        out = [self.text.strip()] if self.name == name else []
        return out + [t for n in self.nodes for t in n.texts(name)]

    def named(self, *names: str) -> list[_Node]:
        out = [self] if self.name in names else []
        return out + [n for node in self.nodes for n in node.named(*names)]


@dataclass(slots=True)
class _Open:
    tag: str
    kind: str
    place: int = -1
    key: str = ""
    text: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    halves: dict[str, float] = field(default_factory=dict)


class Elements:
    """Contexts, units and facts, in the order in which they begin."""

    def __init__(self) -> None:
        self.facts: list[RawFact] = []
        self._prefixes: dict[str, str] = {}
        self.inline: set[str] = set()
        self._open: list[_Open] = []
        self._nodes: list[_Node] = []
        self._contexts: dict[str, Context] = {}
        self._units: dict[str, Unit] = {}
        self._more: dict[str, RawFact] = {}

    def start(self, tag: str, said: Mapping[str, str], name: str = "") -> int:
        """An element begins; the place in `facts` of the fact that it is, or -1.

        tag, said: its name and those of its attributes in small letters. name: as written, where
        any element with a context is a fact.
        """
        for key, uri in said.items():
            if key.startswith("xmlns"):
                self._prefixes[key[6:].lower()] = uri
                if uri.lower().rstrip("/").endswith(_INLINE):
                    self.inline.add(key[6:])
        prefix, _, local = tag.rpartition(":")
        if self._nodes or local in ("context", "unit"):
            node = _Node(local, said)
            if self._nodes:
                self._nodes[-1].nodes.append(node)
            self._nodes.append(node)
            return -1
        if prefix and prefix in self.inline:
            if local in _FACTS:
                return self._begin(tag, local, said, said.get("name", ""))
            if local in _HALVES:
                self._open.append(_Open(tag, local, said=said))
            if local in ("continuation", "exclude"):
                self._open.append(_Open(tag, local, key=said.get("id", "")))
                if local == "continuation":
                    self._more[said.get("id", "")] = RawFact(local, "", "", "", "", said=said)
        elif name and "contextref" in said:
            return self._begin(tag, "plain", said, name)
        return -1

    def _begin(self, tag: str, kind: str, said: Mapping[str, str], name: str) -> int:
        self._open.append(_Open(tag, kind, len(self.facts)))
        self.facts.append(
            RawFact(kind, name, said.get("contextref", ""), said.get("unitref", ""), "", said=said)
        )
        return self._open[-1].place

    def data(self, text: str) -> None:
        """Text stands in all elements that are open."""
        if self._nodes:
            self._nodes[-1].text += text
            return
        for one in reversed(self._open):
            if one.kind == "exclude":
                return
            if len(one.text) < _MOST_TEXT:
                one.text += text

    def end(self, tag: str) -> int:
        """An element ends; the place of the fact that it was, or -1."""
        if self._nodes:
            if self._nodes[-1].name == tag.rpartition(":")[2]:
                self._known(self._nodes.pop())
            return -1
        if not self._open or all(o.tag != tag for o in self._open):
            return -1
        while (one := self._open.pop()).tag != tag:
            self._close(one)
        self._close(one)
        return one.place

    def _close(self, one: _Open) -> None:
        text = " ".join(one.text.split())[:_MOST_TEXT]
        if one.kind == "continuation":
            self._more[one.key] = self._more[one.key]._replace(text=text)
        elif one.kind in _HALVES:
            number = valued(RawFact(one.kind, "", "", "", text, said=one.said))
            if number and self._open:
                self._open[-1].halves[one.kind] = number[0]
        elif one.kind != "exclude":
            if one.kind == "fraction":
                over, under = (one.halves.get(k, 0.0) for k in _HALVES)
                text = repr(over / under) if under and len(one.halves) == 2 else ""
            self.facts[one.place] = self.facts[one.place]._replace(text=text)

    def _known(self, node: _Node) -> None:
        key = node.said.get("id", "")
        if self._nodes:
            return
        if node.name == "context":
            first = {
                n: next(iter(node.texts(n)), "")
                for n in ("identifier", "startdate", "enddate", "instant")
            }
            members = node.named("explicitmember", "typedmember")
            dimensions = ((n.said.get("dimension", ""), _member(n)) for n in members)
            end = first["enddate"] or first["instant"]
            self._contexts[key] = Context(
                first["identifier"], first["startdate"], end, tuple(sorted(dimensions))
            )
        elif node.name == "unit":
            under = [t for n in node.named("unitdenominator") for t in n.texts("measure")]
            over = [t for n in node.named("unitnumerator") for t in n.texts("measure")]
            self._units[key] = (tuple(over or node.texts("measure")), tuple(under))

    def tagged(self, places: Mapping[int, tuple[int, int]]) -> Tagged | None:
        """What was found; None where it is no fact. places: where which fact is shown.

        Names have the prefixes that their namespaces are known by.
        """
        if not self.facts:
            return None
        facts = []
        named = {n: self._named(n) for n in {f.name for f in self.facts}}
        for n, fact in enumerate(self.facts):
            start, end = places.get(n, (-1, -1))
            text, name = self._whole(fact), named[fact.name]
            facts.append(fact._replace(name=name, text=text, start=start, end=end))
        contexts = {
            key: c._replace(
                dimensions=tuple((self._named(a), self._named(m)) for a, m in c.dimensions)
            )
            for key, c in self._contexts.items()
        }
        units = {
            key: (tuple(map(self._named, over)), tuple(map(self._named, under)))
            for key, (over, under) in self._units.items()
        }
        return Tagged(tuple(facts), contexts, units)

    def _named(self, name: str) -> str:
        prefix, _, local = name.rpartition(":")
        if not prefix or name[0] == "=":
            return name
        uri = self._prefixes.get(prefix.lower(), "")
        return f"{next((known for known, part in _KNOWN.items() if part in uri), prefix)}:{local}"

    def _whole(self, fact: RawFact) -> str:
        text, seen, key = fact.text, set[str](), fact.said.get("continuedat", "")
        while key in self._more and key not in seen and len(text) < _MOST_TEXT:
            seen.add(key)
            text = f"{text} {self._more[key].text}".strip()
            key = self._more[key].said.get("continuedat", "")
        return text


def _member(node: _Node) -> str:
    if node.name == "explicitmember":
        return node.text.strip()
    return "=" + " ".join(n.text.strip() for n in node.nodes)
