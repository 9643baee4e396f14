"""Formulas of any length fit into cells, and come to what the graph comes to."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import xlsxwriter

from outlay.core.graph.eval import evaluate
from outlay.core.graph.excel import MAX_FORMULA, Layout, formula, helpers
from outlay.core.graph.fitted import Fitted, fitted
from outlay.core.graph.graph import Expr, Graph
from support.excel import Workbook
from support.libreoffice import drop_cache, recalculate

ARGUMENTS, NESTED = 255, 64
PERIODS = 3


def _terms(g: Graph, n: int) -> list[Expr]:
    """Products without a name, so that they are written inside what they are terms of."""
    series = [g.series(f"x{k}", "1") for k in range(n)]
    return [x * series[k - 1] * 1.2345678901234567 for k, x in enumerate(series)]


def flat(g: Graph, n: int) -> Expr:
    return g.add(_terms(g, n), "1")


def in_sums(g: Graph, n: int) -> Expr:
    terms = _terms(g, n)
    return g.add([g.add(terms[k::7], "1") for k in range(min(7, n))], "1") * 2.0


def chain(g: Graph, n: int) -> Expr:
    first, *rest = _terms(g, n)
    for term in rest:
        first = (first + term).at_least(term)
    return first


def beside(g: Graph, n: int) -> Expr:
    terms = _terms(g, n)
    return (g.add(terms, "1") > 0.0).where(-g.add(terms[: n // 2], "1"), terms[0] - terms[1])


def chosen(g: Graph, n: int) -> Expr:
    return flat(g, n).total(over=[0, 2]) + g.add([g[f"x{k}"].at(1) for k in range(n)], "1")


SHAPES: dict[str, Callable[[Graph, int], Expr]] = {
    f.__name__: f for f in (flat, in_sums, chain, beside, chosen)
}


def made(shape: str, n: int) -> tuple[Graph, list[tuple[str, Expr]], Fitted]:
    g = Graph([f"p{t}" for t in range(PERIODS)])
    end = SHAPES[shape](g, n)
    g.row("end", end, "1")
    rows = [("end", g["end"]), *helpers(g, [g["end"]])]
    cut = fitted(g, rows)
    return g, [*rows, *cut.parts, *cut.sums], cut


def laid(g: Graph, rows: list[tuple[str, Expr]], cut: Fitted) -> Layout:
    places = {id(x): ("Inputs", 900_000 + i) for i, x in enumerate(g.inputs)}
    places |= {id(x): ("Calc", 900_000 + i) for i, (_, x) in enumerate(rows)}
    return Layout(g, places, 2, 16_000, cut.summed)


def deepest(text: str) -> int:
    depth = most = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        most = max(most, depth)
    return most


@pytest.mark.parametrize("n", [2, 201, 1_000, 5_000])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_formula_fits_where_references_are_longest(shape: str, n: int) -> None:
    g, rows, cut = made(shape, n)
    layout = laid(g, rows, cut)
    for name, row in rows:
        for t in range(PERIODS if row.series else 1):
            text = formula(layout, row, t)  # it refuses what is longer than a cell takes
            assert len(text) <= MAX_FORMULA
            assert deepest(text) <= NESTED, name
            for inside in re.findall(r"SUM\(([^()]*)\)", text):
                assert inside.count(",") < ARGUMENTS
    assert len({name for name, _ in rows}) == len(rows)


@pytest.mark.parametrize("n", [201, 1_000])
def test_a_long_sum_stands_in_a_few_blocks(n: int) -> None:
    """Products that are longer than a cell together, though no more than a sum may have: cut term
    by term, each of a hundred would be a line of its own."""
    _, _, cut = made("flat", n)
    assert cut.parts == []
    assert len(cut.sums) <= 1 + n // 70
    _, _, few = made("flat", 200)
    assert (few.parts, len(few.sums)) == ([], 3)


def _written(shape: str, n: int, target: Path) -> tuple[np.ndarray, list[str]]:
    """A workbook of two sheets with the graph in it; what its last row comes to, and where."""
    g, rows, cut = made(shape, n)
    rng = np.random.default_rng(n)
    values = {x.name: rng.uniform(-1, 1, PERIODS) for x in g.inputs}
    places = {id(x): ("Inputs", i) for i, x in enumerate(g.inputs)}
    places |= {id(x): ("Calc", i) for i, (_, x) in enumerate(rows)}
    layout = Layout(g, places, 0, 1, cut.summed)
    book = xlsxwriter.Workbook(str(target))
    inputs, calc = book.add_worksheet("Inputs"), book.add_worksheet("Calc")
    for i, x in enumerate(g.inputs):
        for t in range(PERIODS):
            inputs.write_number(i, 1 + t, float(values[x.name][t]))
    for i, (_, row) in enumerate(rows):
        for t in range(PERIODS if row.series else 1):
            calc.write_formula(i, layout.column(row, t), formula(layout, row, t))
    book.close()
    end = g["end"]
    cells = [layout.cell(end, t).split("!")[1].replace("$", "")
             for t in range(PERIODS if end.series else 1)]  # fmt: skip
    return np.atleast_1d(evaluate(g, values)["end"]), cells


@pytest.mark.parametrize("shape", SHAPES)
def test_the_parts_come_to_the_whole_in_our_own_reader(shape: str, tmp_path: Path) -> None:
    wanted, cells = _written(shape, 450, tmp_path / "a.xlsx")
    book = Workbook(tmp_path / "a.xlsx")
    found = [book.value("Calc", c) for c in cells]
    assert found == pytest.approx(list(wanted), rel=1e-9, abs=1e-12)


def test_the_parts_come_to_the_whole_in_libreoffice(tmp_path: Path) -> None:
    wanted = {}
    for shape in SHAPES:
        wanted[shape] = _written(shape, 1_000, tmp_path / f"{shape}.xlsx")
        drop_cache(tmp_path / f"{shape}.xlsx", tmp_path / f"{shape}.xlsx")
    done = recalculate([tmp_path / f"{s}.xlsx" for s in SHAPES], tmp_path)
    for shape, path in zip(SHAPES, done, strict=True):
        sheet = openpyxl.load_workbook(path, data_only=True)["Calc"]
        values, cells = wanted[shape]
        assert [sheet[c].value for c in cells] == pytest.approx(list(values), rel=1e-9, abs=1e-9)
