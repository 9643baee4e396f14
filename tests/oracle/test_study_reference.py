"""The reference study against the facts it is written from, and against arithmetic by hand."""

from __future__ import annotations

import csv
import math
from datetime import date
from functools import cache

import pytest

from outlay.core.periods import Period
from outlay.core.quantities.fx import FxTable
from outlay.study import LoadedStudy, load
from outlay.study.model.fields import Num, Schedule, value_at
from outlay.study.model.study import Factor
from support.shared import ROOT, shared_dir

STUDY = ROOT / "examples" / "bytedance-2026" / "study.yaml"
QUARTERS = [f"{y}-Q{q}" for y in (2026, 2027) for q in (1, 2, 3, 4)]
DAY_S = 86_400


@cache
def loaded() -> LoadedStudy:
    return load(STUDY)


@cache
def rows() -> list[dict[str, str]]:
    path = shared_dir() / "reference" / "study_inputs.csv"
    if not path.is_file():
        pytest.skip("the table of inputs is not beside this checkout")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def given(section: str, item: str, parameter: str) -> dict[str, str]:
    (row,) = (
        r for r in rows() if (r["section"], r["item"], r["parameter"]) == (section, item, parameter)
    )
    return row


def at(plan: Schedule | None, period: str) -> float:
    assert plan is not None
    num = value_at(plan, Period.parse(period))
    return 0.0 if num is None else num.value


def same(num: Num | None, row: dict[str, str], scale: float = 1.0) -> None:
    """Value, and low and high where the row has them."""
    assert num is not None
    assert num.value == pytest.approx(float(row["value"]) * scale)
    for end in ("low", "high"):
        stated = getattr(num, end)
        if stated is not None and row[end]:
            assert stated == pytest.approx(float(row[end]) * scale, rel=0.02)


# -- arithmetic by hand, two ways ------------------------------------------------------------


def test_thirty_trillion_tokens_a_day_are_347_million_a_second() -> None:
    from outlay.core.quantities.quantity import parse

    per_day = parse("30T tokens/day", "token_rate").value
    assert per_day / DAY_S == pytest.approx(347.2e6, rel=1e-3)
    by_hour = 30e12 / 24 / 60 / 60
    assert per_day / DAY_S == pytest.approx(by_hour)


def test_they_need_seventy_thousand_chips_at_a_published_days_efficiency() -> None:
    """608bn in + 168bn out on 226.75 nodes of eight: by tokens a chip-day, and by scaling nodes."""
    tokens, nodes = 608e9 + 168e9, 226.75
    per_chip_second = tokens / (nodes * 8) / DAY_S
    one = 30e12 / DAY_S / per_chip_second
    other = nodes * 8 * (30e12 / tokens)
    assert one == pytest.approx(other)
    assert one == pytest.approx(70_000, rel=0.01)


def test_the_processor_budget_buys_604_thousand_h200_and_770_megawatts() -> None:
    from outlay.catalogue import find_chip
    from outlay.catalogue.tables import rows as table

    study = load(STUDY, scenario="article-price").study
    budget = study.budget.processors[2026]
    price = study.supply["h200-import"].price
    assert price is not None
    ((_, paid),) = price.entries
    assert (budget.value, budget.currency) == (85e9, "CNY")
    assert (paid.value, paid.currency) == (20_000, "USD")
    fx = FxTable.from_rows(table("fx")).rate("USD", "CNY", date(2025, 12, 31))
    assert fx == pytest.approx(7.04, abs=0.005)
    by_yuan = budget.value / (paid.value * 7.04)
    by_dollar = budget.value / fx / paid.value
    assert by_yuan == pytest.approx(604_000, rel=1e-3)
    assert by_dollar == pytest.approx(by_yuan, rel=1e-3)
    assert by_yuan * find_chip("h200-sxm").it_w / 1e6 == pytest.approx(770, rel=0.001)


def test_the_trial_order_is_a_thirtieth_of_the_processor_budget() -> None:
    offer = loaded().study.supply["h200-import"]
    assert offer.trial is not None
    dollars = offer.trial.quantity.value * 20_000
    assert dollars == 0.4e9
    assert dollars * 7.04 == pytest.approx(2.8e9, rel=0.01)
    assert dollars * 7.04 / 85e9 == pytest.approx(0.033, abs=0.0005)
    assert pytest.approx(0.033, abs=0.0005) == 20_000 / (85e9 / (20_000 * 7.04))


def test_the_two_prices_of_the_h200_differ_by_the_levy() -> None:
    levy = loaded().study.supply["h200-import"].levy
    assert levy is not None
    assert levy.included, "27,000 has the quarter inside: it is not charged twice"
    assert 20_000 / (1 - levy.share.value) == pytest.approx(27_000, rel=0.013)


def test_leased_pools_cost_the_billions_of_the_article() -> None:
    pools = [p for p in loaded().study.fleet.values() if p.tenure == "leased"]
    per_year = sum(p.quantity.value * p.rent.value for p in pools if p.rent) * 8766
    assert per_year == pytest.approx(1.6e9, rel=0.05)


def test_training_of_2026_is_92_thousand_h200_years() -> None:
    campaigns = loaded().study.training
    year_s = 365.25 * DAY_S
    flop = years = 0.0
    for name, c in campaigns.items():
        assert c.flop is not None
        if not name.endswith("-2027"):
            flop += c.flop.value
            years += c.flop.value / (c.sustained.value * c.goodput.value * year_s)
            follow = campaigns[f"{name}-2027"]
            assert follow.flop is not None
            assert follow.flop.value == pytest.approx(1.7 * c.flop.value, rel=0.002)
    assert flop == pytest.approx(6.5e26, rel=0.01)
    assert years == pytest.approx(92_000, rel=0.01)


# -- the whole adds up -----------------------------------------------------------------------


def test_services_and_media_sum_to_the_announced_fifty_and_to_the_base_path() -> None:
    study = loaded().study
    media = {"images": 0.57e12, "video": 0.43e12}  # metered in tokens by the company
    level = {n: s.tokens_per_day.value for n, s in study.services.items()}  # type: ignore[union-attr]
    assert sum(level.values()) + sum(media.values()) == pytest.approx(50e12)
    base = study.demand.state_totals["base"]
    heavier = 1.3  # video's growth is of work: seconds of video times compute per second
    for quarter in QUARTERS:
        total = sum(v * at(study.services[n].growth, quarter) for n, v in level.items())
        images = media["images"] * at(study.work["images"].growth, quarter)
        video = media["video"] * at(study.work["video"].growth, quarter)
        low, high = total + images + video / heavier, total + images + video
        expected = at(base, quarter)
        assert low * 0.999 <= expected <= high * 1.001
        if quarter >= "2026-Q4":
            assert low == pytest.approx(expected, rel=1e-3)


def test_the_fleet_sums_to_585_and_115_thousand_chips_and_its_power() -> None:
    from outlay.catalogue import find_chip

    standing = [p for p in loaded().study.fleet.values() if p.arrives is None]
    china = [p for p in standing if p.places == ["CN"]]
    abroad = [p for p in standing if p.places != ["CN"]]
    assert sum(p.quantity.value for p in china) == 585_000
    assert sum(p.quantity.value for p in abroad) == 115_000
    mw = [
        sum(p.quantity.value * find_chip(p.chip).it_w for p in pools) / 1e6
        for pools in (china, abroad)
    ]
    assert mw[0] == pytest.approx(471, rel=0.02)
    assert mw[1] == pytest.approx(136, rel=0.02)


def test_eighteen_leaves_with_the_stated_chances() -> None:
    factors = loaded().study.factors()
    assert list(factors) == ["licence.h200", "supply.domestic", "demand"]
    assert math.prod(len(f.states) for f in factors.values()) == 18
    assert [p.value for p in factors["licence.h200"].states.values()] == [0.25, 0.40, 0.35]
    assert [p.value for p in factors["supply.domestic"].states.values()] == [0.45, 0.55]
    assert [p.value for p in factors["demand"].states.values()] == [0.25, 0.45, 0.30]
    assert [
        k for k, f in loaded().study.uncertainty.items() if isinstance(f, Factor) and not f.in_tree
    ] == ["overseas.access"]


def test_old_halls_hold_any_chip_and_new_halls_domestic_ones_only() -> None:
    study = loaded().study
    for site in study.sites.values():
        if site.region == "CN":
            grows = site.expand is not None or len(site.power.entries) > 1
            assert site.holds == ("domestic" if grows else "any")
            assert ("new-halls" if grows else "old-halls") in site.tags
    assert study.supply["h200-import"].to == ["old-halls"]
    old = [s for s in study.sites.values() if "old-halls" in s.tags]
    assert sum(at(s.power, "2026-Q1") for s in old) == pytest.approx(600e6)


def test_nothing_is_dated_after_the_study_and_nothing_is_lost() -> None:
    study = loaded().study
    assert study.as_of == date(2025, 12, 31)
    assert all(s.date is None or s.date <= study.as_of for s in study.sources.values())
    used = {e.source for e in loaded().ledger} | {
        x.source for xs in (study.rivals, study.cross_checks, study.unmodelled) for x in xs
    }
    unused = set(study.sources) - used - {"new-halls", "johor"}
    assert unused <= {"wsj-ulanqab"}, "every source carries a number"


def test_the_price_of_not_serving_is_that_of_the_middle_tier() -> None:
    for name, service in loaded().study.services.items():
        tiers = [(t.share.value, t.times.value) for t in service.value.tiers]
        assert tiers == [(0.1, 0.5), (0.4, 1.0), (0.5, 2.0)], name


def test_assumptions_are_most_of_the_numbers_and_each_has_a_path_and_a_line() -> None:
    stated = [e for e in loaded().assumptions if e.stated]
    assert len(stated) > 0.6 * len([e for e in loaded().ledger if e.stated])
    assert len({e.path for e in loaded().ledger}) == len(loaded().ledger)
    assert all(e.line > 0 for e in stated)


# -- against the table it is written from (kept beside the repository) ----------------------

SERVICES = ("chat", "deep-think", "in-app", "api", "coding", "office", "voice")
DOMESTIC = ("ascend-910c", "ascend-950pr", "ascend-950dt", "mlu590", "mlu690", "kunlun-p800",
            "hygon-dcu", "thead-ppu", "seedchip")  # fmt: skip
LEASES = ("johor-h100", "johor-h200", "johor-b200", "johor-gb200", "thai-gb300", "finland-b200",
          "us-h100", "cn-cloud-h100", "cn-cloud-h20", "cn-cloud-910b")  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize("name", SERVICES)
def test_service_matches_the_table(name: str) -> None:
    s = loaded().study.services[name]
    assert isinstance(s.tokens_per_day, Num)
    same(s.tokens_per_day, given("services", name, "tokens_per_day"), 1e12)
    same(s.mix.cached, given("services", name, "cached share of input"))
    share = float(given("services", name, "input share of tokens")["value"])
    assert s.mix.input.value / (s.mix.input.value + s.mix.output.value) == pytest.approx(share)
    same(s.lengths.input, given("services", name, "mean input length"))
    same(s.lengths.output, given("services", name, "mean output length"))
    same(s.busiest_hour, given("services", name, "busiest hour over mean"))
    same(s.deferrable, given("services", name, "deferrable share"))
    compute = float(given("services", name, "compute per token against 23B-active")["value"])
    later = float(given("services", name, "next-generation compute factor")["value"])
    assert at(s.compute, "2026-Q1") == pytest.approx(compute)
    assert at(s.compute, "2026-Q2") == pytest.approx(compute * (1 + later) / 2)
    assert at(s.compute, "2026-Q3") == pytest.approx(compute * later)
    for quarter, slack in (("2026-Q4", 0.005), ("2027-Q4", 0.005)):
        row = given("services", name, f"growth to {quarter}, base")
        assert at(s.growth, quarter) == pytest.approx(float(row["value"]), rel=slack)
    unserved = s.value.unserved
    assert not isinstance(unserved, Num)
    same(unserved.input, given("services", name, "unserved value, uncached input"), 1e-6)
    same(unserved.output, given("services", name, "unserved value, output"), 1e-6)


def constant(numbers: Schedule | None) -> Num | None:
    return numbers.entries[0][1] if numbers and len(numbers.entries) == 1 else None


@pytest.mark.shared
def test_overseas_is_split_in_two_and_sums_to_the_table() -> None:
    parts = [loaded().study.services[n].tokens_per_day for n in ("overseas", "overseas-eu")]
    total = sum(p.value for p in parts if isinstance(p, Num))
    assert total == pytest.approx(
        float(given("services", "overseas", "tokens_per_day")["value"]) * 1e12
    )


@pytest.mark.shared
@pytest.mark.parametrize("name", DOMESTIC)
def test_domestic_offer_matches_the_table_in_both_states(name: str) -> None:
    for state in ("strong", "weak"):
        offer = loaded().at({"supply.domestic": state}).supply[name]
        same(constant(offer.price), given("supply", name, "price"))
        host = "host, network and storage per chip"
        same(offer.host, given("supply", name, host))
        assert offer.lead == 3 * int(given("supply", name, "lead")["value"])
        for quarter in QUARTERS:
            row = given("supply", name, f"cap {quarter} if domestic {state}")
            assert at(offer.cap, quarter) == float(row["value"]) * 1000


@pytest.mark.shared
@pytest.mark.parametrize("state", ["granted", "capped", "refused"])
def test_h200_caps_match_the_table_in_each_state(state: str) -> None:
    offer = loaded().at({"licence.h200": state}).supply["h200-import"]
    for quarter in QUARTERS:
        row = given("supply", "h200-import", f"cap {quarter} if licence {state}")
        assert at(offer.cap, quarter) == float(row["value"]) * 1000


@pytest.mark.shared
@pytest.mark.parametrize("name", LEASES)
def test_lease_matches_the_table(name: str) -> None:
    offer = loaded().study.supply[name]
    same(constant(offer.rent), given("supply", name, "rent"))
    assert offer.term == 12 * int(given("supply", name, "term")["value"])
    assert offer.lead == 3 * int(given("supply", name, "lead")["value"])
    cap = given("supply", name, "cap per quarter")
    assert at(offer.cap, "2026-Q4") == float(cap["value"]) * 1000
    if name.startswith(("johor", "thai", "finland", "us")):
        closed = loaded().at({"overseas.access": "restricted"}).supply[name]
        assert at(closed.cap, "2026-Q4") == 0


@pytest.mark.shared
@pytest.mark.parametrize("name", ["cn-h20", "cn-h800", "cn-a800", "cn-l20", "cn-mlu590",
                                  "cn-ascend-910b", "cn-ascend-910c", "os-h100", "os-h200",
                                  "os-b200", "os-l20"])  # fmt: skip
def test_pool_matches_the_table(name: str) -> None:
    same(loaded().study.fleet[name].quantity, given("brownfield", name, "quantity"))


@pytest.mark.shared
def test_demand_ceilings_and_rates_match_the_table() -> None:
    study = loaded().study
    for quarter in QUARTERS:
        row = given("demand_path", "all", quarter)
        for state, column in (("low", "low"), ("base", "value"), ("high", "high")):
            total = at(study.demand.state_totals[state], quarter)
            assert total == pytest.approx(float(row[column]) * 1e12)
        for name, place in (("china", "China"), ("overseas", "overseas")):
            ceiling = float(given("sites", f"ceiling {quarter}", place)["value"]) * 1e6
            assert at(study.rules.ceilings[name].power, quarter) == ceiling
    for chip, rates in study.performance.cross_check.items():
        item = "L20 (not in catalogue)" if chip == "l20" else chip
        same(rates.prefill, given("performance_check", item, "relative prefill, H200 = 1"))
        same(rates.training, given("performance_check", item, "relative training, H200 = 1"))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("site", "new"),
    [("ulanqab-horinger", "ulanqab"), ("zhangjiakou-huailai", "zhangjiakou"), ("wuhu", "wuhu"),
     ("guian", "guian"), ("johor", ""), ("thailand", ""), ("norway-hamar", ""),
     ("finland-kouvola", ""), ("brazil-pecem", ""), ("east-metros", "")],
)  # fmt: skip
def test_site_matches_the_table(site: str, new: str) -> None:
    found = loaded().study.sites[f"{new}-old" if new else site]
    energised = given("sites", site, "energised for accelerators, end 2025")
    assert at(found.power, "2026-Q1") == pytest.approx(float(energised["value"]) * 1e6)
    same(found.pue, given("sites", site, "pue"))
    same(found.electricity, given("sites", site, "tariff"))
