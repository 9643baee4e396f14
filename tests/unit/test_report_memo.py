"""The memo is one page, rebuilds byte for byte, and shows text as text."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from outlay.report import memo as module
from outlay.report.memo import Memo, memo_of, memo_pdf, page_count
from outlay.report.theme import Spec
from outlay.report.words.first import Ordered, Wait, first_of
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.answers import said
from outlay.results.plans.answers import Tile
from support.plans import hand_made

BAR: Spec = {
    "data": {"values": [{"a": "2026", "b": 3.9}]}, "mark": "bar",
    "encoding": {"x": {"field": "a", "type": "nominal"}, "y": {"field": "b"}},
}  # fmt: skip
MEMO = Memo(
    title="A plan",
    subtitle="study of 2025-12-31",
    orders=(Ordered("H200 (import)", "20,000", "¥5bn", "2026-Q2", "firm", "firm"),),
    signed=("Signed for: ¥5bn of purchases.",),
    wait=(Wait("licence", "2026-Q2", ("if refused: Ascend 910C (+27,042)",)),),
    figures=(Tile("Net cost", "¥3.9bn", "¥3.1bn to ¥4.4bn by branch", "discounted"),) * 3,
    pictures=(("Money by year", "bars", BAR), ("What is served", "", BAR)),
    changes=("If refused by 2026-Q2, order domestic chips.",),
    care="Read with care: 12 inputs are assumptions.",
    caveats=("The statements are the plan's alone.",),
    sources=("Financial Times, 2025-12-23, reported",),
    footer="run abc",
)


def text_of(pdf: bytes, folder: Path) -> str:
    """What a reader finds on the page, line by line as it stands there."""
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler (pdftotext) is not installed")
    (folder / "memo.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", str(folder / "memo.pdf"), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_equal_memos_give_equal_bytes() -> None:
    first, second = memo_pdf(MEMO), memo_pdf(MEMO)
    assert first == second
    assert first.startswith(b"%PDF-")
    assert page_count(first) == 1
    assert memo_pdf(replace(MEMO, signed=("Wait.",))) != first


def test_the_file_carries_no_clock() -> None:
    dates = re.findall(rb"D:(\d{4})", memo_pdf(MEMO))
    assert all(year in (b"1970",) for year in dates)


@pytest.mark.parametrize("many", [10, 100, 1000])
def test_too_much_text_is_cut_and_says_so(many: int, tmp_path: Path) -> None:
    memo = replace(
        MEMO,
        changes=tuple(f"trigger {i} " + "word " * 30 for i in range(many)),
        sources=tuple(f"source {i} " + "long title " * 20 for i in range(many)),
        more="and {n} more in the report",
    )
    pdf = memo_pdf(memo)
    assert page_count(pdf) == 1
    left_out = re.findall(r"and (\d+) more in the report", text_of(pdf, tmp_path))
    assert left_out
    assert max(map(int, left_out)) > many - 10


def test_two_pages_are_counted_as_two() -> None:
    import typst

    source = b"a #pagebreak() b"
    assert page_count(typst.compile(source, format="pdf")) == 2


@pytest.mark.parametrize(
    "text", ['#panic("no")', "$x", "*a", "`code", "<label>", "@ref", "//", "\\", '"', "字节跳动 ¥"]
)
def test_text_is_never_markup(text: str) -> None:
    memo = Memo(
        text, text, text, (Ordered(text, text, text, text, text, text),), (text,),
        (Wait(text, text, (text,)),), (Tile(text, text, text, text),), (text,),
        ((text, text, BAR),), (text,), text, (text,), (text,), text,
    )  # fmt: skip
    assert page_count(memo_pdf(memo)) == 1


def test_no_word_is_cut(tmp_path: Path) -> None:
    """A title of many words ends with one of them."""
    memo = replace(MEMO, title="programme " * 60, changes=("understanding " * 60,))
    shown = set(re.findall(r"(?:prog|under)\w*…?", text_of(memo_pdf(memo), tmp_path)))
    assert shown == {"programme", "programme…", "understanding", "understanding…"}


def test_chinese_without_a_font_for_it_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    memo = replace(MEMO, title="字节跳动", fonts="no font for Chinese")
    for has, says in ((True, False), (False, True)):
        monkeypatch.setattr(module, "_has_han", lambda has=has: has)
        assert ("no font for Chinese" in text_of(memo_pdf(memo), tmp_path)) is says
    assert "no font" not in text_of(memo_pdf(replace(memo, title="plain")), tmp_path)


def test_a_memo_of_a_plan(tmp_path: Path) -> None:
    plan = said(hand_made())
    memo, first = memo_of(plan), first_of(plan, words_of(plan))
    assert memo.title == "A plan made by hand"
    assert (memo.orders, memo.wait) == (first.decide, first.wait)
    assert memo.changes == (*first.binds, *first.changes)
    assert memo.sources == ("prices seen, 2025-12-23, reported",)
    assert "2 contradictions" in memo.care
    assert memo.footer == "run 4444444444444444"
    pdf = memo_pdf(memo)
    assert page_count(pdf) == 1
    shown = " ".join(text_of(pdf, tmp_path).split())
    for o in first.decide:
        assert o.amount in shown
        assert o.money in shown


def test_three_numbers_stand_beside_their_ranges() -> None:
    """Worked out here from the facts: cash net of what is left, capital expenditure, tokens."""
    plan = said(hand_made())
    say = words_of(plan)
    cost, capex, served = memo_of(plan).figures
    bill = plan.lines.bill
    assert cost.text == say.money(bill.paid - bill.left)
    assert say.money(min(b.cash for b in plan.branches)) in cost.range
    assert say.money(max(b.cash for b in plan.branches)) in cost.range
    year, classes = next(iter(plan.capex_by_year.items()))
    assert capex.text == say.money(sum(classes.values()))
    (limit,) = (b.amount for b in plan.budgets if b.kind == "capex" and b.year == year)
    assert say.money(limit) in capex.range
    share = sum(r.served for r in plan.served) / sum(r.demand for r in plan.served)
    assert served.text == f"{100 * share:.2g} %"


def test_two_pictures_are_shown_that_the_plan_has() -> None:
    plan = said(hand_made())
    assert len(memo_of(plan).pictures) == 2
    assert len(memo_of(replace(plan, served=())).pictures) == 2
    bare = replace(plan, served=(), capex_by_year={}, orders=(), fleet=(), power=())
    assert len(memo_of(bare).pictures) < 2
    assert page_count(memo_pdf(memo_of(bare))) == 1


def test_sources_on_which_most_numbers_rest_come_first() -> None:
    plan = said(hand_made())
    fact, source = plan.facts[0], plan.sources[0]
    idle, used = (replace(source, id=k, text=k) for k in ("idle", "used"))
    memo = memo_of(replace(plan, sources=(idle, used), facts=(replace(fact, source="used"),)))
    assert [s.partition(",")[0] for s in memo.sources] == ["used", "idle"]


def test_an_invalid_run_prints_no_decision() -> None:
    plan = said(hand_made())
    broken = (replace(plan.invariants[0], status="broken"), *plan.invariants[1:])
    memo = memo_of(replace(plan, verdict="INVALID", invariants=broken))
    assert memo.decision == "This run broke one of its own identities: it states no decision."
    assert memo.orders == memo.figures == memo.pictures == memo.changes == memo.signed == ()
    assert memo.caveats[0] == "Broken: fleet: stock rolls forward"
    assert page_count(memo_pdf(memo)) == 1


def test_a_plan_without_words_still_makes_a_page() -> None:
    bare = replace(hand_made(), contradictions=(), assumptions=(), sources=())
    assert page_count(memo_pdf(memo_of(bare))) == 1
