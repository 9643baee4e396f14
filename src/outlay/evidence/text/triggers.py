"""Which rules can hold where in a text: each needs one of a few words, and most of them are absent.

A pattern need only be asked where a word stands of which every match holds one. What it needs is
read off the pattern itself, so that no rule has a second description that could fall behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from outlay.evidence.lexicon import objects
from outlay.evidence.rules import Rule, pattern, rules

__all__ = ["ASKED", "Hint", "hint", "may", "needed", "search", "within"]

_NAMES = """
calendar.aside calendar.up_from names.authors names.cited names.condition names.estimate
names.future names.its_cost names.limit names.of_habit names.of_utility names.past names.plan
names.plural names.pronoun names.says names.the_company names.the_site names.we quantities.about
quantities.by_before quantities.ceiling quantities.costs quantities.each_before quantities.floor
quantities.growth_before quantities.lease_word quantities.leasing quantities.limit_of
quantities.minus quantities.over quantities.rank quantities.reaching quantities.share_before
quantities.spread quantities.under quantities.up_to sentences.agreed sentences.amount_over
sentences.chip_word sentences.compared_period sentences.definite sentences.denies
sentences.denies_in_clause sentences.earlier_left sentences.false_after sentences.habit
sentences.may sentences.modal sentences.not_before sentences.of_that sentences.of_which
sentences.priced sentences.ranks sentences.replaces sentences.respectively sentences.right_before
sentences.said_then sentences.shrugs_off sentences.withdrawn_after sentences.wrong
sentences.wrong_version names.the_role
sentences.told_wrong sentences.retracted_before sentences.to_nothing sentences.asked
"""
ASKED = frozenset(_NAMES.split())
"""The rules that are asked so: those that took the time; what money is for stands beside them."""

Needed = frozenset[str]
"""Parts of words, one of which is in each match; empty: there need be none. One in small letters
stands for capitals too."""
_BLOCK = 6
"""A text is looked at in blocks of 2 ** 6 characters."""
_SHORT = 1_000
_NOTHING: Needed = frozenset()
_TOKEN = re.compile(r"[A-Za-z]+|[\u3400-\u9fff]+|[^\w\s.,$()\-]")
_ALONE = re.compile(r"(?:[\u3400-\u9fff]|[^\w\s.,$()\-\\^])+")
_EITHER = "\0"
"""Before a letter that may as well be a capital."""
_FOLDED = re.compile("[\u0130\u0131\u017f\u212a]")
"""Letters that a pattern finds for i, s or k where it does not tell capitals apart."""
_GROUP = re.compile(r"\((?:\?(?:P<\w+>|:|(?P<zero>[=!]|<[=!])|(?P<flags>[a-z]+):))?(?!\?)")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_TIMES = re.compile(r"(?P<none>[*?]|\{0?,\d*\})|(?P<once>\{1\})|[+]|\{[\d,]+\}")


class _Pattern:
    """A pattern that is read from the left. ValueError: it holds what is not read here."""

    def __init__(self, rule: Rule) -> None:
        self.said, self.at = rule.pattern, 0
        self.verbose, self.folds = (bool(rule.flags & f) for f in (re.VERBOSE, re.IGNORECASE))

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
            self.at += bool(times) and self.said.startswith(("?", "+"), self.at)
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
        if said[at] == "[":
            return self._class()
        self.at += 1
        if said[at] == "\\":
            return self._escaped(said[at + 1]), _NOTHING
        if self.verbose and said[at] == "#":
            end = said.find("\n", at)
            self.at = end if end >= 0 else len(said)
            return None, _NOTHING
        if said[at] in "^$" or (self.verbose and said[at].isspace()):
            return None, _NOTHING
        letter = "" if said[at] == "." else said[at]
        return letter.lower() if self.folds else letter, _NOTHING

    def _class(self) -> tuple[str, Needed]:
        """A class of letters: one letter, or signs of which each stands alone."""
        held = _CLASS.match(self.said, self.at)
        if held is None:
            raise ValueError(self.said)
        self.at, inside = held.end(), held[0][1:-1]
        if _ALONE.fullmatch(inside):
            return "", frozenset(inside)
        letters = {c.lower() for c in inside}
        return (_EITHER + min(letters) if len(letters) == 1 else ""), _NOTHING

    def _escaped(self, letter: str) -> str | None:
        self.at += 1
        if letter in "123456789xuUN":
            raise ValueError(self.said)
        if letter in "bBAZ":
            return None
        return "" if letter.isalnum() else letter

    def _group(self) -> tuple[str | None, Needed]:
        opens = _GROUP.match(self.said, self.at)
        if opens is None:
            raise ValueError(self.said)
        self.at = opens.end()
        folds, self.folds = self.folds, self.folds or "i" in (opens["flags"] or "")
        inner = self.needs()
        self.at, self.folds = self.at + 1, folds
        return (None, _NOTHING) if opens["zero"] else ("", inner)


def _pieces(run: str) -> list[Needed]:
    """What a run of letters needs: a word of it, a sign, or two Chinese characters."""
    run = run.replace(_EITHER, "").lower() if _EITHER in run else run
    return [frozenset([w[:2] if w > "\u3400" else w]) for w in _TOKEN.findall(run)]


def _worth(needs: Needed) -> tuple[int, int]:
    """How seldom one of them stands in a text, roughly: long words do, and few do."""
    worth = (len(w) + (0 if w.isascii() and w.islower() else 3) for w in needs)
    return min(worth, default=0), -len(needs)


@cache
def needed(rule: Rule) -> Needed:
    """What a rule needs; nothing where its pattern does not show."""
    try:
        return _Pattern(rule).needs()
    except ValueError:
        return _NOTHING


class Hint:
    """Whether a short text can hold what some rules find, told by the words that they need."""

    def __init__(self, names: Iterable[str], language: str) -> None:
        told = [
            needed(r)
            for n in names
            for r in rules()
            if r.name == n and language in ("", r.language)
        ]
        words = sorted(frozenset[str]().union(*told))
        self._always = not all(told)
        self._exact, self._small = (
            re.compile("|".join(map(re.escape, part)) if part else "(?!)")
            for part in ([w for w in words if w != w.lower()], [w for w in words if w == w.lower()])
        )

    def may(self, text: str) -> bool:
        """Whether one of the words stands in the text."""
        if self._always or self._exact.search(text) or self._small.search(text.lower()):
            return True
        return not text.isascii() and _FOLDED.search(text) is not None


@cache
def hint(names: tuple[str, ...], language: str = "") -> Hint:
    """The hint of some rules, of one language or of all."""
    return Hint(names, language)


@cache
def _bits() -> tuple[dict[tuple[str, str], int], dict[str, list[tuple[str, int]]]]:
    """The bit of each rule, by its name and language, or of both; and the words that rules need,
    by their first two letters, with the bits of these rules. The first bit is that of a rule
    that needs none."""
    bits: dict[tuple[str, str], int] = {}
    words: dict[str, int] = {}
    asked = [r for r in rules() if r.name in ASKED]
    asked += [
        Rule(f"objects.{n}", "en", p.pattern, (), (), 0) for n, (_, p) in enumerate(objects())
    ]
    for n, rule in enumerate(asked, 1):
        needs = needed(rule)
        bit = 1 << n if needs else 1
        for key in ((rule.name, rule.language), (rule.name, "")):
            bits[key] = bits.get(key, 0) | bit
        for word in needs:
            words[word] = words.get(word, 0) | bit
    by_letters: dict[str, list[tuple[str, int]]] = {}
    for word, of in words.items():
        by_letters.setdefault(word[:2], []).append((word, of))
    return bits, by_letters


@lru_cache(50_000)
def _of_word(said: str) -> int:
    """The bits of the rules that a word has a part for."""
    found, (_, by_letters) = 0, _bits()
    for form in {said, said.lower()}:
        for n in range(len(form)):
            for letters in {form[n], form[n : n + 2]}:
                for word, bits in by_letters.get(letters, ()):
                    if form.startswith(word, n):
                        found |= bits
    return found


@lru_cache(2)
def _live(text: str) -> list[int]:
    """The bits of the rules that each block of a text has a part of a word for."""
    blocks = [1] * ((len(text) >> _BLOCK) + 1)
    if _FOLDED.search(text):
        return [-1] * len(blocks)
    for m in _TOKEN.finditer(text):
        bits = _of_word(m[0])
        if bits:
            start, end = m.span()
            for n in range(start >> _BLOCK, ((end - 1) >> _BLOCK) + 1):
                blocks[n] |= bits
    return blocks


def may(rule: str, text: str, start: int, end: int, language: str = "") -> bool:
    """Whether a stretch of a text can hold what a rule finds; it is not told of a short text, nor
    of a rule that needs nothing or is not of those asked so."""
    if len(text) < _SHORT:
        return True
    bits = _bits()[0].get((rule, language), 1)
    if bits & 1:
        return True
    for block in _live(text)[max(start, 0) >> _BLOCK : ((end - 1) >> _BLOCK) + 1]:
        if block & bits:
            return True
    return False


def search(rule: str, text: str, start: int, end: int, language: str = "") -> re.Match[str] | None:
    """What a rule finds first in a stretch of a text, where it stands."""
    if not may(rule, text, start, end, language):
        return None
    return pattern(rule, language).search(text, start, end)


def within(rule: str, text: str, start: int, end: int, language: str = "") -> re.Match[str] | None:
    """What a rule finds first in a stretch of a text that is cut out."""
    if not may(rule, text, start, end, language):
        return None
    return pattern(rule, language).search(text[start:end])
