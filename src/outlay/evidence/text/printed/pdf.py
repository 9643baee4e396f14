"""PDF to text and tables, page by page, from where its words stand."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from outlay.evidence.text.parsed import (
    MOST_CHARACTERS,
    Parsed,
    UnreadError,
    Written,
    listed,
    out_of_time,
)
from outlay.evidence.text.printed.aligned import Piece, tables_of
from outlay.evidence.text.printed.pages import Word, lines_of, pieces_of

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
    made = _Text()
    bare: list[str] = []
    notes: list[str] = []
    if not book:
        raise UnreadError("the PDF has no pages")
    for number, page in enumerate(book):
        if number >= MOST_PAGES or made.size > MOST_CHARACTERS or out_of_time():
            notes.append(f"only the first {number:,} of {len(book):,} pages were read")
            break
        try:
            found = page.extract_words(x_tolerance_ratio=0.2, use_text_flow=False)
        except Exception as err:
            notes.append(f"page {number + 1} could not be read ({type(err).__name__})")
            continue
        words = [Word(w["text"], w["x0"], w["x1"], w["top"], w["bottom"]) for w in found]
        if not words:
            bare.append(str(number + 1))
        made.page(lines_of(words))
        page.close()
    body = made.text().rstrip()
    if not body.strip():
        raise UnreadError("no text in this PDF", _SCANNED)
    if bare:
        few = f"{len(bare):,} of {len(book):,} pages"
        notes.append(f"no text on {few}: {listed(bare)} ({_SCANNED})")
    return Parsed(body, "", tuple(notes), (), tuple(made.tables))


class _Text(Written):
    """The lines of pages."""

    def page(self, lines: Sequence[Sequence[Word]]) -> None:
        """The lines of a page; its tables are told by where their words stand."""
        placed: list[list[Piece]] = []
        for line in lines:
            pieces = []
            for n, words in enumerate(pieces_of(line)):
                self.put("\t" if n else "")
                start = self.size
                text = " ".join(w.text for w in words)
                self.put(text)
                pieces.append(Piece(words[0].left, words[-1].right, start, self.size, text))
            self.put("\n")
            placed.append(pieces)
        self.put("\n")
        self.tables += tables_of(placed)
