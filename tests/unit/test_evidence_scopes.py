"""What a document says once: whose it is, when it was written, what it reports, how it counts."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from outlay.evidence import reading as module
from outlay.evidence.blocks.measures import decimal_of, measure_of
from outlay.evidence.blocks.parse import blocks_of
from outlay.evidence.blocks.types import Blocks
from outlay.evidence.calendar.dating import dated, fiscal_end_of
from outlay.evidence.names.mentions import find_mentions
from outlay.evidence.quantities.rates import PER, per_denominator
from outlay.evidence.scopes import document_scope, month_after, topic_in
from outlay.evidence.text.clean import clean
from outlay.evidence.types import Document


def per_of(said: str) -> tuple[str, float]:
    found = PER.match(said)
    return per_denominator(found) if found else ("", 1.0)


def blocks(text: str, form: str = "text", date: str = "") -> Blocks:
    when, _ = dated(text) if not date else (date, "given")
    document = Document("t", text, when, form=form)
    mentions = find_mentions(clean(text))
    base = replace(document_scope(document, mentions), date=when)
    return blocks_of(document, base, per_of, partial(topic_in, text, base.entity, mentions))


# The date of a document is the one that it bears.


@pytest.mark.parametrize(
    ("text", "date"),
    [
        # a label, wherever it stands
        ("Lease terms\nClosing date: 1 March 2027\nPublication date: 4 May 2026\n", "2026-05-04"),
        ("Date of Report (Date of earliest event reported): August 3, 2025\nOn May 1, 2025 we "
         "closed.", "2025-08-03"),
        ("公告\n投标截止时间：2026年5月6日\n公告日期：2026年4月1日", "2026-04-01"),
        ("Mill & Co\nFiled 12.06.2025 with the court.", "2025-06-12"),
        # what is corrected bears the date of the correction
        ("Published on 3 June 2025\nCorrected on 9 June 2025\nIt is £3m.", "2025-06-09"),
        # datelines and headings
        ("OSLO, 9 April 2026 - Fjell Cloud said on 2 April 2026 it had leased a site.",
         "2026-04-09"),
        ("Fjell Cloud: results, OCTOBER 30, 2025\nThe year began on 1 January 2025.", "2025-10-30"),
        ("Fjell Cloud capex note. 7 July 2026\n\nIt will open on 1 May 2027.", "2026-07-07"),
        ("二零二六年三月二十日\n董事會公佈業績。", "2026-03-20"),
        ("2026年5月，北岸云披露了三年的投入。", "2026-05"),
        # the day on which something is said
        ("The plant will open on 1 May 2027, Fjell Cloud said on Monday, 6 April 2026.",
         "2026-04-06"),
        ("On 2 March 2026, Fjell Cloud announced a plan to open on 1 May 2027.", "2026-03-02"),
        ("2026年4月2日，北岸云表示，项目将于2027年5月1日投运。", "2026-04-02"),
        # set in italics, or after the name of who announces
        ("# Who reads so much?\n\n*9 June 2026*\n\nA desk reads.", "2026-06-09"),
        ("Title\n\n**3 March 2026**\n\nText from 2024.", "2026-03-03"),
        ("北岸智算有限公司 2026年4月9日公告\n公司计划2027年投资。", "2026-04-09"),
        # the last line; the end of the period
        ("Fjell Cloud will not spend $4 billion.\n\n5 May 2026", "2026-05-05"),
        ("FORM 10-Q\nFor the quarterly period ended September 30, 2024\nWe started on June 2, "
         "2023.", "2024-09-30"),
        ("Halls as of 30 June 2025,,\nHall,MW\nA,3\n", "2025-06-30"),
        ("AUSTIN, Texas--(NEWSWIRE)--May 21, 2026--Brightsea, Inc. today said it would.",
         "2026-05-21"),
        ("Brightsea wins a loan\n\nBy Ann Lee 2026-05-18 09:30\n\nIt is due 1 May 2031.",
         "2026-05-18"),
        ("From: a@brightsea.example\nDate: Tue, 14 Apr 2026 09:12:00 +0100\nSubject: power\n",
         "2026-04-14"),
        # a time or a place behind it, later years in the text
        ("Pell Cloud\nRemarks\n29 October 2026, 4:30 p.m. Eastern\n\nNobody spoke of 2028.",
         "2026-10-29"),
        ("Pell Cloud\n3 May 2026, Oslo\n\nA figure for 2028 goes round.", "2026-05-03"),
        # numbers in the order of a country
        ("Posted 03/27/2026\nText", "2026-03-27"),
        ("Posted 27/03/2026\nText", "2026-03-27"),
    ],
)  # fmt: skip
def test_a_document_has_the_date_that_it_bears(text: str, date: str) -> None:
    assert dated(text) == (date, "stated")


@pytest.mark.parametrize(
    "text",
    [
        "Pell Cloud\n\n29 October 2024, 4,300 chips arrived.",
        "We began an audit on January 1, 2023. Spending was $6.2 billion.",
        "- 3 May 2025: first hall\n- 9 June 2026: second hall\n",
        "The notes fall due on March 1, 2049.",
        "Posted 03/04/2026 or so",
        "v2.10.2024 was shipped",
    ],
)
def test_a_date_of_something_else_is_not_the_documents(text: str) -> None:
    assert dated(text)[1] != "stated"


def test_a_dateline_without_a_year_takes_the_year_of_the_text() -> None:
    assert dated("BERGEN, Nov 3 (Wire) - Fjell Cloud spent $3 billion in 2025.") == (
        "2025-11-03", "inferred",
    )  # fmt: skip
    said = "Feb 11 (Wire) - Fjell Cloud said on Wednesday it spent $3 billion in 2025."
    assert dated(said) == ("2026-02-11", "inferred")  # a Wednesday, as it was not in 2025
    assert dated("海风社北京1月12日电 北岸云2026年投入30亿元。") == ("2026-01-12", "inferred")


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("Our fiscal year ends on the last Sunday in January.", 1),
        ("for the fiscal year ended February 1, 2026", 1),  # of 52 weeks
        ("Fiscal years end in March.", 3),
        ("ANNUAL REPORT FOR THE YEAR ENDED 30 JUNE 2025", 6),
        ("截至2026年3月31日止年度", 3),
        ("for the three months ended March 31, 2026", 0),
    ],
)
def test_the_end_of_the_fiscal_year_is_stated(text: str, month: int) -> None:
    assert fiscal_end_of(text) == month


@pytest.mark.parametrize(
    ("period", "end", "month"),
    [("2025-Q3", 12, "2025-10"), ("2025-Q4", 12, "2026-01"), ("FY2026-Q1", 3, "2025-07"),
     ("2025-H1", 12, "2025-07"), ("2025", 12, "2026-01"), ("2025-01/2025-09", 12, "")],
)  # fmt: skip
def test_a_report_is_written_after_its_period(period: str, end: int, month: str) -> None:
    assert month_after(period, end) == month


# Whose it is, and what it reports.


@pytest.mark.parametrize(
    ("text", "entity", "period"),
    [
        ("TIDEWATER GRID, INC.\n(Exact name of registrant as specified in its charter)\n"
         "For the quarterly period ended March 31, 2025\n", "Tidewater Grid", "2025-Q1"),
        ('RISK\n\nTidewater Grid plc (together with its subsidiaries, the "Company") leases '
         "halls.", "Tidewater Grid", ""),
        ("Fjell Compute Holdings: annual report, fiscal year ended January 31, 2026",
         "Fjell Compute Holdings", "FY2026"),
        ("Brightsea Ltd., second-quarter 2025 earnings conference call", "Brightsea", "2025-Q2"),
        ("CORRECTION: Brightsea Cloud capital spending\n\nBrightsea said it would spend €3m.",
         "Brightsea Cloud", ""),
        ("HAMBURG, 3 May 2026 - Brightsea Semiconductor today reported results for the first "
         "quarter of 2026.", "Brightsea Semiconductor", "2026-Q1"),
        ("Brightsea, 3 May 2026: a hall costs $3m, Brightsea said.", "Brightsea", ""),
        ("北岸云计算股份有限公司2025年年度报告\n\n收入为5亿元。", "北岸云", "2025"),
        ("管理层讨论\n\n海陵数据股份有限公司（以下简称“公司”）收入为5亿元。", "海陵数据", ""),
        ("Brightsea Networks Reports Fourth Quarter Results\n\nBrightsea Networks grew.",
         "Brightsea Networks", ""),
        ("海陵数据：2025年第四季度财务业绩\n\n海陵数据收入为5亿元。", "海陵数据", "2025-Q4"),
        ("Date: 3 May 2026\nCompany: Brightsea Digital plc\n\nRevenue rose.",
         "Brightsea Digital", ""),
        # nobody's
        ("Fjell Power Commission: annual report\n\nFjell Power Commission met.", "", ""),
        ("Issued: 8 April 2026\n\n1. A hall shall hold a permit.", "", ""),
        ("DALLAS, 21 October 2025 - Brightsea and Fjell Credit today announced a venture.", "", ""),
        ("The price of a token keeps falling\n\nIt fell by half.", "", ""),
        ("Client note: new licence terms, 20 January 2026\n\nThe Bureau published a rule.", "", ""),
    ],
)  # fmt: skip
def test_a_document_is_of_the_one_company_that_it_is_of(
    text: str, entity: str, period: str
) -> None:
    scope = blocks(text).scope
    assert scope.entity.startswith(entity) if entity else not scope.entity
    assert scope.period == period


@pytest.mark.parametrize(
    ("text", "end", "period"),
    [
        ("Brightsea Ltd: Q2 FY26 results\n\nfor the quarter ended September 30, 2025.", 3,
         "FY2026-Q2"),
        ("Brightsea Ltd\n\nFor the quarterly period ended October 26, 2025\n\nOur fiscal year "
         "ends on the last Sunday in January.", 1, "FY2026-Q3"),
    ],
)  # fmt: skip
def test_quarters_are_of_the_fiscal_year(text: str, end: int, period: str) -> None:
    scope = blocks(text).scope
    assert (scope.fiscal_end, scope.period) == (end, period)


def test_a_heading_names_the_topic_of_what_stands_under_it() -> None:
    text = (
        "# Purchases of Brightsea Ltd\n\n## Brightsea Hosting\n\nIt pays $3m.\n\n"
        "一、主要财务数据\n\n收入为5亿元。\n\nRISKS AND RULES\n\nIt fell by $2m.\n"
    )
    found = blocks(text, "markdown")
    places = [found.at(text.index(w)).topic for w in ("$3m", "5亿元", "$2m")]
    assert places[0] == "Brightsea Hosting"
    assert not {"主要财务数据", "Risks And Rules", "RISKS AND RULES"} & set(places)


def test_a_report_of_a_quarter_that_gives_no_date_is_of_the_month_after() -> None:
    reading = module.read_text("Brightsea Networks Q3 2025 earnings call\n\nCFO: Revenue was $3m.")
    assert (reading.documents[0].date, reading.documents[0].date_basis) == ("2025-10", "inferred")


# How its numbers are to be read.


@pytest.mark.parametrize(
    ("line", "currency", "scale", "counts", "per"),
    [
        ("Brightsea Inc. (in millions)", "", 1e6, 1e6, ""),
        ("(in thousands, except per share data)", "", 1e3, 1e3, ""),
        ("Obligations (in thousands of US dollars):", "USD", 1e3, 0, ""),
        ("Peers' capex, US$bn, calendar years", "USD", 1e9, 0, ""),
        ("($ in millions)", "USD", 1e6, 0, ""),
        ("Costs, €m", "EUR", 1e6, 0, ""),
        ("HK$'000", "HKD", 1e3, 0, ""),
        ("Amounts in ₹ crore", "INR", 1e7, 0, ""),
        ("(Rs. in lakhs)", "INR", 1e5, 0, ""),
        ("(Unaudited; in NT$ thousands)", "TWD", 1e3, 0, ""),
        ("Capex in hundreds of millions of won", "KRW", 1e8, 0, ""),
        ("单位：万元", "CNY", 1e4, 0, ""),
        ("金额单位：人民币千元", "CNY", 1e3, 0, ""),
        ("（除特别注明外，金额单位为百万美元）", "USD", 1e6, 0, ""),
        ("Rents, US dollars per GPU-hour", "USD", 0, 0, "per GPU-hour"),
        ("单位：元/千tokens", "CNY", 0, 0, "/千tokens"),
    ],
)
def test_a_caption_says_how_numbers_are_read(
    line: str, currency: str, scale: float, counts: float, per: str
) -> None:
    said = measure_of(line, title=True)
    assert (said.currency, said.scale, said.counts, said.per) == (currency, scale, counts, per)


@pytest.mark.parametrize(
    "line",
    ["Phase one (m)", "Total (b)", "Growth in Korea", "We spent $3 million", "Two in a million",
     "Results for thousands of customers", "第三季度收入"],
)  # fmt: skip
def test_what_is_no_statement_says_nothing(line: str) -> None:
    assert not measure_of(line, title=True)


def test_a_sentence_is_a_statement_only_as_a_whole() -> None:
    assert measure_of("All amounts are in millions of euros unless noted.", title=False).wide
    assert not measure_of("We bought chips (in thousands) for euros.", title=False)


def test_what_the_cover_says_holds_to_the_next_statement() -> None:
    text = (
        "Brightsea Inc. (in millions)\n\nCapex was $7,842.\n\nPROPERTY\n\nLand was $30.\n\n"
        "LITIGATION (in thousands)\n\nWe paid $52.\n"
    )
    found = blocks(text)
    assert [found.at(text.index(w)).scale for w in ("$7,842", "$30", "$52")] == [1e6, 1e6, 1e3]


def test_what_a_sections_heading_says_ends_with_the_section() -> None:
    text = "Hall notes.\n\n## North (US$ millions)\n\nRent was $5.\n\n## South\n\nRent was $12.\n"
    found = blocks(text, "markdown")
    assert [found.at(text.index(w)).scale for w in ("$5", "$12")] == [1e6, 1.0]


def test_what_a_tables_caption_says_ends_with_the_table() -> None:
    text = (
        "# Brightsea: obligations\n\nPayments due (in thousands of US dollars):\n\n"
        "| | 2026 | 2027 |\n|---|---|---|\n| Leases | 4,812 | 512 |\n\nA fine of $374 was paid.\n"
    )
    found = blocks(text, "markdown")
    (table,) = found.tables
    assert (table.scope.currency, table.scope.scale) == ("USD", 1e3)
    assert "Payments due" in table.caption
    assert found.at(text.index("$374")).scale == 1.0


def test_what_is_said_of_all_amounts_holds_below_the_table_too() -> None:
    text = (
        "# Tracker\n\n## Spending\n\nAll amounts in billions of yen unless stated.\n\n"
        "| Item | 2025 |\n|---|---|\n| Capex | 56 |\n\nIt spent ¥12 on land.\n\n## Other\n\n¥5.\n"
    )
    found = blocks(text, "markdown")
    places = [found.at(text.index(w)) for w in ("¥12", "¥5.")]
    assert [(s.currency, s.scale) for s in places] == [("JPY", 1e9), ("", 1.0)]


def test_a_price_by_the_thousand_is_one_by_the_million_times_a_thousand() -> None:
    text = "单位：元/千tokens\n\n| 模型 | 输入 |\n|---|---|\n| Orca | 0.02 |\n"
    (table,) = blocks(text, "markdown").tables
    assert (table.scope.currency, table.scope.per, table.scope.scale) == ("CNY", "Mtok", 1e3)


def test_a_unit_said_below_a_table_or_in_its_corner_is_the_tables() -> None:
    below = "| Hall | 2026 |\n|---|---|\n| A | 5 |\n\nNote: figures in US$ millions.\n"
    corner = "| (€m) | 2026 |\n|---|---|\n| Land | 5 |\n"
    for text, currency in ((below, "USD"), (corner, "EUR")):
        (table,) = blocks(text, "markdown").tables
        assert (table.scope.currency, table.scope.scale) == (currency, 1e6)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("The rack costs 2.109,00 € and the cable 34,50 €.", ","),
        ("The rack costs $2,109.00 and the cable $34.50.", "."),
        ("It grew 3.5% by 29.01.2026 to 1,234 racks.", "."),
        ("2.109 racks", ""),
        ("1,00,00,000 rupees", ""),
    ],
)
def test_what_parts_a_fraction_is_told_by_the_numbers(text: str, mark: str) -> None:
    assert decimal_of(iter([text])) == mark


def test_a_document_says_how_its_numbers_are_parted() -> None:
    text = "Kosten\n\nDas Rack kostet 2.109,00 €, das Kabel 34,50 €.\n"
    assert blocks(text).at(30).decimal == ","


def test_a_statement_is_no_claim() -> None:
    text = (
        "Prices in US dollars per 1M tokens.\n\n| Model | Input |\n|---|---|\n| Orca | $1.50 |\n\n"
        "Obligations (thousands of US dollars) are large.\n"
    )
    claims = module.read_text(text, "t", "2026-01-02").claims
    assert [(c.value, c.unit) for c in claims] == [(1.5, "USD/Mtok")]
