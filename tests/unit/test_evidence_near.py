"""Figures that stand near each other: each slip is found, and its twin without one says nothing."""
# ruff: noqa: E501 - texts are kept in one piece

from __future__ import annotations

import re

import pytest

from outlay.evidence import read_text
from outlay.evidence.types import Contradiction, Reading

PAIRS = {
    "a headline and its story": (
        "Varley AI orders [6,400|64,000] chips from Corin Micro\n\nOSLO, 9 June 2026. Varley AI has "
        "ordered 6,400 chips from Corin Micro.",
        "same words, different values", (64_000, 6_400),
    ),
    "an order and its schedule": (
        "1. Elm Electric shall provide Quill Data with 385 MW of firm service.\n"
        "2. The agreement runs for twelve years.\n\n"
        "Schedule A, agreements of 2026: Quill Data, [385|358] MW of firm service.",
        "same words, different values", (385e6, 358e6),
    ),
    "a sentence and the row that it names": (
        "Our H200 now costs $2.95 per GPU-hour.\n\n| Instance | On demand (USD per GPU-hour) |\n"
        "|---|---|\n| H200 | [2.95|2.59] |\n| B200 | 4.40 |\n",
        "same words, different values", (2.95, 2.59),
    ),
    "a line of a summary": (
        "2. The lease term is 15 years from the first day.\n\nSummary\nLease term: [15|12] years",
        "same words, different values", (15, 12),
    ),
    "a figure of the year before, in words and in a table": (
        "Tessel Cloud, third quarter 2025 results\n\nRevenue was $355.1 million, up from $241.9 "
        "million in the third quarter of 2024.\n\n| US$ thousand | Q3 2025 | Q3 2024 |\n|---|---|---|\n"
        "| Revenue | 355,120 | [241,880|214,880] |\n",
        "same thing, different values", (241.9e6, 214.88e6),
    ),
    "a percentage and what it comes to": (
        "Varley AI paid a deposit of 30% of the order value of $236.8 million, or "
        "$[71.04|74.01] million.",
        "arithmetic: percentage of an amount", (0.3, 236.8e6, 74.01e6),
    ),
    "a percentage of round numbers": (
        "Varley AI paid a deposit of 10% of the price of $2,100 million, or $[210|201] million.",
        "arithmetic: percentage of an amount", (0.1, 2.1e9, 201e6),
    ),
    "a percentage of the sentence before": (
        "Brack Systems spent $640 million in 2025. Servers took 60% of it, or $[384|438] million.",
        "arithmetic: percentage of an amount", (0.6, 640e6, 438e6),
    ),
    "a step": (
        "Chil Data added 45 MW in 2025, which brings its capacity from 180 MW to [225|252] MW.",
        "arithmetic: step", (45e6, 180e6, 252e6),
    ),
    "a cut of a price": (
        "Lowther cut its price for output tokens by 50%, from $12.00 to $[6.00|8.00] per million "
        "tokens.",
        "arithmetic: step", (12, 8),
    ),
    "debt less cash": (
        "Lox Cloud had borrowings of $2.30 billion and cash of $0.45 billion, so net debt was "
        "$[1.85|1.58] billion.",
        "arithmetic: step", (2.3e9, 1.58e9),
    ),
    "lots and their total": (
        "Total value: [9 400 000|9 700 000] EUR\n\nLot 1: servers. Value: 6 100 000 EUR.\n"
        "Lot 2: storage. Value: 2 450 000 EUR.\nLot 3: support. Value: 850 000 EUR.",
        "arithmetic: sum of parts", (9.7e6, 6.1e6, 2.45e6),
    ),
    "the parts of a price": (
        "凱曜科技購買1,200台伺服器，代價為港幣9.6億元。代價分兩期支付：首期港幣2.88億元於簽署時支付；"
        "餘款港幣[6.72|6.27]億元於交付時支付。",
        "arithmetic: sum of parts", (9.6e8, 6.27e8),
    ),
    "halves and their year": (
        "Pine plc\n\nCapital expenditure in 2025 was £[640|460] million. Capital expenditure was £250 "
        "million in the first half of 2025 and £390 million in the second half of 2025.",
        "arithmetic: sum of periods", (460e6, 250e6, 390e6),
    ),
    "racks of chips": (
        "Kest AI will install [9,216|9,612] chips, delivered as 128 racks with 72 chips each.",
        "arithmetic: count × each", (9_612, 128, 72),
    ),
    "a bill": (
        "Fair Energy leases 60 MW to Corbel AI at $140 per kW-month, or $[100.8|108.8] million a year.",
        "arithmetic: count × each", (60e6, 108.8e6),
    ),
    "a price a chip, behind what all of them cost": (
        "Sage AI ordered 5,200 chips from Corin for $[192.4|129.4] million, or $37,000 per chip.",
        "arithmetic: price × count", (5_200, 129.4e6),
    ),
    "a bid above the ceiling": (
        "本项目最高限价为3,200万元。中标人为华岳数据，中标金额为[3,050|3,500]万元。",
        "above its limit", (32e6, 35e6),
    ),
    "of which, up to the others": (
        "Harrow plc\n\n| US$ million | 2025 | 2024 |\n|---|---|---|\n| Revenue | [864|846] | 640 |\n"
        "| of which: cloud | 520 | 360 |\n| Hosting | 250 | 200 |\n| Other | 94 | 80 |\n",
        "arithmetic: sum of rows", (846e6, 520e6),
    ),
    "names in two scripts": (
        "Qinghe Technology (青禾科技) had revenue of RMB 4.2 billion in 2025.\n\n"
        "青禾科技2025年营业收入为[42|4.2]亿元。",
        "same thing, different values", (4.2e9, 4.2e8),
    ),
}  # fmt: skip


def hard(reading: Reading) -> list[Contradiction]:
    return [c for c in reading.contradictions if c.severity == "hard"]


@pytest.mark.parametrize("kind", PAIRS)
def test_a_slip_is_found_and_its_twin_says_nothing(kind: str) -> None:
    text, relation, values = PAIRS[kind]
    right = read_text(re.sub(r"\[(.+?)\|.+?\]", r"\1", text), date="2026-06-09")
    assert [c.text for c in hard(right)] == []
    wrong = read_text(re.sub(r"\[.+?\|(.+?)\]", r"\1", text), date="2026-06-09")
    (told,) = hard(wrong)
    assert told.relation == relation
    said = [wrong.claim(i).value for i in told.claims]
    assert all(any(v == pytest.approx(s) for s in said) for v in values), said
    assert told.keep in told.claims


@pytest.mark.parametrize(
    "text",
    [
        "Varley AI has 6,400 chips. It plans to have 64,000 chips in 2028.",
        "The first phase has 30 MW. The campus will have 300 MW when all phases are built.",
        "Kanto pays EUR 521 million for land. Its rival Tosa pays EUR 251 million for servers.",
        "The initial term is five years. The renewal term is three years.",
        "Lease term: 15 years\n\nThe second lease\n\nLease term: 12 years",
        "Tamsin spent $640 million. Revenue grew 60%, and it has $438 million of cash.",
    ],
)
def test_what_only_looks_like_a_slip_is_none(text: str) -> None:
    assert [c.text for c in hard(read_text(text, date="2026-06-09"))] == []


DENIED = [
    ("The site will have 140 MW. An earlier version of this article said it would have 410 MW.", 410e6),
    ("Contrary to press reports of 50,000 GPUs, Varley AI ordered 15,000 GPUs.", 50_000),
    ("We wrote that Varley AI leases 250 MW; it leases 25 MW.", 250e6),
    ("The report has been retracted. It had put the cost at $85 million.", 85e6),
    ("The tender originally asked for 800 servers. It was amended and now asks for 500 servers.", 800),
    ("A document online says Varley AI will build 2 GW. The document is a forgery.", 2e9),
    ("The planned 500 MW campus will not be built. Varley AI will build 90 MW instead.", 500e6),
    ("Asked whether it would raise $3 billion, Varley AI said it would not.", 3e9),
    ("Varley AI said that reports it had secured 1.5 GW were premature.", 1.5e9),
    ("Varley AI no longer expects capital expenditure of $900 million in 2026.", 900e6),
    ("Varley AI has cancelled its order for 20,000 chips.", 20_000),
    ("並非媒體所稱的4萬張，公司實際訂購1.4萬張加速卡。", 40_000),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), DENIED)
def test_what_was_told_in_error_is_not_live(text: str, value: float) -> None:
    claims = read_text(text, date="2026-06-09").claims
    (one,) = [c for c in claims if c.value == pytest.approx(value)]
    assert one.negated or one.status == "earlier"
    others = [c for c in claims if c is not one]
    assert all(not c.negated and c.status == "current" for c in others)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The price of $421 million is made up as follows: land and servers.", 421e6),
        ("Varley AI does not expect to spend less than $500 million.", 500e6),
        ("Varley AI has not used all of the 40 MW that it leases.", 40e6),
    ],
)
def test_what_only_looks_like_a_denial_is_live(text: str, value: float) -> None:
    (one,) = read_text(text, date="2026-06-09").claims
    assert one.value == pytest.approx(value)
    assert not one.negated


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("Vantor Systems sold 20,000 chips to Marlin Data. The buyer paid $700 million.",
         {700e6: "Marlin Data"}),
        ("Marlin Data's subsidiary Kestor Hosting had revenue of $120 million.",
         {120e6: "Kestor Hosting"}),
        ("Tenants of the campus are Pella Cloud with 60 MW and Orso Compute with 30 MW.",
         {60e6: "Pella Cloud", 30e6: "Orso Compute"}),
        ("Marlin Data, Orso Compute and Pella Cloud reported capital expenditure of $1.2 billion, "
         "$0.9 billion and $2.4 billion.",
         {1.2e9: "Marlin Data", 0.9e9: "Orso Compute", 2.4e9: "Pella Cloud"}),
        ("# Pella Cloud\n\nRevenue in 2025 was $640 million.\n\n# Orso Compute\n\nRevenue in 2025 was "
         "$500 million.", {640e6: "Pella Cloud", 500e6: "Orso Compute"}),
        ("To: Pell Logistics\n\n1. The rule takes effect on 16 March 2026. It allows no more than "
         "100,000 chips for each country.", {100_000: ""}),
        ("Pricing | Lodestar\n\nCached input tokens are 75% cheaper.", {0.75: "Lodestar"}),
    ],
)  # fmt: skip
def test_a_number_is_of_its_side_of_a_deal_a_list_or_a_section(
    text: str, of: dict[float, str]
) -> None:
    claims = read_text(text, date="2026-06-09").claims
    for value, who in of.items():
        assert [c.subject for c in claims if c.value == pytest.approx(value)] == [who]
