"""The catalogue against the tables it was made from, and against every measured row's names."""

from __future__ import annotations

import csv
from functools import cache

import pytest

from outlay.catalogue import (
    chips,
    control_events,
    cost_references,
    find_chip,
    find_model,
    fx,
    models,
    peer_capex,
    prices,
    token_series,
    token_series_names,
)
from outlay.core.errors import UnknownNameError
from outlay.core.periods import parse_date
from support.shared import shared_dir

pytestmark = pytest.mark.shared

ONE_WAY = ("rtx-pro-6000-server", "rtx-pro-6000d", "l40s")
"""Cards on PCIe, whose 16 lanes the table gives one way under a column of both."""


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (shared_dir() / "data" / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _number(cell: str) -> float:
    return float(cell or 0)


def test_every_accelerator_is_there_in_base_units() -> None:
    for row in _rows("accelerators.csv"):
        chip = chips()[row["chip_id"]]
        assert chip.name == row["name"]
        if chip.proxy:
            continue
        for kind in ("bf16", "fp8", "fp4"):
            expected = _number(row[f"{kind}_tflops_dense"]) * 1e12
            assert chip.peak_flop_s.get(kind, 0) == pytest.approx(expected)
        if row["mem_type"] != "GDDR6":
            assert chip.memory_bytes == pytest.approx(_number(row["mem_gb"]) * 2**30)
        assert chip.memory_byte_s == pytest.approx(_number(row["mem_tb_s"]) * 1e12)
        both = 1.0 if row["chip_id"] in ONE_WAY else 2.0
        assert chip.link_byte_s == pytest.approx(_number(row["scaleup_gb_s_bidir"]) * 1e9 / both)
        assert chip.net_byte_s == pytest.approx(_number(row["scaleout_gbit_s_per_chip"]) * 1e9 / 8)
        assert chip.tdp_w == _number(row["tdp_w"])
        if row["it_w_per_chip_all_in"]:
            assert chip.it_w == _number(row["it_w_per_chip_all_in"])
        price = chip.price_usd or (0.0, 0.0)
        assert price == (_number(row["price_low_usd"]), _number(row["price_high_usd"]))


def test_every_model_is_there() -> None:
    for row in _rows("models.csv"):
        model = models()[row["model_id"]]
        if row["total_params_b"]:
            assert model.total_params == pytest.approx(float(row["total_params_b"]) * 1e9)
        for ours, theirs in (
            ("layers", "n_layers"),
            ("hidden", "hidden"),
            ("heads", "n_heads"),
            ("kv_heads", "n_kv_heads"),
            ("head_dim", "head_dim"),
            ("experts", "n_routed_experts"),
            ("top_k", "top_k"),
            ("expert_ffn", "moe_ffn"),
            ("shared_ffn", "shared_ffn_total"),
            ("dense_ffn", "ffn_dense"),
            ("vocab", "vocab"),
            ("kv_lora", "kv_lora_rank"),
        ):
            assert getattr(model, ours) == _number(row[theirs]), (model.id, ours)


def test_the_market_tables_lose_no_row() -> None:
    assert len(prices()) == len(_rows("prices.csv"))
    assert len(control_events()) == len(_rows("export_control_events.csv"))
    assert len(peer_capex()) == len(_rows("peer_capex.csv"))
    assert len(cost_references()) == len(_rows("cost_references.csv"))
    volumes = [r for r in _rows("token_volumes.csv") if r["tokens_per_day_trillion"]]
    assert sum(len(token_series(s)) for s in token_series_names()) == len(volumes)


def test_monthly_averages_are_the_published_ones() -> None:
    spots = {r["date"] for r in _rows("fx.csv") if r["kind"] != "monthly_average"}
    seen = 0
    for row in _rows("fx.csv"):
        known_on = parse_date(row["date"], end=True)
        if row["kind"] == "monthly_average" and known_on.isoformat() not in spots:
            rate = fx().rate(row["pair"][:3], row["pair"][3:], known_on)
            assert rate == pytest.approx(float(row["value"]), rel=1e-12)
            seen += 1
    assert seen > 100


def test_every_measured_row_names_a_known_chip_and_model() -> None:
    unknown: set[str] = set()
    for name in ("measured_inference.csv", "measured_training.csv"):
        for row in _rows(name):
            find_chip(row["chip"])
            try:
                found = find_model(row["model"])
            except UnknownNameError:
                unknown.add(row["model"])
                continue
            assert found.total_params / 1e9 == pytest.approx(
                float(row["params_total_b"]), rel=0.05
            ), row["model"]
    assert unknown <= {"GPT-2.1B", "GPT-462B"}  # test models whose shapes are not in any catalogue
