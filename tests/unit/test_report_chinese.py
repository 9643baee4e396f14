"""The words in Chinese: complete, in 万 and 亿, and in lines that fit their columns."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import outlay.report
from outlay.core.errors import InputError, UnknownNameError
from outlay.report import memo
from outlay.report.html import render
from outlay.report.memo import memo_of
from outlay.report.screen import first_lines
from outlay.report.words.first import first_of
from outlay.report.words.language import LANGUAGES, words
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.answers import said
from outlay.report.words.plans.outside import contradiction
from outlay.report.words.wrapped import columns, padded, wrapped
from outlay.results.claims import Claims, Contradiction
from outlay.results.schema import from_json, to_text
from outlay.results.study import Thing
from support.plans import hand_made

DATA = Path(outlay.report.__file__).parent / "data"
EN, ZH = (
    tomllib.loads((DATA / f"words.{code}.toml").read_text(encoding="utf-8")) for code in LANGUAGES
)
SAY = words("zh")
OWN = {"word", "cell", "phrase", "contradiction", "boxed"}
"""Sections that English needs no words for: parts of ids, codes, what a reading says itself, units
behind numbers."""
TERMS = re.compile(
    r"Outlay|US GAAP|IFRS(?: 16)?|EBITDA|(?<![A-Z])(?:IT|AI)(?![A-Z])|H800|GPU|API|--[a-z-]+"
    r"|`[^`]*`|<[^>]*>"
    r"|\{\w*\}"
    r"|finance\.perimeter: firm|fleet\.\*\.book_value|outlay plan study\.yaml|study\.yaml"
    r"|(?:result|report)\.[a-z]+|outlay (?:check|plan)|out(?![a-z])|PNG|CSV"
    r"|outlay (?:doctor|cache clear|store token)|OUTLAY_CACHE|TMPDIR|PYTHONUTF8=1|UTF-8"
    r"|pip install '[^']*'"
    r"|Python|LibreOffice|Chromium|Parquet|XLSX|HTML|PDF|typst|vl-convert-python|ulimit -v \w+"
    r"|Noto Sans CJK|off"
)
"""What stays as it is in a Chinese sentence: standards, products, options, paths, marks."""
ENGLISH = {"cite.bibtex", "memo.fonts"}
"""For a program, and for a machine that has no Chinese letters."""
PLACE = re.compile(r"\{(\w*)\}")


def test_both_tables_have_the_same_keys_and_fill_in_the_same_things() -> None:
    assert set(ZH) - set(EN) == OWN
    for section, texts in EN.items():
        assert set(ZH[section]) == set(texts), section
        for key, text in texts.items():
            assert sorted(PLACE.findall(ZH[section][key])) == sorted(PLACE.findall(text)), key


def test_no_english_is_left_but_terms_of_the_field() -> None:
    for section, texts in ZH.items():
        if section in ("language", "word"):
            continue
        for key, text in texts.items():
            if f"{section}.{key}" in ENGLISH:
                continue
            left = re.findall(r"[A-Za-z]{2,}", TERMS.sub(" ", text))
            assert left == [], f"{section}.{key}: {text}"


def test_chinese_sentences_have_chinese_stops() -> None:
    for section, texts in EN.items():
        for key, text in texts.items():
            if text.endswith(".") and section != "language" and f"{section}.{key}" not in ENGLISH:
                assert ZH[section][key].endswith("。"), f"{section}.{key}"


MONEY = [
    (58.9e9, "CNY", "589亿元"),
    (1.23e12, "CNY", "1.23万亿元"),
    (99_996e8, "CNY", "10万亿元"),
    (5_020_000, "CNY", "502万元"),
    (9_800, "CNY", "9,800元"),
    (608_000, "USD", "60.8万美元"),
    (-12.0, "EUR", "-12欧元"),
    (0.0, "JPY", "0日元"),
]


@pytest.mark.parametrize(("value", "currency", "text"), MONEY)
def test_money_is_in_wan_and_yi(value: float, currency: str, text: str) -> None:
    assert SAY.money(value, currency) == text


def test_counts_and_volumes_are_in_wan_and_yi() -> None:
    assert [SAY.count(n) for n in (14, 99_999, 131_000, 2_360e6)] == [
        "14", "99,999", "13.1万", "23.6亿"
    ]  # fmt: skip
    assert [SAY.large(n) for n in (61.3e12, 7.09e8, 45_000, 900)] == [
        "61.3万亿", "7.09亿", "4.5万", "900"
    ]  # fmt: skip
    assert [words().large(n) for n in (61.3e12, 7.09e8)] == ["61.3 trillion", "709 million"]


def test_the_unit_of_a_study_is_chinese_too() -> None:
    assert SAY.scaled("CNY", most=39e9).scale.unit.word == "亿"
    assert SAY.scaled("USD", most=2.6e6).scale.unit.word == "万"
    assert SAY("first.about", as_of="2025", first="a", last="b", currency="CNY").endswith("元")


def test_a_plan_says_which_language_it_is_in_and_readers_follow_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memo, "_has_han", lambda: True)  # whatever fonts this machine has
    plan = said(hand_made(), SAY)
    assert said(hand_made()).headline.language == "en"
    again = from_json(to_text(plan), "plan")
    assert again.headline.language == "zh"  # type: ignore[attr-defined]
    assert words_of(plan)("page.questions") == "问题"
    assert memo_of(plan).headings[0] == "现在决定"
    page = render(plan, "text")
    assert '<html lang="zh">' in page
    assert plan.answers[1].question in page
    assert all(a.sentence.endswith("。") for a in plan.answers), [a.sentence for a in plan.answers]


def test_without_chinese_letters_the_memo_is_english_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memo, "_has_han", lambda: False)
    found = memo_of(said(hand_made(), SAY))
    assert found.language == "en"
    assert found.headings[0] == "Decide now"
    assert found.caveats[0].startswith("This machine has no font for Chinese")
    assert not memo.HAN.search(repr(replace(found, sources=(), caveats=())))
    monkeypatch.setattr(memo, "_has_han", lambda: True)
    assert memo_of(said(hand_made(), SAY)).language == "zh"


def test_another_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match="en, zh"):
        words("zhh")
    with pytest.raises(InputError, match=r"--language: .*allowed: en, zh"):
        outlay.plan("no matter", language="fr")


def test_names_made_of_ids_are_in_chinese_and_titles_stand() -> None:
    plan = hand_made()
    things = (
        Thing("h200-sxm", "chip", "H200 SXM 141GB"),
        Thing("ascend-910c", "chip", "Ascend 910C"),
        Thing("h200-import", "offer", "", "h200-sxm"),
        Thing("johor-h200", "offer", "", "h200-sxm"),
        Thing("mine", "offer", "My own deal", "h200-sxm"),
        Thing("licence.h200", "factor", ""),
        Thing("zhangjiakou-new", "site", ""),
        Thing("deep-think", "service", ""),
        Thing("our-bot", "service", ""),
    )
    say = words_of(replace(plan, things=things), SAY)
    assert [say.called(t.id) for t in things] == [
        "H200", "昇腾910C", "H200（进口）", "H200（柔佛）", "My own deal", "H200许可",
        "张家口新机房", "深度思考", "our-bot",
    ]  # fmt: skip
    assert say.state("licence.h200", "granted") == "H200许可：获批"


def test_a_contradiction_quotes_what_is_printed() -> None:
    found = Contradiction(
        ("a", "b"), "same thing, different values", 10.0, "a slip", "b", "In English.", "hard"
    )
    claim = hand_made().evidence.claims[0]
    first = replace(claim, id="a", subject="F", metric="capital expenditure",
                    quote="RMB 1.6 trillion", period="2026")  # fmt: skip
    second = replace(first, id="b", quote="RMB 160 billion")
    read = Claims((), (first, second), (found,), ())
    assert contradiction(found, read, words()) == "In English."
    assert contradiction(found, read, SAY) == (
        "F：资本开支（2026）“RMB 1.6 trillion”、资本开支（2026）“RMB 160 billion”"
        "（同一事项，数值不同，相差10倍）"
    )


def test_the_first_screen_fits_80_columns() -> None:
    plan = said(hand_made(), SAY)
    lines = [line for line, _ in first_lines(first_of(plan, words_of(plan)), words_of(plan))]
    assert len(lines) > 10
    assert max(map(columns, lines)) <= 80


@given(
    st.text("净成本，。（）元亿H200 x12%、：", max_size=120),
    st.integers(20, 60),
)
def test_wrapping_loses_nothing_and_keeps_to_its_columns(text: str, width: int) -> None:
    lines = wrapped(text, width, "  ", "    ")
    told = "".join("".join(lines).split())
    assert told == "".join(text.split())
    longest = max((columns(w) for w in re.findall(r"[^\s⺀-\uffff]+", text)), default=0)
    closing = max((columns(x) for x in re.findall(r"[（]*.?[，。、：）%]*", text)), default=0)
    for line in lines:
        assert columns(line) <= max(width, 4 + longest + closing)


def test_no_line_begins_with_a_stop_or_ends_with_a_bracket() -> None:
    lines = wrapped("采购五十亿元（只有获准进入的分支才付全款），签约期内租金六十亿元。", 13)
    assert all(line[0] not in "，。）" for line in lines)
    assert all(line[-1] != "（" for line in lines)
    assert wrapped("one two three", 8) == ["one two", "three"]
    assert padded("元", 4) == "元  "
    assert padded("元", 4, right=True) == "  元"
