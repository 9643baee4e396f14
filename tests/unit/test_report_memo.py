"""The memo is one page, rebuilds byte for byte, and shows text as text."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from outlay.report.memo import Memo, memo_of, memo_pdf, page_count
from outlay.report.words.plans.answers import said
from outlay.results.plans.answers import Tile
from support.plans import hand_made

MEMO = Memo(
    title="A plan",
    subtitle="study of 2025-12-31",
    decision="Order 20,000 chips now.",
    figures=(Tile("Order now", "CN¥3.9 bn", "3.1 to 4.4", "sum of orders"),) * 3,
    changes=("If refused by 2026-Q2, order domestic chips.",),
    caveats=("12 inputs are assumptions.",),
    sources=("Financial Times, 2025-12-23, reported",),
    footer="run abc",
)


def test_equal_memos_give_equal_bytes() -> None:
    first, second = memo_pdf(MEMO), memo_pdf(MEMO)
    assert first == second
    assert first.startswith(b"%PDF-")
    assert page_count(first) == 1
    assert memo_pdf(replace(MEMO, decision="Wait.")) != first


def test_the_file_carries_no_clock() -> None:
    dates = re.findall(rb"D:(\d{4})", memo_pdf(MEMO))
    assert all(year in (b"1970",) for year in dates)


@pytest.mark.parametrize("many", [10, 100, 1000])
def test_too_much_text_is_cut_and_says_so(many: int) -> None:
    memo = replace(
        MEMO,
        changes=tuple(f"trigger {i} " + "word " * 30 for i in range(many)),
        sources=tuple(f"source {i} " + "long title " * 20 for i in range(many)),
    )
    assert page_count(memo_pdf(memo)) == 1


def test_two_pages_are_counted_as_two() -> None:
    import typst

    source = b"a #pagebreak() b"
    assert page_count(typst.compile(source, format="pdf")) == 2


@pytest.mark.parametrize(
    "text", ['#panic("no")', "$x", "*a", "`code", "<label>", "@ref", "//", "\\", '"', "字节跳动 ¥"]
)
def test_text_is_never_markup(text: str) -> None:
    memo = Memo(text, text, text, (Tile(text, text, text, text),), (text,), (text,), (text,), text)
    assert page_count(memo_pdf(memo)) == 1


def test_a_memo_of_a_plan() -> None:
    plan = said(hand_made())
    memo = memo_of(plan)
    assert memo.title == "A plan made by hand"
    assert memo.subtitle == "study of 2025-12-31, amounts in USD, status optimal"
    assert memo.decision == plan.headline.sentence
    assert [f.name for f in memo.figures] == ["Order now", "Capital expenditure 2026",
                                              "Net present value"]  # fmt: skip
    decision = next(a for a in plan.answers if a.id == "decision")
    assert memo.changes == (*decision.notes, plan.answers[-1].sentence)
    assert memo.sources == ("prices seen, 2025-12-23, reported",)
    assert "2 times" in memo.caveats[0]
    assert memo.footer == "run 4444444444444444"
    assert page_count(memo_pdf(memo)) == 1


def test_an_invalid_run_prints_no_headline() -> None:
    plan = said(hand_made())
    broken = (replace(plan.invariants[0], status="broken"), *plan.invariants[1:])
    memo = memo_of(replace(plan, verdict="INVALID", invariants=broken))
    assert "Order" not in memo.decision
    assert memo.figures == ()
    assert memo.changes == ()
    assert memo.caveats[0] == "Broken: fleet: stock rolls forward"


def test_a_plan_without_words_still_makes_a_page() -> None:
    bare = replace(hand_made(), contradictions=(), assumptions=(), sources=())
    assert page_count(memo_pdf(memo_of(bare))) == 1
