"""Whom a number belongs to: the nearest sensible antecedent, in the sentence or before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from outlay.evidence.names.mention import ACTORS, THINGS, Mention, follows, precedes
from outlay.evidence.rules import pattern
from outlay.evidence.text.triggers import search
from outlay.results.claims import Ground

__all__ = ["Scene", "Subject", "subject_of", "topic_of"]

_OFF_STAGE = ("compared", "other", "parent")
_NEAR = 60
_DEAL, _MOST_ROLES = 120, 16
_BUYER = (
    "buyer",
    "purchaser",
    "customer",
    "client",
    "acquirer",
    "买方",
    "采购方",
    "客户",
    "收购方",
)
_SELLER = ("seller", "supplier", "vendor", "maker", "卖方", "供应商", "供货方")
_TENANT = ("tenant", "lessee", "customer", "承租方", "租户")
_OWNER = ("landlord", "lessor", "owner", "出租方", "业主")
_DEALS = {
    "leases_from": (_TENANT, _OWNER), "leases_to": (_OWNER, _TENANT),
    "sells_to": (_SELLER, _BUYER), "buys_from": (_BUYER, _SELLER),
    "takes_over": (_BUYER, ("target", "标的公司")),
    "backed_by": (("start-up", "startup"), ("backer", "investor", "投资方")),
}  # fmt: skip
"""What the words between two names make of the first and of the second."""
_NUMBER = re.compile(r"[\d.,]+ (?:Nvidia |NVIDIA |AMD )?")


@dataclass(frozen=True, slots=True)
class Scene:
    """What the reader has in mind at a sentence: the current actor, group, product and site."""

    topic: str = ""
    group: str = ""
    product: str = ""
    site: str = ""
    thing: str = ""  # the site, until somebody acts
    utility: str = ""
    authority: str = ""
    home: str = ""  # whose document it is: what a new paragraph is about
    issuer: str = ""  # whose report it is: "we"
    rule: bool = False  # whether a rule or a notice is what is spoken of
    lead: str = ""  # whom the paragraph began with: "the company" is it
    roles: tuple[tuple[str, str], ...] = ()  # buyer, landlord and the like, and who that is


class Subject(NamedTuple):
    """Whom a number is about, the product it is about, and what the first stands on."""

    name: str
    product: str
    grounds: Ground


def _role(text: str, m: Mention) -> str:
    if precedes("compared", text, m.start):
        return "compared"
    if follows("parent", text, m.end):
        return "parent"
    if precedes("by", text, m.start):
        return "owner"
    return "other" if precedes("beside", text, m.start) else ""


def _is_qualifier(text: str, m: Mention, chips: Sequence[Mention]) -> bool:
    """NVIDIA in "NVIDIA H200" or "Nvidia's H200 chips" names the product, not the buyer."""
    made = any(0 <= c.start - m.end <= 4 for c in chips)
    return made or bool(follows("maker", text, m.end))


def _groups(text: str, actors: Sequence[Mention]) -> list[list[Mention]]:
    """Neighbouring names joined by commas and "and": one plural subject."""
    out: list[list[Mention]] = []
    for m in actors:
        last = out[-1][-1] if out else None
        if last and m.start > last.end and _joined(text, last.end, m.start):
            out[-1].append(m)
        else:
            out.append([m])
    return out


def _joined(text: str, start: int, end: int) -> bool:
    return end - start < 80 and bool(pattern("names.gap").match(text[start:end]))


def _name(group: Sequence[Mention]) -> str:
    return ", ".join(dict.fromkeys(m.name for m in group))


class _Clause:
    """The names of one sentence as a number in it sees them."""

    def __init__(
        self, text: str, start: int, end: int, pos: int, here: Sequence[Mention], scene: Scene
    ) -> None:
        self.text, self.start, self.end, self.pos, self.scene = text, start, end, pos, scene
        self.chips = [m for m in here if m.kind == "chip"]
        self.actors = [
            m for m in here if m.kind in ACTORS and not _is_qualifier(text, m, self.chips)
        ]
        self.things = [m for m in here if m.kind in THINGS]
        self.roles = {m: _role(text, m) for m in (*self.actors, *self.things)}
        cuts = [m.end() for m in pattern("names.clause").finditer(text[start:pos])]
        self.clause = start + (cuts[-1] if cuts else 0)

    def stated(self) -> str:
        """Whom the sentence itself names, the surest way of naming first."""
        return (
            (self._by_role() if self.scene.roles else "")
            or self._possessor()
            or self._of_the_clause()
            or self._behind()
            or self._of_its_kind()
            or self._spoken_of_again()
            or (self._before() if self.start < self.clause else "")
        )

    def _possessor(self) -> str:
        """ "Acme's 40 MW": the last possessive of the clause, near the number."""
        owned = [
            m for m in self.actors if m.possessive and self.clause <= m.start and m.end <= self.pos
        ]
        if (
            not owned
            or self.pos - owned[-1].end >= _NEAR
            or self.roles[owned[-1]] in ("other", "parent")
        ):
            return ""
        if any(owned[-1].end <= t.start < self.pos for t in self.things):
            return ""
        group = next(g for g in _groups(self.text, self.actors) if owned[-1] in g)
        return _name([m for m in group if m.start <= owned[-1].start])

    def _of_the_clause(self) -> str:
        """Who or what does it in the number's clause; whom "both" or a pronoun stands for."""
        local = [m for m in self.actors if self.clause <= m.start < self.pos]
        local = [m for m in local if self.roles[m] not in _OFF_STAGE]
        things = [m for m in self.things if self.clause <= m.start < self.pos]
        if things and pattern("names.right_of").match(self.text[things[-1].end : self.pos]):
            return things[-1].name  # "Acme sets a budget for the Tarn campus of $3bn"
        if local:
            groups = _groups(self.text, local)
            if len(groups) > 1 and self._begins_anew(groups[-2][-1], groups[-1]):
                return _name(groups[-1])
            doing = [g for g in groups if follows("acts", self.text, g[-1].end)]
            return _name(doing[-1] if doing and groups.index(doing[-1]) else groups[0])
        if things:
            return things[-1].name
        if search("names.plural", self.text, self.clause, self.pos):
            before = [m for m in self.actors if m.start < self.pos]
            wide = [g for g in _groups(self.text, before) if len(g) > 1]
            if wide or self.scene.group:
                return _name(wide[-1]) if wide else self.scene.group
        return ""

    def _begins_anew(self, last: Mention, group: Sequence[Mention]) -> bool:
        """ "Acme with 60 MW and Orso with 30 MW": each name stands before its own number."""
        between = self.text[last.end : group[0].start]
        behind = self.text[group[-1].end : self.pos]
        joins = pattern("names.next_of_list").search(between)
        return bool(joins) and pattern("names.holds").match(behind) is not None

    def _by_role(self) -> str:
        """ "The buyer paid": whom the sentences before made the buyer, where the clause names
        nobody before it."""
        found = search("names.the_role", self.text, self.clause, self.pos)
        if found is None or any(self.clause <= m.start < found.start() for m in self.actors):
            return ""
        said = next(w for w in found.groups() if w).lower()
        return next((name for role, name in reversed(self.scene.roles) if role == said), "")

    def _of_its_kind(self) -> str:
        """ "The campus" is the site named last, "the queue" that of the utility."""
        if self.scene.site and search("names.the_site", self.text, self.clause, self.pos):
            return self.scene.site
        if self.scene.thing and search("names.its_cost", self.text, self.clause, self.pos):
            return self.scene.thing
        of_utility = search("names.of_utility", self.text, self.start, self.pos, "en")
        return self.scene.utility if of_utility else ""

    def _spoken_of_again(self) -> str:
        """ "It" and "the company" are whom the text is about."""
        named = any(m.start < self.pos for m in (*self.actors, *self.things))
        start = self.clause if named else self.start
        if not search("names.pronoun", self.text, start, self.pos):
            return ""
        before = [m for m in self.actors if m.start < self.clause]
        before = [m for m in before if self.roles[m] != "compared"]
        if before:
            return _name(_groups(self.text, before)[0])
        return self._officer(start) or self._of_the_text(start)

    def _officer(self, start: int) -> str:
        """Whose officer says "we"."""
        if not search("names.we", self.text, start, self.pos):
            return ""
        said = (m.name for m in self.actors if follows("speaks_for", self.text, m.end))
        return next(said, "")

    def _of_the_text(self, start: int) -> str:
        """Whom the paragraph or the text is about; nobody where its authors assume something."""
        scene = self.scene
        company = search("names.the_company", self.text, start, self.pos)
        if scene.rule and not company:
            return ""
        if not scene.issuer and search("names.authors", self.text, start, self.pos):
            return ""
        return (company and (scene.lead or scene.home)) or scene.topic

    def _behind(self) -> str:
        """ "40 MW at Acme": whom the words behind the number name."""
        for m in (*self.actors, *self.things):
            said = self.text[self.pos : m.start] if m.kind in ("company", "org", "site") else ""
            if pattern("names.at_behind", "en").match(said):
                return m.name
        return ""

    def _before(self) -> str:
        """The one named last in the clauses before."""
        local = [m for m in (*self.actors, *self.things) if self.start <= m.start < self.clause]
        local = [
            m for m in local
            if self.roles[m] not in (("compared",) if m.kind in THINGS else _OFF_STAGE)
        ]  # fmt: skip
        local.sort(key=lambda m: m.start)
        return _name(_groups(self.text, local)[-1]) if local else ""

    def otherwise(self) -> tuple[str, Ground]:
        """Whom the number can be about where its sentence names nobody, and on what grounds."""
        if not self.scene.issuer and search("names.authors", self.text, self.start, self.pos):
            return "", ""
        if self.scene.rule and not self.actors:
            return "", ""
        chip = next((m.name for m in self.chips if self.clause <= m.start < self.pos), "")
        if chip and not self.scene.topic:
            return chip, "sentence"
        owner = next(
            (m.name for m in self.actors if m.start >= self.pos and self.roles[m] == "owner"), ""
        )
        topic = self.scene.topic if self.scene.lead else self.scene.home or self.scene.topic
        if owner or topic:
            return owner or topic, "sentence" if owner else "scope"
        actors = [m for m in self.actors if m.kind not in ("authority", "venture")]
        rest = [m for m in actors if self.roles[m] != "compared"] or actors
        if rest:
            return _name(_groups(self.text, rest)[0]), "guess"
        chip = chip or next((m.name for m in self.chips if m.start < self.pos), "")
        limits = search("names.limit", self.text, self.start, self.end)
        return (chip, "sentence") if chip or not limits else (self.scene.authority, "guess")


def subject_of(
    text: str,
    start: int,
    end: int,
    pos: int,
    mentions: Sequence[Mention],
    silenced: tuple[int, int],
    scene: Scene,
    wants_product: bool,
) -> Subject:
    """Whom the number at `pos` in the sentence [start, end) is about."""
    here = [m for m in mentions if not (silenced[0] <= m.start < silenced[1])]
    clause = _Clause(text, start, end, pos, here, scene)
    product = _counted(text, clause.chips, pos) or _nearest(clause.chips, pos) or scene.product
    if wants_product and product:
        return Subject(product, product, "sentence" if clause.chips else "scope")
    found = clause.stated()
    if found:
        return Subject(found, product, "sentence")
    name, grounds = clause.otherwise()
    return Subject(name, product, grounds if name else "")


def _counted(text: str, chips: Sequence[Mention], pos: int) -> str:
    """The chip right behind a number: "8,000 H200"."""
    return next((m.name for m in chips if _NUMBER.fullmatch(text, pos, max(pos, m.start))), "")


def _nearest(found: Sequence[Mention], pos: int) -> str:
    if not found:
        return ""
    before = [m for m in found if m.start <= pos]
    return before[-1].name if before else min(found, key=lambda m: m.start - pos).name


def topic_of(
    text: str, start: int, mentions: Sequence[Mention], silenced: tuple[int, int], scene: Scene
) -> Scene:
    """The scene after the sentence that begins at `start`: its first actor that is on stage."""
    if pattern("names.a_rule").match(text, start):
        scene = replace(scene, rule=True)
    if not mentions:
        return scene
    here = [m for m in mentions if not (silenced[0] <= m.start < silenced[1])]
    chips = [m for m in here if m.kind == "chip"]
    actors = [
        m for m in here
        if m.kind in ("company", "org", "unit", "buyer", "project")
        and not _is_qualifier(text, m, chips) and _role(text, m) == ""
    ]  # fmt: skip
    groups = _groups(text, actors)
    topic = scene.topic
    told = groups and (len(groups[0]) == 1 or not scene.topic)
    if told and not _stays(text, start, groups[0][0], scene):
        topic = groups[0][0].name
    wide = [g for g in groups if len(g) > 1]
    sites = [m.name for m in here if m.kind in ("site", "project")]
    utilities = [m.name for m in here if pattern("names.utility", "en").search(m.name)]
    offices = [m.name for m in here if m.kind == "authority"]
    return replace(
        scene,
        topic=topic,
        rule=scene.rule and not groups,
        group=_name(wide[-1]) if wide else scene.group,
        product=chips[-1].name if chips else scene.product,
        site=sites[-1] if sites else scene.site,
        thing=sites[-1] if sites else "" if groups else scene.thing,
        utility=scene.utility or (utilities[0] if utilities else ""),
        authority=offices[-1] if offices else scene.authority,
        lead=scene.lead or (topic if groups else ""),
        roles=(*scene.roles, *_roles(text, here))[-_MOST_ROLES:],
    )


def _roles(text: str, here: Sequence[Mention]) -> list[tuple[str, str]]:
    """What a deal makes of two neighbouring names: "Acme leases 40 MW from Hartwell"."""
    actors = [m for m in here if m.kind in ("company", "org", "unit", "buyer")]
    out: list[tuple[str, str]] = []
    for a, b in pairwise(actors):
        gap = text[a.end : b.start]
        for deal, (first, second) in _DEALS.items():
            if len(gap) < _DEAL and pattern(f"names.{deal}").fullmatch(gap):
                out += [(role, a.name) for role in first] + [(role, b.name) for role in second]
                break
    return out


def _stays(text: str, start: int, first: Mention, scene: Scene) -> bool:
    """ "Its backlog, of which Meta is a quarter", "ASML owns 11% of the company": no new topic."""
    if not scene.topic or first.name == scene.topic:
        return False
    if first.name.startswith(scene.topic):
        return True  # Alibaba Cloud is a part of Alibaba
    opening = pattern("names.stays").match(text[start : first.start])
    return bool(opening or follows("of_the_company", text, first.end))
