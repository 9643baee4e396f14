"""Observed runs: replayed as they were sent, fitted where they tell it, refused where not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from outlay.catalogue import find_chip, find_model
from outlay.performance import Layout, Precision, Stack, step_table
from outlay.performance.constants.calibrated import Calibrated, shipped_basis
from outlay.performance.fit.calibrate import load as load_rows
from outlay.performance.overhead import Overhead
from outlay.serving.engine.policy import Policy
from outlay.serving.observed import lengths
from outlay.serving.observed.answer import look, observation_document, overheads
from outlay.serving.observed.named import Options, ran_on
from outlay.serving.observed.play import figures_of
from outlay.serving.observed.reading import read_observations
from outlay.serving.observed.rows import rows_csv, trace_csv
from outlay.serving.observed.sending import Sending, sending_of
from outlay.serving.observed.types import Load, Observation, Setup, Spread, Timings
from outlay.serving.traffic.loaders import load_trace
from outlay.serving.traffic.requests import traffic
from support.observed_runs import measured

SETUP = Setup(
    engine="vllm", engine_version="0.11.0", model="meta-llama/Llama-3.1-8B-Instruct",
    chip="NVIDIA H100 80GB HBM3", n_chips=1, tp=1,
)  # fmt: skip
DATA = Path(__file__).parents[1] / "data/observed"
OWN = Overhead("", "", "", factor=1.2, step_s=0.0015, first_token_s=0.12)


def table(isl=700.0, osl=120.0):
    return step_table(
        find_model("llama-3.1-8b"), find_chip("h100-sxm"), Layout(1), Precision("bf16", "bf16"),
        Stack("vllm"), context=isl + osl / 2,
    )  # fmt: skip


def requests(n=300, rate=6.0, seed=0):
    rng = np.random.default_rng(seed)
    inp, out = rng.integers(100, 1300, n), rng.integers(2, 240, n)
    return traffic(np.cumsum(rng.exponential(1 / rate, n)), inp, out)


def own_table(t):
    return table(float(np.mean(t.input_tokens)), float(np.mean(t.output_tokens)))


def run_open(rate, overhead=None, n=300):
    t = requests(n, rate)
    t = replace(t, arrival_s=t.arrival_s - t.arrival_s[0])
    load = Load("open", rate_req_s=rate, burstiness=1.0)
    return measured(Sending(t, "recorded"), own_table(t), load, SETUP, overhead=overhead)


def ratios(doc):
    return {(f.metric, f.statistic): f.ratio for f in doc.figures}


def seen(*observations, options=None, **more):
    return observation_document(
        look(observations, options or Options(), Policy(), Calibrated(), **more)
    )


def test_a_run_of_our_own_engine_is_replayed_to_the_digit() -> None:
    doc = seen(run_open(6.0))
    found = ratios(doc)
    assert len(found) >= 16
    assert all(x == pytest.approx(1.0, abs=1e-9) for x in found.values()), found
    assert doc.runs[0].error == pytest.approx(0.0, abs=1e-9)
    assert doc.runs[0].replayed == "recorded"


def test_without_an_overhead_none_is_found() -> None:
    (fit,) = seen(run_open(1.0), run_open(25.0)).fits
    assert fit.factor == pytest.approx(1.0, abs=1e-4)
    assert fit.step_s == pytest.approx(0.0, abs=1e-6)
    assert fit.error_after < 1e-4


def test_an_overhead_that_was_put_in_is_found() -> None:
    doc = seen(run_open(0.5, OWN), run_open(8.0, OWN), run_open(18.0, OWN))
    (fit,) = doc.fits
    assert fit.fitted == ("factor", "step_s", "first_token_s")
    assert fit.factor == pytest.approx(1.2, rel=1e-2)
    assert fit.step_s == pytest.approx(0.0015, rel=5e-2)
    assert fit.first_token_s == pytest.approx(0.12, rel=5e-3)
    assert fit.error_before > 0.1
    assert fit.error_unseen < 0.03
    assert fit.error_after < 1e-3
    means = [f.fitted_ratio for f in doc.figures if f.statistic in ("", "mean")]
    assert all(x == pytest.approx(1.0, abs=0.005) for x in means), means


def test_one_load_cannot_tell_a_step_from_a_factor() -> None:
    (fit,) = seen(run_open(1.0, OWN)).fits
    assert "step_s" not in fit.fitted
    assert any("few and with many requests in flight" in why for why in fit.held)
    assert fit.step_s == 0.0
    assert fit.error_after < fit.error_before


def test_a_factor_at_the_end_of_what_can_be_is_no_finding() -> None:
    """One closed loop of four, of a server whose steps do not grow with the batch."""
    (o,) = read_observations(DATA / "aiperf/profile_export_aiperf.json")
    on = Options(find_model("llama-3.1-8b"), find_chip("h100-sxm"), tp=1, stack="vllm")
    (fit,) = seen(o, options=on).fits
    assert fit.fitted == ("step_s", "first_token_s")
    assert fit.factor == 1
    assert any("ran to the end of what can be, 0.05" in why for why in fit.held)
    assert fit.error_after < 0.1 < fit.error_before


def test_a_file_that_is_overruled_is_told() -> None:
    (o,) = read_observations(DATA / "inferencex/agg_apart.json")
    ran = ran_on(o, Options(find_model("llama-3.1-8b"), find_chip("h100-sxm"), tp=1))
    assert ran.ep == 1
    assert "the file says chip h200: h100-sxm is taken, as asked" in ran.notes
    assert "the file says experts over 16 chips: llama-3.1-8b has none" in ran.notes
    same = ran_on(o, Options(find_model("llama-3.1-8b"), find_chip("h200"), tp=1))
    assert not any("as asked" in n for n in same.notes)


def test_nothing_is_fitted_to_throughput_at_a_rate_that_was_sent() -> None:
    one = run_open(2.0)
    doc = seen(replace(one, metrics={k: v for k, v in one.metrics.items() if "tokens" in k}))
    assert doc.fits == ()
    assert "nothing to fit to" in doc.not_fitted[0]


def test_where_requests_are_not_listed_they_are_drawn_of_what_is_stated() -> None:
    one = replace(run_open(6.0, n=2000), timings=None)
    sent = sending_of(one)
    assert isinstance(sent, Sending)
    assert sent.how == "open"
    assert len(sent.traffic) == 2000
    assert np.mean(sent.traffic.input_tokens) == pytest.approx(
        one.input_tokens / one.completed, rel=0.03
    )
    rate = 1999 / sent.traffic.span_s
    assert rate == pytest.approx(6.0, rel=0.08)
    doc = seen(one)
    assert ratios(doc)["tpot_s", "p50"] == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(
    ("load", "how", "cv"),
    [
        (Load("open", rate_req_s=5.0, burstiness=1.0), "open", 1.0),
        (Load("open", rate_req_s=5.0, burstiness=4.0), "open", 0.5),
        (Load("open", rate_req_s=5.0, even=True), "open", 0.0),
        (Load("unknown"), "rate", 1.0),
    ],
)
def test_gaps_are_drawn_as_bursty_as_they_were_asked_for(load, how, cv) -> None:
    one = replace(run_open(6.0), timings=None, load=load, completed=4000, req_s=5.0,
                  input_tokens=4000 * 700, output_tokens=4000 * 100)  # fmt: skip
    sent = sending_of(one)
    assert sent.how == how
    gaps = np.diff(sent.traffic.arrival_s)
    assert np.mean(gaps) == pytest.approx(0.2, rel=0.05)
    assert np.std(gaps) / np.mean(gaps) == pytest.approx(cv, abs=0.06)


def test_what_is_not_stated_is_named_and_not_made_up() -> None:
    bare = Observation("x", "", "f.json", Load("open", rate_req_s=3.0), completed=5)
    assert "lengths are not stated" in sending_of(bare)
    known = replace(bare, input_tokens=500, output_tokens=50, load=Load())
    assert "neither a rate" in sending_of(known)
    assert "--model" in ran_on(bare, Options())
    assert "--chip" in ran_on(replace(bare, setup=Setup(model="llama-3.1-8b")), Options())
    doc = seen(bare)
    assert doc.runs[0].replayed == ""
    assert "--model" in doc.runs[0].why_not


def test_names_of_hubs_and_drivers_are_found_in_the_catalogue() -> None:
    ran = ran_on(run_open(1.0), Options())
    assert (ran.model.id, ran.chip.id, ran.tp, ran.stack) == ("llama-3.1-8b", "h100-sxm", 1, "vllm")


def test_chips_of_a_deployment_are_replicas() -> None:
    eight = replace(run_open(1.0), setup=replace(SETUP, n_chips=8, tp=2))
    assert ran_on(eight, Options()).replicas == 4
    assert ran_on(eight, Options(tp=4)).replicas == 2
    assert ran_on(eight, Options(replicas=1)).replicas == 1
    doc = seen(eight)
    assert doc.runs[0].output_tok_s_per_chip == pytest.approx(eight.output_tok_s / 8)


def test_counters_stand_beside_those_of_the_replay() -> None:
    one = run_open(6.0)
    doc = seen(replace(one, counters={"preemptions": 0.0, "running_mean": 3.0, "odd": 2.0}))
    found = {f.metric: f for f in doc.figures}
    assert found["preemptions"].replayed == 0.0
    assert found["running_mean"].replayed > 0
    assert found["odd"].replayed is None
    given = seen(replace(one, counters={"prefix_hit_share": 0.4}))
    assert ratios(given)["prefix_hit_share", ""] == pytest.approx(1.0, abs=0.04)  # whole blocks
    mean = {(f.metric, f.statistic): f.replayed for f in given.figures}
    plain = {(f.metric, f.statistic): f.replayed for f in doc.figures}
    assert mean["ttft_s", "mean"] < plain["ttft_s", "mean"]


def test_figures_come_as_stated() -> None:
    one = Observation(
        "x", "", "f", Load(), req_s=2.0, metrics={"ttft_s": Spread(quantiles={0.999: 3.0})}
    )
    assert [(f.metric, f.statistic, f.measured) for f in figures_of(one)] == [
        ("req_s", "", 2.0), ("ttft_s", "p99.9", 3.0),
    ]  # fmt: skip


def known(*observations):
    found = look(observations, Options(), Policy(), Calibrated(), fit=False)
    return [(s.observation, s.ran, s.sending, s.chips) for s in found.seen]


@pytest.mark.parametrize("kind", ["open", "closed", "burst"])
def test_every_row_that_is_written_is_one_that_calibrate_can_ask(kind, tmp_path) -> None:
    load = {
        "open": Load("open", rate_req_s=6.0, burstiness=1.0),
        "closed": Load("closed", concurrency=8), "burst": Load("burst"),
    }[kind]  # fmt: skip
    one = replace(run_open(6.0), load=load)
    (tmp_path / "rows.csv").write_text(rows_csv(known(one)))
    questions, refused = load_rows(tmp_path / "rows.csv")
    assert refused == []
    by = {q.metric: q for q in questions}
    assert by["mean_tpot"].measured["tpot_s"] == pytest.approx(one.metrics["tpot_s"].mean, rel=1e-5)
    for q in questions:
        assert (q.model.id, q.chip.id, q.stack.name) == ("llama-3.1-8b", "h100-sxm", "vllm")
        assert q.prompt == pytest.approx(one.input_tokens / one.completed, rel=1e-4)
    if kind == "closed":
        assert set(by) == {"output_throughput", "mean_ttft", "mean_tpot", "mean_e2e"}
        assert by["mean_ttft"].concurrency == 8
        out = by["output_throughput"].measured["out"]
        assert out == pytest.approx(one.output_tok_s, rel=1e-5)  # one chip
    else:
        assert set(by) == {"mean_tpot"}
        assert by["mean_tpot"].rate == (6.0 if kind == "open" else 0.0)


def test_a_trace_that_is_written_is_read_back_as_it_was(tmp_path) -> None:
    one = run_open(6.0)
    dropped = replace(one.timings, ok=one.timings.ok.copy(), session=np.arange(300) // 3)
    dropped.ok[[0, 7]] = False
    (tmp_path / "t.csv").write_text(trace_csv(dropped))
    back = load_trace(tmp_path / "t.csv").traffic
    kept = np.delete(np.arange(300), [0, 7])
    assert np.array_equal(back.input_tokens, one.timings.input_tokens[kept])
    assert np.array_equal(back.output_tokens, one.timings.output_tokens[kept])
    assert np.array_equal(back.session, kept // 3)
    sent = one.timings.sent_s[kept] - one.timings.sent_s[kept[0]]
    assert back.arrival_s == pytest.approx(sent, abs=1e-6)


def test_later_turns_find_the_earlier_ones() -> None:
    turns = Timings(
        np.array([0.0, 1.0, 5.0, 6.0]), np.array([100, 300, 50, 160]), np.array([20, 30, 5, 9]),
        np.full(4, np.nan), np.full(4, np.nan), np.ones(4, bool), np.array([4, 4, 7, 7]),
    )  # fmt: skip
    sent = sending_of(Observation("x", "", "f", Load("trace"), timings=turns))
    assert sent.prefix_cache == "lru"
    assert sent.traffic.shared_tokens.tolist() == [0, 120, 0, 55]
    assert sent.traffic.session.tolist() == [4, 4, 7, 7]


def test_a_ratio_is_the_replay_over_what_was_measured() -> None:
    one = run_open(6.0)
    slow = replace(one.metrics["ttft_s"], mean=4 * one.metrics["ttft_s"].mean)
    doc = seen(replace(one, metrics={"ttft_s": slow}), fit=False)
    assert ratios(doc)["ttft_s", "mean"] == pytest.approx(0.25, rel=1e-9)
    assert doc.runs[0].error == pytest.approx(3.0, rel=1e-6)  # four times
    assert doc.fits == ()


def test_an_overhead_that_is_known_is_in_the_replay() -> None:
    own = replace(OWN, model="llama-3.1-8b", chip="h100-sxm", weights="bf16")
    found = look([run_open(6.0, OWN)], Options(), Policy(), Calibrated(overheads=(own,)), fit=False)
    assert observation_document(found).runs[0].error == pytest.approx(0.0, abs=1e-9)
    fresh = look([run_open(1.0, OWN)], Options(), Policy(), Calibrated(overheads=(own,)))
    (kept,) = overheads(fresh, Calibrated(overheads=(own,)))
    assert kept.layout == "tp 1, pp 1, dp 1, ep 1"
    assert (kept.engine, kept.runs, kept.constants) == ("vllm 0.11.0", 1, shipped_basis())
    dated = fresh.seen[0].observation
    seen = replace(fresh.seen[0], observation=replace(dated, measured_on="2026-10-02"))
    (kept,) = overheads(replace(fresh, seen=(seen,)), Calibrated())
    assert kept.observed == "2026-10-02"
    other = replace(own, chip="l40s")
    assert overheads(fresh, Calibrated(overheads=(other,)))[0] is other


def test_of_a_long_run_a_part_is_replayed_and_totals_are_left_out(monkeypatch) -> None:
    monkeypatch.setattr(lengths, "MOST_DRAWN", 200)
    one = replace(run_open(6.0), timings=None, counters={"preemptions": 1.0, "running_mean": 2.0})
    found = {(f.metric, f.statistic): f.replayed for f in seen(one, fit=False).figures}
    assert found["preemptions", ""] is None
    assert found["duration_s", ""] is None
    assert found["running_mean", ""] > 0
    assert "first 200 of 300" in seen(one, fit=False).runs[0].notes[0]


def test_answers_whose_lengths_are_not_stated_are_spread_as_their_ends_are() -> None:
    one = run_open(6.0, n=2000)
    known = {k: v for k, v in one.metrics.items() if not k.endswith("tokens")}
    bare = replace(one, timings=None, metrics=known)
    sent = sending_of(bare)
    true, found = (np.std(x) / np.mean(x) for x in
                   (one.timings.output_tokens, sent.traffic.output_tokens))  # fmt: skip
    assert found == pytest.approx(true, rel=0.15)
    assert any("as their times to the end are" in n for n in sent.notes)
    assert any("spread of prompts is not stated" in n for n in sent.notes)


def test_a_run_of_another_engine_shows_in_the_error_of_the_unseen() -> None:
    runs = [run_open(1.0, OWN), run_open(8.0, OWN)]
    other = run_open(16.0, replace(OWN, factor=2.4))
    (alike,) = seen(*runs, run_open(16.0, OWN)).fits
    (mixed,) = seen(*runs, other).fits
    assert alike.error_unseen < 0.03
    assert mixed.error_unseen > 0.2
    assert mixed.error_unseen > mixed.error_after
    (two,) = seen(*runs).fits
    assert two.error_unseen is None


def test_an_engine_twice_as_slow_is_found_from_afar() -> None:
    far = replace(OWN, factor=2.5, step_s=0.0, first_token_s=0.3)
    (fit,) = seen(run_open(1.0, far), run_open(6.0, far)).fits
    assert fit.error_before > 1.0
    assert fit.error_after < 0.01
    assert fit.factor == pytest.approx(2.5, rel=0.03)


def test_lengths_that_rates_and_times_say_are_taken_and_told() -> None:
    t = Spread
    one = Observation(
        "x", "", "f", Load("closed", concurrency=4), input_tok_s=4000.0, output_tok_s=1000.0,
        metrics={"ttft_s": t(mean=0.1), "tpot_s": t(mean=0.02), "e2e_s": t(mean=1.1)},
    )  # fmt: skip
    sent = sending_of(one)
    assert (sent.users, len(sent.traffic), sent.whole) == (4, 80, False)
    assert sent.traffic.output_tokens.tolist() == [51] * 80
    assert sent.traffic.input_tokens.tolist() == [204] * 80
    assert len(sent.notes) == 4
    by_rate = replace(one, metrics={}, req_s=5.0)
    assert sending_of(by_rate).traffic.output_tokens.tolist() == [200] * 80


def test_lengths_that_the_user_says_stand_where_the_file_has_none() -> None:
    one = Observation("x", "", "f", Load("open", rate_req_s=5.0), req_s=5.0, output_tok_s=100.0)
    assert "--isl" in sending_of(one)
    said = sending_of(lengths.with_lengths(one, 300.0, 900.0)).traffic
    assert (said.input_tokens[0], said.output_tokens[0]) == (300, 900)
    stated = replace(one, input_tokens=7000, output_tokens=700, completed=70)
    assert lengths.with_lengths(stated, 300.0, 900.0) == stated
