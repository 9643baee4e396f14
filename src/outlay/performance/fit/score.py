"""Score predictions against measurements by group, with a bootstrap interval on each figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from outlay.core.arrays import Array
from outlay.performance.fit.predict import Prediction
from outlay.results.models.validation import By, Overall, ScoredGroup, ScoredRow, Validation

__all__ = ["Score", "log_ratios", "score", "score_by", "validation_document"]

BOOTSTRAPS = 1000
SEED = 7


@dataclass(frozen=True, slots=True)
class Score:
    """Error of one set: medians are inside each group first, then over groups."""

    name: str
    n: int
    groups: int
    median_abs_log_ratio: float
    median_interval_90: tuple[float, float]  # by bootstrap, over groups
    p90_abs_log_ratio: float
    bias: float  # median of log(predicted / measured)
    coverage_90: float


def log_ratios(predictions: Sequence[Prediction]) -> Array:
    """log(predicted / measured); positive is predicted too high, whatever the metric."""
    return np.array(
        [np.log(p.predicted / p.measured) for p in predictions if p.predicted and p.measured > 0]
    )


def score(name: str, predictions: Iterable[Prediction]) -> Score | None:
    """Grouped error of the predicted rows; None where there is none."""
    usable = [p for p in predictions if p.predicted and p.measured > 0]
    if not usable:
        return None
    groups: dict[str, list[int]] = {}
    for i, p in enumerate(usable):
        groups.setdefault(f"{p.group}|{p.source}|{p.metric}", []).append(i)
    ratio = log_ratios(usable)
    inside = np.array(
        [p.low is not None and p.high is not None and p.low <= p.measured <= p.high for p in usable]
    )
    error = np.array([np.median(np.abs(ratio[i])) for i in groups.values()])
    bias = np.array([np.median(ratio[i]) for i in groups.values()])
    cover = np.array([inside[i].mean() for i in groups.values()])
    draws = np.random.default_rng(SEED).integers(0, len(error), (BOOTSTRAPS, len(error)))
    low, high = np.quantile(np.median(error[draws], axis=1), [0.05, 0.95])
    return Score(
        name, len(usable), len(groups), float(np.median(error)), (float(low), float(high)),
        float(np.quantile(error, 0.9)), float(np.median(bias)), float(cover.mean()),
    )  # fmt: skip


def score_by(predictions: Sequence[Prediction], label: Callable[[Prediction], str]) -> list[Score]:
    """One score per label, most groups first."""
    sets: dict[str, list[Prediction]] = {}
    for p in predictions:
        if p.status == "predicted":
            sets.setdefault(label(p), []).append(p)
    scores = [s for name, part in sets.items() if (s := score(name, part)) is not None]
    return sorted(scores, key=lambda s: (-s.groups, s.name))


def validation_document(
    predictions: Sequence[Prediction], *, seen: bool, warnings: tuple[str, ...] = ()
) -> Validation:
    """The `validation` document: rows, groups by source, chip, model and phase, overall.

    seen: whether the constants were fitted to these very rows.
    """
    own = [p for p in predictions if p.primary]
    groups = [
        *_groups("metric and kind", predictions, lambda p: f"{p.kind}: {p.metric}"),
        *_groups("source", own, lambda p: p.source),
        *_groups("chip", own, lambda p: p.chip),
        *_groups("model", own, lambda p: p.model),
    ]
    return Validation(seen, tuple(map(_row, predictions)), tuple(groups), _overall(own), warnings)


def _row(p: Prediction) -> ScoredRow:
    return ScoredRow(
        row_id=p.row_id, metric=p.metric, unit=p.unit, measured=p.measured,
        predicted=p.predicted, low=p.low, high=p.high, status=p.status, why=p.why,
        primary=p.primary,
    )  # fmt: skip


def _groups(
    by: By, predictions: Sequence[Prediction], label: Callable[[Prediction], str]
) -> Iterator[ScoredGroup]:
    yield from (ScoredGroup(by, **asdict(s)) for s in score_by(predictions, label))


def _overall(own: Sequence[Prediction]) -> Overall:
    status = Counter(p.status for p in own)
    n, predictable = len(own), status["predicted"] / max(len(own), 1)
    s = score("all", own)
    if s is None:
        return Overall(n=0, rows=n, predictable=predictable, status=dict(status))
    return Overall(rows=n, predictable=predictable, status=dict(status), **asdict(s))
