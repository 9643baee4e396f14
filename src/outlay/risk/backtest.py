"""Bands given earlier against what happened later: coverage, log score, and each row's place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from outlay.core.arrays import Array, BoolArray
from outlay.core.errors import Problem, TableError, nearest
from outlay.core.ingest.files import take
from outlay.core.ingest.table import MOST_PROBLEMS, Columns, collected, plain_number, rows_of
from outlay.core.ingest.text import decoded
from outlay.results.models.validation_runs import Outcome, PlanScore, PlanValidation
from outlay.results.plans.outlook import Distribution
from outlay.risk.types import QUANTILES

__all__ = [
    "Actual",
    "Band",
    "back_test",
    "bands_of",
    "read_actuals",
]

_MAX_BYTES = 2_000_000
_COLUMNS = Columns(("name", "value"), ("source",))


@dataclass(frozen=True, slots=True)
class Band:
    """What was said of an outcome: its quantiles at rising probabilities."""

    name: str
    probabilities: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Actual:
    """What happened. `name` is that of an outcome in the plan's outlook (`capex/2026`)."""

    name: str
    value: float
    source: str = ""


def bands_of(distributions: Iterable[Distribution]) -> list[Band]:
    """The bands of a plan's outlook: percentiles p05 to p95 of its distributions."""
    return [
        Band(d.name, QUANTILES, (d.p05, d.p10, d.p25, d.p50, d.p75, d.p90, d.p95))
        for d in distributions
    ]


def read_actuals(path: str | Path) -> tuple[Actual, ...]:
    """Read `name,value[,source]`; raises TableError with every bad row."""
    taken = take(path, most=_MAX_BYTES, what="table of actual values", error=TableError)
    where = taken.path.name
    text = decoded(taken.data, where, TableError)
    problems: list[Problem] = []
    out: dict[str, Actual] = {}
    for row in collected(rows_of(text, where, _COLUMNS), problems):
        place, name, text = f"{where}:{row.line}", row.cells["name"], row.cells["value"]
        value = plain_number(text)
        if not name:
            problems.append(Problem("an outcome without a name", place, allowed="capex/2026"))
        elif value is None:
            problems.append(Problem("not a finite number", place, repr(text)[:80], "1.6e11"))
        elif name in out:
            problems.append(Problem("an outcome given twice", place, name[:80]))
        else:
            out[name] = Actual(name, value, row.cells.get("source", ""))
    if not out and not problems:
        problems.append(Problem("the table has no rows", where, allowed="a row for each outcome"))
    if problems:
        raise TableError(problems[:MOST_PROBLEMS])
    return tuple(out.values())


def back_test(
    bands: Sequence[Band], actuals: Iterable[Actual], plan: str = "", actual: str = ""
) -> PlanValidation:
    """Score each actual value against the band of its name.

    plan, actual: what the document calls the plan and the table. Coverage and mean log score are
    over those that were predicted.
    """
    known = {b.name: b for b in bands}
    rows = tuple(_row(known.get(a.name), a, known) for a in actuals)
    done = [r for r in rows if r.status == "predicted"]

    def mean(values: list[float | bool | None]) -> float | None:
        return float(np.mean([float(v or 0) for v in values])) if values else None

    score = PlanScore(
        len(done),
        mean([r.inside_80 for r in done]),
        mean([r.inside_90 for r in done]),
        mean([r.log_score for r in done]),
    )
    return PlanValidation(plan, actual, rows, score)


def _row(band: Band | None, actual: Actual, known: Mapping[str, Band]) -> Outcome:
    if band is None:
        hint = nearest(actual.name, known)
        status = f"not predicted; {hint}" if hint else "not predicted"
        return Outcome(actual.name, actual.value, *(None,) * 7, status)
    p, v = np.array(band.probabilities), np.array(band.values)

    def at(q: float) -> float:
        return float(np.interp(q, p, v))

    place, score = _place_and_score(p, v, actual.value)
    return Outcome(
        actual.name,
        actual.value,
        at(0.05),
        at(0.5),
        at(0.95),
        place,
        bool(at(0.1) <= actual.value <= at(0.9)),
        bool(at(0.05) <= actual.value <= at(0.95)),
        score,
        "predicted",
    )


def _place_and_score(p: Array, v: Array, actual: float) -> tuple[float, float]:
    """Where `actual` lies and its log density, for a two-piece normal through the quantiles.

    The median is kept; each side's spread is the mean over its quantiles of distance over
    standard score. On ln values where all are above zero, else on plain ones. A band without
    width gives density at a spread of one part in a million.
    """
    from scipy.stats import norm

    logs = bool(np.min(v) > 0 and actual > 0)
    x, y = (np.log(v), math.log(actual)) if logs else (v, actual)
    middle = float(np.interp(0.5, p, x))
    least = 1e-6 * max(1.0, abs(middle))

    def spread(side: BoolArray) -> float:
        z: Array = norm.ppf(p[side])
        return max(float(np.mean((x[side] - middle) / z)), least) if side.any() else least

    low, high = spread(p < 0.5), spread(p > 0.5)
    sd = low if y < middle else high
    z = (y - middle) / sd
    # Density of the split normal: each half is scaled to hold half of the probability.
    return float(norm.cdf(z)), float(norm.logpdf(z) - math.log(sd))
