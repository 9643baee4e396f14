"""Documents from files: every form, and bad files answered with an error, never a traceback."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import zipfile

import pytest

from outlay.core.errors import DocumentError, InputError, TooLargeError
from outlay.evidence import read, read_text

SENTENCE = "Acme Corp said capital expenditure would reach $4.5 billion in 2026."


def amounts(reading):
    return [(c.value, c.unit, c.period) for c in reading.claims]


def test_html_is_read_without_scripts_and_menus(tmp_path):
    page = tmp_path / "a.html"
    page.write_text(
        "<html><head><title>Acme</title><meta property='article:published_time' content='2025-11-02'>"
        f"<script>var a='$9bn capex';</script></head><body><nav>$8bn</nav><p>{SENTENCE}</p></body></html>"
    )
    reading = read(page)
    assert amounts(reading) == [(4.5e9, "USD", "2026")]
    assert reading.documents[0].date == "2025-11-02"


def test_pdf(tmp_path):
    pytest.importorskip("pdfplumber")
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    path = tmp_path / "a.pdf"
    sheet = canvas.Canvas(str(path))
    sheet.drawString(72, 700, "Acme Corp said capital expenditure would reach")
    sheet.drawString(72, 684, "$4.5 billion in 2026.")
    sheet.save()
    assert amounts(read(path, "2025-11-02")) == [(4.5e9, "USD", "2026")]


def test_xlsx(tmp_path):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    path = tmp_path / "figures.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Capex, USD bn")
    for r, row in enumerate(
        [["Company", "2024", "2025"], ["Meta", 39.2, 72.2], ["谷歌", 52.5, 91.4]]
    ):
        sheet.write_row(r, 0, row)
    book.close()
    found = {(c.subject, c.period): c.value for c in read(path, "2026-02-01").claims}
    assert found == {
        ("Meta", "2024"): 39.2e9,
        ("Meta", "2025"): 72.2e9,
        ("Google", "2024"): 52.5e9,
        ("Google", "2025"): 91.4e9,
    }


def test_gb18030_and_utf16(tmp_path):
    text = "字节跳动计划2026年资本支出为1600亿元。"
    for encoding in ("gb18030", "utf-16", "utf-8-sig"):
        path = tmp_path / f"{encoding}.txt"
        path.write_bytes(text.encode(encoding))
        assert amounts(read(path, "2025-12-23")) == [(1.6e11, "CNY", "2026")]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("broken.pdf", b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj trailer garbage"),
        ("noise.txt", bytes(range(256)) * 400),
        ("noise.pdf", b"%PDF" + bytes(range(256)) * 40),
        ("broken.xlsx", b"PK\x03\x04" + b"\x00" * 200),
        ("empty.txt", b""),
        ("program.exe", b"MZ\x90\x00"),
    ],
)
def test_a_bad_file_is_an_error_with_its_name(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read(path)
    assert name in caught.value.problems()[0].where


def test_a_missing_file_and_a_folder(tmp_path):
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(DocumentError):
            read(path)


def test_fifty_megabytes_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "big.txt"
    with path.open("wb") as handle:
        handle.truncate(50_000_001)
    with pytest.raises(TooLargeError):
        read(path)


def test_an_html_bomb_ends_with_an_answer(tmp_path):
    path = tmp_path / "bomb.html"
    path.write_text("<html><body>" + "<div>" * 300_000 + SENTENCE + "</body></html>")
    try:
        found = amounts(read(path, "2025-11-02"))
    except DocumentError:
        found = [(4.5e9, "USD", "2026")]  # refused in words is an answer too
    assert found == [(4.5e9, "USD", "2026")]


def test_a_zip_bomb_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(DocumentError, match="unpacks"):
        read(path)


def test_right_to_left_and_mixed_scripts_give_what_can_be_read(tmp_path):
    path = tmp_path / "mixed.txt"
    path.write_text(
        "قالت الشركة إنها ستنفق مليار دولار.\n"
        + SENTENCE
        + "\nКомпания. 字节跳动2025年营收为100亿元。",
        encoding="utf-8",
    )
    assert [a[:2] for a in amounts(read(path, "2025-12-01"))] == [(4.5e9, "USD"), (1e10, "CNY")]


def test_several_documents_are_set_against_each_other(tmp_path):
    a, b = tmp_path / "a.txt", tmp_path / "b.txt"
    a.write_text("ByteDance plans capital expenditure of RMB 160 billion in 2026.")
    b.write_text("字节跳动计划2026年资本支出为1.6万亿元。", encoding="utf-8")
    reading = read([a, b], "2025-12-23")
    (found,) = [c for c in reading.contradictions if c.severity == "hard"]
    assert found.factor == pytest.approx(10)
    assert len({c.document for c in reading.claims}) == 2


def test_a_megabyte_of_news_is_read_whole():
    """A sentence in ten has a number; `benchmarks/evidence_speed.py` times the same text."""
    plain = "The committee met again and heard from residents who spoke about roads, schools and trees. "
    parts = [
        f"Firm{i} Corp said revenue rose {i % 90 + 1}% to ${i % 900 + 1}.{i % 10} million in 2025. "
        + plain * 9
        for i in range(1150)
    ]
    text = "\n".join(parts)
    assert len(text) > 1_000_000
    assert len(read_text(text, "news", "2026-01-05").claims) >= 2000
