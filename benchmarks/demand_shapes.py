"""Derive day curves and busy-hour ratios from the request-rate traces kept beside the repository.

Writes `src/outlay/demand/data/day_curves.csv` and `busy_hours.csv`; run it again when a trace
changes: python benchmarks/demand_shapes.py TRACES_FOLDER
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parents[1] / "src" / "outlay" / "demand" / "data"
TRACES = {
    "servegen_m_large": "162 API clients of one large model, 14 days, rate-weighted",
    "servegen_m_small": "43 API clients of one small model, 7 days, rate-weighted",
    "servegen_deepseek_r1": "73 API clients of one reasoning model, 1 day, rate-weighted",
    "servegen_mm_image": "35 API clients of one vision model, 1 day, rate-weighted",
}
SOURCE = "ServeGen (alibaba/ServeGen, commit f891d118, Apache-2.0; arXiv 2505.09999)"


def hourly(folder: Path, trace: str) -> np.ndarray:
    """Mean request rate of all clients per hour, [day, hour]; window 0 is local midnight."""
    import polars as pl

    table = pl.read_parquet(folder / f"{trace}_clients.parquet")
    rate = table.group_by("window_start_s").agg(pl.col("rate_rps").sum()).sort("window_start_s")
    return rate["rate_rps"].to_numpy().astype(float).reshape(-1, 24, 6).mean(axis=2)


def derive(folder: Path) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Rows of the two tables."""
    curves: list[dict[str, object]] = []
    busy: list[dict[str, object]] = []
    for trace, what in TRACES.items():
        rate = hourly(folder, trace)
        mean_day = rate.mean(axis=0) / rate.mean()
        curves += [
            {"curve": trace, "hour": h, "ratio": round(float(r), 4), "source": SOURCE}
            for h, r in enumerate(mean_day)
        ]
        if trace == "servegen_mm_image":
            window = np.stack([np.roll(mean_day, k) for k in range(-2, 3)]).mean(axis=0)
            curves += [
                {
                    "curve": "office_hours",
                    "hour": h,
                    "ratio": round(float(r), 4),
                    "source": f"servegen_mm_image, circular mean over 5 hours; {SOURCE}",
                }
                for h, r in enumerate(window)
            ]
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
                "days": len(rate),
                "statistic": k,
                "ratio": round(float(v), 4),
                "what": what,
                "source": SOURCE,
            }
            for k, v in stats.items()
        ]
    return curves, busy


def main(folder: str) -> None:
    for name, rows in zip(("day_curves", "busy_hours"), derive(Path(folder)), strict=True):
        with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1])
