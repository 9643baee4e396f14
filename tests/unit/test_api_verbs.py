"""Verbs as a script calls them: what they are asked reaches the stage, and comes back in place."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from outlay.api.models.simulate import Simulated, simulate
from outlay.api.models.size import size
from outlay.api.plans.check import check
from outlay.api.plans.diff import diff
from outlay.api.plans.explain import explain
from outlay.api.read import read
from outlay.api.schema import schema
from outlay.api.validation.plan import validate_plan
from outlay.api.validation.simulator import validate_simulator
from outlay.core.errors import DocumentError, InputError, Problem, UnknownNameError
from outlay.results.checks import problems
from outlay.results.models.validation_runs import SimulatorCheck
from outlay.study import loads
from support.small import SMALL as PLANNED
from support.small import planned
from support.study_text import SMALL, broken

STUDY = {"small": loads(SMALL), "dear": loads(broken(("pue: 1.2", "pue: 1.9")))}


def test_check_holds_every_number_once_and_says_which_are_assumed() -> None:
    study, found = STUDY["small"], check(STUDY["small"])
    assert [n.path for n in found.facts] == [e.path for e in study.facts] != []
    assert [n.path for n in found.assumptions] == [e.path for e in study.assumptions] != []
    assert {n.source for n in found.facts} == {"ft"}
    volume = next(n for n in found.assumptions if n.path == "services.chat.tokens_per_day")
    assert (volume.low, volume.value, volume.high) == (5e11, 1e12, 2e12)
    assert volume.where == f"study.yaml:{volume.line}: services.chat.tokens_per_day"
    assert found.input_hash == study.hash
    assert check(study, overrides=["sites.oslo.pue=1.9"]).input_hash == STUDY["dear"].hash


def test_diff_of_two_and_of_one_with_its_scenario() -> None:
    small, dear = STUDY["small"], STUDY["dear"]
    found = diff(small, dear)
    assert (found.before.input_hash, found.after.input_hash) == (small.hash, dear.hash)
    assert [(c.path, c.kind, c.before, c.after) for c in found.changes] == [
        ("sites.oslo.pue", "changed", "1.2", "1.9")
    ]
    assert found.changes[0].ratio == pytest.approx(1.9 / 1.2)
    both = diff(small, dear, scenario="cheap").changes
    assert {c.path for c in both} == {"sites.oslo.pue", "supply.h200.price.always"}


def test_explain_is_of_the_study_with_its_overrides() -> None:
    assert explain(STUDY["small"], "sites.oslo.pue").value == 1.2
    changed = explain(STUDY["small"], "sites.oslo.pue", overrides=["sites.oslo.pue=1.7"])
    assert changed.value == 1.7
    cheap = explain(STUDY["small"], "supply.h200.price", scenario="cheap")
    assert (cheap.value, cheap.source) == (10_000.0, None)


def test_read_keeps_the_texts_and_writes_what_is_asked(tmp_path: Path) -> None:
    text = "字节跳动计划2026年资本支出1600亿元。"
    path = tmp_path / "note.txt"
    path.write_text(text, encoding="utf-8")
    found = read(
        path, date="2025-12-30", draft=tmp_path / "s.yaml", ledger=str(tmp_path / "l.yaml")
    )
    assert found.written == (tmp_path / "l.yaml", tmp_path / "s.yaml")
    assert all(p.is_file() for p in found.written)
    document = found.documents[0]
    assert (document.name, document.date, document.date_basis) == (
        "note.txt", "2025-12-30", "given",
    )  # fmt: skip
    assert (document.characters, document.language) == (len(text), "zh")
    assert found.reading.documents[0].text == text
    assert [(c.value_low, c.unit, c.said_on) for c in found.claims] == [
        (1.6e11, "CNY", "2025-12-30")
    ]
    saved = json.loads(found.save(tmp_path / "out").read_text(encoding="utf-8"))
    assert saved["kind"] == "claims"
    assert "reading" not in saved


def drawn(**asked: object) -> Simulated:
    given = {"model": "llama-3.1-8b", "chip": "h100-sxm", "tp": 1, "rate": 5.0, "requests": 300}
    return simulate(**{**given, **asked})  # type: ignore[arg-type]


def test_simulate_counts_goodput_within_the_limits_asked_for() -> None:
    free = drawn()
    between = (free.ttft_s.p50 or 0) * 0.9
    assert (free.tpot_s.p99 or 1) < between, "a limit that one meets and the other does not"
    assert free.goodput_share is None
    assert drawn(tpot_p99=between).goodput_share == 1.0
    assert drawn(ttft_p99=between).goodput_share < 0.5
    assert drawn(ttft_p99=between).slo.ttft_s == between
    assert free.requests_per_wall_s == pytest.approx(free.requests / free.wall_s)


def test_simulate_runs_on_what_was_asked_for(tmp_path: Path) -> None:
    split = drawn(replicas=2, prefill_replicas=1, weights="bf16")
    assert len(split.records.records.busy_s) == 3
    assert (split.replicas, split.replica.weights, split.replica.tp) == (2, "bf16", 1)
    assert drawn(seed=1).ttft_s != drawn(seed=2).ttft_s
    assert drawn(max_batch=1).queue_s.p99 > (drawn().queue_s.p99 or 0)
    frame = split.records.to_polars()
    assert frame.height == len(split.records) == split.requests == 300
    split.records.write(tmp_path / "r.csv")
    assert pl.read_csv(tmp_path / "r.csv").columns == frame.columns
    with pytest.raises(InputError, match=r"\.parquet or \.csv"):
        split.records.write(tmp_path / "r.txt")
    split.save(tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "latency.svg", "simulation.json", "timeline.svg",
    ]  # fmt: skip
    with pytest.raises(InputError, match="exactly one source"):
        drawn(trace="t.csv")


def test_size_prices_a_replica_at_the_rate_that_it_holds(tmp_path: Path) -> None:
    trace = tmp_path / "t.csv"
    rows = "".join(f"{0.5 * i},{100 + i % 50},10\n" for i in range(400))
    trace.write_text("arrival_s,input_tokens,output_tokens\n" + rows, encoding="utf-8")
    found = size(
        trace=trace, model="llama-3.1-8b", chip="h100-sxm", tp=2, ttft_p99=2.0, price=3.0,
        percentile=0.95,
    )  # fmt: skip
    assert (found.slo.ttft_s, found.slo.tpot_s, found.slo.percentile) == (2.0, None, 0.95)
    assert (found.chips_per_replica, found.usd_per_chip_hour) == (2, 3.0)
    tokens_per_hour = found.capacity_req_s_per_replica * 10 * 3600
    curve = found.cost_against_use
    assert curve.use[-1] == pytest.approx(1.0)
    assert curve.usd_per_mtok[-1] == pytest.approx(2 * 3.0 / tokens_per_hour * 1e6)
    perfect, fixed = found.fleets  # one replica holds: nothing to scale
    assert found.gap.chip_hours == pytest.approx(fixed.chip_hours - perfect.chip_hours)
    assert found.gap.usd == pytest.approx(3.0 * found.gap.chip_hours)
    assert fixed.chips_peak == found.fixed_chips + found.spare_chips
    hours = found.span_s / 3600 / len(found.series)
    assert sum(w.chips for w in found.series) * hours == pytest.approx(perfect.chip_hours)
    assert sum(w.chips_real for w in found.series) * hours == pytest.approx(fixed.chip_hours)
    found.save(tmp_path / "out")
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"size.json", "chips.svg", "cost.svg"}


def test_a_simulator_that_fails_a_check_says_so_and_ends_with_1(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import typer

    from outlay.app.cli.validation.simulator import validate_simulator_command
    from outlay.serving import validate

    def two(seed: int) -> list[SimulatorCheck]:
        row = validate._row
        return [row("a", "b", 2.0 + seed, 1.0, 0.0, 3.0, "x"), row("a", "c", 4.0, 1, 0, 3, "x")]

    monkeypatch.setitem(validate.CHECKS, "two", two)  # type: ignore[misc]
    found = validate_simulator(check=["two"], seed=1)
    assert [(r.value, r.ok) for r in found.rows] == [(3.0, True), (4.0, False)]
    assert (found.overall.n, found.overall.failed) == (2, 1)
    app = typer.Typer()
    app.command()(validate_simulator_command)
    assert CliRunner().invoke(app, ["--check", "two"]).exit_code == 1
    assert CliRunner().invoke(app, ["--check", "little"]).exit_code == 0
    with pytest.raises(InputError, match="unknown check"):
        validate_simulator(check=["tow"])


def test_validate_plan_plans_the_study_with_the_worlds_asked_for(tmp_path: Path) -> None:
    actual = tmp_path / "a.csv"
    actual.write_text("name,value\ncost,1e9\n", encoding="utf-8")
    found = validate_plan(PLANNED, actual=actual, worlds=60, seed=7)
    plan = planned(worlds=60, seed=7, values=False).result
    assert plan is not None
    assert plan.outlook is not None
    cost = next(d for d in plan.outlook.distributions if d.name == "cost")
    assert (found.rows[0].p50, found.rows[0].p95) == (cost.p50, cost.p95)
    assert (found.plan, found.actual) == ("small.yaml", "a.csv")
    assert validate_plan(plan, actual=actual) == found
    written = plan.save(tmp_path)
    assert validate_plan(written, actual=actual).rows == found.rows
    with pytest.raises(DocumentError, match="no outlook"):
        validate_plan(replace(plan, outlook=None), actual=actual)


def test_the_rows_of_an_error_are_its_problem() -> None:
    row = problems([Problem("what", "where", "value", "allowed", "hint")])[0]
    assert (row.what, row.where, row.value, row.allowed, row.hint) == (
        "what", "where", "value", "allowed", "hint",
    )  # fmt: skip


def test_schema_knows_study_and_kinds() -> None:
    assert "services" in schema()["properties"]  # type: ignore[operator]
    assert schema("diff")["title"] == "outlay diff"
    with pytest.raises(UnknownNameError) as caught:
        schema("dif")
    assert "diff" in caught.value.problems()[0].hint
