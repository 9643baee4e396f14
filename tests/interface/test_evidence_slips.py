"""Slips in documents: what cannot be read as it stands is left out, with a note that says where."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from outlay.core.errors import DocumentError
from outlay.evidence import read
from outlay.evidence.quantities.spelling import slip_in
from outlay.evidence.tables import claims
from outlay.evidence.types import Reading

SAID = "Acme Corp said capital expenditure would reach $4.5 billion in 2026."


def of(tmp_path: Path, name: str, text: str | bytes) -> Reading:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path, "2026-01-02")


def amounts(reading: Reading) -> list[tuple[str, float, str]]:
    return [(c.subject, c.value, c.unit) for c in reading.claims]


def notes(reading: Reading) -> list[str]:
    return [n.what for n in reading.documents[0].notes]


TABLES = [
    (
        'company,capex,2026\nAcme,"5bn USD,1\nMeta,7bn USD,2\n',
        [("Acme", 5e9, "USD"), ("Meta", 7e9, "USD")],
        [
            "line 2: a quote is opened and never closed; read as if it were not there",
            "table 1: 2 of 4 number cells not read: no unit",
        ],
    ),
    (
        'company,2026\n"Meta"x,7bn USD\n',
        [("Meta", 7e9, "USD")],
        ["line 2: letters behind a closing quote, not read"],
    ),
    (
        "company,metric,value,unit\nMeta,capex,5bn,USD\nAcme,capex\nMeta,revenue,7bn,USD,8bn\n",
        [("Meta", 5e9, "USD"), ("Meta", 7e9, "USD")],
        [
            "line 4: more cells than the header; those beyond it were not read",
            "line 3: fewer cells than the header; read from the left",
            "table 1: 1 of 3 number cells not read: no header",
        ],
    ),
    (
        "company,2025,2026\nMeta,5bn USD,6bn USD\n\ncompany,2025,2026\nAcme,7bn USD,8bn USD\n",
        [("Meta", 5e9, "USD"), ("Meta", 6e9, "USD"), ("Acme", 7e9, "USD"), ("Acme", 8e9, "USD")],
        ["line 4: the header again, not read as values"],
    ),
    (
        "company,metric,value,unit\nMeta,capex,5,milion USD\nAcme,capex,7,million USD\nX,capex,8,USDD\n",
        [("Acme", 7e6, "USD")],
        [
            "line 2: the unit's 'milion' is not known: did you mean 'million'? Its numbers were left out",
            "line 4: the unit's 'USDD' is not known: did you mean 'usd'? Its numbers were left out",
            "table 1: 2 of 3 number cells not read: a slip in the unit",
        ],
    ),
    (
        "company,2025 (USD bilion),2026 (USD billion)\nMeta,5,6\n",
        [("Meta", 6e9, "USD")],
        [
            "line 1: the unit's 'bilion' is not known: did you mean 'billion'? Its numbers were left out",
            "table 1: 1 of 2 number cells not read: a slip in the unit",
        ],
    ),
    (
        'company,note,2026\nMeta,"' + "a\n" * 30 + '",6bn USD\n',
        [("Meta", 6e9, "USD")],
        ["line 2: a quoted cell of over 20 lines; is a quote missing?"],
    ),
    ("a;b\nc;d\n", [], ["no number that says what it is was found in it"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found", "said"), TABLES)
def test_a_table_is_read_but_for_its_slips(
    tmp_path: Path, text: str, found: list[tuple[str, float, str]], said: list[str]
) -> None:
    reading = of(tmp_path, "a.csv", text)
    assert amounts(reading) == found
    assert notes(reading) == said
    for c in reading.claims:
        assert reading.documents[0].text[slice(*c.value_span)] == c.quote


@pytest.mark.parametrize(
    "unit", ["card", "Mtoken", "USD/chip-hour", "bn CNY", "USD/card", "kWatts"]
)
def test_a_unit_that_is_no_slip_is_let_be(unit: str) -> None:
    assert slip_in(unit) == ("", "")


def test_slips_of_many_lines_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"Firm{i},{i + 1}bn USD,9\n" for i in range(12))
    said = notes(of(tmp_path, "a.csv", f"company,2026\n{rows}"))
    assert said[0].startswith("lines 2, 3, 4, 5, 6, 7, 8, 9 and 4 more: more cells than the header")


def test_a_table_too_large_is_read_up_to_a_number_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "MOST_CLAIMS", 20)
    rows = "".join(f"Firm{i},{i + 1}bn USD\n" for i in range(25))
    for name, text in (
        ("a.csv", f"company,2026\n{rows}"),
        ("a.md", f"company\t2026\n{rows.replace(',', chr(9))}"),
    ):
        reading = of(tmp_path, name, text)
        assert len(reading.claims) == 20
        assert "only the first 20 numbers of tables were read, to table 1 of 1" in notes(reading)
    wide = "a\tb\tc\td\n" * 50_001
    assert "only the first 50,000 of 50,001 rows of a table were read: over 200,000 cells" in notes(
        of(tmp_path, "b.md", wide)
    )
    cut = of(tmp_path, "b.csv", "a,b,c,d\n" * 50_001)
    assert (
        "only the first 50,000 of 50,001 lines of the table were read: over 200,000 cells"
        in notes(cut)
    )


def test_a_claim_of_a_very_wide_row_carries_its_cell_and_not_the_row(tmp_path: Path) -> None:
    """Each would carry the whole row: memory and answers by the square of its cells."""
    head = ",".join(f"x{i}" for i in range(2_000))
    row = ",".join(f"{i + 1}bn USD" for i in range(2_000))
    reading = of(tmp_path, "a.csv", f"company,{head}\nMeta,{row}\n")
    assert len(reading.claims) == 2_000
    assert max(len(c.sentence) for c in reading.claims) < 20
    text = reading.documents[0].text
    assert all(text[slice(*c.span)] == c.sentence for c in reading.claims)


def test_a_scale_word_with_a_slip_is_no_number(tmp_path: Path) -> None:
    reading = of(tmp_path, "a.md", f"Meta plans capex of $5 milion in 2026. {SAID}")
    assert amounts(reading) == [("Acme", 4.5e9, "USD")]
    assert notes(reading) == [
        "1 number with an unknown word left out: 'milion' (did you mean 'million'?)"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Acme Inc plans capital expenditure of up to RMB 5 billion in 2026. Acme Inc plans spending of hundreds of billions of dollars in 2026.",
        "Acme Inc plans capital expenditure of $0 in 2026. Acme Inc plans spending of hundreds of billions of dollars in 2026.",
        "Acme Inc bought 5,000 H100 chips at $0 per chip in 2026. Acme Inc will spend $3 billion on AI processors in 2026.",
        "字节跳动2026年资本开支100亿元，其中AI芯片30亿元，占比0%。",
        f"Acme Corp plans capital expenditure of ${'9' * 400} billion in 2026. {SAID}",
    ],
)
def test_noughts_and_open_ends_are_read(tmp_path: Path, text: str) -> None:
    assert of(tmp_path, "a.md", text).claims


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("a.csv", f"<html><body><p>{SAID}</p></body></html>".encode(), "html"),
        ("a.md", f"\ufeff<!doctype html><html><body><p>{SAID}</p></body></html>".encode(), "html"),
        ("a.txt", SAID.encode("utf-32"), "text"),
        ("a.txt", SAID.encode("utf-16"), "text"),
    ],
)
def test_a_form_is_told_by_what_stands_in_it(
    tmp_path: Path, name: str, data: bytes, form: str
) -> None:
    reading = of(tmp_path, name, data)
    assert (reading.documents[0].form, len(reading.claims)) == (form, 1)
    assert not notes(reading)


@pytest.mark.parametrize(
    ("name", "data", "hint"),
    [
        ("a.pdf", f"<html><body>{SAID}</body></html>".encode(), "it is a web page: name it .html"),
        ("a.xlsx", b"<!DOCTYPE html><html></html>", "it is a web page: name it .html"),
        ("a.csv", SAID.encode("utf-16-le"), "if it is a text, save it as UTF-8"),
    ],
)
def test_a_wrong_ending_is_refused_with_what_to_do(
    tmp_path: Path, name: str, data: bytes, hint: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        of(tmp_path, name, data)
    assert caught.value.problems()[0].hint == hint


def run(*words: object) -> subprocess.CompletedProcess[str]:
    start = "import sys; from outlay.app.cli.main import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", start, "read", *map(str, words)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_of_several_documents_the_others_are_read(tmp_path: Path, form: str) -> None:
    good, empty, gone = tmp_path / "a.md", tmp_path / "b.md", tmp_path / "c.pdf"
    good.write_text(SAID, encoding="utf-8")
    empty.touch()
    draft = tmp_path / "study.yaml"
    done = run(good, empty, gone, "--format", form, "--draft", draft)
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[-1] == "2 of 3 documents not read"
    assert lines[-3] == "error: b.md: not read: the document is empty"
    assert lines[-2].startswith("error: c.pdf: not read: no such file")
    assert "a.c1" in done.stdout
    assert draft.read_text(encoding="utf-8").splitlines()[:3] == [
        "# Drafted from: a.md", "# Not read: b.md", "# Not read: c.pdf",
    ]  # fmt: skip
    if form == "json":
        documents = json.loads(done.stdout)["documents"]
        assert [d["form"] for d in documents] == ["markdown", "unread", "unread"]
        assert documents[1]["notes"][0]["what"] == "not read: the document is empty"


def test_where_none_is_left_it_is_an_error_that_names_all(tmp_path: Path) -> None:
    empty, gone, draft = tmp_path / "b.md", tmp_path / "c.pdf", tmp_path / "study.yaml"
    empty.touch()
    done = run(empty, gone, "--json", "--draft", draft)
    assert done.returncode == 2
    assert json.loads(done.stdout)["kind"] == "error"
    assert "b.md" in done.stdout
    assert "c.pdf" in done.stdout
    assert not draft.exists()


def test_a_study_takes_all_of_its_documents_or_none(tmp_path: Path) -> None:
    good, empty = tmp_path / "a.md", tmp_path / "b.md"
    good.write_text(SAID, encoding="utf-8")
    empty.touch()
    with pytest.raises(DocumentError):
        read([good, empty])
