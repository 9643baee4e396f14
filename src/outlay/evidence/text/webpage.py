"""HTML to the text that people see on the page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from outlay.evidence.text.characters import decode
from outlay.evidence.text.parsed import MOST_CHARACTERS, Parsed, counted, out_of_time

__all__ = ["webpage"]

_SKIP = frozenset({
    "script", "style", "noscript", "template", "svg", "nav", "footer", "aside", "form", "iframe",
    "object", "head",
})  # fmt: skip
_BLOCK = frozenset({
    "p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "section", "article",
    "ul", "ol", "blockquote", "pre", "dd", "dt", "figcaption", "title",
})  # fmt: skip
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
})  # fmt: skip
_ENDED_BY_ITSELF = frozenset({"p", "li", "dd", "dt", "option", "tr", "td", "th"})
"""Elements that end, without saying so, where the next of their kind begins."""
_DATE_NAMES = re.compile(
    r"published|publishdate|pubdate|datepublished|(?:^|[.:_-])date$|releasedate"
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNSEEN = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0?\.?0*(?![.\d])"
    r"|font-size:0(?![.\d])|(?:text-indent|left|top):-\d{3,}"
)
"""Styles under which a text is not seen."""
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]{0,4000})\}")
_SIMPLE = re.compile(r"[.#]?[\w-]+")
_PIECE = 1 << 16


class _Page(HTMLParser):
    """Visible text of a page: blocks on lines of their own, table rows with pipes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.size = 0
        self.skip = 0
        self.date = ""
        self.title = ""
        self.unseen = 0
        self._in_title = self._in_style = False
        self._rules: set[str] = set()
        self._open: list[tuple[str, bool]] = []
        """Elements open here, and whether each is one that people do not see."""
        self._count: dict[str, int] = {}
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {k: v or "" for k, v in attrs}
        self._dated(tag, values)
        self._in_title, self._in_style = tag == "title", tag == "style"
        if tag not in _VOID:
            if self._open and tag in _ENDED_BY_ITSELF and self._open[-1][0] == tag:
                self._leave(tag)
            elif self._open and self._open[-1][0] == "p" and tag in _BLOCK:
                self._leave("p")
            unseen = self._is_unseen(tag, values)
            self._open.append((tag, unseen))
            self._count[tag] = self._count.get(tag, 0) + 1
            self._hidden += unseen
        if tag in _SKIP:
            self.skip += 1
        elif tag in ("td", "th"):
            self._add(" | ")
        elif tag in _BLOCK:
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_style = False
        self._leave(tag)
        if tag in _SKIP:
            self.skip = max(0, self.skip - 1)
        elif tag == "tr":
            self._add(" |\n")
        elif tag in _BLOCK:
            self._add("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID and tag in ("svg", "iframe", "object", "template"):
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self._styled(data)
        elif self._in_title:
            self.title += data
        elif self._hidden and not self.skip:
            self.unseen += bool(data.strip())
        elif not self.skip:
            self._add(re.sub(r"\s+", " ", data))

    def _leave(self, tag: str) -> None:
        """The element's end, and that of all that were left open in it."""
        if not self._count.get(tag):
            return
        while self._open:
            name, unseen = self._open.pop()
            self._count[name] -= 1
            self._hidden -= unseen
            if name == tag:
                return

    def _is_unseen(self, tag: str, values: dict[str, str]) -> bool:
        style = re.sub(r"\s+", "", values.get("style", "")).lower()
        names = {tag, *(f".{c}" for c in values.get("class", "").split())}
        if "id" in values:
            names.add(f"#{values['id']}")
        return (
            ("hidden" in values and values["hidden"].lower() != "until-found")
            or (style != "" and _UNSEEN.search(style) is not None)
            or not self._rules.isdisjoint(names)
        )

    def _styled(self, css: str) -> None:
        """Rules of one name alone that hide what bears it; those for some screens only are left."""
        css = re.sub(r"/\*.*?\*/", "", css[: 1 << 20], flags=re.DOTALL)
        css = re.sub(r"@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
        for selectors, body in _RULE.findall(css):
            if _UNSEEN.search(re.sub(r"\s+", "", body).lower()):
                named = (s.strip() for s in selectors.split(","))
                self._rules |= {s for s in named if _SIMPLE.fullmatch(s)}

    def _dated(self, tag: str, values: dict[str, str]) -> None:
        if self.date:
            return
        if tag == "meta":
            keys = (values.get(k, "") for k in ("property", "name", "itemprop"))
            if _DATE_NAMES.search("".join(keys).lower()):
                found = _DAY.search(values.get("content", ""))
                self.date = found[0] if found else ""
        elif tag == "time":
            found = _DAY.search(values.get("datetime", ""))
            self.date = found[0] if found else ""

    def _add(self, text: str) -> None:
        self.size += len(text)
        if self.size <= MOST_CHARACTERS:
            self.parts.append(text)


def webpage(data: bytes) -> Parsed:
    """The text of a page, less its menus, its scripts and what is hidden on it."""
    source, encoding = decode(data)
    notes = [f"not UTF-8: read as {encoding}"] if encoding else []
    page, read = _seen(source)
    text = re.sub(r"\n\s*\n+", "\n", "".join(page.parts)).strip()
    if page.title.strip() and page.title.strip() not in text[:400]:
        text = f"{page.title.strip()}\n{text}"
    if page.size > MOST_CHARACTERS:
        notes.append(f"only the first {MOST_CHARACTERS:,} characters were read")
    elif read < len(source):
        notes.append(f"only the first {read:,} of {len(source):,} characters were read")
    if page.unseen:
        notes.append(f"{counted(page.unseen, 'piece')} of text hidden on the page left out")
    main, note = _main_text(source, text)
    # an extractor may take what is hidden for the main text
    if main and (not page.unseen or _holds(text, main)):
        text = main
    return Parsed(text, page.date, (*notes, *note))


def _seen(source: str) -> tuple[_Page, int]:
    """The page, and how many characters of its source were read."""
    page = _Page()
    read = 0
    while read < min(len(source), 4 * MOST_CHARACTERS) and not out_of_time():
        page.feed(source[read : read + _PIECE])
        read += _PIECE
    page.close()
    return page, read


def _main_text(source: str, text: str) -> tuple[str, tuple[str, ...]]:
    """The main text of a page as far as it is told apart, and what stood in the way."""
    if len(source) >= 2_000_000 or source.count("<") >= 50_000:
        return "", ()
    try:
        import trafilatura

        found = trafilatura.extract(source, include_tables=False, include_comments=False) or ""
    except ImportError:
        return "", (
            "trafilatura is not installed (`outlay[documents]`): the whole page was read, menus "
            "and all",
        )
    except Exception as err:  # the extractor fails on odd pages; our own reading stands
        said = type(err).__name__
        return "", (f"main-text extraction failed ({said}); the whole page was read",)
    whole = len(found) > 400 and len(found) > 0.5 * len(text)
    return (found, ()) if whole and "<table" not in source.lower() else ("", ())


def _holds(text: str, part: str) -> bool:
    """Whether each line of a part stands in the text, however its spaces are."""
    whole = "".join(text.split())
    return all("".join(line.lstrip("- ").split()) in whole for line in part.split("\n"))
