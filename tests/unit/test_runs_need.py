"""What fleet the demand needs, its growth by cause, and what a budget buys: on paper."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from outlay.catalogue import find_chip
from outlay.runs.answers.need import need_facts
from outlay.runs.answers.yardstick import fleet_carries, need_of, purchases, yardstick
from support.small import small_stages, small_study
from support.tiny_plan import DEMAND, PROBLEM
from support.tiny_run import tiny_stages

# Yardstick chips of a load: its peak over units per small chip (4, 1, 1) of which 0.8 are usable;
# in the second period expected, 825, 82.5 and 13.5, over the software gain 1.25 or 1.6.
SOFTWARE = 0.25 / 1.25 + 0.75 / 1.6
FIRST = (400 / 3.2, 40 / 0.8, 10 / 0.8)
LATER = (825 * SOFTWARE / 3.2, 82.5 * SOFTWARE / 0.8, 13.5 / 0.8)


def close(value: Any) -> object:
    return pytest.approx(value, rel=1e-12)


def test_the_yardstick_serves_most_and_other_work_is_counted_in_it() -> None:
    assert yardstick(PROBLEM, DEMAND) == 1  # both serve all; search is counted in small chips
    plain = replace(DEMAND, loads=tuple(replace(x, reference_chip="") for x in DEMAND.loads))
    assert yardstick(PROBLEM, plain) == 0  # then the faster
    cannot = replace(PROBLEM, units_per_chip=PROBLEM.units_per_chip * [[0, 1], [1, 1], [1, 1]])
    assert yardstick(cannot, plain) == 1


def test_need_of_every_load_in_the_busiest_hour() -> None:
    need = need_of(PROBLEM, DEMAND, "CN", small_study().study)
    assert need.chip == "small"
    assert need.by_load[:, 0] == close(FIRST)
    assert need.by_load[:, 1] == close(LATER)
    # prefill may run in a site at home (inner), decode only abroad, search anywhere
    inner = replace(DEMAND.loads[0], places=("inner",))
    there = replace(DEMAND, loads=(inner, *DEMAND.loads[1:]))
    assert need_of(PROBLEM, there, "CN", small_study().study).home.tolist() == [
        True, False, True,
    ]  # fmt: skip


def test_without_software_gain_a_chip_does_what_it_does() -> None:
    plain = replace(PROBLEM, rate_factor=None)
    need = need_of(plain, DEMAND, "CN", small_study().study)
    assert need.by_load[:, 1] == close((825 / 3.2, 82.5 / 0.8, 13.5 / 0.8))
    assert fleet_carries(plain, DEMAND, 1, np.ones(3, dtype=bool)) == close(
        120 / (900 / 3.2 + 90 / 0.8 + 12 / 0.8)
    )


def test_growth_by_cause_sums_to_the_difference() -> None:
    parts = need_of(PROBLEM, DEMAND, "CN", small_study().study).parts
    assert list(parts) == ["more tokens", "larger models", "search", "faster software"]
    # flat need: 825 / 3.2 and 82.5 / 0.8; work per token 0.5 then 0.6, and 1 then 1.1
    more = (825 / 3.2 - 125) * 0.5 + (82.5 / 0.8 - 50) * 1.0
    larger = 825 / 3.2 * 0.1 + 82.5 / 0.8 * 0.1
    assert parts["more tokens"] == close([0.0, more])
    assert parts["larger models"] == pytest.approx([0.0, larger])
    assert parts["search"] == close([0.0, 3.5 / 0.8])
    rest = sum(LATER) - sum(FIRST) - more - larger - 3.5 / 0.8
    assert parts["faster software"] == pytest.approx([0.0, rest])


def test_what_the_fleet_that_stands_carries() -> None:
    """120 small chips against 125 for prefill and 12.5 for search: 120 / 137.5 of the need."""
    at_home = np.array([True, False, True])
    assert fleet_carries(PROBLEM, DEMAND, 0, at_home) == close(120 / 137.5)
    # with decode's 50 beside them, and a quarter more work done by each in the granted branch
    everything = np.ones(3, dtype=bool)
    assert fleet_carries(PROBLEM, DEMAND, 0, everything) == close(120 / 187.5)
    chips = 900 / 3.2 / 1.25 + 90 / 0.8 / 1.25 + 12 / 0.8
    assert fleet_carries(PROBLEM, DEMAND, 1, everything) == close(120 / chips)
    assert fleet_carries(replace(PROBLEM, pools=()), DEMAND, 0, everything) == 0.0


def test_what_a_budget_buys_of_each_offer() -> None:
    """2.5m buys 25 chips at 100,000, or 50 at the low end, of 700 W or whatever is catalogued."""
    ranged = "supply.ascend-910c.price={value: 100_000 CNY, low: 50_000 CNY, high: 120_000 CNY}"
    s = small_stages(ranged)
    chip = find_chip("ascend-910c")
    need = need_of(s.problem, s.demand, "CN", s.loaded.study)
    found = {
        (p.offer, p.price): p
        for p in purchases(
            s.loaded.study, s.problem, s.demand, need, s.chips, 2.5e6, s.fx
        )
    }  # fmt: skip
    assert list(found) == [("h200-import", "planned"), ("ascend-910c", "planned"),
                           ("ascend-910c", "low")]  # fmt: skip
    planned, low = found["ascend-910c", "planned"], found["ascend-910c", "low"]
    assert (planned.unit_price, planned.chips) == (100_000.0, close(25.0))
    assert (low.unit_price, low.chips) == (50_000.0, close(50.0))
    assert planned.power_mw == close(25 * chip.it_w / 1e6)
    # dollars at the day's rate, 7.0432; the yardstick is worth itself
    imported = found["h200-import", "planned"]
    assert imported.unit_price == close(20_000 * 7.0432)
    assert imported.chips == close(2.5e6 / (20_000 * 7.0432))
    assert imported.yardsticks == close(imported.chips)
    index = {c.id: i for i, c in enumerate(s.problem.chips)}
    units = s.problem.units_per_chip
    mix = need.by_load[:, 0]
    time = mix * units[:, index["h200-sxm"]] / units[:, index["ascend-910c"]]
    assert planned.yardsticks == close(25 * mix.sum() / time.sum())


def test_a_chip_is_worth_yardsticks_at_the_mix_of_tokens() -> None:
    """A big chip does prefill twice and decode three times as fast: 175 / (62.5 + 50 / 3)."""
    from outlay.runs.answers.yardstick import _relative

    need = need_of(PROBLEM, DEMAND, "CN", small_study().study)
    tokens = np.array([True, True, False])
    assert _relative(PROBLEM, need, 0, tokens) == close(175 / (62.5 + 50 / 3))
    assert _relative(PROBLEM, need, 1, tokens) == close(1.0)


def test_the_facts_of_the_need() -> None:
    found = need_facts(tiny_stages())
    assert (found.chip, found.home_region) == ("small", "CN")
    # one fiscal year a period: growth is stated to the last period
    assert (found.first, found.to) == ("2026-H2", "2027-H1")
    assert found.total == close((sum(FIRST), sum(LATER)))
    # search may run anywhere; the hall of the hand-made plan is none of the study's sites
    assert found.home == close((FIRST[2], LATER[2]))
    assert found.growth == close(sum(LATER) - sum(FIRST))
    more = (825 / 3.2 - 125) * 0.5 + (82.5 / 0.8 - 50)
    larger = 825 / 3.2 * 0.1 + 82.5 / 0.8 * 0.1
    assert list(found.growth_parts) == ["more tokens", "larger models", "search", "faster software"]
    assert found.growth_parts["larger models"] == pytest.approx(larger)
    assert found.token_share == pytest.approx(more / (more + larger + 3.5 / 0.8))
    assert found.largest_service == "chat"
    assert found.largest_growth == close(LATER[0] + LATER[1] - FIRST[0] - FIRST[1])
    assert found.fleet_carries == close(120 / 12.5)
    assert found.stands
    # a quarter slow, three quarters fast: 3 cached and a tenth of output to each input token
    input_day = 3600 * np.array([6000, 0.25 * 10_800 + 0.75 * 12_000])
    assert found.tokens_per_second == close(tuple(input_day * 4.1 / 86_400))
    assert found.tokens_per_day == close(input_day[0] * 4.1)
    # what may be asked for runs from the slow state's tokens to the fast one's
    first, slow, fast = (3600 * 4.1 * x for x in (6000, 10_800, 12_000))
    assert [(a.period, a.least, a.expected, a.most) for a in found.asked] == [
        ("2026-H2", close(first), close(first), close(first)),
        ("2027-H1", close(slow), close(input_day[1] * 4.1), close(fast)),
    ]
    assert found.announced == ()
    work = {w.name: w.chips for w in found.by_work}
    assert work == {
        "chat": close((FIRST[0] + FIRST[1], LATER[0] + LATER[1])),
        "search": close((FIRST[2], LATER[2])),
        "all": close((sum(FIRST), sum(LATER))),
    }
    causes = {w.name: w.chips for w in found.by_cause}
    assert causes["more tokens"] == close((0.0, more))
    assert sum(c[1] for c in causes.values()) == close(sum(LATER) - sum(FIRST))
    assert (found.budget_year, found.budget) == ("2026", 8.5e9)


def test_points_of_the_series_stand_in_their_share_up_to_the_day_of_the_study() -> None:
    stages = small_stages(
        "services.chat.tokens_per_day={series: bytedance-tokens, share: 10 %}", "as_of=2025-09-30"
    )
    found = need_facts(stages).announced
    assert [(p.date, p.tokens_per_day, p.floor) for p in found[-2:]] == [
        ("2025-05-31", close(1.64e12), False),  # 16.4 trillion a day, said as it is
        ("2025-09-30", close(3e12), True),  # over 30 trillion
    ]
    assert found[0].source.startswith("aicnews.cn")


def test_growth_is_stated_to_the_end_of_the_first_fiscal_year() -> None:
    found = need_facts(tiny_stages("fiscal_year_start=7"))  # one year holds both
    assert found.to == "2027-H1"
    small = need_facts(small_stages())
    assert (small.first, small.to) == ("2026-Q1", "2026-Q4")
    bought = {(p.offer, p.price): p.chips for p in small.purchases}
    assert bought["ascend-910c", "planned"] == close(8.5e9 / 190_000)
    half = need_facts(small_stages("fiscal_year_start=7"))
    assert half.to == "2026-Q2"
    assert half.growth == close(small.total[1] - small.total[0])


def test_the_published_day_per_chip() -> None:
    """608 and 168 billion tokens a day on 226.75 nodes of eight."""
    found = need_facts(small_stages())
    assert found.published_rate == close((608e9 + 168e9) / (226.75 * 8))
    assert found.published_source == "deepseek-ai-open-infra"


def test_work_reserved_on_another_chip_stands_alone() -> None:
    reserved = replace(DEMAND.loads[2], phase="reserved", reference_chip="big")
    demand = replace(DEMAND, loads=(*DEMAND.loads[:2], reserved))
    slow = replace(PROBLEM, units_per_chip=np.array([[3.0, 4.0], [0.0, 1.0], [1.0, 1.0]]))
    found = need_facts(replace(small_stages(), demand=demand, problem=slow))
    assert found.chip == "small"
    (row,) = found.alone
    assert (row.load, row.chip, row.chips) == ("search/dense", "big", 10.0)
    as_before = replace(reserved, reference_chip="small")
    demand = replace(DEMAND, loads=(*DEMAND.loads[:2], as_before))
    assert need_facts(replace(small_stages(), demand=demand, problem=slow)).alone == ()
