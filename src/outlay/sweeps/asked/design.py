"""The cases of a sweep: which values each lays over the study, by its number alone."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from outlay.core.arrays import Array
from outlay.core.errors import InputError, Problem
from outlay.core.seeds import stream
from outlay.sweeps.asked.axes import Axis, Way
from outlay.sweeps.asked.chances import Chances, factor_of, settled

__all__ = ["MOST", "Case", "Design", "Packed", "Value", "design_of"]

MOST = 1_000_000
"""Cases of one sweep."""
Value = float | str | None


@dataclass(frozen=True, slots=True)
class Case:
    """values: of each axis, as the study has it then. laid: "path=value", over the study."""

    values: tuple[Value, ...]
    laid: tuple[str, ...]


@dataclass(frozen=True)
class Design:
    """Every grid and list crossed, and at each of their points the same draws, or one end of each
    range after another.

    draws: [draw, axis that is drawn]. chances: of the factors that are varied. paths: of the axes
    as the study holds them.
    """

    axes: tuple[Axis, ...]
    draws: Array
    chances: Chances
    factors: tuple[tuple[str, str] | None, ...]

    @cached_property
    def crossed(self) -> tuple[int, ...]:
        """Axes that are crossed."""
        return tuple(i for i, a in enumerate(self.axes) if a.way in ("grid", "list"))

    @cached_property
    def drawn(self) -> tuple[int, ...]:
        """Axes that are drawn."""
        return tuple(i for i, a in enumerate(self.axes) if a.way == "drawn")

    @cached_property
    def ends(self) -> tuple[tuple[int, int], ...]:
        """(axis, which of its ends) that is moved alone; the study's own value is no end."""
        return tuple(
            (i, n)
            for i, a in enumerate(self.axes)
            if a.way == "ends"
            for n, value in enumerate(a.values)
            if value != a.stated
        )

    @cached_property
    def inner(self) -> int:
        """Cases at one point of what is crossed."""
        if self.drawn:
            return len(self.draws)
        return 1 + len(self.ends)

    @cached_property
    def cases(self) -> int:
        """How many there are."""
        points = 1
        for i in self.crossed:
            points *= len(self.axes[i].values)
        return points * self.inner

    def moved(self, number: int) -> int:
        """Which of the ends is moved alone in a case, counted from 1; 0: none."""
        return 0 if self.drawn else number % self.inner

    def case(self, number: int) -> Case:
        """One case by its number: the last axis that is crossed moves fastest, draws inside it."""
        point, inside = divmod(number, self.inner)
        values: list[Value] = [a.stated for a in self.axes]
        texts: dict[int, str] = {}
        for i in reversed(self.crossed):
            point, at = divmod(point, len(self.axes[i].values))
            values[i], texts[i] = self.axes[i].values[at], self.axes[i].texts[at]
        for j, i in enumerate(self.drawn):
            value: float = self.draws[inside, j].item()
            values[i], texts[i] = value, self.axes[i].written(value)
        if not self.drawn and inside:
            i, end = self.ends[inside - 1]
            values[i], texts[i] = self.axes[i].values[end], self.axes[i].texts[end]
        laid = self._chances(values, texts)
        laid += [f"{self.axes[i].path}={text}" for i, text in sorted(texts.items())]
        return Case(tuple(values), tuple(laid))

    def _chances(self, values: list[Value], texts: dict[int, str]) -> list[str]:
        """Chances of the factors whose states are varied, which leave `texts`."""
        laid: list[str] = []
        for name, stated in self.chances.items():
            mine = {f[1]: i for i, f in enumerate(self.factors) if f is not None and f[0] == name}
            varied = {s: v for s, i in mine.items() if i in texts
                      and isinstance(v := values[i], float)}  # fmt: skip
            if not varied:
                continue
            drawn = [s for s, i in mine.items() if self.axes[i].way == "drawn"]
            for state, chance in settled(stated, varied, drawn).items():
                laid.append(f"uncertainty.{name}.states.{state}={chance!r}")
                if state in mine:
                    values[mine[state]] = chance
                    texts.pop(mine[state], None)
        return laid

    @property
    def packed(self) -> Packed:
        """As plain values, exactly."""
        draws = np.ascontiguousarray(self.draws, dtype="<f8")
        rows, columns = draws.shape
        coded = base64.b64encode(draws.tobytes()).decode()
        chances = {k: dict(v) for k, v in self.chances.items()}
        return Packed(self.axes, rows, columns, coded, chances, self.factors)


@dataclass(frozen=True, slots=True)
class Packed:
    """A design as plain values. draws: of so many rows and columns, eight bytes each (base64)."""

    axes: tuple[Axis, ...]
    rows: int
    columns: int
    draws: str
    chances: dict[str, dict[str, float]]
    factors: tuple[tuple[str, str] | None, ...]

    @property
    def design(self) -> Design:
        """The design."""
        held = np.frombuffer(base64.b64decode(self.draws), dtype="<f8")
        draws: Array = held.reshape(self.rows, self.columns)
        return Design(self.axes, draws, self.chances, self.factors)


def design_of(
    axes: Sequence[Axis], chances: Chances, paths: Sequence[Sequence[str | int]],
    sample: int, seed: int,
) -> Design:  # fmt: skip
    """The design of axes. Raises InputError for more than `MOST` cases.

    sample: draws of those that are drawn, of a scrambled Sobol sequence keyed by the seed: more
    draws begin with the same ones.
    """
    factors = tuple(factor_of(p) for p in paths)
    touched = {f[0]: chances[f[0]] for f in factors if f is not None}
    drawn = [a for a in axes if _is(a, "drawn")]
    draws = _draws(drawn, sample, seed) if drawn else np.zeros((0, 0))
    design = Design(tuple(axes), draws, touched, factors)
    if design.cases > MOST:
        raise InputError(
            Problem("too many cases", "--vary", f"{design.cases:,}".replace(",", "_"),
                    f"{MOST:,}".replace(",", "_"), "fewer values, or draw them: --sample")
        )  # fmt: skip
    return design


def _is(axis: Axis, way: Way) -> bool:
    return axis.way == way


def _draws(axes: Sequence[Axis], count: int, seed: int) -> Array:
    """[draw, axis], even between the ends of each."""
    import warnings

    from scipy.stats import qmc

    key = stream(seed, "sweep").integers(2**63)
    engine = qmc.Sobol(len(axes), scramble=True, rng=np.random.default_rng(int(key)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # balance needs a power of two; any number is asked for
        unit = np.asarray(engine.random(count), dtype=np.float64)
    low = np.array([a.low for a in axes], dtype=np.float64)
    high = np.array([a.high for a in axes], dtype=np.float64)
    whole = np.array([a.whole for a in axes], dtype=np.bool_)
    plain: Array = low + unit * (high - low)
    counted: Array = np.floor(low + unit * (high - low + 1.0))
    out: Array = np.where(whole, counted, plain)
    return np.minimum(np.maximum(out, low), high)
