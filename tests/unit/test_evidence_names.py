"""Traditional characters, names in a list, and whom a number is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
