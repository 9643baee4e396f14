"""`outlay.forecast`: sampled paths of a token series, with the forecaster's record on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.says import MOST_SEED, Says
from outlay.results.document import Document, extended
from outlay.results.models.forecast import Forecast

if TYPE_CHECKING:
    from outlay.demand.forecasts.forecast import Forecast as Made
    from outlay.report.theme import Spec

__all__ = ["ForecastAnswer", "forecast"]

MOST_SCORED = 1_000
"""Paths of each forecast of the record: its scores need no more."""


@dataclass(frozen=True, slots=True, repr=False)
class ForecastAnswer(Forecast):
    """Kind `forecast`, and its fan chart."""

    picture: Callable[[], Spec] = field(kw_only=True, compare=False)
    """The fan chart as a Vega-Lite specification."""

    def draw(self, path: str | Path) -> None:
        """Write the fan chart: .svg, .png or .json (Vega-Lite). Raises InputError for another."""
        from outlay.report.theme import write_picture

        write_picture(Path(path), self.picture(), "--chart")

    def save(self, folder: str | Path) -> Path:
        """Write `forecast.json` and `forecast.svg`; returns the document's path."""
        written = Document.save(self, folder)
        self.draw(written.with_suffix(".svg"))
        return written


@checked
def forecast(
    series: Annotated[
        str,
        Says("CSV with date,value[,floor,grade,unit,source], or a public series' id.", file=True),
    ],
    *,
    as_of: Annotated[
        str, Says("Use only what was known on this day; default: the last point.", day=True)
    ] = "",
    unit: Annotated[
        str, Says("Unit of the values: token/day, trillion/month, billion/minute.")
    ] = "",
    months: Annotated[int, Says("How far ahead.", least=1, most=120)] = 24,
    at: Annotated[
        list[str] | None, Says("Forecast exactly these dates (may be repeated).", day=True)
    ] = None,
    paths: Annotated[int, Says("Sampled paths.", least=30, most=20_000)] = 3_000,
    seed: Annotated[int, Says("Root of the random streams.", least=0, most=MOST_SEED)] = 0,
    with_paths: Annotated[
        bool, Says("Put every path into the document.", flag="--with-paths/--no-with-paths")
    ] = False,
    chart: Annotated[
        Path | None,
        Says(
            "Write the fan chart: .svg, .png or .json (Vega-Lite).",
            writes="file",
            endings=(".svg", ".png", ".json"),
            made="chart",
        ),
    ] = None,
) -> ForecastAnswer:
    """Forecast a token series: growth that dies away, with an honest band.

    Prints quantiles of sampled paths, and how such forecasts did on the series' own past.

    Raises TableError for a series that cannot be read, a day that is none or lies in the past.

    >>> last = forecast("google-tokens", months=6, paths=60).paths_summary[-1]
    >>> last.p10 < last.p50 < last.p90
    True
    """
    from outlay.api.models.questions import listed, within
    from outlay.core.errors import InputError
    from outlay.demand.forecasts.document import forecast_document
    from outlay.demand.forecasts.forecast import forecast as sample
    from outlay.demand.forecasts.scoring import rolling_origin
    from outlay.demand.series.as_of import load_series, parse_as_of, parse_targets
    from outlay.demand.series.public import public_series_names

    within(forecast, months=months, paths=paths)
    if unit and str(series) in public_series_names() and not Path(series).exists():
        raise InputError("a public series has its own unit", where="--unit", value=unit,
                         allowed="the unit of a CSV's values")  # fmt: skip
    loaded = load_series(str(series), unit)
    known_on = parse_as_of(as_of, loaded)
    targets = parse_targets(listed("--at", at), loaded)
    made = sample(loaded, known_on, targets, months=months, n_paths=paths, seed=seed)
    trials = rolling_origin(made.series, seed=seed, n_paths=min(paths, MOST_SCORED))
    doc = forecast_document(made, trials, seed=seed, with_paths=with_paths)

    answer = extended(ForecastAnswer, doc, picture=partial(_picture, made))
    if chart is not None:
        answer.draw(chart)
    return answer


def _picture(made: Made) -> Spec:
    from outlay.report.pictures.forecast import forecast_picture

    return forecast_picture(made)
