"""What a study says in letters: names that can stand in a table, texts that can be shown, signs.

Every key and every text is looked at as it was written, overlays and all, before it means
anything: what gets past here reaches file names, sheets, pictures and the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field

from outlay.core.errors import Problem, QuantityError
from outlay.core.ingest.names import alike, hidden, name_problem
from outlay.core.quantities.currencies import shared_sign
from outlay.core.quantities.quantity import DIMENSIONS, parse
from outlay.study.ledger import shown
from outlay.study.model.catalogue_names import chip_id
from outlay.study.model.fields import NumberOf
from outlay.study.model.shape import Shape, members, study_shape
from outlay.study.paths import Path

__all__ = ["Mark", "Said", "as_text", "said_in"]

LINE, PAGE = 1_000, 30_000
"""Characters of a text on one line, and of one with line ends: a cell of a workbook holds it."""
TITLE = 200
LONGEST = 300
"""Characters of a field as it is shown."""
_PROSE = frozenset(("note", "quote", "why"))
"""Fields whose texts may hold line ends."""
_NAMES = frozenset(("tags", "region", "home"))
"""Fields whose texts name a place."""
_NOTHING = frozenset(("null", "~", "none", "nan", "true", "false"))
"""Names that programs take for something else."""
_LOADS = ("services", "work", "training")
"""Sections that share their names."""
_ELSEWHERE = frozenset(("document", "trace", "series", "calibration"))
"""Fields that may name a file, which the check of files says more of."""
_CHIPS = (("rules", "chip_power"), ("performance", "cross_check"))
"""Mappings whose names are chips of the catalogue, in any writing."""
_THOUSANDS = re.compile(r"(?<![\d.,_])\d{1,3}\.000(?![\d.,_eE])", re.ASCII)
_URL = re.compile(r"https?://\S+", re.ASCII | re.IGNORECASE)

Mark = tuple[int, int]


@dataclass
class Said:
    """What is wrong, and what is taken with a word."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    seen: set[Mark] = field(default_factory=set)
    """Mappings and lists that were looked at, each with what the schema says of its place."""


def said_in(
    raw: Mapping[str, object], where: Callable[[Path], str], known: Set[Mark] = frozenset()
) -> Said:
    """Look at every name, text and written number of a study; `where` says on which line.

    known: what was looked at in the study that this one was made from, which is not done again.
    """
    currency = raw.get("currency")
    walk = _Walk(where, currency if isinstance(currency, str) else "", known)
    walk.mapping(raw, (), study_shape())
    return walk.said


class _Walk:
    """One pass over the data; what an alias repeats is looked at once."""

    def __init__(self, where: Callable[[Path], str], currency: str, known: Set[Mark]) -> None:
        self.where, self.currency, self.known = where, currency, known
        self.said = Said()
        self.seen = self.said.seen
        self.loads: dict[str, Path] = {}

    def _bad(self, path: Path, what: str, value: str, allowed: str = "", hint: str = "") -> None:
        self.said.problems.append(Problem(what, self.where(path), value[:80], allowed, hint))

    def _warn(self, path: Path, what: str, value: str, allowed: str = "", hint: str = "") -> None:
        self.said.warnings.append(Problem(what, self.where(path), value[:80], allowed, hint))

    def any(self, value: object, path: Path, shape: Shape) -> None:
        if isinstance(value, str):
            self._text(value, path)
            if (
                shape.required
                and shape.takes == "text"
                and path != ("title",)
                and not value.strip()
            ):
                self._bad(path, "an empty text", value, "text")
            if shape.number is not None:
                self._number(value, path, shape.number)
        elif isinstance(value, Mapping | list):
            if (mark := (id(value), id(shape))) in self.seen:
                return
            self.seen.add(mark)
            if mark in self.known and len(path) > 1:  # a section's names are set against others'
                return
            if isinstance(value, Mapping):
                self.mapping(value, path, shape)
            else:
                self._list(value, path, shape)

    def _list(self, items: list[object], path: Path, shape: Shape) -> None:
        first: dict[str, int] = {}
        for n, item in enumerate(items):
            self.any(item, (*path, n), shape.inner or shape)
            if not isinstance(item, str) or shape.kind == "free" or path[-1] == "between":
                continue  # a correlation of a thing with itself has words of its own
            if first.setdefault(item, n) != n:
                self._bad((*path, n), "stands twice in the list", item, "each once")

    def mapping(self, value: Mapping[str, object], path: Path, shape: Shape) -> None:
        if (shape.kind == "names" and not shape.choices) or path == ("scenarios",):
            self._names(value, path)
        elif shape.kind == "free" or shape.number is not None:
            for key in value:
                if odd := hidden(str(key)):
                    what = f"a key that holds the character {odd}, which cannot be shown"
                    self._bad((*path, key), what, str(key))
        for key, item in value.items():
            inner = members(shape).get(str(key))
            if inner is None:
                inner = shape if shape.number is not None else shape.item
            if shape.number is not None and key in ("source", "note"):
                inner = _TEXT
            self.any(item, (*path, key), inner)

    def _names(self, names: Mapping[str, object], path: Path) -> None:
        known = self.loads if len(path) == 1 and path[0] in _LOADS else {}
        for name in names:
            at: Path = (*path, name)
            if why := name_problem(str(name)):
                self._bad(at, f"not a name: {why}", str(name), "letters, digits, - _ .")
                continue
            if str(name) != str(name).strip():
                what = "not a name: it begins or ends with a space"
                self._bad(at, what, str(name), f"`{name.strip()}`")
            first = known.setdefault(chip_id(name) if path in _CHIPS else alike(name), at)
            if first[-1] != name:
                what = f"a name that reads like `{first[-1]}`"
                allowed = "names that differ by more than letter case, spaces and width"
                self._bad(at, what, name, allowed, f"which stands at {self.where(first)}")
            if name.casefold() in _NOTHING:
                self._warn(at, "a name that other programs may take for no text", name)

    def _text(self, text: str, path: Path) -> None:
        last = next((p for p in reversed(path) if isinstance(p, str)), "")
        lines = last in _PROSE
        most = PAGE if lines else TITLE if path == ("title",) else LINE
        if last in _ELSEWHERE:
            return
        if odd := hidden(text, lines=lines):
            what = f"holds the character {odd}, which cannot be shown"
            folded = "`>-` leaves the last line end out" if text.endswith("\n") else ""
            self._bad(path, what, text, "" if lines else "text on one line", folded)
        elif len(text) > most:
            self._bad(path, "a text too long", f"{len(text):,} characters", f"{most:,}")
        else:
            self._meant(text, path, last)

    def _meant(self, text: str, path: Path, last: str) -> None:
        """A title, a place or an address, each of which a text that can be shown may not be."""
        if path == ("title",) and not text.strip():
            self._bad(path, "an empty title", text, "what people call the study")
        elif last in _NAMES and (text or last == "tags") and (why := name_problem(text)):
            self._bad(path, f"not a name: {why}", text, "letters, digits, - _ .")
        elif last == "url" and path[0] == "sources" and not _URL.fullmatch(text):
            self._bad(path, "not the address of a page", text, "https://… or http://…")

    def _number(self, text: str, path: Path, of: NumberOf) -> None:
        """A sign that more than one currency has, and a point that may have parted thousands."""
        money = DIMENSIONS[of.dimension].of == "money"
        sign = shared_sign(text) if money else ""
        if not sign and not _THOUSANDS.search(text):
            return
        try:
            read = parse(text, of.dimension, home=self.currency)
        except QuantityError:
            return  # said where numbers are read
        value = shown(read.value, read.unit)
        if sign:
            what = f"`{sign}` read as {read.currency}, the study's currency"
            self._warn(path, what, text, "", f"= {value}; write {read.currency} to be sure")
        else:
            hint = "a comma or _ parts thousands: 1,600"
            self._warn(path, f"the point read as the decimal sign: {value}", text, "", hint)


_TEXT = Shape("leaf", "text")


def as_text(value: object) -> str:
    """A field as written, in one text."""
    text = _flat(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _flat(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{k}: {_flat(v)}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(map(_flat, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
