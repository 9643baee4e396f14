"""The language table: every text that a reader meets, by key, from one file a language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from outlay.core.quantities.formats import format_number

__all__ = ["Words", "words"]

LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language: `say("need.work", chip="h200-sxm", …)` gives a sentence."""

    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        return self.texts[key].format(**values)

    def name(self, section: str, key: str) -> str:
        """What a thing of Outlay's is called; a name of the study's own stands as it is."""
        return self(f"{section}.{key}") if f"{section}.{key}" in self.texts else key

    def listed(self, parts: Iterable[str]) -> str:
        """Parts in one enumeration."""
        return self("language.list").join(parts)

    def clauses(self, parts: Iterable[str]) -> str:
        """Parts of a sentence that could stand alone."""
        return self("language.clauses").join(parts)

    def count(self, value: float) -> str:
        """A number of chips in a sentence: thousands from a thousand on."""
        if value < 1e3:
            return format_number(value)
        return self("number.thousand", n=format_number(value / 1e3))

    def large(self, value: float) -> str:
        """A large number in a sentence, in the scale that fits."""
        for scale, name in LARGE:
            if abs(value) >= scale:
                return self(f"number.{name}", n=format_number(value / scale))
        return format_number(value)


@cache
def words(language: str = "en") -> Words:
    """The words of a language."""
    file = files("outlay.report").joinpath(f"data/words.{language}.toml")
    sections: dict[str, dict[str, str]] = tomllib.loads(file.read_text(encoding="utf-8"))
    return Words({f"{s}.{k}": text for s, keys in sections.items() for k, text in keys.items()})
