"""The rows of a sweep as one table: the same bytes whoever worked them out, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from outlay.core.written import write_atomic
from outlay.sweeps.asked.axes import Axis
from outlay.sweeps.cases import CAPEX, COST, FIRST, OPEX, SERVED, read_row

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "HEAD",
    "facts_of",
    "frame_of",
    "parquet_of",
    "unit_of",
    "write_csv",
    "write_parquet",
]

HEAD = ("case", "status", "why")
MONEY = ("objective", "expected_cost", "paid", "left", "unserved", "broken", "order_now")
FIXED = ("objective", "expected_cost", "gap", "paid", "left", "unserved", "broken", "order_now",
         "served_share", "work_share", "chips_at_end", "power_mw_at_end")  # fmt: skip
GROUPS = (CAPEX, OPEX, FIRST, SERVED, COST)
"""Columns after the fixed ones, by what they begin with; a point and a name follow."""


def unit_of(column: str, currency: str) -> str:
    """The unit of a fact's column."""
    group = column.partition(".")[0]
    if column in MONEY or group in (CAPEX, OPEX):
        return currency
    if group == COST:
        return f"{currency}/Mtok"
    if group == FIRST or column == "chips_at_end":
        return "chip"
    return "MW" if column == "power_mw_at_end" else "share"


def frame_of(axes: Sequence[Axis], rows: Iterable[tuple[int, bytes]]) -> pl.DataFrame:
    """A row a case, by case; what no case has is no column, what a case lacks is null."""
    import polars as pl

    read = sorted((read_row(data) for _, data in rows), key=lambda r: r.case)
    facts = list(_ordered(dict.fromkeys(name for r in read for name in r.facts)))
    columns = [
        pl.Series("case", [r.case for r in read], dtype=pl.Int64),
        pl.Series("status", [r.status for r in read], dtype=pl.String),
        pl.Series("why", [r.why for r in read], dtype=pl.String),
    ]
    for i, axis in enumerate(axes):
        held = pl.Float64 if axis.unit else pl.String
        columns.append(pl.Series(axis.path, [r.values[i] for r in read], dtype=held))
    for name in facts:
        columns.append(pl.Series(name, [r.facts.get(name) for r in read], dtype=pl.Float64))
    return pl.DataFrame(columns)


def facts_of(frame: pl.DataFrame, axes: Sequence[Axis]) -> list[str]:
    """Columns that say what came out."""
    return frame.columns[len(HEAD) + len(axes) :]


def _ordered(names: Iterable[str]) -> Iterator[str]:
    """The fixed columns, then group by group; a name that is none of these last."""
    there = list(names)
    yield from (n for n in FIXED if n in there)
    for group in GROUPS:
        yield from sorted(n for n in there if n.startswith(f"{group}."))
    known = {*FIXED}
    yield from sorted(n for n in there if n not in known and n.partition(".")[0] not in GROUPS)


def parquet_of(frame: pl.DataFrame) -> bytes:
    """The table as Parquet; its bytes follow from its rows alone."""
    import io

    out = io.BytesIO()
    frame.write_parquet(
        out, compression="zstd", compression_level=6, statistics=True, row_group_size=65_536
    )
    return out.getvalue()


def write_parquet(frame: pl.DataFrame, path: Path) -> bytes:
    """Write the table as Parquet; returns its bytes."""
    data = parquet_of(frame)
    write_atomic(path, data)
    return data


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """The table as CSV."""
    write_atomic(path, frame.write_csv())
