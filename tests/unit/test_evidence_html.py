"""A page by its structure: what its elements say stays with the text, spans and all."""
# ruff: noqa: E501 - elements are kept in one piece

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

import outlay.evidence.pages.webpage as pages
from outlay.evidence.text.parsed import Mark, Parsed, ParsedTable, from_json, without


@pytest.fixture(autouse=True, scope="module")
def in_time() -> Iterator[None]:
    """A parser stops where its process has used much of the processor: this one is not its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "out_of_time", lambda: False)
        yield


def page(body: str) -> Parsed:
    return pages.webpage(f"<html><body>{body}</body></html>".encode())


def grid(parsed: Parsed, table: ParsedTable) -> list[list[tuple[str, int, int]]]:
    """Rows of (text, column, columns)."""
    text = parsed.text
    return [[(text[c.start : c.end], c.column, c.columns) for c in row] for row in table.cells]


def marked(parsed: Parsed, kind: str) -> list[str]:
    return [parsed.text[m.start : m.end] for m in parsed.marks if m.kind == kind]


FILED = """<table>
<tr><td colspan="3"></td><td colspan="9">Quarter ended June 30</td></tr>
<tr><td colspan="3"></td><td colspan="3"><b>2026</b></td><td colspan="3"></td><td colspan="3"><b>2025</b></td></tr>
<tr><td colspan="3">Servers bought</td><td>$</td><td>1,804</td><td></td><td colspan="3"></td><td>$</td><td>(77</td><td>)</td></tr>
<tr><td colspan="3">Change</td><td colspan="2">12.5</td><td>%</td><td colspan="3"></td><td colspan="2">—</td><td></td></tr>
</table>"""


def test_a_sign_a_number_and_a_bracket_are_one_cell_under_their_year() -> None:
    parsed = page(FILED)
    assert grid(parsed, parsed.tables[0]) == [
        [("Quarter ended June 30", 1, 2)],
        [("2026", 1, 1), ("2025", 2, 1)],
        [("Servers bought", 0, 1), ("$1,804", 1, 1), ("$(77)", 2, 1)],
        [("Change", 0, 1), ("12.5%", 1, 1), ("—", 2, 1)],
    ]
    assert "| Servers bought | $1,804 | $(77) |" in parsed.text


def test_rows_and_headers_reach_as_far_as_the_file_says() -> None:
    parsed = page(
        "<table><caption>Sites <i>of the north</i></caption><thead><tr><td rowspan=2>Site</td>"
        "<th colspan=2>Power, MW</th></tr><tr><td>now</td><td>2028</td></tr></thead>"
        "<tr><td rowspan=2>Varde<td>40<td>90<tr><td>41<td>95</table>"
    )
    (table,) = parsed.tables
    text = parsed.text
    assert text[slice(*table.caption)] == "Sites of the north"
    cells = [
        [(text[c.start : c.end], c.column, c.rows, c.columns, c.header) for c in r]
        for r in table.cells
    ]
    assert cells == [
        [("Site", 0, 2, 1, True), ("Power, MW", 1, 1, 2, True)],
        [("now", 1, 1, 1, True), ("2028", 2, 1, 1, True)],
        [("Varde", 0, 2, 1, False), ("40", 1, 1, 1, False), ("90", 2, 1, 1, False)],
        [("41", 1, 1, 1, False), ("95", 2, 1, 1, False)],
    ]  # fmt: skip


def test_headers_over_the_number_alone_stand_over_its_sign_too() -> None:
    parsed = page(
        "<table><tr><td>In millions</td><td></td><td colspan=2>2026</td><td></td><td colspan=2>2025</td></tr>"
        "<tr><td>Rent</td><td></td><td>$</td><td>5</td><td></td><td>€</td><td>4</td></tr>"
        "<tr><td>Power</td><td></td><td></td><td>71</td><td></td><td></td><td>69</td></tr></table>"
    )
    assert grid(parsed, parsed.tables[0])[1:] == [
        [("Rent", 0, 1), ("$5", 1, 1), ("€4", 2, 1)], [("Power", 0, 1), ("71", 1, 1), ("69", 2, 1)],
    ]  # fmt: skip


def test_a_label_of_three_letters_is_no_currency() -> None:
    parsed = page(
        "<table><tr><td>Chip</td><td>2026</td></tr><tr><td>TPY</td><td>31</td></tr></table>"
    )
    assert grid(parsed, parsed.tables[0])[1] == [("TPY", 0, 1), ("31", 1, 1)]


@pytest.mark.parametrize(
    "table",
    [
        "<tr><td><p>One thing.</p><p>Another.</p></td></tr><tr><td>And a third.</td></tr>",
        "<tr><td>•</td><td>One thing.</td></tr><tr><td>(b)</td><td>Another.</td></tr>",
        f"<tr><td>{'A sentence that goes on. ' * 9}</td><td>{'Another one beside it. ' * 9}</td></tr>",
        "<tr><td>Left<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table></td><td>Right</td></tr>",
    ],
)
def test_a_table_that_only_places_texts_is_paragraphs(table: str) -> None:
    parsed = page(f"<table>{table}</table>")
    assert not any(
        "thing" in parsed.text[t.start : t.end] or "Left" in parsed.text[t.start : t.end]
        for t in parsed.tables
    )
    assert not any(
        line.startswith("| ") and ("thing" in line or "sentence" in line or "Left" in line)
        for line in parsed.text.split("\n")
    )


def test_headings_items_and_bold_lines_are_marked() -> None:
    parsed = page(
        "<h2>Liquidity</h2><p><b>Sources of</b> <span style='font-weight:700'>cash</span></p>"
        "<p><b>We</b> had $3 million.</p><ul><li>One<li>Two</ul>"
    )
    assert [(parsed.text[m.start : m.end], m.level) for m in parsed.marks if m.kind == "heading"] == [
        ("Liquidity", 2), ("Sources of cash", 7),
    ]  # fmt: skip
    assert marked(parsed, "item") == ["One", "Two"]


@pytest.mark.parametrize(
    ("body", "text", "notes"),
    [
        ("<p>Rent was 4,120<sup>1</sup>.</p>", "Rent was 4,120 [1].", ["[1]"]),
        (
            "<p>Rent was 4,120<span style='vertical-align: super'>(a)</span></p>",
            "Rent was 4,120 [a]",
            ["[a]"],
        ),
        ("<p>Halls of 300 m<sup>2</sup> and 10<sup>6</sup></p>", "Halls of 300 m² and 10⁶", []),
        ("<p>The 21<sup>st</sup> hall</p>", "The 21st hall", []),
    ],
)
def test_a_raised_mark_is_no_part_of_a_number(body: str, text: str, notes: list[str]) -> None:
    parsed = page(body)
    assert parsed.text == text
    assert marked(parsed, "note") == notes


def test_what_follows_moves_no_span() -> None:
    text = page(f"<h1>Re\u200eport</h1><p>{'x' * 1500} and</p>{FILED}").text
    assert text.startswith("Report\n… and\n| |")
    parsed = page(f"<h1>Re\u200eport</h1><p>{'x' * 1500} and</p>{FILED}")
    assert grid(parsed, parsed.tables[0])[2][1][0] == "$1,804"
    assert marked(parsed, "heading")[0] == "Report"
    assert len(parsed.notes) == 2


def test_a_file_name_is_no_title() -> None:
    for title, first in (("acme-20251231.htm", "Body"), ("Acme report", "Acme report")):
        data = f"<html><head><title>{title}</title></head><body><p>Body</p></body></html>"
        assert pages.webpage(data.encode()).text.split("\n")[0] == first


def test_menus_round_the_main_text_go_and_its_marks_stay() -> None:
    pytest.importorskip("trafilatura")
    story = "".join(
        f"<p>Sentence {n} of the story tells more of halls and of their power.</p>"
        for n in range(30)
    )
    parsed = page(
        f"<div class='menu'><a href='a'>Home</a> <a href='b'>Shop</a></div><p>Posted on 3 May 2026 by a writer</p><article><h1>The halls</h1>{story}</article>"
        "<div class='related'><a href='c'>Other firm to spend $9 billion</a></div>"
    )
    assert "$9 billion" not in parsed.text
    assert "Home" not in parsed.text
    assert parsed.text.count("Sentence") == 30
    assert "3 May 2026" in parsed.text
    for m in parsed.marks:
        assert parsed.text[m.start : m.end] == "The halls"


def test_a_parsed_page_goes_through_json_and_back() -> None:
    parsed = page(f"<h1>A</h1>{FILED}<p>B</p>")
    assert from_json(json.loads(json.dumps(parsed))) == parsed


def test_cuts_move_what_stands_behind_them() -> None:
    parsed = Parsed("abcdefgh", marks=(Mark("note", 0, 2), Mark("item", 3, 4), Mark("item", 6, 8)))
    cut = without(parsed, [(0, 2), (4, 6)], "_")
    assert cut.text == "_cd_gh"
    assert [cut.text[m.start : m.end] for m in cut.marks] == ["d", "gh"]


@pytest.mark.parametrize(
    "source",
    [
        "<table>" * 2_000 + "<tr><td>7 halls", "<td>" * 5_000 + "7 halls", "<table><tr>" + "<td colspan=99999>7" * 300,
        "<b>" * 3_000 + "</i>" * 3_000 + "7 halls", "</table></td></tr></p>7 halls", "<table><tr><td rowspan=0>7 halls<td colspan=x>1",
        "<ix:nonFraction>7 halls", "<sup>7 halls", "<p <b 'x\">7 halls", "<table><caption>7 halls",
    ],
)  # fmt: skip
def test_a_page_that_is_no_page_is_read(source: str) -> None:
    parsed = page(source)
    assert "7" in parsed.text
    for t in parsed.tables:
        assert 0 <= t.start < t.end <= len(parsed.text)
