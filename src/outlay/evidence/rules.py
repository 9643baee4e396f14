"""Words and patterns as data: one file a language, each rule with an example and a counter-example.

A rule is `[wing.name]` in `data/en.toml` or `data/zh.toml` (or in both: then one pattern finds
either): `pattern`, `examples` that it must find, `counters` that it must not. `<<wing.name>>` in
a pattern stands for another rule of the same language. Tests ask every example and counter-example.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["LANGUAGES", "Rule", "pattern", "rules", "words"]

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of one language as written down, its parts put in."""

    name: str
    language: str
    pattern: str
    examples: tuple[str, ...]
    counters: tuple[str, ...]
    flags: int


@cache
def _said(language: str) -> dict[str, dict[str, dict[str, object]]]:
    text = files("outlay.evidence").joinpath(f"data/{language}.toml").read_text("utf-8")
    return tomllib.loads(text)


def _put(language: str, source: str) -> str:
    def part(match: re.Match[str]) -> str:
        wing, _, name = match[1].partition(".")
        return f"(?:{_put(language, str(_said(language)[wing][name]['pattern']))})"

    return re.sub(r"<<([\w.]+)>>", part, source.strip())


def _texts(found: object) -> tuple[str, ...]:
    return tuple(str(f) for f in found) if isinstance(found, list) else ()


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule with a pattern, in the order of the files."""
    return tuple(_rules())


def _rules() -> Iterator[Rule]:
    for language in LANGUAGES:
        for wing, named in _said(language).items():
            for name, body in named.items():
                if "pattern" not in body:
                    continue
                flags = re.IGNORECASE if body.get("ignore_case") else 0
                flags |= re.VERBOSE if body.get("verbose") else 0
                yield Rule(
                    f"{wing}.{name}", language, _put(language, str(body["pattern"])),
                    _texts(body.get("examples")), _texts(body.get("counters")), flags,
                )  # fmt: skip


@cache
def pattern(name: str, language: str = "") -> re.Pattern[str]:
    """The compiled rule of a language, or of all languages that have it. KeyError if none has.

    The flags of one language hold for its part alone.
    """
    kept = [r for r in rules() if r.name == name and language in ("", r.language)]
    if not kept:
        raise KeyError(name)
    return re.compile("|".join(f"(?{_letters(r.flags)}:{r.pattern})" for r in kept))


def _letters(flags: int) -> str:
    return ("i" if flags & re.IGNORECASE else "") + ("x" if flags & re.VERBOSE else "")


@cache
def words(name: str, language: str = "") -> tuple[str, ...]:
    """The list `words` of a rule: names, verbs, or whatever is looked up and not searched for."""
    wing, _, key = name.partition(".")
    out: list[str] = []
    for of in LANGUAGES:
        if language in ("", of):
            out += _texts(_said(of).get(wing, {}).get(key, {}).get("words"))
    return tuple(out)
