"""Odd documents: what people do not see is left out, what is no number is none; notes say so."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from html import unescape

import pytest

from outlay.core.errors import DocumentError
from outlay.evidence import reading as module
from outlay.evidence.page import document_html
from outlay.evidence.reading import read_text
from outlay.evidence.text.files import Loaded, load_bytes
from outlay.evidence.text.sheets.spreadsheet import cell_name

openpyxl = pytest.importorskip("openpyxl")

Sheets = Callable[..., None]


def book(fill: Sheets, **more: bytes) -> bytes:
    """A workbook with a sheet `Costs` that is filled, and parts of its archive besides."""
    made = openpyxl.Workbook()
    made.active.title = "Costs"
    fill(made, made.active)
    out = io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(out, "a") as archive:
        for name, data in more.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def with_part(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The workbook with one part of its archive changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            text = old.read(item)
            new.writestr(item, change(text.decode()).encode() if item.filename == part else text)
    return out.getvalue()


def lines(found: Loaded) -> list[list[str]]:
    return [line.split("\t") for line in found.text.split("\n") if line]


def test_cells_are_named_as_a_spreadsheet_names_them() -> None:
    assert [cell_name(0, 0), cell_name(9, 25), cell_name(0, 26)] == ["A1", "Z10", "AA1"]
    assert cell_name(1_048_575, 16_383) == "XFD1048576"


def test_a_formula_is_its_saved_value_and_one_without_is_nothing() -> None:
    def fill(_: object, sheet: dict[str, object]) -> None:
        sheet["B2"], sheet["C2"], sheet["D2"] = "total", "=1+1", "=A1*2"

    data = book(fill)
    part = "xl/worksheets/sheet1.xml"
    data = with_part(data, part, lambda t: t.replace("<f>1+1</f><v></v>", "<f>1+1</f><v>2</v>"))
    found = load_bytes("a.xlsx", data)
    assert lines(found) == [["Costs"], ["total", "2"]]
    assert found.notes == (
        "sheet Costs: 1 formula read as the value saved with the file",
        "sheet Costs: 1 formula without a saved value, not read: D2",
    )


def test_nought_that_a_program_wrote_in_place_of_a_formula_is_no_value() -> None:
    """It calculates nothing, and asks for the workbook to be calculated when it is opened."""
    xlsxwriter = pytest.importorskip("xlsxwriter")
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    sheet = made.add_worksheet("Costs")
    sheet.write_row(0, 0, ["capex", 5, 0])
    sheet.write_formula(0, 3, "=B1*2")
    sheet.write_formula(0, 4, "=B1*3", None, 15)
    made.close()
    found = load_bytes("a.xlsx", out.getvalue())
    assert lines(found) == [["Costs"], ["capex", "5", "0", "", "15"]]
    assert found.notes[-1] == "sheet Costs: 1 formula without a saved value, not read: D1"


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!"])
def test_an_error_cell_is_named_and_is_no_number(error: str) -> None:
    def fill(_: object, sheet: dict[str, object]) -> None:
        sheet["A3"], sheet["B3"], sheet["C3"] = "capex", error, 7
        sheet["B3"].data_type = "e"  # type: ignore[attr-defined]

    found = load_bytes("a.xlsx", book(fill))
    assert lines(found) == [["Costs"], ["capex", "", "7"]]
    assert found.notes == (f"sheet Costs: 1 error, not read: B3 {error}",)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_left_out_by_name(state: str) -> None:
    def fill(made: object, sheet: dict[str, object]) -> None:
        sheet["A1"] = "seen"
        other = made.create_sheet("Rates")  # type: ignore[attr-defined]
        other["A1"], other.sheet_state = "unseen 77", state

    found = load_bytes("a.xlsx", book(fill))
    assert found.text == "Costs\nseen"
    assert found.notes == ("sheet Rates: hidden, left out",)


def test_hidden_rows_and_columns_are_left_out_by_name() -> None:
    """The sheet begins neither in its first row nor in its first column."""

    def fill(_: object, sheet: object) -> None:
        for row in range(3, 8):
            for column in range(2, 6):
                sheet.cell(row, column, 10 * row + column)  # type: ignore[attr-defined]
        sheet.row_dimensions[4].hidden = True  # type: ignore[attr-defined]
        sheet.row_dimensions[6].hidden = True  # type: ignore[attr-defined]
        sheet.column_dimensions["C"].hidden = True  # type: ignore[attr-defined]

    found = load_bytes("a.xlsx", book(fill))
    assert lines(found) == [["Costs"], ["32", "34", "35"], ["52", "54", "55"], ["72", "74", "75"]]
    assert found.notes == (
        "sheet Costs: 2 hidden rows left out: 4, 6",
        "sheet Costs: 1 hidden column left out: C",
    )


def test_macros_and_links_to_other_workbooks_are_said() -> None:
    def fill(_: object, sheet: dict[str, object]) -> None:
        sheet["A1"] = "seen"

    data = book(fill, xl__vbaProject_dot_bin=b"x", xl__externalLinks__a_dot_xml=b"<x/>")
    assert load_bytes("a.xlsm", data).notes == (
        "the workbook holds macros, which are not run",
        "cells that are linked to other workbooks have the values saved with this one",
    )


def test_merged_cells_and_charts_are_said() -> None:
    def fill(made: object, sheet: dict[str, object]) -> None:
        sheet["A1"] = "seen"
        sheet.merge_cells("A1:C1")  # type: ignore[attr-defined]
        made.create_chartsheet("Graph")  # type: ignore[attr-defined]

    notes = load_bytes("a.xlsx", book(fill)).notes
    assert "sheet Costs: 1 merged range of cells, whose value stands in the first one" in notes
    assert "sheet Graph: not read, as it is no sheet of cells" in notes


def test_a_workbook_with_nothing_to_see_is_refused_with_what_was_left_out() -> None:
    def fill(_: object, sheet: object) -> None:
        sheet.sheet_state = "hidden"  # type: ignore[attr-defined]

    def hide(text: str) -> str:
        return text.replace('state="visible"', 'state="hidden"')

    data = with_part(book(lambda *_: None), "xl/workbook.xml", hide)
    with pytest.raises(DocumentError, match=r"no sheet .* can be read.*Costs: hidden, left out"):
        load_bytes("a.xlsx", data)


def test_a_part_that_could_grow_is_refused() -> None:
    """Entities that hold each other many times over."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'

    def change(text: str) -> str:
        return bomb + re.sub(r"^<\?xml[^>]*\?>", "", text)

    data = with_part(book(lambda *_: None), "xl/worksheets/sheet1.xml", change)
    with pytest.raises(DocumentError, match="document type"):
        load_bytes("a.xlsx", data)


def test_a_sheet_that_goes_over_too_much_is_left_out_by_name() -> None:
    def fill(_: object, sheet: dict[str, object]) -> None:
        sheet["A1"], sheet["XFD1048576"] = 1, 2

    with pytest.raises(DocumentError, match="goes over 1,048,576 rows by 16,384 columns"):
        load_bytes("a.xlsx", book(fill))


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("word/document.xml", "a Word document"), ("content.xml", "an OpenDocument file"),
        ("xl/workbook.bin", "a binary workbook"), ("readme.txt", "an archive, not a workbook"),
    ],
)  # fmt: skip
def test_other_archives_are_told_apart(part: str, said: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(part, "x")
    with pytest.raises(DocumentError, match=said):
        load_bytes("a.xlsx", out.getvalue())


def test_a_sheet_cut_off_is_an_error_in_words() -> None:
    data = with_part(book(lambda *_: None), "xl/worksheets/sheet1.xml", lambda t: t[: len(t) // 2])
    with pytest.raises(DocumentError, match="not a readable XLSX file"):
        load_bytes("a.xlsx", data)


def test_formulas_and_errors_of_a_csv_file_are_no_numbers_and_move_no_letter() -> None:
    text = 'item,2025,2026\nrent,=1000*2,5\nchips,"=SUM(A1,""x"")",#REF!\n-5,+3,#n/a\na=b,x =1,2\n'
    found = load_bytes("a.csv", text.encode())
    assert len(found.text) == len(text)
    assert [line.rstrip() for line in found.text.split("\n")][:5] == [
        "item,2025,2026", "rent,       ,5", "chips,                ,", "-5,+3,", "a=b,x =1,2",
    ]  # fmt: skip
    assert found.notes == (
        "2 formulas without a value in the file, not read: line 2, line 3",
        "2 errors, not read: #REF! in line 3, #n/a in line 4",
    )


# Pages.

SEEN = "<p>Acme Corp said capital expenditure would reach $4.5 billion in 2026.</p>"


@pytest.mark.parametrize(
    "unseen",
    [
        '<div style="display: none">$9 billion</div>',
        '<p style="color:red; VISIBILITY : hidden">$9 billion<p>',
        "<p hidden>$9 billion<div>and more</div>",
        '<style>.x, p > a {display:none}</style><span class="a x">$9 billion</span>',
        '<style>#y{ position:absolute; left: -9999px }</style><b id="y">$9 billion</b>',
        '<div style="font-size:0">$9 billion<br>and <i>more</i></div>',
        '<div style="opacity:0.0">$9 billion</div>',
        "<script>$9 billion</script><template>$9 billion</template>",
    ],
)
def test_what_a_page_does_not_show_is_left_out(unseen: str) -> None:
    found = load_bytes("a.html", f"<html><body>{unseen}{SEEN}</body></html>".encode())
    assert "$9 billion" not in found.text
    assert "$4.5 billion" in found.text
    if "script" not in unseen:
        assert "of text hidden on the page left out" in found.notes[0]


@pytest.mark.parametrize(
    "seen",
    [
        '<div style="display:block;opacity:0.9;font-size:0.9em">$9 billion</div>',
        "<style>@media print {.x{display:none}} .x{color:red}</style><p class=x>$9 billion</p>",
        "<div hidden></div><p>$9 billion</p>",
        "<input type=hidden value=1><p>$9 billion",
        "</div></div><p>$9 billion</p>",
        "<svg/><p>$9 billion</p>",
    ],
)
def test_what_a_page_shows_is_kept(seen: str) -> None:
    found = load_bytes("a.html", f"<html><body>{seen}{SEEN}</body></html>".encode())
    assert "$9 billion" in found.text
    assert "$4.5 billion" in found.text


def test_the_main_text_of_an_extractor_holds_nothing_hidden() -> None:
    """An extractor of main texts may take hidden words for its part."""
    body = "".join(
        f"<p>Sentence {n} of the article says a good deal of trees.</p>" for n in range(30)
    )
    hidden = '<p>Rents were <span style="display:none">$9 billion</span> high.</p>'
    page = f"<html><body><article>{SEEN}{body}{hidden}</article></body></html>"
    assert "$9 billion" not in load_bytes("a.html", page.encode()).text


def test_an_encoding_that_was_taken_for_another_is_said() -> None:
    page = "<html><meta charset=windows-1252><p>Köln, 4 €</p></html>".encode("cp1252")
    found = load_bytes("a.html", page)
    assert "Köln, 4 €" in found.text
    assert found.notes == ("not UTF-8: read as windows-1252",)
    lie = "<html><meta charset=gb2312><p>Köln</p></html>".encode()
    assert "Köln" in load_bytes("a.html", lie).text
    assert load_bytes("a.txt", "字节跳动".encode("gb18030")).notes == (
        "not UTF-8: read as gb18030",
    )


# Letters that are no letters.


def test_letters_that_turn_the_text_or_cannot_be_shown_are_left_out_and_named() -> None:
    text = "Acme\u202e Corp said capex would reach $4.5\u0007 billion in 2026.\u2028Next\x0cpage"
    found = load_bytes("a.txt", text.encode())
    assert found.text == "Acme Corp said capex would reach $4.5 billion in 2026.\nNext\npage"
    assert found.notes == ("2 characters of no visible kind left out (U+0007, U+202E)",)


@pytest.mark.parametrize("run", ["1", "一", "A", "a-1", "__", "1亿"])
def test_a_run_without_a_space_is_left_out(run: str) -> None:
    """A picture in letters, or made to be read for ever: patterns would go through it again and
    again."""
    long = run * (1_200 // len(run))
    found = load_bytes("a.txt", f"Acme spent {long} last year.".encode())
    assert found.text == "Acme spent … last year."
    assert found.notes == ("1 run of over 1,000 characters without a space left out",)
    kept = ",".join(["12"] * 900)
    assert load_bytes("a.csv", f"a,b\n{kept}\n".encode()).text == f"a,b\n{kept}\n"


def test_a_sentence_that_does_not_end_is_left_out_and_the_others_are_read() -> None:
    said = "Acme Corp said capital expenditure would reach $4.5 billion in 2026."
    for endless in ("it was $1 " * 130, "and then some more " * 400):
        reading = read_text(f"{said}\nThen {endless}.\n{said.replace('Acme', 'Beta')}", "t")
        assert [(c.subject, c.value) for c in reading.claims] == [
            ("Acme", 4.5e9), ("Beta", 4.5e9),
        ]  # fmt: skip
        assert [n.what for n in reading.documents[0].notes] == [
            "1 sentence left out: over 6,000 characters or 120 numbers without a full stop"
        ]


def test_sentences_over_what_a_person_could_look_at_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_NUMBERED", 2)
    text = "Acme spent $1 billion.\nNothing.\nBeta spent $2 billion.\nGamma spent $3 billion.\n"
    reading = read_text(text, "t", "2026-01-01")
    assert [c.value for c in reading.claims] == [1e9, 2e9]
    assert [n.what for n in reading.documents[0].notes] == [
        "only the first 2 of 3 sentences with numbers were read"
    ]


def test_names_that_turn_the_text_do_not_reach_the_page() -> None:
    def fill(made: object, _: object) -> None:
        other = made.create_sheet("Ra\u202etes")  # type: ignore[attr-defined]
        other.sheet_state = "hidden"

    assert load_bytes("a.xlsx", book(lambda m, s: (fill(m, s), s.append(["seen"])))).notes == (
        "sheet Rates: hidden, left out",
    )
    with pytest.raises(DocumentError, match=r"a\\u202eb.txt: a name that holds .* U\+202E"):
        load_bytes("a\u202eb.txt", b"words")


def test_a_page_shows_quotes_as_they_are_written() -> None:
    text = load_bytes(
        "a.txt", b"Acme <b>Corp</b> said \x1b[31mcapex was $4.5 billion in 2026."
    ).text
    page = document_html(read_text(text, "a.txt", "2026-01-01"))
    assert "\x1b" not in page
    assert "<b>Corp" not in page
    assert "Acme <b>Corp</b> said" in unescape(page)


# PDF.


def pdf(*pages: str, **options: object) -> bytes:
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    pytest.importorskip("pdfplumber")
    out = io.BytesIO()
    sheet = canvas.Canvas(out, **options)
    for text in pages:
        if text:
            sheet.drawString(72, 700, text)
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def test_pages_without_text_are_counted_by_name() -> None:
    found = load_bytes("a.pdf", pdf("one", "", "three", ""))
    assert found.text.split() == ["one", "three"]
    assert found.notes == (
        "no text on 2 of 4 pages: 2, 4 (a scanned PDF needs text recognition first)",
    )


def test_a_pdf_without_text_or_with_a_password_says_so() -> None:
    with pytest.raises(DocumentError, match=r"no text in this PDF.*text recognition"):
        load_bytes("a.pdf", pdf("", ""))
    with pytest.raises(DocumentError, match="the PDF has a password; save it without one"):
        load_bytes("a.pdf", pdf("one", encrypt="secret"))


def test_pages_that_are_too_many_are_counted() -> None:
    found = load_bytes("a.pdf", pdf(*(f"page {n}" for n in range(405))))
    assert found.notes == ("only the first 400 of 405 pages were read",)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_torn_pdf_is_read_or_refused_in_words(part: float) -> None:
    data = pdf("one", "two")
    try:
        said = load_bytes("a.pdf", data[: int(part * len(data))]).text
    except DocumentError as err:
        said = str(err)
    assert "a.pdf" in said or "one" in said
