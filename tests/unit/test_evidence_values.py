"""Values, units and periods by kind: inputs of other words and numbers than those of the corpus."""

from __future__ import annotations

import pytest

from outlay.evidence import read, read_text
from outlay.evidence.quantities.numbers import find_numbers

DAY = "2026-06-03"


def told(text: str) -> list[tuple[float | None, float | None, str]]:
    """Low end, high end and unit of each claim that stands."""
    claims = [c for c in read_text(text, date=DAY).claims if not c.negated]
    return [(c.value_low, c.value_high, c.unit) for c in claims]


def exactly(value: float, unit: str) -> tuple[float, float, str]:
    return value, value, unit


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Halden depreciates its GPUs over five years and its halls over 40 years.", [5, 40]),
        ("Sorrel writes off network gear over four years.", [4]),
        ("Grid connection at Marl takes two years and a half.", [2.5]),
        ("The lease runs for seven and a half years.", [7.5]),
        ("The term is a year and a half, extendable by half a year.", [1.5, 0.5]),
        ("澄海云的服务器按五年折旧，机房按二十年折旧。", [5, 20]),
        ("合同期三年半，免租期半年。", [3.5, 0.5]),
        ("Licences granted under the old rule remain valid for three years.", [3]),
    ],
)
def test_durations_of_the_trade(text, wanted):
    assert told(text) == [exactly(years, "year") for years in wanted]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("云帆须提前九十日通知房东。", exactly(90, "day")),
        ("港湾云采购加速卡两万四千五百张。", exactly(24_500, "chip")),
        ("港湾云斥资一亿二千万元。", exactly(1.2e8, "CNY")),
        ("净利润为三百五十万元。", exactly(3.5e6, "CNY")),
        ("資料中心容量為12萬瓩。", exactly(1.2e8, "W")),
        ("Half a million customers use Brill.", exactly(5e5, "customer")),
        ("A third of a million users use Brill.", exactly(1e6 / 3, "user")),
        ("Larchline ordered 300 water-cooled racks.", exactly(300, "rack")),
        ("The rule covers 12,000 controlled chips.", exactly(12_000, "chip")),
        ("Nordvik employs 1,240 people in Oslo.", exactly(1_240, "employee")),
        ("浩海科技现有员工1,860人。", exactly(1_860, "employee")),
        ("API客户达到4.3万家。", exactly(43_000, "customer")),
        ("No licensee may hold more than 9,000 chips.", (None, 9_000, "chip")),
        ("Exporters cannot ship over 2,500 GPUs to one buyer.", (None, 2_500, "chip")),
        ("任何用户不得采购超过六千张加速卡。", (None, 6_000, "chip")),
        ("平台月度令牌消耗为31万亿。", exactly(31e12, "token/month")),
    ],
)
def test_a_value_with_its_unit_and_bound(text, wanted):
    low, high, unit = told(text)[0]
    assert unit == wanted[2]
    assert (low, high) == pytest.approx(wanted[:2])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Growth in revenue will be 30%, plus or minus 3%.", [exactly(0.3, "fraction")]),
        ("Perch price list, US$ per 1M tokens.", []),
        ("星海的720D集群部署了2,048张卡，输电电压为110千伏。", [exactly(2_048, "chip")]),
        (
            "“海燕-2”百万token输入1.5元、输出6元。",
            [exactly(1.5, "CNY/Mtok"), exactly(6, "CNY/Mtok")],
        ),
        (
            "Perch charges by use: 1M tokens cost $3 for input and $12 for output.",
            [exactly(3, "USD/Mtok"), exactly(12, "USD/Mtok")],
        ),
        ("租户可于第八年终止租约。", []),
        (
            "Lunar Data took delivery of 640 of its 2,400 GPUs.",
            [exactly(640, "chip"), exactly(2_400, "chip")],
        ),
        (
            "Deliveries came to 8,000 units in 2025 and will exceed 21,000 in 2026.",
            [exactly(8_000, "unit"), (21_000, None, "unit")],
        ),
    ],
)
def test_what_only_describes_another_number_is_none(text, wanted):
    assert told(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Cash as of March 31, 2026 was $12.4 billion, and $9.8 billion and $7.7 billion at "
            "December 31, 2025 and 2024.",
            ["2026-03", "2025-12", "2024-12"],
        ),
        (
            "At March 31, 2026 and 2025, borrowings were $4.1 billion and $3.6 billion.",
            ["2026-03", "2025-03"],
        ),
        ("Sales rose to $5 billion and $6 billion in 2024 and 2025.", ["2024", "2025"]),
        (
            "Interest was $31 million and $88 million for the three and nine months ended "
            "September 30, 2025, respectively.",
            ["2025-Q3", "2025-01/2025-09"],
        ),
        (
            "Revenue for 2025 was $4.1 billion and net income $610 million, whereas debt at "
            "March 31, 2026 was $2.2 billion.",
            ["2025", "2025", "2026-03"],
        ),
        (
            "Of the order, 40 MW is to be live by May 2027, 90 MW by the end of 2028 and 200 MW "
            "by mid-2029.",
            ["2027-05", "2028", "2029"],
        ),
        ("Capex was $3.2 billion, of which $900 million falls due in 2027.", ["", "2027"]),
        ("鯨洲二零二四／二五財年收益為港幣36.8億元。", ["FY2025"]),
    ],
)
def test_each_number_has_its_own_period(text, wanted):
    assert [c.period for c in read_text(text, date=DAY).claims] == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Rumour on June 2, 2026 had Vela dropping 90 MW. “This is plainly false,” it said.",
        "Kestrel Research withdraws its report, in which it put Vela's capex at $9.1 billion.",
        "有媒体称云岭将斥资25亿元收购机房，相关传言并不属实。",
        "有報導指雲嶺將以港幣30億元出售機房，該報導並不屬實。",
        "The note, since retracted, put capex at $12 billion.",
    ],
)
def test_what_is_taken_back_is_not_live(text):
    claims = read_text(text, date=DAY).claims
    assert [c.negated for c in claims] == [True]


def test_what_the_market_said_gives_way_to_what_is_so():
    right, wrong = read_text("今年投资额为30亿元，并非市场传闻的45亿元。", date=DAY).claims
    assert (right.value, right.negated) == (3e9, False)
    assert (wrong.value, wrong.negated, wrong.replaced_by) == (4.5e9, True, right.id)


def test_metric_words_before_the_next_number_are_its_own():
    text = "Revenue for 2025 was $4.1 billion and net income $610 million."
    assert [c.metric for c in read_text(text, date=DAY).claims] == ["revenue", "net profit"]


def test_amounts_without_a_unit_are_in_that_of_the_report(tmp_path):
    path = tmp_path / "report.txt"
    path.write_text(
        "海岭股份有限公司年度报告（单位：万元）\n"
        "截至2025年12月31日，固定资产余额为218,300，应收账款为74,650。\n",
        "utf-8",
    )
    assert [c.value for c in read(path).claims] == [2_183_000_000, 746_500_000]


def test_pieces_are_of_the_thing_that_the_rows_name(tmp_path):
    path = tmp_path / "orders.md"
    path.write_text(
        "Orla orders, 3 June 2026\n\n| GPU | Qty | Unit price (US$) |\n|---|---|---|\n"
        "| Orin | 2,100 | 18,000 |\n| Orin Max | 640 | 29,500 |\n",
        "utf-8",
    )
    assert [(c.value, c.unit) for c in read(path).claims] == [
        (2_100, "chip"), (18_000, "USD/chip"), (640, "chip"), (29_500, "USD/chip"),
    ]  # fmt: skip


def test_a_card_named_by_digits_is_a_label_of_its_row(tmp_path):
    path = tmp_path / "rent.csv"
    path.write_text("显卡,每卡每小时（元）\n310P,2.6\n910B,4.4\n", "utf-8")
    reading = read(path)
    assert [(c.value, c.unit) for c in reading.claims] == [
        (2.6, "CNY/chip-hour"), (4.4, "CNY/chip-hour"),
    ]  # fmt: skip


def test_the_year_that_notes_fall_due_is_no_period_of_a_row(tmp_path):
    path = tmp_path / "debt.html"
    path.write_text(
        "<p>Marl Inc. Debt at December 31, 2025 (in thousands)</p><table>"
        "<tr><td>6.25% senior notes due 2031</td><td>$</td><td>750,000</td></tr>"
        "<tr><td>Term loan</td><td></td><td>90,000</td></tr></table>",
        "utf-8",
    )
    assert {c.period for c in read(path).claims} == {"2025-12"}


def test_figures_of_a_list_that_begins_with_nought_are_no_error(tmp_path):
    path = tmp_path / "chips.csv"
    path.write_text("name,from,a,b\nx,licence from 2025-04,188,377\ny,04,188,377\n", "utf-8")
    assert [d.name for d in read(path).documents] == ["chips.csv"]
    assert [n.value for n in find_numbers("04,188,377 and 2,188,377")] == [4, 2_188_377]
