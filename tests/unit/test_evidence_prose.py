"""Kinds of prose: what a figure is, what denies it, what it stands on; one text a kind."""

from __future__ import annotations

import pytest

from outlay.evidence import read_text
from outlay.evidence.blocks.types import Blocks, Scope
from outlay.evidence.names.mentions import find_mentions
from outlay.evidence.sentences.claims import claims_of
from outlay.evidence.text.clean import clean
from outlay.evidence.types import Claim, Document

DAY = "2026-05-03"


def claims(text: str, date: str = DAY) -> tuple[Claim, ...]:
    return read_text(text, date=date).claims


def live(text: str, date: str = DAY) -> list[tuple[float, str]]:
    return [
        (c.value, c.unit) for c in claims(text, date) if c.status == "current" and not c.negated
    ]


def under(text: str, scope: Scope) -> list[Claim]:
    cleaned = clean(text)
    document = Document("t", text, DAY)
    return claims_of(document, cleaned, find_mentions(cleaned), "t", Blocks.of(scope, (), ()))


@pytest.mark.parametrize(
    ("text", "value", "unit", "sort"),
    [
        ("Vela revenue was $12 billion in 2025.", 12e9, "USD", "level"),
        ("Vela revenue was up 34% in 2025.", 0.34, "fraction", "change"),
        ("Vela capex rose by $2bn in 2025.", 2e9, "USD", "change"),
        ("The cost per query has come down by about a third.", 1 / 3, "fraction", "change"),
        ("Servers accounted for 60% of capex.", 0.6, "fraction", "share"),
        ("Roughly two thirds goes into servers.", 2 / 3, "fraction", "share"),
        ("Gross margin was 61%.", 0.61, "fraction", "level"),
        ("A tower charges $2.40 per GPU-hour.", 2.4, "USD/chip-hour", "price"),
        ("Shipments may not exceed 50% of the volume.", 0.5, "fraction", "bound"),
        ("The budget is capped at $8 billion.", 8e9, "USD", "bound"),
        ("两年累计投入不会超过70亿元。", 7e9, "CNY", "bound"),
        ("The loan carries SOFR plus 225 basis points.", 225, "basis_point", "level"),
        ("Margin rose 225 basis points.", 225, "basis_point", "change"),
        ("算力租赁收入占比43%。", 0.43, "fraction", "share"),
        ("They run 24,000 GPUs.", 24e3, "chip", "count"),
        ("资本开支增加了20亿元。", 2e9, "CNY", "change"),
    ],
)
def test_a_quantity_is_of_a_kind(text, value, unit, sort):
    (c,) = claims(text)
    assert (c.value, c.unit, c.quantity) == (pytest.approx(value), unit, sort)


def test_a_share_beside_a_margin_is_a_share():
    share, margin = claims("算力租赁收入占比43%，毛利率为38.2%。")
    assert (share.quantity, margin.metric) == ("share", "gross margin")


def test_a_change_is_never_named_as_the_level():
    by, to = claims("Vela capex rose by $2bn to $12bn in 2025.")
    assert (by.value, by.metric, by.quantity) == (2e9, "capital expenditure change", "change")
    assert (to.value, to.metric, to.quantity) == (12e9, "capital expenditure", "level")


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("Vela borrowed $1.5 billion, not $15 billion.", 15e9, 1.5e9),
        ("The campus draws not 300 MW but 30 MW.", 3e8, 3e7),
        ("Vela ordered 12,000 chips rather than 120,000.", 120e3, 12e3),
        ("It gave the load as 1.8 GW; the correct figure is 180 MW.", 1.8e9, 1.8e8),
        ("The load was wrongly given as 90 MW; Vela will build 9 MW.", 9e7, 9e6),
        ("Capex was misstated as $40 billion and should have been $4 billion.", 4e10, 4e9),
        (
            "An earlier version of this story said it would cost $6 billion. It will cost "
            "$600 million.",
            6e9,
            6e8,
        ),
        ("The paper gave the load as 2.4 GW. The correct figure is 240 MW.", 2.4e9, 2.4e8),
        ("It's not $5 billion. It's $500 million.", 5e9, 5e8),
        ("公告更正：投资额为5亿元，而非50亿元。", 5e9, 5e8),
        ("资本开支并非200亿元，而是20亿元。", 2e10, 2e9),
        ("原公告中采购数量“450张卡”系笔误，应为45张卡。", 450, 45),
    ],
)
def test_a_correction_retires_one_figure_and_names_the_other(text, wrong, right):
    bad, good = (
        next(c for c in claims(text) if c.value == pytest.approx(v)) for v in (wrong, right)
    )
    assert (bad.negated, bad.replaced_by) == (True, good.id)
    assert (good.negated, good.status) == (False, "current")


@pytest.mark.parametrize(
    "text",
    [
        "Vela did not say it would spend $40 billion in 2026.",
        "Vela denied a report that it would spend $70 billion in 2027.",
        "We have never said three gigawatts.",
        "Is the three-gigawatt figure right? No.",
        "There was a report that Vela bought 80,000 GPUs. That report is wrong.",
        "A report of a $9 billion deal is untrue.",
        "The request for 600 MW was withdrawn in January.",
        "公司否认将投资300亿元。",
        "传闻称其将投资300亿元，公司予以否认。",
        "有报道称南山云将投资300亿元。上述报道不属实。",
    ],
)
def test_what_is_denied_asked_or_withdrawn_does_not_hold(text):
    assert claims(text)
    assert live(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("We have not drawn on the $30 billion revolver.", 30e9),
        ("Capex was $6 billion, of which $2 billion had not been paid.", 2e9),
        ("Vela did not disclose how it will spend the $5 billion.", 5e9),
        ("Vela spent $5 billion, and it did not raise debt.", 5e9),
        ("Would you spend $50 billion? Yes.", 50e9),
        ("There are $3 billion of orders that may be cancelled.", 3e9),
    ],
)
def test_a_denial_of_something_else_leaves_a_figure(text, value):
    assert (value, "USD") in live(text)


def test_the_figure_before_is_earlier():
    now, then = claims("Backlog was €4.2 billion in June 2025 (previously reported: €4.9 billion).")
    assert (now.value, now.status) == (4.2e9, "current")
    assert (then.value, then.status, then.unit) == (4.9e9, "earlier", "EUR")


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("The costs for 2025, 2024 and 2023 were $16 million, $18 million and $40 million, "
         "respectively.", {"2025": 16e6, "2024": 18e6, "2023": 40e6}),
        ("南山云2023年至2025年三年间资本支出分别为11亿元、8亿元和12亿元。",
         {"2023": 11e8, "2024": 8e8, "2025": 12e8}),
    ],
)  # fmt: skip
def test_respective_values_have_a_period_each(text, periods):
    assert {c.period: c.value for c in claims(text)} == periods


def test_respective_values_have_a_name_and_a_metric_each():
    found = claims("阿里、腾讯2025年资本开支分别为1200亿元、900亿元。")
    assert [(c.subject, c.value) for c in found] == [("Alibaba", 1.2e11), ("Tencent", 9e10)]
    found = claims("Revenue and net profit were $12 billion and $3 billion, respectively.")
    assert [(c.metric, c.value) for c in found] == [("revenue", 12e9), ("net profit", 3e9)]


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("We guide to 115 to 135 billion dollars of capex.", 115e9, 135e9, "USD"),
        ("Vela expects between 20 and 25 billion euros.", 20e9, 25e9, "EUR"),
        ("2026年资本开支为60至70亿元。", 6e9, 7e9, "CNY"),
        ("The racks cost 27,80 € each.", 27.8, 27.8, "EUR/rack"),
        ("They paid 12 500 dollars for it.", 12500, 12500, "USD"),
        ("They will invest ₹45 lakh crore.", 45e12, 45e12, "INR"),
        ("They spent ₩3.2 trillion.", 3.2e12, 3.2e12, "KRW"),
        ("採購三十萬張加速卡。", 3e5, 3e5, "chip"),
        ("预算约為港幣50億元。", 5e9, 5e9, "HKD"),
        ("每天处理1.2万亿词元。", 1.2e12, 1.2e12, "token/day"),
        ("2025年6月日均令牌消耗量达到30万亿。", 3e13, 3e13, "token/day"),
        ("The initial term is sixty (60) months.", 60, 60, "month"),
        ("We trained on 16,000 H100-80GB GPUs.", 16000, 16000, "chip"),
        ("Vela had 1.318 employees.", 1318, 1318, "employee"),
        ("A gigawatt costs US$38bn.", 38, 38, "USD/W"),
        ("We assume one megawatt costs $11 million.", 11, 11, "USD/W"),
        ("最高限价为每卡每月人民币4,100元。", None, 4100, "CNY/chip-month"),
        ("KRW 1,500 per share, KRW 1 trillion in total.", 1e12, 1e12, "KRW"),
        ("They shipped 910B cards and 300 H20 cards.", 300, 300, "chip"),
    ],
)
def test_numerals_of_other_conventions(text, low, high, unit):
    (c,) = claims(text)
    assert (c.value_low, c.value_high, c.unit) == (low, high, unit)


@pytest.mark.parametrize(
    "text",
    [
        "Form 10-K under Section 13 of the Act of 1934; the S&P 500 fell.",
        "Llama 3.1 405B is a model.",
        "Revenue was 91 and the Street is at 125.",
        "Shares of Vela closed at $41.20, up 3%.",
        "Amounts are stated in thousands of US dollars.",
    ],
)
def test_codes_and_bare_numbers_are_no_claims(text):
    assert claims(text) == ()


@pytest.mark.parametrize(
    ("text", "value", "unit", "metric"),
    [
        ("The initial term is ten (10) years.", 10, "year", "contract term"),
        ("It gave a guarantee for the first 12 years of operations.", 12, "year", "guarantee term"),
        ("Remaining terms are between three and seven years.", 5, "year", "contract term"),
        ("They rent the chips for six years.", 6, "year", "lease term"),
        ("They must deliver within 45 days of signing.", 45, "day", "lead time"),
        ("合同签订后90日内交付。", 90, "day", "lead time"),
        ("租期24个月。", 24, "month", "lease term"),
        ("服务期3年。", 3, "year", "service term"),
        ("**Initial term.** Thirty-six (36) months from the start.", 36, "month", "contract term"),
    ],
)
def test_a_duration_has_its_metric(text, value, unit, metric):
    (c,) = claims(text)
    assert (c.value, c.unit, c.metric) == (value, unit, metric)


def test_an_age_is_no_term():
    assert claims("Vela has operated for 15 years and its lease is 3 years old.") == ()


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("The $12 billion revolver is undrawn.", "revolver"),
        ("They hold $2 billion of treasury stock.", "treasury stock"),
        ("The clearance fund was $3 million.", "clearance fund"),
    ],
)
def test_an_unknown_metric_is_named_as_printed(text, metric):
    (c,) = claims(text)
    assert (c.metric, c.grounds.metric) == (metric, "")


def test_amounts_under_a_scale_are_multiplied_and_those_with_one_are_not():
    scope = Scope(scale=1e6, currency="USD")
    (c,) = under("Capital expenditures were $7,318 for the quarter.", scope)
    assert (c.value, c.unit, c.grounds.unit) == (7.318e9, "USD", "scope")
    (c,) = under("Capital expenditures were $7.3 billion for the quarter.", scope)
    assert (c.value, c.grounds.unit) == (7.3e9, "sentence")
    assert under("They pay a dividend of $0.52 per share.", scope) == []


def test_a_scale_word_without_a_currency_takes_the_documents():
    (growth, level) = under("Depreciation grew 38 percent, to 5.4 billion.", Scope(currency="EUR"))
    assert (growth.quantity, level.value, level.unit) == ("change", 5.4e9, "EUR")
    assert level.grounds.unit == "scope"


def test_the_decimal_comma_of_a_document_holds_for_all_its_numbers():
    (c,) = under("Power was 1.250 MW.", Scope(decimal=","))
    assert (c.value, c.unit) == (1.25e9, "W")
    (c,) = under("Power was 1.250 MW.", Scope(decimal="."))
    assert (c.value, c.unit) == (1.25e6, "W")


def test_each_field_says_what_it_stands_on():
    (c,) = claims("Alibaba spent $12 billion in 2025.")
    assert (c.grounds.subject, c.grounds.period, c.grounds.unit) == ("sentence",) * 3
    first, second = claims("Alibaba spent $12 billion in 2025. Revenue was $90 billion.")
    assert (second.period, second.grounds.period) == ("2025", "guess")
    assert (second.subject, second.grounds.subject) == ("Alibaba", "scope")
    assert first.grounds.metric == "sentence"


def test_prices_of_input_and_output_are_two_metrics():
    found = claims("Input is $3 per million tokens, cached input $0.30, output $15.")
    assert [(c.value, c.unit, c.metric) for c in found] == [
        (3.0, "USD/Mtok", "input token price"),
        (0.3, "USD/Mtok", "cached input token price"),
        (15.0, "USD/Mtok", "output token price"),
    ]


def test_a_list_of_milestones_gives_no_date_to_what_stands_before_it():
    found = claims("They want 720 MW as follows: 90 MW by June 2027; 240 MW by June 2028.")
    assert [(c.value, c.period) for c in found] == [
        (7.2e8, ""), (9e7, "2027-06"), (2.4e8, "2028-06"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "海桥数据关于公告的更正\n\n更正前：海桥数据采购服务器930台，合同金额为人民币27.9亿元。\n"
        "更正后：海桥数据采购服务器93台，合同金额为人民币2.79亿元。\n",
        "Harbour Compute, correction\n\nAs originally published: Harbour Compute bought 930 "
        "servers in an order of CNY 2.79 billion.\nCorrected: Harbour Compute bought 93 servers in "
        "an order of CNY 279 million.\n",
    ],
)
def test_each_figure_of_the_version_before_names_its_own_of_the_one_after(text: str) -> None:
    found = read_text(text, date="2026-04-22")
    by_id = {c.id: c for c in found.claims}
    wrong = {(c.value, c.unit): by_id[c.replaced_by].value for c in found.claims if c.negated}
    assert wrong == {(930, "server"): 93, (2.79e9, "CNY"): 2.79e8}
    assert not [c for c in found.contradictions if c.severity == "hard"]


def test_a_figure_that_a_later_sentence_denies_is_not_live() -> None:
    text = (
        "Orrin Compute, earnings call, 5 May 2026\n\nAnalyst: The papers have you at 90,000 GPUs.\n"
        "CEO: We have not ordered 90,000 GPUs. We ordered 12,000 GPUs in March, and hold 400 MW."
    )
    found = [(c.value, c.negated) for c in read_text(text).claims]
    assert found == [(90_000, True), (90_000, True), (12_000, False), (4e8, False)]
    other = "Orrin spent $5 billion in 2025, it said in 2026. It did not spend $5 billion in 2024."
    assert [(c.period, c.negated) for c in read_text(other).claims] == [
        ("2025", False), ("2024", True),
    ]  # fmt: skip
