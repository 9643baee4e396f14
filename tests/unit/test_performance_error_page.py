"""The error page says of each bar what it is and how far the predictions are from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from outlay.performance.fit.error_page import page
from outlay.performance.fit.predict import Prediction, predict_rows

GROUP = "A|B|1/2"


def _point(metric: str, ratio: float, **more: Any) -> Prediction:
    measured = 100.0
    return Prediction(
        "r", metric, "ms", measured, measured * ratio, 50.0, 150.0, "predicted",
        group=more.pop("group", GROUP), source="s", model="a", chip="b", kind="closed", **more,
    )  # fmt: skip


@pytest.fixture
def written() -> Callable[[list[Prediction]], str]:
    return lambda rows: page({"group": rows})


def _row(text: str, start: str) -> list[str]:
    (line,) = [x for x in text.splitlines() if x.startswith(f"| {start} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_first_tokens_at_low_load_are_scored_apart(written: Callable[..., str]) -> None:
    text = written([_point("ttft", 1.5, low_load=True), _point("ttft", 1.1), _point("ttft", 1.1)])
    low = _row(text, "first token at low load")
    everything = _row(text, "first token, closed loops of any load")
    assert low[2] == "25 %"
    assert low[4].startswith("40.5%")  # log 1.5
    assert everything[2] == "-"
    assert everything[4].startswith("9.5%")  # the middle one of three


def test_outliers_stay_in_with_a_cause(written: Callable[..., str]) -> None:
    text = written([_point("tpot", 3.0, group="A|x|B|1/2"), _point("tpot", 1.0)])
    listed = text.split("## Outliers")[1]
    assert "| A|x | B | 1/2 | s | tpot | 1 | 3.00 | not known |" in listed
    assert "1 groups of 2 in all." in listed
    assert _row(text, "TPOT in a closed loop")[3] == "2"  # both are scored


@pytest.mark.parametrize(("concurrency", "dp", "low"), [(4, 1, True), (5, 1, False), (32, 8, True)])
def test_low_load_is_told_per_attention_rank(concurrency: int, dp: int, low: bool) -> None:
    row = {
        "row_id": "a", "model": "DeepSeek-V3", "chip": "H200-SXM-141GB", "weight_precision": "fp8",
        "n_chips": "8", "tp": "1" if dp > 1 else "8", "ep": "8", "dp_attention": str(dp),
        "phase": "aggregated", "scenario": "closed loop", "isl": "1024", "osl": "1024",
        "concurrency": str(concurrency), "metric": "ttft", "value": "300", "unit": "ms",
    }  # fmt: skip
    assert predict_rows([row])[0].low_load is low
