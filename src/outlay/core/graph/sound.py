"""Whether a kept graph is one that we wrote: of the right types, arguments and shapes throughout.

Looked at before anything is made of it: what uses a graph (`explain`, `eval`) may then rely on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from outlay.core.graph.ops import SYMBOLS
from outlay.core.graph.ops_time import REDUCERS

__all__ = ["check_head", "check_node", "check_parts", "check_shape"]

DEEPEST = 150
"""Parts without a name inside one another: a formula says them in one piece."""
MOST_WORDS = 100_000
"""Parts of one formula."""

ARGUMENTS: Mapping[str, int] = {
    "Binary": 2, "Negate": 1, "Where": 3, "Convolve": 2, "Discount": 3, "InternalRate": 2,
    "Lag": 2, "Pick": 1, "Reduce": 1, "Running": 1,
}  # fmt: skip
"""Operator → how many; a sum says it itself."""
ALONG = ("Convolve", "Lag", "Running")
"""Operators that give a series whatever they are given."""


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(what)


def _whole(value: object, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high


def _texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(v, str) for v in values)


def _place(value: object, count: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < count:
        raise ValueError("no such argument")
    return value


def _list(value: object) -> list[object]:
    _must(isinstance(value, list), "no list")
    assert isinstance(value, list)
    return value


def check_head(head: object, form: str) -> None:
    """All of the file but its numbers, without its nodes; raises ValueError."""
    _must(isinstance(head, dict), "no head")
    assert isinstance(head, dict)
    _must(set(head) == {"form", "about", "labels", "nodes", "values"}, "other fields")
    _must(head["form"] == form, "a graph of another form")
    about, labels = head["about"], head["labels"]
    _must(isinstance(about, dict), "nothing about it")
    _must(set(about) == {"currency", "paths", "weights", "years", "result"}, "other fields")
    _must(_texts([about["currency"], about["result"]]) and _texts(about["paths"]), "no text")
    for weight in _list(about["weights"]):
        _must(isinstance(weight, int | float) and 0 <= weight <= 1 + 1e-9, "no chance")
    _must(all(_whole(y, 0, 99_999) for y in _list(about["years"])), "no year")
    _must(_texts(labels) and len(labels) > 0, "no periods")
    for item in _list(head["values"]):
        name, shape = _list(item)
        _must(isinstance(name, str) and all(_whole(n, 0, 10**9) for n in _list(shape)), "no shape")


def check_node(node: object, nodes: Sequence[object], labels: int) -> None:
    """One node among all; raises ValueError."""
    op, args, unit, series, name, label, note, source, default = _list(node)
    _must(_texts([unit, name, label, note, source]), "no text")
    _must(series in (0, 1), "neither a series nor a scalar")
    wide = [bool(_list(nodes[_place(i, len(nodes))])[3]) for i in _list(args)]
    if op is None:
        _must(not args and (bool(name) or default is not None), "neither a formula nor a number")
        _must(bool(name) or (not series and type(default) in (int, float)), "no constant")
        return
    _must(default is None, "a formula and a number")
    kind, settings = _list(op)
    _must(isinstance(kind, str) and isinstance(settings, dict), "no operator")
    assert isinstance(kind, str)
    assert isinstance(settings, dict)
    count = settings.get("count") if kind == "Sum" else ARGUMENTS.get(kind)
    _must(type(count) is int and count == len(wide) > 0, "another number of arguments")
    _must(_SETTINGS.get(kind, _none)(settings, labels), "no setting")
    _fits(kind, wide, series=bool(series))


def _fits(kind: str, wide: Sequence[bool], *, series: bool) -> None:
    """Whether an operator takes series where it gives one, and scalars where it wants them."""
    if kind in ("Discount", "InternalRate", "Pick", "Reduce"):
        _must(not series, "one number in every period")
    else:
        _must(series or not (any(wide) or kind in ALONG), "a series in one number")
    _must(kind != "Lag" or not wide[1], "what stands before the first period is a scalar")
    _must(kind != "Convolve" or wide[1], "a kernel by age is a series")
    _must(kind != "Discount" or not wide[1], "a rate is a scalar")


def _none(settings: Mapping[str, object], _: int) -> bool:
    return not settings


def _reduce(settings: Mapping[str, object], labels: int) -> bool:
    kind, chosen = settings.get("kind"), settings.get("chosen")
    if set(settings) != {"kind", "chosen"} or kind not in REDUCERS:
        return False
    if chosen is None:
        return True
    inside = isinstance(chosen, list) and all(_whole(t, -labels, labels - 1) for t in chosen)
    return inside and (bool(chosen) or kind == "sum")


_SETTINGS: Mapping[str, Callable[[Mapping[str, object], int], bool]] = {
    "Binary": lambda s, _: set(s) == {"symbol"} and s["symbol"] in SYMBOLS,
    "InternalRate": lambda s, _: set(s) == {"guess"} and type(s["guess"]) is float,
    "Lag": lambda s, _: set(s) == {"steps"} and _whole(s["steps"], 1, 10**6),
    "Pick": lambda s, n: set(s) == {"at"} and _whole(s["at"], -n, n - 1),
    "Reduce": _reduce,
    "Sum": lambda s, _: set(s) == {"count"},
}


def check_parts(names: Sequence[str], args: Sequence[Sequence[int]]) -> None:
    """Formulas that can be said: parts without a name stand in no circle, nor too deep."""
    _must(len({n for n in names if n}) == sum(map(bool, names)), "two rows of one name")
    depth: dict[int, tuple[int, int]] = {}
    for first in range(len(names)):
        stack, open_ = [first], set[int]()
        while stack:
            i = stack[-1]
            below = [a for a in args[i] if not names[a]]
            missing = [a for a in below if a not in depth]
            if i not in depth and missing:
                _must(i not in open_, "a circle of parts without a name")
                open_.add(i)
                stack.extend(missing)
                continue
            stack.pop()
            deep = 1 + max((depth[a][0] for a in below), default=0)
            said = 1 + len(args[i]) + sum(depth[a][1] for a in below)
            _must(deep <= DEEPEST and said <= MOST_WORDS, "a formula that nobody can read")
            depth[i] = deep, said


def check_shape(shape: Sequence[int], series: bool, labels: int, paths: int) -> None:
    """The numbers of an input: one in each period or one alone, by branch or not."""
    if series:
        _must(len(shape) > 0 and shape[-1] in (1, labels), "another number of periods")
        shape = shape[:-1]
    _must(tuple(shape) in ((), (paths,)), "another number of branches")
