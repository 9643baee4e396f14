"""Does the reference study add up? Need against the fleet that stands, and against the budget.

An independent count: tokens times seconds at a published fleet's rates, and chips by the ratios
that the study keeps beside its inputs (`performance.cross_check`), not the performance stage.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.optimize import linprog

from outlay.core.periods import Period
from outlay.study import load
from outlay.study.model.fields import Num, Schedule, value_at
from outlay.study.model.study import Study
from support.shared import ROOT

DAY_S = 86_400
YEAR_S = 365.25 * DAY_S
PREFILL_TOK_S, DECODE_TOK_S = 8_800, 3_600  # an H200 on 23B active, from a published fleet day
QUARTERS = [f"{y}-Q{q}" for y in (2026, 2027) for q in (1, 2, 3, 4)]


@cache
def study() -> Study:
    return load(ROOT / "examples" / "bytedance-2026" / "study.yaml").study


def at(plan: Schedule, quarter: str | None) -> float:
    if quarter is None:
        return 1.0
    num = value_at(plan, Period.parse(quarter))
    return 1.0 if num is None else num.value


def need_in_china(quarter: str | None) -> dict[str, float]:
    """Thousand H200-equivalents by kind of work; None = the end of 2025."""
    s = study()
    n = 0 if quarter is None else QUARTERS.index(quarter) + 1
    faster = (1 + s.performance.software_gain.value) ** n
    assert s.rules.slo_load is not None
    assert s.rules.pooled_peak is not None
    busy = s.rules.slo_load.value / s.rules.pooled_peak.value / s.rules.fragmentation.value
    out = dict.fromkeys(("prefill", "decode", "media", "ranking", "training"), 0.0)
    for service in s.services.values():
        if "CN" not in service.serve_from:
            continue
        assert isinstance(service.tokens_per_day, Num)
        compute = at(service.compute, quarter) if quarter else at(service.compute, "2026-Q1")
        rate = service.tokens_per_day.value * at(service.growth, quarter) / DAY_S * compute
        mix = service.mix
        share_in = mix.input.value / (mix.input.value + mix.output.value)
        computed = 1 - mix.cached.value * (1 - s.rules.cached_token_cost.value)
        out["prefill"] += rate * share_in * computed / PREFILL_TOK_S / faster / busy
        out["decode"] += rate * (1 - share_in) / DECODE_TOK_S / faster / busy
    for name in ("images", "video"):
        work = s.work[name]
        assert work.units is not None
        mean = work.units.items.value * work.units.seconds.value / DAY_S
        held = work.busiest_hour.value / 0.7  # the share of a queue's chips that is busy
        out["media"] += mean * at(work.growth, quarter) / faster * held
    ranking = s.work["ranking-cn"]
    assert ranking.need is not None
    assert ranking.growth_per_period is not None
    out["ranking"] = ranking.need.entries[0][1].value * (1 + ranking.growth_per_period.value) ** n
    for name, c in s.training.items():
        if "CN" in c.places and name.endswith("-2027") == (n > 4):
            assert c.flop is not None
            rate = c.sustained.value * c.goodput.value * YEAR_S
            out["training"] += c.flop.value * c.places["CN"].value / rate
    return {k: v / 1e3 for k, v in out.items()}


def test_the_need_of_late_2025_is_150_thousand() -> None:
    need = need_in_china(None)
    assert need["prefill"] == pytest.approx(64, rel=0.07)
    assert need["decode"] == pytest.approx(33, rel=0.07)
    assert need["media"] == pytest.approx(5, abs=1)
    assert sum(need.values()) == pytest.approx(150, rel=0.04)


@pytest.mark.parametrize(
    ("quarter", "thousand"),
    [("2026-Q1", 171), ("2026-Q2", 274), ("2026-Q3", 342), ("2026-Q4", 406), ("2027-Q4", 553)],
)
def test_the_need_grows_as_the_inputs_say(quarter: str, thousand: float) -> None:
    assert sum(need_in_china(quarter).values()) == pytest.approx(thousand, rel=0.09)


def test_the_fleet_that_stands_carries_it_with_a_tenth_to_spare() -> None:
    """Each chip at what it does best: a small linear programme in the study's own ratios."""
    s = study()
    need = need_in_china(None)
    kinds = list(need)
    column = {"prefill": "prefill", "decode": "decode", "media": "dense", "ranking": "dense"}
    pools, rates = [], []
    for name, pool in s.fleet.items():
        if pool.places != ["CN"] or pool.arrives is not None:
            continue
        rented = 40_000 if name == "cn-h20" else 0
        idle = pool.not_installed.value if pool.not_installed else 0
        pools.append((pool.quantity.value - rented - idle) * s.rules.usable.value / 1e3)
        ratio = s.performance.cross_check[pool.chip]
        rates.append([getattr(ratio, column.get(k, k)).value for k in kinds])
    p, k = len(pools), len(kinds)
    cost = np.zeros(p * k + 1)
    cost[-1] = -1  # the largest multiple of the need that can be carried
    chips = np.zeros((p, p * k + 1))
    work = np.zeros((k, p * k + 1))
    for i in range(p):
        chips[i, i * k : (i + 1) * k] = 1
        for j in range(k):
            work[j, i * k + j] = -rates[i][j]
    work[:, -1] = list(need.values())
    found = linprog(cost, np.vstack([chips, work]), np.concatenate([pools, np.zeros(k)]))
    carried = -found.fun * sum(need.values())
    assert carried == pytest.approx(162, rel=0.04)
    assert 1.05 < -found.fun < 1.15


def test_the_gap_of_2026_is_not_the_whole_budget_and_not_chat() -> None:
    """Base growth explains some CNY 45-60bn; the chat service an eighth of the increase."""
    now, later = need_in_china(None), need_in_china("2026-Q4")
    gap = sum(later.values()) - 162
    assert gap == pytest.approx(240, rel=0.05)
    yuan_each = (190e3, 252e3)  # H200 at 27,000 dollars; all domestic makers together
    assert 44e9 < gap * 1e3 * yuan_each[0] < gap * 1e3 * yuan_each[1] < 62e9
    chat = study().services["chat"]
    assert isinstance(chat.tokens_per_day, Num)
    share = chat.tokens_per_day.value / 50e12
    assert share == 0.25
    assert later["prefill"] + later["decode"] - now["prefill"] - now["decode"] > 180
