"""The catalogue against the tables it was made from, and against every measured row's names."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache

import pytest

from outlay.catalogue import (
    chips,
    cite,
    cost_references,
    disputes,
    find_chip,
    find_model,
    fx,
    models,
    peer_capex,
    prices,
    token_series,
    token_series_names,
)
from outlay.catalogue.tables import rows
from outlay.core.errors import UnknownNameError
from outlay.core.periods import Period, parse_date
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
    assert {r["item"] for r in _rows("prices.csv")} <= {p.item for p in prices()}
    assert {r["event"] for r in _rows("export_control_events.csv")} <= {
        r["event"] for r in rows("control_events")
    }
    assert {(r["company"], r["period"], r["as_of"]) for r in _rows("peer_capex.csv")} <= {
        (p.company, p.period, p.as_of) for p in peer_capex()
    }
    assert {r["ref_id"] for r in _rows("cost_references.csv")} <= set(cost_references())
    assert {(r["entity"], r["date"], r["value"]) for r in _rows("token_volumes.csv")} <= {
        (r["entity"], r["date"], r["value"]) for r in rows("token_volumes")
    }
    points = [p for s in token_series_names() for p in token_series(s)]
    assert len(points) == sum(bool(r["tokens_per_day"]) for r in rows("token_volumes"))
    for r in _rows("token_volumes_2026.csv"):
        same = [p for p in points if p.series == f"{r['series']}-tokens" and p.date in _days(r)]
        each = {"minute": 1440.0, "week": 1 / 7}[r["unit"].partition("/")[2]]
        scale = {"billion": 1e9, "trillion": 1e12}[r["unit"].partition("/")[0]]
        assert same[0].value == pytest.approx(float(r["value"]) * scale * each, rel=0.01), r


def _days(row: dict[str, str]) -> list[date]:
    """The day that a row may be of: of a month, its middle."""
    written = row["date"]
    return [parse_date(written)] if len(written) == 10 else [Period.parse(written).middle]


IN_MODELS = {
    ("deepseek-v4.1-flash", "total parameters, backbone"): {"total_params": 552e9},
    ("deepseek-v4.1-flash", "active parameters, decode token"): {"active_params": 16e9},
    ("deepseek-v4.1-flash", "layers"): {"layers": 40},
    ("deepseek-v4.1-flash", "hidden"): {"hidden": 5120},
    ("deepseek-v4.1-flash", "experts / top-k / width"): {
        "experts": 384, "top_k": 6, "expert_ffn": 2304, "shared_ffn": 2304},
    ("deepseek-v4.1-flash", "key-value width per layer"): {"head_dim": 512, "kv_heads": 1},
    ("mistral-large-4", "total parameters"): {"total_params": 1050e9},  # 1T, rounded: disputed
    ("mistral-large-4", "active parameters"): {"active_params": 52e9},
    ("mistral-large-4", "layers / hidden / heads"): {"layers": 72, "hidden": 6144, "heads": 64},
    ("mistral-large-4", "kv_lora / rope / nope / v"): {
        "kv_lora": 512, "qk_rope": 64, "qk_nope": 64, "v_head_dim": 128},
    ("mistral-large-4", "layers that read another layer's cache"): {
        "kv_bytes_per_token_bf16": 71_424},
    ("mistral-large-4", "experts / top-k"): {"experts": 128, "top_k": 4},
    ("mistral-large-4", "indexer heads / width / top-k"): {
        "index_heads": 32, "index_dim": 128, "index_topk": 2048},
    ("hunyuan-hy4", "total parameters"): {"total_params": 770e9},
    ("k-exaone-2.0", "total / active parameters"): {"total_params": 750e9, "active_params": 37e9},
    ("hy3", "total / active parameters"): {"total_params": 295e9, "active_params": 21e9},
}  # fmt: skip
"""Facts that rows of models hold."""
HOLDERS = (
    "facts", "peer_capex", "prices", "control_events", "token_volumes", "cost_references", "fx",
    "disputes",
)  # fmt: skip


@cache
def _held() -> dict[str, set[str]]:
    """Citation → the cells of all rows that rest on it."""
    found: dict[str, set[str]] = {}
    for table in HOLDERS:
        for r in rows(table):
            found.setdefault(cite(r["source"]), set()).update(r.values())
    return found


def _among(value: str, cells: set[str]) -> bool:
    """Whether a value is a cell of its own, or stands in one with words."""
    return value in cells or any(value in cell for cell in cells if " " in cell)


def _cited(source: str) -> str:
    """A source as the catalogue writes it, which names no other row of a list."""
    return source.replace("same repository", "a public repository").replace(
        "as noted in a public repository", "as noted there"
    )


def _found(fact: dict[str, str]) -> bool:
    """Whether the catalogue holds a fact: its value and date, under its source."""
    if known := IN_MODELS.get((fact["item"], fact["parameter"])):
        model = find_model(fact["item"])
        return {name: getattr(model, name) for name in known} == known
    if fact["item"] == "vr200-nvl72" and "link" in fact["parameter"]:
        said = next(d for d in disputes() if d.item == "vr200-nvl72")
        return 2 * said.other == float(fact["value"]) * 1000
    values = fact["value"].split("/")
    if fact["unit"] == "votes":
        values = [fact["value"].replace("-", " to ")]
    if fact["unit"] == "1e6 USD":
        values = [f"{float(fact['value']) * 1e6:.0f}"]
    if fact["unit"] == "rule":  # said of a measure
        values = []
    cells = _held().get(_cited(fact["source"]), set())
    return fact["date"] in cells and all(_among(v, cells) for v in values)


def test_every_fact_of_2026_is_there_with_its_source_and_date() -> None:
    facts = _rows("facts_2026.csv")
    assert [f for f in facts if not _found(f)] == []


def test_what_is_disputed_is_a_figure_of_the_catalogue() -> None:
    of = {"chips": "chip_parameters", "models": "model_parameters", "facts": "facts",
          "peers": "peer_capex", "prices": "prices"}  # fmt: skip
    for said in disputes():
        assert said.used != said.other
        assert said.reason
        if said.table in ("chips", "models"):
            held = [r["value"] for r in rows(of[said.table])
                    if (r["item"], r["parameter"]) == (said.item, said.parameter)]  # fmt: skip
        else:
            held = [r["low"] for r in rows(of[said.table])
                    if said.item in r.values()]  # fmt: skip
        assert said.used in map(float, held), said


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
