"""Which rules can hold where in a text: each needs one of a few words, and most of them are absent.

A pattern need only be asked where a word stands of which every match holds one. What it needs is
read off the pattern itself, so that no rule has a second description that could fall behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from outlay.evidence.rules import Rule, rules

__all__ = ["Live", "live_in", "needed"]

Needed = frozenset[str]
"""Parts of words, in small letters, one of which is in each match; empty: there need be none."""
_BLOCK = 6
"""A text is looked at in blocks of 2 ** 6 characters."""
_NOTHING: Needed = frozenset()
_TOKEN = re.compile("[A-Za-z]+|[\u3400-\u9fff]+")
_FOLDED = re.compile("[\u0130\u0131\u017f\u212a]")
"""Letters that a pattern finds for i, s or k where it does not tell capitals apart."""
_GROUP = re.compile(r"\((?:\?(?:P<\w+>|:|(?P<zero>[=!]|<[=!])|[a-z]+:))?(?!\?)")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_TIMES = re.compile(r"(?P<none>[*?]|\{0?,\d*\})|(?P<once>\{1\})|[+]|\{[\d,]+\}")


class _Pattern:
    """A pattern that is read from the left. ValueError: it holds what is not read here."""

    def __init__(self, rule: Rule) -> None:
        self.said, self.at = rule.pattern, 0
        self.verbose = bool(rule.flags & re.VERBOSE)

    def needs(self) -> Needed:
        """What the alternatives up to a closing bracket need: one of what each does."""
        parts = [self._sequence()]
        while self.said.startswith("|", self.at):
            self.at += 1
            parts.append(self._sequence())
        return frozenset[str]().union(*parts) if all(parts) else _NOTHING

    def _sequence(self) -> Needed:
        """What a sequence needs: the rarest of what its items do."""
        found, run = [_NOTHING], ""
        while self.at < len(self.said) and self.said[self.at] not in "|)":
            letter, inner = self._item()
            if letter is None:
                continue  # it takes no room: what is behind it follows what is before it
            times = _TIMES.match(self.said, self.at)
            self.at = times.end() if times else self.at
            self.at += bool(times) and self.said.startswith("?", self.at)
            never = times and times["none"]
            found += [] if never else [inner]
            run += "" if never else letter
            if never or not letter or (times and not times["once"]):
                found += _pieces(run)
                run = ""
        return max([*found, *_pieces(run)], key=_worth)

    def _item(self) -> tuple[str | None, Needed]:
        """The next item as a letter ("": something else, None: nothing that takes room), and what
        it needs where it is a group."""
        said, at = self.said, self.at
        if said[at] == "(":
            return self._group()
        self.at += 1
        if said[at] == "[":
            held = _CLASS.match(said, at)
            self.at = held.end() if held else len(said)
            letters = set(held[0][1:-1].lower()) if held else set[str]()
            return (letters.pop() if len(letters) == 1 else ""), _NOTHING
        if said[at] == "\\":
            self.at += 1
            if said[at + 1] in "123456789":
                raise ValueError(said)
            return None if said[at + 1] in "bBAZ" else "", _NOTHING
        if self.verbose and said[at] == "#":
            self.at = said.find("\n", at) if "\n" in said[at:] else len(said)
            return None, _NOTHING
        if said[at] in "^$" or (self.verbose and said[at].isspace()):
            return None, _NOTHING
        return "" if said[at] == "." else said[at].lower(), _NOTHING

    def _group(self) -> tuple[str | None, Needed]:
        opens = _GROUP.match(self.said, self.at)
        if opens is None:
            raise ValueError(self.said)
        self.at = opens.end()
        inner = self.needs()
        self.at += 1
        return (None, _NOTHING) if opens["zero"] else ("", inner)


def _pieces(run: str) -> list[Needed]:
    """What a run of letters needs: a word of it, or two Chinese characters."""
    return [frozenset([w[:2] if w > "\u3400" else w]) for w in _TOKEN.findall(run)]


def _worth(needs: Needed) -> tuple[int, int]:
    """How seldom one of them stands in a text, roughly: long words do, and few do."""
    return min((len(w) + 3 * (w > "\u3400") for w in needs), default=0), -len(needs)


def needed(rule: Rule) -> Needed:
    """What a rule needs; nothing where its pattern does not show."""
    try:
        return _Pattern(rule).needs()
    except ValueError:
        return _NOTHING
