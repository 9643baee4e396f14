"""Training runs that no fit has seen: software of 2026, other engines, MLPerf.

No constant was fitted to them. How much further off a source is that the fit does not have was
seen in `measured_elsewhere.csv` (`source` in data/training_intervals.toml).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from outlay.core.arrays import Array
from outlay.performance.constants.training import constants_from, training_seen
from outlay.performance.fit.predict import Prediction
from outlay.performance.fit.training_fit import fit_training
from outlay.performance.fit.training_predict import FALLING, predict_training
from outlay.performance.measured.row_table import read_rows
from outlay.performance.measured.training_rows import log_errors, measured_runs
from outlay.performance.measured.training_shipped import published_rows, shipped_runs
from support.shared import shared_dir

TABLE = Path(__file__).parent / "data" / "training_later.csv"


@pytest.fixture(scope="module")
def later() -> list[Prediction]:
    return predict_training(read_rows(TABLE))


def _off(rows: Sequence[Prediction]) -> Array:
    sign = np.array([-1.0 if p.metric in FALLING else 1.0 for p in rows])
    return sign * np.array([np.log((p.predicted or 1.0) / p.measured) for p in rows])


def _inside(rows: Sequence[Prediction]) -> float:
    return float(np.mean([(p.low or 0.0) <= p.measured <= (p.high or 0.0) for p in rows]))


def test_no_fit_has_seen_them() -> None:
    rows = read_rows(TABLE)
    assert len(rows) == 160
    assert all(r["source_ref"] and r["source_date"] for r in rows)
    sources = {r["source_id"] for r in rows}
    assert len(sources) == 9
    assert not sources & training_seen().sources
    assert {r["source_id"] for r in published_rows()} < training_seen().sources


def test_nearly_all_are_predicted_and_nine_in_ten_lie_inside(later: list[Prediction]) -> None:
    found = [p for p in later if p.predicted]
    assert len(found) >= 0.98 * len(later)
    assert np.median(np.abs(_off(found))) <= 0.16
    assert np.quantile(np.abs(_off(found)), 0.9) <= 0.50
    assert 0.85 <= _inside(found) <= 0.97


@pytest.mark.parametrize(
    ("source", "most"),
    [("megatron-bridge-26.02", 0.10), ("megatron-bridge-26.04", 0.14),
     ("megatron-bridge-26.06", 0.23), ("megatron-bridge-26.08", 0.30),
     ("mlperf-training-v5.0", 0.08), ("mlperf-training-v5.1", 0.14)],
)  # fmt: skip
def test_each_later_source_is_near(later: list[Prediction], source: str, most: float) -> None:
    found = [p for p in later if p.source == source and p.predicted]
    assert np.median(np.abs(_off(found))) <= most
    assert _inside(found) >= 0.85


def test_four_bit_runs_are_as_near_though_the_fit_has_none(later: list[Prediction]) -> None:
    """Priors alone: NVFP4 on GB200, GB300 and B300, a sixth of the products in 16 bits."""
    names = {r["row_id"] for r in read_rows(TABLE) if r["precision"] == "nvfp4"}
    found = [p for p in later if p.row_id in names]
    assert len(found) >= 25
    assert np.median(np.abs(_off(found))) <= 0.20
    assert _inside(found) >= 0.85


@pytest.mark.parametrize("left_out", ["llama3-paper", "nemo-25.04", "megatron-lm-readme"])
def test_a_source_left_out_of_the_fit_is_predicted(left_out: str) -> None:
    runs = shipped_runs() + measured_runs(shared_dir() / "data" / "measured_training.csv")
    c = constants_from(fit_training([r for r in runs if r.source != left_out]))
    mine = [r for r in runs if r.source == left_out]
    assert len(mine) >= 3
    assert np.median(np.abs(log_errors(mine, c))) <= 0.10
