"""Writes the shapes of the published traces that Outlay ships.

    python scripts/trace_shapes.py TRACES > src/outlay/serving/data/trace_shapes.csv

TRACES is a folder that holds them (see the data card there). Only quantiles over the mean leave it.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import polars as pl

from outlay.core.arrays import Array
from outlay.serving.traffic.loaders import load_trace
from outlay.serving.traffic.requests import traffic
from outlay.serving.traffic.shapes import PROBABILITIES, Shape, shape_of

REQUESTS = (
    "azure2023_conv",
    "azure2024_code_slice",
    "mooncake_conversation",
    "mooncake_synthetic",
    "agentic_coding_sessions",
)
CLIENTS = ("servegen_m_large", "servegen_m_small", "servegen_deepseek_r1", "servegen_mm_image")


DRAWS = 400_000
QUANTILES = {"q01": 0.01, "q05": 0.05, "q10": 0.1, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q90": 0.9,
             "q95": 0.95, "q99": 0.99, "q999": 0.999}  # fmt: skip
INPUT = ("input_tokens", "text_tokens", "image_tokens")


def shapes(folder: Path) -> dict[str, Shape]:
    """Shape of each trace."""
    out = {name: shape_of(load_trace(folder / f"{name}.parquet").traffic) for name in REQUESTS}
    for name in CLIENTS:
        out[name] = of_clients(folder / f"{name}_clients.parquet")
    return out


def of_clients(path: Path) -> Shape:
    """Of requests drawn from clients by their rates, each from its own table of its six hours.

    Clients without a table are left out. Input and output of a request are independent within a
    table, whose joint distribution is not published; that some clients are longer in both is kept.
    """
    rates = pl.read_parquet(path).with_columns((pl.col("window_start_s") // 21_600).alias("six"))
    weight = rates.group_by("client_id", "six").agg(pl.col("rate_rps").sum())
    lengths = pl.read_parquet(path.with_name(path.name.replace("_clients", "_lengths")))
    lengths = lengths.with_columns((pl.col("window_start_s") // 21_600).alias("six"))
    rows = lengths.join(weight, on=["client_id", "six"]).sort("client_id", "six", "field")
    rng = np.random.default_rng(1)
    inp, out = np.zeros(DRAWS), np.zeros(DRAWS)
    both = [
        part
        for _, part in rows.group_by("client_id", "six", maintain_order=True)
        if "output_tokens" in part["field"] and set(INPUT) & set(part["field"])
    ]
    chance = np.array([part["rate_rps"][0] for part in both], dtype=float)
    counts = rng.multinomial(DRAWS, chance / chance.sum())
    at = 0
    for part, n in zip(both, counts.tolist(), strict=True):
        for row in part.iter_rows(named=True):
            if row["field"] in INPUT:
                inp[at : at + n] += _draw(row, rng.random(n))
            elif row["field"] == "output_tokens":
                out[at : at + n] = _draw(row, rng.random(n))
        at += n
    keep = (inp >= 1) & (out >= 1)
    return shape_of(traffic(np.zeros(int(keep.sum())), np.rint(inp[keep]), np.rint(out[keep])))


def _draw(row: dict[str, float], u: Array) -> Array:
    known = [q for q in QUANTILES if row.get(q) is not None]
    values = [row[known[0]] * 0.5, *(row[q] for q in known), row["max"]]
    at = [0.0, *(QUANTILES[q] for q in known), 1.0]
    return np.asarray(np.interp(u, at, np.maximum.accumulate(values)))


def main() -> None:
    """Print the table."""
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["trace", "tokens", "mean", "correlation", *(f"p{p:g}" for p in PROBABILITIES)])
    for name, shape in shapes(Path(sys.argv[1])).items():
        lengths = shape.lengths
        for end, mean, quantiles in (
            ("input", shape.input_tokens, lengths.input_quantiles),
            ("output", shape.output_tokens, lengths.output_quantiles),
        ):
            values = (f"{x:g}" for _, x in quantiles)
            table.writerow([name, end, f"{mean:.4g}", f"{lengths.correlation:g}", *values])


if __name__ == "__main__":
    main()
