"""Tables: each number cell is a claim with its row and column, or is counted as unread."""
# ruff: noqa: E501 - tables are kept in one piece

from __future__ import annotations

import pytest

from outlay.evidence import read_text
from outlay.evidence.blocks.types import Scope
from support.evidence_tables import claims, facts

FILER = Scope(entity="Silverlake Compute", currency="USD", scale=1e6, period="2025-Q2")


def test_a_header_of_several_rows_with_signs_in_cells_of_their_own() -> None:
    text = """{1}|Three Months Ended June 30,{6}|% Change{2}
|2025{3}|2024{3}|{2}
Revenue:
Cloud services|$|1,204.5||$|903.1||33|%
Licences||88.0|||(4.2|)|n.m.|
Total revenue|$|1,292.5||$|898.9||44|%
Purchases of property and equipment||740.2|||512.0||45|%
Diluted earnings per share|$|1.42||$|0.98||45|%
Headcount||8,412|||7,903||6|%"""
    found, _ = claims(text, "", FILER, heads=2)
    values = {(c.row[-1], c.column[-1]): c for c in found}
    cloud = values["Cloud services", "2025"]
    assert (cloud.value, cloud.unit, cloud.period) == (1.2045e9, "USD", "2025-Q2")
    assert cloud.row == ("Revenue:", "Cloud services")
    assert cloud.column == ("Three Months Ended June 30,", "2025")
    assert values["Licences", "2024"].value == -4.2e6
    assert values["Licences", "2024"].period == "2024-Q2"
    growth = values["Cloud services", "% Change"]
    assert (growth.value, growth.unit, growth.quantity) == (0.33, "fraction", "change")
    assert growth.period == "2025-Q2"
    capex = values["Purchases of property and equipment", "2025"]
    assert (capex.metric, capex.value, capex.row) == (
        "capital expenditure", 740.2e6, ("Purchases of property and equipment",),
    )  # fmt: skip
    assert values["Headcount", "2024"].value == 7903
    assert values["Headcount", "2024"].unit == "employee"
    assert {c.subject for c in found} == {"Silverlake Compute"}
    assert cloud.grounds.subject == "scope"
    assert cloud.grounds.period == "cell"
    # an amount for each share is no amount in millions
    assert "Diluted earnings per share" not in {c.row[-1] for c in found if c.unit == "USD"}


def test_two_estimates_of_one_year_stay_apart() -> None:
    text = """|2025A|2026E{2}|2027E{2}
||Own|Street|Own|Street
Capital expenditure|1,240|1,900|1,750|2,400|2,210
Gross margin (%)|41.2|42.0|41.5|43.0|n/a"""
    found, notes = claims(text, "Pinnacle outlook (US$ m)", Scope(entity="Pinnacle"))
    assert notes == []
    by = {(c.row, c.column): c for c in found}
    own = by[("Capital expenditure",), ("2026E", "Own")]
    street = by[("Capital expenditure",), ("2026E", "Street")]
    assert (own.value, own.period, own.kind, own.attribution) == (1.9e9, "2026", "estimated", "")
    assert (street.value, street.period, street.attribution) == (1.75e9, "2026", "street")
    margin = by[("Gross margin (%)",), ("2025A",)]
    assert (margin.value, margin.unit, margin.quantity) == (0.412, "fraction", "level")
    assert len(found) == 9


def test_rows_of_years_and_columns_of_metrics() -> None:
    text = "Year|Outlay on plant (RMB bn)|Contracted power (MW)|GPUs installed\n" + (
        "2023|4.1|120|8,000\n2024|6.0|310|21,500\n2025E|(9.4)|560|60,000"
    )
    found, _ = claims(text, "", Scope(entity="Tidal"))
    assert [(c.value, c.unit, c.period, c.kind) for c in found] == [
        (4.1e9, "CNY", "2023", "reported"), (1.2e8, "W", "2023", "reported"),
        (8000, "chip", "2023", "reported"), (6e9, "CNY", "2024", "reported"),
        (3.1e8, "W", "2024", "reported"), (21_500, "chip", "2024", "reported"),
        (-9.4e9, "CNY", "2025", "estimated"), (5.6e8, "W", "2025", "estimated"),
        (60_000, "chip", "2025", "estimated"),
    ]  # fmt: skip
    assert {c.subject for c in found} == {"Tidal"}
    assert found[1].metric == "Contracted power"
    assert found[0].row == ("2023",)


@pytest.mark.parametrize(
    ("heads", "names"),
    [("Input|Output", ["input price", "output price"]),
     ("Cached input|Fresh input", ["cached input price", "fresh input price"])],
)  # fmt: skip
def test_two_prices_of_a_model_are_told_apart(heads: str, names: list[str]) -> None:
    text = f"Model|{heads}\nHeron-3|€0.40|€1.90\nHeron-3 mini|€0.10|—"
    assert facts(text, "Prices in euros per million tokens") == [
        ("Heron-3", names[0], 0.4, "EUR/Mtok", ""), ("Heron-3", names[1], 1.9, "EUR/Mtok", ""),
        ("Heron-3 mini", names[0], 0.1, "EUR/Mtok", ""),
    ]  # fmt: skip


def test_each_column_of_a_site_has_its_own_name_unit_and_kind() -> None:
    text = """Campus|Phase|Live load (MW)|Contracted (MW)|Contract term (months)|GPUs|Annual rent (US$ m)|Energised
Ridgeway|1|48|40|180|32,000|61.5|Q3 2026
Ridgeway|2|96|96|180|64,000|130|2027
All|—|144|136|—|96,000|191.5|"""
    found, notes = claims(text)
    first = [(c.subject, c.about, c.metric, c.value, c.unit, c.period) for c in found[:5]]
    assert first == [
        ("Ridgeway", "Phase 1", "Live load", 4.8e7, "W", "2026-Q3"),
        ("Ridgeway", "Phase 1", "Contracted", 4e7, "W", "2026-Q3"),
        ("Ridgeway", "Phase 1", "contract term", 180, "month", "2026-Q3"),
        ("Ridgeway", "Phase 1", "processors", 32_000, "chip", "2026-Q3"),
        ("Ridgeway", "Phase 1", "rent", 6.15e7, "USD", "2026-Q3"),
    ]
    assert [c.family for c in found[:3]] == ["power", "power", "term"]
    assert found[3].quantity == "count"
    assert found[0].row == ("Ridgeway", "1", "Q3 2026")
    assert notes == ["table 1: 2 of 16 number cells not read: a label"]


def test_amounts_for_chips_are_money_and_numbers_of_chips_are_not() -> None:
    text = """|Total|Fiscal 2028|Fiscal 2029–2030|Thereafter
Accelerator purchase commitments (2)|880,000|500,000|380,000|—
Leases of sites|1,204,600|204,600|400,000|600,000
Accelerators deployed (units)|41,000|||
Total|2,125,600|704,600|780,000|600,000"""
    caption = "Obligations at June 30, 2027 (in thousands of euros)"
    found, _ = claims(text, caption, Scope(entity="Gannet", fiscal_end=6))
    values = {(c.row[0], c.column[0]): (c.value, c.unit, c.period) for c in found}
    assert values["Accelerator purchase commitments (2)", "Fiscal 2028"] == (5e8, "EUR", "FY2028")
    assert values["Leases of sites", "Fiscal 2029–2030"] == (4e8, "EUR", "FY2029/FY2030")
    assert values["Leases of sites", "Thereafter"] == (6e8, "EUR", "")
    assert values["Leases of sites", "Total"] == (1.2046e9, "EUR", "")
    assert values["Accelerators deployed (units)", "Total"][:2] == (41_000, "chip")
    total = next(c for c in found if c.row == ("Total",))
    assert (total.subject, total.metric) == ("Gannet", "Total obligations")


def test_chinese_units_parts_and_changes() -> None:
    text = """项目|本报告期|上年同期|同比增减（%）|占营业收入比例
营业收入|123,456.78|98,700.10|25.08|100%
其中：算力租赁|60,100.00|40,000.00|50.25|48.7%
机柜数（个）|12,300|9,800|25.51|不适用
采购合同金额（亿元）|3.6|—|—|—"""
    found, notes = claims(text, "单位：万元", Scope(entity="江澜算力", period="2025-H1"))
    assert notes == []
    by = {(c.row[0][:4], c.column[0][:2]): c for c in found}
    assert by["营业收入", "本报"].value == 1_234_567_800
    assert (by["营业收入", "本报"].unit, by["营业收入", "本报"].period) == ("CNY", "2025-H1")
    assert by["营业收入", "上年"].period == "2024-H1"
    grown = by["营业收入", "同比"]
    assert (grown.value, grown.quantity, grown.period) == (0.2508, "change", "2025-H1")
    part = by["其中：算", "本报"]
    assert (part.metric, part.family, part.value) == ("revenue: 算力租赁", "revenue part", 6.01e8)
    assert part.part_of == by["营业收入", "本报"].id
    assert by["营业收入", "占营"].quantity == "share"
    assert (by["机柜数（", "本报"].value, by["机柜数（", "本报"].unit) == (12_300, "rack")
    assert (by["采购合同", "本报"].value, by["采购合同", "本报"].unit) == (3.6e8, "CNY")


def test_ranges_of_two_columns_names_said_once_and_missing_values() -> None:
    text = """Provider|Chip|On demand|Min|Max
Tarn Cloud{1x2}|H200|3.40|2.10|3.90
B200|4.90|3.10|5.60
Fjord|H200|n/a|—|3.20"""
    found, notes = claims(text, "Prices in euros per GPU-hour, November 2025")
    assert notes == []
    shown = [(c.subject, c.about, c.value_low, c.value_high, c.hedge) for c in found]
    assert shown == [
        ("Tarn Cloud", "NVIDIA H200", 3.4, 3.4, "exact"),
        ("Tarn Cloud", "NVIDIA H200", 2.1, 3.9, "range"),
        ("Tarn Cloud", "NVIDIA B200", 4.9, 4.9, "exact"),
        ("Tarn Cloud", "NVIDIA B200", 3.1, 5.6, "range"),
        ("Fjord", "NVIDIA H200", None, 3.2, "up_to"),
    ]
    assert {(c.unit, c.period) for c in found} == {("EUR/chip-hour", "2025-11")}


def test_one_row_a_metric_with_its_unit_and_period() -> None:
    text = """Metric|Value|Unit|Period
Contract value|1.2|USD billion|FY2026
IT load|64|MW|2026-Q3
Contract term|15|years|
Racks|420||2025
Rent|1.85|USD/GPU-hour|2025
Load|9|MWW|2025"""
    found, notes = claims(text)
    assert [(c.value, c.unit, c.period) for c in found] == [
        (1.2e9, "USD", "FY2026"), (6.4e7, "W", "2026-Q3"), (15, "year", ""), (420, "rack", "2025"),
        (1.85, "USD/chip-hour", "2025"),
    ]  # fmt: skip
    assert notes == ["table 1: 1 of 6 number cells not read: no unit"]


def test_what_is_not_read_is_counted_with_the_reason() -> None:
    text = """No.|Firm|Staff grade|Founded|Revenue (USD milion)|Power (MW)
1|Skua|3|1998|40|12
2|Petrel|4|2004|50|n/a"""
    found, notes = claims(text)
    assert [(c.subject, c.value, c.unit) for c in found] == [("Skua", 1.2e7, "W")]
    assert notes[0].startswith("line 1: the unit's 'milion' is not known")
    assert notes[1].startswith("table 1: 8 of 9 number cells not read: ")
    for why in ("2 an ordinal or a code", "2 a year", "2 no unit", "2 a slip in the unit"):
        assert why in notes[1]


@pytest.mark.parametrize(
    ("cell", "low", "high", "hedge"),
    [("1,234(1)", 1234, 1234, "exact"), ("1,234²", 1234, 1234, "exact"),
     ("(1,234)", -1234, -1234, "exact"), ("△12", -12, -12, "exact"), ("~200", 200, 200, "about"),
     ("12-14", 12, 14, "range"), ("12 to 14", 12, 14, "range"), (">40", 40, None, "over"),
     ("≤40", None, 40, "up_to"), ("1 234 000", 1_234_000, 1_234_000, "exact")],
)  # fmt: skip
def test_how_figures_are_written(cell: str, low: float, high: float, hedge: str) -> None:
    found, _ = claims(f"Site|Load (MW)\nHolm|{cell}")
    c = found[0]
    ends = [None if v is None else v / 1e6 for v in (c.value_low, c.value_high)]
    assert (*ends, c.hedge) == (low, high, hedge)


def test_a_decimal_comma_is_that_of_the_scope() -> None:
    text = "Standort|Leistung (MW)|Umsatz (Mio. EUR)\nLauda|12,5|1.204,75\nWeser|7,250|980"
    found = claims(text, "", Scope(decimal=","))[0]
    assert [c.value for c in found] == [1.25e7, 1.20475e9, 7.25e6, 9.8e8]


def test_the_nearest_unit_wins_and_the_other_is_told() -> None:
    text = "|2024|2025 (US$ bn)\nCapital expenditure|12,100|14.2"
    found, notes = claims(text, "US$ m", Scope(entity="Auk"))
    assert [c.value for c in found] == [1.21e10, 1.42e10]
    assert notes == ["table 1: '2025 (US$ bn)' goes against 'US$ m' above it; the nearer was taken"]


def test_two_columns_of_one_sort_keep_their_own_names() -> None:
    text = "Site|Peak load (MW)|Leased (MW)\nHolm|40|35\nTotal|40|35"
    assert facts(text, "Sites as of 30 June 2027") == [
        ("Holm", "Peak load", 4e7, "W", "2027-06"), ("Holm", "Leased", 3.5e7, "W", "2027-06"),
        ("Total", "Peak load", 4e7, "W", "2027-06"), ("Total", "Leased", 3.5e7, "W", "2027-06"),
    ]  # fmt: skip


def test_units_in_a_second_row_of_the_header_and_what_is_a_share_in_cents() -> None:
    text = """|Note|2025|2024
||RMB'000|RMB'000
Turnover|4|1,204,330|980,112
Cost of power|5|(700,120)|(610,004)
Earnings per share (RMB cents)|9|12.4|8.8"""
    found, notes = claims(text, "", Scope(entity="Brightwater"))
    shown = [(c.metric, c.value, c.unit, c.period) for c in found[::2]]
    assert shown == [
        ("revenue", 1.20433e9, "CNY", "2025"), ("Cost of power", -7.0012e8, "CNY", "2025"),
        ("Earnings per share", 0.124, "CNY/share", "2025"),
    ]  # fmt: skip
    assert notes == ["table 1: 3 of 9 number cells not read: an ordinal or a code"]


def test_what_falls_due_within_a_time_is_of_no_period() -> None:
    text = """|Within 1 year|1 to 5 years|Over 5 years|Total
|EUR million{4}
Contracted for servers|310|120|-|430
Authorised, not contracted|95|400|60|555"""
    found, notes = claims(text, "Capital commitments at 31 December 2025", Scope(entity="Tidal"))
    assert notes == []
    assert [c.value for c in found[:3]] == [3.1e8, 1.2e8, 4.3e8]
    assert [c.period for c in found[:2]] == ["", ""]
    assert found[0].column == ("Within 1 year", "EUR million")


def test_columns_of_firms_are_subjects_and_columns_of_segments_are_parts() -> None:
    text = """|{0}|{1}|Total
Capex 2025 (US$ bn)|12.0|8.4|20.4
Racks at year end|2,100|1,400|3,500"""
    firms = claims(text.format("Alder AI", "Birch Systems"))[0]
    assert [(c.subject, c.value, c.unit) for c in firms if c.column != ("Total",)] == [
        ("Alder AI", 1.2e10, "USD"), ("Birch Systems", 8.4e9, "USD"),
        ("Alder AI", 2100, "rack"), ("Birch Systems", 1400, "rack"),
    ]  # fmt: skip
    parts = claims(text.format("Hosting", "Corporate"), "", Scope(entity="Tidal"))[0]
    assert {c.subject for c in parts} == {"Tidal"}
    assert [c.about for c in parts[:3]] == ["Hosting", "Corporate", ""]


def test_each_column_of_changes_is_of_the_columns_before_it() -> None:
    text = """|Q4 2025|Q4 2024|Change|FY2025|FY2024|Change
Turnover|2,310|1,845|25.2%|8,420|6,980|20.6%
EBITDA|905|640|265|3,120|2,410|710
EBITDA margin|39.2%|34.7%|4.5 pp|37.1%|34.5%|2.6 pp"""
    found, _ = claims(text, "NOK million", Scope(entity="Halden"))
    changes = [c for c in found if c.quantity == "change"]
    assert [(c.value, c.unit, c.period) for c in changes] == [
        (0.252, "fraction", "2025-Q4"), (0.206, "fraction", "FY2025"),
        (2.65e8, "NOK", "2025-Q4"), (7.1e8, "NOK", "FY2025"),
        (4.5, "percentage_point", "2025-Q4"), (2.6, "percentage_point", "FY2025"),
    ]  # fmt: skip


def test_months_written_short_and_quarters_of_an_unknown_year() -> None:
    text = "|Mar-27|Jun-27\nGPUs in service ('000)|41.2|55.0"
    assert [(c.value, c.unit, c.period) for c in claims(text)[0]] == [
        (41_200, "chip", "2027-03"), (55_000, "chip", "2027-06"),
    ]  # fmt: skip
    quarters = "|第一季度|第二季度\n营业收入（万元）|120|140"
    assert [c.period for c in claims(quarters)[0]] == ["", ""]
    known = claims(quarters, "", Scope(period="2025"))[0]
    assert [(c.value, c.period) for c in known] == [(1.2e6, "2025-Q1"), (1.4e6, "2025-Q2")]


def test_a_list_of_names_and_values_has_no_header() -> None:
    text = """Customer|Ostrava AI
Contract value|US$3.2 billion
Term|12 years, with two options
Capacity|180 MW of critical load
First delivery|Q3 2027
Rent|US$135 per kW per month"""
    found = claims(text, heads=0)[0]
    assert [(c.value, c.unit, c.column) for c in found] == [
        (3.2e9, "USD", ()), (12, "year", ()), (1.8e8, "W", ()), (135, "USD/kW-month", ()),
    ]  # fmt: skip


def test_guidance_of_low_and_high_is_planned() -> None:
    text = "|Low|High\nTurnover|2,450|2,550\nEPS|$1.10|$1.16\nGross margin|61%|63%"
    found, _ = claims(text, "Guidance for Q3 FY26 (US$ in millions, except EPS)")
    assert [(c.value_low, c.value_high, c.unit, c.kind) for c in found] == [
        (2.45e9, 2.55e9, "USD", "planned"), (1.10, 1.16, "USD/share", "planned"),
        (0.61, 0.63, "fraction", "planned"),
    ]  # fmt: skip


def test_a_price_said_over_two_headers_and_two_rows_of_headers_that_span() -> None:
    text = """Model{1x2}|Price per 1M tokens (US$){2}|Window (tokens){1x2}
Input|Output
Plover|2.50|10.00|200,000"""
    found, notes = claims(text, heads=2)
    assert notes == []
    assert [(c.metric, c.value, c.unit) for c in found] == [
        ("input price", 2.5, "USD/Mtok"), ("output price", 10, "USD/Mtok"),
        ("Window", 200_000, "token"),
    ]  # fmt: skip
    assert found[0].column == ("Price per 1M tokens (US$)", "Input")


def test_what_nobody_names_has_no_subject() -> None:
    text = "Item|Q'ty|Amount (RMB '000)\nGPU server|128|236,800\nTotal||236,800"
    found, _ = claims(text, "Consolidated bill of quantities")
    assert {c.subject for c in found} == {""}
    bill = claims("Item|Quantity|Unit price (US$)\nAI server|64|310,000")[0]
    assert [(c.value, c.unit) for c in bill] == [(64, "server"), (310_000, "USD/server")]
    tokens = claims("项目|2025年\n日均Token调用量（万亿）|12.6", "", Scope(entity="星海"))[0]
    assert [(c.value, c.unit, c.subject) for c in tokens] == [(1.26e13, "token/day", "星海")]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (
            "Capex by operator, US$bn\n\n| Year | Vantor | Helmsund |\n|---|---|---|\n"
            "| 2024 | 11.2 | 19.8 |\n| 2025E | 17-18 | 31 |\n",
            [("Vantor", "2024", 11.2e9), ("Helmsund", "2024", 19.8e9), ("Vantor", "2025", 17.5e9),
             ("Helmsund", "2025", 31e9)],
        ),
        (
            "Brackley Corp. annual report\n\nRevenue by segment (US$m)\n\n| Year | Mining | Farms |"
            "\n|---|---|---|\n| 2024 | 112 | 198 |\n",
            [("Brackley", "2024", 112e6), ("Brackley", "2024", 198e6)],
        ),
        (
            "| Metric | Unit | Q4 2025 |\n|---|---|---|\n| Revenue | KRW bn | 231.4 |\n\n"
            "Source: Hansol Cloud.\n",
            [("Hansol Cloud", "2025-Q4", 231.4e9)],
        ),
        (
            "各雲端廠區電力（二零二六年三月，單位：MW）\n\n| 廠區 | 已啟用 |\n|---|---|\n| 臺南 | 42 |\n",
            [("臺南", "2026-03", 42e6)],
        ),
        (
            "云桥算力价目表（2026年4月）\n\n| 卡型 | 每卡每小时（元） |\n|---|---|\n| L20 | 3.4 |\n",
            [("NVIDIA L20", "2026-04", 3.4)],
        ),
        (
            "Live power (MW)\n\n| | Base | Upside |\n|---|---|---|\n| 2026 | 40 | 50 |\n",
            [("", "2026", 40e6), ("", "2026", 50e6)],
        ),
    ],
    ids=["columns are firms", "columns are segments", "source", "traditional", "chips", "nobody"],
)  # fmt: skip
def test_whom_a_cell_is_about(text: str, want: list[tuple[str, str, float]]) -> None:
    found = [(c.subject, c.period, pytest.approx(c.value)) for c in read_text(text).claims]
    assert found == want


def test_names_of_fields_declare_their_units_at_their_end() -> None:
    text = (
        "site|it_load_mw|annual_use_gwh|lease_term_months|opening_year|gpu_count|"
        "build_cost_usd_m|electricity_price_eur_per_kwh\nAlder|24|150|120|2031|9000|410|0.06"
    )
    assert {(c.metric, c.value, c.unit) for c in claims(text)[0]} == {
        ("power capacity", 24e6, "W"), ("annual use", 150e9, "Wh"), ("lease term", 120, "month"),
        ("gpu count", 9000, "chip"), ("build cost", 4.1e8, "USD"),
        ("electricity price", 0.06, "EUR/kWh"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("title", "text", "chips"),
    [
        ("EUR in millions", "Hall|Load (MW)|GPUs\nNairn|30|11,500", (11_500, "chip")),
        ("单位：人民币百万元", "园区|功率（兆瓦）|芯片\n青石|36|14000", (14_000, "chip")),
        ("USD in millions", "Year|% of total|GPUs\n2025|10%|800", (8e8, "USD")),
        ("USD in millions", "Year|Buildings|GPUs\n2025|90|760", (7.6e8, "USD")),
    ],
)
def test_a_column_of_things_beside_one_of_power_counts_them(
    title: str, text: str, chips: tuple[float, str]
) -> None:
    assert chips in {(c.value, c.unit) for c in claims(text, title)[0]}


def test_prices_under_headings_are_told_apart_and_a_column_without_signs_is_no_price() -> None:
    text = (
        "Chip{1x2}|Memory{1x2}|On demand{2}|Reserved{2}\nSpot|Fixed|Spot|Fixed\n"
        "H200|141|$2.10|$3.40|$1.80|$2.60\nB200|192|$3.00|$5.20|$2.75|$4.10"
    )
    found, notes = claims(text, "Prices per chip-hour in US dollars", heads=2)
    assert [(c.about, c.value, c.unit) for c in found if "H200" in c.row] == [
        ("On demand", 2.1, "USD/chip-hour"), ("On demand", 3.4, "USD/chip-hour"),
        ("Reserved", 1.8, "USD/chip-hour"), ("Reserved", 2.6, "USD/chip-hour"),
    ]  # fmt: skip
    assert [n for n in notes if "not read" in n] == [
        "table 1: 2 of 10 number cells not read: no unit"
    ]


@pytest.mark.parametrize("head", ["Fiscal year ended", "2026", "Price per 1M tokens", "Price"])
def test_a_heading_of_time_or_unit_is_no_part_of_a_price(head: str) -> None:
    text = f"Model{{1x2}}|{head}{{2}}\nInput|Output\nHeron|$0.4|$1.9"
    found, _ = claims(text, "US dollars per million tokens", heads=2)
    assert [(c.about, c.value) for c in found] == [("", 0.4), ("", 1.9)]


def test_labels_in_traditional_characters_are_read_and_stay_as_they_stand() -> None:
    text = (
        "項目|2025年|2024年\n購建固定資產、無形資產和其他長期資產支付的現金|640|512\n"
        "經營溢利|91|77\n晶片數量（張）|7,300|5,100"
    )
    found, _ = claims(text, "單位：人民幣百萬元", Scope(entity="鯨洲"))
    assert [(c.metric, c.value, c.unit, c.period) for c in found if c.period == "2025"] == [
        ("capital expenditure", 6.4e8, "CNY", "2025"), ("經營溢利", 9.1e7, "CNY", "2025"),
        ("processors", 7300, "chip", "2025"),
    ]  # fmt: skip
    assert found[2].row == ("經營溢利",)


@pytest.mark.parametrize("label", ["Debt / equity", "Opex to sales", "Depreciation / revenue"])
def test_a_share_of_two_things_has_its_own_name_and_not_that_of_a_title(label: str) -> None:
    text = f"US$bn|FY2025|FY2026E\nCapex|4.1|6.0\n{label}|29%|32%"
    found, _ = claims(text, "Rating: hold. Author: J. Peel", Scope(entity="Vantor"))
    assert [(c.metric, c.value) for c in found if c.row == (label,)] == [
        (label, 0.29),
        (label, 0.32),
    ]


@pytest.mark.parametrize(
    "head",
    [
        "Input (per 1M tokens)", "Input, $ / 1M tokens", "Input (US$ per million tokens)",
        "Input ($/Mtok)", "Input [USD / 1M tokens]",
    ],
)  # fmt: skip
def test_prices_a_million_tokens_however_their_header_says_it(head: str) -> None:
    text = (
        f"| Model | Context | {head} | {head.replace('Input', 'Output')} |\n|---|---|---|---|\n"
        "| Loden Large | 256K | $1.80 | $7.20 |\n"
    )
    found = [(c.subject, c.metric.lower(), c.value, c.unit) for c in read_text(text).claims]
    assert ("Loden Large", "input price", 1.8, "USD/Mtok") in found
    assert ("Loden Large", "output price", 7.2, "USD/Mtok") in found


def test_a_count_per_thing_is_no_price() -> None:
    text = "| Hall | Racks (per hall) | Energy (per kWh) |\n|---|---|---|\n| A | 44 | €0.12 |\n"
    found = [(c.metric, c.value, c.unit) for c in read_text(text).claims]
    assert found == [("racks", 44, "rack"), ("energy price", 0.12, "EUR/kWh")]
