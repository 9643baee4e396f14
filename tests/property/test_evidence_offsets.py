"""Whatever the text: no exception, spans verbatim, and a printed number is read back."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import json
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.evidence import read_text
from outlay.evidence.document import claims_document
from outlay.evidence.text.clean import clean
from outlay.results.schema import to_json

WORDS = st.sampled_from(
    [
        "ByteDance",
        "字节跳动",
        "plans",
        "计划",
        "capex",
        "资本支出",
        "of",
        "为",
        "RMB",
        "160",
        "billion",
        "1600亿元",
        "$23bn",
        "(",
        ")",
        ",",
        "。",
        ".",
        "\n",
        "|",
        "\t",
        "in",
        "2026",
        "2026年",
        "about",
        "约",
        "H200",
        "20,000",
        "chips",
        "each",
        "$20,000",
        "30",
        "trillion",
        "tokens",
        "a",
        "day",
        "half",
        "of",
        "the",
        "amount",
        "其中",
        "一半",
        "$NVIDIA",
        "(NVDA.US)$",
        "(00700.HK)",
        "—",
        "–",
        "to",
        "至",
        "between",
        "and",
        "12.5%",
        "翻一番",
        "tripled",
        "per",
        "MWh",
        "/",
        "-",
        "¥",
        "€",
        "每",
        "三",
        "亿",
        "万",
        "מספר",
        "عدد",
    ]
)


@settings(max_examples=150)
@given(st.lists(WORDS, max_size=60).map(" ".join) | st.text(max_size=300))
def test_any_text_gives_claims_that_quote_it(text):
    reading = read_text(text, "t", "2025-12-23")
    json.dumps(to_json(claims_document(reading)), allow_nan=False)
    for c in reading.claims:
        assert text[c.span[0] : c.span[1]] == c.sentence
        assert text[c.value_span[0] : c.value_span[1]] == c.quote
        assert c.span[0] <= c.value_span[0] < c.value_span[1]
        assert c.value_low is not None or c.value_high is not None
    ids = {c.id for c in reading.claims}
    assert len(ids) == len(reading.claims)
    for x in (*reading.contradictions, *reading.identities):
        assert set(x.claims) <= ids


@given(st.text(max_size=400))
def test_cleaning_moves_no_offset(text):
    cleaned = clean(text)
    assert len(cleaned.text) == len(text)
    assert all(0 <= s.start < s.end <= len(text) for s in cleaned.sentences)


@given(
    st.integers(1, 9999),
    st.integers(0, 9),
    st.sampled_from(
        [
            ("${}bn", 1e9, "USD"),
            ("RMB {} billion", 1e9, "CNY"),
            ("€{}m", 1e6, "EUR"),
            ("{}亿元", 1e8, "CNY"),
            ("{}万美元", 1e4, "USD"),
        ]
    ),
)
def test_a_printed_amount_is_read_back(whole, tenth, form):
    pattern, scale, unit = form
    number = f"{whole}.{tenth}" if tenth else f"{whole}"
    (c,) = read_text(
        f"Acme Corp said capex was {pattern.format(number)}.", "t", "2025-12-23"
    ).claims
    assert c.unit == unit
    assert math.isclose(c.value, float(number) * scale, rel_tol=1e-9)


@given(st.integers(11, 900), st.integers(11, 900))
def test_two_values_for_one_thing_are_a_contradiction_unless_they_agree(a, b):
    text = f"Acme Corp reported capex of ${a} billion in 2025.\n\nActually, Acme Corp reported capex of ${b} billion in 2025."
    found = [
        c
        for c in read_text(text, "t", "2026-01-05").contradictions
        if c.relation.startswith("same")
    ]
    apart = abs(a - b) > 1
    assert bool(found) == apart
    if apart:
        assert math.isclose(found[0].factor or 0, max(a, b) / min(a, b), rel_tol=1e-9)
