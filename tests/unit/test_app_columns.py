"""Tables in a terminal of any width: no cell is cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import outlay
from outlay.app.cli.catalogue import FIGURE, _show
from outlay.app.cli.columns import console, plain_table
from outlay.report.words import catalogue as words

HEADS = ("per user", "", "mix", "decode worker", "batch")
ROWS = (
    ("20.2", "██████████████", "3P1D", "32 ep32 dp32", "3,338"),
    ("128", "▏", "16P15D", "48 tp2 ep48 dp24", "1"),
)


def printed(monkeypatch, width: int, heads=HEADS, rows=ROWS, fold=()) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    out = console()
    with out.capture() as said:
        out.print(plain_table(heads, rows, left=("mix", "", "decode worker"), fold=fold,
                              spare=("",)))  # fmt: skip
    return said.get()


@pytest.mark.parametrize(
    ("width", "lines", "bar", "head"),
    [(53, 3, True, "per user"), (52, 4, True, "worker"), (48, 4, False, "decode"),
     (30, 5, False, "decode")],
)  # fmt: skip
def test_headings_break_then_bars_go_then_cells_break(
    monkeypatch, width: int, lines: int, bar: bool, head: str
) -> None:
    said = printed(monkeypatch, width)
    assert ("█" in said, head in said) == (bar, True)
    assert len(said.splitlines()) == lines
    assert max(map(len, said.splitlines())) <= width


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(
        st.tuples(*[st.integers(0, 10**7).map("{:,}".format) for _ in HEADS]),
        min_size=1,
        max_size=4,
    ),
    width=st.integers(60, 100),
)
def test_every_digit_is_printed(rows: list[tuple[str, ...]], width: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        said = printed(patch, width, rows=rows)
    words = said.split()
    kept = [c for row in rows for at, c in enumerate(row) if HEADS[at]]
    assert all(cell in words for cell in kept)


@pytest.mark.parametrize("table", ["chips", "models", "prices", "peers", "costs", "fx"])
@pytest.mark.parametrize("width", [80, 100, 140])
def test_figures_of_the_catalogue_are_whole(monkeypatch, capsys, table: str, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    doc = outlay.catalogue(table)
    _show(doc)
    said = capsys.readouterr().out.split()
    for row in doc.rows:
        for cell in words.cells(row):
            if FIGURE.match(cell):
                assert all(part in said for part in cell.split()), cell
