"""Every unit, scale and currency of the tables, against figures written down apart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from outlay.core.errors import FxError, QuantityError
from outlay.core.quantities.currencies import CODES, match_currency
from outlay.core.quantities.fx import FxRate, FxTable
from outlay.core.quantities.quantity import parse
from outlay.core.quantities.scales import leading_scale
from outlay.core.quantities.units import UNITS, unit_factor

SCALES = {
    1e3: ["k", "K", "thousand", "thousands"],
    1e6: ["m", "M", "mn", "mm", "mln", "million", "millions", "Million"],
    1e9: ["b", "B", "G", "bn", "bln", "billion", "billions", "BN"],
    1e12: ["T", "tn", "trn", "trillion", "trillions"],
    1e15: ["quadrillion"],
    1e1: ["十"],
    1e2: ["百"],
    1e4: ["万"],
    1e7: ["千万"],
    1e8: ["亿"],
    1e11: ["千亿"],
}


@pytest.mark.parametrize(("factor", "words"), SCALES.items())
def test_scales(factor: float, words: list[str]) -> None:
    for word in words:
        assert parse(f"3{word} CNY", "money").value == 3 * factor, word
        assert parse(f"3 {word} CNY", "money").value == 3 * factor, word


def test_the_thousand_of_the_chinese_scale_and_ten_thousand_hundred_millions() -> None:
    assert leading_scale("千瓦") is not None
    assert parse("3千元", "money").value == 3_000
    assert parse("1.6万亿元", "money").value == 1.6e12
    assert parse("2百万 CNY", "money").value == 2e6
    assert leading_scale("t") is None
    assert leading_scale("billionaire") == (10**9, 1)  # the letter b; the rest is no unit
    assert leading_scale("") is None


UNIT_FACTORS = [
    ("bytes", "kB", 1e3),
    ("bytes", "MiB", 2**20),
    ("bytes", "TB", 1e12),
    ("byte_rate", "Gbit/s", 1.25e8),
    ("byte_rate", "Gbps", 1.25e8),
    ("byte_rate", "GiB/s", 2**30),
    ("power", "kW", 1e3),
    ("power", "gigawatts", 1e9),
    ("power", "兆瓦", 1e6),
    ("energy", "Wh", 1e-3),
    ("energy", "MWh", 1e3),
    ("energy", "度", 1.0),
    ("energy", "kJ", 1 / 3600),
    ("duration", "us", 1e-6),
    ("duration", "ns", 1e-9),
    ("duration", "min", 60),
    ("duration", "hours", 3600),
    ("duration", "week", 604_800),
    ("duration", "months", 2_629_800),
    ("duration", "half-year", 15_778_800),
    ("duration", "a", 31_557_600),
    ("tokens", "Mtok", 1e6),
    ("tokens", "Btok", 1e9),
    ("flop", "ZFLOP", 1e21),
    ("flop", "YFLOP", 1e24),
    ("flop_rate", "PFLOPS", 1e15),
    ("flop_rate", "TOP/s", 1e12),
    ("flop_rate", "ExaFLOPS", 1e18),
    ("chips", "GPUs", 1),
]


@pytest.mark.parametrize(("dimension", "unit", "factor"), UNIT_FACTORS)
def test_factors(dimension: str, unit: str, factor: float) -> None:
    assert unit_factor(unit, dimension) == pytest.approx(factor, rel=1e-15)
    assert parse(f"1 {unit}", dimension).value == pytest.approx(factor, rel=1e-15)


@pytest.mark.parametrize("table", UNITS)
def test_every_unit_of_the_table_is_read(table: str) -> None:
    dimension = "count_rate" if table == "items" else table
    for unit, factor in UNITS[table].items():
        written = f"2 {unit}/day" if table == "items" else f"2 {unit}"
        assert parse(written, dimension).value == pytest.approx(2 * float(factor)), unit


@pytest.mark.parametrize("text", ["5 M W", "5 k s", "5 b W"])
def test_a_lone_letter_is_no_scale_of_a_physical_unit(text: str) -> None:
    with pytest.raises(QuantityError):
        parse(text, "duration" if text.endswith("s") else "power")


def test_case_is_forgiven_only_where_one_unit_is_meant() -> None:
    assert parse("5 KWH", "energy").value == 5
    assert parse("5 Tokens/Day", "token_rate").value == 5
    for doubtful in ("5 mw", "5 mW", "5 mwh"):
        with pytest.raises(QuantityError):
            parse(doubtful, "energy" if doubtful.endswith("h") else "power")


def test_the_one_below_the_line_may_be_written() -> None:
    assert parse("3 USD/1 kWh", "energy_price").value == 3
    with pytest.raises(QuantityError):
        parse("3 USD/10 kWh", "energy_price")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *(("¥", "CNY"), ("RMB", "CNY"), ("renminbi", "CNY"), ("元", "CNY"), ("JP¥", "JPY")),
        *(("US$", "USD"), ("dollars", "USD"), ("HK$", "HKD"), ("S$", "SGD"), ("NT$", "TWD")),
        *(("€", "EUR"), ("£", "GBP"), ("RM", "MYR"), ("ringgit", "MYR"), ("baht", "THB")),
    ],
)
def test_currencies_as_written(written: str, code: str) -> None:
    assert match_currency(written) == (code, len(written))


def test_every_iso_code_reads_as_itself_and_words_end_where_letters_end() -> None:
    for code in CODES:
        assert match_currency(code) == (code, 3)
        assert match_currency(code.lower()) == (code, 3)
    assert match_currency("RMBX") is None
    assert match_currency("euroland") is None


def test_a_rate_serves_until_its_age_limit_and_not_a_day_longer() -> None:
    known = date(2025, 1, 1)
    fx = FxTable([FxRate("USD", "CNY", 7.0, known)], max_age_days=400)
    assert fx.rate("USD", "CNY", known + timedelta(days=400)) == 7.0
    with pytest.raises(FxError, match="too old"):
        fx.rate("USD", "CNY", known + timedelta(days=401))
