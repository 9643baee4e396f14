"""What it costs not to serve, on cases whose answer a pencil finds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from outlay.core.errors import InfeasibleError, InputError
from outlay.core.periods import Period, horizon
from outlay.finance.book.merge import merged
from outlay.planning.problem.tree import product_tree
from outlay.planning.problem.types import Chip, Load, Offer, PlanProblem, Pool, Site, Tier
from outlay.planning.result import Plan
from outlay.planning.solver.solve import solve
from outlay.runs.pipeline.flows import flows_of
from outlay.runs.pipeline.invariants import check_plan
from support.small import planned, small_stages
from support.studies import with_fallback

SECONDS = 90 * 86400.0  # the first quarter of 2026
HOURS = 90 * 24.0
TIERS = (Tier(0.1, 0.5), Tier(0.4, 1.0), Tier(0.5, 1.1))  # mean of `times`: 1


def hall(pool: float = 9.0, rent: float | None = None, **load: object) -> PlanProblem:
    """Ten units a second asked for, one by a chip; a unit not served costs 1 USD.

    rent: USD per unit at which further chips are rented for the quarter; None = there are none.
    """
    tree = product_tree(horizon(Period(2026, 1, 3), 1), ())
    one = np.ones(1)
    spot = Offer("spot", "a", "spot", ("hall",), 0 * one, 9e9 * one, 9e9 * one,
                 3600.0 * (rent or 0.0) * one)  # fmt: skip
    return PlanProblem(
        "USD", tree, 0.0, (Chip("a", 1.0),), (Site("hall", "R", one),),
        () if rent is None else (spot,), (Pool("there", "a", ("hall",), pool * one),),
        (Load("work", 1.0, **load),), ("day",), np.array([24.0]),  # type: ignore[arg-type]
        np.full((1, 1, 1), 10.0), np.ones((1, 1)), np.ones((1, 1), dtype=bool),
        np.ones((1, 1), dtype=bool),
    )  # fmt: skip


def shed(plan: Plan) -> float:
    """Share of the work that is not served."""
    return float(plan.shed.sum()) / 10.0


def paid(plan: Plan, entry: str) -> float:
    """USD a second."""
    return sum(f.amount * f.discount for f in plan.flows if f.entry == entry) / SECONDS


@pytest.mark.parametrize(
    ("chips", "cost"),
    [(10.0, 0.0), (9.0, 0.5), (7.0, 0.5 + 2.0), (5.0, 0.5 + 4.0), (2.0, 0.5 + 4.0 + 3.3)],
)
def test_the_cheapest_tenth_goes_first_and_each_tier_at_its_own_price(
    chips: float, cost: float
) -> None:
    plan = solve(hall(chips, tiers=TIERS))
    assert shed(plan) == pytest.approx(1.0 - chips / 10.0)
    assert paid(plan, "shed") == pytest.approx(cost * plan.problem.tree.discount(0.0)[0])


@pytest.mark.parametrize(
    ("rent", "left"), [(0.4, 0.0), (0.6, 0.1), (0.99, 0.1), (1.05, 0.5), (1.2, 1.0)]
)
def test_chips_are_rented_for_the_tiers_that_are_dearer_than_they(rent: float, left: float) -> None:
    """A chip serves one unit a second, so its rent by the second is the price of a unit."""
    plan = solve(hall(0.0, rent, tiers=TIERS))
    year = 365.25 * 24.0 * float(plan.problem.tree.years[0])
    assert year == pytest.approx(HOURS)
    assert shed(plan) == pytest.approx(left, abs=1e-9)


def test_a_least_level_forces_chips_that_are_dearer_than_not_serving() -> None:
    assert shed(solve(hall(2.0, 3.0))) == pytest.approx(0.8)
    plan = solve(hall(2.0, 3.0, least=0.7))
    assert shed(plan) == pytest.approx(0.3)
    assert paid(plan, "rent") == pytest.approx(5 * 3.0)
    # One more hundredth of the work to be served costs a tenth of a chip more, less its shedding.
    price = next(x for x in plan.prices if x.family == "service" and x.unit == "of the work")
    assert price.value == pytest.approx(-10.0 * (3.0 - 1.0) * SECONDS)


def test_a_least_level_that_cannot_be_met_is_named_with_how_far_it_would_have_to_fall() -> None:
    with pytest.raises(InfeasibleError) as raised:
        solve(hall(4.0, group="chat", least=0.7))
    found = {x.where: x for x in raised.value.problems()}
    least = found["chat day in 2026-Q1"]
    assert least.what == "the least share that must be served (`least`)"
    assert least.value == "at least 0.7 of the work"
    assert least.hint == "alone it would have to fall by 0.3 of the work"


def test_one_least_level_gives_way_in_every_hour_that_breaks_it() -> None:
    p = hall(4.0, group="chat", least=0.7)
    asked = np.array([[[10.0], [8.0]]])  # four of ten by day, four of eight by night
    halves = replace(
        p, slices=("day", "night"), slice_hours=np.array([12.0, 12.0]), demand=asked
    )  # fmt: skip
    with pytest.raises(InfeasibleError) as raised:
        solve(halves)
    said = [x.hint for x in raised.value.problems() if "(`least`)" in x.what]
    assert said == ["alone it would have to fall by 0.3 of the work"]


@pytest.mark.parametrize("loss", [0.1, 0.3, 0.6, 0.9])
@pytest.mark.parametrize("rent", [0.2, 0.7, 0.9, 1.5, 5.0])
def test_the_smaller_model_serves_exactly_where_its_loss_and_chips_are_cheapest(
    loss: float, rent: float
) -> None:
    """Four times as fast, up to 40 %: it beats the own model (rent) and not serving (1 USD)."""
    plan = solve(with_fallback(hall(0.0, rent), [0], 0.4, loss, 4.0))
    own, small = min(rent, 1.0), rent / 4.0 + loss
    used = float(plan.handed[0].sum()) / 10.0
    assert used == pytest.approx(0.4 if small < own else 0.0, abs=1e-9)
    assert plan.objective / SECONDS == pytest.approx(10 * (own * (1 - used) + small * used))
    assert plan.served[1].sum() == pytest.approx(10 * used)
    assert shed(plan) == pytest.approx((1 - used) * (rent > 1.0), abs=1e-9)


def test_a_request_is_handed_over_whole() -> None:
    """Both phases by the smaller model, in one share, though only one of them is slow."""
    p = hall(10.0)
    two = replace(
        p, loads=(Load("in", 0.5, "chat"), Load("out", 0.5, "chat")),
        demand=np.full((2, 1, 1), 10.0), units_per_chip=np.array([[4.0], [1.0]]),
        site_load=np.ones((1, 2), dtype=bool),
    )  # fmt: skip
    plan = solve(with_fallback(two, [0, 1], 1.0, 0.2, 4.0))
    # Own model 1.25 chips a unit, the smaller a quarter: x handed over, 12.5 - 0.9375 × 10 x <= 10.
    assert plan.handed.ravel() == pytest.approx([8 / 3, 8 / 3, -8 / 3, -8 / 3])
    assert plan.objective / SECONDS == pytest.approx(0.2 * 8 / 3)
    assert {x.item for x in plan.prices if x.family == "service"} == {"in day", "out day"}


def test_what_the_smaller_model_serves_counts_toward_the_least_level() -> None:
    plan = solve(with_fallback(hall(2.0, least=0.5), [0], 0.5, 0.9, 4.0))
    # A chip saves 1 USD a second with its own model and 4 × 0.1 with the smaller one, but five
    # units have to be served by two chips: y + w = 5, y + w / 4 = 2.
    assert plan.handed[0].sum() == pytest.approx(4.0)
    assert shed(plan) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"tiers": (Tier(0.5, 1.0), Tier(0.4, 2.0))}, "tiers sum to 1, the cheapest first"),
        ({"tiers": (Tier(0.5, 1.0), Tier(0.5, 0.9))}, "tiers sum to 1, the cheapest first"),
        ({"tiers": (Tier(np.nan, 1.0), Tier(0.5, 2.0))}, "tiers sum to 1, the cheapest first"),
        ({"tiers": (Tier(1.0, np.inf),)}, "tiers sum to 1, the cheapest first"),
        ({"least": 1.2}, "least out of range"),
        ({"instead_of": "none"}, "unknown load"),
    ],
)
def test_a_problem_that_says_nonsense_of_not_serving_is_refused(
    change: dict[str, object], what: str
) -> None:
    with pytest.raises(InputError) as raised:
        solve(hall(**change))  # type: ignore[arg-type]
    assert what in {x.what for x in raised.value.problems()}


# --- from a study --------------------------------------------------------------------------------

SCARCE = ("fleet.h20.quantity=1_000 chips",)
SMALLER = "services.chat.fallback={model: qwen3-30b-a3b, most: 40 %, loss: 30 %}"


def test_tiers_of_a_study_give_the_prices_of_its_service() -> None:
    tiers = "services.chat.value.tiers=[{share: 10 %, times: 0.1}, {share: 90 %, times: 1.1}]"
    run = planned(*SCARCE, tiers, worlds=0, values=False)
    p, plan = run.plan.problem, run.plan
    seconds = p.slice_hours[:, None] / 24.0 * p.tree.seconds
    for i, load in enumerate(p.loads):
        share = plan.shed[i] / p.demand[i]
        price = np.minimum(share, 0.1) * 0.1 + np.maximum(share - 0.1, 0.0) * 1.1
        want = (price * p.demand[i] * seconds).sum(axis=0) * load.shed_cost  # [node]
        found = np.zeros(len(p.tree))
        for f in plan.flows:
            if (f.entry, f.item) == ("shed", load.id):
                found[f.node] += f.amount
        assert found == pytest.approx(want, rel=1e-6)


def test_a_study_s_smaller_model_serves_its_service() -> None:
    run = planned(*SCARCE, SMALLER, worlds=0, values=False)
    plan, p = run.plan, run.plan.problem
    assert [x.id for x in p.loads] == [
        "chat/prefill", "chat/decode", "chat/fallback/prefill", "chat/fallback/decode",
    ]  # fmt: skip
    share = plan.handed[0] / p.demand[0]
    assert share.max() == pytest.approx(0.4)
    assert plan.handed[1] / p.demand[1] == pytest.approx(share)
    assert plan.served[2].sum(axis=(0, 1)) == pytest.approx(plan.handed[0])
    checks = {c.id: c for c in check_plan(plan, run.demand, run.capacity)}
    assert checks["I1"].status == checks["I1d"].status == "holds"
    lost = replace(plan, handed=0 * plan.handed)
    assert {c.id for c in check_plan(lost, run.demand, run.capacity) if c.status == "broken"} == {
        "I1"
    }


def test_tokens_of_the_smaller_model_are_the_service_s_and_its_chips_work_at_its_own_rate() -> None:
    run = planned(*SCARCE, SMALLER, worlds=0, values=False)
    stages, plan = small_stages(*SCARCE, SMALLER), run.plan
    p, tree = plan.problem, plan.problem.tree
    flows = flows_of(
        plan, run.demand, run.capacity, stages.loaded.study, run.chips, stages.money
    )  # fmt: skip
    sold = {(s.service, s.kind): s.mtok for s in merged(flows).sales}
    assert set(sold) == {("chat", "input"), ("chat", "cached"), ("chat", "output")}
    path = tree.ancestor[tree.leaves]
    seconds = p.slice_hours[:, None] / 24.0 * tree.seconds
    for i, kind in ((0, "input"), (1, "output")):
        served = ((p.demand[i] - plan.shed[i]) * seconds).sum(axis=0) / 1e6
        assert sold["chat", kind] == pytest.approx(served[path], rel=1e-6)
    busy = {(a.kind, a.chip): a.seconds for a in merged(flows).activities}
    # The first quarter has H20s alone, on which only the smaller model can read a prompt.
    read = (plan.served[2, 0, 0] * seconds).sum(axis=0)[0] / run.capacity.units_per_chip[2, 0]
    first = busy["input", "h20-96g"] + busy["cached", "h20-96g"]
    assert first[:, 0] == pytest.approx(read, rel=1e-6)


def test_a_smaller_model_brings_its_own_rates_but_no_demand() -> None:
    stages, plain = small_stages(*SCARCE, SMALLER), small_stages(*SCARCE)
    p, q = stages.problem, plain.problem
    assert not p.demand[2:].any()
    assert p.demand[:2] == pytest.approx(q.demand)
    assert (p.units_per_chip[2:] > p.units_per_chip[:2]).all()
    assert p.units_per_chip[:2] == pytest.approx(q.units_per_chip)
    assert (p.site_load[:, 2:] == p.site_load[:, :2]).all()


def test_a_study_s_least_level_holds_in_every_part_of_the_day_or_is_named() -> None:
    dear = SMALLER.replace("loss: 30 %", "loss: 100 %")  # as bad as not serving: only if it must
    run = planned(*SCARCE, dear, "services.chat.value.least=30 %", worlds=0, values=False)
    asked = run.plan.problem.demand[:2]
    served = (asked - run.plan.shed[:2]) / asked
    assert served[:, :, 0] == pytest.approx(0.3)  # in the first quarter by the smaller model alone
    assert (run.plan.handed[:2] / asked)[:, :, 0] == pytest.approx(0.3)
    assert served.min() == pytest.approx(0.3)
    with pytest.raises(InfeasibleError, match="no plan") as raised:
        planned(*SCARCE, "services.chat.value.least=99 %", worlds=0, values=False)
    assert any("(`least`)" in x.what for x in raised.value.problems())


def test_one_tier_of_everything_at_the_price_is_no_tiers() -> None:
    one = small_stages("services.chat.value.tiers=[{share: 100 %, times: 1}]").problem
    assert one.loads == small_stages().problem.loads


def test_other_work_has_tiers_and_a_least_level_too() -> None:
    """Of 2,000 H20 asked for 1,500 stand: a tenth goes at 0.1 of the price, the rest at 1.1."""
    work = (
        "work={{ranking: {{reference: h20-96g, need: 2_000 chips, serve_from: [CN],"
        " unserved: 500 CNY/chip-hour, chips: [h20-96g],"
        " tiers: [{{share: 10 %, times: 0.1}}, {{share: 90 %, times: 1.1}}], least: {}}}}}"
    )
    still = ("fleet.h20.quantity=1_500 chips", "supply.rent-h20.cap=0 chips")
    plan = planned(*still, work.format("0 %"), worlds=0, values=False).plan
    p = plan.problem
    i = next(k for k, x in enumerate(p.loads) if x.id == "ranking")
    use = p.units_per_chip[i].max() * p.chips[0].usable  # of all H20s
    missing = 1.0 - 1500 * use / p.demand[i, 0]  # by node, at all hours
    assert plan.shed[i] / p.demand[i] == pytest.approx(np.stack([missing, missing]))
    price = 500 / 3600.0 * p.demand[i, 0] * p.tree.seconds * (0.1 * 0.1 + 1.1 * (missing - 0.1))
    paid_at = np.zeros(len(p.tree))
    for f in plan.flows:
        if (f.entry, f.item) == ("shed", "ranking"):
            paid_at[f.node] += f.amount
    assert paid_at == pytest.approx(price, rel=1e-6)
    with pytest.raises(InfeasibleError) as raised:
        planned(*still, work.format("90 %"), worlds=0, values=False)
    assert any(x.where.startswith("ranking") for x in raised.value.problems())
