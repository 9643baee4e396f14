"""What people read of an explanation: a short tree, a level at a time, and how to go deeper."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from outlay.core.periods import SECONDS_PER_HOUR
from outlay.core.quantities.currencies import CODES
from outlay.core.quantities.formats import format_number, format_quantity
from outlay.report.words.language import Words, words
from outlay.results.explanation import Branch, Explanation, Origin, Step

__all__ = ["Branching", "amount", "explanation_lines", "explanation_tree"]

MOST = 40
"""Lines of a tree, with what stands above and below it."""
LONG = 160
"""Characters of a formula above which its parts say enough."""
FEW = 3
"""Numbers that are 0 from which on one line stands for them all."""
LEFT_OUT = "…"
"""Path of a line that stands for others."""
PLAN = "plan"
"""The source of what the plan decides."""


@dataclass(frozen=True, slots=True)
class Branching:
    """A line of a tree that a reader opens. path: what to explain to go on; empty: nothing."""

    text: str
    path: str
    below: tuple[Branching, ...]


@dataclass(frozen=True)
class _Line:
    """A line of the tree, and those below it.

    size: how large it is among those of its unit; None: of another unit, and kept. path: what to
    explain to go on from here; empty: nothing lies below. empty: whether its number is 0.
    """

    text: str
    below: tuple[_Line, ...] = ()
    size: float | None = None
    path: str = ""
    empty: bool = False


def explanation_lines(
    doc: Explanation, level: int, say: Words | None = None, asked: str = "", branch: str = ""
) -> list[str]:
    """A number, what it is worked out from in `level` levels, and the command that goes deeper.

    asked: the study or folder it was asked of; empty: no command is told. branch: states that were
    asked for.
    """
    say = say or words()
    head = [*_head(doc, say)]
    tree = _Reader.of(doc, say).below(doc, level)
    foot = [*_foot(doc, tree, say, asked, branch)] if asked else []
    room = MOST - len(head) - len(foot)
    shown = _cut(tree, level, room)
    return [*head, *_drawn(shown, say), *foot]


def explanation_tree(
    doc: Explanation, level: int, say: Words
) -> tuple[tuple[str, ...], tuple[Branching, ...]]:
    """The same for a page that opens what is pointed at: what stands above, and the tree."""
    tree = _cut(_Reader.of(doc, say).below(doc, level), level, MOST)
    return tuple(line.strip() for line in _head(doc, say)), _branching(tree, say)


def _branching(lines: tuple[_Line, ...], say: Words) -> tuple[Branching, ...]:
    return tuple(
        Branching(_text(x, say), "" if x.path == LEFT_OUT else x.path, _branching(x.below, say))
        for x in lines
    )


def _text(line: _Line, say: Words) -> str:
    """A line's text; of one that stands for others, how many they are."""
    return say(line.text, n=round(line.size or 0.0)) if line.path == LEFT_OUT else line.text


def amount(value: float | None, unit: str, say: Words) -> str:
    """A number in its unit as reports print it: ¥1.88bn, ¥1.48 per million tokens, 12 %."""
    if value is None:
        return say("explain.no_value")
    first, _, per = unit.partition("/")
    if first in CODES:
        if per == "chip/s":
            value, per = value * SECONDS_PER_HOUR, "chip-hour"
        money = say.money(value, first)
        return f"{money} {say('explain.per', unit=say.name('explain', per))}" if per else money
    if unit == "Mtok":
        return format_quantity(value * 1e6, "token")
    if unit == "kW*s":
        return format_quantity(value / SECONDS_PER_HOUR, "kWh")
    if unit == "chip*s":
        return f"{say.large(value / SECONDS_PER_HOUR)} {say('explain.chip_hours')}"
    if unit in ("1/year", "s", "token", "token/day", "W", "byte", "byte/s", "FLOP/s"):
        return format_quantity(value, unit)
    return f"{format_number(value)} {'' if unit == '1' else unit}".strip()


def _head(doc: Explanation, say: Words) -> Iterator[str]:
    label = doc.label or ""
    yield doc.name if doc.name.startswith(label) else f"{doc.name}: {label}"
    many = len(doc.branches)
    if doc.value is not None or not doc.inputs:
        value = amount(doc.value, doc.unit, say)
        if many > 1:
            yield say("explain.expected", value=value, n=many)
            yield from _range(doc, say)
        elif many:
            yield say("explain.in_branch", value=value, branch=say.branch(doc.branches[0].branch))
        else:
            yield f"  {value}{_range_stated(doc, say)}"
    if doc.formula and len(doc.formula) <= LONG:
        yield f"  = {doc.formula}"
    yield from (f"  {line}" for line in _given(doc, say))


def _range(doc: Explanation, say: Words) -> Iterator[str]:
    """Where it is least and where most, if that differs."""
    known = [b for b in doc.branches if b.value is not None]
    if not known:
        return
    low = min(known, key=lambda b: b.value or 0.0)
    high = max(known, key=lambda b: b.value or 0.0)
    if low.value != high.value:
        for key, at in (("explain.least", low), ("explain.most", high)):
            yield say(key, value=amount(at.value, doc.unit, say), branch=_states(at, say))


def _states(at: Branch, say: Words) -> str:
    return f"{say.branch(at.branch)}, {format_number(100 * at.chance, 2)} %"


def _range_stated(step: Step, say: Words) -> str:
    if step.range is None:
        return ""
    low, high = (step.value if end is None else end for end in step.range)
    ends = {k: amount(v, step.unit, say) for k, v in (("low", low), ("high", high))}
    return say("explain.stated_range", **ends)


def _given(step: Step, say: Words) -> Iterator[str]:
    """Where a number that is not worked out comes from."""
    if step.where:
        yield say("explain.where", where=step.where)
    if step.source is not None:
        yield from _origin(step.source, say)
    elif step.assumption:
        text = step.assumption if isinstance(step.assumption, str) else say("explain.by_accounts")
        yield say("explain.assumption", text=text)


def _origin(o: Origin, say: Words) -> Iterator[str]:
    if o.text == PLAN:
        yield say("explain.plan")
        return
    parts = (o.document, o.publisher, o.date, o.url, o.grade, o.text)
    yield say("explain.source", text="; ".join(p for p in parts if p))
    if o.sentence:
        yield f"“{o.sentence}”"


@dataclass(frozen=True)
class _Reader:
    """Makes lines of steps. known: (row, period) → the step in which it is explained, of those that
    are of the same branches: one that is explained elsewhere in the tree is opened where it is met.
    """

    say: Words
    known: Mapping[tuple[str, str | None], Step]

    @classmethod
    def of(cls, step: Step, say: Words) -> _Reader:
        """For a tree; branches below it are trees of their own."""
        known: dict[tuple[str, str | None], Step] = {}
        ahead = [step]
        while ahead:
            s = ahead.pop()
            if s.inputs:
                known.setdefault((s.name, s.period), s)
            ahead += [i for i in s.inputs if not i.branch]
        return cls(say, known)

    def inputs(self, step: Step) -> tuple[Step, ...]:
        """What a step is worked out from, wherever in the tree that is said."""
        there = self.known.get((step.name, step.period)) if step.repeated else None
        return step.inputs or (() if there is None else there.inputs)

    def below(self, step: Step, level: int) -> tuple[_Line, ...]:
        """Lines of what a step is worked out from; cells of a row over time stand on one line."""
        by_name: dict[str, list[Step]] = {}
        for s in self.inputs(step) if level else ():
            by_name.setdefault(s.name, []).append(s)
        if len(by_name) == 1:  # a row over its periods, one input, or branches
            same = next(iter(by_name.values()))
            if not same[0].branch:
                return tuple(self._line(s, level, dated=len(same) > 1) for s in same)
        return tuple(
            line if same[0].unit == step.unit or same[0].branch else replace(line, size=None)
            for same in by_name.values()
            for line in self._same(same, level)
        )

    def _same(self, same: Sequence[Step], level: int) -> list[_Line]:
        """Lines of the steps of one name: a line a branch, else one for all of them."""
        if same[0].branch:
            return [self._branch(s, level) for s in same]
        if len(same) > 1:
            return [self._row(same, level)]
        return [self._line(same[0], level, dated=False)]

    def _line(self, step: Step, level: int, *, dated: bool) -> _Line:
        """One number."""
        say, path, inner = self.say, _path(step), self.inputs(step)
        name = step.period if dated and step.period else path
        text = say("explain.line", name=name, value=amount(step.value, step.unit, say))
        if len(inner) == 1 and step.formula == inner[0].name:  # a row that is one of the study's
            text = say("explain.of_study", line=text, path=inner[0].name)
            if said := "; ".join(_given(inner[0], say)):
                text = say("explain.said", line=text, said=said)
            return _Line(text, (), _size(step), inner[0].name, step.value == 0)
        if step.repeated and not inner:
            text = say("explain.repeated", line=text)
        elif not inner and (said := "; ".join(_given(step, say))):
            text = say("explain.said", line=text, said=said)
        deeper = path if inner or step.repeated else ""
        return _Line(text, self.below(step, level - 1), _size(step), deeper, step.value == 0)

    def _row(self, cells: Sequence[Step], level: int) -> _Line:
        """Several periods of one row: from the least to the most of them."""
        say = self.say
        values = [s.value for s in cells if s.value is not None]
        unit, name = cells[0].unit, cells[0].name
        low, high = min(values, default=None), max(values, default=None)
        ends = {k: amount(v, unit, say) for k, v in (("low", low), ("high", high))}
        key = "explain.row_same" if low == high else "explain.row"
        text = say(key, name=name, n=len(cells), **ends)
        there = any(map(self.inputs, cells))
        if not there and (said := "; ".join(_given(cells[0], say))):
            text = say("explain.said", line=text, said=said)
        opened = there and level > 1
        below = tuple(self._line(c, level - 1, dated=True) for c in cells) if opened else ()
        size = max(map(abs, values), default=0.0)
        return _Line(text, below, size, name if there else "", not size)

    def _branch(self, step: Step, level: int) -> _Line:
        """The number above in one branch."""
        say, chance = self.say, format_number(100 * (step.chance or 0.0), 2)
        text = say("explain.branch", branch=say.branch(step.branch), chance=chance,
                   value=amount(step.value, step.unit, say))  # fmt: skip
        return _Line(text, _Reader.of(step, say).below(step, level - 1), step.chance)


def _path(step: Step) -> str:
    return f"{step.name}.{step.period}" if step.period else step.name


def _size(step: Step) -> float:
    return abs(step.value or 0.0)


def _cut(lines: tuple[_Line, ...], level: int, room: int) -> tuple[_Line, ...]:
    """The tree to `level` levels, in `room` lines: as many below each as fit, the largest."""
    most = max(1, room)
    while most > 1:
        found = _pruned(lines, level, most)
        if _count(found) <= room:
            return found
        most -= 1
    while level > 1:
        level -= 1
        found = _pruned(lines, level, 3)
        if _count(found) <= room:
            return found
    return _pruned(lines, 1, max(1, room - 1))


def _count(lines: tuple[_Line, ...]) -> int:
    return sum(1 + _count(x.below) for x in lines)


def _pruned(lines: tuple[_Line, ...], level: int, most: int) -> tuple[_Line, ...]:
    if level < 1:
        return ()
    kept = [x for x in lines if not x.empty] if sum(x.empty for x in lines) >= FEW else list(lines)
    nothing = len(lines) - len(kept)
    if len(kept) + bool(nothing) > most:
        largest = sorted(kept, key=lambda x: -(float("inf") if x.size is None else x.size))
        first = {id(x) for x in largest[: max(0, most - 1 - bool(nothing))]}
        kept, all_ = [x for x in kept if id(x) in first], kept
        smaller = len(all_) - len(kept)
    else:
        smaller = 0
    out = [replace(x, below=_pruned(x.below, level - 1, most)) for x in kept]
    more = (("explain.more", smaller), ("explain.nothing", nothing))
    return (*out, *(_Line(key, size=float(n), path=LEFT_OUT) for key, n in more if n))


def _drawn(lines: tuple[_Line, ...], say: Words, before: str = "") -> Iterator[str]:
    for i, x in enumerate(lines):
        last = i == len(lines) - 1
        yield f"{before}{'└─ ' if last else '├─ '}{_text(x, say)}"
        yield from _drawn(x.below, say, before + ("   " if last else "│  "))


def _foot(
    doc: Explanation, tree: tuple[_Line, ...], say: Words, asked: str, branch: str
) -> Iterator[str]:
    """Commands: the largest part, and one branch."""

    def command(path: str, branch: str) -> str:
        return shlex.join(
            ["outlay", "explain", asked, path, *(("--branch", branch) if branch else ())]
        )

    deeper = [x for x in tree if x.path]
    if deeper:
        largest = max(deeper, key=lambda x: x.size or 0.0)
        yield say("explain.deeper", command=command(largest.path, branch))
    if len(doc.branches) > 1:
        likeliest = max(doc.branches, key=lambda b: b.chance)
        yield say("explain.one_branch", command=command(_path(doc), say.branch(likeliest.branch)))
