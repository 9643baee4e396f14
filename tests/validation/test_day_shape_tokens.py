"""Busiest hours in tokens: added up by a second programme, request by request of the traces."""

from __future__ import annotations

import csv
import importlib.util
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

import pytest

from support.shared import shared_dir

pytestmark = pytest.mark.shared


def table(name: str) -> list[dict[str, str]]:
    text = files("outlay.demand").joinpath(f"data/{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_the_tables_are_derived_from_the_traces() -> None:
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "demand_shapes.py"
    spec = importlib.util.spec_from_file_location("demand_shapes", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    curves, busy = module.derive(shared_dir() / "data" / "traces")
    for rows, name in ((curves, "day_curves"), (busy, "busy_hours")):
        kept = table(name)
        assert [float(r["ratio"]) for r in kept] == pytest.approx([r["ratio"] for r in rows])
        assert [next(iter(r.values())) for r in kept] == [next(iter(r.values())) for r in rows]


FIELDS = {
    "servegen_deepseek_r1": {"prefill": ["input_tokens"], "decode": ["output_tokens"]},
    "servegen_m_small": {"prefill": ["input_tokens"], "decode": ["output_tokens"]},
    "servegen_mm_image": {"prefill": ["text_tokens", "image_tokens"], "decode": ["output_tokens"]},
}


def busiest(trace: str, fields: list[str]) -> float:
    """Most tokens in an hour over the mean of all hours, with plain loops and dictionaries."""
    import polars as pl

    folder = shared_dir() / "data" / "traces"
    mean: dict[tuple[int, int], float] = {}
    for row in pl.read_parquet(folder / f"{trace}_lengths.parquet").iter_rows(named=True):
        if row["field"] in fields:
            key = row["client_id"], row["window_start_s"] // 21_600
            mean[key] = mean.get(key, 0.0) + row["mean"]
    known = tokens = 0.0
    hours: dict[int, float] = defaultdict(float)
    unknown: dict[int, float] = defaultdict(float)
    for row in pl.read_parquet(folder / f"{trace}_clients.parquet").iter_rows(named=True):
        requests = float(row["rate_rps"]) * 600
        each = mean.get((row["client_id"], row["window_start_s"] // 21_600))
        if each is None:
            unknown[row["window_start_s"] // 3_600] += requests
        else:
            known += requests
            tokens += requests * each
            hours[row["window_start_s"] // 3_600] += requests * each
    for hour, requests in unknown.items():
        hours[hour] += requests * tokens / known
    return max(hours.values()) / (sum(hours.values()) / len(hours))


@pytest.mark.parametrize("trace", FIELDS)
def test_busiest_hours_are_those_of_tokens_added_up_by_a_second_programme(trace: str) -> None:
    kept = {
        (r["trace"], r["of"]): float(r["ratio"])
        for r in table("busy_hours")
        if r["statistic"] == "busiest_hour"
    }
    for phase, fields in FIELDS[trace].items():
        assert kept[trace, phase] == pytest.approx(busiest(trace, fields), abs=1e-4), phase
