"""Quantities as people print them: value, unit, hedge."""

from __future__ import annotations

import pytest

from outlay.evidence import read
from outlay.evidence.quantities.numbers import find_numbers
from outlay.evidence.quantities.quantity import quantities


def only(text: str):
    found = [q for q in quantities(text, find_numbers(text), 0, len(text), True) if q.unit]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "hedge"),
    [
        ("RMB 1.6 trillion", 1.6e12, 1.6e12, "CNY", "exact"),
        ("over US$23bn", 2.3e10, None, "USD", "over"),
        ("$60–70bn", 6e10, 7e10, "USD", "range"),
        ("between 41 and 44 billion yuan", 4.1e10, 4.4e10, "CNY", "range"),
        ("half a billion dollars", 5e8, 5e8, "USD", "exact"),
        ("hundreds of billions of dollars", 1e11, None, "USD", "about"),
        ("a multibillion-dollar deal", 1e9, None, "USD", "about"),
        ("HK$3.4 million", 3.4e6, 3.4e6, "HKD", "exact"),
        ("C$120m", 1.2e8, 1.2e8, "CAD", "exact"),
        ("up to €480m", None, 4.8e8, "EUR", "up_to"),
        ("20,000 H200 chips", 2e4, 2e4, "chip", "exact"),
        ("2 million of Nvidia's H200 chips", 2e6, 2e6, "chip", "exact"),
        ("5,000 GPU servers", 5e3, 5e3, "server", "exact"),
        ("30 trillion tokens a day", 3e13, 3e13, "token/day", "exact"),
        ("1.3 quadrillion tokens per month", 1.3e15, 1.3e15, "token/month", "exact"),
        ("fewer than 400 billion tokens a day", None, 4e11, "token/day", "under"),
        ("120 MW", 1.2e8, 1.2e8, "W", "exact"),
        ("1.2-gigawatt", 1.2e9, 1.2e9, "W", "exact"),
        ("$2.10 per GPU-hour", 2.1, 2.1, "USD/chip-hour", "exact"),
        ("$0.80 per million input tokens", 0.8, 0.8, "USD/Mtok", "exact"),
        ("30 cents a million", 0.3, 0.3, "USD/Mtok", "exact"),
        ("$45 per MWh", 0.045, 0.045, "USD/kWh", "exact"),
        ("$12 million per MW", 12.0, 12.0, "USD/W", "exact"),
        ("$145 per kW per month", 145.0, 145.0, "USD/kW-month", "exact"),
        ("some 85,000 H100 GPUs", 85e3, 85e3, "chip", "about"),
        ("35.6 percent", 0.356, 0.356, "fraction", "exact"),
        ("3 percentage points", 3.0, 3.0, "percentage_point", "exact"),
        ("12-fold", 12.0, 12.0, "ratio", "exact"),
        ("two-thirds of revenue", 2 / 3, 2 / 3, "fraction", "exact"),
        ("1600亿元", 1.6e11, 1.6e11, "CNY", "exact"),
        ("1.6万亿元人民币", 1.6e12, 1.6e12, "CNY", "exact"),
        ("约合230亿美元", 2.3e10, 2.3e10, "USD", "about"),
        ("3亿5000万元", 3.5e8, 3.5e8, "CNY", "exact"),
        ("600-700亿元", 6e10, 7e10, "CNY", "range"),
        ("数千亿美元", 1e11, None, "USD", "about"),
        ("逾30万张加速卡", 3e5, None, "chip", "over"),
        ("30余万张卡", 3e5, None, "chip", "over"),
        ("不足1亿美元", None, 1e8, "USD", "under"),
        ("最高1200万元", None, 1.2e7, "CNY", "up_to"),
        ("20亿元左右", 2e9, 2e9, "CNY", "about"),
        ("日均50万亿tokens", 5e13, 5e13, "token/day", "exact"),
        ("每颗约2万美元", 2e4, 2e4, "USD/chip", "about"),
        ("每百万tokens 0.8元", 0.8, 0.8, "CNY/Mtok", "exact"),
        ("0.38元/千瓦时", 0.38, 0.38, "CNY/kWh", "exact"),
        ("每千瓦时0.38元", 0.38, 0.38, "CNY/kWh", "exact"),
        ("12.5元/卡时", 12.5, 12.5, "CNY/chip-hour", "exact"),
        ("120兆瓦", 1.2e8, 1.2e8, "W", "exact"),
        ("1900亿千瓦时", 1.9e14, 1.9e14, "Wh", "exact"),
        ("百分之三十", 0.3, 0.3, "fraction", "exact"),
        ("五成以上", 0.5, None, "fraction", "over"),
        ("2.3个百分点", 2.3, 2.3, "percentage_point", "exact"),
        ("翻一番", 2.0, 2.0, "ratio", "exact"),
        ("5000P算力", 5e18, 5e18, "FLOP/s", "exact"),
    ],
)
def test_a_quantity_is_read_in_base_units(text, low, high, unit, hedge):
    q = only(text)
    assert (q.unit, q.hedge) == (unit, hedge)
    for found, wanted in ((q.low, low), (q.high, high)):
        assert found is None if wanted is None else found == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("text", ["H200", "GPT-4 and Qwen3-235B", "model 910C", "v2.5", "A100-80G"])
def test_a_product_code_is_no_number(text):
    assert [q for q in quantities(text, find_numbers(text), 0, len(text), True) if q.unit] == []


def test_rounding_is_half_the_last_digit():
    (number,) = find_numbers("USD 23 billion")
    assert number.rounding == pytest.approx(0.5e9)
    (number,) = find_numbers("1.6 trillion")
    assert number.rounding == pytest.approx(0.05e12)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("EUR 1.234.567,89", 1_234_567.89),
        ("1.234,5 MW", 1234.5),
        ("\u20ac12,5 billion", 12.5e9),
        ("\u20ac3,5 Mrd.", 3.5e9),
        ("3,5 %", 3.5),
        ("0,5 USD/Mtok", 0.5),
        ("0,125 USD", 0.125),
        ("2,75 USD per hour", 2.75),
        ("CHF 1'234'567.50", 1_234_567.5),
        ("CHF 1\u2019234\u2019567", 1_234_567.0),
        ("1\u00a0234\u00a0567 EUR", 1_234_567.0),
        ("EUR 1\u202f234,5 million", 1234.5e6),
        ("INR 1,20,000 crore", 1.2e12),
        ("12,34,567 units", 1_234_567.0),
        ("USD 1,234,567.8", 1_234_567.8),
        ("USD 12 Mln", 12e6),
        ("USD 12 MILLION", 12e6),
        ("Rs 5 Crore", 5e7),
    ],
)
def test_digits_are_grouped_as_the_world_groups_them(text, value):
    (number,) = find_numbers(text)
    assert number.value == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("items 3,5 and 7", [3.0, 7.0]),
        ("120 135 150", [120.0, 135.0, 150.0]),
        ("2026,2027", [2026.0]),
        ("5'11 tall", [5.0, 11.0]),
    ],
)
def test_a_list_of_numbers_is_not_one(text, values):
    assert [n.value for n in find_numbers(text)] == values


def test_rounding_is_of_the_last_digit_of_a_decimal_comma():
    (number,) = find_numbers("\u20ac12,5 billion")
    assert number.rounding == pytest.approx(0.05e9)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Acme Corp plans capital expenditure of $12 billion in 2026.",
         "Acme Corp plans capital expenditure of $20 billion in 2026."),
        ("Acme Corp plans capital expenditure of $12 billion in 2026.",
         "A word before it. Acme Corp plans capital expenditure of $20 billion in 2026."),
    ],
)  # fmt: skip
def test_two_versions_of_a_document_contradict_each_other(tmp_path, first, second):
    """Sentences at one place of two documents are not one sentence."""
    for name, text in (("a.txt", first), ("b.txt", second)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = read([tmp_path / "a.txt", tmp_path / "b.txt"], date="2025-12-01")
    assert [c.factor for c in found.contradictions] == [pytest.approx(20 / 12)]
