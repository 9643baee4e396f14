"""The operators of the calculation graph, each in three forms: arrays, one cell, Excel text.

`arrays` works on whole rows: period first, then any number of leading axes (draw, scenario), a
scalar row having one "period". `cell` (for reducers `fold`) works out one period from the cells
that `needs` names: it steps loops that pass through a lag and rebuilds explanations. `excel`
writes a formula, `text` says it in words. No form calls another, so that tests can hold each
against the others. Here stand the operators that look at one period; `graph_ops_time` has those
that look along the periods.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from outlay.core.arrays import Array

__all__ = [
    "SYMBOLS",
    "Binary",
    "Negate",
    "Op",
    "Sum",
    "Where",
    "Writer",
]

Get = Callable[[int, int], Any]
"""`get(argument, period)`: the value of that argument's cell; period is ignored for scalars."""


class Writer(Protocol):
    """What an operator needs from the sheet to write a formula."""

    def ref(self, argument: int, period: int) -> str: ...

    def span(self, argument: int, first: int, last: int) -> str: ...

    def own(self, period: int) -> str: ...


@dataclass(frozen=True)
class Op:
    """Base: `ranges` are arguments that Excel needs as a range of cells; `reduces` marks
    operators that look at every period; `recalls` marks those that read their own past cell."""

    ranges: ClassVar[tuple[int, ...]] = ()
    reduces: ClassVar[bool] = False
    recalls: ClassVar[bool] = False

    def arrays(self, args: Sequence[Array], periods: int) -> Array:
        raise NotImplementedError

    def cell(self, period: int, get: Get, own: Callable[[int], Any]) -> Any:
        raise NotImplementedError

    def needs(self, period: int, periods: int) -> list[tuple[int, int]]:
        """Cells (argument, period) that one cell is worked out from."""
        raise NotImplementedError

    def excel(self, period: int, w: Writer) -> str:
        raise NotImplementedError

    def fold(self, values: Sequence[float]) -> float:
        """Reducers only: the value from the cells of `needs(0, periods)`, in that order."""
        raise NotImplementedError

    def text(self, names: Sequence[str]) -> str:
        raise NotImplementedError


_UFUNC: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
    "min": np.minimum,
    "max": np.maximum,
    ">=": np.greater_equal,
    ">": np.greater,
    "=": np.equal,
}
SYMBOLS = frozenset(_UFUNC)
_SIGN = {"*": "×", "/": "÷", "-": "−", ">=": "≥"}


@dataclass(frozen=True)
class Binary(Op):
    """a ∘ b for ∘ in + − × ÷ ^ min max ≥ > =; comparisons give 1 or 0."""

    symbol: str

    def arrays(self, args: Sequence[Array], periods: int) -> Array:
        return np.asarray(_UFUNC[self.symbol](args[0], args[1]), dtype=np.float64)

    def cell(self, period: int, get: Get, own: Callable[[int], Any]) -> Any:
        a, b = get(0, period), get(1, period)
        if self.symbol in (">=", ">", "="):
            return 1.0 * _UFUNC[self.symbol](a, b)
        return _UFUNC[self.symbol](a, b)

    def needs(self, period: int, periods: int) -> list[tuple[int, int]]:
        return [(0, period), (1, period)]

    def excel(self, period: int, w: Writer) -> str:
        a, b = w.ref(0, period), w.ref(1, period)
        if self.symbol in ("min", "max"):
            return f"{self.symbol.upper()}({a},{b})"
        if self.symbol in (">=", ">", "="):
            return f"IF({a}{self.symbol}{b},1,0)"
        return f"({a}{self.symbol}{b})"

    def text(self, names: Sequence[str]) -> str:
        if self.symbol in ("min", "max"):
            return f"{self.symbol}({names[0]}, {names[1]})"
        return f"({names[0]} {_SIGN.get(self.symbol, self.symbol)} {names[1]})"


@dataclass(frozen=True)
class Negate(Op):
    """−a."""

    def arrays(self, args: Sequence[Array], periods: int) -> Array:
        return np.asarray(np.negative(args[0]))

    def cell(self, period: int, get: Get, own: Callable[[int], Any]) -> Any:
        return -get(0, period)

    def needs(self, period: int, periods: int) -> list[tuple[int, int]]:
        return [(0, period)]

    def excel(self, period: int, w: Writer) -> str:
        return f"(-{w.ref(0, period)})"

    def text(self, names: Sequence[str]) -> str:
        return f"−{names[0]}"


@dataclass(frozen=True)
class Sum(Op):
    """Σ of several rows in the same period."""

    count: int

    def arrays(self, args: Sequence[Array], periods: int) -> Array:
        total = args[0] + args[1] if self.count > 1 else +args[0]
        for a in args[2:]:
            total = np.add(total, a, out=total) if _fits(total, a) else total + a
        return total

    def cell(self, period: int, get: Get, own: Callable[[int], Any]) -> Any:
        total = get(0, period)
        for i in range(1, self.count):
            total = total + get(i, period)
        return total

    def needs(self, period: int, periods: int) -> list[tuple[int, int]]:
        return [(i, period) for i in range(self.count)]

    def excel(self, period: int, w: Writer) -> str:
        refs = [w.ref(i, period) for i in range(self.count)]
        groups = [refs[i : i + 200] for i in range(0, self.count, 200)]  # Excel takes 255 at most
        return "(" + "+".join(f"SUM({','.join(g)})" for g in groups) + ")"

    def text(self, names: Sequence[str]) -> str:
        return "(" + " + ".join(names) + ")"


def _fits(total: Array, other: Array) -> bool:
    """True where `other` adds into `total` without growing its shape."""
    return np.broadcast_shapes(total.shape, other.shape) == total.shape


@dataclass(frozen=True)
class Where(Op):
    """b where the condition is not zero, else c; Excel does not work out the branch not taken."""

    def arrays(self, args: Sequence[Array], periods: int) -> Array:
        return np.where(args[0] != 0, args[1], args[2])

    def cell(self, period: int, get: Get, own: Callable[[int], Any]) -> Any:
        return np.where(np.asarray(get(0, period)) != 0, get(1, period), get(2, period))

    def needs(self, period: int, periods: int) -> list[tuple[int, int]]:
        return [(0, period), (1, period), (2, period)]

    def excel(self, period: int, w: Writer) -> str:
        return f"IF({w.ref(0, period)}<>0,{w.ref(1, period)},{w.ref(2, period)})"

    def text(self, names: Sequence[str]) -> str:
        return f"({names[1]} where {names[0]}, else {names[2]})"
