"""PDF to text, page by page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from outlay.evidence.text.parsed import MOST_CHARACTERS, Parsed, UnreadError, listed, out_of_time

if TYPE_CHECKING:
    from pdfplumber.page import Page

__all__ = ["pdf"]

MOST_PAGES = 400
_SCANNED = "a scanned PDF needs text recognition first"


def pdf(data: bytes) -> Parsed:
    """The text of its pages. Its scripts, forms and attachments are not looked at."""
    try:
        import pdfplumber
        from pdfminer.pdfdocument import PDFPasswordIncorrect
    except ImportError:
        raise UnreadError(
            "PDF needs the extra `documents`", "pip install 'outlay[documents]'"
        ) from None
    try:
        book = pdfplumber.open(io.BytesIO(data))
    except Exception as err:
        # the password's error is wrapped in another one by some versions
        if isinstance(err, PDFPasswordIncorrect) or "PasswordIncorrect" in repr(err):
            raise UnreadError("the PDF has a password", "save it without one") from None
        raise UnreadError(
            "a damaged PDF file", "it may be cut short: fetch it again, or save its text"
        ) from None
    with book:
        return _read(book.pages)


def _read(book: Sequence[Page]) -> Parsed:
    pages: list[str] = []
    bare: list[str] = []
    notes: list[str] = []
    if not book:
        raise UnreadError("the PDF has no pages")
    size = 0
    for number, page in enumerate(book):
        if number >= MOST_PAGES or size > MOST_CHARACTERS or out_of_time():
            notes.append(f"only the first {number:,} of {len(book):,} pages were read")
            break
        try:
            text = page.extract_text() or ""
        except Exception as err:
            notes.append(f"page {number + 1} could not be read ({type(err).__name__})")
            continue
        if not text.strip():
            bare.append(str(number + 1))
        pages.append(text)
        size += len(text)
        page.close()
    body = "\n\n".join(pages)
    if not body.strip():
        raise UnreadError("no text in this PDF", _SCANNED)
    if bare:
        few = f"{len(bare):,} of {len(book):,} pages"
        notes.append(f"no text on {few}: {listed(bare)} ({_SCANNED})")
    return Parsed(body, "", tuple(notes))
