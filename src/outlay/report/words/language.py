"""The language table: every text that a reader meets, by key, from one file a language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files
from typing import Literal

from outlay.core.errors import Problem, UnknownNameError, nearest
from outlay.core.quantities.formats import format_number
from outlay.report.scale import Scale, Step, signs, steps

__all__ = ["LANGUAGES", "Words", "words"]

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
KW_PER_MW = 1e3
BASE = Step(1.0, "")
PLAIN = Scale("USD", {}, (BASE,), (BASE,), BASE)
"""Of words that no study has a part in."""


@dataclass(frozen=True)
class Words:
    """The texts of one language: `say("need.work", chip="H200", …)` gives a sentence.

    names: id → what people call a thing of the plan at hand. scale: how its numbers are read.
    """

    texts: Mapping[str, str]
    language: Language = "en"
    names: Mapping[str, str] = field(default_factory=dict)
    scale: Scale = PLAIN

    def __call__(self, key: str, **values: object) -> str:
        if (code := values.get("currency")) in self._own:
            values["currency"] = self._own[str(code)]
        return self.texts[key].format(**values)

    @cached_property
    def _own(self) -> Mapping[str, str]:
        """Currency → what the language calls it, where it does not write its sign or code."""
        return dict(part.split("=") for part in self.texts["language.signs"].split())

    def name(self, section: str, key: str) -> str:
        """What a thing of Outlay's is called; a name of the study's own stands as it is."""
        return self(f"{section}.{key}") if f"{section}.{key}" in self.texts else self.coded(key)

    def word(self, part: str) -> str:
        """A usual word of ids in this language: `licence` is 许可; another stands as it is."""
        return self.texts.get(f"word.{part.lower()}", part)

    def knows(self, part: str) -> bool:
        """Whether the language has a word for a part of an id, or leaves it out."""
        return f"word.{part.lower()}" in self.texts

    def coded(self, text: str) -> str:
        """A cell of a table: a word of Outlay's own (`not tested`) or of an id in this language."""
        return self.texts.get(f"cell.{text}") or self.word(text)

    def called(self, name: str) -> str:
        """What people call a chip, an offer, a pool, a site, a service or a factor.

        A part of one follows a colon (`h200:call-off`), a place an at sign (`base-run@NO`); what
        is sampled of one stands before a point (`rate.h200-sxm`).
        """
        if name in self.names:
            return self.names[name]
        whole, sign, part = name.rpartition(":")
        if sign and whole in self.names:
            return self("thing.part", part=self.name("part", part), name=self.called(whole))
        work, sign, place = name.rpartition("@")
        if sign and work:
            return self("thing.at", name=self.called(work), place=self.called(place))
        what, _, of = name.partition(".")
        if of in self.names:
            return self("thing.of", what=self.word(what), name=self.names[of])
        if f"place.{name}" in self.texts:
            return self.texts[f"place.{name}"]
        told = self.told(name)
        return told if told != name else self.word(name)

    def told(self, text: str) -> str:
        """A text of the run's own with the names of things in place of their ids."""
        known = self._ids
        text = known.sub(lambda m: self.called(m[0]), text) if known else text
        for phrase, said in self._phrases.items():
            text = text.replace(phrase, said)
        return text

    @cached_property
    def _phrases(self) -> Mapping[str, str]:
        """Words that a run puts beside a name, ` not installed`, in the language."""
        start = "phrase."
        return {k.removeprefix(start): v for k, v in self.texts.items() if k.startswith(start)}

    @cached_property
    def _ids(self) -> re.Pattern[str] | None:
        """Ids that are no names, the longest first, where they stand as whole words."""
        told = sorted((k for k, v in self.names.items() if k != v), key=len, reverse=True)
        if not told:
            return None
        known = "|".join(map(re.escape, told))
        return re.compile(rf"(?<![\w.:-])(?:{known})(?::[\w-]+)?(?![\w-]|\.\w)")

    def state(self, factor: str, state: str) -> str:
        """A state as people say it: `H200 licence granted`."""
        return self("branch.state", factor=self.called(factor), state=self.word(state))

    def branch(self, name: str) -> str:
        """States known on a branch, `licence.h200=granted demand=high`, and its period if named."""
        parts = [
            self.state(*part.split("=", 1)) if "=" in part else part for part in name.split()
        ]  # fmt: skip
        return self.listed(parts)

    def money(self, value: float, currency: str = "") -> str:
        """An amount in the study's currency, or in the one named."""
        return self.scale.money(value, currency)

    def power(self, mw: float) -> str:
        """Power as people say it: kilowatts below a megawatt."""
        if 0 < abs(mw) < 1:
            return self("number.kw", n=format_number(KW_PER_MW * mw))
        return self("number.mw", n=format_number(mw))

    def listed(self, parts: Iterable[str]) -> str:
        """Parts in one enumeration."""
        return self("language.list").join(parts)

    def clauses(self, parts: Iterable[str]) -> str:
        """Parts of a sentence that could stand alone."""
        return self("language.clauses").join(parts)

    def sentence(self, text: str) -> str:
        """A text with the stop that ends a sentence, where it has none yet."""
        return text.removesuffix(".").removesuffix(stop := self("language.stop")) + stop

    def count(self, value: float) -> str:
        """A number of chips."""
        return self.scale.count(value)

    def counts(self, values: Sequence[float]) -> list[str]:
        """Numbers of chips in one list, in one style."""
        return self.scale.counts(values)

    def large(self, value: float) -> str:
        """A large number in a sentence, in the scale that fits."""
        for step in steps(self("language.large"))[:-1]:
            if abs(value) >= step.size:
                return self(f"number.{step.word}", n=format_number(value / step.size))
        return format_number(value)

    def scaled(self, currency: str, others: Collection[str] = (), most: float = 0.0) -> Words:
        """The same words for a study in `currency` whose largest yearly figure is `most`.

        others: currencies that its readers meet beside it.
        """
        ladder = steps(self("language.money_steps"))
        unit = next((s for s in ladder if most >= s.size), ladder[-1])
        counts, amount = steps(self("language.count_steps")), self.texts["language.amount"]
        known = {**signs(currency, others), **self._own}
        scale = Scale(currency, known, ladder, counts, unit, amount)
        return replace(self, scale=scale)


@cache
def words(language: str = "en") -> Words:
    """The words of a language. Raises UnknownNameError."""
    found = next((known for known in LANGUAGES if known == language), None)
    if found is None:
        raise UnknownNameError(
            Problem(
                "no words in this language", "--language", repr(language), ", ".join(LANGUAGES),
                nearest(language, LANGUAGES),
            )
        )  # fmt: skip
    file = files("outlay.report").joinpath(f"data/words.{found}.toml")
    sections: dict[str, dict[str, str]] = tomllib.loads(file.read_text(encoding="utf-8"))
    texts = {f"{s}.{k}": text for s, keys in sections.items() for k, text in keys.items()}
    return Words(texts, found).scaled("USD")
