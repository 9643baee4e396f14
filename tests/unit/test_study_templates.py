"""Studies to begin with: each figure is the catalogue's in the study's currency, or says how it was
reached; what must be as large as the need is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from outlay.catalogue import chips, models
from outlay.catalogue.quotes import first_day, price_of, rent_of, sold_as_hardware
from outlay.catalogue.tables import rows
from outlay.study import load, loads
from outlay.study.templates.asked import DOORS, Asked, Door, Promise, Size
from outlay.study.templates.render import DRAFT, beside, study_text
from outlay.study.templates.sourced import Figure
from outlay.study.templates.written import count, money, nice, number, place, power, spoken, tokens

DAY = date(2025, 12, 31)
SIZE = Size((12.0,) * 11 + (32.0,) * 7, 5_000.0, 1_000.0, 4)
YEN = 155.9


def asked(door: Door = "founder", **changes: object) -> Asked:
    made = Asked(
        door=door, name="mine.yaml", as_of=DAY, chip=chips()["h200-sxm"],
        model=models()["qwen3-235b-a22b"], tokens_per_day=6e9, currency="USD", rate=1.0,
        rate_on=DAY, budget=None, region="US", trace="servegen_m_large", given=frozenset(),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "digits", "up", "written"),
    [(31_234, 2, False, 31_000), (0.0817, 2, False, 0.082), (0, 2, False, 0), (44.1, 2, True, 45),
     (44.0, 2, True, 44), (9_960, 2, True, 10_000), (1.5e9, 1, False, 2e9)],
)  # fmt: skip
def test_nice_numbers(value: float, digits: int, up: bool, written: float) -> None:
    assert nice(value, digits, up=up) == written


def test_numbers_are_written_as_a_study_reads_them() -> None:
    assert [number(x) for x in (0.0321, 2.60, 30_000, 0.5)] == ["0.0321", "2.6", "30_000", "0.5"]
    assert [money(x, "USD") for x in (2.6e6, 30_000, 0.05, 1.6e11)] == [
        "2.6m USD", "30_000 USD", "0.05 USD", "160bn USD",
    ]  # fmt: skip
    assert [tokens(x) for x in (6e9, 1e6, 250_000, 1.25e13)] == [
        "6bn/day", "1m/day", "250_000/day", "12.5T/day",
    ]  # fmt: skip
    assert (count(1023.2), power(44_000), power(2.5e6)) == ("1_024", "44 kW", "2.5 MW")
    assert (place("NO"), place("US")) == ('"NO"', "US")
    assert (spoken(1.6e11), spoken(2_500)) == ("160 billion", "2,500")


def test_a_figure_says_its_spread_and_its_source() -> None:
    assert str(Figure(30_000, "USD", 20_000, 40_000, "prices")) == (
        "{value: 30_000 USD, low: 20_000 USD, high: 40_000 USD, source: prices}"
    )
    assert str(Figure(2, "USD")) == "2 USD"
    half = Figure(30_000, "USD", 20_000, 40_000, "prices").times(0.5, "half, or so")
    assert str(half) == (
        '{value: 15_000 USD, low: 10_000 USD, high: 20_000 USD, note: "half, or so"}'
    )


def stated(chip: str, parameter: str) -> float:
    return next(
        float(r["value"])
        for r in rows("chip_parameters")
        if (r["item"], r["parameter"]) == (chip, parameter)
    )


def test_a_price_is_the_catalogues_where_it_was_known_on_the_day() -> None:
    h200 = chips()["h200-sxm"]
    known = price_of(h200, DAY)
    assert (known.low, known.high) == (stated("h200-sxm", "price_low"), 40_000.0)
    assert known.source.startswith("about 20,000 each in the FT report")
    assert (known.date, known.grade) == (DAY, "reported")
    assert known.middle == pytest.approx(28_284, rel=1e-4)  # √(20,000 × 40,000)
    # rents of May 2026 were not known at the end of 2025
    assert rent_of(h200, DAY).source == ""
    assert rent_of(h200, date(2026, 6, 30)).low == stated("h200-sxm", "rent_low") == 2.5
    assert first_day() == DAY


def test_a_price_that_nobody_states_follows_from_like_chips() -> None:
    ratios = sorted(
        (stated(c, "price_low") * stated(c, "price_high")) ** 0.5
        / (chips()[c].peak_flop_s["bf16"] / 1e12)
        for c in {r["item"] for r in rows("chip_parameters") if r["parameter"] == "price_low"}
        if next(r for r in rows("chip_parameters")
                if (r["item"], r["parameter"]) == (c, "price_low"))["date"] <= "2025"
    )  # fmt: skip
    n = len(ratios)
    median = (ratios[(n - 1) // 2] + ratios[n // 2]) / 2
    l4 = price_of(chips()["l4"], DAY)
    peak = chips()["l4"].peak_flop_s["bf16"] / 1e12
    assert l4.middle == pytest.approx(float(f"{median:.2g}") * peak)
    assert f"{float(f'{median:.2g}'):g} USD a bf16 TFLOP/s" in l4.note
    assert (l4.source, l4.grade) == ("", "assumption")
    # a rent follows from the price
    assert rent_of(chips()["l4"], DAY).middle < l4.middle / 1_000
    # never dearer than the dearest that is known
    dearest = price_of(chips()["vr200-nvl72"], date(2026, 11, 29))
    assert dearest.middle == pytest.approx(price_of(chips()["gb300-nvl72"], DAY).middle)
    assert (sold_as_hardware(chips()["tpu-v5p"]), sold_as_hardware(chips()["l4"])) == (False, True)


def test_prices_are_converted_at_the_rate_of_the_day_and_say_so() -> None:
    study = loads(study_text(asked(currency="JPY", rate=YEN, rate_on=DAY, region="JP"), SIZE)).study
    price = study.supply["buy"].price
    assert price is not None
    ((_, num),) = price.entries
    assert num.value == pytest.approx(28_284 * YEN, rel=0.01)
    assert (num.low, num.high) == pytest.approx((20_000 * YEN, 40_000 * YEN), rel=0.005)
    assert study.sources["exchange"].title == "156 JPY a dollar"
    assert study.sources["exchange"].date == DAY
    assert "no tariff of JP is known" in study.sites["cage"].electricity.note


def test_what_must_be_large_enough_is() -> None:
    study = loads(study_text(asked(), SIZE)).study
    # 32 chips at 1,275 W are 40.8 kW; the first year ends with 32, in servers of eight
    assert study.sites["cage"].power.entries[0][1].value == pytest.approx(41_000)
    lots = {name: offer.lot and offer.lot.value for name, offer in study.supply.items()}
    assert lots == {"buy": 8.0, "rent-year": 4.0, "rent-month": 4.0}
    each = 28_000 * 1.25
    assert study.budget.capex[2026].value == 1.3e6  # 32 × 35,000 × 1.1, up to two digits
    assert 32 * each * 1.1 <= 1.3e6
    large = loads(study_text(asked(), replace(SIZE, need=(5e4,) * 18))).study
    assert large.supply["buy"].lot is None, "6,250 servers say nothing that chips do not"
    few = loads(study_text(asked(budget=2e6, given=frozenset({"budget"})), SIZE)).study
    assert [few.budget.capex[y].value for y in (2026, 2027)] == [2e6, 0.0]


def test_a_price_of_tokens_is_listed_or_twice_the_rent_of_its_chips() -> None:
    study = loads(study_text(asked(), SIZE)).study
    price = study.services["api"].value.price
    rent = rent_of(chips()["h200-sxm"], DAY).middle
    assert price is not None
    # at half load a chip writes 1,000 × 3,600 × ½ tokens an hour
    assert price.output.value * 1e6 == pytest.approx(2 * rent / 1.8, rel=0.03)
    assert price.input.value * 1e6 == pytest.approx(2 * rent / 9, rel=0.03)
    listed = loads(study_text(asked(model=models()["doubao-seed-1.6"]), SIZE)).study
    sold = listed.services["api"].value.price
    assert sold is not None
    assert sold.input.value * 1e6 * 1 == pytest.approx(0.25, rel=0.6)  # 0.8 yuan, or 0.25 abroad
    assert sold.input.source == "list"
    assert listed.sources["list"].grade == "official"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("day", [DAY, date(2026, 6, 10), date(2026, 11, 29)])
def test_every_door_reads_without_a_doubt(door: Door, day: date, tmp_path: Path) -> None:
    others = ({}, {"chip": chips()["tpu-v5p"]}, {"draft": True}, {"region": "NO"})
    for who in (asked(door, as_of=day, **changes) for changes in others):
        periods = len(who.periods)
        size = DRAFT if who.draft else replace(SIZE, need=(20.0,) * periods)
        for name, text in beside(who, size).items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / "mine.yaml").write_text(study_text(who, size), encoding="utf-8")
        found = load(tmp_path / "mine.yaml")
        assert found.warnings == ()
        idle = {i.path.split(".")[0] for i in found.idle if not i.path.endswith(".needs")}
        assert idle <= {"peers", "rivals"}, "kept beside the plan by their nature"
        assert found.study.as_of == day
        assert all(s.date is None or s.date <= day for s in found.study.sources.values())
        assert found.study.horizon.start.start > day
        assert found.text.startswith("# yaml-language-server: $schema=study.schema.json\n")


def test_a_slower_promise_is_the_studys() -> None:
    text = study_text(asked(promise=Promise(5.0, 0.1)), SIZE)
    slo = loads(text).study.services["api"].slo
    assert slo.ttft is not None
    assert slo.tpot is not None
    assert (slo.ttft.p99.value, slo.tpot.p99.value) == (5.0, 0.1)
    assert "the tightest that this chip holds" in text


def test_the_analysts_article_contradicts_itself_where_the_study_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = asked("analyst", tokens_per_day=5e12)
    size = replace(SIZE, need=(9_000.0,) * 8)
    ((name, text),) = beside(who, size).items()
    assert name == "mine.article.md"
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(text, encoding="utf-8")
    study = loads(study_text(who, size)).study
    assert study.sources["article"].document == name
    total = study.budget.capex[2026].value
    assert spoken(total) in text
    assert spoken(total * 10) in text
    assert beside(asked("lab"), size) == {}
    # what was told by the day: Alphabet's 2024, not its 2025 of February 2026
    assert {y: n.value for y, n in study.peers["alphabet"].capex.items()} == {2024: 52.5e9}


@pytest.mark.parametrize("door", [d for d in DOORS if d != "analyst"])
@pytest.mark.parametrize(("model", "format_"), [("kimi-k3", "native"), ("qwen3-235b-a22b", "fp8")])
def test_a_model_released_in_four_bits_is_planned_as_it_was_released(
    door: Door, model: str, format_: str
) -> None:
    text = study_text(asked(door, model=models()[model], as_of=date(2026, 11, 30)), SIZE)
    study = loads(text).study
    assert study.performance.weights == format_
    assert study.performance.kv == "fp8"
