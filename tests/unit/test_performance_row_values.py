"""A row is used by what it publishes, with or without the normalised columns beside it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from outlay.performance.fit.calibrate import calibrate
from outlay.performance.fit.fit import prepare
from outlay.performance.fit.predict import predict_rows
from outlay.performance.measured.batch import build, target_of
from outlay.performance.measured.rows import Question, Refused, ask

ROW: dict[str, str] = {
    "row_id": "a", "model": "Llama-3.1-70B", "chip": "H100-SXM-80GB", "weight_precision": "fp8",
    "n_chips": "4", "tp": "4", "phase": "aggregated", "scenario": "closed loop",
    "concurrency": "16", "isl": "1000", "osl": "500",
}  # fmt: skip
POOL = {**ROW, "model": "DeepSeek-V3", "chip": "H800", "n_chips": "16", "tp": "1", "ep": "16",
        "dp_attention": "16", "phase": "decode only", "scenario": "steady decode",
        "concurrency": ""}  # fmt: skip


def _asked(**change: str) -> Question:
    found = ask({**ROW, **change})
    assert isinstance(found, Question)
    return found


@pytest.mark.parametrize(
    ("metric", "value", "unit", "target", "expected"),
    [
        ("tpot", "20", "ms", "tpot_s", 0.020),
        ("tok_s_per_user", "50", "tokens/s/user", "tpot_s", 0.020),
        ("output_throughput", "800", "tokens/s", "out", 200.0),
        ("output_throughput", "1.6", "k tokens/s per node", "out", 200.0),
        ("total_throughput", "2400", "tokens/s", "out", 200.0),
        ("request_throughput", "1.6", "requests/s", "out", 200.0),
    ],
)
def test_the_published_value_alone_is_a_target(
    metric: str, value: str, unit: str, target: str, expected: float
) -> None:
    asked = _asked(metric=metric, value=value, unit=unit)
    name, found = target_of(asked)
    assert name == target
    assert found == pytest.approx(expected)
    data = prepare([asked])
    assert data.quantity == (target,)
    assert build([asked]).questions == [asked]


def test_a_first_token_alone_is_a_target() -> None:
    asked = _asked(metric="ttft", value="300", unit="ms", concurrency="2")
    assert asked.measured == {"ttft_s": pytest.approx(0.3)}
    assert prepare([asked]).kind == ("ttft",)


def test_the_value_says_the_same_as_its_column() -> None:
    row = {**ROW, "metric": "output_throughput", "value": "800", "unit": "tokens/s"}
    (alone,) = predict_rows([row])
    beside = predict_rows([{**row, "out_tok_s_per_chip": "200"}])[0]
    assert alone.predicted == pytest.approx(beside.predicted)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"metric": "tpot", "value": "20", "unit": "s", "tpot_ms": "20"}, "tpot_ms"),
        ({"metric": "output_throughput", "value": "200", "unit": "tokens/s",
          "out_tok_s_per_chip": "200"}, "out_tok_s_per_chip"),
        ({"metric": "ttft", "value": "9", "unit": "ms", "ttft_ms": "9000"}, "ttft_ms"),
    ],
)  # fmt: skip
def test_a_value_that_contradicts_its_column_is_refused(
    change: dict[str, str], column: str
) -> None:
    found = ask({**ROW, **change})
    assert isinstance(found, Refused)
    assert column in found.why
    assert change["value"] in found.why


def test_a_decode_pool_is_not_told_its_own_answer() -> None:
    """The time per token stands in for a batch only where a rate is asked."""
    alone = ask({**POOL, "metric": "tpot", "value": "50", "unit": "ms"})
    assert isinstance(alone, Refused)
    assert "batch_per_chip" in alone.why
    by_batch, by_load = (
        predict_rows([{**POOL, "metric": "tpot", "value": "50", "unit": "ms", **more}])[0]
        for more in ({"batch_per_chip": "32"}, {"concurrency": str(32 * 16)})
    )
    assert by_batch.predicted == pytest.approx(by_load.predicted)
    assert by_batch.predicted != pytest.approx(50.0)


def test_a_table_of_the_documented_columns_can_be_fitted(tmp_path: Path) -> None:
    """60 points, every one a third slower than shipped: the refit moves there."""
    names = ["row_id", "model", "chip", "metric", "value", "unit", "weight_precision", "n_chips",
             "tp", "phase", "scenario", "concurrency", "isl", "osl"]  # fmt: skip
    rows = [
        {**ROW, "row_id": str(i), "metric": "tpot", "value": "1", "unit": "ms", "isl": isl,
         "concurrency": c, "tp": tp, "n_chips": tp}
        for i, (isl, c, tp) in enumerate(
            (isl, c, tp) for isl in ("500", "1000", "2000", "4000", "8000")
            for c in ("1", "4", "16", "32") for tp in ("2", "4", "8"))
    ]  # fmt: skip
    before = [p.predicted for p in predict_rows(rows)]
    for row, now in zip(rows, before, strict=True):
        assert now is not None
        row["value"] = str(now * 4 / 3)
    path = tmp_path / "mine.csv"
    with path.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, names)
        writer.writeheader()
        writer.writerows({n: row[n] for n in names} for row in rows)
    done = calibrate(path)
    after = predict_rows(rows, done.constants, done.cells)
    ratio = [p.predicted / p.measured for p in after if p.predicted]
    assert len(ratio) == len(rows)
    assert sorted(ratio)[len(ratio) // 2] == pytest.approx(1.0, abs=0.08)
