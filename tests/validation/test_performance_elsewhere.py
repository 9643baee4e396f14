"""Measurements that no fit has seen, of 24 sources the measured table does not have.

They showed faults in how rows are read, which were mended, and that intervals of training runs
without a layout were narrow; no constant of time was fitted to them. Each row names where it was
read. First tokens are left out: short runs carry their own start.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from outlay.performance.fit.predict import Prediction
from outlay.performance.fit.score import score
from outlay.performance.fit.validate import predict_table
from outlay.performance.measured.row_table import read_rows

TABLE = Path(__file__).parent / "data" / "measured_elsewhere.csv"


@pytest.fixture(scope="module")
def predicted() -> list[Prediction]:
    return predict_table(TABLE)


def test_every_row_says_where_it_was_read() -> None:
    rows = read_rows(TABLE)
    assert len(rows) == 150
    assert len({r["source_id"] for r in rows}) >= 20
    assert all(r["source_ref"] and r["source_date"] and r["evidence_grade"] for r in rows)


def test_nearly_all_are_predicted(predicted: list[Prediction]) -> None:
    own = [p for p in predicted if p.primary]
    assert sum(p.status == "predicted" for p in own) >= 0.98 * len(own)


def test_serving_elsewhere_lies_within_the_intervals(predicted: list[Prediction]) -> None:
    rows = [p for p in predicted if p.primary and p.kind != "training"]
    found = score("serving", rows)
    assert found is not None
    assert found.groups >= 100
    assert found.median_abs_log_ratio <= 0.26
    assert abs(found.bias) <= 0.12
    assert found.coverage_90 >= 0.80


def test_training_elsewhere_lies_within_the_intervals(predicted: list[Prediction]) -> None:
    rows = [p for p in predicted if p.kind == "training" and p.predicted]
    ratio = np.array([np.log((p.predicted or 1.0) / p.measured) for p in rows])
    inside = [(p.low or 0.0) <= p.measured <= (p.high or 0.0) for p in rows]
    assert len(rows) >= 20
    assert np.median(np.abs(ratio)) <= 0.16
    assert np.mean(inside) >= 0.75
