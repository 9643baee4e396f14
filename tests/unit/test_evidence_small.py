"""Small inputs of one fault each: what is right for it, and for others of its kind."""

from __future__ import annotations

import pytest

from outlay.evidence import read
from outlay.results.claims import Claim, Claims


@pytest.fixture
def reads(tmp_path):
    def of(text: str, name: str = "note.txt") -> Claims:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read(path)

    return of


def live(reading: Claims) -> list[Claim]:
    return [c for c in reading.claims if c.status == "current" and not c.negated]


def the(reading: Claims, value: float, unit: str) -> Claim:
    """The one claim of a value, live or not; its unit may go on with what it is per."""
    found = [
        c
        for c in reading.claims
        if c.value == pytest.approx(value, rel=1e-9) and c.unit.partition("/")[0] == unit
    ]
    assert len(found) == 1, [(c.quote, c.value, c.unit) for c in reading.claims]
    return found[0]


def stated(reading: Claims) -> set[tuple[float, str]]:
    return {(round(c.value, 6), c.unit.partition("/")[0]) for c in live(reading)}


@pytest.mark.parametrize(
    ("text", "subject", "value", "unit", "period"),
    [
        (
            "Acme Corp. (in millions)\n"
            "Capital expenditures were $7,842 for the quarter ended December 31, 2025.\n",
            "Acme", 7.842e9, "USD", "2025-Q4",
        ),
        (
            "Bellhaven Corp. (amounts in thousands of US dollars)\n"
            "Capital expenditures were $913,406 for the quarter ended March 31, 2026.\n",
            "Bellhaven", 913.406e6, "USD", "2026-Q1",
        ),
        (
            "云阔科技（单位：万元）\n\n| 项目 | 2025年 |\n|---|---|\n| 资本开支 | 128,400 |\n",
            "云阔", 1.284e9, "CNY", "2025",
        ),
    ],
    ids=["mill", "thousands", "万元"],
)  # fmt: skip
def test_the_scale_of_a_caption_holds_below_it(reads, text, subject, value, unit, period):
    claim = the(reads(text), value, unit)
    assert subject in claim.subject
    assert claim.period == period
    assert claim.grounds.unit == "scope"


def test_a_scale_that_the_amount_states_itself_wins_over_the_caption(reads):
    text = "Acme Corp. (in millions)\nIn 2025 revenue was $412, and debt rose to $1.7 billion.\n"
    assert stated(reads(text)) == {(412e6, "USD"), (1.7e9, "USD")}


@pytest.mark.parametrize(
    ("text", "date", "value", "period"),
    [
        (
            "FORM 10-Q\nFor the quarterly period ended June 30, 2023\nWe began an audit on "
            "January 1, 2023. This quarter, capital expenditures were $6.2 billion.\n",
            "2023-06-30", 6.2e9, "2023-Q2",
        ),
        (
            "FORM 10-K\nFor the fiscal year ended December 31, 2024\nWe were incorporated on "
            "May 7, 1998. This year, capital expenditures were $3.9 billion.\n",
            "2024-12-31", 3.9e9, "2024",
        ),
    ],
    ids=["dt", "annual"],
)  # fmt: skip
def test_a_filing_is_of_the_period_of_its_header(reads, text, date, value, period):
    reading = reads(text)
    assert reading.documents[0].date == date
    assert the(reading, value, "USD").period == period


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Site as of 30 June 2025,,\nCampus,IT load (MW),Contracted (MW)\nZhangbei,40,35\n"
            "Westmark,60,55\nTotal,100,90\n",
            {
                ("Zhangbei", 40e6, "it load"), ("Zhangbei", 35e6, "contracted"),
                ("Westmark", 60e6, "it load"), ("Westmark", 55e6, "contracted"),
            },
        ),
        (
            "Halls as of 31 March 2026,,\nHall,Energised (MW),Leased (MW)\nElmfield,18,12.5\n"
            "Norrtorp,27,21\nTotal,45,33.5\n",
            {
                ("Elmfield", 18e6, "energised"), ("Elmfield", 12.5e6, "leased"),
                ("Norrtorp", 27e6, "energised"), ("Norrtorp", 21e6, "leased"),
            },
        ),
    ],
    ids=["sites", "halls"],
)  # fmt: skip
def test_a_cell_is_named_by_its_row_and_column(reads, text, wanted):
    reading = reads(text, "sites.csv")
    for subject, value, header in wanted:
        claim = the(reading, value, "W")
        assert claim.subject == subject
        if header in ("contracted", "leased"):  # what is bound is no load that runs
            assert header in f"{claim.metric} {claim.about}".lower()
        assert claim.row == (subject,)
        assert [c.lower() for c in claim.column] == [f"{header} (mw)"]
    assert not [c for c in reading.contradictions if c.severity == "hard"]


@pytest.mark.parametrize(
    ("head", "model", "prices"),
    [
        ("Prices in US dollars per 1M tokens.", "Orca-2", ("1.50", "6.00", 1.5, 6.0)),
        ("Prices in US dollars per 1K tokens.", "Tern-4", ("0.002", "0.009", 2.0, 9.0)),
    ],
    ids=["price", "per thousand"],
)
def test_prices_of_input_and_output_stand_apart(reads, head, model, prices):
    said_in, said_out, value_in, value_out = prices
    reading = reads(
        f"<html><body><p>{head}</p><table><tr><th>Model</th><th>Input</th><th>Output</th></tr>"
        f"<tr><td>{model}</td><td>${said_in}</td><td>${said_out}</td></tr></table></body></html>",
        "price.html",
    )
    for value, word in ((value_in, "input"), (value_out, "output")):
        claim = the(reading, value, "USD")
        assert claim.unit == "USD/Mtok"
        assert claim.subject == model
        assert word in f"{claim.metric} {claim.about}".lower()
        assert claim.quantity == "price"
    assert not [c for c in reading.contradictions if c.severity == "hard"]


@pytest.mark.parametrize(
    ("text", "unit", "wanted"),
    [
        (
            "2026年3月，南山云2023年至2025年三年间资本支出分别为112亿元、81亿元和121亿元。\n",
            "CNY", {"2023": 11.2e9, "2024": 8.1e9, "2025": 12.1e9},
        ),
        (
            "2026年5月，泽远科技2024年和2025年营业收入分别为3.4亿元、5.9亿元。\n",
            "CNY", {"2024": 3.4e8, "2025": 5.9e8},
        ),
        (
            "Acme expenses for the years 2025, 2024 and 2023 were $161 million, $185 million, "
            "and $407 million, respectively, it said on 3 February 2026.\n",
            "USD", {"2025": 161e6, "2024": 185e6, "2023": 407e6},
        ),
        (
            "Bellhaven revenue for 2024 and 2025 was €2.3 billion and €3.1 billion, "
            "respectively, it said on 9 March 2026.\n",
            "EUR", {"2024": 2.3e9, "2025": 3.1e9},
        ),
    ],
    ids=["resp", "分别 of two", "resp_en", "two"],
)  # fmt: skip
def test_respectively_gives_each_amount_its_year(reads, text, unit, wanted):
    reading = reads(text)
    assert {c.period: c.value for c in live(reading) if c.unit == unit} == pytest.approx(wanted)
    assert not [c for c in reading.contradictions if c.severity == "hard"]


@pytest.mark.parametrize(
    ("text", "right", "wrong", "unit"),
    [
        (
            "Correction, 17 November 2025: Nord Cloud capital spending in 2026 is $3.4 billion, "
            "not $34 billion.\n",
            3.4e9, 34e9, "USD",
        ),
        (
            "Acme, 9 December 2025. This story has been corrected to say that Acme borrowed "
            "$2.5 billion, not $25 billion.\n",
            2.5e9, 25e9, "USD",
        ),
        (
            "Correction, 2 June 2026: the Tarn campus of Fell Compute will draw 150 MW, "
            "not 510 MW.\n",
            150e6, 510e6, "W",
        ),
        (
            "更正（2026年6月2日）：川流云2026年资本开支应为45亿元，而非54亿元。\n",
            4.5e9, 5.4e9, "CNY",
        ),
    ],
    ids=["notx", "corr", "power", "更正"],
)  # fmt: skip
def test_what_is_corrected_is_retired_and_its_pair_named(reads, text, right, wrong, unit):
    reading = reads(text)
    held, retired = the(reading, right, unit), the(reading, wrong, unit)
    assert held in live(reading)
    assert retired not in live(reading)
    assert retired.replaced_by == held.id
    assert not [c for c in reading.contradictions if c.severity == "hard"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "Acme, 3 February 2026. In January Acme processed 2.1 quadrillion tokens a month. "
            "A slide in January said 21 quadrillion tokens a month.\n",
            (2.1e15, 21e15),
        ),
        (
            "Acme, 3 February 2026: the total contract value is approximately $2.4 billion over "
            "five years. Exhibit: Acme signs agreement with total contract value of "
            "$4.2 billion.\n",
            (2.4e9, 4.2e9),
        ),
        (
            "2026年4月2日，南山云表示，2026年资本开支为30亿元。"
            "有报告将南山云2026年资本开支写作300亿元。\n",
            (3e9, 30e9),
        ),
        (
            "Bellhaven, 6 May 2026: the budget for the Tarn campus is $1.8 billion. Press kit: "
            "Bellhaven sets a budget for the Tarn campus of $8.1 billion.\n",
            (1.8e9, 8.1e9),
        ),
        (
            "2026年6月8日，川流云表示，2025年营业收入为72亿元。"
            "年报摘要将川流云2025年营业收入写作7.2亿元。\n",
            (7.2e9, 7.2e8),
        ),
    ],
    ids=["slide", "swapped", "tenfold_zh", "budget", "revenue_zh"],
)  # fmt: skip
def test_two_figures_for_one_thing_are_one_contradiction(reads, text, values):
    reading = reads(text)
    by_id = {c.id: c.value for c in reading.claims}
    (hard,) = [c for c in reading.contradictions if c.severity == "hard"]
    assert sorted(by_id[i] for i in hard.claims) == pytest.approx(sorted(values))


@pytest.mark.parametrize(
    ("text", "high"),
    [
        ("2026年4月2日，南山云表示，两年累计投入不会超过80亿元。\n", 8e9),
        ("2026年7月1日，川流云表示，全年资本开支控制在25亿元以内。\n", 2.5e9),
    ],
    ids=["cap_zh", "以内"],
)
def test_a_bound_is_a_bound(reads, text, high):
    claim = the(reads(text), high, "CNY")
    assert (claim.value_low, claim.hedge, claim.quantity) == (None, "up_to", "bound")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "The server costs € 2.109,00 and the rack 34,50 €, Acme said on 3 March 2026.\n",
            {(2109.0, "EUR"), (34.5, "EUR")},
        ),
        (
            "The licence costs € 12.480,50 and the cable 7,25 €, Fell said on 8 May 2026.\n",
            {(12480.5, "EUR"), (7.25, "EUR")},
        ),
        (
            "Acme paid 10 000 dollars for each server in 2026, it said.\n",
            {(10000.0, "USD")},
        ),
        (
            "Fell paid 1 250 000 euros for the substation in 2025, it said.\n",
            {(1250000.0, "EUR")},
        ),
    ],
    ids=["eu", "licence", "space", "millions"],
)  # fmt: skip
def test_numerals_of_other_conventions(reads, text, wanted):
    assert stated(reads(text)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Acme, 3 February 2026: the initial term is sixty (60) months; the second phase runs "
            "for three years; the guarantee covers the first 16 years; Beta rents the chips for "
            "five years.\n",
            {(60, "month"), (3, "year"), (16, "year"), (5, "year")},
        ),
        (
            "Fell, 8 May 2026: notice is ninety (90) days; the option runs for eighteen months; "
            "the lease lasts twelve years.\n",
            {(90, "day"), (18, "month"), (12, "year")},
        ),
    ],
    ids=["terms", "notice"],
)  # fmt: skip
def test_durations_in_words(reads, text, wanted):
    assert stated(reads(text)) == wanted


@pytest.mark.parametrize(
    ("text", "share", "period"),
    [
        (
            "In the first quarter of 2026 Acme revenue was $29.3 billion, with an operating "
            "margin of 39.5 percent, the highest since at least 2014.\n",
            0.395, "2026-Q1",
        ),
        (
            "In the third quarter of 2025 Fell revenue was $1.4 billion, with a gross margin of "
            "61.2 percent, the lowest since 2019.\n",
            0.612, "2025-Q3",
        ),
    ],
    ids=["since", "lowest"],
)  # fmt: skip
def test_a_year_that_something_is_compared_with_is_no_period(reads, text, share, period):
    assert the(reads(text), share, "fraction").period == period


def test_traditional_characters_with_years_in_numerals(reads):
    reading = reads(
        "董事會公佈，二零二六年資本開支預算不超過人民幣100億元，"
        "二零二五年約為港幣50億元，採購2萬顆加速卡。\n"
    )
    budget, spent = the(reading, 10e9, "CNY"), the(reading, 5e9, "HKD")
    assert (budget.period, budget.hedge, budget.value_low) == ("2026", "up_to", None)
    assert (spent.period, spent.hedge) == ("2025", "about")
    assert the(reading, 20000, "chip")


def test_another_announcement_in_traditional_characters(reads):
    reading = reads(
        "本公司公佈，二零二七年資本開支預算不少於港幣36億元，"
        "二零二六年為人民幣21億元，訂購1.5萬顆加速卡。\n"
    )
    budget, spent = the(reading, 3.6e9, "HKD"), the(reading, 2.1e9, "CNY")
    assert (budget.period, budget.hedge, budget.value_high) == ("2027", "over", None)
    assert spent.period == "2026"
    assert the(reading, 15000, "chip")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "中国的日均令牌消耗量2025年6月达到30万亿。"
            "字节跳动2025年5月日均令牌消耗量达到16.4万亿。\n",
            [
                ({"中国", "China"}, 30e12, "2025-06"),
                ({"字节跳动", "ByteDance"}, 16.4e12, "2025-05"),
            ],
        ),
        (
            "阿里巴巴2026年2月日均令牌调用量为9.8万亿。\n",
            [({"阿里巴巴", "Alibaba"}, 9.8e12, "2026-02")],
        ),
    ],
    ids=["ling", "调用量"],
)  # fmt: skip
def test_tokens_a_day_that_are_named_before_the_number(reads, text, wanted):
    reading = reads(text)
    for subjects, value, period in wanted:
        claim = the(reading, value, "token")
        assert (claim.unit, claim.period) == ("token/day", period)
        assert claim.subject in subjects


@pytest.mark.parametrize(
    "text",
    [
        "Acme Cloud did not say it would spend $40 billion in 2026. Acme Cloud denied a report "
        "that it would spend $70 billion in 2027. 5 May 2026\n",
        "Fell Compute has not agreed to buy 30,000 GPUs. It dismissed a report that it would "
        "build 900 MW in 2028. 8 May 2026\n",
        "川流云否认将在2027年投入120亿元的传闻，并称从未计划采购5万张加速卡。2026年5月8日\n",
    ],
    ids=["deny", "dismissed", "否认"],
)
def test_what_is_denied_does_not_live(reads, text):
    assert live(reads(text)) == []
