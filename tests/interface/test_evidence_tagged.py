"""Tagged facts come first: value, unit, entity and period exactly as the file has them."""
# ruff: noqa: E501 - elements are kept in one piece

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from outlay.core.errors import DocumentError
from outlay.evidence import read
from outlay.evidence.tagged.periods import period_of
from outlay.evidence.types import Claim, Reading
from outlay.evidence.xbrl.raw import RawFact
from outlay.evidence.xbrl.values import day_of, duration_of, unit_of, valued
from support.filing import Printed, company_facts, page

YEAR, BEFORE = ("2025-01-01", "2025-12-31"), ("2024-01-01", "2024-12-31")
CAPEX = "gaap25:PaymentsToAcquirePropertyPlantAndEquipment"


def filed(tmp_path: Path, text: str, name: str = "brin.htm") -> Reading:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read(tmp_path / name)


def tags(reading: Reading) -> list[Claim]:
    return [c for c in reading.claims if c.reader == "tagged"]


def facts_of(reading: Reading, metric: str, period: str) -> list[Claim]:
    """Tagged facts that hold, of whole entities."""
    return [
        c for c in tags(reading)
        if (c.metric, c.period, c.status, c.about) == (metric, period, "current", "")
    ]  # fmt: skip


def said(reading: Reading) -> str:
    return " | ".join(n.what for n in reading.documents[0].notes)


def test_a_fact_has_value_unit_entity_and_period(tmp_path: Path) -> None:
    facts = [
        Printed(CAPEX, Decimal(6_431_000_000), YEAR, scale=6, decimals="-6"),
        Printed("gaap25:NetIncomeLoss", Decimal(-212_500_000), YEAR, scale=3, decimals="-3"),
        Printed("gaap25:CashAndCashEquivalentsAtCarryingValue", Decimal(87_000), ("2025-12-31",)),
        Printed("gaap25:EarningsPerShareBasic", Decimal("-1.27"), YEAR, "USD/shares", decimals="2"),
        Printed("brin:ContractedPower", Decimal(412), ("2025-12-31",), "MW"),
        Printed("gaap25:EffectiveIncomeTaxRate", Decimal("0.214"), YEAR, "pure", -2),
        Printed("gaap25:NumberOfReportableSegments", Decimal(3), YEAR, "pure"),
        Printed("cover:EntityCommonStockSharesOutstanding", Decimal(51_200_000), ("2026-02-06",), "shares"),
    ]  # fmt: skip
    found = {c.metric: c for c in tags(filed(tmp_path, page(facts)))}
    assert {m: (c.value, c.unit, c.period, c.rounding, c.quantity) for m, c in found.items()} == {
        "capital expenditure": (6.431e9, "USD", "2025", 5e5, "level"),
        "net profit": (-2.125e8, "USD", "2025", 500.0, "level"),
        "cash": (87_000.0, "USD", "2025-12", 0.0, "level"),
        "basic earnings per share": (-1.27, "USD/share", "2025", 0.005, "price"),
        "contracted power": (4.12e8, "W", "2025-12", 0.0, "level"),
        "effective income tax rate":
            (0.214, "fraction", "2025", 0.0, "share"),
        "number of reportable segments": (3.0, "unit", "2025", 0.0, "count"),
        "shares outstanding": (51_200_000.0, "share", "2026-02", 0.0, "count"),
    }  # fmt: skip
    assert {c.subject for c in found.values()} == {"Brindle Compute Corp"}
    capex = found["capital expenditure"]
    assert capex.tag == "us-gaap:PaymentsToAcquirePropertyPlantAndEquipment"
    assert capex.quote == "6,431"
    assert (capex.grounds.subject, capex.grounds.period, capex.period_basis) == (
        "tag", "tag", "stated",
    )  # fmt: skip
    assert capex.family == "capex"


def test_the_prefix_of_inline_facts_is_what_the_file_declares(tmp_path: Path) -> None:
    text = page([Printed(CAPEX, Decimal(5_000), YEAR)], ix="inl")
    assert [c.value for c in tags(filed(tmp_path, text))] == [5_000.0]


def test_a_fact_of_a_segment_does_not_stand_for_the_whole(tmp_path: Path) -> None:
    axis = "gaap25:StatementBusinessSegmentsAxis"
    facts = [
        Printed("gaap25:Revenues", Decimal(900), YEAR),
        Printed(
            "gaap25:Revenues", Decimal(400), YEAR, dimensions=((axis, "brin:CloudHostingMember"),)
        ),
        Printed("gaap25:Revenues", Decimal(70), YEAR, dimensions=(("brin:SiteAxis", "=North 2"),)),
    ]
    reading = filed(tmp_path, page(facts))
    about = {c.about: c.value for c in tags(reading)}
    assert about == {"": 900.0, "cloud hosting": 400.0, "site North 2": 70.0}
    assert [c.value for c in facts_of(reading, "revenue", "2025")] == [900.0]
    assert not [c for c in reading.contradictions if c.severity == "hard"]


def test_a_fact_said_again_is_one_claim_of_the_finer_figure(tmp_path: Path) -> None:
    facts = [
        Printed(CAPEX, Decimal(1_234_000_000), YEAR, scale=6, decimals="-6"),
        Printed(CAPEX, Decimal(1_234_300_000), YEAR, scale=3, decimals="-3"),
        Printed(CAPEX, Decimal(1_234_300_000), YEAR, scale=3, decimals="-3"),
    ]
    reading = filed(tmp_path, page(facts))
    assert [c.value for c in tags(reading)] == [1_234_300_000.0]
    assert "3 tagged numbers; each counted once: 1" in said(reading)


def test_nil_and_what_is_no_number_are_named(tmp_path: Path) -> None:
    hidden = (
        '<ix:nonFraction name="gaap25:Goodwill" contextRef="c0" unitRef="USD" xsi:nil="true"/>'
        '<ix:nonFraction name="gaap25:Inventory" contextRef="c0" unitRef="USD">see note</ix:nonFraction>'
        '<ix:nonFraction name="gaap25:Land" contextRef="c7" unitRef="USD">12</ix:nonFraction>'
        '<ix:nonFraction name="gaap25:Leased" contextRef="c0" unitRef="USD" format="ixt:fixed-zero">'
        "none</ix:nonFraction>"
    )
    reading = filed(tmp_path, page([Printed(CAPEX, Decimal(5), YEAR)], hidden=hidden))
    assert {c.tag: c.value for c in tags(reading)} == {
        "us-gaap:PaymentsToAcquirePropertyPlantAndEquipment": 5.0, "us-gaap:Leased": 0.0,
    }  # fmt: skip
    assert "nil, without a value, 1: us-gaap:Goodwill" in said(reading)
    assert "no number in their text, 1: us-gaap:Inventory" in said(reading)
    assert "of a context that the file does not hold, 1: us-gaap:Land" in said(reading)


def test_a_hidden_fact_is_a_fact_and_no_text(tmp_path: Path) -> None:
    hidden = (
        '<ix:nonFraction name="gaap25:DebtInstrumentFaceAmount" contextRef="c0" unitRef="USD" '
        'scale="0" decimals="-5">750000000</ix:nonFraction>'
    )
    reading = filed(tmp_path, page([Printed(CAPEX, Decimal(5), YEAR)], hidden=hidden))
    debt = next(c for c in tags(reading) if c.metric == "face amount of debt")
    assert (debt.value, debt.unit, debt.span) == (7.5e8, "USD", (0, 0))
    assert "750000000" not in reading.documents[0].text


def test_a_fraction_and_a_term_in_words_are_numbers(tmp_path: Path) -> None:
    hidden = (
        '<ix:fraction name="brin:ConversionPart" contextRef="c0" unitRef="pure"><ix:numerator>3'
        '</ix:numerator>/<ix:denominator format="ixt:num-dot-decimal">1,000</ix:denominator></ix:fraction>'
        '<ix:nonNumeric name="gaap25:PropertyPlantAndEquipmentUsefulLife" contextRef="c0" '
        'format="ixw:durwordsen">six years</ix:nonNumeric>'
    )
    facts = [Printed("gaap25:NumberOfStores", Decimal(2), YEAR, "pure")]
    found = {c.metric: c for c in tags(filed(tmp_path, page(facts, hidden=hidden)))}
    assert (found["conversion part"].value, found["conversion part"].unit) == (0.003, "ratio")
    assert (found["useful life"].value, found["useful life"].unit) == (6.0, "year")


def test_a_name_that_goes_on_elsewhere_is_whole(tmp_path: Path) -> None:
    text = page([Printed(CAPEX, Decimal(5), YEAR)]).replace(
        'contextRef="c0">Brindle Compute Corp</ix:nonNumeric>',
        'contextRef="c0" continuedAt="k">Brindle <ix:exclude>(page 1)</ix:exclude></ix:nonNumeric>'
        '<ix:continuation id="k">Compute Corp</ix:continuation>',
    )
    assert tags(filed(tmp_path, text))[0].subject == "Brindle Compute Corp"


def test_the_cover_dates_the_document_and_names_whose_its_words_are(tmp_path: Path) -> None:
    body = "<p>We spent $4.1 million on land in the year.</p>"
    reading = filed(tmp_path, page([Printed(CAPEX, Decimal(5), YEAR)], body=body))
    assert reading.documents[0].date[:4] in ("2025", "2026")
    land = next(c for c in reading.claims if c.value == 4.1e6)
    assert land.subject == "Brindle Compute Corp"


def test_words_on_a_tag_are_that_fact(tmp_path: Path) -> None:
    body = (
        '<p>Capital expenditures were $<ix:nonFraction name="gaap25:PaymentsToAcquirePropertyPlantAnd'
        'Equipment" contextRef="c0" unitRef="USD" scale="9" decimals="-8" '
        'format="ixt:num-dot-decimal">6.4</ix:nonFraction> billion in 2025.</p>'
    )
    facts = [Printed(CAPEX, Decimal(6_431_000_000), YEAR, scale=6, decimals="-6")]
    reading = filed(tmp_path, page(facts, body=body))
    assert [c.value for c in reading.claims if c.family == "capex"] == [6.431e9]


def test_words_that_a_tag_gainsays_contradict_it(tmp_path: Path) -> None:
    facts = [Printed(CAPEX, Decimal(6_431_000_000), YEAR, scale=6, decimals="-6")]
    for words, hard in (("$64.3 billion", 1), ("$6.4 billion", 0)):
        body = f"<p>Brindle Compute said capital expenditure was {words} in 2025.</p>"
        reading = filed(tmp_path, page(facts, body=body))
        found = [c for c in reading.contradictions if c.severity == "hard"]
        assert len(found) == hard
        if hard:
            values = {c.value for c in reading.claims if c.id in found[0].claims}
            assert values == {6.431e9, 6.43e10}


def test_an_amended_filing_holds_against_the_one_before_it(tmp_path: Path) -> None:
    flag = '<ix:nonNumeric name="cover:AmendmentFlag" contextRef="c0">{}</ix:nonNumeric>'
    for name, value, said_so in (("b-first.htm", 930, "false"), ("a-amended.htm", 905, "true")):
        facts = [
            Printed(CAPEX, Decimal(value * 10**6), YEAR, scale=6, decimals="-6"),
            Printed("gaap25:Assets", Decimal(7_000), ("2025-12-31",)),
        ]
        (tmp_path / name).write_text(page(facts, hidden=flag.format(said_so)), encoding="utf-8")
    for order in (("b-first.htm", "a-amended.htm"), ("a-amended.htm", "b-first.htm")):
        reading = read([tmp_path / name for name in order])
        capex = {c.document: c for c in reading.claims if c.family == "capex"}
        now, then = capex["a-amended.htm"], capex["b-first.htm"]
        assert (now.value, now.status, then.value, then.status) == (
            9.05e8, "current", 9.3e8, "earlier",
        )  # fmt: skip
        assert then.replaced_by == now.id
        assert [c.status for c in reading.claims if c.metric == "total assets"] == ["current"] * 2
        assert not [c for c in reading.contradictions if c.severity == "hard"]


def test_what_was_reported_before_a_restatement_is_not_live(tmp_path: Path) -> None:
    before = (("srt:RestatementAxis", "srt:ScenarioPreviouslyReportedMember"),)
    facts = [
        Printed("gaap25:Revenues", Decimal(900), BEFORE),
        Printed("gaap25:Revenues", Decimal(950), BEFORE, dimensions=before),
    ]
    found = tags(filed(tmp_path, page(facts)))
    assert {(c.value, c.status) for c in found} == {(900.0, "current"), (950.0, "earlier")}


def test_a_quarterly_report_is_of_its_quarter(tmp_path: Path) -> None:
    hidden = (
        '<ix:nonNumeric name="cover:DocumentFiscalPeriodFocus" contextRef="c0">Q3</ix:nonNumeric>'
    )
    body = "<p>We also paid $4.2 million of fines.</p>"
    covers = ("2025-01-01", "2025-09-30")
    text = page([Printed(CAPEX, Decimal(5), covers)], covers=covers, hidden=hidden, body=body)
    reading = filed(tmp_path, text)
    assert [c.period for c in tags(reading)] == ["2025-01/2025-09"]
    fines = next(c for c in reading.claims if c.value == 4.2e6)
    assert fines.period in ("2025-Q3", "")


TABLE = """<table>
<tr><td></td><td colspan="2">Year ended</td></tr><tr><td>In millions</td><td>2025</td><td>2024</td></tr>
<tr><td>Spent on</td></tr>
<tr><td>Land</td><td>{}</td><td>{}</td></tr><tr><td>Halls</td><td>41</td><td>{}</td></tr></table>"""


def test_facts_in_a_table_have_its_labels_and_the_rest_of_it_is_read(tmp_path: Path) -> None:
    def tag(name: str, number: str, context: str = "c0") -> str:
        return (
            f'<ix:nonFraction name="brin:{name}" contextRef="{context}" unitRef="USD" scale="6" '
            f'format="ixt:num-dot-decimal" decimals="-6">{number}</ix:nonFraction>'
        )

    body = "<p>(in millions of dollars)</p>" + TABLE.format(
        tag("Land", "12"), tag("Land", "9", "c1"), tag("Halls", "38", "c1")
    )
    reading = filed(tmp_path, page([Printed(CAPEX, Decimal(5), BEFORE)], body=body))
    land = next(c for c in tags(reading) if c.value == 12e6)
    assert (land.row, land.column) == (("Spent on", "Land"), ("Year ended", "2025"))
    assert [c.value for c in reading.claims if c.reader != "tagged" and c.value >= 1e6] == [41e6]
    assert sorted(c.value for c in tags(reading)) == [5.0, 9e6, 12e6, 38e6]


def test_an_untagged_number_above_tagged_ones_is_not_silent(tmp_path: Path) -> None:
    row = (
        '<tr><td>Halls, $ million</td><td><ix:nonFraction name="brin:Halls" contextRef="c0" '
        'unitRef="USD" scale="6" decimals="-6">38</ix:nonFraction></td></tr>'
    )
    body = f"<table><tr><td></td><td>2025</td></tr><tr><td>Power, MW</td><td>512</td></tr>{row}</table>"
    reading = filed(tmp_path, page([Printed(CAPEX, Decimal(5), YEAR)], body=body))
    assert 5.12e8 in [c.value for c in reading.claims]
    assert sorted(c.value for c in tags(reading)) == [5.0, 38e6]


def test_two_concepts_of_one_name_do_not_contradict(tmp_path: Path) -> None:
    facts = [
        Printed("gaap25:Revenues", Decimal(1_000), YEAR),
        Printed("gaap25:RevenueFromContractWithCustomerExcludingAssessedTax", Decimal(940), YEAR),
    ]
    reading = filed(tmp_path, page(facts))
    assert {c.metric: c.value for c in tags(reading)} == {
        "revenues": 1_000.0, "revenue": 940.0,
    }  # fmt: skip
    assert not reading.contradictions


@pytest.mark.parametrize(
    ("text", "form", "scale", "sign", "value"),
    [
        ("1,234.5", "ixt:num-dot-decimal", "6", "", 1_234_500_000.0),
        ("1.234,5", "ixt:numcommadecimal", "0", "-", -1_234.5),
        ("12 345,6", "ixt:numspacecomma", "3", "", 12_345_600.0),
        ("—", "ixt:fixed-zero", "6", "", 0.0),
        ("no", "ixt-sec:numwordsen", "0", "", 0.0),
        ("one hundred and twenty-five thousand", "x:numwordsen", "0", "", 125_000.0),
        ("12,34,567", "ixt:num-dot-decimal", "0", "", 1_234_567.0),
        ("7 dollars 25", "ixt:num-unit-decimal", "0", "", 7.25),
        ("98.6", "", "-2", "", 0.986),
        ("1234.5", "", "0", "", 1_234.5),
    ],
)
def test_a_format_is_read(text: str, form: str, scale: str, sign: str, value: float) -> None:
    said = {"format": form, "scale": scale, "sign": sign, "decimals": "INF"}
    assert valued(RawFact("nonfraction", "a:B", "c", "u", text, said=said)) == (value, 0.0)


@pytest.mark.parametrize("text", ["", "about five", "see note", "1.2.3", "NaN", "1e9999999"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert valued(RawFact("nonfraction", "a:B", "c", "u", text)) is None


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        ("P5Y", "", (5.0, "year")), ("P1Y6M", "", (18.0, "month")), ("P90D", "", (90.0, "day")),
        ("fifteen", "ixt-sec:duryear", (15.0, "year")), ("2.5", "x:durmonth", (2.5, "month")),
        ("twenty-four months", "x:durwordsen", (24.0, "month")), ("P", "", None), ("soon", "", None),
    ],
)  # fmt: skip
def test_a_length_of_time_is_read(text: str, form: str, found: tuple[float, str] | None) -> None:
    fact = RawFact("nonnumeric", "a:B", "c", "", text, said={"format": form})
    assert duration_of(fact) == found


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("September 28, 2025", "ixt:date-month-day-year-en", "2025-09-28"),
        ("28 September 2025", "ixt:date-day-month-year-en", "2025-09-28"),
        ("03/04/2026", "ixt:date-month-day-year", "2026-03-04"),
        ("03.04.2026", "ixt:date-day-month-year", "2026-04-03"),
        ("--06-30", "", "--06-30"), ("January 31", "ixt:date-month-day-en", "--01-31"),
        ("2026-01-31", "", "2026-01-31"), ("soon", "", ""),
    ],
)  # fmt: skip
def test_a_printed_day_is_read(text: str, form: str, day: str) -> None:
    assert day_of(RawFact("nonnumeric", "dei:D", "c", "", text, said={"format": form})) == day


@pytest.mark.parametrize(
    ("unit", "ours"),
    [
        ((("iso4217:EUR",), ()), ("EUR", 1.0)), ((("USD",), ("shares",)), ("USD/share", 1.0)),
        ((("utr:MW",), ()), ("W", 1e6)), ((("utr:kWh",), ()), ("Wh", 1e3)),
        ((("iso4217:USD",), ("utr:MWh",)), ("USD/kWh", 1e-3)), ((("pure",), ()), ("", 1.0)),
        ((("brin:Employee",), ()), ("employee", 1.0)), ((("brin:dataCenters",), ()), ("site", 1.0)),
    ],
)  # fmt: skip
def test_a_measure_has_our_name(
    unit: tuple[tuple[str, ...], tuple[str, ...]], ours: tuple[str, float]
) -> None:
    name, factor = unit_of(unit)
    assert (name, factor) == (ours[0], pytest.approx(ours[1]))


@pytest.mark.parametrize(
    ("start", "end", "fiscal_end", "period"),
    [
        ("2025-01-01", "2025-12-31", 12, "2025"), ("2025-10-01", "2025-12-31", 12, "2025-Q4"),
        ("2025-01-01", "2025-09-30", 12, "2025-01/2025-09"), ("", "2025-12-31", 12, "2025-12"),
        ("2025-01-01", "2025-06-30", 12, "2025-H1"), ("2025-03-01", "2025-03-31", 12, "2025-03"),
        ("2024-09-29", "2025-09-27", 9, "FY2025"), ("2025-06-29", "2025-09-27", 9, "FY2025-Q4"),
        ("2025-02-01", "2026-01-31", 1, "FY2026"), ("2025-08-01", "2025-10-31", 1, "FY2026-Q3"),
        ("2024-12-30", "2026-01-04", 12, "2025"), ("2025-07-01", "2026-03-31", 6, "2025-07/2026-03"),
        ("2024-01-01", "2025-12-31", 12, "2024/2025"), ("2025-04-01", "2026-03-31", 12,
        "2025-04/2026-03"), ("2025-05-12", "2025-06-20", 12, "2025-05-12/2025-06-20"),
        ("odd", "2025-06-20", 12, ""),
    ],
)  # fmt: skip
def test_days_are_a_period(start: str, end: str, fiscal_end: int, period: str) -> None:
    assert period_of(start, end, fiscal_end) == period


def entry(start: str, end: str, val: float, filed_on: str, form: str = "10-K") -> dict[str, object]:
    out: dict[str, object] = {
        "end": end, "val": val, "accn": f"0001-{filed_on}", "fy": int(filed_on[:4]) - 1, "fp": "FY",
        "form": form, "filed": filed_on,
    }  # fmt: skip
    return out | ({"start": start} if start else {})


FACTS = {
    ("us-gaap:PaymentsToAcquirePropertyPlantAndEquipment", "USD"): [
        entry("2023-07-01", "2024-06-30", 610_000_000, "2024-08-20"),
        entry("2023-07-01", "2024-06-30", 610_000_000, "2025-08-19"),
        entry("2024-07-01", "2025-06-30", 930_000_000, "2025-08-19"),
        entry("2024-07-01", "2025-06-30", 905_000_000, "2025-12-02", "10-K/A"),
        entry("2025-07-01", "2025-09-30", 250_000_000, "2025-11-04", "10-Q"),
    ],
    ("us-gaap:EarningsPerShareDiluted", "USD/shares"): [
        entry("2024-07-01", "2025-06-30", 2.35, "2025-08-19"),
    ],
    ("dei:EntityCommonStockSharesOutstanding", "shares"): [
        entry("", "2025-08-08", 44_100_000, "2025-08-19"),
    ],
}


def test_company_facts_are_of_their_own_period_and_the_last_filing_holds(tmp_path: Path) -> None:
    (tmp_path / "companyfacts.json").write_bytes(company_facts("HARROW GRID INC", FACTS))
    reading = read(tmp_path / "companyfacts.json")
    document = reading.documents[0]
    assert (document.form, document.date, document.entity, document.fiscal_end) == (
        "facts", "2025-12-02", "HARROW GRID INC", 6,
    )  # fmt: skip
    capex = [c for c in reading.claims if c.metric == "capital expenditure"]
    assert [(c.period, c.value, c.unit, c.status, c.said_on) for c in capex] == [
        ("FY2024", 6.1e8, "USD", "current", "2025-08-19"),
        ("FY2025", 9.05e8, "USD", "current", "2025-12-02"),
        ("FY2025", 9.3e8, "USD", "earlier", "2025-08-19"),
        ("FY2026-Q1", 2.5e8, "USD", "current", "2025-11-04"),
    ]
    assert capex[2].replaced_by == capex[1].id
    assert {c.subject for c in reading.claims} == {"HARROW GRID INC"}
    assert "7 tagged numbers; each counted once: 6" in said(reading)
    text = reading.documents[0].text
    for c in reading.claims:
        assert text[slice(*c.value_span)] == c.quote
        assert c.quote in text[slice(*c.span)] == c.sentence
    assert not [c for c in reading.contradictions if c.severity == "hard"]


def test_files_of_several_companies_are_peers(tmp_path: Path) -> None:
    for n, name in enumerate(("Harrow Grid Inc", "Tansy Cloud plc")):
        (tmp_path / f"f{n}.json").write_bytes(company_facts(name, FACTS))
    reading = read([tmp_path / "f0.json", tmp_path / "f1.json"])
    found = facts_of(reading, "capital expenditure", "FY2025")
    assert [(c.subject, c.value) for c in found] == [
        ("Harrow Grid Inc", 9.05e8), ("Tansy Cloud plc", 9.05e8),
    ]  # fmt: skip


@pytest.mark.parametrize(("words", "hard"), [("$9.05 billion", 1), ("$905 million", 0)])
def test_news_is_set_against_the_facts_of_its_company(
    tmp_path: Path, words: str, hard: int
) -> None:
    (tmp_path / "facts.json").write_bytes(company_facts("HARROW GRID INC", FACTS))
    (tmp_path / "news.txt").write_text(
        "HOUSTON, January 8, 2026 - Harrow Grid Inc. said that capital expenditure in fiscal 2025 "
        f"was {words}.\n"
    )
    reading = read([tmp_path / "news.txt", tmp_path / "facts.json"])
    found = [c for c in reading.contradictions if c.severity == "hard"]
    assert len(found) == hard
    if hard:
        values = {c.value for c in reading.claims if c.id in found[0].claims}
        assert values == {9.05e8, 9.05e9}


def test_one_concept_alone_is_read(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(
        '{"cik": 7, "taxonomy": "us-gaap", "tag": "Assets", "label": "Assets", "entityName": "Tansy",'
        ' "units": {"EUR": [{"end": "2025-12-31", "val": 12500000.5, "filed": "2026-03-01"}]}}'
    )
    (claim,) = read(tmp_path / "c.json").claims
    assert (claim.metric, claim.value, claim.unit) == ("total assets", 12_500_000.5, "EUR")
    assert claim.period == "2025-12"


INSTANCE = """<?xml version="1.0"?>
<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:ifrs="https://xbrl.ifrs.org/taxonomy/2025/ifrs-full"
 xmlns:iso4217="http://www.xbrl.org/2003/iso4217">
 <context id="d"><entity><identifier scheme="x">L1</identifier></entity>
  <period><startDate>2025-01-01</startDate><endDate>2025-12-31</endDate></period></context>
 <unit id="e"><measure>iso4217:EUR</measure></unit>
 <ifrs:Revenue contextRef="d" unitRef="e" decimals="-6">48200000000</ifrs:Revenue>
 <ifrs:FinanceCosts contextRef="d" unitRef="e" decimals="-5">-12300000</ifrs:FinanceCosts>
</xbrl>"""


def test_an_instance_is_read(tmp_path: Path) -> None:
    (tmp_path / "i.xml").write_text(INSTANCE)
    found = read(tmp_path / "i.xml").claims
    assert [(c.metric, c.value, c.unit, c.period, c.rounding, c.tag) for c in found] == [
        ("revenue", 4.82e10, "EUR", "2025", 5e5, "ifrs-full:Revenue"),
        ("interest expense", -1.23e7, "EUR", "2025", 5e4, "ifrs-full:FinanceCosts"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.json", '{"a": 1}', "no company facts"), ("a.json", "[1, 2", "line 1"),
        ("a.json", '{"facts": {}}', "no company facts"), ("a.xml", "<a>1</a>", "no tagged facts"),
        ("a.xml", "<a>", "malformed XML"),
        ("a.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares entities"),
    ],
)  # fmt: skip
def test_a_file_without_facts_says_why(tmp_path: Path, name: str, text: str, why: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DocumentError) as caught:
        read(tmp_path / name)
    problem = caught.value.problems()[0]
    assert why in f"{problem.what} {problem.hint}"
