"""The memo is one page, rebuilds byte for byte, and shows text as text."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from outlay.core.errors import InputError
from outlay.report.memo import Figure, Memo, memo_from_document, memo_pdf, page_count

MEMO = Memo(
    title="A plan",
    subtitle="study of 2025-12-31",
    decision="Order 20,000 chips now.",
    figures=(Figure("Order now", "CN¥3.9 bn", "3.1 to 4.4", "sum of orders"),) * 3,
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
    memo = Memo(
        text, text, text, (Figure(text, text, text, text),), (text,), (text,), (text,), text
    )
    assert page_count(memo_pdf(memo)) == 1


DOCUMENT = {
    "kind": "plan",
    "title": "ByteDance 2026",
    "as_of": "2025-12-31",
    "currency": "CNY",
    "status": "optimal",
    "verdict": "VALID",
    "headline": {
        "sentence": "Order H20 now.",
        "tiles": [{"name": f"n{i}", "text": f"{i}", "range": "", "how": ""} for i in range(5)],
    },
    "answers": [
        {"id": "decision", "sentence": "Order H20 now.", "notes": ["If granted, order H200."]},
        {"id": "sure", "sentence": "Nine in ten worlds cost 80 to 120 bn."},
    ],
    "contradictions": [{}, {}],
    "assumptions": [{}],
    "invariants": [],
    "sources": [{"id": "ft", "text": "Financial Times", "date": "2025-12-23", "grade": "reported"}],
    "record": {"result_hash": "0123456789abcdef0123"},
}


def test_a_memo_from_a_result_document() -> None:
    memo = memo_from_document(DOCUMENT)
    assert memo.decision == "Order H20 now."
    assert [f.name for f in memo.figures] == ["n0", "n1", "n2"]
    assert memo.changes == ("If granted, order H200.", "Nine in ten worlds cost 80 to 120 bn.")
    assert memo.sources == ("Financial Times, 2025-12-23, reported",)
    assert "2 times" in memo.caveats[0]
    assert memo.footer == "run 0123456789abcdef"
    assert page_count(memo_pdf(memo)) == 1


def test_an_invalid_run_prints_no_headline() -> None:
    broken = {"name": "fleet", "statement": "stock rolls forward", "status": "broken"}
    memo = memo_from_document({**DOCUMENT, "verdict": "INVALID", "invariants": [broken]})
    assert "Order" not in memo.decision
    assert memo.figures == ()
    assert memo.changes == ()
    assert memo.caveats[0] == "Broken: fleet: stock rolls forward"


def test_a_document_of_another_kind_is_refused() -> None:
    with pytest.raises(InputError, match="a memo is made of a plan"):
        memo_from_document({"kind": "claims"})


def test_an_empty_document_still_makes_a_page() -> None:
    assert page_count(memo_pdf(memo_from_document({}))) == 1
