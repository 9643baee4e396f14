"""Cut the ill-formed entries out of a study, so that the rest can still be checked for meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outlay.core.errors import Problem
from outlay.study.model.shape import members, study_shape

__all__ = ["Cut", "cut_out"]


@dataclass(frozen=True, slots=True)
class Cut:
    """What is left, and the names that are gone."""

    rest: dict[str, Any]
    names: frozenset[str]
    sections: frozenset[str]

    def caused(self, problem: Problem) -> bool:
        """Whether the cut itself, not the user, is the likely reason for `problem`."""
        if "site or region" in problem.what or problem.where.endswith("rules.home"):
            return "sites" in self.sections
        if problem.what.startswith("unknown source"):
            return "sources" in self.sections
        said = f"{problem.value} {problem.what} {problem.where.partition(': ')[2]}"
        return any(re.search(rf"(?<![\w-]){re.escape(n)}(?![\w-])", said) for n in self.names)


def cut_out(raw: Mapping[str, Any], locations: Iterable[Sequence[str | int]]) -> Cut | None:
    """`raw` without the entries in which errors stand; None where too little would be left."""
    gone = _ill_formed(raw, locations)
    if any(shape.required and name in gone for name, shape in members(study_shape()).items()):
        return None
    rest = dict(raw)
    lost: set[str] = set()
    for section, names in gone.items():
        entries = rest.pop(section, None)
        if not isinstance(entries, dict):
            continue
        lost |= {str(k) for k in entries} if names is None else names
        if names is not None:
            rest[section] = {k: v for k, v in entries.items() if k not in names}
    return Cut(rest, frozenset(n for n in lost if n), frozenset(gone))


def _ill_formed(
    raw: Mapping[str, Any], locations: Iterable[Sequence[str | int]]
) -> dict[str, set[str] | None]:
    """Sections in which errors stand, and the names of the entries; None: the whole section."""
    gone: dict[str, set[str] | None] = {}
    top = members(study_shape())
    for loc in locations:
        section = str(loc[0]) if loc else ""
        named = section in top and top[section].kind == "names"
        if not named or len(loc) < 2 or not isinstance(raw.get(section), dict):
            gone[section] = None
        elif (names := gone.setdefault(section, set())) is not None:
            names.add(str(loc[1]))
    return gone
