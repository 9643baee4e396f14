"""`outlay forecast`: sampled paths of a token series, with the forecaster's record on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["forecast_command"]


def forecast_command(
    series: Annotated[
        str,
        typer.Option(help="CSV with date,value[,floor,grade,unit,source], or a public series' id."),
    ],
    as_of: Annotated[
        str, typer.Option(help="Use only what was known on this day; default: the last point.")
    ] = "",
    unit: Annotated[
        str, typer.Option(help="Unit of the values: token/day, trillion/month, billion/minute.")
    ] = "",
    months: Annotated[int, typer.Option(min=1, max=120, help="How far ahead.")] = 24,
    at: Annotated[
        list[str] | None, typer.Option(help="Forecast exactly these dates (may be repeated).")
    ] = None,
    paths: Annotated[int, typer.Option(min=30, max=20_000, help="Sampled paths.")] = 3_000,
    seed: Annotated[int, typer.Option(help="Root of the random streams.")] = 0,
    with_paths: Annotated[bool, typer.Option(help="Put every path into the document.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    chart: Annotated[
        Path | None, typer.Option(help="Write the fan chart: .svg, .png or .json (Vega-Lite).")
    ] = None,
) -> None:
    """Forecast a token series: growth that dies away, with an honest band.

    Prints quantiles of sampled paths, and how such forecasts did on the series' own past.
    """
    from outlay.demand.as_of import load_series, parse_as_of, parse_targets
    from outlay.demand.document import forecast_document
    from outlay.demand.forecast import forecast
    from outlay.demand.scoring import rolling_origin

    loaded = load_series(series, unit)
    known_on = parse_as_of(as_of, loaded)
    made = forecast(
        loaded, known_on, parse_targets(at, loaded), months=months, n_paths=paths, seed=seed
    )
    trials = rolling_origin(made.series, seed=seed, n_paths=min(paths, 1_000))
    body = forecast_document(made, trials, seed=seed, with_paths=with_paths)
    if chart is not None:
        from outlay.report.pictures.forecast import forecast_picture
        from outlay.report.theme import write_picture

        write_picture(chart, forecast_picture(made), where="--chart")
    if json_:
        from outlay.app.cli.output import print_json

        print_json("forecast", body)
        return
    from outlay.app.cli.forecast_table import print_forecast

    print_forecast(body)
