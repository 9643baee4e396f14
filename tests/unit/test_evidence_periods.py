"""Calendar words against the date of the document."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.evidence import read_text
from outlay.evidence.calendar.base import months_before
from outlay.evidence.calendar.dating import dated, infer_year
from outlay.evidence.calendar.words import Anchor, end_of, find_periods

ONE = r"(?:FY)?\d{4}(?:-(?:[QH]\d|\d{2}))?"
PERIOD = rf"(?:{ONE}(?:/{ONE})?)?"
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
    assert dated("BEIJING, Dec. 23, 2025 (Newswire) -- Text.") == ("2025-12-23", "stated")
    assert dated("公告\n2025年11月13日\n正文") == ("2025-11-13", "stated")
    assert dated("Revenue as of September 30, 2025 was 5") == ("2025-09-30", "stated")


def test_a_year_is_inferred_from_plans():
    assert infer_year("It plans capex of RMB 160 billion in 2026, up next year.") == "2025"
    assert infer_year("In 2024 revenue rose.") == "2024"


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("senior notes due 2041", [""]),
        ("its best margin since at least 2011", [""]),
        ("bonds maturing in June 2033", [""]),
        ("the request was withdrawn on January 9, 2026", [""]),
        ("30 MW by March 1, 2028; the full 90 MW by the end of 2030", ["2028-03", "2030"]),
        ("in Q4 and the year ended December 31, 2025", ["2025-Q4", "2025"]),
        ("FY2024/25 revenue", ["FY2025"]),
        ("THE NINE MONTHS ENDED SEPTEMBER 30, 2025", ["2025-01/2025-09"]),
    ],
)
def test_only_a_period_of_a_number_is_one(text, periods):
    assert [w.period for w in find_periods(text, MARCH, False, False)] == periods


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("二零二七年", "2027"),
        ("二〇二五年第三季度", "2025-Q3"),
        ("民国115年", "2026"),
        ("截至二零二五年十二月三十一日止年度", "2025"),
        ("截至2025年6月30日止六个月", "2025-H1"),
        ("截至3月31日止三个月", "2026-Q1"),
        ("2025/26财年", "FY2026"),
        ("截至2024年底", "2024-12"),
    ],
)
def test_chinese_dates_in_full(text, period):
    assert [w.period for w in find_periods(text, MARCH, False, True)] == [period]


@pytest.mark.parametrize(
    ("period", "fiscal_end", "month"),
    [
        ("2025-Q4", 12, "2025-12"),
        ("2025", 12, "2025-12"),
        ("FY2026", 1, "2026-01"),
        ("FY2026-Q1", 6, "2025-09"),
        ("2025-H1", 12, "2025-06"),
        ("2025-11", 3, "2025-11"),
        ("", 12, ""),
    ],
)
def test_a_period_ends_in_a_month(period, fiscal_end, month):
    assert end_of(period, fiscal_end) == month


RESULTS = "Halden Compute results for the fourth quarter and year ended {end}\n\n{said}"


@pytest.mark.parametrize(
    ("end", "said", "periods"),
    [
        ("December 31, 2025", "Revenue for the year was $4 billion. Cash was $2 billion at "
         "year-end.",
         ["2025", "2025-12"]),
        ("June 30, 2025", "At year-end debt stood at $2 billion.", ["2025-06"]),
        ("December 31, 2025",
         "In 2025 it spent $4 billion. The total investment in the Orr campus "
         "was raised from $3 billion to $9 billion over the life of the project.",
         ["2025", "", ""]),
        ("December 31, 2025", "It sold $5 billion of senior notes due 2041 in January 2026.",
         ["2026-01"]),
    ],
)  # fmt: skip
def test_a_balance_is_of_a_month_and_a_project_of_no_period(end, said, periods):
    found = read_text(RESULTS.format(end=end, said=said), date="2026-02-03").claims
    assert [c.period for c in found] == periods


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("Revenue was $4 billion in 2025, up from $3 billion.", ["2025", "2024"]),
        ("Orr's campus, which opened in March, draws 85 MW.", [""]),
        ("Revenue was $4 billion in the third quarter. For the first quarter, Orr expects revenue "
         "of $5 billion.", ["2025-Q3", "2026-Q1"]),
        ("Orr requests 90 MW as follows: 30 MW by March 2028; 60 MW by mid-2029.",
         ["", "2028-03", "2029"]),
        ("Orr has 40 MW and will reach 90 MW by the end of 2027.", ["", "2027"]),
        ("2026年1-6月，营业收入为8亿元。", ["2026-H1"]),
    ],
)  # fmt: skip
def test_a_period_is_of_the_number_that_it_stands_with(text, periods):
    assert [c.period for c in read_text(text, date="2025-12-02").claims] == periods


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("Revenue was $3 billion in the first quarter of 2026 and $4 billion in the second.",
         ["2026-Q1", "2026-Q2"]),
        ("Sales were $3 billion in the first quarter of 2026. The second site has 40 MW.",
         ["2026-Q1", ""]),
        ("It had 9,000 GPUs in June 2026, against 9,800 GPUs three months before.",
         ["2026-06", "2026-03"]),
        ("Utilisation was 71% in the second quarter of 2026, versus 64% in the previous quarter.",
         ["2026-Q2", "2026-Q1"]),
        ("Revenue in the quarter to June 2026 was £310 million, compared with £240 million in the "
         "same quarter a year before.", ["2026-Q2", "2025-Q2"]),
        ("Debt of $5.5bn at 30 June 2026 compares with $4.9bn at the start of the year.",
         ["2026-06", "2026-01"]),
        ("截至2026年6月底，公司在手订单400亿元，年初为330亿元。", ["2026-06", "2026-01"]),
        ("6月日均调用量达5万亿Tokens，三个月前为2万亿Tokens。", ["2026-06", "2026-03"]),
        ("2025年收入72亿元，其中上半年30亿元，下半年42亿元。", ["2025", "2025-H1", "2025-H2"]),
        ("2025年收入72亿元，预计上半年收入40亿元。", ["2025", "2027-H1"]),
        ("上半年资本开支为12亿元，预计下半年为20亿元。", ["2026-H1", "2026-H2"]),
        ("Revenue for the twelve months ended 30 June 2026 was €4 billion. In the third quarter it "
         "expects €1.2 billion.", ["FY2026", "2026-Q3"]),
    ],
)  # fmt: skip
def test_what_is_told_beside_another_period_is_counted_from_it(text, periods):
    claims = read_text(text, date="2026-08-20").claims
    assert [c.period for c in claims] == periods


@given(st.integers(2001, 2099), st.sampled_from(["", "-Q2", "-H1", "-07"]), st.integers(1, 8))
def test_so_many_months_before_and_a_whole_year_are_the_same(year, part, years):
    period = f"{year}{part}"
    assert months_before(period, 12 * years) == f"{year - years}{part}"
    step = {"": 12, "-Q2": 3, "-H1": 6, "-07": 1}[part]
    assert months_before(months_before(period, step), step) == months_before(period, 2 * step)
    assert step == 1 or months_before(period, step + 1) == ""


def test_a_fiscal_year_is_told_by_a_quarter_and_its_end():
    text = (
        "Orr Compute results for the second quarter of fiscal 2026, ended October 31, 2025\n\n"
        "Revenue was $812 million, compared with $733 million in the first quarter. "
        "Cash was $2 billion at quarter-end."
    )
    found = read_text(text, date="2025-12-04").claims
    assert [c.period for c in found] == ["FY2026-Q2", "FY2026-Q1", "2025-10"]


PIECES = [
    "2025",
    "2026",
    "2024/25",
    "20",
    "Q3",
    "H1",
    "3Q25",
    "FY",
    "fiscal",
    "year",
    "first",
    "second",
    "quarter",
    "half",
    "of",
    "ended",
    "ending",
    "the",
    "next",
    "last",
    "this",
    "three",
    "nine",
    "months",
    "years",
    "March",
    "May",
    "31",
    "31,",
    "mid-",
    "at",
    "as",
    "since",
    "due",
    "and",
    ",",
    ";",
    "to",
    "–",
    "年",
    "月",
    "日",
    "季度",
    "财年",
    "上半年",
    "前九个月",
    "截至",
    "止",
    "二零二六",
    "民国115",
    "今年",
    "同期",
    "第三",
    "1-6",
    "底",
    "至",
    "、",
    "及",
    "全年",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.booleans(), st.booleans(), st.booleans())
def test_any_words_of_time_are_read_in_place(pieces, tight, chinese, future):
    text = ("" if tight else " ").join(pieces)
    found = find_periods(text, MARCH, future, chinese)
    ends = [0]
    for w in found:
        assert ends[-1] <= w.start < w.end <= len(text)
        assert re.fullmatch(PERIOD, w.period), (text, w)
        ends.append(w.end)
