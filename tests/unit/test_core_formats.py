"""Quantities as people read them."""

from __future__ import annotations

import pytest

from outlay.core.quantities.formats import format_money, format_number, format_quantity


@pytest.mark.parametrize(
    ("value", "currency", "written"),
    [
        (160e9, "CNY", "¥160bn"),
        (23e9, "USD", "$23bn"),
        (22.74e9, "USD", "$22.7bn"),
        (1.6e12, "CNY", "¥1.6tn"),
        (2_800_000, "CNY", "¥2.8m"),
        (20_000, "USD", "$20,000"),
        (27_000.5, "USD", "$27,000.5"),
        (999_999.9, "USD", "$1m"),
        (999.9996e6, "USD", "$1bn"),
        (0.38, "CNY", "¥0.38"),
        (-2.82e9, "CNY", "-¥2.82bn"),
        (4.1e9, "MYR", "MYR 4.1bn"),
        (0, "EUR", "€0"),
    ],
)
def test_money(value: float, currency: str, written: str) -> None:
    assert format_money(value, currency) == written


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (30e12, "token/day", "30T tokens/day"),
        (120e6, "W", "120 MW"),
        (1275, "W/chip", "1.27 kW/chip"),
        (20e-6, "CNY/token", "20 CNY/Mtok"),
        (0.35, "CNY/W-month", "350 CNY/kW-month"),
        (0.38, "CNY/kWh", "0.38 CNY/kWh"),
        (0.05, "s", "50 ms"),
        (365.25 * 86400, "s", "1 year"),
        (604_000, "chip", "604,000 chips"),
        (0.125, "1", "12.5 %"),
        (0.09, "1/year", "9 %/year"),
        (1.2e25, "FLOP", "1.20e25 FLOP"),
        (160e9, "CNY", "¥160bn"),
    ],
)
def test_quantities(value: float, unit: str, written: str) -> None:
    assert format_quantity(value, unit) == written


def test_unknown_units_and_currencies_are_not_guessed() -> None:
    with pytest.raises(ValueError, match="furlong"):
        format_quantity(1, "furlong")
    with pytest.raises(ValueError, match="XYZ"):
        format_money(1, "XYZ")


def test_numbers_round_to_significant_digits() -> None:
    assert format_number(1234.5) == "1,230"
    assert format_number(0.0012345) == "0.00123"
    assert format_number(9.999) == "10"
