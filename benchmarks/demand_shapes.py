"""Derive day curves and busy-hour ratios from the traces kept beside the repository: of requests,
of the tokens that prefill works on (input, pictures too) and of those that decode makes (output).

A client's tokens in an hour are its requests times its mean length in that quarter of the day.
Where no lengths of a client are published, the mean of all requests whose lengths are stands in,
which leaves the day flatter than it was; the table says of how many requests lengths are known.

Writes `src/outlay/demand/data/day_curves.csv` and `busy_hours.csv`; run it again when a trace
changes: python benchmarks/demand_shapes.py TRACES_FOLDER
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).resolve().parents[1] / "src" / "outlay" / "demand" / "data"
TRACES = {
    "servegen_m_large": "162 API clients of one large model, 14 days, rate-weighted",
    "servegen_m_small": "43 API clients of one small model, 7 days, rate-weighted",
    "servegen_deepseek_r1": "73 API clients of one reasoning model, 1 day, rate-weighted",
    "servegen_mm_image": "35 API clients of one vision model, 1 day, rate-weighted",
}
SOURCE = "ServeGen (alibaba/ServeGen, commit f891d118, Apache-2.0; arXiv 2505.09999)"


LENGTHS_S = 21_600  # lengths are published by quarter of a day
PHASES = {
    "requests": (),
    "prefill": ("input_tokens", "text_tokens", "image_tokens"),
    "decode": ("output_tokens",),
}


def hourly(folder: Path, trace: str) -> dict[str, np.ndarray]:
    """Mean rate of all clients per hour by phase, [day, hour]; window 0 is local midnight.

    "known": that of the requests of which lengths are published.
    """
    import polars as pl

    rate = pl.read_parquet(folder / f"{trace}_clients.parquet").with_columns(
        hour=pl.col("window_start_s") // 3600,
        window=pl.col("window_start_s") // LENGTHS_S * LENGTHS_S,
        requests=pl.col("rate_rps").cast(pl.Float64),
    )
    lengths = pl.read_parquet(folder / f"{trace}_lengths.parquet").with_columns(
        pl.col("field").cast(pl.String)
    )
    out = {}
    for phase, fields in PHASES.items():
        mean = (  # text and pictures of a request are one prompt
            lengths.filter(pl.col("field").is_in(fields))
            .group_by("client_id", pl.col("window_start_s").alias("window"))
            .agg(pl.col("mean").sum())
        )
        each = rate.join(mean, on=["client_id", "window"], how="left")
        weight = pl.lit(1.0)
        if fields:
            some = each.filter(pl.col("mean").is_not_null())
            fleet = (some["requests"] * some["mean"]).sum() / some["requests"].sum()
            weight = pl.col("mean").fill_null(fleet)
            known = pl.col("mean").is_not_null()
            out["known"] = _by_hour(each, pl.col("requests") * known)
        out[phase] = _by_hour(each, pl.col("requests") * weight)
    return out


def _by_hour(table: Any, what: Any) -> np.ndarray:
    """[day, hour] sum of what the clients do, mean over the windows of the hour."""
    by = table.group_by("hour").agg(of=what.sum()).sort("hour")
    return by["of"].to_numpy().astype(float).reshape(-1, 24) / 6


def derive(folder: Path) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Rows of the two tables."""
    curves: list[dict[str, object]] = []
    busy: list[dict[str, object]] = []
    for trace, what in TRACES.items():
        hours = hourly(folder, trace)
        known = hours.pop("known").sum() / hours["requests"].sum()
        for phase, rate in hours.items():
            name = trace if phase == "requests" else f"{trace}/{phase}"
            mean_day = rate.mean(axis=0) / rate.mean()
            curves += _curve(name, mean_day, SOURCE)
            if name == "servegen_mm_image":
                window = np.stack([np.roll(mean_day, k) for k in range(-2, 3)]).mean(axis=0)
                source = f"servegen_mm_image, circular mean over 5 hours; {SOURCE}"
                curves += _curve("office_hours", window, source)
            stats = {
                "busiest_hour": rate.max() / rate.mean(),
                "p99_hour": np.quantile(rate, 0.99) / rate.mean(),
                "median_daily_busiest_hour": np.median(rate.max(axis=1) / rate.mean(axis=1)),
                "mean_day_busiest_hour": mean_day.max(),
                "mean_day_quietest_hour": mean_day.min(),
            }
            busy += [
                {
                    "trace": trace,
                    "of": phase,
                    "days": len(rate),
                    "statistic": k,
                    "ratio": round(float(v), 4),
                    "lengths_known": 1.0 if phase == "requests" else round(float(known), 4),
                    "what": what,
                    "source": SOURCE,
                }
                for k, v in stats.items()
            ]
    return curves, busy


def _curve(name: str, ratios: np.ndarray, source: str) -> list[dict[str, object]]:
    return [
        {"curve": name, "hour": h, "ratio": round(float(r), 4), "source": source}
        for h, r in enumerate(ratios)
    ]


def main(folder: str) -> None:
    for name, rows in zip(("day_curves", "busy_hours"), derive(Path(folder)), strict=True):
        with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1])
