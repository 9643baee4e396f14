"""Turn one file into text, in a process of its own with limits on time and memory.

Run as `python -m outlay.evidence.text.worker FORM PATH`; prints one JSON object. Nothing in the
file is ever executed or fetched.
"""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import json
import re
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

__all__ = ["main"]

MOST_CHARACTERS = 5_000_000
MOST_PAGES = 400
_MEMORY_BYTES = 3 << 30
_CPU_S = 50


def _limit() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S + 5))
    except (ImportError, ValueError, OSError):  # no such limits on this system: time still holds
        pass


class _Text(HTMLParser):
    """Visible text of a page: blocks on lines of their own, table rows with pipes."""

    _SKIP = frozenset(
        [
            "script",
            "style",
            "noscript",
            "template",
            "svg",
            "nav",
            "footer",
            "aside",
            "form",
            "iframe",
            "object",
            "head",
        ]
    )
    _BLOCK = frozenset(
        [
            "p",
            "div",
            "br",
            "li",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "tr",
            "table",
            "section",
            "article",
            "ul",
            "ol",
            "blockquote",
            "pre",
            "dd",
            "dt",
            "figcaption",
            "title",
        ]
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.size = 0
        self.skip = 0
        self.date = ""
        self.title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {k: v or "" for k, v in attrs}
        if tag == "meta" and not self.date:
            name = (
                values.get("property", "") + values.get("name", "") + values.get("itemprop", "")
            ).lower()
            if re.search(
                r"published|publishdate|pubdate|datepublished|(?:^|[.:_-])date$|releasedate", name
            ):
                found = re.search(r"\d{4}-\d{2}-\d{2}", values.get("content", ""))
                self.date = found[0] if found else ""
        if tag == "time" and not self.date:
            found = re.search(r"\d{4}-\d{2}-\d{2}", values.get("datetime", ""))
            self.date = found[0] if found else ""
        self._in_title = tag == "title"
        if tag in self._SKIP:
            self.skip += 1
        elif tag in ("td", "th"):
            self._add(" | ")
        elif tag in self._BLOCK:
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        if tag in self._SKIP:
            self.skip = max(0, self.skip - 1)
        elif tag == "tr":
            self._add(" |\n")
        elif tag in self._BLOCK:
            self._add("\n")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif not self.skip:
            self._add(re.sub(r"\s+", " ", data))

    def _add(self, text: str) -> None:
        self.size += len(text)
        if self.size <= MOST_CHARACTERS:
            self.parts.append(text)


def _plain_html(source: str) -> _Text:
    page = _Text()
    page.feed(source)
    page.close()
    return page


def _html(path: Path) -> dict[str, Any]:
    source = _decode(path.read_bytes())
    notes: list[str] = []
    page = _plain_html(source[: 4 * MOST_CHARACTERS])
    text = re.sub(r"\n\s*\n+", "\n", "".join(page.parts)).strip()
    if page.title.strip() and page.title.strip() not in text[:400]:
        text = f"{page.title.strip()}\n{text}"
    if page.size > MOST_CHARACTERS:
        notes.append(f"only the first {MOST_CHARACTERS:,} characters were read")
    if len(source) < 2_000_000 and source.count("<") < 50_000:
        try:
            import trafilatura

            main = trafilatura.extract(source, include_tables=False, include_comments=False) or ""
            if len(main) > 400 and len(main) > 0.5 * len(text) and "<table" not in source.lower():
                text = main
        except ImportError:
            notes.append(
                "trafilatura is not installed (`outlay[documents]`): the whole page was read, menus and all"
            )
        except Exception as err:  # the extractor fails on odd pages; our own reading stands
            notes.append(
                f"main-text extraction failed ({type(err).__name__}); the whole page was read"
            )
    return {"text": text, "date": page.date, "notes": notes}


def _pdf(path: Path) -> dict[str, Any]:
    try:
        import pdfplumber
    except ImportError:
        return {
            "error": "PDF needs the extra `documents`",
            "hint": "pip install 'outlay[documents]'",
        }
    pages: list[str] = []
    notes: list[str] = []
    size = 0
    with pdfplumber.open(path) as pdf:
        for number, page in enumerate(pdf.pages):
            if number >= MOST_PAGES or size > MOST_CHARACTERS:
                notes.append(f"only the first {number} of {len(pdf.pages)} pages were read")
                break
            try:
                text = page.extract_text() or ""
            except Exception as err:
                notes.append(f"page {number + 1} could not be read ({type(err).__name__})")
                continue
            pages.append(text)
            size += len(text)
            page.close()
    body = "\n\n".join(pages)
    if not body.strip():
        return {
            "error": "no text in this PDF",
            "hint": "a scanned PDF needs text recognition first",
        }
    return {"text": body, "date": "", "notes": notes}


def _xlsx(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        total = sum(i.file_size for i in archive.infolist())
        packed = sum(i.compress_size for i in archive.infolist()) or 1
    if total > 400_000_000 or (total > 20_000_000 and total / packed > 200):
        return {
            "error": "the workbook unpacks to far more than its size",
            "hint": f"{total:,} bytes from {packed:,}",
        }
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    parts: list[str] = []
    notes: list[str] = []
    size = 0
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=True)
        lines = []
        for row in rows:
            cells = [_cell(v) for v in row]
            if any(cells):
                lines.append("\t".join(cells) if len(cells) > 1 else cells[0])
            size += sum(map(len, cells))
            if size > MOST_CHARACTERS:
                notes.append(f"sheet {name}: only the first {len(lines):,} rows were read")
                break
        parts.append(f"{name}\n" + "\n".join(lines))
    return {"text": "\n\n".join(parts), "date": "", "notes": notes}


def _cell(value: object) -> str:
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, float):
        return f"{value:.12g}"
    return re.sub(r"[\t\n\r]+", " ", str(value)).strip()


def _decode(raw: bytes) -> str:
    for mark, name in (
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"\xef\xbb\xbf", "utf-8-sig"),
    ):
        if raw.startswith(mark):
            return raw.decode(name, "replace")
    declared = re.search(rb"charset=[\"']?([\w-]+)", raw[:2000])
    names = ["utf-8", *([declared[1].decode("ascii")] if declared else []), "gb18030", "cp1252"]
    for name in names:
        try:
            return raw.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("utf-8", "replace")


def main() -> None:
    """Read the file named on the command line and print what it holds as JSON."""
    _limit()
    form, path = sys.argv[1], Path(sys.argv[2])
    try:
        out = {"html": _html, "pdf": _pdf, "xlsx": _xlsx}[form](path)
    except MemoryError:
        out = {"error": "the file needs more memory than a document may", "hint": "split it"}
    except RecursionError:
        out = {"error": "the file is nested too deeply", "hint": "save it as plain text"}
    except Exception as err:
        out = {
            "error": f"not a readable {form.upper()} file",
            "hint": f"{type(err).__name__}: {err}"[:200],
        }
    text = out.get("text")
    if isinstance(text, str) and len(text) > MOST_CHARACTERS:
        out["text"] = text[:MOST_CHARACTERS]
        out["notes"] = [
            *out.get("notes", []),
            f"only the first {MOST_CHARACTERS:,} characters were read",
        ]
    sys.stdout.write(json.dumps(out))


if __name__ == "__main__":
    main()
