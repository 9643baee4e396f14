"""Operators of the calculation graph that look along the periods; see `graph_ops`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from outlay.core.arrays import Array
from outlay.core.graph.ops import Get, Op, Writer

__all__ = ["REDUCERS", "Convolve", "Discount", "InternalRate", "Lag", "Pick", "Reduce", "Running"]


@dataclass(frozen=True)
class Running(Op):
    """Running sum from the first period to this one."""

    recalls: ClassVar[bool] = True

    def arrays(self, args: Sequence[Array], periods: int) -> Array:
        return np.cumsum(args[0], axis=0)

    def cell(self, period: int, get: Get, own: Callable[[int], Any]) -> Any:
        return get(0, period) if period == 0 else own(period - 1) + get(0, period)

    def needs(self, period: int, periods: int) -> list[tuple[int, int]]:
        return [(0, t) for t in range(period + 1)]

    def excel(self, period: int, w: Writer) -> str:
        now = w.ref(0, period)
        return now if period == 0 else f"({w.own(period - 1)}+{now})"

    def text(self, names: Sequence[str]) -> str:
        return f"running sum of {names[0]}"


@dataclass(frozen=True)
class Lag(Op):
    """The value `steps` periods earlier; before the first period the second argument."""

    steps: int

    def arrays(self, args: Sequence[Array], periods: int) -> Array:
        x, first = args
        n = min(self.steps, periods)
        shape = np.broadcast_shapes((periods, *x.shape[1:]), (periods, *first.shape[1:]))
        out = np.empty(shape)
        out[:n] = first[:1]
        out[n:] = x[: periods - n]
        return out

    def cell(self, period: int, get: Get, own: Callable[[int], Any]) -> Any:
        return get(1, 0) if period < self.steps else get(0, period - self.steps)

    def needs(self, period: int, periods: int) -> list[tuple[int, int]]:
        return [(1, 0)] if period < self.steps else [(0, period - self.steps)]

    def excel(self, period: int, w: Writer) -> str:
        return w.ref(1, 0) if period < self.steps else w.ref(0, period - self.steps)

    def text(self, names: Sequence[str]) -> str:
        return f"{names[0]} {self.steps} earlier"


@dataclass(frozen=True)
class Convolve(Op):
    """Σ over age a ≤ t of x at (t − a) × kernel at a: what vintages of every age contribute."""

    def arrays(self, args: Sequence[Array], periods: int) -> Array:
        x, kernel = args
        x = np.broadcast_to(x, (periods, *x.shape[1:]))
        live = [a for a in range(periods) if np.any(kernel[a])]
        out = np.zeros((periods, *np.broadcast_shapes(x.shape[1:], kernel.shape[1:])))
        for a in live:
            out[a:] += x[: periods - a] * kernel[a]
        return out

    def cell(self, period: int, get: Get, own: Callable[[int], Any]) -> Any:
        total: Any = 0.0
        for age in range(period + 1):
            total = total + get(0, period - age) * get(1, age)
        return total

    def needs(self, period: int, periods: int) -> list[tuple[int, int]]:
        return [c for age in range(period + 1) for c in ((0, period - age), (1, age))]

    def excel(self, period: int, w: Writer) -> str:
        terms = (f"{w.ref(0, period - a)}*{w.ref(1, a)}" for a in range(period + 1))
        return "(" + "+".join(terms) + ")"

    def text(self, names: Sequence[str]) -> str:
        return f"Σ over vintages of {names[0]} × {names[1]} at their age"


REDUCERS: dict[str, Callable[..., Any]] = {"sum": np.sum, "min": np.min, "max": np.max}


@dataclass(frozen=True)
class Reduce(Op):
    """Sum, smallest or largest over all periods, or over those chosen."""

    kind: str  # sum, min, max
    chosen: tuple[int, ...] | None = None
    ranges: ClassVar[tuple[int, ...]] = (0,)
    reduces: ClassVar[bool] = True

    def _periods(self, periods: int) -> Sequence[int]:
        return range(periods) if self.chosen is None else self.chosen

    def arrays(self, args: Sequence[Array], periods: int) -> Array:
        x = np.broadcast_to(args[0], (periods, *args[0].shape[1:]))
        if self.chosen is not None:
            x = x[list(self.chosen)]
        return np.asarray(REDUCERS[self.kind](x, axis=0, keepdims=True), dtype=np.float64)

    def fold(self, values: Sequence[float]) -> float:
        if self.kind == "sum":
            return sum(values)
        return min(values) if self.kind == "min" else max(values)

    def needs(self, period: int, periods: int) -> list[tuple[int, int]]:
        return [(0, t) for t in self._periods(periods)]

    def excel(self, period: int, w: Writer) -> str:
        if self.chosen is None:
            return f"{self.kind.upper()}({w.span(0, 0, -1)})"
        return f"{self.kind.upper()}({','.join(w.ref(0, t) for t in self.chosen) or '0'})"

    def text(self, names: Sequence[str]) -> str:
        word = {"sum": "sum", "min": "smallest", "max": "largest"}[self.kind]
        return f"{word} of {names[0]} over " + (
            "all periods" if self.chosen is None else "the periods chosen"
        )


@dataclass(frozen=True)
class Pick(Op):
    """The value in one fixed period (−1 = the last)."""

    at: int
    reduces: ClassVar[bool] = True

    def arrays(self, args: Sequence[Array], periods: int) -> Array:
        x = np.broadcast_to(args[0], (periods, *args[0].shape[1:]))
        return np.asarray(x[self.at % periods][None])

    def fold(self, values: Sequence[float]) -> float:
        return values[0]

    def needs(self, period: int, periods: int) -> list[tuple[int, int]]:
        return [(0, self.at % periods)]

    def excel(self, period: int, w: Writer) -> str:
        return w.ref(0, self.at)

    def text(self, names: Sequence[str]) -> str:
        return f"{names[0]} in the " + ("last period" if self.at == -1 else f"period {self.at}")


@dataclass(frozen=True)
class Discount(Op):
    """Present value Σ_t x_t (1 + r)^(−years_t); arguments x, r [1/year], years."""

    ranges: ClassVar[tuple[int, ...]] = (0, 2)
    reduces: ClassVar[bool] = True

    def arrays(self, args: Sequence[Array], periods: int) -> Array:
        x, rate, years = args
        return np.asarray(np.sum(x * (1.0 + rate) ** -years, axis=0, keepdims=True))

    def fold(self, values: Sequence[float]) -> float:
        rate, pairs = values[0], values[1:]
        terms = zip(pairs[::2], pairs[1::2], strict=True)
        return float(sum(x * (1.0 + rate) ** -y for x, y in terms))

    def needs(self, period: int, periods: int) -> list[tuple[int, int]]:
        return [(1, 0), *((i, t) for t in range(periods) for i in (0, 2))]

    def excel(self, period: int, w: Writer) -> str:
        return f"SUMPRODUCT({w.span(0, 0, -1)},(1+{w.ref(1, 0)})^(-{w.span(2, 0, -1)}))"

    def text(self, names: Sequence[str]) -> str:
        return f"present value of {names[0]} at {names[1]} after {names[2]}"


@dataclass(frozen=True)
class InternalRate(Op):
    """Rate at which the present value is zero (XIRR: years of 365 days); NaN where none is.

    Arguments: flows, dates as day numbers. Excel shows an empty cell where no rate is.
    """

    ranges: ClassVar[tuple[int, ...]] = (0, 1)
    reduces: ClassVar[bool] = True
    guess: float = field(default=0.1)

    def arrays(self, args: Sequence[Array], periods: int) -> Array:
        from outlay.core.graph.rates import internal_rate

        x, days = (np.broadcast_to(a, (periods, *a.shape[1:])) for a in args)
        return internal_rate(np.moveaxis(x, 0, -1), np.moveaxis((days - days[:1]) / 365.0, 0, -1))[
            None
        ]

    def fold(self, values: Sequence[float]) -> float:
        import pyxirr

        flows, days = list(values[::2]), list(values[1::2])
        years = [(d - days[0]) / 365.0 for d in days]
        if not (min(flows) < 0 < max(flows)) or not all(0 <= d < _LAST for d in days):
            return float("nan")
        dates = [_EPOCH + np.timedelta64(round(d), "D") for d in days]
        found = pyxirr.xirr(dates, flows)
        return float("nan") if found is None or not years else float(found)

    def needs(self, period: int, periods: int) -> list[tuple[int, int]]:
        return [(i, t) for t in range(periods) for i in (0, 1)]

    def excel(self, period: int, w: Writer) -> str:
        return f'IFERROR(XIRR({w.span(0, 0, -1)},{w.span(1, 0, -1)},{self.guess}),"")'

    def text(self, names: Sequence[str]) -> str:
        return f"internal rate of return of {names[0]}"


_EPOCH = np.datetime64("1899-12-30", "D")  # day 0 of a spreadsheet's calendar
_LAST = 2_958_466  # the day after its last
