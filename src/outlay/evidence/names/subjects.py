"""Whom a number belongs to: the nearest sensible antecedent, in the sentence or before it."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from outlay.evidence.names.mentions import ACTORS, Mention

__all__ = ["Scene", "subject_of", "topic_of"]

_PLURAL = re.compile(
    r"\b(?:they|their|together|collectively|combined|the (?:four|three|five|two))\b|(?:它们|合计|共计|四家|三家|两家|五家|合共|四大|三大)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|the (?:company|group|firm|start-?up|operator|developer|retailer|bank|conglomerate|chipmaker)|we|our|us)\b|该公司|本公司|公司|集团|我们|其",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"(?:compared (?:with|to)|(?<!more )(?<!less )(?<!fewer )(?<!higher )(?<!lower )\bthan|versus|\bvs\.?|relative to|rivals? (?:such as|like|including)|peers? (?:such as|like|including)|ahead of|behind|as (?:much|many) as|against|surpass(?:ed|ing)?|overtak(?:en|ing)|overtook|相比|相较于|对比|高于|低于|超过|落后于|领先于|比|不及)\s*(?:that of |those of |the |rival |larger |smaller )?$"
)
_SUPPLIER = re.compile(
    r"(?:\bfrom|\bbought from|supplied by|made by|\bby|\bto|\bwith|\bfor|\bof|\bat|(?:chips?|GPUs?|processors?) from|来自|采购自|采购|购买|向|与|从|由)\s*$"
)
_OWNER = re.compile(r"(?:\bby|invested by|由)\s*$")
_STAYS = re.compile(
    r"\s*(?:Its?|The (?:company|group|firm|operator|start-?up)|We|Our|其|公司|该公司)(?![A-Za-z])"
)
_BEGINS = re.compile(r"\n|[.!?]\s|[。！？]")
_OF_THE_COMPANY = re.compile(
    r"[^.;。；]{0,50}?(?:(?:of|in|from|to|with) (?:the company|it)(?![A-Za-z])|该公司)"
)
_LIST_GAP = re.compile(r"^[\s,、，]*(?:and|&|和|与|及|以及|or|或)?[\s,、，]*$")


@dataclass(frozen=True, slots=True)
class Scene:
    """What the reader has in mind at a sentence: the current actor, group and product."""

    topic: str = ""
    group: str = ""
    product: str = ""


def _role(text: str, m: Mention) -> str:
    before = text[max(0, m.start - 34) : m.start]
    if _COMPARED.search(before):
        return "compared"
    if re.match(
        r"旗下的?[\u3400-\u9fffA-Z]|[’']s? (?:\w+ )?(?:unit|subsidiary|arm|affiliate) [A-Z]",
        text[m.end : m.end + 24],
    ):
        return "parent"
    if re.match(
        r"旗下的?[\u3400-\u9fffA-Z]|[’']s? (?:\w+ )?(?:unit|subsidiary|arm|affiliate) [A-Z]",
        text[m.end : m.end + 24],
    ):
        return "parent"
    if _OWNER.search(before) and not re.search(
        r"(?:led|backed|owned|developed|made|supplied|cited|reported|operated) by\s*$", before
    ):
        return "owner"
    if _SUPPLIER.search(before):
        return "other"
    return ""


def _is_qualifier(text: str, m: Mention, following: list[Mention]) -> bool:
    """NVIDIA in "NVIDIA H200" or "Nvidia's H200 chips" names the product, not the buyer."""
    nxt = next((f for f in following if f.start >= m.end), None)
    if nxt is not None and nxt.kind == "chip" and nxt.start - m.end <= 4:
        return True
    return bool(
        re.match(
            r"[’']?s? (?:GPUs?|chips?|processors?|accelerators?|H\d|B\d|cards?)|(?:的)?(?:芯片|GPU|显卡|加速卡)",
            text[m.end : m.end + 14],
        )
    )


def _groups(text: str, actors: list[Mention]) -> list[list[Mention]]:
    """Neighbouring names joined by commas and "and": one plural subject."""
    out: list[list[Mention]] = []
    for m in actors:
        if out and _LIST_GAP.match(text[out[-1][-1].end : m.start]) and m.start > out[-1][-1].end:
            out[-1].append(m)
        else:
            out.append([m])
    return out


def _name(group: list[Mention]) -> str:
    names = list(dict.fromkeys(m.name for m in group))
    return ", ".join(names)


def _clause_start(text: str, start: int, pos: int) -> int:
    """Start of the clause that holds `pos`."""
    best = start
    for m in re.finditer(
        r"[;；]|[,，](?!\d)|[:：]|\b(?:while|whereas|but)\b|(?:而|但)(?=[^是])", text[start:pos]
    ):
        best = start + m.end()
    return best


def subject_of(
    text: str,
    start: int,
    end: int,
    pos: int,
    mentions: list[Mention],
    silenced: tuple[int, int],
    scene: Scene,
    wants_product: bool,
) -> tuple[str, str]:
    """(subject, product) of the number at `pos` in the sentence [start, end).

    Order: a possessive that owns the number; the clause's own first actor; a pronoun's
    antecedent; an actor of an earlier clause, nearest first; one named after "by"; the topic
    carried from the sentences before.
    """
    here = [m for m in mentions if not (silenced[0] <= m.start < silenced[1])]
    chips = [m for m in here if m.kind == "chip"]
    product = _nearest(chips, pos) or scene.product
    if wants_product and product:
        return product, product
    actors = [m for m in here if m.kind in ACTORS and not _is_qualifier(text, m, here)]
    roles = {m: _role(text, m) for m in actors}
    clause = _clause_start(text, start, pos)
    found = (
        _possessor(text, clause, pos, actors, roles)
        or _named_behind(text, actors, pos)
        or _in_clause(text, clause, pos, actors, roles, scene)
        or (_before_clause(text, start, clause, actors, roles) if start < clause else "")
    )
    if found:
        return found, product
    chip = next((m.name for m in chips if clause <= m.start < pos), "")
    if chip and not scene.topic:
        return chip, product
    owner = next((m.name for m in actors if m.start >= pos and roles[m] == "owner"), "")
    if owner or scene.topic:
        return owner or scene.topic, product
    rest = [m for m in actors if roles[m] != "compared"] or actors
    return (_name(_groups(text, rest)[0]) if rest else chip), product


def _possessor(
    text: str, clause: int, pos: int, actors: list[Mention], roles: Mapping[Mention, str]
) -> str:
    """ "Acme's 40 MW": the last possessive of the clause, near the number."""
    owned = [m for m in actors if m.possessive and m.end <= pos and clause <= m.start]
    if not owned or pos - owned[-1].end >= 60 or roles[owned[-1]] == "other":
        return ""
    group = next(g for g in _groups(text, actors) if owned[-1] in g)
    return _name([m for m in group if m.start <= owned[-1].start])


def _named_behind(text: str, actors: list[Mention], pos: int) -> str:
    """ "40 MW at Acme": the actor that the words after the number name."""
    for m in actors:
        if (
            m.start > pos
            and re.fullmatch(r"[^,;.，。；]{0,40}\bat\s(?:the )?", text[pos : m.start])
            and m.kind in ("company", "org")
        ):
            return m.name
    return ""


_OFF_STAGE = ("compared", "other", "parent")


def _in_clause(
    text: str,
    clause: int,
    pos: int,
    actors: list[Mention],
    roles: Mapping[Mention, str],
    scene: Scene,
) -> str:
    """The first actor of the number's clause, or whom "both" or a pronoun there stands for."""
    local = [m for m in actors if clause <= m.start < pos and roles[m] not in _OFF_STAGE]
    if local:
        return _name(_groups(text, local)[0])
    if _PLURAL.search(text, clause, pos):
        wide = [g for g in _groups(text, [m for m in actors if m.start < pos]) if len(g) > 1]
        if wide or scene.group:
            return _name(wide[-1]) if wide else scene.group
    if _PRONOUN.search(text, clause, pos):
        before = [m for m in actors if m.start < clause and roles[m] != "compared"]
        return _name(_groups(text, before)[0]) if before else scene.topic
    return ""


def _before_clause(
    text: str, start: int, clause: int, actors: list[Mention], roles: Mapping[Mention, str]
) -> str:
    """The actor named last in the clauses before."""
    local = [m for m in actors if start <= m.start < clause and roles[m] not in _OFF_STAGE]
    return _name(_groups(text, local)[-1]) if local else ""


def _nearest(found: list[Mention], pos: int) -> str:
    if not found:
        return ""
    before = [m for m in found if m.start <= pos]
    return before[-1].name if before else min(found, key=lambda m: m.start - pos).name


def _opening(text: str, pos: int) -> int:
    """Where the sentence or line that holds `pos` begins, looked for further and further back."""
    reach = 500
    while True:
        left = max(0, pos - reach)
        begun = [m.end() for m in _BEGINS.finditer(text, left, pos)]
        if begun or left == 0:
            return begun[-1] if begun else 0
        reach *= 4


def topic_of(text: str, mentions: list[Mention], silenced: tuple[int, int], scene: Scene) -> Scene:
    """The scene after a sentence: its first actor that is neither source nor comparison."""
    here = [m for m in mentions if not (silenced[0] <= m.start < silenced[1])]
    chips = [m for m in here if m.kind == "chip"]
    actors = [
        m
        for m in here
        if m.kind in ("company", "org", "unit")
        and not _is_qualifier(text, m, here)
        and _role(text, m) == ""
    ]
    groups = _groups(text, actors)
    topic = groups[0][0].name if groups and len(groups[0]) == 1 else scene.topic
    if scene.topic and groups and topic != scene.topic:
        first = groups[0][0]
        if _STAYS.match(text, _opening(text, first.start), first.start) or _OF_THE_COMPANY.match(
            text, first.end
        ):
            topic = (
                scene.topic
            )  # "Its backlog, of which Meta is a quarter", "ASML owns 11% of the company"
    if groups and len(groups[0]) > 1 and not scene.topic:
        topic = groups[0][0].name
    wide = [g for g in groups if len(g) > 1]
    return Scene(
        topic,
        _name(wide[-1]) if wide else scene.group,
        chips[-1].name if chips else scene.product,
    )
