"""What a state of a factor changes reaches the nodes where it is in force, or is refused by name.

One row for each field of the schema: a field without one fails.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from outlay.core.errors import StudyError
from outlay.planning.problem.node_studies import in_force
from outlay.planning.problem.types import PlanProblem
from outlay.planning.solver.solve import solve
from outlay.runs.pipeline import execute
from outlay.study.checks.branches import rule_of, rules
from outlay.study.reading.loader import load, load_mapping
from support.effects import FACTOR, closed_form, event, leaves, said, stages_of, study_of, written

DEMAND = {
    "demand.state_totals": {"low": "10bn tokens/day", "base": "20bn tokens/day"},
}
STATES = {"reveal": "2026-Q3", "from": "demand", "states": {"low": "50 %", "base": "50 %"}}
SERIES = {"services.chat.tokens_per_day": {"series": "bytedance-tokens", "share": "0.02 %"}}
MODEL = {"training.run": {"flop": None, "model": "deepseek-v3", "tokens": "5T tokens"}}
TRACE = {"services.chat.lengths": None, "services.chat.lengths.trace": "azure2023_conv"}
UNSHAPED: dict[str, Any] = {"services.chat.busiest_hour": None}

CHANGED: dict[str, Any] = {
    "services.*.model": "qwen3-235b-a22b",
    "services.*.compute": 1.5,
    "services.*.tokens_per_day": "30bn tokens/day",
    "services.*.tokens_per_day.series": "google-tokens",
    "services.*.tokens_per_day.share": "0.03 %",
    "services.*.tokens_per_day.forecast": "damped",
    "services.*.growth": {"2026-Q3": 3},
    "services.*.mix.input": 6,
    "services.*.mix.output": 2,
    "services.*.mix.cached": "20 %",
    "services.*.lengths.input": "9_000 tokens",
    "services.*.lengths.output": "900 tokens",
    "services.*.lengths.cv": 2,
    "services.*.lengths.trace": "azure2024_code_slice",
    "services.*.slo.ttft.p99": "1 s",
    "services.*.slo.tpot.p99": "30 ms",
    "services.*.shape": "consumer-chat",
    "services.*.busiest_hour": 2,
    "services.*.busiest_hour.prefill": 2,
    "services.*.busiest_hour.decode": 2,
    "services.*.deferrable": "30 %",
    "services.*.chips": ["h200-sxm"],
    "services.*.value.unserved": "5 USD/Mtok",
    "services.*.value.unserved.input": "3 USD/Mtok",
    "services.*.value.unserved.output": "12 USD/Mtok",
    "services.*.value.unserved.cached": "1 USD/Mtok",
    "services.*.value.least": "80 %",
    "services.*.fallback.model": "gpt-oss-120b",
    "services.*.fallback.most": "40 %",
    "services.*.fallback.loss": "2 %",
    "work.*.need": 500,
    "work.*.units.items": "2M items/day",
    "work.*.units.seconds": "15 s",
    "work.*.growth": {"2026-Q3": 2},
    "work.*.growth_follows_demand": True,
    "work.*.growth_per_period": "10 %",
    "work.*.busiest_hour": 1.5,
    "work.*.deferrable": "20 %",
    "work.*.chips": ["h200-sxm"],
    "work.*.unserved": "20 USD/chip-hour",
    "work.*.least": "80 %",
    "training.*.flop": "4e24 FLOP",
    "training.*.model": "qwen3-235b-a22b",
    "training.*.tokens": "9T tokens",
    "training.*.start": "2026-Q2",
    "training.*.by": "2026-Q2",
    "training.*.sustained": "300 TFLOP/s",
    "training.*.goodput": "70 %",
    "training.*.chips": ["h200-sxm"],
    "training.*.unserved": "20 USD/chip-hour",
    "supply.*.price": "40_000 USD",
    "supply.*.host": "15_000 USD",
    "supply.*.rent": "4 USD/chip-hour",
    "supply.*.first_order": "2026-Q3",
    "supply.*.last_order": "2026-Q1",
    "supply.*.cap": 50,
    "supply.*.cumulative_cap": 120,
    "supply.*.deposit": "40 %",
    "supply.*.refund": "10 %",
    "supply.*.levy.share": "25 %",
    "supply.*.levy.included": True,
    "supply.*.duty": "10 %",
    "sites.*.power": "0.9 MW",
    "sites.*.expand.per_period": "0.5 MW",
    "sites.*.expand.capex": "15 USD/W",
    "sites.*.pue": 1.6,
    "sites.*.electricity": "0.2 USD/kWh",
    "sites.*.rent": "200 USD/kW-month",
    "sites.*.capex_due": {"2026-Q1": "9m USD"},
    "rules.usable": "80 %",
    "rules.slo_load": "60 %",
    "rules.pooled_peak": 1.2,
    "rules.fragmentation": 1.3,
    "rules.domestic_share": "30 %",
    "rules.ceilings.*.power": "1.5 MW",
    "budget.capex": {"2026": "40m USD"},
    "budget.processors": {"2026": "20m USD"},
    "budget.cash": "20m USD",
    "budget.debt_limit": "10m USD",
    "budget.debt_rate": "12 %/year",
    "budget.other_capex": {"2026-Q1": "9m USD"},
    "demand.state_totals.*": "15bn tokens/day",
    "demand.reference_state": "low",
    "demand.event_peak": 1.8,
    "performance.stack": "vllm",
    "performance.weights": "bf16",
    "performance.kv": "bf16",
    "performance.software_gain": "8 %",
    "performance.domestic_factor": 0.5,
    "finance.operating_cash_flow": {"2026": "5m USD"},
    "finance.staff_per_mw_year": "200_000 USD",
}
"""Field that the plan reads as each branch sees it → another value of it."""

IN_ACCOUNTS = {f"services.*.value.price.{kind}" for kind in ("input", "cached", "output")}
"""Fields by branch that no plan reads: the accounts do, by their own test."""

UNMOVED = {
    "supply.*.refund": "it is that of the order: a state told later is one for orders placed later",
}
"""Fields by branch that move no plan of these studies."""

NAMES = {
    "supply.*.rent": {"supply": "rent"},
    "work.*.units.items": {"work": "video"},
    "work.*.units.seconds": {"work": "video"},
}
"""Entry of the study to change, where it is not the first."""

# so that `buy` is bought, and in the second quarter too
LATER = {
    "supply.home.cap": 60,
    "supply.rent.cap": 20,
    "supply.buy.cap": 250,
    "work.rank.need": {"2026-Q1": 100, "2026-Q3": 600},
}
# so that chat is short of chips, and all else is not
SMALLER = {
    "services.chat.fallback": {"model": "llama-3.1-8b", "most": "20 %", "loss": "5 %"},
    "services.chat.lengths.output": "510 tokens",  # of which the closed form serves fewer
    "fleet.old.quantity": 120,
    "supply": {"buy": {"cap": 0}, "home": {"cap": 0}, "rent": {"cap": 20}},
    "work.rank": {"need": 20, "unserved": "900 USD/chip-hour"},
    "work.video": {"units": {"items": "100k items/day"}, "unserved": "900 USD/chip-hour"},
    "training.run": {"flop": "1e23 FLOP", "unserved": "900 USD/chip-hour"},
}
NO_HALL = {"sites.hall.power": "0.5 MW", "sites.other.power": "0.1 MW"}
POOR = {"finance.opening_cash": "2m USD", "finance.operating_cash_flow": {"2026": "20m USD"}}
UNLOVED = {
    "services.chat.value.unserved": {"input": "0.01 USD/Mtok", "output": "0.02 USD/Mtok"},
    "work.rank.unserved": "0.05 USD/chip-hour",
    "training.run.unserved": "0.05 USD/chip-hour",
}
BESIDE: dict[str, tuple[dict[str, Any], ...]] = {
    "services.*.tokens_per_day.series": (SERIES,),
    "services.*.tokens_per_day.share": (SERIES,),
    "services.*.tokens_per_day.forecast": (SERIES,),
    "services.*.lengths.trace": (TRACE,),
    "demand.event_peak": ({"demand.event_peak": 1.2},),
    **dict.fromkeys(("services.*.value.least", "work.*.least"), (UNLOVED,)),
    **dict.fromkeys(
        ("services.*.fallback.model", "services.*.fallback.most", "services.*.fallback.loss",
         "services.*.fallback.note"),
        (SMALLER,),
    ),
    "services.*.shape": (UNSHAPED,),
    "training.*.model": (MODEL,),
    "training.*.tokens": (MODEL,),
    **dict.fromkeys(
        ("services.*.value.unserved", "services.*.value.unserved.input",
         "services.*.value.unserved.output", "services.*.value.unserved.cached",
         "work.*.unserved", "training.*.unserved"),
        (UNLOVED,),
    ),
    **dict.fromkeys(
        ("supply.*.deposit", "supply.*.duty", "supply.*.levy.included", "supply.*.levy.share",
         "supply.*.price", "supply.*.cumulative_cap", "supply.*.last_order", "supply.*.refund",
         "supply.*.first_order"),
        (LATER,),
    ),
    "supply.*.rent": ({"supply.home.cap": 60, "supply.buy.cap": 20},),
    **dict.fromkeys(("sites.*.expand.capex", "sites.*.expand.per_period"), (NO_HALL,)),
    "rules.domestic_share": ({"supply.home.price": "90_000 USD"},),
    **dict.fromkeys(
        ("budget.capex", "budget.other_capex", "sites.*.capex_due"),
        ({"budget.capex": {"2026": "14m USD"}},),
    ),
    **dict.fromkeys(
        ("budget.cash", "budget.debt_limit", "budget.debt_rate", "finance.operating_cash_flow"),
        (POOR,),
    ),
}  # fmt: skip
"""What the study must say for the field to count."""

WITH_STATES = {"demand.state_totals.*", "demand.reference_state", "work.*.growth_follows_demand"}
LEAVES = sorted(set(leaves()))
BY_BRANCH = [x for x in LEAVES if not rule_of(x).same_because and not x.endswith(".source")]
SHARED = [x for x in LEAVES if rule_of(x).same_because]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "_token_capacity", closed_form)


def test_every_field_of_the_schema_has_a_row() -> None:
    unsaid = [x for x in LEAVES if rule_of(x).same_because.startswith("no stage reads")]
    assert not unsaid, "say in study/data/branches.csv whether a state may change it"
    stale = [f for f in rules() if not any(x == f or x.startswith(f"{f}.") for x in LEAVES)]
    assert not stale
    assert set(BY_BRANCH) == CHANGED.keys() | IN_ACCOUNTS


PLACED: dict[str, dict[str, Any]] = {
    "free": {"training.run.spread": "free"},
    "block": {"training.run.block": 100},
}
"""A campaign that the plan places itself: in time, or as a block at one site."""


def parts(
    field: str, day: str = "peak_offpeak"
) -> tuple[tuple[dict[str, Any], ...], dict[str, Any], dict[str, Any]]:
    """(what stands beside, factors beside, the change) of a field's row; day: the parts of the day,
    or how its campaign is placed."""
    beside = (*BESIDE.get(field, ()), PLACED.get(day, {"slices": day}))
    factors: dict[str, Any] = {}
    if field in WITH_STATES:
        beside, factors = (*beside, DEMAND), {"demand": STATES}
    path = written(field, study_of(*beside), NAMES.get(field, {}))
    return beside, factors, {path: CHANGED[field]}


@cache
def problems(
    field: str, day: str = "peak_offpeak"
) -> tuple[PlanProblem, PlanProblem, PlanProblem, Any]:
    """Without the change, with it in all branches, with it in one; and the last one's study."""
    beside, factors, change = parts(field, day)
    plain = stages_of(study_of(*beside, **factors)).problem
    changed = stages_of(study_of(*beside, change, **factors)).problem
    told = stages_of(study_of(*beside, **factors, **{FACTOR: event(change)}))
    return plain, changed, told.problem, told.loaded.study


def partner(p: PlanProblem, labels: Any, period: int) -> int:
    """The node of `p` of the period with the same states, those that `p` knows."""
    fits = [
        n
        for n in range(len(p.tree))
        if p.tree.period[n] == period
        and all(labels.get(k) == v for k, v in p.tree.labels[n].items())
    ]
    assert len(fits) == 1
    return fits[0]


HELD = ["services.*.busiest_hour", "services.*.busiest_hour.prefill",
        "services.*.busiest_hour.decode", "services.*.deferrable", "services.*.shape",
        "work.*.busiest_hour", "work.*.deferrable", "rules.pooled_peak"]  # fmt: skip
"""Fields by which capacity is held over the mean where the day is one slice."""
OF_CAMPAIGNS = ["training.*.flop", "training.*.model", "training.*.tokens", "training.*.sustained",
                "training.*.goodput", "training.*.chips", "training.*.unserved",
                "performance.domestic_factor", "performance.software_gain"]  # fmt: skip
"""Fields that reach a campaign however it is placed."""


@pytest.mark.parametrize(
    ("field", "day"),
    [
        *((x, "peak_offpeak") for x in sorted(CHANGED)),
        *((x, "mean") for x in HELD),
        *((x, day) for x in OF_CAMPAIGNS for day in PLACED),
    ],
)
def test_a_state_changes_its_own_nodes_and_no_other(field: str, day: str) -> None:
    plain, changed, told, study = problems(field, day)
    before = {k: (by, v) for k, by, v in said(plain, len(plain.tree))}
    after = {k: (by, v) for k, by, v in said(changed, len(changed.tree))}
    found = {k: (by, v) for k, by, v in said(told, len(told.tree))}
    moved = 0
    for key, (by, value) in found.items():
        if not by:  # one for all branches: the change may not reach it
            for other in (before, after):
                np.testing.assert_equal(value, other[key][1], err_msg=key)
            continue
        for n, states in enumerate(in_force(study, told.tree)):
            source, of = (after, changed) if FACTOR in states and states[FACTOR] == "on" else (
                before, plain)  # fmt: skip
            m = partner(of, told.tree.labels[n], int(told.tree.period[n]))
            want = source[key][1][..., m]
            np.testing.assert_allclose(value[..., n], want, rtol=1e-12, err_msg=f"{key} {n}")
            moved += bool(np.any(want != before[key][1][..., partner(
                plain, told.tree.labels[n], int(told.tree.period[n]))]))  # fmt: skip
    assert moved, "the change reaches no node"


@pytest.mark.parametrize(
    ("field", "day"),
    [
        *((x, "peak_offpeak") for x in sorted(CHANGED)),
        *((x, day) for x in OF_CAMPAIGNS for day in PLACED),
    ],
)
def test_a_sure_state_is_the_study_with_its_effect(field: str, day: str) -> None:
    beside, factors, change = parts(field, day)
    sure = event(change, "2026-Q1", "100 %")
    told = stages_of(study_of(*beside, **factors, **{FACTOR: sure})).problem
    want = solve(problems(field, day)[1]).objective
    assert solve(told).objective == pytest.approx(want, rel=1e-9)


@pytest.mark.parametrize("field", sorted(CHANGED.keys() - UNMOVED.keys()))
def test_the_programme_reads_what_the_branch_says(field: str) -> None:
    plain, _, told, _ = problems(field)
    without, with_it = solve(plain).objective, solve(told).objective
    assert abs(with_it - without) > 1e-5 * abs(without)


def test_a_branch_may_have_busier_days_than_a_study_that_has_none() -> None:
    """The day falls into the same parts in all branches: without busier days they are alike."""
    p = stages_of(study_of(**{FACTOR: event({"demand.event_peak": 1.8})})).problem
    plain = stages_of(study_of()).problem
    peak, rest, busiest = range(3)
    assert p.slices == ("peak", "offpeak", "event")
    services = [i for i, x in enumerate(p.loads) if x.service == "chat"]
    for n in range(len(p.tree)):
        on = p.tree.labels[n].get(FACTOR) == "on"
        for i in services:
            want = plain.demand[i, :, int(p.tree.period[n])]
            times = 1.8 if on else 1.0
            assert p.demand[i, [peak, rest], n] == pytest.approx(want)
            assert p.demand[i, busiest, n] == pytest.approx(times * want[peak])


def refused(effect: dict[str, Any], *beside: dict[str, Any], **factor: Any) -> list[Any]:
    with pytest.raises(StudyError) as caught:
        load_mapping(study_of(*beside, **{FACTOR: {**event(effect), **factor}}))
    return [p for p in caught.value.problems() if "cannot" in p.what or "can only" in p.what]


@pytest.mark.parametrize("field", SHARED)
def test_what_all_branches_share_is_refused_with_the_reason(field: str) -> None:
    beside = BESIDE.get(field, ())
    study = study_of(*beside, **{FACTOR: event({})})
    path = written(field, study, {"uncertainty": FACTOR if ".states" in field else ""})
    found = refused({path: None}, *beside)
    rule = rule_of(field)
    assert [p.what for p in found] == [f"an effect cannot change `{field}`: {rule.same_because}"]
    assert found[0].where.endswith(f"effect.on.{path}")
    assert found[0].hint == rule.instead


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        ({"supply": {"more": {"chip": "h200-sxm", "by": "spot", "to": ["US"],
                              "rent": "3 USD/chip-hour"}}}, "supply.*"),
        ({"supply.buy": None}, "supply.*"),
        ({"work": {"rank": None}}, "work.*"),
        ({"rules.ceilings": {"grid": None}}, "rules.ceilings.*"),
        ({"sites": {"other": {"expand": {"per_period": "1 MW"}}}}, "sites.*.expand"),
        ({"supply": {"buy": {"price": "20_000 USD", "lead": "2 quarters"}}}, "supply.*.lead"),
        ({"services.chat.value": {"unserved": "2 USD/Mtok", "tiers": []}},
         "services.*.value.tiers"),
        ({"services.chat.fallback": {"model": "llama-3.1-8b", "loss": "5 %"}},
         "services.*.fallback"),
    ],
    ids=str,
)  # fmt: skip
def test_a_nested_effect_is_refused_where_a_field_of_it_is(
    effect: dict[str, Any], said: str
) -> None:
    (found,) = refused(effect)
    assert f"an effect cannot change `{said}`: " in found.what


@pytest.mark.parametrize("placed", sorted(PLACED))
@pytest.mark.parametrize("end", ["start", "by"])
def test_a_campaign_that_the_plan_places_keeps_its_first_and_last_period(
    placed: str, end: str
) -> None:
    (found,) = refused({f"training.run.{end}": "2026-Q2"}, PLACED[placed])
    assert f"an effect cannot change `training.*.{end}`: a campaign that the plan" in found.what
    assert found.hint == "write two campaigns, each with its `flop` by state"


def test_a_nested_effect_of_allowed_fields_is_taken() -> None:
    effect = {
        "supply": {"buy": {"price": "20_000 USD", "cap": 5}},
        "services.chat.mix": {"input": 3},
    }
    assert load_mapping(study_of(**{FACTOR: event(effect)}))


def test_outside_the_tree_a_state_closes_offers_and_does_nothing_else() -> None:
    assert load_mapping(study_of(**{FACTOR: {**event({"supply.buy.cap": "0 chips"}),
                                             "in_tree": False}}))  # fmt: skip
    later = {"2026-Q1": 0, "2026-Q2": 5}
    for effect in ({"supply.buy.cap": 5}, {"supply.buy.cap": later}, {"supply.buy.price": "9 USD"}):
        (found,) = refused(effect, in_tree=False)
        assert f"can only close an offer, not change `{next(iter(effect))}`" in found.what
        assert found.hint == "leave out `in_tree: false`"


def sampled(path: str, distribution: str, *overlays: dict[str, Any]) -> list[str]:
    """What is wrong with a factor that multiplies the path, or makes it late."""
    more = {"mean": 1} if distribution == "exponential" else {"sigma": "10 %"}
    factor = {"distribution": distribution, "applies_to": [path], **more}
    try:
        load_mapping(study_of(*overlays, **{FACTOR: factor}))
    except StudyError as err:
        return [p.what for p in err.problems() if "sampled worlds" in p.what]
    return []


@pytest.mark.parametrize(
    ("distribution", "word"), [("lognormal", "multiplied"), ("exponential", "late")]
)
def test_risk_multiplies_what_it_can_and_refuses_the_rest(distribution: str, word: str) -> None:
    series = "services.*.tokens_per_day."
    for field in LEAVES:
        names = {"uncertainty": FACTOR} if ".states" in field else NAMES.get(field, {})
        if field.startswith((series, "uncertainty.*", "demand.state_totals")):
            continue  # nothing of the kind stands in this study
        path = written(field, study_of(**{FACTOR: event({})}), names)
        rule = rules().get(field)
        allowed = rule is not None and rule.sampled == word
        assert bool(sampled(path, distribution)) is not allowed, field
    by_period = {"supply.buy.price": {"2026-Q1": "30_000 USD", "2026-Q2": "29_000 USD"}}
    assert sampled("supply.buy.price.2026-Q1", distribution, by_period)
    assert bool(sampled("supply.buy.price", distribution, by_period)) == (word == "late")
    assert not sampled("supply.buy", "exponential")
    assert sampled("supply.buy", "lognormal")


MANY: dict[str, Any] = {
    "services.chat": {"mix": {"input": 6, "cached": "20 %"}, "growth": {"2026-Q3": 2}},
    "services.chat.lengths.input": "9_000 tokens",
    "rules": {"usable": "85 %", "fragmentation": 1.2},
    "sites.hall": {"pue": 1.5, "electricity": "0.2 USD/kWh"},
    "supply.home.price": "30_000 USD",
    "supply.buy": {"deposit": "40 %", "levy": {"share": "20 %"}, "price": "35_000 USD"},
    "training.run.flop": "3e24 FLOP",
    "budget.capex": {"2026": "60m USD"},
    "sites.hall.capex_due": {"2026-Q1": "3m USD"},
}


def test_the_accounts_of_a_branch_are_those_of_its_own_values() -> None:
    from outlay.runs.documents.result import make_result
    from outlay.runs.run import run_study

    beside = (LATER, {"sites.hall.power": "2 MW"})
    loaded = load_mapping(study_of(*beside, **{FACTOR: event(MANY)}))
    stages = execute.prepare(loaded)
    run = run_study(loaded, execute.Options(worlds=20, values=False))
    assert [c.id for c in run.checks if c.status != "holds"] == []
    # 60 % of the branch's tokens and 40 % of the others', by kind: input is (1 - cached) × share
    result = make_result(stages, run)
    rows = {(r.kind, r.period): r for r in result.served}
    day, more = 20e9, 2.0
    both = {"input": (day * 4 / 5 * 0.5, more * day * 6 / 7 * 0.8),
            "cached": (day * 4 / 5 * 0.5, more * day * 6 / 7 * 0.2),
            "output": (day / 5, more * day / 7)}  # fmt: skip
    for kind, (off, on) in both.items():
        assert rows[kind, "2026-Q3"].demand == pytest.approx(0.4 * off + 0.6 * on, rel=1e-9)
        assert rows[kind, "2026-Q1"].demand == pytest.approx(off, rel=1e-9)
    # what the branch authorises and commits is told beside the base's
    assert ("capex", "2026", "event=on", 60e6) in {
        (b.kind, b.year, b.name, b.amount) for b in result.budgets
    }
    # 1m a quarter, or 3m from the quarter on in which the state is known: the year counts as such
    halls = result.capex_by_year["2026"]["committed halls"]
    assert halls == pytest.approx(3 * (0.4 * 1e6 + 0.6 * 3e6))
    # the need and its tokens are expected over the branches
    tokens = [0.4 * day + 0.6 * more * day, day]
    found = [result.need.tokens_per_second[t] * 86_400 for t in (2, 0)]
    assert found == pytest.approx(tokens, rel=1e-9)
    # and the accounts sell what is served: the same tokens over the days of the quarter
    sold = {s.kind: s.mtok for s in run.accounts.accounts.flows.sales}
    days = run.plan.problem.tree.periods[2].days
    for kind, row in both.items():
        served = run.accounts.accounts.flows.weights @ sold[kind][:, 2]
        assert served == pytest.approx(rows[kind, "2026-Q3"].served * days / 1e6, rel=1e-6), row


def test_a_laboratory_that_is_not_funded_trains_less(monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(__file__).resolve().parents[2] / "examples" / "lab-training" / "study.yaml"
    stages = execute.prepare(load(path))
    p = stages.problem
    flat = np.array([x.get("next-round") == "flat" for x in p.tree.labels])
    alone = execute.prepare(load(path, ["training.next-run.flop=2e24 FLOP"])).problem
    full = execute.prepare(load(path, ["uncertainty.next-round.effect.flat={}"])).problem
    np.testing.assert_array_equal(p.demand[..., flat], alone.demand[..., flat])
    np.testing.assert_array_equal(p.demand[..., ~flat], full.demand[..., ~flat])
    (last,) = [c for c in p.campaigns if c.id == "next-run@NO"]
    leaf = np.asarray(last.work)[p.tree.leaves]
    assert leaf[1] / leaf[0] == pytest.approx(2e24 / 1.2e25)
    funded, unfunded = solve(p).leaf_cost
    assert unfunded < 0.97 * funded


def test_a_promise_is_broken_over_the_branchs_own_budget() -> None:
    from outlay.risk.policy.policy import PlanPolicy
    from outlay.risk.worlds.conditions import conditions_of
    from outlay.risk.worlds.of_study import study_worlds
    from outlay.risk.worlds.worlds import draw_worlds

    loaded = load_mapping(study_of(**{FACTOR: event({"budget.capex": {"2026": "70m USD"}})}))
    stages = execute.prepare(loaded)
    plan = solve(stages.problem)
    made = study_worlds(loaded.study, plan.problem, stages.demand)
    policy = PlanPolicy(plan, made.settings)
    drawn = draw_worlds(made.model, 12, 0)
    table = policy.evaluate(drawn)
    spent, over = (table[:, policy.outputs.index(f"{k}/capex 2026")] for k in ("budget", "over"))
    leaf = conditions_of(plan.problem, policy.arrays.offers, made.settings, drawn).leaf
    on = np.array([plan.problem.tree.labels[n][FACTOR] == "on" for n in leaf])
    assert on.any()
    assert not on.all()
    committed = 3 * (1e6 + 1e6)  # other capex and the hall's, in each of three quarters
    np.testing.assert_allclose(over, spent - np.where(on, 70e6, 90e6) + committed)
