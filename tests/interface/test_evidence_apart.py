"""Documents are read apart: no code of the user's folder, limits by name, only regular files."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from outlay.core.apart import Limits
from outlay.core.errors import DocumentError, InputError, TooLargeError
from outlay.evidence.text import files
from outlay.evidence.text.files import MOST_BYTES, load, load_bytes

SENTENCE = "Acme Corp said capital expenditure would reach $4.5 billion in 2026."
HTML = f"<html><body><p>{SENTENCE}</p></body></html>".encode()
PLANTED = (
    "trafilatura", "pdfplumber", "lxml", "json", "re", "runpy", "threading", "io", "sitecustomize",
    "usercustomize", "python_calamine", "outlay/__init__",
)  # fmt: skip
OURS = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}


def a_pdf(text: str = SENTENCE, pages: int = 1, **options: object) -> bytes:
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    out = io.BytesIO()
    sheet = canvas.Canvas(out, **options)
    for _ in range(pages):
        sheet.drawString(72, 700, text)
        sheet.showPage()
    sheet.save()
    return out.getvalue()


@pytest.mark.parametrize("name", ["a.html", "a.pdf"])
def test_no_module_of_the_current_folder_is_run(tmp_path: Path, name: str) -> None:
    """A document and files named like the modules that read it, as a stranger may send them."""
    mark, here = tmp_path / "mark", tmp_path / "here"
    (here / "outlay").mkdir(parents=True)
    (here / name).write_bytes(HTML if name == "a.html" else a_pdf())
    code = f"open({str(mark)!r}, 'a').write(__name__ + ' ')\n"
    for module in PLANTED:
        (here / f"{module}.py").write_text(code)
    # The one who asks has loaded its own modules, and only then has the folder on its path.
    ask = (
        "import sys, os; from outlay.evidence.text.files import load; sys.path.insert(0, ''); "
        f"sys.path.insert(0, os.getcwd()); print(load({name!r}).text)"
    )
    environment = {**OURS, "PYTHONSTARTUP": "json.py", "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=here, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert not mark.exists(), mark.read_text()
    assert SENTENCE in done.stdout, done.stderr


def test_bytes_are_read_as_their_file_is(tmp_path: Path) -> None:
    for name, data in (("a.html", HTML), ("a.txt", SENTENCE.encode()), ("b.pdf", a_pdf())):
        (tmp_path / name).write_bytes(data)
        assert load_bytes(name, data) == load(tmp_path / name)
        assert SENTENCE in load_bytes(name, data).text


def test_what_is_no_regular_file_is_refused_and_never_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    for path, said in (
        (tmp_path / "a.txt", "a pipe, not a file"),
        (Path("/dev/zero"), "a device, not a file"),
        (tmp_path, "a folder, not a file"),
        (tmp_path / "none.txt", "no such file"),
    ):
        with pytest.raises(DocumentError, match=said):
            load(path)


def test_size_is_a_limit_of_bytes_too() -> None:
    with pytest.raises(TooLargeError, match="50,000,000 bytes"):
        load_bytes("a.txt", b"a" * (MOST_BYTES + 1))
    with pytest.raises(DocumentError, match="the document is empty"):
        load_bytes("a.txt", b"")


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(wall_s=0.2), r"could not be read: took longer than 0\.2 s"),
        (Limits(cpu_s=1), "could not be read: used more than 1 s of the processor"),
        (Limits(output=1000), "could not be read: more than 1,000 bytes came out"),
        (Limits(memory=90 << 20), "needs more memory than a document may|too much memory"),
    ],
)
def test_the_limit_that_a_document_went_over_is_named(
    monkeypatch: pytest.MonkeyPatch, limits: Limits, said: str
) -> None:
    monkeypatch.setattr(files, "LIMITS", limits)
    slow = b"<html>" + b"<p>A plain sentence of a long page.</p>" * 400_000
    with pytest.raises(DocumentError, match=said) as caught:
        load_bytes("slow.html", slow)
    assert "slow.html" in caught.value.problems()[0].where


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "of before 2007"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
         "the file has a password"),
        ("a.pdf", b"just words", "not a PDF file, as its name says"),
        ("a.xlsx", b"a,b\n1,2\n", "not a workbook, as its name says"),
        ("a.txt", b" \n \n", "no text in this document"),
        ("a.docx", b"PK\x03\x04", "not a readable XLSX"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_its_name_says(name: str, data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        load_bytes(name, data)
