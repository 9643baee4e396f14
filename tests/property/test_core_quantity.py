"""Quantities survive writing and reading, and no text makes the reader fail unhandled."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.core.errors import QuantityError
from outlay.core.quantities.formats import format_money, format_quantity
from outlay.core.quantities.quantity import DIMENSIONS, parse

CURRENCIES = st.sampled_from(["CNY", "USD", "EUR", "MYR", "THB", "JPY", "GBP", "INR"])
AMOUNTS = st.floats(min_value=1e-3, max_value=1e18, allow_nan=False)

PLAIN = {
    "W": "power",
    "s": "duration",
    "byte": "bytes",
    "byte/s": "byte_rate",
    "token": "tokens",
    "token/day": "token_rate",
    "chip": "chips",
    "FLOP/s": "flop_rate",
    "item/day": "count_rate",
    "kWh": "energy",
    "1/year": "rate_per_year",
}
PRICES = {
    "token": "price_per_token",
    "chip-hour": "price_per_chip_hour",
    "W": "price_per_watt",
    "W-month": "price_per_watt_month",
    "kWh": "energy_price",
    "chip": "price_per_chip",
}


@given(AMOUNTS, CURRENCIES, st.booleans())
def test_money_written_in_full_reads_back(amount: float, currency: str, negative: bool) -> None:
    value = -amount if negative else amount
    found = parse(format_money(value, currency, None), "money")
    assert found.currency == currency
    assert found.value == pytest.approx(value, rel=1e-14)


@given(AMOUNTS, CURRENCIES)
def test_rounded_money_reads_back_within_its_digits(amount: float, currency: str) -> None:
    found = parse(format_money(amount, currency), "money")
    assert found.value == pytest.approx(amount, rel=0.0051, abs=1e-12)


@given(st.sampled_from(list(PLAIN)), st.floats(min_value=1e-6, max_value=1e28))
def test_plain_quantities_read_back(unit: str, value: float) -> None:
    found = parse(format_quantity(value, unit, None), PLAIN[unit])
    assert found.unit == unit
    assert found.value == pytest.approx(value, rel=1e-13)


@given(st.sampled_from(list(PRICES)), st.floats(min_value=1e-9, max_value=1e9), CURRENCIES)
def test_prices_read_back(below: str, value: float, currency: str) -> None:
    unit = f"{currency}/{below}"
    found = parse(format_quantity(value, unit, None), PRICES[below])
    assert found.unit == unit
    assert found.value == pytest.approx(value, rel=1e-13)


@given(
    st.decimals(min_value=0, max_value=10**6, allow_nan=False, places=4),
    st.sampled_from(
        [("k", 3), ("M", 6), ("bn", 9), ("tn", 12), ("万", 4), ("亿", 8), ("万亿", 12)]
    ),
)
def test_scales_are_exact_powers_of_ten(number: object, scale: tuple[str, int]) -> None:
    word, power = scale
    scaled = parse(f"{number}{word} CNY", "money").value
    assert scaled == float(f"{number}e{power}")


@given(st.text(max_size=250), st.sampled_from(list(DIMENSIONS)))
def test_any_text_is_read_or_refused(text: str, dimension: str) -> None:
    try:
        found = parse(text, dimension)
    except QuantityError:
        return
    assert math.isfinite(found.value)


NUMBERS = st.sampled_from(["1", "-", "20_000", "1,600", "e9", ".5", "bn", "T", "亿", "万", "%"])
MONEY = st.sampled_from(["CNY", "$", "¥", "元"])
UNITS = st.sampled_from(["tokens", "day", "kWh", "W", "MW", "chip", "-hour", "p.a."])
JOINTS = st.sampled_from([" ", "/", " per ", " a "])
PIECES = st.lists(st.one_of(NUMBERS, MONEY, UNITS, JOINTS), max_size=8).map("".join)


@given(PIECES, st.sampled_from(list(DIMENSIONS)))
def test_shuffled_grammar_is_read_or_refused(text: str, dimension: str) -> None:
    try:
        found = parse(text, dimension)
    except QuantityError:
        return
    assert math.isfinite(found.value)
    assert (found.currency is not None) == (DIMENSIONS[dimension].of == "money")
