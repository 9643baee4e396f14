"""The plan's capacity table: flow balance, the simulated edge, intervals, the store."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from outlay.core.errors import InputError
from outlay.performance.types import Layout
from outlay.serving.engine.steps import dense
from outlay.serving.sizing.capacity import capacity, cell_for
from outlay.serving.sizing.edge import percentile_interval
from outlay.serving.sizing.flow import decode_flow, mean_context, prefill_flow
from outlay.serving.spec import Deployment, Lengths, ServiceSpec, content_hash
from outlay.serving.store import fingerprint, load, save
from outlay.serving.validate import example_table

SPEC = ServiceSpec(
    "chat",
    "a-model",
    input_tokens=4000,
    output_tokens=400,
    cached_share=0.5,
    lengths=Lengths(0.6, 0.6),
    ttft_s=2.0,
    tpot_s=0.03,
)


def deployer(spec, chip, phase):
    if chip == "none":
        return [Deployment(chip, None, None, why_not="the weights do not fit")]
    table = example_table() if chip == "one" else slower(example_table(), 2.0)
    return [Deployment(chip, Layout(8, tp=8, phase=phase), table, "HBM", 0.9, 1.1)]


def slower(table, factor):
    return replace(
        table,
        decode_base_s=table.decode_base_s * factor,
        decode_s_per_kv_token=table.decode_s_per_kv_token * factor,
        prefill_base_s=table.prefill_base_s * factor,
        prefill_s_per_token=table.prefill_s_per_token * factor,
        prefill_s_per_token_ctx=table.prefill_s_per_token_ctx * factor,
    )


@pytest.fixture(scope="module")
def table():
    return capacity([SPEC], ["one", "half", "none"], deployer=deployer, folder=None)


def test_the_table_has_a_row_per_phase_and_says_why_not(table):
    assert table.loads == ("chat/prefill", "chat/decode")
    assert table.units_per_chip.shape == (2, 3)
    assert table.cell("chat/decode", "none").why_not == "the weights do not fit"
    assert table.units_per_chip[0, 2] == 0.0


def test_intervals_hold_the_value_and_load_factors_are_shares(table):
    for cell in table.cells:
        if cell.units_per_chip > 0:
            assert cell.low < cell.units_per_chip < cell.high
            assert 0 < cell.load_factor < 1
            assert cell.method == "simulated"
            assert 2000 / 8 <= cell.watts_per_chip <= 5600 / 8


def test_a_chip_at_half_speed_carries_less_than_half(table):
    fast, slow = (table.cell("chat/prefill", c).units_per_chip for c in ("one", "half"))
    assert 0 < slow < 0.52 * fast  # the same limit leaves less head-room


def test_simulated_edge_is_near_flow_balance(table):
    flow = capacity([SPEC], ["one"], deployer=deployer, simulate=False, folder=None)
    for load_id in table.loads:
        a, b = table.cell(load_id, "one"), flow.cell(load_id, "one")
        assert b.method == "flow balance"
        assert a.units_per_chip == pytest.approx(b.units_per_chip, rel=0.25)


@pytest.mark.parametrize("phase", ["prefill", "decode"])
def test_looser_limits_never_carry_less(phase):
    deployments = deployer(SPEC, "one", phase)
    got = [
        cell_for(replace(SPEC, ttft_s=1.0 * k, tpot_s=0.012 * k), deployments, phase)
        for k in (1.0, 1.5, 3.0)
    ]
    units = [c.units_per_chip for c in got]
    assert all(b >= 0.985 * a for a, b in pairwise(units)), units


def test_burstier_traffic_carries_less():
    calm, wild = (
        cell_for(replace(SPEC, burst_cv=cv, pool=2), deployer(SPEC, "one", "prefill"), "prefill")
        for cv in (0.5, 4.0)
    )
    assert wild.units_per_chip < calm.units_per_chip


def test_an_impossible_limit_names_itself():
    cell = cell_for(replace(SPEC, ttft_s=0.01), deployer(SPEC, "one", "prefill"), "prefill")
    assert cell.units_per_chip == 0
    assert "TTFT" in cell.why_not
    assert "0.01 s" in cell.why_not


def test_no_limit_means_a_stable_load_below_saturation():
    spec = replace(SPEC, ttft_s=None, tpot_s=None)
    cell = cell_for(spec, deployer(spec, "one", "decode"), "decode")
    assert 0.8 < cell.load_factor <= 0.97


def test_saturated_decode_is_the_full_batch():
    spec = replace(SPEC, tpot_s=None, lengths=Lengths(0.0, 0.0))
    step = dense(example_table())
    flow = decode_flow(spec, step)
    context = mean_context(spec)
    assert context == pytest.approx(4200)
    batch = int(step.capacity_tokens / context)
    assert flow.saturated == pytest.approx(batch / step.decode_s(batch, batch * context))


def test_cached_tokens_cost_less_than_fresh_ones():
    step = dense(example_table())
    cached = prefill_flow(SPEC, step, 8192)
    bare = prefill_flow(replace(SPEC, cached_share=0.0), step, 8192)
    requests = [cached.saturated / SPEC.uncached_tokens, bare.saturated / 4000]
    assert requests[0] > 1.5 * requests[1]


def test_same_seed_same_table_for_any_number_of_workers():
    one, two = (
        capacity([SPEC], ["one", "half"], deployer=deployer, folder=None, workers=w) for w in (1, 2)
    )
    assert np.array_equal(one.units_per_chip, two.units_per_chip)


def test_the_store_returns_what_was_saved_and_keys_are_of_the_question(tmp_path, table):
    key, cell = content_hash(SPEC, 1), table.cells[0]
    assert load(tmp_path, key) is None
    save(tmp_path, key, cell)
    assert load(tmp_path, key) == cell
    assert content_hash(SPEC, 1) == key != content_hash(replace(SPEC, ttft_s=1.0), 1)


def test_a_service_that_cannot_be_is_refused():
    with pytest.raises(InputError) as found:
        replace(SPEC, input_tokens=-5.0, cached_share=1.5)
    assert len(found.value.problems()) == 2
    with pytest.raises(InputError, match="decode step must take time"):
        dense(
            replace(example_table(), decode_base_s=np.zeros(4), decode_s_per_kv_token=np.zeros(4))
        )


def test_a_change_of_code_or_of_a_models_table_finds_nothing_kept(tmp_path):
    files = ("performance/a.py", "serving/engine/b.py", "catalogue/data/models.csv")
    for name in (*files, "catalogue/data/prices.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    before = fingerprint(tmp_path)
    for name in files:
        (tmp_path / name).write_text("2")
        after = fingerprint(tmp_path)
        assert after != before, name
        before = after
    (tmp_path / "catalogue/data/prices.csv").write_text("2")
    assert fingerprint(tmp_path) == before


@pytest.mark.parametrize("n", [10, 1997, 2000])
def test_percentiles_of_batches_are_those_of_each_batch_alone(n):
    values = np.random.default_rng(n).lognormal(size=n)
    each = [np.quantile(x, 0.99) for x in np.array_split(values, 10)]
    middle, low, high = percentile_interval(values, 0.99)
    half = 1.833 * np.std(each, ddof=1) / np.sqrt(10)
    assert (middle - low, high - middle) == (pytest.approx(half), pytest.approx(half))
