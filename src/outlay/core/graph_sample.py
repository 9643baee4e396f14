"""Work out a few rows for very many draws: all that is linear in what is drawn becomes one matrix.

Most rows of accounts are sums of constants times products of a few drawn factors (a price index,
an exchange rate). A `Sampler` carries each row as such a form, row = c + Σ_k A_k m_k, where m_k is
a product of drawn inputs [period or 1, draw] and A_k a constant matrix; running sums, lags,
vintages and present values only change the matrices. Operators that are not linear (the larger of
two, tax with losses) are worked out on arrays as they come, and their results go on as drawn
factors. A million draws then cost a few small matrix products each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from outlay.core.errors import InputError, Problem
from outlay.core.graph import Expr, Graph
from outlay.core.graph_eval import Program, step_loop
from outlay.core.graph_ops import Binary, Negate, Sum, Where
from outlay.core.graph_ops_time import Convolve, Discount, Lag, Pick, Reduce, Running

__all__ = ["Sampler"]

Array = npt.NDArray[np.float64]
Key = tuple[int, ...]
"""A product of drawn factors, by their numbers, sorted; the empty product stands in `const`."""

BLOCK = 8192  # draws worked out together: a few rows of them fit the second-level cache
MANY = 24  # terms from which a product of forms is worked out instead of multiplied out


@dataclass(frozen=True)
class _Form:
    """const [out] + Σ terms[key] [out, in] @ product(key) [in, draw]; out and in: periods or 1."""

    const: Array
    terms: Mapping[Key, Array]

    @property
    def fixed(self) -> bool:
        return not self.terms


_Step = Callable[["_Run"], None]


class _Run:
    """Factors of one block of draws, and the products of them that were needed so far."""

    def __init__(self, factors: dict[int, Array], draws: int) -> None:
        self.factors = factors
        self.draws = draws
        self.dirty: set[int] = set()  # worked-out factors that hold an infinity or no number
        self._products: dict[Key, Array] = {}

    def put(self, number: int, value: Array) -> None:
        self.factors[number] = value
        if not np.isfinite(value).all():
            self.dirty.add(number)

    def product(self, key: Key) -> Array:
        if len(key) == 1:
            return self.factors[key[0]]
        if key not in self._products:
            self._products[key] = self.product(key[:-1]) * self.factors[key[-1]]
        return self._products[key]

    def value(self, form: _Form) -> Array:
        """[out, draw]."""
        out: Array | None = None
        for key, matrix in form.terms.items():
            product = self.product(key)
            part = _sparse(matrix, product) if self.dirty & set(key) else matrix @ product
            out = part if out is None else np.add(out, part, out=out)
        if out is None:
            return np.broadcast_to(form.const[:, None], (len(form.const), self.draws))
        if form.const.any():
            out += form.const[:, None]
        return out


def _sparse(matrix: Array, product: Array) -> Array:
    """matrix @ product with zeros of the matrix left out: 0 × ∞ elsewhere must not spread."""
    out = np.zeros((matrix.shape[0], product.shape[1]))
    for i, j in zip(*np.nonzero(matrix), strict=True):
        out[i] += matrix[i, j] * product[j]
    return out


class Sampler:
    """Outputs as functions of the drawn inputs `moving`, everything else held at `values`.

    values: inputs without leading axes (one world); moving: names of inputs given at each run.
    """

    def __init__(
        self,
        graph: Graph,
        values: Mapping[str, npt.ArrayLike],
        moving: Iterable[str],
        outputs: Sequence[str],
    ) -> None:
        self.graph, self.outputs = graph, tuple(outputs)
        program = Program(graph, outputs)
        self.moving = tuple(n.name for n in program.inputs if n.name in set(moving))
        self._known = program.bind(values, self.moving).known
        self._forms: dict[int, _Form] = {}
        self._wide: dict[int, bool] = {}  # factor number → has a value in each period
        self._numbers: dict[str, int] = {}
        self._steps: list[_Step] = []
        for group in program.groups:
            self._build(group)
        self._results = [self._forms[id(graph[n])] for n in self.outputs]

    @property
    def size(self) -> tuple[int, int]:
        """Drawn factors (worked-out ones included) and steps that are not linear."""
        return len(self._wide), len(self._steps)

    def run(self, draws: Mapping[str, npt.ArrayLike]) -> dict[str, Array]:
        """Outputs [draw, period] or, for scalars, [draw]; inputs of the same shapes.

        Raises InputError where an input is missing, of another length, or not finite.
        """
        given = self._given(draws)
        count = max((a.shape[0] for a in given.values()), default=1)
        out = {n: np.empty(self._shape(n, count)) for n in self.outputs}
        for start in range(0, count, BLOCK):
            end = min(start + BLOCK, count)
            factors = {}
            for name, a in given.items():
                part = a[start:end] if a.shape[0] > 1 else np.repeat(a, end - start, axis=0)
                factors[self._numbers[name]] = np.ascontiguousarray(part.T)
            self._block(_Run(factors, end - start), out, start, end)
        return out

    def _block(self, run: _Run, out: dict[str, Array], start: int, end: int) -> None:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            for step in self._steps:
                step(run)
            for name, form in zip(self.outputs, self._results, strict=True):
                value = run.value(form)
                out[name][start:end] = value.T if self.graph[name].series else value[0]

    def _shape(self, name: str, draws: int) -> tuple[int, ...]:
        return (draws, len(self.graph)) if self.graph[name].series else (draws,)

    def _given(self, draws: Mapping[str, npt.ArrayLike]) -> dict[str, Array]:
        """[draw, period or 1] for each moving input."""
        problems, out = [], {}
        for name in self.moving:
            if name not in draws:
                problems.append(Problem("a drawn input without values", name))
                continue
            a = np.asarray(draws[name], dtype=np.float64)
            a = np.atleast_2d(a) if self.graph[name].series else np.atleast_1d(a)[:, None]
            width = len(self.graph) if self.graph[name].series else 1
            if a.ndim != 2 or a.shape[1] not in (1, width):
                problems.append(Problem("wrong shape of draws", name, str(a.shape)))
            elif not np.isfinite(a).all():
                problems.append(Problem("not a finite number", name))
            else:
                out[name] = np.broadcast_to(a, (a.shape[0], width))
        counts = {a.shape[0] for a in out.values()} - {1}
        if len(counts) > 1:
            problems.append(Problem("inputs with unlike numbers of draws", value=str(counts)))
        if problems:
            raise InputError(problems)
        return out

    # ---- building

    def _build(self, group: Sequence[Expr]) -> None:
        known = [n for n in group if id(n) in self._known]
        if len(known) == len(group):
            for n in group:
                value = self._known[id(n)].reshape(-1)
                self._forms[id(n)] = self._fit(_Form(value, {}), n.series)
        elif len(group) > 1:
            self._loop(group)
        else:
            (node,) = group
            if node.op is None:
                self._numbers[node.name] = self._factor(node)
            else:
                form = self._linear(node, [self._forms[id(a)] for a in node.args])
                if form is None:
                    self._worked_out(node)
                else:
                    self._forms[id(node)] = form

    def _factor(self, node: Expr) -> int:
        """A new drawn factor, which is the node itself."""
        number = len(self._wide)
        width = len(self.graph) if node.series else 1
        self._wide[number] = node.series
        self._forms[id(node)] = _Form(np.zeros(width), {(number,): np.eye(width)})
        return number

    def _worked_out(self, node: Expr) -> None:
        """An operator that is not linear: its arguments as arrays, its result as a factor."""
        forms = [self._forms[id(a)] for a in node.args]
        number, op, periods = self._factor(node), node.op, len(self.graph)
        assert op is not None

        def step(run: _Run) -> None:
            value = op.arrays([run.value(f) for f in forms], periods)
            width = periods if node.series else 1
            run.put(number, np.broadcast_to(value, (width, run.draws)))

        self._steps.append(step)

    def _loop(self, group: Sequence[Expr]) -> None:
        inside = {id(n) for n in group}
        outside = {id(a): self._forms[id(a)] for n in group for a in n.args if id(a) not in inside}
        numbers = {id(n): self._factor(n) for n in group}
        periods = len(self.graph)

        def step(run: _Run) -> None:
            done = {key: run.value(form) for key, form in outside.items()}
            step_loop(group, done, periods)
            for key, number in numbers.items():
                run.put(number, np.broadcast_to(done[key], (periods, run.draws)))

        self._steps.append(step)

    def _fit(self, form: _Form, series: bool) -> _Form:
        """The same form with a row for each period where the node is a series."""
        width = len(self.graph) if series else 1
        if len(form.const) == width:
            return form
        terms = {k: np.repeat(m, width, axis=0) for k, m in form.terms.items()}
        return _Form(np.repeat(form.const, width), terms)

    def _linear(self, node: Expr, forms: list[_Form]) -> _Form | None:
        """The form of a node where its operator is linear in what is drawn, else None."""
        op, periods = node.op, len(self.graph)
        if isinstance(op, (Binary, Negate, Sum, Where)):
            fitted = [self._fit(f, node.series) for f in forms]
            if isinstance(op, Where):
                return _choose(*fitted)
            if isinstance(op, Negate):
                return _scale(fitted[0], np.array([-1.0]))
            if isinstance(op, Sum):
                return _add([(f, 1.0) for f in fitted])
            return self._binary(op.symbol, *fitted)
        if isinstance(op, Running):
            return _map(self._fit(forms[0], True), np.tril(np.ones((periods, periods))))
        if isinstance(op, Lag):
            n = min(op.steps, periods)
            start = np.zeros((periods, 1))
            start[:n] = 1.0
            shifted = _map(self._fit(forms[0], True), np.eye(periods, k=-op.steps))
            return _add([(shifted, 1.0), (_map(forms[1], start), 1.0)])
        if isinstance(op, Convolve):
            x, kernel = (self._fit(f, True) for f in forms)
            if kernel.fixed:
                return _map(x, _toeplitz(kernel.const))
            return _map(kernel, _toeplitz(x.const)) if x.fixed else None
        if isinstance(op, Reduce) and op.kind == "sum":
            weights = np.ones((1, periods)) if op.chosen is None else np.zeros((1, periods))
            for t in op.chosen or ():
                weights[0, t] += 1.0
            return _map(self._fit(forms[0], True), weights)
        if isinstance(op, Pick):
            return _map(self._fit(forms[0], True), np.eye(periods)[op.at % periods][None])
        if isinstance(op, Discount) and forms[1].fixed and forms[2].fixed:
            years = np.broadcast_to(forms[2].const, (periods,))
            return _map(self._fit(forms[0], True), (1.0 + forms[1].const) ** -years[None])
        return None

    def _binary(self, symbol: str, a: _Form, b: _Form) -> _Form | None:
        if symbol in "+-":
            return _add([(a, 1.0), (b, 1.0 if symbol == "+" else -1.0)])
        if symbol == "/":
            if not b.fixed:
                return None
            with np.errstate(divide="ignore", invalid="ignore"):
                return _Form(
                    a.const / b.const, {k: m / b.const[:, None] for k, m in a.terms.items()}
                )
        if symbol != "*":
            return None
        if a.fixed or b.fixed:
            return _scale(b, a.const) if a.fixed else _scale(a, b.const)
        return self._times(a, b)

    def _times(self, a: _Form, b: _Form) -> _Form | None:
        """A product of two drawn rows, multiplied out where both go period by period."""
        left, right = self._by_period(a), self._by_period(b)
        if left is None or right is None or len(left) * len(right) > MANY:
            return None
        const = np.zeros(len(a.const))
        terms: dict[Key, Array] = {}
        for k, x in left.items():
            for j, y in right.items():
                key = tuple(sorted(k + j))
                if not key:
                    const = const + x * y
                    continue
                wide = any(self._wide[n] for n in key)
                matrix = np.diag(x * y) if wide else (x * y)[:, None]
                terms[key] = terms[key] + matrix if key in terms else matrix
        return _Form(const, terms)

    def _by_period(self, form: _Form) -> dict[Key, Array] | None:
        """Coefficients [out] of products in the same period; None where periods mix."""
        out: dict[Key, Array] = {(): form.const} if form.const.any() else {}
        for key, m in form.terms.items():
            if m.shape[1] == 1 and not any(self._wide[n] for n in key):
                out[key] = m[:, 0]
            elif m.shape[0] == m.shape[1] and not np.any(m - np.diag(np.diag(m))):
                out[key] = np.diag(m)
            else:
                return None
        return out


def _toeplitz(kernel: Array) -> Array:
    n = len(kernel)
    return np.asarray(sum(kernel[a] * np.eye(n, k=-a) for a in range(n)))


def _map(form: _Form, matrix: Array) -> _Form:
    """A linear map along the periods."""
    return _Form(matrix @ form.const, {k: matrix @ m for k, m in form.terms.items()})


def _scale(form: _Form, by: Array) -> _Form:
    return _Form(form.const * by, {k: m * by[:, None] for k, m in form.terms.items()})


def _add(parts: Sequence[tuple[_Form, float]]) -> _Form:
    const = np.zeros(len(parts[0][0].const))
    terms: dict[Key, Array] = {}
    for form, sign in parts:
        const = const + sign * form.const
        for key, m in form.terms.items():
            terms[key] = terms[key] + sign * m if key in terms else sign * m
    return _Form(const, terms)


def _choose(condition: _Form, yes: _Form, no: _Form) -> _Form | None:
    """One or the other by period, where the condition is not drawn."""
    if not condition.fixed:
        return None
    pick = np.broadcast_to(condition.const != 0, yes.const.shape)
    terms: dict[Key, Array] = {}
    for key in {**yes.terms, **no.terms}:
        width = (yes.terms.get(key) if key in yes.terms else no.terms[key]).shape[1]  # type: ignore[union-attr]
        nothing = np.zeros((len(pick), width))
        a, b = yes.terms.get(key, nothing), no.terms.get(key, nothing)
        terms[key] = np.where(pick[:, None], a, b)
    return _Form(np.where(pick, yes.const, no.const), terms)
