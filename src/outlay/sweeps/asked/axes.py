"""What a sweep varies: `--vary` read against the study into axes, with their values or ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from outlay.core.errors import InputError, Problem, StudyError, nearest
from outlay.core.quantities.quantity import parse as parse_quantity
from outlay.core.quantities.scales import leading_scale
from outlay.results.study import Number
from outlay.study.ledger import entries
from outlay.study.model.shape import field_of
from outlay.study.paths import as_written, get, text_of
from outlay.study.reading.loader import LoadedStudy
from outlay.sweeps.asked.chances import chances_of, factor_of, settled

__all__ = ["ALL", "Axis", "Way", "read_axes"]

ALL = "all"
"""In place of a path: every number with a stated range."""
Way = Literal["grid", "list", "drawn", "ends"]
"""Values at even steps; values one by one; drawn between two ends; one end, then the other."""
OPTION = "--vary"
FORMS = (
    "PATH=LOW..HIGH:N, PATH=A|B|C, PATH=LOW..HIGH with --sample, PATH alone for its stated range, "
    "or all"
)
RANGE = re.compile(
    r"(?P<low>.*?)\s*\.\.\s*(?P<high>.*?)(?:\s*:\s*(?P<count>[^\s:]*))?\s*", re.DOTALL
)
BARE = re.compile(r"[-+]?[\d_,]*\.?\d+(?:[eE][-+]?\d+)?")
FIRST_NUMBER = re.compile(r"[-+]?\d[\d_,]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
PERCENT = " %"
MOST_STEPS = 10_000
SAME = 1e-12
"""Share by which a number may differ from itself once written and read."""
BESIDE = ("peers", "rivals", "cross_checks", "unmodelled", "scenarios")
"""Parts of a study that stand beside its plan."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One input that is varied.

    unit: base unit of its values; empty: they are texts. stated: what the study says, where it says
    one thing. values: of a grid or a list; of others low and high. texts: each as it is laid over
    the study. suffix: what is put behind a number to lay it. whole: of a count.
    """

    path: str
    way: Way
    unit: str = ""
    stated: float | str | None = None
    values: tuple[float | str, ...] = ()
    texts: tuple[str, ...] = ()
    suffix: str = ""
    whole: bool = False

    @property
    def low(self) -> float:
        """The least of its numbers."""
        return min(v for v in self.values if not isinstance(v, str))

    @property
    def high(self) -> float:
        """The greatest of its numbers."""
        return max(v for v in self.values if not isinstance(v, str))

    def written(self, value: float) -> str:
        """A number of this axis as it is laid over the study."""
        return _written(value, self.suffix, whole=self.whole)


def _written(value: float, suffix: str, *, whole: bool) -> str:
    if suffix.startswith(PERCENT):
        return f"{Decimal(repr(value)) * 100:f}{suffix}"
    return f"{int(value) if whole else value!r}{suffix}"


def read_axes(study: LoadedStudy, vary: Sequence[str], *, sampled: bool) -> tuple[Axis, ...]:
    """The axes that `vary` names, in order. sampled: whether ranges are drawn from.

    Ranges without a count are otherwise moved one at a time, to one end and to the other. Where
    only grids are named and something is to be drawn, that is every other stated range.
    Raises InputError with every problem found.
    """
    if not vary:
        raise InputError(Problem("nothing is varied", OPTION, allowed=FORMS))
    reader = _Reader(study, "drawn" if sampled else "ends")
    named, problems, whole = list[Axis](), list[Problem](), False
    for text in vary:
        if text.strip() == ALL:
            whole = True
            continue
        try:
            named.append(reader.axis(text))
        except InputError as err:
            problems += [replace(p, where=f"{OPTION} {text.strip()}"[:160]) for p in err.problems()]
    problems += _twice(named, study)
    if problems:
        raise InputError(problems)
    if whole or (sampled and not any(a.way == "drawn" for a in named)):
        rest = tuple(reader.every(named))
        if not rest:
            raise InputError(
                Problem(
                    "no number of the study states a range",
                    f"{OPTION} {ALL}" if whole else "--sample", allowed="PATH=LOW..HIGH",
                    hint="a range is stated so: {value: 3 USD, low: 2 USD, high: 5 USD}",
                )
            )  # fmt: skip
        return (*named, *rest)
    return tuple(named)


def _twice(axes: Sequence[Axis], study: LoadedStudy) -> Iterator[Problem]:
    """An input that two options set: the one would undo the other."""
    ordered = sorted(axes, key=lambda a: a.path)
    for one, other in pairwise(ordered):
        if other.path == one.path or other.path.startswith(f"{one.path}."):
            yield Problem("varied twice", f"{OPTION} {other.path}", one.path, "each input once")
    laid = {o.partition("=")[0].strip() for o in study.overrides}
    for axis in axes:
        if axis.path in laid:
            yield Problem("set and varied", f"{OPTION} {axis.path}", f"--set {axis.path}", "one")


@dataclass(frozen=True)
class _Reader:
    study: LoadedStudy
    way: Way
    suffixes: dict[tuple[str, str], str] = field(default_factory=dict)
    """What is put behind numbers, by unit and by what their field takes."""

    def axis(self, text: str) -> Axis:
        """One option. Raises InputError."""
        name, sign, value = text.partition("=")
        path = text_of(self.study.resolve(name.strip()))
        if not sign:
            return self._stated(path)
        value = value.strip()
        if found := RANGE.fullmatch(value):
            return self._range(path, found)
        parts = [p.strip() for p in value.split("|")]
        if len(parts) == 1:
            hint = f"one value is set: --set {text.strip()}"
            raise InputError(Problem("not a range or a list", value=value or "nothing",
                                     allowed=FORMS, hint=hint))  # fmt: skip
        return self._list(path, parts)

    def every(self, taken: Sequence[Axis]) -> Iterator[Axis]:
        """Every number of the plan with a stated range that is not taken and that acts."""
        idle = {i.path for i in self.study.idle}
        for number in self.study.ledger:
            path = number.path
            if path.split(".")[0] in BESIDE or ".effect." in path or ".cross_check." in path:
                continue
            if not number.stated or path in idle or (number.low is None and number.high is None):
                continue
            near = (a.path for a in taken)
            if any(path == p or path.startswith(f"{p}.") or p.startswith(f"{path}.") for p in near):
                continue
            yield self._between(path, number)

    def _stated(self, path: str) -> Axis:
        found = self._numbers(self.study, path)
        if len(found) != 1:
            names = ", ".join(n.path for n in found[:8])
            raise InputError(
                Problem("not a single number of the study", value=f"{len(found)} numbers" if found
                        else "text, a name or a list", allowed=names or f"{path}=A|B|C")
            )  # fmt: skip
        if found[0].low is None and found[0].high is None:
            ranged = [n.path for n in self.study.ledger if n.low is not None or n.high is not None]
            raise InputError(
                Problem("no range is stated", value=path, allowed=f"{path}=LOW..HIGH, or a number "
                        "with low and high in the study", hint=nearest(path, ranged))
            )  # fmt: skip
        return self._between(path, found[0])

    def _between(self, path: str, number: Number) -> Axis:
        low = number.value if number.low is None else number.low
        high = number.value if number.high is None else number.high
        return self._numeric(path, self.way, number.unit, (low, high))

    def _range(self, path: str, found: re.Match[str]) -> Axis:
        low, high, count = found["low"].strip(), found["high"].strip(), found["count"]
        if not (low and high):
            raise InputError(
                Problem("a range without both its ends", value=found[0], allowed=FORMS)
            )
        low_text, high_text = self._with_units(path, low, high)
        ends = [self._number(path, t) for t in (low_text, high_text)]
        if ends[0].unit != ends[1].unit:
            raise InputError(Problem("ends in unlike units", value=found[0], allowed="one unit"))
        least, most = ends[0].value, ends[1].value
        if not least < most:
            raise InputError(Problem("a range whose low is not below its high", value=found[0],
                                     allowed="LOW..HIGH", hint=f"{high}..{low}"))  # fmt: skip
        if count is None:
            return self._numeric(path, self.way, ends[0].unit, (least, most))
        steps = count.replace("_", "")
        if not steps.isdecimal() or not 2 <= int(steps) <= MOST_STEPS:
            raise InputError(Problem("not a number of values", value=count or "nothing",
                                     allowed=f"2 to {MOST_STEPS:,}".replace(",", "_")))  # fmt: skip
        values = _steps(least, most, int(steps))
        return self._numeric(path, "grid", ends[0].unit, values)

    def _list(self, path: str, parts: Sequence[str]) -> Axis:
        if any(not p for p in parts):
            raise InputError(Problem("a list with nothing in it", value="|".join(parts),
                                     allowed="PATH=A|B|C"))  # fmt: skip
        if twice := [p for n, p in enumerate(parts) if p in parts[:n]]:
            raise InputError(Problem("listed twice", value=twice[0], allowed="each once"))
        around = self._around(path)
        texts = tuple(_within(p, around) for p in parts)
        moved = [self._numbers(self._moved(path, t), path) for t in texts]
        if all(len(m) == 1 for m in moved) and len({m[0].unit for m in moved}) == 1:
            unit = moved[0][0].unit
            values = tuple(m[0].value for m in moved)
            return Axis(path, "list", unit, self._said(path, unit), values, texts)
        return Axis(path, "list", "", self._said(path, ""), tuple(parts), texts)

    def _numeric(self, path: str, way: Way, unit: str, values: tuple[float, ...]) -> Axis:
        shape = field_of(self.study.resolve(path))
        whole = (
            unit == "chip" or shape.is_months or (shape.number is not None and shape.number.whole)
        )
        if whole:
            values = tuple(dict.fromkeys(float(round(v)) for v in values))
        kind = (unit, shape.takes)
        if kind not in self.suffixes:
            self.suffixes[kind] = self._suffix(path, unit, values[0], whole=whole)
        axis = Axis(path, way, unit, self._said(path, unit), values, (), self.suffixes[kind], whole)
        return replace(axis, texts=tuple(axis.written(v) for v in values))

    def _suffix(self, path: str, unit: str, value: float, *, whole: bool) -> str:
        """How a number in its base unit is written so that the study reads it as it is."""
        tried = {"1": ["", PERCENT], "1/year": [" %/year"], "month": [" months"]}
        wrong = InputError(Problem("not a number that can be varied", value=f"{value:g} {unit}"))
        for suffix in tried.get(unit, [f" {unit}", ""]):
            try:
                text = _written(value, suffix, whole=whole)
                found = self._numbers(self._moved(path, text), path)
            except StudyError as err:
                wrong = err
                continue
            if len(found) == 1 and abs(found[0].value - value) <= SAME * abs(value):
                return suffix
        raise wrong

    def _said(self, path: str, unit: str) -> float | str | None:
        """What the study says, where it says one thing."""
        if unit:
            found = self._numbers(self.study, path)
            return found[0].value if len(found) == 1 and found[0].unit == unit else None
        held = get(self.study.raw, as_written(self.study.raw, self.study.resolve(path)))
        return str(held) if isinstance(held, str | int | float) else None

    def _number(self, path: str, text: str) -> Number:
        found = self._numbers(self._moved(path, text), path)
        if len(found) != 1:
            raise InputError(Problem("not a number", value=text, allowed="a number with its unit"))
        return found[0]

    def _moved(self, path: str, text: str) -> LoadedStudy:
        where = self.study.resolve(path)
        chance, of = factor_of(where), field_of(where).number
        if chance is None or of is None:
            return self.study.again([f"{path}={text}"], brief=True)
        factor, state = chance
        moved = {state: parse_quantity(text, of.dimension).value}
        laid = settled(chances_of(self.study.study)[factor], moved, ())
        return self.study.again(
            [f"uncertainty.{factor}.states.{s}={text if s == state else repr(p)}"
             for s, p in laid.items()], brief=True,
        )  # fmt: skip

    @cached_property
    def _own(self) -> dict[str, Number]:
        return {text_of(at): n for at, n in entries(self.study.study)}

    def _numbers(self, study: LoadedStudy, path: str) -> list[Number]:
        """The numbers of a study at or below a path."""
        every = self._own if study is self.study else {
            text_of(at): n for at, n in entries(study.study)
        }  # fmt: skip
        if path in every:
            return [every[path]]
        return [n for p, n in every.items() if p.startswith(f"{path}.")]

    def _with_units(self, path: str, low: str, high: str) -> tuple[str, str]:
        """Both ends with a unit: an end that has none has that of the other, or of the study."""
        if _bare(low) and not _bare(high):
            number = FIRST_NUMBER.search(high)
            around = (high[: number.start()], high[number.end() :]) if number else ("", "")
            return _within(low, around), high
        around = self._around(path)
        if around[1].lstrip().startswith("%") and all(_bare(t) and _share(t) for t in (low, high)):
            # `--set` reads a bare 0.1 as 10 %; in the study's own unit it would be 0.1 %.
            raise InputError(
                Problem("either shares or per cent", value=f"{low}..{high}",
                        allowed=" or ".join(f"{by(low)}{around[1]}..{by(high)}{around[1]}"
                                           for by in (_hundred, str)))
            )  # fmt: skip
        return _within(low, around), _within(high, around)

    def _around(self, path: str) -> tuple[str, str]:
        """What the study writes before and behind its number at a path: a sign, a unit."""
        held = get(self.study.raw, as_written(self.study.raw, self.study.resolve(path)))
        while isinstance(held, Mapping) and held:
            found: Mapping[str, Any] = held
            held = found["value"] if "value" in found else next(
                (v for k, v in found.items() if k not in ("source", "note")), None
            )  # fmt: skip
        number = FIRST_NUMBER.search(held) if isinstance(held, str) else None
        if number is None or not isinstance(held, str):
            return "", ""
        return held[: number.start()], held[number.end() :]


def _scaled(text: str) -> bool:
    """Whether a number has a scale of its own behind it, and no unit: 20k."""
    number = FIRST_NUMBER.match(text)
    rest = text[number.end() :].lstrip() if number else ""
    scale = leading_scale(rest) if rest else None
    return scale is not None and scale[1] == len(rest)


def _share(text: str) -> bool:
    """Whether a bare number may be meant as a share."""
    return abs(float(text.replace("_", "").replace(",", ""))) <= 1.0


def _hundred(text: str) -> str:
    """A bare share in per cent."""
    return f"{float(100 * Decimal(text.replace('_', '').replace(',', ''))):g}"


def _bare(text: str) -> bool:
    """Whether a number stands without a unit."""
    return bool(BARE.fullmatch(text)) or _scaled(text)


def _within(text: str, around: tuple[str, str]) -> str:
    """A number without a unit with what another has around it; a text as it is."""
    before, behind = around
    if BARE.fullmatch(text):
        return f"{before}{text}{behind}"
    if not _scaled(text):
        return text
    scale = leading_scale(behind)
    unit = behind[scale[1] :] if scale else behind
    if unit[:1] not in ("", " ", "/"):  # the scale of a unit: kW
        unit = behind
    return f"{before}{text}{unit}"


def _steps(low: float, high: float, count: int) -> tuple[float, ...]:
    """Even steps from low to high in decimal numbers: 0.3, and not 0.30000000000000004."""
    least, most = Decimal(repr(low)), Decimal(repr(high))
    return tuple(float(least + (most - least) * i / (count - 1)) for i in range(count))
