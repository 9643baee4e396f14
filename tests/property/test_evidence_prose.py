"""What holds of any amount in any convention: its value, and what a correction retires."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.evidence import read_text
from outlay.evidence.quantities.numbers import find_numbers

AMOUNTS = st.integers(min_value=1_001, max_value=999_999_999)
SCALES = st.sampled_from([("million", 1e6), ("billion", 1e9), ("trillion", 1e12), ("bn", 1e9)])
SMALL = st.integers(min_value=2, max_value=900)


def _indian(n: int) -> str:
    head, tail = divmod(n, 1000)
    groups = [f"{tail:03d}"]
    while head:
        head, last = divmod(head, 100)
        groups.insert(0, f"{last:02d}" if head else str(last))
    return ",".join(groups)


STYLES = {
    "english": lambda n: f"USD {n:,}",
    "plain": lambda n: f"USD {n}",
    "swiss": lambda n: f"CHF {n:,}".replace(",", "’"),
    "spaced": lambda n: f"{n:,} dollars".replace(",", " "),
    "thin": lambda n: f"EUR {n:,}".replace(",", "\u202f"),
    "european": lambda n: f"EUR {n:,}".replace(",", ".") + ",00",
    "indian": lambda n: f"INR {_indian(n)}",
}


@pytest.mark.parametrize("style", STYLES)
@given(n=AMOUNTS)
def test_digits_are_read_in_every_convention(style: str, n: int) -> None:
    assert [f.value for f in find_numbers(STYLES[style](n))] == [float(n)]


@given(n=st.integers(min_value=1_001, max_value=999_999))
def test_a_point_between_thousands_is_none_where_the_document_has_decimal_commas(n: int) -> None:
    text = f"EUR {n:,}".replace(",", ".")
    assert [f.value for f in find_numbers(text, lambda _: ",")] == [float(n)]


@given(a=SMALL, b=SMALL, scale=SCALES, middle=st.sampled_from([", not ", " rather than "]))
def test_a_correction_retires_the_other_figure(a, b, scale, middle) -> None:
    if a == b:
        return
    word, factor = scale
    text = f"Vela borrowed ${a} {word}{middle}${b} {word}."
    right, wrong = read_text(text, date="2026-05-03").claims
    assert (right.value, right.negated) == (pytest.approx(a * factor), False)
    assert (wrong.value, wrong.negated, wrong.replaced_by) == (
        pytest.approx(b * factor), True, right.id,
    )  # fmt: skip


@given(low=SMALL, more=st.integers(min_value=1, max_value=99), scale=SCALES)
def test_the_ends_of_a_range_share_scale_and_unit(low, more, scale) -> None:
    word, factor = scale
    text = f"We guide to {low} to {low + more} {word} dollars of capex."
    (c,) = read_text(text, date="2026-05-03").claims
    assert (c.value_low, c.value_high) == (
        pytest.approx(low * factor), pytest.approx((low + more) * factor),
    )  # fmt: skip
    assert (c.unit, c.hedge) == ("USD", "range")


@given(st.text(alphabet="0123456789,. '$€()-%KMBT亿万元至not", max_size=60))
def test_any_heap_of_signs_is_read_without_an_error(text: str) -> None:
    for c in read_text(text, date="2026-05-03").claims:
        assert text[c.value_span[0] : c.value_span[1]] == c.quote


MARKS = "0123456789.,’' \u00a0-%xMB$€百分之点千万亿零一二三十多成半"


@given(text=st.text(alphabet=MARKS, max_size=14), decimal=st.sampled_from(["", ",", "."]))
def test_any_run_of_digits_and_marks_is_read_without_an_error(text: str, decimal: str) -> None:
    for n in find_numbers(text, lambda _: decimal):
        assert 0 <= n.start < n.end <= len(text)


@given(n=st.integers(min_value=1, max_value=9_999), ones=st.integers(min_value=1, max_value=9))
def test_chinese_numerals_are_read_whole(n: int, ones: int) -> None:
    """三万六千, 一千二百零五万三千: what stands before 万 and behind it is one number."""
    text = f"{_han(n)}万{'一二三四五六七八九'[ones - 1]}千张"
    assert [f.value for f in find_numbers(text)] == [n * 10_000 + ones * 1_000]


def _han(n: int) -> str:
    out, nought = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // unit % 10
        if digit:
            out += ("零" if nought and out else "") + "零一二三四五六七八九"[digit] + name
        nought = digit == 0
    return out
