"""Load a document: its form, its size, its encoding; parsers run apart."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePath

from outlay.core.apart import Apart, ApartError, Limits, run_apart
from outlay.core.errors import DocumentError, TooLargeError
from outlay.core.ingest.files import take
from outlay.core.ingest.names import hidden
from outlay.evidence.text.characters import decode, shown, without_runs
from outlay.evidence.text.parsed import MOST_CHARACTERS, Parsed, from_json
from outlay.evidence.text.sheets.spreadsheet import plain_cells

__all__ = ["MOST_BYTES", "Loaded", "load", "load_bytes"]

MOST_BYTES = 50_000_000
LIMITS = Limits(wall_s=60.0, memory=3 << 30, output=100_000_000, cpu_s=50)
_FORMS = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html",
    ".htm": "html", ".xhtml": "html", ".pdf": "pdf", ".csv": "csv", ".tsv": "csv", ".xlsx": "xlsx",
    ".xlsm": "xlsx", ".rst": "text", "": "text", ".json": "facts", ".xml": "xbrl",
}  # fmt: skip
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:[^-]|-(?!->))*-->\s*)*"
    rb"(?:<!doctype html|<html)",
    re.IGNORECASE,
)
_FACTS = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{[^{}]{0,500}"(?:facts|taxonomy)"\s*:')
"""How company facts, or those of one concept, begin."""
_READ = "text, Markdown, HTML, PDF, CSV, XLSX, company facts (JSON), XBRL"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The text of a file, its form, a date it carries, and what could not be read."""

    text: str
    form: str
    date: str
    notes: tuple[str, ...]
    parsed: Parsed | None = None
    """What its file says of the text's parts."""


def load(path: str | Path) -> Loaded:
    """The text of a file. Raises DocumentError or TooLargeError, never anything else."""
    return load_bytes(
        str(path), take(path, most=MOST_BYTES, what="document", error=DocumentError).data
    )


def load_bytes(name: str, data: bytes) -> Loaded:
    """The text of a document whose bytes are at hand; raises as `load` does.

    name: its path as the user gave it, whose ending may say what form it has.
    """
    if odd := hidden(name):
        raise DocumentError(
            f"a name that holds the character {odd}, which cannot be shown",
            where=ascii(name)[1:-1], hint="name the file anew",
        )  # fmt: skip
    if not data:
        raise DocumentError("the document is empty", where=name)
    if len(data) > MOST_BYTES:
        raise TooLargeError(
            "the document is too large", where=name, value=f"{len(data):,} bytes",
            allowed=f"{MOST_BYTES:,} bytes", hint="split it, or save its text",
        )  # fmt: skip
    form = _form(name, data)
    found = _plain(name, data, form) if form in ("text", "markdown", "csv") else None
    found = found or _parsed(name, data, form)
    text, unseen = shown(found.text)
    text, runs = without_runs(text, cells=form == "csv")
    if not text.strip():
        raise DocumentError(
            "no text in this document", where=name, allowed="one that holds text",
            hint="a picture of a text needs text recognition first",
        )  # fmt: skip
    notes = (shown(note)[0] for note in found.notes)  # they say names of sheets
    parsed = found.parsed if text == found.text else None
    return Loaded(text, form, found.date, (*notes, *unseen, *runs), parsed)


def _form(name: str, data: bytes) -> str:
    suffix = PurePath(name).suffix
    named = _FORMS.get(suffix.lower())
    if data.startswith(b"%PDF") or (named == "pdf" and b"%PDF-" in data[:1024]):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return "xlsx"
    if data.startswith(_OLD_OFFICE):
        raise _of_old_office(name, data)
    if _FACTS.match(data[:600]):
        return "facts"
    page = _PAGE.match(data[:4_000])
    if page and named not in ("pdf", "xlsx"):
        return "html"
    if named is None:
        raise DocumentError(
            "a form of document that is not read", where=name, value=suffix,
            allowed=", ".join(sorted(k for k in _FORMS if k)),
        )  # fmt: skip
    if named in ("pdf", "xlsx"):
        what = "PDF file" if named == "pdf" else "workbook"
        hint = "it is a web page: name it .html" if page else ""
        raise DocumentError(f"not a {what}, as its name says", where=name, allowed=_READ, hint=hint)
    return named


def _of_old_office(name: str, data: bytes) -> DocumentError:
    if _ENCRYPTED in data:
        return DocumentError("the file has a password", where=name, hint="save it without one")
    return DocumentError(
        "a file of an office program of before 2007", where=name, allowed=_READ,
        hint="save it as .xlsx or as PDF",
    )  # fmt: skip


def _plain(name: str, data: bytes, form: str) -> Loaded:
    sample = data[:65_536]
    wide = sample.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff"))
    odd = sum(1 for b in sample if b < 32 and b not in (9, 10, 12, 13))
    if not wide and (b"\x00" in sample or odd > 0.02 * len(sample)):
        hint = "if it is a text, save it as UTF-8"
        raise DocumentError(
            "not a text: it holds binary data", where=name, allowed=_READ, hint=hint
        )
    text, encoding = decode(data)
    unreadable = text.count("\ufffd") + len(re.findall("[\ue000-\uf8ff\x80-\x9f]", text))
    if unreadable > 0.05 * len(text):
        raise DocumentError(
            "not a text: its characters cannot be decoded", where=name,
            allowed="UTF-8, UTF-16 or GB 18030",
        )  # fmt: skip
    notes = [f"not UTF-8: read as {encoding}"] if encoding else []
    if len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS]
        notes.append(f"only the first {MOST_CHARACTERS:,} characters were read")
    if form == "csv":
        text, odd_cells = plain_cells(text)
        notes += odd_cells
    return Loaded(text, form, "", tuple(notes))


def _parsed(name: str, data: bytes, form: str) -> Loaded:
    try:
        done = run_apart("outlay.evidence.worker", [form], data=data, limits=LIMITS)
    except ApartError as err:
        raise DocumentError(
            f"the document could not be read: {err}", where=name,
            hint="split it, or save its text",
        ) from None  # fmt: skip
    out = _said(done)
    if out is None:
        raise DocumentError(
            f"the {form.upper()} reader ended without an answer", where=name,
            value=done.ended, hint="the file is malformed or needs too much memory",
        )  # fmt: skip
    if "error" in out:
        what, hint = (shown(str(out.get(k, "")))[0] for k in ("error", "hint"))
        raise DocumentError(what, where=name, hint=hint)
    parsed = from_json(out["read"])
    return Loaded(parsed.text, form, parsed.date, parsed.notes, parsed)


def _said(done: Apart) -> dict[str, object] | None:
    """What a parser said; None where it ended before."""
    try:
        out: object = json.loads(done.output)
    except ValueError:
        return None
    return out if isinstance(out, dict) else None
