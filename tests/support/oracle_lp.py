"""A programme as columns by key and rows as dictionaries, solved by scipy or handed to linopy."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_matrix

__all__ = ["Lp"]

GAP = 1e-9


class Lp:
    """Columns by key, rows as dictionaries."""

    def __init__(self) -> None:
        self.number: dict[Any, int] = {}
        self.bounds: list[tuple[float, float]] = []
        self.whole: set[int] = set()
        self.rows: list[tuple[dict[int, float], float, float]] = []

    def var(self, key: Any, lower: float = 0.0, upper: float = np.inf, whole: bool = False) -> int:
        if key not in self.number:
            self.number[key] = len(self.bounds)
            self.bounds.append((lower, upper))
            if whole:
                self.whole.add(self.number[key])
        return self.number[key]

    def row(self, terms: dict[int, float], lower: float, upper: float) -> None:
        self.rows.append((dict(terms), lower, upper))

    def solve_in_linopy(self, cost: dict[int, float]) -> float:
        """The optimum by linopy: its own algebra, and its own way to the solver."""
        import linopy
        import xarray as xr

        names = [str(k) for k in self.number]
        lower, upper = (xr.DataArray(list(b), {"x": names}) for b in zip(*self.bounds, strict=True))
        model = linopy.Model()
        x = model.add_variables(lower, upper, name="x")
        rows = [r for r in self.rows if r[0] and np.isfinite(r[1:]).any()]
        for name, sign, bound in (("least", ">=", 1), ("most", "<=", 2)):
            some = [r for r in rows if np.isfinite(r[bound])]
            wide = max((len(t) for t, _, _ in some), default=0)
            labels, values = np.full((len(some), wide), -1), np.zeros((len(some), wide))
            for i, (terms, _, _) in enumerate(some):
                labels[i, : len(terms)] = [int(x.labels.values[j]) for j in terms]
                values[i, : len(terms)] = list(terms.values())
            if not len(some):
                continue
            shape = ("row", "_term")
            data = xr.Dataset(
                {"coeffs": (shape, values), "vars": (shape, labels)},
                coords={"row": np.arange(len(some))},
            )
            limit = xr.DataArray([r[bound] for r in some], {"row": np.arange(len(some))})
            left = linopy.LinearExpression(data, model)
            model.add_constraints(left, sign, limit, name=name)
        if self.whole:
            some = [names[j] for j in sorted(self.whole)]
            whole = model.add_variables(coords=[some], dims=["x"], integer=True, name="whole")
            model.add_constraints(x.sel(x=some) - whole, "=", 0.0, name="are_whole")
        prices = xr.DataArray([cost.get(j, 0.0) for j in range(len(names))], {"x": names})
        model.add_objective((prices * x).sum())
        gap = {"mip_rel_gap": GAP} if self.whole else {}
        status, _ = model.solve("highs", io_api="direct", output_flag=False, threads=1, **gap)
        assert status == "ok"
        return float(model.objective.value)

    def solve(self, cost: dict[int, float]) -> float:
        n = len(self.bounds)
        c = np.zeros(n)
        for j, v in cost.items():
            c[j] += v
        if self.whole:
            return self._solve_whole(c)
        parts: dict[str, list[tuple[dict[int, float], float]]] = {"ub": [], "eq": []}
        for terms, lo, up in self.rows:
            if lo == up:
                parts["eq"].append((terms, lo))
                continue
            if np.isfinite(up):
                parts["ub"].append((terms, up))
            if np.isfinite(lo):
                parts["ub"].append(({j: -v for j, v in terms.items()}, -lo))
        given: dict[str, Any] = {}
        for name, rows in parts.items():
            if rows:
                given[f"A_{name}"] = self._matrix([t for t, _ in rows])
                given[f"b_{name}"] = [b for _, b in rows]
        found = linprog(c, bounds=self.bounds, method="highs", **given)
        assert found.status == 0, found.message
        return float(found.fun)

    def _solve_whole(self, c: np.ndarray) -> float:
        lower, upper = (np.array(b) for b in zip(*self.bounds, strict=True))
        kind = np.zeros(len(c))
        kind[sorted(self.whole)] = 1
        rows = [r for r in self.rows if r[0]]
        limits = LinearConstraint(
            self._matrix([t for t, _, _ in rows]), [r[1] for r in rows], [r[2] for r in rows]
        )
        found = milp(
            c, integrality=kind, bounds=Bounds(lower, upper), constraints=limits,
            options={"mip_rel_gap": GAP},
        )  # fmt: skip
        assert found.status == 0, found.message
        return float(found.fun)

    def _matrix(self, rows: list[dict[int, float]]) -> Any:
        data = [(i, j, v) for i, t in enumerate(rows) for j, v in t.items()]
        i, j, v = zip(*data, strict=True) if data else ((), (), ())
        return coo_matrix((v, (i, j)), shape=(len(rows), len(self.bounds))).tocsr()
