"""What a row of the accounts is called for people: things by their names, parts in words."""

from __future__ import annotations

import re

from outlay.core.graph.graph import Expr
from outlay.report.words.language import Words

__all__ = ["Labels"]

_WORD = re.compile(r"[^\s,()÷×−+]+")
_TIED = re.compile(r"[:.@]")
TEST = "test"
"""Part of the name of a row that tests one lease; its label says the test alone."""


class Labels:
    """Names of rows, units and branches, in the words of the study at hand."""

    def __init__(self, say: Words) -> None:
        self._say = say
        self._paths: dict[str, str] = {}

    def row(self, row: Expr, name: str = "") -> str:
        """A row's own label, or what its name says; name: of a row that stands for a part."""
        name = name or row.name
        if row.label and row.label != row.name:
            return self._of(name) + self.text(row.label)
        whole, _, part = name.partition(" · ")
        family, _, rest = whole.partition(".")
        section = f"{family}.{rest.partition('.')[0]}"
        for known in (section, family):
            head = self._say.name("workbook_row", known)
            if head != known:
                rest = whole[len(known) + 1 :]
                break
        else:
            head, rest = "", whole
        said = self._say.listed(x for x in (head, self._things(rest) if rest else "") if x)
        return f"{said} ({part})" if part else said

    def text(self, label: str) -> str:
        """A label with the study's ids in it, each as people call it."""
        return _WORD.sub(lambda m: self._thing(m.group()), label)

    def unit(self, unit: str) -> str:
        """A unit in words; of a pure number there is none."""
        return self._say.name("workbook_unit", unit)

    def path(self, path: str) -> str:
        """A branch by the states that are known in it."""
        if path not in self._paths:
            self._paths[path] = self._say.branch(path)
        return self._paths[path]

    def _of(self, name: str) -> str:
        """The thing that a row is of, where its label leaves it out."""
        parts = name.split(".")
        return f"{self._say.called(parts[1])}: " if parts[2:3] == [TEST] else ""

    def _things(self, rest: str) -> str:
        """The thing first, then what of it: `H200: market value`."""
        parts = [self._thing(p) for p in rest.split(".")]
        return parts[0] if len(parts) == 1 else f"{' '.join(parts[:-1])}: {parts[-1]}"

    def _thing(self, text: str) -> str:
        bare = text.rstrip(":")
        tail = text[len(bare) :]
        called = self._say.names.get(bare, bare)
        if called == bare and _TIED.search(bare):
            ties = _TIED.findall(bare)
            parts = [self._thing(p) for p in _TIED.split(bare)]
            spaced = [": " if t == ":" else ", " if t == "@" else t for t in ties]
            called = "".join(p + t for p, t in zip(parts, [*spaced, ""], strict=True))
        return (called if called != bare else bare.replace("_", " ")) + tail
