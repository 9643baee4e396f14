"""The tables themselves: every number has unit, source, date and grade, and makes sense."""

from __future__ import annotations

import re
from datetime import date
from typing import get_args

import pytest

from outlay.catalogue import (
    chips,
    cite,
    control_events,
    cost_references,
    disputes,
    fx,
    known_on,
    market_facts,
    models,
    peer_capex,
    prices,
    regions,
    token_series,
    token_series_names,
)
from outlay.catalogue.document import catalogue_document
from outlay.catalogue.tables import rows
from outlay.core.errors import UnknownNameError
from outlay.core.periods import parse_date
from outlay.results.chips_models import AttentionKind, Chip, Model

GRADES = {"official", "reported", "derived", "estimate", "recalled", "guess"}
TABLES = ["chips", "chip_parameters", "models", "model_parameters", "prices", "fx", "regions"]
TABLES += ["control_events", "token_volumes", "peer_capex", "cost_references"]
TABLES += ["traces", "shapes", "facts", "disputes"]
CHIPS = list(chips().values())
MODELS = list(models().values())


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_a_grade_and_a_source_that_resolves(table: str) -> None:
    assert rows(table)
    for row in rows(table):
        assert row["grade"] in GRADES, row
        assert cite(row["source"]), row
        assert None not in row, row  # a cell too many


@pytest.mark.parametrize("table", ["chip_parameters", "model_parameters"])
def test_each_parameter_stands_once_and_has_unit_and_date(table: str) -> None:
    register = {r["id"] for r in rows("chips" if table == "chip_parameters" else "models")}
    seen = [(r["item"], r["parameter"]) for r in rows(table)]
    assert len(seen) == len(set(seen))
    assert {item for item, _ in seen} <= register
    for r in rows(table):
        assert r["unit"], r
        assert float(r["value"]) >= 0, r
        assert re.match(r"\d{4}", r["date"]) or r["date"] == "", r


def test_no_source_is_left_without_use() -> None:
    used = {r["source"] for table in TABLES for r in rows(table)}
    assert used == {r["id"] for r in rows("sources")}


def test_at_least_as_many_entries_as_promised() -> None:
    assert len(CHIPS) >= 43
    assert len(MODELS) >= 48


@pytest.mark.parametrize("chip", CHIPS, ids=lambda c: c.id)
def test_chip_figures_are_physical(chip: Chip) -> None:
    if not (chip.peak_flop_s and chip.memory_bytes and chip.it_w):
        assert chip.id == "metax-c600"  # the only one whose maker has published no figures
        return
    assert set(chip.peak_flop_s) <= {"bf16", "fp8", "fp4", "int8"}
    assert 5e13 <= chip.peak_flop_s["bf16"] <= 2e16
    for wide, narrow in (("bf16", "fp8"), ("fp8", "fp4")):
        if wide in chip.peak_flop_s and narrow in chip.peak_flop_s:
            assert 1 <= chip.peak_flop_s[narrow] / chip.peak_flop_s[wide] <= 4.5
    assert 15e9 <= chip.memory_bytes <= 500e9
    assert 2e11 <= chip.memory_byte_s <= 3e13
    assert chip.net_byte_s < chip.link_byte_s * 2 or chip.domain_chips == 1
    assert 50 <= chip.tdp_w <= 2500
    assert chip.tdp_w < chip.it_w < 4 * chip.tdp_w
    assert chip.domain_chips >= 1
    assert chip.chips_per_server >= 1
    # a pass over memory takes between a hundredth of a second and a fifth of one
    assert 0.01 < chip.memory_bytes / chip.memory_byte_s < 0.2
    for span in (chip.price_usd, chip.rent_usd_h):
        assert span is None or 0 < span[0] <= span[1]


def test_marketed_gigabytes_of_memory_are_binary() -> None:
    assert chips()["h100-sxm"].memory_bytes == 80 * 2**30  # 85.9e9; 81,559 MiB are reported free
    assert chips()["h200-sxm"].memory_bytes == pytest.approx(150e9, rel=0.01)
    assert chips()["l40s"].memory_bytes == 45 * 2**30  # GDDR6 less one sixteenth for correction
    for row in rows("chip_parameters"):
        if row["parameter"] == "memory":
            assert row["unit"] == "GiB"
            assert "marketed as" in row["note"]


def test_link_bandwidth_is_one_way() -> None:
    assert chips()["h100-sxm"].link_byte_s == 450e9
    assert chips()["h800-sxm"].link_byte_s == 200e9
    assert chips()["h100-sxm"].net_byte_s == 50e9


def test_total_processing_performance_is_the_largest_rate_times_bits() -> None:
    bits = {"bf16": 16, "fp8": 8, "fp4": 4, "int8": 8}
    for chip in CHIPS:
        if chip.tpp and chip.peak_flop_s and not chip.proxy:
            largest = max(v * bits[k] for k, v in chip.peak_flop_s.items()) / 1e12
            assert chip.tpp == pytest.approx(largest, rel=0.02), chip.id


def test_domestic_chips_are_those_of_chinese_makers() -> None:
    assert chips()["ascend-910c"].domestic_cn
    assert not chips()["h20-96g"].domestic_cn
    assert chips()["bytedance-inhouse"].domestic_cn


def test_a_chip_without_figures_says_whose_it_borrows() -> None:
    own, stand_in = chips()["bytedance-inhouse"], chips()["h20-96g"]
    assert own.proxy == stand_in.id
    assert own.grade == "guess"
    assert own.memory_bytes == stand_in.memory_bytes
    assert own.price_usd is None


BLOCKS = {
    "nemotron-3-nano-30b-a3b": 52, "nemotron-3-super-120b-a12b": 88,
    "nemotron-3-ultra-550b-a55b": 108,
}  # fmt: skip
"""Models whose layers hold a mixer or a feed-forward, and how many layers their configs state."""
DOUBLE = {"longcat-flash", "longcat-flash-lite", "longcat-2.0"}
"""Models whose layers hold two attentions and two dense feed-forwards beside their experts."""


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.id)
def test_model_layers_add_up(model: Model) -> None:
    assert model.attention in get_args(AttentionKind)
    if not model.has_shapes:
        assert model.attention == "none"
        assert models()[model.proxy].has_shapes
        assert model.proxy_reason
        return
    mixers = model.n_full_layers + model.n_window_layers + model.n_linear_layers
    feeds = model.n_moe_layers + model.n_dense_layers
    if model.id in DOUBLE:
        assert (mixers, feeds) == (2 * model.layers, 3 * model.layers)
    elif model.id in BLOCKS:
        assert (model.layers, mixers + feeds) == (mixers, BLOCKS[model.id])
    else:
        assert model.layers == mixers == feeds
    assert model.heads % max(model.kv_heads, 1) == 0
    assert 0 < model.active_params <= model.total_params
    assert model.vocab > 10_000
    assert (model.window > 0) == (model.n_window_layers > 0 or model.attn_type == "csa_hca")
    assert (model.n_moe_layers > 0) == (model.experts > 0)
    assert model.top_k <= model.experts
    assert model.n_dense_layers == 0 or model.dense_ffn > 0
    if model.attention == "mla":
        assert model.kv_lora
        assert model.qk_rope or model.id == "glm-5.3-flash"  # which turns no keys
        assert model.v_head_dim


def test_dates_are_dates() -> None:
    for table, column in (("prices", "date"), ("fx", "date"), ("token_volumes", "date")):
        for row in rows(table):
            assert parse_date(row[column]) <= known_on(row[column])


def test_prices_point_to_chips_and_are_ordered() -> None:
    assert len(prices()) >= 60
    for p in prices():
        assert p.low > 0
        assert p.high >= p.low
        assert p.chip == "" or p.chip in chips()
    assert any(p.chip == "h200-sxm" and p.low == 20_000 for p in prices())


def test_rates_cross_and_hold_the_reference_figure() -> None:
    day = date(2025, 12, 31)
    assert {"CNY", "EUR", "MYR", "THB", "USD", "JPY", "GBP", "SGD", "INR"} <= set(fx().currencies)
    assert fx().rate("USD", "CNY", day) == 7.0432
    chips_bought = 85e9 / (20_000 * 7.04)
    assert fx().convert(85e9, "CNY", "USD", day) / 20_000 == pytest.approx(chips_bought, rel=1e-3)


def test_token_series_are_dated_in_order_and_found_by_name() -> None:
    points = token_series("bytedance-tokens")
    assert token_series("ByteDance") == points
    assert [p.date for p in points] == sorted(p.date for p in points)
    assert points[-1].value == 50e12
    assert points[-1].floor
    assert points[0].date_sd_days == 0
    month = next(p for p in points if p.date == date(2024, 7, 16))
    assert month.date_sd_days == pytest.approx(31 / 12**0.5)
    for name in token_series_names():
        assert all(p.value > 0 for p in token_series(name))
    with pytest.raises(UnknownNameError, match="did you mean 'bytedance-tokens'"):
        token_series("bytdance")


def test_events_regions_peers_and_costs() -> None:
    events = control_events()
    assert [e.date for e in events] == sorted(e.date for e in events)
    known = set(chips()) | {"all foreign"}
    assert all(set(e.chips) <= known for e in events)
    assert max(e.date for e in events) >= date(2026, 11, 3)
    for r in regions().values():
        assert r.pue is None or 1 <= r.pue <= 2
        assert r.tariff is None or 0 < r.tariff < 1.5
        assert len(r.country) == 2
    assert all(p.low > 1e9 and (p.high is None or p.high >= p.low) for p in peer_capex())
    assert cost_references()["C91"].low == 226.75 * 8 * 24 * 2  # an identity of the source


def test_a_figure_that_sources_give_otherwise_says_so() -> None:
    facts = {f.parameter: f for f in catalogue_document("chips", "mi455x").facts}
    against = facts["memory_bandwidth"].disputes
    assert [(d.used, d.other, d.unit) for d in against] == [(19.6, 23.3, "TB/s")]
    assert chips()["mi455x"].memory_byte_s == 19.6e12
    assert facts["memory"].disputes == ()
    assert catalogue_document("chips", "h200-sxm").facts[0].disputes == ()
    link = {f.parameter: f for f in catalogue_document("chips", "vr200-nvl72").facts}
    assert [d.other for d in link["link_bandwidth"].disputes] == [1500]


def test_facts_of_the_market_are_dated_and_say_a_number_or_words() -> None:
    assert len(market_facts()) >= 70
    for fact in market_facts():
        assert (fact.low is None) == (fact.high is None) == bool(fact.words), fact
        assert fact.low is None or fact.low <= fact.high, fact
    known = catalogue_document("facts", as_of="2026-08-31").rows
    assert 0 < len(known) < len(market_facts())
    assert all(known_on(str(r.date)) <= date(2026, 8, 31) for r in known)
    for said in disputes():
        assert known_on(said.date) >= date(2025, 9, 1)


def test_known_on_is_the_last_day_a_date_may_mean() -> None:
    assert known_on("2026") == date(2026, 12, 31)
    assert known_on("2025-12") == date(2025, 12, 31)
    assert known_on("2025-12-23") == date(2025, 12, 23)


@pytest.mark.parametrize("table", ["chips", "chip_parameters"])
def test_no_figure_that_a_digest_or_a_memory_holds_is_called_official(table: str) -> None:
    for row in rows(table):
        said = cite(row["source"]).lower()
        if row["grade"] == "official":
            assert not any(word in said for word in ("awesomeagents", "recalled")), row
