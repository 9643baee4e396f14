"""Bands given earlier against what happened later: coverage, log score, and each row's place."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from outlay.core.arrays import Array, BoolArray
from outlay.core.errors import Problem, TableError, nearest
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
_COLUMNS = ("name", "value", "source")


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
    path = Path(path)
    reader = csv.DictReader(io.StringIO(_text(path)))
    header = [h.strip().casefold() for h in reader.fieldnames or []]
    problems = [
        Problem(
            "unknown column", f"{path.name}:1", repr(h), ", ".join(_COLUMNS), nearest(h, _COLUMNS)
        )
        for h in header
        if h not in _COLUMNS
    ]
    problems += [
        Problem("a column is missing", f"{path.name}:1", h) for h in _COLUMNS[:2] if h not in header
    ]
    out: list[Actual] = []
    for row in reader if not problems else ():
        where = f"{path.name}:{reader.line_num}"
        cells = {str(k).strip().casefold(): str(v or "").strip() for k, v in row.items() if k}
        try:
            value = float(cells["value"])
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            problems.append(Problem("not a finite number", where, repr(cells["value"])))
        elif any(a.name == cells["name"] for a in out):
            problems.append(Problem("an outcome given twice", where, cells["name"]))
        else:
            out.append(Actual(cells["name"], value, cells.get("source", "")))
    if problems:
        raise TableError(problems)
    return tuple(out)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if len(raw) > _MAX_BYTES:
            raise TableError("the table is too large", where=path.name, value=f"{len(raw)} bytes")
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise TableError("cannot read the table", where=str(path), value=str(error)) from None
    except UnicodeDecodeError:
        raise TableError("the table is not UTF-8 text", where=path.name) from None


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
