"""What the terminal says is the number that the document holds, each in its place."""

from __future__ import annotations

from dataclasses import replace

from outlay.report.words.check import change_line, check_lines
from outlay.report.words.claims import (
    claim_cells,
    document_line,
    found_line,
    identity_lines,
    to_keep,
)
from outlay.report.words.error import problem_lines
from outlay.report.words.models.simulation import latency_rows, simulation_heading, simulation_lines
from outlay.report.words.models.size import (
    beside_line,
    choice_lines,
    class_line,
    decision_line,
    first_token_line,
    fleet_cells,
    gap_line,
    pool_lines,
    scaler_line,
    size_heading,
    steady_lines,
    worst_line,
)
from outlay.report.words.models.validation_runs import check_cells, outcome_cells, plan_line
from outlay.results.base import Percentiles
from outlay.results.checks import Change, Check, Kept, Problem
from outlay.results.claims import Claim, Claims, Contradiction, Grounds, Identity, ReadDocument
from outlay.results.models.simulation import (
    ClassRow,
    PoolsBusy,
    Replica,
    ReplicasOn,
    Simulation,
)
from outlay.results.models.size import (
    Choice,
    ClassLimits,
    CostCurve,
    Fleet,
    Gap,
    Latency,
    Limits,
    Pool,
    Size,
    Steady,
)  # fmt: skip
from outlay.results.models.validation_runs import (
    Outcome,
    PlanScore,
    PlanValidation,
    SimulatorCheck,
)
from outlay.results.study import Number

REPLICA = Replica("a-model", "a-chip", 8, 4, 2, 1, 1, "fp8", "bf16", 500_000, 256)


def times(first: float) -> Percentiles:
    return Percentiles(first, first + 1, first + 2, first + 3)


SIMULATION = Simulation(
    requests=1000, completed=907, rejected=60, unfinished=33, preemptions=2071,
    ttft_s=times(11.0), tpot_s=times(21.0), e2e_s=times(31.0), queue_s=times(41.0),
    input_tok_s=51.0, output_tok_s=52_345.0, request_rate_s=53.0, cached_share=0.543,
    utilisation=0.654, mean_running=55.0, kv_peak_share=0.56, energy_j=57.0,
    joule_per_output_token=5.81, goodput_share=0.5912, goodput_req_s=60.0, simulated_s=6100.0,
    ttft_limit_s=13.0, tpot_limit_s=22.0,
    wall_s=0.62, requests_per_wall_s=63.0, replicas=3, replica=REPLICA, warnings=(),
)  # fmt: skip


def test_a_simulation() -> None:
    heading = simulation_heading(SIMULATION)
    assert heading == "a-model on 3 × 8 a-chip (tp 4, pp 2, dp 1, ep 1; fp8 weights, bf16 cache)"
    assert latency_rows(SIMULATION) == [
        ("ttft [s]", "11", "12", "13", "14"),
        ("tpot [s]", "21", "22", "23", "24"),
        ("e2e [s]", "31", "32", "33", "34"),
        ("queue [s]", "41", "42", "43", "44"),
    ]
    assert simulation_lines(SIMULATION) == [
        "limits missed at p99: 59.12 % within limits (TTFT 13 s, TPOT 22 s), 60 requests/s of them",
        "1,000 requests: 907 done, 33 never finished, 60 never fit, 2,071 preemptions; 54.3 % of "
        "input cached",
        "of the latencies, percentiles count the 93 without an answer as infinite, means leave "
        "them out",
        "52,345 output tok/s in fp8 weights and bf16 cache, busy 65.4 %, 53 requests/s, KV cache "
        "56 % full at most, 5.81 J per output token",
        "6,100 s of traffic in 0.62 s",
    ]
    kept = replace(SIMULATION, tpot_limit_s=24.0, ttft_limit_s=13.5)
    assert simulation_lines(kept)[0].startswith("limits held at p99: 59.12 % within")


def test_a_simulation_of_switched_replicas_two_pools_and_classes() -> None:
    rank = ClassRow(1, 10, 9, 2, times(1.0), times(2.0), 0.25)
    more = replace(
        SIMULATION, replicas_on=ReplicasOn(2.5, 1, 4, 12.5), pools_busy=PoolsBusy(0.9, 0.1),
        classes=(rank,), queue_s=times(10.0),
    )  # fmt: skip
    said = simulation_lines(more)
    assert "replicas on: 2.50 on average (1 to 4 while requests came), 12.50 chip-hours" in said
    assert "prefill replicas are busy 90.0 %, decode replicas 10.0 %" in said
    assert said[-1] == (
        "priority 1: 9 of 10 done, 2 preemptions; ttft p50 1 p99 3 s, tpot p50 2 p99 4 s, "
        "25.00 % within limits"
    )
    assert said[1].startswith("half of the requests waited 10 s or more before they began")


def test_a_time_that_never_came_is_no_number() -> None:
    never = Percentiles(1.0, float("inf"), None, None)
    row = latency_rows(replace(SIMULATION, ttft_s=never))[0]
    assert row == ("ttft [s]", "1", "inf", "–", "–")


SIZE = Size(
    chips_peak=16.0, chips_mean=12.5, chip_hours=100.0, capacity_req_s_per_replica=4.081,
    chips_per_replica=8, slo=Limits(2.0, None, 0.99), fixed_chips=24, spare_chips=8,
    usd_per_chip_hour=2.0,
    fleets=(
        Fleet("perfect", 1600.0, 12.54, 1234.5, 2345.0, 3456.7, 1262559.7, 5.4321, 0.9912, 0.9734,
              7200.0, 3600.0),
        Fleet("x", 1, 2, 3, None),
    ),
    gap=Gap(3.0, 41.26, 83.0), cost_against_use=CostCurve((), ()), replica=REPLICA,
    latency=Latency(times(1.0), times(0.5), times(2.0)), target_in_flight=None, window_s=60.0,
    series=(), notes=(), warnings=(),
)  # fmt: skip


def test_a_size() -> None:
    assert size_heading(SIZE) == (
        "a-model, fp8 weights and bf16 cache, on a-chip: one replica of 8 chips (tp4 pp2) holds "
        "4.08 requests/s within the SLO"
    )
    assert fleet_cells(SIZE.fleets[0]) == (
        "perfect", "1,600", "12.5", "1,234.5", "3,457", "1,262,560", "5.43",
    )  # fmt: skip
    assert fleet_cells(SIZE.fleets[1])[-3:] == ("–", "–", "–")
    assert worst_line(SIZE) == (
        "Within both limits, %: over all, and in the worst 1 h: perfect 99.12, 97.34 (from 2 h)."
    )
    short = replace(SIZE.fleets[0], worst_from_s=90.0, worst_width_s=1200.0)
    assert worst_line(replace(SIZE, fleets=(short,))) == (
        "Within both limits, %: over all, and in the worst 20 min: perfect 99.12, 97.34 "
        "(from 90 s)."
    )
    assert beside_line(SIZE) == "Each held the limits in a replay, 8 chips beside the fixed one."
    counted = replace(SIZE, bound_chip_hours=40.04, span_s=5400.0, spare_chips=0)
    assert beside_line(counted) == (
        "Each held the limits in a replay over 1.50 h, nothing beside the fixed one; none can need "
        "less than 40.0 chip-hours."
    )
    assert scaler_line(SIZE) == ""
    assert scaler_line(replace(SIZE, scaler="kv", target_in_flight=0.456)) == (
        "kv scaling keeps to 0.456 of the KV cache per replica"
    )
    assert decision_line(SIZE) == ""
    fixed = Fleet("fixed", 1600.0, 1600.0, 40.0, 80.0, 3456.7)
    alone = replace(SIZE, fleets=(SIZE.fleets[0], fixed))
    held = "1,600 chips hold this load, 3,457 USD a day; "
    assert decision_line(alone) == held + "switching replicas on and off saves nothing."
    hpa = Fleet("real: hpa", 1500.0, 1234.56, 30.0, None)
    assert decision_line(replace(SIZE, fleets=(SIZE.fleets[0], hpa, fixed))) == (
        held
        + "scaling by hpa saves 25% of the chip-hours: 1,234.6 chips on average, 1,500 at most."
    )
    ahead = replace(hpa, fleet="scheduled ahead", chip_hours=20.0)
    assert "a schedule loaded ahead saves 50% of" in decision_line(
        replace(SIZE, fleets=(hpa, ahead, fixed))
    )
    assert gap_line(SIZE) == "fixed over perfect: 41.3 chip-hours = 83 USD"
    scaled = (*SIZE.fleets, replace(SIZE.fleets[1], fleet="real: hpa"))
    unpriced = replace(SIZE, gap=replace(SIZE.gap, usd=None), fleets=scaled)
    assert gap_line(unpriced) == "real over perfect: 41.3 chip-hours"


def test_a_size_beside_others_of_two_pools_of_chips_and_of_classes() -> None:
    pools = (
        Pool("length", "short", 512, 900, 2, 4), Pool("length", "long", 9000, 100, 1, 8),
        Pool("phase", "prefill", 9000, 1000, 3, 12), Pool("phase", "decode", 9000, 1000, 5, 20),
    )  # fmt: skip
    assert list(pool_lines(replace(SIZE, pools=pools))) == [
        "Prompts up to 512 tokens apart: short 2 (4 chips), long 1 (8 chips); 12 chips against 24 "
        "chips of the fixed fleet.",
        "Prefill to decode 3:5: prefill 3 (12 chips), decode 5 (20 chips); 32 chips against 24 "
        "chips of the fixed fleet.",
    ]
    choices = (
        Choice("a", 24, 45.67, 1234.4, 5.0, ""), Choice("b", 8, 12.0, None, None, ""),
        Choice("c", 0, None, None, None, "too slow"),
    )  # fmt: skip
    assert list(choice_lines(replace(SIZE, choices=choices))) == [
        "a: 45.7 chip-hours, 1,234 USD a day; 24 chips fixed",
        "b: 12.0 chip-hours, no price is known; 8 chips fixed",
        "c: too slow",
    ]
    classes = (ClassLimits(0, 1.0, 0.05), ClassLimits(2, None, 0.5))
    assert class_line(replace(SIZE, classes=classes)) == (
        "Limits of their own, all held: class 0 TTFT 1 s and TPOT 0.05 s; class 2 TPOT 0.5 s."
    )


STEADY = Steady(
    users=1200.0, asked_req_s=None, rate_req_s=123.46, in_flight=1198.4, input_tokens=1024.0,
    output_tokens=256.0, length_cv=0.0, burst_cv=1.0, requests=20_000, seed=0, replicas=3,
    spare_replicas=1, fleets=1, output_tok_s=31605.8, usd_per_hour=64.0, usd_per_mtok=0.5625,
)  # fmt: skip


def test_a_size_for_users() -> None:
    load, how, cost = steady_lines(SIZE, STEADY)
    assert load == (
        "a-model, fp8 weights and bf16 cache, on a-chip: 1,200 users at once, 1,024 tokens in and "
        "256 out, need 32 chips: 3 replicas of 8 chips (tp4 pp2) and 1 to spare."
    )
    assert how == (
        "Sized as a trace is, on a stream drawn at random (Poisson, 20,000 requests, seed 0): "
        "123.5 requests/s, 1,198 in flight, 31,606 output tokens/s. A replica holds 4.08 "
        "requests/s within TTFT p99 2 s."
    )
    assert cost == (
        "Cost: 2 USD per chip-hour is 64 USD an hour, 0.562 USD per million output tokens, spares "
        "included."
    )
    assert first_token_line(SIZE) == (
        "First token: p50 1 s, p99 3 s at this load; p50 0.5 s of a request alone. Each later "
        "token: p50 2 s, p99 4 s."
    )


def test_a_size_for_more_says_what_is_different() -> None:
    both = replace(
        STEADY, users=1.0, asked_req_s=2.5, length_cv=0.5, burst_cv=3.0, fleets=4, replicas=1,
        usd_per_hour=None, usd_per_mtok=None,
    )  # fmt: skip
    load, how, cost = steady_lines(replace(SIZE, slo=Limits(2.0, 0.05, 0.95)), both)
    assert "1 user at once and 2.5 requests/s, 1,024 tokens in" in load
    assert "256 out, lengths spread by CV 0.5, need" in load
    assert "1 replica of 8 chips" in load
    assert "(CV 3, 20,000 requests" in how
    assert "output tokens/s, split over 4 fleets that are alike." in how
    assert how.endswith("within TTFT p95 2 s and TPOT p95 0.05 s.")
    assert cost == "No rent of a-chip is known: --price says what it costs."


def test_scores() -> None:
    row = SimulatorCheck("M/D/1 mean wait, s", "load 0.3", 0.0107, 0.0109, 0.01, 0.02, "x", True)
    assert check_cells(row) == ("M/D/1 mean wait, s", "load 0.3", "0.0107", "0.0109", "ok")
    failed = replace(row, ok=False, high=float("inf"))
    assert check_cells(failed)[-1] == "outside 0.01–inf"
    hit = Outcome("capex/2026", 119.0, 80.0, 100.0, 125.0, 0.93, False, True, -1.234, "predicted")
    assert outcome_cells(hit) == ("capex/2026", "119", "80", "100", "125", "93%", "-1.23", "")
    miss = Outcome("never", 3.0, *(None,) * 7, "not predicted")
    assert outcome_cells(miss) == ("never", "3", "–", "–", "–", "–", "–", "not predicted")
    scored = PlanValidation("p", "a", (hit, miss), PlanScore(1, 0.25, 0.75, -1.234))
    assert plan_line(scored) == (
        "1 outcomes: 80% bands held 25%, 90% bands 75%, mean log score -1.23"
    )
    none = replace(scored, overall=PlanScore(0, None, None, None))
    assert plan_line(none) == "None of these outcomes was predicted by the plan."


def number(path: str, value: float, **more: object) -> Number:
    rest = {"unit": "MW", "low": None, "high": None, "source": "", "grade": "assumption",
            "note": "", "stated": True, "line": 7}  # fmt: skip
    return Number(path, value, **{**rest, **more})  # type: ignore[arg-type]


def test_a_check() -> None:
    doc = Check(
        "s.yaml", "A title", "2025-12-31", "hash", (),
        (Problem("odd", "s.yaml:3: x", "5", "", ""),),
        (number("a.b", 0.92, unit="1", low=0.8), number("default", 3.0, unit="month",
                                                        stated=False, line=None)),
        (number("c", 2.0, unit="1", source="ft", grade="reported", note="said"),
         number("d", 4.0, unit="1", source="ft", grade="reported")),
        (Kept("w", "v", "y", None),), (),
    )  # fmt: skip
    short = check_lines(doc, "path/s.yaml", everything=False)
    assert short[:4] == [
        "path/s.yaml: A title",
        "warning: s.yaml:3: x: odd (found 5)",
        "\nAssumptions of the study (1): line, path, value (low to high)",
        "    7  a.b  0.92 (0.8 to 0.92)",
    ]
    assert short[-1] == (
        "\nNo errors. 2 numbers have a source, 1 are assumptions of the study, 1 are defaults of "
        "Outlay's; 0 inputs are stated that reach nothing in it, 1 is kept that no stage uses. "
        "`--all` lists every number."
    )
    whole = check_lines(doc, "path/s.yaml", everything=True)
    assert "    –  default  3 months" in whole
    assert "    7  c  2  [ft, reported]  said" in whole
    assert whole[-1].endswith("no stage uses.")


def test_changes_and_errors() -> None:
    changed = Change("a.b", "changed", "1", "2", 2.0)
    assert change_line(changed) == "changed  a.b: 1 → 2  × 2"
    assert change_line(Change("a.b", "added", "", "2")) == "added    a.b: – → 2"
    whole = Problem("wrong", "s.yaml:3: x", "5", "6", "7")
    assert problem_lines(whole) == [
        "error: s.yaml:3: x: wrong", "  found: 5", "  allowed: 6", "  hint: 7",
    ]  # fmt: skip
    assert problem_lines(Problem("wrong", "", "", "", "")) == ["error: wrong"]


def test_claims() -> None:
    claim = Claim(
        "a.c1", "a.md", "ByteDance", "capex", 1.6e11, 1.6e11, "CNY", "2026", "", "", "about",
        "planned", "if sold", (0, 1), "s", (0, 1), "q", negated=True,
    )  # fmt: skip
    assert claim_cells(claim) == (
        "a.c1", "ByteDance", "capex", "about RMB 160 billion", "2026", "planned, denied, if …",
        "text",
    )  # fmt: skip
    between = replace(claim, value_low=8e10, hedge="range", negated=False, condition="")
    assert claim_cells(between)[3:6] == ("RMB 80 billion to RMB 160 billion", "2026", "planned")
    opened = replace(claim, value_low=None, hedge="up_to")
    assert claim_cells(opened)[3] == "up to RMB 160 billion"
    base = replace(claim, negated=False, condition="")
    for more, said, place in (
        ({"quantity": "bound"}, "planned, bound", "text"),
        ({"quantity": "level", "status": "earlier"}, "planned, earlier", "text"),
        ({"status": "earlier", "replaced_by": "a.c2"}, "planned, replaced", "text"),
        ({"row": ("Capex",), "grounds": Grounds("guess", "cell", "guess")}, "planned",
         "table; guessed: who, period"),
        ({"reader": "tagged", "grounds": Grounds(*["tag"] * 4)}, "planned", "tag"),
        ({"reader": "second", "grounds": Grounds(unit="guess")}, "planned", "text; guessed: unit"),
    ):  # fmt: skip
        assert claim_cells(replace(base, **more))[5:] == (said, place)


def test_a_part_of_a_whole_and_one_of_two_prices_are_told_apart() -> None:
    claim = Claim(
        "a.c1", "a.md", "Kelp", "input price", 2.5, 2.5, "USD/Mtok", "2026", "", "", "exact",
        "reported", "", (0, 1), "s", (0, 1), "q", about="Batch",
    )  # fmt: skip
    assert claim_cells(claim)[1:4] == ("Kelp", "input price: Batch", "$2.5 per Mtok")
    assert claim_cells(replace(claim, about="Kelp"))[2] == "input price"
    assert claim_cells(replace(claim, metric="price: batch", about="Batch"))[2] == "price: batch"


def test_documents_and_what_was_found_in_them() -> None:
    claim = Claim(
        "a.c1", "a.md", "Acme", "capex", 1.0, 1.0, "USD", "2026", "", "", "exact", "reported", "",
        (0, 1), "s", (0, 1), "q",
    )  # fmt: skip
    read = ReadDocument("a.md", "2025-12-23", "stated", "text", "en", 3425, ())
    assert document_line(read) == "2025-12-23 (stated), 3,425 characters"
    assert document_line(replace(read, date="")) == "no date: say --date, 3,425 characters"
    assert document_line(replace(read, entity="Acme")).startswith("of Acme, 2025-12-23 (stated)")
    said = Contradiction(("a.c1", "a.c2"), "same", 10.0, "why", "a.c2", "text", "hard")
    assert to_keep(said) == "keep a.c2"
    assert to_keep(replace(said, severity="note")) == ""
    sums = tuple(
        Identity((name,), "1 + 1 = 2", 2.0, 2.0, verdict, name="sum")
        for name, verdict in (
            ("1", "agrees"), ("2", "computed"), ("3", "disagrees"), ("4", "agrees"),
            ("5", "agrees"),
        )
    )  # fmt: skip
    doc = Claims(
        (read,),
        (
            claim, replace(claim, negated=True), replace(claim, row=("Capex",)),
            replace(claim, reader="tagged", status="earlier"),
        ),
        (said,), sums,
    )  # fmt: skip
    told = "4 claims (1 tagged, 1 in tables); 2 denied, replaced or earlier; 1 contradiction"
    assert found_line(doc) == told
    lost = replace(read, form="unread")
    assert found_line(replace(doc, documents=(read, lost))) == f"{told}; 1 document not read"
    assert identity_lines(doc) == [
        "disagrees: sum: 1 + 1 = 2", "agrees: 3 stated sums, growths and products",
    ]  # fmt: skip
    known = replace(doc, contradictions=(replace(said, claims=("3",)),), identities=sums[:3])
    assert identity_lines(known) == ["agrees: 1 stated sum, growth or product"]
    assert found_line(replace(doc, claims=(claim,), contradictions=())) == (
        "1 claim; no contradictions"
    )
