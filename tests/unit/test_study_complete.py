"""What a study may leave out: filled from what it says, listed as a default, or named missing."""

from __future__ import annotations

import pytest

from outlay.catalogue import find_chip, find_model
from outlay.core.periods import Period
from outlay.study import LoadedStudy, loads
from support.study_text import problems, small

SHORT = """\
outlay: 1
title: as short as a study may be
as_of: 2025-12-31
currency: CNY
horizon: {start: 2026-Q1, periods: 8}
discount_rate: 9 %/year
sources:
  ft: {publisher: Financial Times, date: 2025-12-23}
services:
  chat:
    model: doubao-seed-1.6
    tokens_per_day: {series: bytedance-tokens, share: 70 %, forecast: damped}
    mix: {input: 3.6, cached: 56 %, output: 1}
    lengths: {trace: azure2023_conv}
    slo: {ttft: {p99: 2 s}, tpot: {p99: 50 ms}}
    shape: consumer-chat
    serve_from: [CN]
    value: {unserved: 20 CNY/Mtok}
training:
  frontier-2026: {model: deepseek-v3, tokens: 30T, by: 2026-Q3, places: [CN, MY]}
supply:
  h200-import: {chip: h200-sxm, by: purchase, price: 20_000 USD, to: [CN], lead: 1 quarter, needs: licence.h200, source: ft}
  ascend-910c: {chip: ascend-910c, by: purchase, price: 190_000 CNY, to: [CN], cap: {2026-Q1: 30_000}}
  johor-lease: {chip: b200-hgx, by: lease, rent: 2.9 USD/chip-hour, term: 3 years, to: [MY], accounting: operating}
sites:
  inner-mongolia: {region: CN, power: 120 MW, expand: {step: 50 MW, lead: 4 quarters, capex: 7.1 USD/W}, pue: 1.2, electricity: 0.38 CNY/kWh}
  johor: {region: MY, power: 20 MW, pue: 1.35, electricity: 0.11 USD/kWh}
budget: {capex: {2026: 160bn CNY}, processors: {2026: 85bn CNY, source: ft}}
uncertainty:
  licence.h200:
    reveal: 2026-Q2
    states: {granted: 35 %, capped: 30 %, refused: 35 %}
    effect: {granted: {}, capped: {supply.h200-import.cap: 20_000}, refused: {supply.h200-import.cap: 0}}
  demand: {reveal: 2026-Q3, states: {low: 25 %, base: 50 %, high: 25 %}, from: forecast}
  usdcny: {distribution: lognormal, sigma: 4 %/year}
objective: {minimise: expected_cost, tail: {cvar: 90 %, weight: 0.2}}
"""  # noqa: E501 -- as users write it


def short() -> LoadedStudy:
    return loads(SHORT)


def test_lengths_come_from_the_trace() -> None:
    lengths = short().study.services["chat"].lengths
    assert (lengths.input.value, lengths.output.value) == (1155, 211)
    own = loads(SHORT.replace("{trace: azure2023_conv}", "{trace: azure2023_conv, output: 400}"))
    assert own.study.services["chat"].lengths.input.value == 1155
    assert own.study.services["chat"].lengths.output.value == 400


def test_flop_is_six_times_active_parameters_times_tokens() -> None:
    campaign = short().study.training["frontier-2026"]
    assert campaign.flop is not None
    assert campaign.flop.value == pytest.approx(6 * find_model("deepseek-v3").active_params * 30e12)
    assert campaign.start == Period.parse("2026-Q1")
    assert {k: v.value for k, v in campaign.places.items()} == {"CN": 0.5, "MY": 0.5}


def test_rate_and_cost_of_delay_come_from_the_reference_chip() -> None:
    campaign = short().study.training["frontier-2026"]
    chip = find_chip("h200-sxm")
    assert campaign.sustained.value == pytest.approx(0.38 * chip.peak_flop_s["bf16"])
    assert 250e12 < campaign.sustained.value < 450e12, "DeepSeek-V3 and Llama 3: 327 to 430"
    assert chip.rent_usd_h is not None
    assert campaign.unserved.value == pytest.approx(1.5 * sum(chip.rent_usd_h))


def test_expansion_starts_when_its_lead_allows_one_step_a_period() -> None:
    expand = short().study.sites["inner-mongolia"].expand
    assert expand is not None
    assert expand.first == Period.parse("2027-Q1")
    assert expand.per_period.value == 50e6


def test_what_is_filled_is_a_default_with_its_reason_not_a_statement() -> None:
    filled = {e.path: e for e in short().ledger if not e.stated}
    for path in (
        "services.chat.lengths.input",
        "training.frontier-2026.flop",
        "training.frontier-2026.sustained",
        "sites.inner-mongolia.expand.per_period",
    ):
        assert filled[path].is_assumption
        assert filled[path].note


def test_sources_may_stand_beside_the_years_of_a_budget() -> None:
    study = short().study
    assert study.budget.processors[2026].source == "ft"
    assert study.budget.capex[2026].source is None


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (("lengths: {input: 2_000, output: 500}", "lengths: {output: 500}"), "`input` is missing"),
        (("lengths: {input: 2_000, output: 500}", "lengths: {trace: mine}"), "`output` is missing"),
        (("pue: 1.2,", "pue: 1.2, expand: {lead: 1 quarter},"), "`per_period` is missing"),
    ],
)
def test_what_cannot_be_filled_is_missing(change: tuple[str, str], missing: str) -> None:
    from support.study_text import broken

    assert missing in [p.what for p in problems(broken(change))]


def test_filling_changes_nothing_that_is_said() -> None:
    from outlay.study.checks.complete import complete

    study = small().study
    assert complete(study) == study
    assert complete(short().study) == short().study
