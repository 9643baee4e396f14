"""Written quantities: what is read, to which value, and what is refused with which words."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from outlay.core.errors import QuantityError
from outlay.core.quantities.quantity import DIMENSIONS, parse

DAY = 86_400

READ = [
    ("85bn CNY", "money", 85e9, "CNY"),
    ("RMB 85bn", "money", 85e9, "CNY"),
    ("85 billion yuan", "money", 85e9, "CNY"),
    ("￥85bn", "money", 85e9, "CNY"),
    ("1600亿元", "money", 160e9, "CNY"),
    ("1,600亿元", "money", 160e9, "CNY"),
    ("１６００亿元", "money", 160e9, "CNY"),
    ("人民币1600亿元", "money", 160e9, "CNY"),
    ("1.6万亿元", "money", 1.6e12, "CNY"),
    ("2000万美元", "money", 20e6, "USD"),
    ("20_000 USD", "money", 20_000.0, "USD"),
    ("$20k", "money", 20_000.0, "USD"),
    ("US$23bn", "money", 23e9, "USD"),
    ("12.3 USD bn", "money", 12.3e9, "USD"),
    ("-$5", "money", -5.0, "USD"),
    ("RM 4.1m", "money", 4.1e6, "MYR"),
    ("-5m EUR", "money", -5e6, "EUR"),
    ("20_000 USD/chip", "price_per_chip", 20_000.0, "USD/chip"),
    ("190_000 CNY", "price_per_chip", 190_000.0, "CNY/chip"),
    ("20 CNY/Mtok", "price_per_token", 20e-6, "CNY/token"),
    ("$0.30 per million tokens", "price_per_token", 0.3e-6, "USD/token"),
    ("$0.30/1M tokens", "price_per_token", 0.3e-6, "USD/token"),
    ("2.9 USD/chip-hour", "price_per_chip_hour", 2.9, "USD/chip-hour"),
    ("$2.9/GPU-hour", "price_per_chip_hour", 2.9, "USD/chip-hour"),
    ("2.9 USD per GPU per hour", "price_per_chip_hour", 2.9, "USD/chip-hour"),
    ("48 USD/chip-day", "price_per_chip_hour", 2.0, "USD/chip-hour"),
    ("29 CNY/W", "price_per_watt", 29.0, "CNY/W"),
    ("7.1m USD/MW", "price_per_watt", 7.1, "USD/W"),
    ("350 CNY/kW-month", "price_per_watt_month", 0.35, "CNY/W-month"),
    ("$90/kW/month", "price_per_watt_month", 0.09, "USD/W-month"),
    ("0.38 CNY/kWh", "energy_price", 0.38, "CNY/kWh"),
    ("0.38元/千瓦时", "energy_price", 0.38, "CNY/kWh"),
    ("380 CNY/MWh", "energy_price", 0.38, "CNY/kWh"),
    ("120 MW", "power", 120e6, "W"),
    ("120MW", "power", 120e6, "W"),
    ("1.5 GW", "power", 1.5e9, "W"),
    ("60万千瓦", "power", 600e6, "W"),
    ("2 s", "duration", 2.0, "s"),
    ("50 ms", "duration", 0.05, "s"),
    ("3 years", "duration", 3 * 365.25 * DAY, "s"),
    ("1 quarter", "duration", 365.25 / 4 * DAY, "s"),
    ("1.2e25 FLOP", "flop", 1.2e25, "FLOP"),
    ("1.2×10^25 FLOP", "flop", 1.2e25, "FLOP"),
    ("400 TFLOP/s", "flop_rate", 400e12, "FLOP/s"),
    ("80 GiB", "bytes", 80 * 2.0**30, "byte"),
    ("400 Gbit/s", "byte_rate", 50e9, "byte/s"),
    ("30T tokens/day", "token_rate", 30e12, "token/day"),
    ("30 trillion tokens a day", "token_rate", 30e12, "token/day"),
    ("30万亿 tokens/天", "token_rate", 30e12, "token/day"),
    ("1 tokens/s", "token_rate", 86_400.0, "token/day"),
    ("30T", "tokens", 30e12, "token"),
    ("1e16T tokens", "tokens", 1e28, "token"),
    (12_600, "tokens", 12_600.0, "token"),
    ("40k", "chips", 40_000.0, "chip"),
    ("20万张", "chips", 200_000.0, "chip"),
    ("150M images/day", "count_rate", 150e6, "item/day"),
    ("50 %", "fraction", 0.5, "1"),
    ("50%", "fraction", 0.5, "1"),
    ("25 bp", "fraction", 0.0025, "1"),
    (0.5, "fraction", 0.5, "1"),
    (1, "fraction", 1.0, "1"),
    ("9 %/year", "rate_per_year", 0.09, "1/year"),
    ("9% p.a.", "rate_per_year", 0.09, "1/year"),
    ("-6 %", "growth", -0.06, "1"),
    ("4 %/year", "spread", 0.04, "1/year"),
    ("12 %", "spread", 0.12, "1"),
    ("1.7", "ratio", 1.7, "1"),
    ("45 %", "ratio", 0.45, "1"),
    (2025, "year", 2025.0, "year"),
    (Decimal("0.1"), "ratio", 0.1, "1"),
    (Fraction(1, 4), "ratio", 0.25, "1"),
    (np.float64(0.5), "fraction", 0.5, "1"),
    (np.int64(7), "chips", 7.0, "chip"),
]


@pytest.mark.parametrize(("text", "dimension", "value", "unit"), READ)
def test_reads_what_people_write(text: object, dimension: str, value: float, unit: str) -> None:
    found = parse(text, dimension)
    assert found.value == pytest.approx(value, rel=1e-15)
    assert found.unit == unit
    money = unit[:3] if unit[:3] in {"CNY", "USD", "EUR", "MYR"} else None
    assert found.currency == money


REFUSED = [
    ("85bn", "money", "money without a currency"),
    (5, "money", "money without a currency"),
    ("85bn XYZ", "money", "unknown currency 'XYZ'"),
    ("XYZ 85bn", "money", "unknown currency"),
    ("$85 CNY", "money", "two currencies"),
    ("85 bn bn CNY", "money", "cannot read 'bn'"),
    ("85bn CNY/chip", "money", "below the line"),
    ("85bn CNY", "power", "cannot read"),
    ("$85", "power", "money where power is needed"),
    ("nan CNY", "money", "not a finite number"),
    ("inf", "ratio", "not a finite number"),
    (math.nan, "ratio", "not a finite number"),
    (math.inf, "chips", "not a finite number"),
    (Decimal("sNaN"), "ratio", "not a finite number"),
    (10**400, "chips", "not a finite number"),
    ("1e999 CNY", "money", "out of range"),
    ("1e-999 s", "duration", "out of range"),
    (50, "fraction", "share"),
    ("50", "fraction", "share"),
    ("120", "power", "without its unit"),
    ("120 mW", "power", "milliwatt"),
    ("5 m", "duration", "cannot read 'm'"),
    ("30t tokens/day", "token_rate", "cannot read"),
    ("30T tokens", "token_rate", "not token rate"),
    ("30 tokens/W", "token_rate", "below the line"),
    ("2.9 USD/hour", "price_per_chip_hour", "not price per chip hour"),
    ("9 %", "rate_per_year", "not rate per year"),
    ("9 %/month", "rate_per_year", "yearly rate"),
    ("6 %/year", "growth", "below the line"),
    ("1,60 CNY", "money", "digits that do not form a number"),
    ("1.600,5 CNY", "money", "digits that do not form a number"),
    ("1__0", "ratio", "digits that do not form a number"),
    ("--5 CNY", "money", "two signs"),
    ("5-6 trillion tokens/day", "token_rate", "a range"),
    ("about 5 years", "duration", "does not start with a number"),
    ("", "ratio", "does not start with a number"),
    ("=1+1", "ratio", "does not start with a number"),
    ("0x10", "ratio", "cannot read"),
    ("12:30", "ratio", "cannot read"),
    ("1/2", "ratio", "below the line"),
    ("٣ CNY", "money", "digits that do not form a number"),
    ("5 GPU-hours", "chips", "cannot read"),
    ("9" * 500, "ratio", "longer than"),
    (True, "ratio", "not a quantity"),
    (None, "ratio", "not a quantity"),
    ([1], "ratio", "not a quantity"),
]


@pytest.mark.parametrize(("text", "dimension", "what"), REFUSED)
def test_refuses_with_what_and_what_is_allowed(text: object, dimension: str, what: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse(text, dimension, where="study.yaml:7")
    [problem] = caught.value.problems()
    assert what in problem.what
    assert problem.where == "study.yaml:7"
    assert problem.value
    assert DIMENSIONS[dimension].example in problem.allowed
    assert caught.value.exit_code == 2


def test_a_bare_number_takes_the_default_unit_only_if_given() -> None:
    assert parse(3, "duration", default_unit="years").value == 3 * 365.25 * DAY
    assert parse("3 s", "duration", default_unit="years").value == 3.0
    with pytest.raises(QuantityError):
        parse(3, "duration")


def test_hints_name_the_nearest_unit() -> None:
    with pytest.raises(QuantityError) as caught:
        parse("120 MWW", "power")
    assert "MW" in caught.value.problems()[0].hint


def test_percent_hint_says_both_readings() -> None:
    with pytest.raises(QuantityError) as caught:
        parse(35, "fraction")
    assert caught.value.problems()[0].hint == "write 35 % if you mean 0.35"


def test_thirty_trillion_a_day_is_347_million_a_second() -> None:
    per_second = parse("30T tokens/day", "token_rate").value / DAY
    assert per_second == pytest.approx(347.2e6, rel=1e-3)


@pytest.mark.parametrize("dimension", list(DIMENSIONS))
def test_every_example_of_every_dimension_is_read(dimension: str) -> None:
    for example in DIMENSIONS[dimension].example.split(", "):
        assert math.isfinite(parse(example, dimension).value)
