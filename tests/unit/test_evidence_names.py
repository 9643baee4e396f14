"""Traditional characters, names in a list, and whom a number is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.evidence import read_text
from outlay.evidence.names.mentions import find_mentions
from outlay.evidence.text.clean import clean
from outlay.evidence.text.simplified import simplified


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("董事會宣佈，預算約為港幣30億元", "董事会宣布，预算约为港币30亿元"),
        ("租用伺服器與晶片，淨利潤增長", "租用服务器与芯片，净利润增长"),
        ("已是简体：2026年资本开支", "已是简体：2026年资本开支"),
        ("plain English, $3bn", "plain English, $3bn"),
    ],
)
def test_traditional_characters_are_read_as_simplified_ones(text, read_as):
    assert simplified(text) == read_as


@given(st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=60))
def test_no_offset_moves_and_twice_is_once(text):
    once = simplified(text)
    assert len(once) == len(text)
    assert simplified(once) == once


def names(text):
    return [(m.kind, m.name) for m in find_mentions(clean(text), text).all]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Brightwater Power Ltd. and Vale Orr Credit announced a deal.",
         [("org", "Brightwater Power"), ("org", "Vale Orr Credit")]),
        ("Vale Orr Credit said so. Vale Orr will pay half of it.",
         [("org", "Vale Orr Credit"), ("org", "Vale Orr Credit")]),
        ("The Bridge Note was sold. A bridge note is short.", []),
        ("Jane Holm, chief executive, said so. Holm expects more.", []),
        ("OSLO, March 3, 2026 - Nothing else.", []),
        ("An application of Piney Valley Electric for approval of large-load service.",
         [("org", "Piney Valley Electric")]),
        ("Power at the Northmoor campus rose.", [("site", "Northmoor")]),
        ("A 90MW site was sold; the site is large.", []),
        ("A battery plant in Lindholm will cost more.", [("site", "Lindholm")]),
        ("河西智算中心一期已投运。", [("site", "河西智算中心")]),
        ("公司在河西的数据中心已投运。", []),
    ],
)  # fmt: skip
def test_only_what_acts_or_owns_is_a_name(text, found):
    assert names(text) == found


def test_a_notice_without_a_buyer_is_about_its_project_and_lots():
    text = "临江智算中心三期建设项目公开招标公告\n包3预算900万元。"
    assert names(text) == [
        ("project", "临江智算中心三期建设项目"), ("lot", "临江智算中心三期建设项目包3"),
    ]  # fmt: skip
    named = f"{text}\n采购人：临江市医院。"
    assert ("buyer", "临江市医院") in names(named)
    assert not {"project", "lot"} & {kind for kind, _ in names(named)}


def subjects(text, date="2026-03-01"):
    return [c.subject for c in read_text(text, date=date).claims]


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("Funds run by Vale Orr will own 70% of the venture and Halden Compute will keep 30%.",
         ["Vale Orr", "Halden Compute"]),
        ("Halden Compute said it will spend $3 billion in 2027.", ["Halden Compute"]),
        ("Halden Compute builds much. Power of the Northmoor campus is 140 MW.", ["Northmoor"]),
        ("Halden Compute opened the Northmoor campus. The campus will reach 300 MW.",
         ["Northmoor"]),
        ("Halden Compute pays. A request for 600 MW at the Eastgate site was withdrawn.",
         ["Eastgate"]),
        ("Piney Valley Electric serves Halden Compute. Halden Compute asks for 80 MW. "
         "The queue of large loads stands at 12 GW.", ["Halden Compute", "Piney Valley Electric"]),
        ("The Bureau published a rule. Shipments to Freedonia may not exceed 40% of sales.",
         ["Freedonia"]),
        ("Tier 4 countries were limited to 9,000 GPUs each, and a trusted buyer to 70,000 GPUs.",
         ["Tier 4 countries", "trusted buyer"]),
        ("India had 2 GW of data centers in 2025. Halden Compute has 30 MW.",
         ["India", "Halden Compute"]),
        ("中国的日均令牌消耗量2025年6月达到20万亿。", ["中国"]),
        ("2026年4月2日，临江云表示，累计投入不会超过70亿元。有报告将临江云2026年资本开支写作20亿元。",
         ["临江云", "临江云"]),
        ("In 2025 Halden revenue was $9 billion.", ["Halden"]),
        ("两名知情人士表示，投入为30亿元。", [""]),
        ("Advertising revenue was $9 billion.", [""]),
        ("Pelican Compute raised $750 million. Harrow Capital invested $500 million. "
         "The company's losses were $120 million.",
         ["Pelican Compute", "Harrow Capital", "Pelican Compute"]),
        ('Orr Freight buys Halden Build. "We have 1.1 GW under construction," said Per Lund, '
         "Halden Build's chief executive.", ["Halden Build"]),
        ("Bellow Research expects the market to grow 30% next year.", [""]),
        ("Vacancy in northern Virginia is below 1%.", ["Virginia"]),
        ("集團與晨光智能簽訂協議，晨光智能將租用8,000顆加速卡。", ["晨光智能"]),
        ("Penalties reach $90,000 per violation.", [""]),
        ("Prices rose. Revenue was $3 billion.", [""]),
    ],
)  # fmt: skip
def test_a_number_is_of_whom_its_clause_names(text, whose):
    assert subjects(text) == whose


WORDS = [
    "The",
    "Orr",
    "Halden",
    "Compute",
    "Power",
    "plc",
    "Ltd.",
    ",",
    ".",
    ":",
    "and",
    "of",
    "in",
    "at",
    "campus",
    "site",
    "will",
    "said",
    "had",
    "was",
    "capped",
    "Tier",
    "4",
    "may",
    "not",
    "exceed",
    "Shipments",
    "to",
    "$3",
    "40",
    "MW",
    "venture",
    "company",
    "its",
    "we",
    "包2",
    "项目",
    "智算中心",
    "公司",
    "表示",
    "将",
    "，。：云",
    "集团",
    "有限公司",
    "中国",
    "的",
    "采购",
    "30亿元",
]


@given(st.lists(st.sampled_from(WORDS), max_size=16))
def test_names_stand_in_the_text_and_apart_from_one_another(pieces):
    text = " ".join(pieces)
    cleaned = clean(text)
    for m in find_mentions(cleaned, text).all:
        assert 0 <= m.start <= m.end <= len(text)
        assert m.name
        assert m.name.split(" ")[0].lower() in text.lower() or m.kind == "lot"
