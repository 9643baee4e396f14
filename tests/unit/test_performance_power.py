"""Power by how much of the roofline is in use: bounds, and chips' measured energy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.catalogue import chips, find_chip, find_model
from outlay.performance import Layout, Precision, search, step_table
from outlay.performance.constants.constants import shipped
from outlay.performance.measured.batch import build
from outlay.performance.measured.row_table import read_rows
from outlay.performance.measured.rows import Question, ask
from outlay.performance.questions.power import idle_watts, watts
from support.shared import shared_dir

CHIPS = sorted(c.id for c in chips().values() if c.it_w > 0)


@given(st.sampled_from(CHIPS), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_more_work_never_takes_less_and_never_more_than_rated(
    name: str, less: float, more: float
) -> None:
    chip = find_chip(name)
    low, high = sorted((less, more))
    assert watts(chip, low) <= watts(chip, high) <= chip.it_w * (1 + 1e-12)
    assert idle_watts(chip) < chip.it_w


def test_one_model_of_power_in_answers_and_in_plans() -> None:
    model, chip = find_model("llama-3.1-70b"), find_chip("h100-sxm")
    best = search(model, chip, 1024.0, 1024.0, max_chips=4, precision=Precision("fp8"))[0]
    table = step_table(model, chip, best.layout, Precision("fp8"), context=1536.0)
    assert table.busy_w / best.layout.n_chips == pytest.approx(best.watts_per_chip, rel=0.15)
    assert Layout(1).n_chips * table.idle_w < table.busy_w


def test_a_prefill_pool_draws_what_prefill_takes() -> None:
    """Whatever the length of an output that it does not make."""
    model, chip = find_model("llama-3.1-8b"), find_chip("h100-sxm")
    drawn = {
        round(r.watts_per_chip, 6)
        for osl in (1.0, 100.0, 1000.0)
        for r in search(model, chip, 8000.0, osl, phase="prefill", max_chips=1, keep_all=True)
    }
    assert len(drawn) == 1


def test_published_energy_per_token() -> None:
    """Chip energy of InferenceX: drawn power over rated, against the share of the roofline."""
    path = shared_dir() / "data" / "measured_inference.csv"
    rows = [r for r in read_rows(path) if r["joules_per_output_token"]]
    pairs = [(r, q) for r in rows if isinstance(q := ask(r), Question)]
    batch = build([q for _, q in pairs])
    found = batch.evaluate(batch.constants(shipped()))
    off = []
    for i, (row, q) in enumerate(pairs):
        drawn = float(row["joules_per_output_token"]) * q.measured["out"]
        used = float(found.floor_s[i] / found.tpot_s[i])
        host = q.chip.it_w - q.chip.tdp_w
        off.append(abs(np.log((float(watts(q.chip, used)) - host) / drawn)))
    assert len(off) >= 30
    assert np.median(off) < 0.12
    assert np.max(off) < 0.5
