"""What was read of a study: the same with a few other entries is then read from those alone.

Overlays copy a study's data only along the paths that they set, so what is the same object in both
was written once, and what was made of it holds for both. Signs of money are read by the study's
currency: where that differs, nothing is.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from outlay.study.checks.complete import complete
from outlay.study.model.study import Study
from outlay.study.reading.written import Mark

__all__ = ["Read"]


@dataclass(frozen=True)
class Read:
    """raw: what was read; bare: the study as it is written; study: with its gaps filled.

    seen: what of `raw` its texts were looked at in, by identity.
    """

    raw: Mapping[str, Any]
    bare: Study
    study: Study
    seen: Set[Mark] = frozenset()

    @classmethod
    def of(
        cls, raw: Mapping[str, Any], before: Read | None = None, seen: Set[Mark] = frozenset()
    ) -> Read:
        """before: what was read of much the same data. Raises ValidationError."""
        data = raw if before is None else before._in_place(raw)
        bare = Study.model_validate(data, context=raw.get("currency"))
        return cls(raw, bare, complete(bare), seen)

    def _in_place(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """`raw` with what was read already in the place of what it was read from."""
        if raw.get("currency") != self.raw.get("currency"):
            return raw
        return {name: self._section(name, new) for name, new in raw.items()}

    def _section(self, name: str, new: object) -> object:
        old = self.raw.get(name)
        if not isinstance(new, Mapping | list) or type(new) is not type(old):
            return new
        made: object = getattr(self.bare, name, None)
        if new is old:
            return made
        if (
            not isinstance(new, Mapping)
            or not isinstance(old, Mapping)
            or not isinstance(made, dict)
        ):
            return new
        return {
            key: made[key]
            if item is old.get(key) and isinstance(made.get(key), BaseModel)
            else item
            for key, item in new.items()
        }
