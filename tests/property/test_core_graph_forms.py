"""Each operator's three forms agree: arrays with leading axes, single cells, Excel formulas."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.core.graph.eval import evaluate
from outlay.core.graph.excel import Layout, formula, helpers
from outlay.core.graph.explain import Cells
from outlay.core.graph.graph import Expr, Graph
from support.excel import Workbook
from support.libreoffice import drop_cache, recalculate

OPERATORS = (
    "+", "-", "*", "/", "min", "max", ">=", ">", "=", "where", "neg", "power", "running", "lag",
    "lag2", "by_age", "total", "chosen", "smallest", "largest", "at", "pv", "sum3", "ratio", "loop",
)  # fmt: skip


def build(steps: list[tuple[str, int, int]], periods: int) -> Graph:
    """A graph from a list of (operator, left row, right row)."""
    g = Graph([f"p{t}" for t in range(periods)])
    series = [g.series(f"in{k}", "1") for k in range(3)]
    rate = g.scalar("rate", "1/year")
    years = g.series("years", "year")
    days = g.series("days", "day")
    rows: list[Expr] = [*series, g.scalar("flat", "1")]
    for k, (operator, i, j) in enumerate(steps):
        a, b = rows[i % len(rows)], rows[j % len(rows)]
        wide = a if a.series else series[0]
        kernel = b if b.series else series[1]
        made = {
            "+": lambda a=a, b=b: a + b,
            "-": lambda a=a, b=b: a - b,
            "*": lambda a=a, b=b: a * b * 0.1,
            "/": lambda a=a, b=b: a / (b * b + 1.0),
            "min": lambda a=a, b=b: a.at_most(b),
            "max": lambda a=a, b=b: a.at_least(b),
            ">=": lambda a=a, b=b: a >= b,
            ">": lambda a=a, b=b: a > b,
            "=": lambda a=a, b=b: a.equals(b),
            "where": lambda a=a, b=b: (a > 0.0).where(a, b),
            "neg": lambda a=a: -a,
            "power": lambda a=a: (a * a + 1.0) ** 0.25,
            "running": lambda w=wide: w.running(),
            "lag": lambda w=wide: w.lag(1, 2.5),
            "lag2": lambda w=wide: w.lag(2),
            "by_age": lambda w=wide, x=kernel: w.by_age(x) * 0.1,
            "total": lambda w=wide: (w + 0.0).total(),
            "chosen": lambda w=wide: w.total([0]),
            "smallest": lambda w=wide: w.smallest(),
            "largest": lambda w=wide: w.largest(),
            "at": lambda w=wide: w.at(-1),
            "pv": lambda w=wide: w.present_value(rate, years),
            "sum3": lambda a=a, b=b, w=wide: g.add([a, b, w], "1"),
            "ratio": lambda a=a, b=b: g.ratio(a, b, 3.0) * 0.1,
        }  # fmt: skip
        if operator == "loop":
            x = g.later(f"loop{k}", "1")
            g.define(x, (x.lag(1, 1.0) * 0.5 + wide).at_least(0.0))
            rows.append(x)
        else:
            rows.append(g.row(f"r{k}", made[operator]()))
    g.row("irr", series[2].internal_rate(days))
    return g


def world(seed: int, periods: int, lead: tuple[int, ...] = ()) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    # halves and whole numbers, so that ties in comparisons are ties in every form
    values = {f"in{k}": np.round(rng.uniform(-9, 9, (*lead, periods)) * 2) / 2 for k in range(3)}
    return {
        **values,
        "flat": np.round(rng.uniform(-3, 3, lead) * 2) / 2,
        "rate": rng.uniform(0.0, 0.2, lead),
        "years": np.arange(periods) + 0.5,
        "days": 46000.0 + 365 * np.arange(periods),
    }


STEPS = st.lists(
    st.tuples(st.sampled_from(OPERATORS), st.integers(0, 30), st.integers(0, 30)),
    min_size=1,
    max_size=14,
)


@given(STEPS, st.integers(1, 6), st.integers(0, 2**32 - 1))
@settings(max_examples=150)
def test_arrays_agree_with_single_cells_and_leading_axes(
    steps: list[tuple[str, int, int]], periods: int, seed: int
) -> None:
    g = build(steps, periods)
    values = world(seed, periods, (2, 3))
    got = evaluate(g, values)
    one = {k: v[1, 2] if v.ndim > (1 if g[k].series else 0) else v for k, v in values.items()}
    alone = evaluate(g, one)
    cells = Cells(g, one)
    for row in g:
        for t in range(periods if row.series else 1):
            array = got[row.name][1, 2, t] if row.series else got[row.name][1, 2]
            single = alone[row.name][t] if row.series else alone[row.name]
            assert array == pytest.approx(single, rel=1e-12, abs=1e-9, nan_ok=True)
            if row.name == "irr":  # several rates may do: any root is right, see the oracle tests
                continue
            assert cells(row, t) == pytest.approx(array, rel=1e-9, abs=1e-9, nan_ok=True)


def write(g: Graph, values: dict[str, np.ndarray], path: Path) -> Layout:
    """A plain workbook of a graph: all rows on one sheet."""
    rows = list(g)
    places = {id(r): ("Calc", k) for k, r in enumerate(rows)}
    computed = [r for r in rows if not r.is_input]
    for _, node in helpers(g, computed):
        places[id(node)] = ("Calc", len(places))
        computed.append(node)
    layout = Layout(g, places, 0, 1)
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Calc")
    for row in [*(r for r in rows if r.is_input), *computed]:
        _, line = places[id(row)]
        for t in range(len(g) if row.series else 1):
            column = layout.column(row, t)
            if row.is_input:
                sheet.write_number(
                    line, column, float(values[row.name][t] if row.series else values[row.name])
                )
            else:
                sheet.write_formula(line, column, formula(layout, row, t))
    for name in ("Inputs", "Outputs", "Checks"):
        book.add_worksheet(name)
    book.close()
    return layout


def compare(g: Graph, values: dict[str, np.ndarray], layout: Layout, read: object) -> None:
    wanted = evaluate(g, values)
    for row in g:
        if row.name == "irr" or row.is_input:
            continue
        for t in range(len(g) if row.series else 1):
            cell = layout.cell(row, t).split("!")[1].replace("$", "")
            value = wanted[row.name][t] if row.series else wanted[row.name]
            found = float(read(cell))  # type: ignore[operator]
            assert math.isclose(found, float(value), rel_tol=1e-9, abs_tol=1e-7), (row, t)


@given(STEPS, st.integers(1, 5), st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_excel_formulas_agree_with_arrays(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[str, int, int]],
    periods: int,
    seed: int,
) -> None:
    g, values = build(steps, periods), world(seed, periods)
    path = tmp_path_factory.mktemp("graph") / "g.xlsx"
    layout = write(g, values, path)
    book = Workbook(path)
    compare(g, values, layout, lambda cell: book.value("Calc", cell))


@pytest.mark.libreoffice
def test_libreoffice_agrees_on_every_operator(tmp_path: Path) -> None:
    steps = [(o, i, i + 1 + i % 3) for i, o in enumerate(OPERATORS * 2)]
    g, values = build(steps, 5), world(7, 5)
    layout = write(g, values, tmp_path / "raw.xlsx")
    drop_cache(tmp_path / "raw.xlsx", tmp_path / "g.xlsx")
    (found,) = recalculate([tmp_path / "g.xlsx"], tmp_path)
    import openpyxl

    sheet = openpyxl.load_workbook(found, data_only=True)["Calc"]
    compare(g, values, layout, lambda cell: sheet[cell].value)
