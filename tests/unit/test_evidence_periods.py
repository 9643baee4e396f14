"""Calendar words against the date of the document."""

from __future__ import annotations

import pytest

from outlay.evidence.calendar.dating import document_date, infer_year
from outlay.evidence.calendar.words import Anchor, find_periods

DECEMBER = Anchor(2025, 12)
MARCH = Anchor(2026, 3)


@pytest.mark.parametrize(
    ("text", "anchor", "future", "period"),
    [
        ("by 2026", DECEMBER, True, "2026"),
        ("this year", DECEMBER, False, "2025"),
        ("next year", DECEMBER, True, "2026"),
        ("in October", DECEMBER, False, "2025-10"),
        ("in October", MARCH, False, "2025-10"),
        ("in October", MARCH, True, "2026-10"),
        ("the third quarter", DECEMBER, False, "2025-Q3"),
        ("the fourth quarter", MARCH, False, "2025-Q4"),
        ("the fourth quarter", MARCH, True, "2026-Q4"),
        ("Q3 2025", MARCH, False, "2025-Q3"),
        ("1H25", MARCH, False, "2025-H1"),
        ("second quarter of fiscal 2026", MARCH, False, "FY2026-Q2"),
        ("fiscal year ending March 2026", DECEMBER, False, "FY2026"),
        ("quarter ended September 30, 2025", MARCH, False, "2025-Q3"),
        ("nine months ended September 30, 2025", MARCH, False, "2025-01/2025-09"),
        ("the September quarter", DECEMBER, False, "2025-Q3"),
        ("the first half of next year", DECEMBER, True, "2026-H1"),
        ("2026-2028", DECEMBER, True, "2026/2028"),
        ("over the next three years", DECEMBER, True, "2026/2028"),
        ("last month", MARCH, False, "2026-02"),
    ],
)
def test_english(text, anchor, future, period):
    found = find_periods(text, anchor, future, False)
    assert [w.period for w in found] == [period]


@pytest.mark.parametrize(
    ("text", "anchor", "period"),
    [
        ("今年", DECEMBER, "2025"),
        ("明年上半年", DECEMBER, "2026-H1"),
        ("去年10月", DECEMBER, "2024-10"),
        ("10月", DECEMBER, "2025-10"),
        ("三季度", DECEMBER, "2025-Q3"),
        ("2025年前三季度", DECEMBER, "2025-01/2025-09"),
        ("2026财年第一季度", DECEMBER, "FY2026-Q1"),
        ("截至2025年9月30日", DECEMBER, "2025-09"),
        ("未来三年", DECEMBER, "2026/2028"),
        ("上月", DECEMBER, "2025-11"),
        ("2026年底", DECEMBER, "2026"),
    ],
)
def test_chinese(text, anchor, period):
    assert [w.period for w in find_periods(text, anchor, False, True)] == [period]


@pytest.mark.parametrize("text", ["H200", "三年内", "最近三年的合同", "5月饼"])
def test_lookalikes_are_no_period_of_this_year(text):
    assert "2025" not in [w.period for w in find_periods(text, DECEMBER, False, True)]


def test_the_document_says_its_date():
    assert document_date("BEIJING, Dec. 23, 2025 (Newswire) -- Text.") == "2025-12-23"
    assert document_date("公告\n2025年11月13日\n正文") == "2025-11-13"
    assert document_date("Revenue as of September 30, 2025 was 5") == ""


def test_a_year_is_inferred_from_plans():
    assert infer_year("It plans capex of RMB 160 billion in 2026, up next year.") == "2025"
    assert infer_year("In 2024 revenue rose.") == "2024"
