"""The forecaster's record on the public series, and on a CSV of later points if given.

    python benchmarks/demand_record.py [SERIES.csv ...]

Prints the rows of all horizons as JSON lines, for origins from three and from four points.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from outlay.demand.forecasts.scoring import record_table, rolling_origin
from outlay.demand.series.as_of import load_series
from outlay.demand.series.public import public_series_names


def main(names: list[str]) -> None:
    for min_points in (3, 4):
        trials = [
            t
            for name in names or list(public_series_names())
            for t in rolling_origin(load_series(name), min_points=min_points, n_paths=4_000)
        ]
        for row in record_table(trials):
            print(json.dumps({"min_points": min_points, **asdict(row)}))


if __name__ == "__main__":
    main(sys.argv[1:])
