"""`outlay validate forecast`: the forecaster against what came later, by rolling origin."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["validate_forecast_command"]


def validate_forecast_command(
    series: Annotated[
        list[str] | None,
        typer.Option(help="CSV or public series id; may be repeated. Default: all public series."),
    ] = None,
    unit: Annotated[str, typer.Option(help="Unit of the CSVs' values.")] = "",
    min_points: Annotated[int, typer.Option(min=2, help="Points before the first origin.")] = 4,
    paths: Annotated[int, typer.Option(min=30, max=20_000, help="Sampled paths.")] = 2_000,
    seed: Annotated[int, typer.Option(help="Root of the random streams.")] = 0,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Score the forecaster on past data beside two naive rows: no growth, last growth continued."""
    from outlay.demand.as_of import load_series
    from outlay.demand.document import record_document
    from outlay.demand.public import public_series_names
    from outlay.demand.scoring import rolling_origin

    names = series or list(public_series_names())
    trials = [
        trial
        for name in names
        for trial in rolling_origin(
            load_series(name, unit), min_points=min_points, n_paths=paths, seed=seed
        )
    ]
    body = {"series": names, "min_points": min_points, "seed": seed, **record_document(trials)}
    if json_:
        from outlay.app.cli.output import print_json

        print_json("forecast_validation", body)
        return
    from outlay.app.cli.forecast_table import print_record

    print_record(body)
