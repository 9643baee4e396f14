"""Load a document from a file: its form, its size, its encoding; parsers run apart."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from outlay.core.errors import DocumentError, InputError, TooLargeError
from outlay.evidence.text.worker import MOST_CHARACTERS, _decode

__all__ = ["MOST_BYTES", "Loaded", "load", "load_bytes"]

MOST_BYTES = 50_000_000
_WALL_S = 60.0
_FORMS = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html",
    ".htm": "html", ".xhtml": "html", ".pdf": "pdf", ".csv": "csv", ".tsv": "csv", ".xlsx": "xlsx",
    ".xlsm": "xlsx", ".rst": "text", "": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loaded:
    """The text of a file, its form, a date it carries, and what could not be read."""

    text: str
    form: str
    date: str
    notes: tuple[str, ...]


def _form(path: Path, head: bytes) -> str:
    if head.startswith(b"%PDF"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    named = _FORMS.get(path.suffix.lower())
    if named in (None, "text") and re.match(
        rb"\s*(?:<!doctype html|<html)", head[:400], re.IGNORECASE
    ):
        return "html"
    if named is None:
        raise DocumentError(
            "a form of document that is not read",
            where=str(path),
            value=path.suffix,
            allowed=", ".join(sorted(k for k in _FORMS if k)),
        )
    return named


def load(path: str | Path) -> Loaded:
    """The text of a file. Raises DocumentError or TooLargeError, never anything else."""
    path = Path(path)
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise DocumentError("not a file", where=str(path))
        if size > MOST_BYTES:
            raise TooLargeError(
                "the document is too large", where=str(path), value=f"{size:,} bytes",
                allowed=f"{MOST_BYTES:,} bytes", hint="split it, or save its text",
            )  # fmt: skip
        with path.open("rb") as handle:
            head = handle.read(2048)
    except OSError as err:
        raise DocumentError(
            "cannot be opened", where=str(path), value=err.strerror or str(err)
        ) from None
    if not size:
        raise DocumentError("the document is empty", where=str(path))
    form = _form(path, head)
    if form in ("text", "markdown", "csv"):
        return _plain(path, form)
    return _parsed(path, form)


def load_bytes(name: str, data: bytes) -> Loaded:
    """The text of a file of this name, from its bytes; raises as `load` does."""
    with tempfile.TemporaryDirectory(prefix="outlay-") as folder:
        path = Path(folder) / f"document{Path(name).suffix}"
        path.write_bytes(data)
        try:
            return load(path)
        except InputError as err:
            said = [replace(p, where=p.where.replace(str(path), name)) for p in err.problems()]
            raise type(err)(said) from None


def _plain(path: Path, form: str) -> Loaded:
    raw = path.read_bytes()
    sample = raw[:65_536]
    wide = sample.startswith((b"\xff\xfe", b"\xfe\xff"))
    odd = sum(1 for b in sample if b < 32 and b not in (9, 10, 12, 13))
    if not wide and (b"\x00" in sample or odd > 0.02 * len(sample)):
        raise DocumentError(
            "not a text: it holds binary data",
            where=str(path),
            allowed="text, Markdown, HTML, PDF, CSV, XLSX",
        )
    text = _decode(raw).replace("\r\n", "\n").replace("\r", "\n")
    notes: tuple[str, ...] = ()
    unreadable = text.count("\ufffd") + len(re.findall("[\ue000-\uf8ff\x80-\x9f]", text))
    if unreadable > 0.05 * len(text):
        raise DocumentError(
            "not a text: its characters cannot be decoded",
            where=str(path),
            allowed="UTF-8, UTF-16 or GB 18030",
        )
    if len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS]
        notes = (f"only the first {MOST_CHARACTERS:,} characters were read",)
    return Loaded(text, form, "", notes)


def _parsed(path: Path, form: str) -> Loaded:
    command = [sys.executable, "-m", "outlay.evidence.text.worker", form, str(path.resolve())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_WALL_S, check=False)
    except subprocess.TimeoutExpired:
        raise DocumentError(
            "the document took too long to read",
            where=str(path),
            value=f"{_WALL_S:g} s",
            hint="save its text",
        ) from None
    try:
        out = json.loads(done.stdout)
    except ValueError:
        raise DocumentError(
            f"the {form.upper()} reader ended without an answer", where=str(path),
            value=f"exit {done.returncode}", hint="the file is malformed or needs too much memory",
        ) from None  # fmt: skip
    if "error" in out:
        raise DocumentError(out["error"], where=str(path), hint=out.get("hint", ""))
    return Loaded(out["text"], form, out.get("date", ""), tuple(out.get("notes", ())))
