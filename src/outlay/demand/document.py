"""The result documents of `outlay forecast` and `outlay validate forecast`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from outlay.demand.forecast import KNOWS_FACTOR, Forecast
from outlay.demand.scoring import Trial, record_table
from outlay.demand.series import Point

__all__ = ["forecast_document", "record_document"]

QUANTILES = {"p05": 0.05, "p10": 0.10, "p50": 0.50, "p90": 0.90, "p95": 0.95}


def forecast_document(
    made: Forecast, trials: Sequence[Trial], *, seed: int, with_paths: bool = False
) -> dict[str, Any]:
    """Fields of a `forecast` document; values in the series' unit (token/day where given)."""
    table = made.quantile(list(QUANTILES.values()))
    summary = [
        {
            "date": day.isoformat(),
            **{k: table.item(i, j) for i, k in enumerate(QUANTILES)},
            "mean": made.mean.item(j),
        }
        for j, day in enumerate(made.dates)
    ]
    until = made.informative_until
    body: dict[str, Any] = {
        "series": made.series.name,
        "unit": made.series.unit,
        "as_of": made.as_of.isoformat(),
        "points": [_point(p) for p in made.series.points],
        "paths_summary": summary,
        "informative_until": until.isoformat() if until else None,
        "informative_factor": KNOWS_FACTOR,
        "models": list(made.models),
        "n_paths": len(made.paths),
        "seed": seed,
        **record_document(trials),
        "notes": list(made.notes),
    }
    if with_paths:
        body["paths"] = made.paths.tolist()
    return body


def record_document(trials: Sequence[Trial]) -> dict[str, Any]:
    """`record` (rows by horizon and method) and `record_points` (each forecast of it)."""
    return {
        "record": [asdict(row) for row in record_table(trials)],
        "record_points": [
            {
                **{k: v for k, v in asdict(t).items() if k not in ("origin", "target")},
                "origin": t.origin.isoformat(),
                "target": t.target.isoformat(),
                "horizon_months": t.months,
                "covered": t.covered,
            }
            for t in trials
        ],
    }


def _point(p: Point) -> dict[str, Any]:
    return {
        "date": p.day.isoformat(),
        "first_day": p.start.isoformat(),
        "last_day": p.end.isoformat(),
        "value": p.value,
        "floor": p.floor,
        "grade": p.grade,
        "source": p.source,
    }
