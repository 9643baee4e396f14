"""What the page lays out: bars of the first screen, tables cut at their fold, how to cite."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from outlay.report.html import first_screen, render
from outlay.report.page.cite import citation
from outlay.report.page.laid import MOST_ROWS, laid, quoted
from outlay.report.page.opening import opening
from outlay.report.sections import sections
from outlay.report.tables.table import Column, Table
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.answers import said
from support.plans import hand_made

PLAN = said(hand_made())
SAY = words_of(PLAN)


def table_of_rows(n: int, *, how: bool = False) -> Table:
    rows = tuple((f"row {k}", 10.0 * k) for k in range(n))
    hows = tuple(("", f"ten times {k}") for k in range(n))
    return Table(
        "Rows", (Column("name", number=False), Column("amount")), rows, hows if how else ()
    )


# The first screen.


def test_bars_of_money_are_parts_of_the_largest_amount() -> None:
    """$64m of which $40m are decided here, $120m authorised: 32, 19.2 and 96 per cent."""
    perimeter = tuple(
        replace(r, decided=40e6) if (r.year, r.kind) == ("2026", "capex") else r
        for r in PLAN.lines.perimeter
    )
    year, later = opening(replace(PLAN, lines=replace(PLAN.lines, perimeter=perimeter)), SAY).years
    assert PLAN.capex("2026") == pytest.approx(64e6)
    assert PLAN.authorised("2026") == pytest.approx(120e6)
    assert (year.decided, year.outside, year.mark) == pytest.approx((32.0, 19.2, 96.0))
    assert later.mark is None
    assert later.decided + later.outside == pytest.approx(96 * 8 / 120)


def test_bars_of_service_say_what_is_expected_and_where_least() -> None:
    shares = {s.of.service: (s.expected, s.least) for s in opening(PLAN, SAY).shares}
    chat = next(r for r in PLAN.lines.served if r.service == "chat")
    assert (chat.expected, chat.least) == pytest.approx((0.86, 0.81))
    assert shares["chat"] == pytest.approx((86.0, 81.0))
    assert shares["training"] == (pytest.approx(100.0), None)


def test_a_key_names_only_what_is_drawn() -> None:
    assert opening(PLAN, SAY).limits
    alone = opening(replace(PLAN, budgets=()), SAY)
    assert not alone.limits
    assert "authorised</p>" not in render(replace(PLAN, budgets=()), "", draw=str)


def test_a_plan_without_money_has_bars_of_no_length() -> None:
    bare = opening(replace(PLAN, capex_by_year={"2026": {}}, budgets=()), SAY)
    assert [(y.decided, y.outside) for y in bare.years] == [(0.0, 0.0)]


def test_an_invalid_plan_has_no_first_screen() -> None:
    page = render(replace(PLAN, verdict="INVALID"), "", draw=str)
    assert 'class="boxes"' not in page
    assert "<strong>INVALID.</strong>" in page
    assert PLAN.headline.sentence not in unescape(page.partition("<main>")[0])
    assert 'id="sign"' not in page


def test_a_notebook_shows_the_first_screen_and_styles_nothing_else() -> None:
    shown = first_screen(PLAN)
    assert '<th scope="row">buy<td class="n">2,000<td class="n">$66m' in shown
    assert opening(PLAN, SAY).first.care in unescape(shown)
    style = re.search(r"<style>(.*?)</style>", shown, re.DOTALL)
    assert style is not None
    assert style[1].startswith(".outlay {")
    depth = [0]
    for sign in re.findall("[{}]", style[1]):
        depth.append(depth[-1] + (1 if sign == "{" else -1))
    assert depth[-1] == 0
    assert min(depth[1:-1]) == 1  # every rule stands inside the section's own
    assert "<figure" not in shown


# Tables.


@pytest.mark.parametrize(
    ("n", "shown", "folded"), [(0, 0, 0), (12, 12, 0), (13, 12, 1), (30, 12, 18)]
)
def test_rows_after_the_twelfth_are_folded(n: int, shown: int, folded: int) -> None:
    cut = laid(table_of_rows(n), SAY)
    assert MOST_ROWS == 12
    assert (len(cut.rows), len(cut.rest), cut.n) == (shown, folded, n)
    names = [line.cells[0][0] for line in (*cut.rows, *cut.rest)]
    assert names == [f"row {k}" for k in range(n)]


def test_a_cell_keeps_how_it_is_worked_out() -> None:
    cut = laid(table_of_rows(13, how=True), SAY)
    assert cut.rows[3].cells == (("row 3", ""), ("30", "ten times 3"))
    assert cut.rest[0].cells == (("row 12", ""), ("120", "ten times 12"))


def test_a_column_in_which_no_row_says_anything_is_left_out() -> None:
    columns = (Column("name", number=False), Column("none"), Column("nought"), Column("some"))
    table = Table("Few", columns, (("a", None, 0.0, None), ("b", None, 0.0, 7.0)),
                  (("", "of none", "", ""), ("", "of none", "", "of b")))  # fmt: skip
    cut = laid(table, SAY)
    assert [c.name for c in cut.columns] == ["name", "nought", "some"]
    assert [[text for text, _ in line.cells] for line in cut.rows] == [
        ["a", "0", "–"], ["b", "0", "7"],
    ]  # fmt: skip
    assert cut.rows[1].cells[2] == ("7", "of b")


def test_numbers_stand_right_and_short_texts_on_one_line() -> None:
    table = Table("Few", (Column("name", number=False), Column("n"), Column("why", number=False)),
                  (("a", 1.0, "because of a long reason"), ("b", 2.0, "so")))  # fmt: skip
    assert laid(table, SAY).look.split() == ["n2", "s1", "s2"]


def test_wide_tables_carry_their_headings_for_narrow_screens() -> None:
    columns = (Column("name", number=False), Column("a"), Column("b", "MW"), Column("c"))
    wide = laid(Table("Wide", columns, (("x", 1.0, 2.0, 3.0),)), SAY)
    assert "wide" in wide.look.split()
    assert wide.headings == '--h1:"name";--h2:"a";--h3:"b MW";--h4:"c"'
    assert laid(table_of_rows(1), SAY).headings == ""


def test_tables_of_a_month_a_column_are_set_smaller() -> None:
    """Eighteen months and a name on a sheet of paper."""
    months = tuple(Column(f"month {k}") for k in range(18))
    row = ("all", *map(float, range(18)))
    table = Table("Months", (Column("work", number=False), *months), (row,))
    assert "vast" in laid(table, SAY).look.split()
    less = Table("Few", table.columns[:12], (row[:12],))
    assert "vast" not in laid(less, SAY).look.split()


@pytest.mark.parametrize(
    "text", ['a"b', "</style><b>", "back\\slash", "new\nline", "价格 %", "1;}"]
)
def test_a_heading_cannot_leave_its_string(text: str) -> None:
    """A heading is the study's own word; in a style it stands as a string and as nothing else."""
    inside = quoted(text)[1:-1]
    assert not set('"<>\n;}') & set(inside)
    assert re.sub(r"\\([0-9a-f]+) ", lambda m: chr(int(m[1], 16)), inside) == text


# Questions.


def test_a_question_shows_three_notes_and_folds_the_others() -> None:
    for answer, section in zip(PLAN.answers, sections(PLAN, SAY, render=str), strict=True):
        assert section.notes + section.more_notes == answer.notes
        assert len(section.notes) <= 3
        assert (section.documents != "") is False


def test_the_documents_stand_with_the_evidence() -> None:
    found = {s.answer.id: s.documents for s in sections(PLAN, SAY, "<p>read</p>", render=str)}
    assert {name for name, text in found.items() if text} == {"evidence"}


# How to cite.


def test_a_citation_names_plan_day_version_and_both_hashes() -> None:
    made = PLAN.record
    cite = citation(replace(PLAN, title="A {brace} & 5 % of\\x"), SAY)
    for part in (made.versions["outlay"], made.input_hash[:12], made.result_hash[:12], PLAN.as_of):
        assert part in cite.text
    assert cite.bibtex.startswith(f"@misc{{outlay-{made.result_hash[:12]},")
    assert "title = {{A brace \\& 5 \\% ofx}}" in cite.bibtex
    assert f"year = {{{PLAN.as_of[:4]}}}" in cite.bibtex
    assert cite.bibtex.count("{") == cite.bibtex.count("}")


def test_every_text_of_a_study_is_escaped_on_the_page() -> None:
    page = render(replace(PLAN, title="<script>alert(1)</script>"), "</pre><script>")
    assert "<script" not in page
    assert '@top-left { content: "\\3c script\\3e alert' in page
