"""Which chip family follows which, and whose measurements stand for one that has none."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Lineage", "kin", "line", "lineage", "older_level"]


@dataclass(frozen=True, slots=True)
class Lineage:
    """after: family → the one it follows; mesh: chips whose links go straight to each other; like:
    the vendor that others are taken to be like."""

    after: Mapping[str, str]
    like: str
    mesh: frozenset[str]


@cache
def lineage() -> Lineage:
    """The lines shipped with the package (data/lineage.toml)."""
    text = files("outlay.performance").joinpath("data/lineage.toml").read_text("utf-8")
    found = tomllib.loads(text)
    return Lineage(
        dict(found["after"]), found["vendor"]["like"], frozenset(found["fabric"]["mesh"])
    )


def older_level(factor: str, level: str) -> str:
    """The level that stands in for one, `a.b` for an interaction: a family's is the one before it,
    a vendor's the one that is like it; empty where there is none.

    >>> older_level("stack.family", "vllm.rubin"), older_level("stack.vendor", "vllm.amd")
    ('vllm.blackwell', 'vllm.nvidia')
    >>> older_level("stack", "vllm")
    ''
    """
    names, levels = factor.split("."), level.split(".")
    for place, name in enumerate(names):
        before = {
            "family": lineage().after.get(levels[place], ""),
            "vendor": lineage().like if levels[place] != lineage().like else "",
        }.get(name, "")
        if before:
            return ".".join([*levels[:place], before, *levels[place + 1 :]])
    return ""


@cache
def line(family: str) -> tuple[str, ...]:
    """A family and those before it, newest first.

    >>> line("rubin")[:3]
    ('rubin', 'blackwell', 'hopper')
    """
    found = [family]
    while before := lineage().after.get(found[-1], ""):
        found.append(before)
    return tuple(found)


def kin(family: str, known: Collection[str]) -> str:
    """The family whose measurements speak for `family`: itself, the nearest before it, the nearest
    after it; itself again where none of its line was measured.

    >>> kin("rubin", {"hopper", "cdna3"})
    'hopper'
    """
    after = lineage().after
    at = family
    while at and at not in known:
        at = after.get(at, "")
    if at:
        return at
    later = {old: [new for new, before in after.items() if before == old] for old in after.values()}
    line = [family]
    for one in line:  # breadth first: the nearest come first
        if one in known:
            return one
        line += sorted(later.get(one, []))
    return family
