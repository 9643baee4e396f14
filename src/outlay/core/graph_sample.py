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

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array
from outlay.core.errors import InputError, Problem
from outlay.core.graph import Expr, Graph
from outlay.core.graph_eval import Program, step_loop
from outlay.core.graph_forms import Form, Key, added, chosen, mapped, scaled, toeplitz
from outlay.core.graph_ops import Binary, Negate, Sum, Where
from outlay.core.graph_ops_time import Convolve, Discount, Lag, Pick, Reduce, Running

__all__ = ["Sampler"]


BLOCK = 8192  # draws worked out together: a few rows of them fit the second-level cache
MANY = 24  # terms from which a product of forms is worked out instead of multiplied out


_Step = Callable[["_Run"], None]
_Plans = dict[int, tuple[list[tuple[Key, tuple[Key, ...], Array]], list[Key]]]


class _Run:
    """Factors of one block of draws, and the products of them that were needed so far."""

    def __init__(
        self, factors: dict[int, Array], draws: int, wide: Mapping[int, bool], plans: _Plans
    ) -> None:
        self.factors = factors
        self.wide, self._plans = wide, plans
        self._stacks: dict[tuple[Key, ...], Array] = {}
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

    def together(self, keys: tuple[Key, ...]) -> Array:
        """[key, draw]: products that are scalars in each draw, the empty one being 1."""
        if keys not in self._stacks:
            rows = [self.product(k)[0] if k else np.ones(self.draws) for k in keys]
            self._stacks[keys] = np.stack(rows)
        return self._stacks[keys]

    def value(self, form: Form) -> Array:
        """[out, draw]."""
        out = np.empty((len(form.const), self.draws))
        out[:] = form.const[:, None]
        for wide, narrow, matrix in self._plan(form):
            key = tuple(n for k in narrow for n in k) + wide
            if self.dirty & set(key):
                for k, column in zip(narrow, matrix.T, strict=True):
                    out += _sparse(_spread(column, wide, len(out)), self.product(_join(k, wide)))
            elif not wide:
                out += matrix @ self.together(narrow)
            else:  # Σ_k c_k (s_k × w) = w × (C @ S), one product for all of them
                part = matrix @ self.together(narrow)
                part *= self.product(wide)
                out += part if len(out) > 1 else part.sum(axis=0)
        for key in self._plans[id(form)][1]:
            m, product = form.terms[key], self.product(key)
            out += _sparse(m, product) if self.dirty & set(key) else m @ product
        return out

    def _plan(self, form: Form) -> list[tuple[Key, tuple[Key, ...], Array]]:
        """Terms that share their factors by period, gathered; the others are left as they are."""
        if id(form) not in self._plans:
            groups: dict[Key, list[tuple[Key, Array]]] = {}
            rest = []
            for key, m in form.terms.items():
                wide = tuple(n for n in key if self.wide[n])
                narrow = tuple(n for n in key if not self.wide[n])
                if not wide:
                    groups.setdefault((), []).append((narrow, m[:, 0]))
                elif len(m) == 1:
                    groups.setdefault(wide, []).append((narrow, m[0]))
                elif m.shape[0] == m.shape[1] and not np.any(m - np.diag(np.diag(m))):
                    groups.setdefault(wide, []).append((narrow, np.diag(m)))
                else:
                    rest.append(key)
            gathered = [
                (wide, tuple(k for k, _ in parts), np.stack([c for _, c in parts], axis=1))
                for wide, parts in groups.items()
            ]
            self._plans[id(form)] = (gathered, rest)
        return self._plans[id(form)][0]


def _join(left: Key, right: Key) -> Key:
    return tuple(sorted(left + right))


def _spread(column: Array, wide: Key, out: int) -> Array:
    """The matrix that a gathered column stands for."""
    if not wide:
        return column[:, None]
    return np.diag(column) if out > 1 else column[None]


def _sparse(matrix: Array, product: Array) -> Array:
    """matrix @ product with zeros of the matrix left out: 0 × ∞ elsewhere must not spread."""
    out = np.zeros((matrix.shape[0], product.shape[1]))
    for i, j in zip(*np.nonzero(matrix), strict=True):
        out[i] += matrix[i, j] * product[j]
    return out


class Sampler:
    """Outputs as functions of the drawn inputs `moving`, everything else held at `values`.

    values: inputs without leading axes (one world); moving: names of inputs given at each run.
    program: that of the graph and these outputs, with what does not move already worked out
    (`Program.bind`, in this world), where several worlds share it.
    """

    def __init__(
        self,
        graph: Graph,
        values: Mapping[str, npt.ArrayLike],
        moving: Iterable[str],
        outputs: Sequence[str],
        program: Program | None = None,
    ) -> None:
        self.graph, self.outputs = graph, tuple(outputs)
        names = set(moving)
        program = program or Program(graph, outputs).bind(values, names)
        self.moving = tuple(n.name for n in program.inputs if n.name in names)
        self._known = program.known
        self._forms: dict[int, Form] = {}
        self._wide: dict[int, bool] = {}  # factor number → has a value in each period
        self._numbers: dict[str, int] = {}
        self._steps: list[_Step] = []
        self._plans: _Plans = {}
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
            run = _Run(factors, end - start, self._wide, self._plans)
            self._block(run, out, start, end)
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
                self._forms[id(n)] = self._fit(Form(value, {}), n.series)
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
        self._forms[id(node)] = Form(np.zeros(width), {(number,): np.eye(width)})
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

    def _fit(self, form: Form, series: bool) -> Form:
        """The same form with a row for each period where the node is a series."""
        width = len(self.graph) if series else 1
        if len(form.const) == width:
            return form
        terms = {k: np.repeat(m, width, axis=0) for k, m in form.terms.items()}
        return Form(np.repeat(form.const, width), terms)

    def _linear(self, node: Expr, forms: list[Form]) -> Form | None:
        """The form of a node where its operator is linear in what is drawn, else None."""
        op, periods = node.op, len(self.graph)
        if isinstance(op, (Binary, Negate, Sum, Where)):
            fitted = [self._fit(f, node.series) for f in forms]
            if isinstance(op, Where):
                return chosen(*fitted)
            if isinstance(op, Negate):
                return scaled(fitted[0], np.array([-1.0]))
            if isinstance(op, Sum):
                return added([(f, 1.0) for f in fitted])
            return self._binary(op.symbol, *fitted)
        if isinstance(op, Running):
            return mapped(self._fit(forms[0], True), np.tril(np.ones((periods, periods))))
        if isinstance(op, Lag):
            n = min(op.steps, periods)
            start = np.zeros((periods, 1))
            start[:n] = 1.0
            shifted = mapped(self._fit(forms[0], True), np.eye(periods, k=-op.steps))
            return added([(shifted, 1.0), (mapped(forms[1], start), 1.0)])
        if isinstance(op, Convolve):
            x, kernel = (self._fit(f, True) for f in forms)
            if kernel.fixed:
                return mapped(x, toeplitz(kernel.const))
            return mapped(kernel, toeplitz(x.const)) if x.fixed else None
        if isinstance(op, Reduce) and op.kind == "sum":
            weights = np.ones((1, periods)) if op.chosen is None else np.zeros((1, periods))
            for t in op.chosen or ():
                weights[0, t] += 1.0
            return mapped(self._fit(forms[0], True), weights)
        if isinstance(op, Pick):
            return mapped(self._fit(forms[0], True), np.eye(periods)[op.at % periods][None])
        if isinstance(op, Discount) and forms[1].fixed and forms[2].fixed:
            years = np.broadcast_to(forms[2].const, (periods,))
            return mapped(self._fit(forms[0], True), (1.0 + forms[1].const) ** -years[None])
        return None

    def _binary(self, symbol: str, a: Form, b: Form) -> Form | None:
        if symbol in "+-":
            return added([(a, 1.0), (b, 1.0 if symbol == "+" else -1.0)])
        if symbol == "/":
            if not b.fixed:
                return None
            with np.errstate(divide="ignore", invalid="ignore"):
                return Form(
                    a.const / b.const, {k: m / b.const[:, None] for k, m in a.terms.items()}
                )
        if symbol != "*":
            return None
        if a.fixed or b.fixed:
            return scaled(b, a.const) if a.fixed else scaled(a, b.const)
        return self._times(a, b)

    def _times(self, a: Form, b: Form) -> Form | None:
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
        return Form(const, terms)

    def _by_period(self, form: Form) -> dict[Key, Array] | None:
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
