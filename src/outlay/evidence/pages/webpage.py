"""HTML to the text that people see on the page, and what its elements say of it.

One pass: blocks stand on lines of their own, tables as rows with bars, spans are kept as the text
grows. XBRL elements are handed on to `tagged`, hidden ones too: a hidden fact is a fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html.parser import HTMLParser

from outlay.evidence.pages.flow import Flow, Tables
from outlay.evidence.text.characters import decode, runs_in, unseen_in
from outlay.evidence.text.parsed import (
    MOST_CHARACTERS,
    Parsed,
    counted,
    out_of_time,
    trimmed,
    without,
)
from outlay.evidence.xbrl.elements import Elements

__all__ = ["webpage"]

_SKIP = frozenset({
    "script", "style", "noscript", "template", "svg", "nav", "footer", "aside", "form", "iframe",
    "object", "head",
})  # fmt: skip
_BLOCK = frozenset({
    "p", "div", "br", "hr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "ul",
    "ol", "blockquote", "pre", "dd", "dt", "figcaption", "title", "center",
})  # fmt: skip
_PARTS = frozenset({"table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"})
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
})  # fmt: skip
_ENDED_BY_ITSELF = frozenset({"p", "li", "dd", "dt", "option"})
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
_STYLED = re.compile(r"font-weight:(?:bold|[6-9]\d\d)|(vertical-align:super)")
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]{0,4000})\}")
_SIMPLE = re.compile(r"[.#]?[\w-]+")
_MARK = re.compile(r"\s*[(（\[]?(\d{1,2}|[a-z]|[*†‡§]{1,3})[)）\]]?[,;]?\s*")
"""What a raised footnote's mark looks like."""
_POWERS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_POWERED = re.compile(r"(?:\b(?:k|c|m)?m|\b(?:sq|ft|in)|(?<![\d.,])10)$")
_FILE_NAME = re.compile(r"[\w.-]*[\d_.][\w.-]*", re.ASCII)
"""A title that names the file and not the text."""
_PIECE, _SHORT = 1 << 16, 80
_YEAR = re.compile(r"(?:19|20)\d\d")
_MOST_SOUGHT = 500


@lru_cache(5_000)
def _style(said: str) -> tuple[bool, bool, bool]:
    """Whether a style hides a text, makes it bold, raises it."""
    bare = "".join(said.split()).lower()
    found = {m[1] or "" for m in _STYLED.finditer(bare)}
    return _UNSEEN.search(bare) is not None, "" in found, "vertical-align:super" in found


class _Element:
    """An element that is open, and what ends with it."""

    __slots__ = ("bold", "fact", "flow", "hidden", "level", "mark", "raised", "start", "tag")

    def __init__(self, tag: str, flow: Flow) -> None:
        self.tag, self.flow, self.start = tag, flow, flow.size
        self.hidden = self.bold = self.raised = False
        self.mark, self.level, self.fact = "", 0, -1


class _Page(HTMLParser):
    """Visible text of a page: blocks on lines of their own, table rows with bars."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.flow = Flow()
        self.date = self.title = ""
        self.unseen = 0
        self.elements = Elements()
        self.full = False
        self._skip = self._hidden = self._bold = 0
        self._raised: list[str] | None = None
        self._in_title = self._in_style = self._xml = False
        self._rules: set[str] = set()
        self._open: list[_Element] = []
        self._count: dict[str, int] = {}
        self._tables = Tables(self.flow)
        self._written = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {k: v or "" for k, v in attrs}
        self._dated(tag, values)
        self._in_title, self._in_style = tag == "title", tag == "style"
        if tag == "html" and any(k.startswith("xmlns:") for k in values):
            self._xml = True
        if tag in _VOID:
            if tag in _BLOCK and not self._skip and not self._hidden:
                self._tables.now().newline()
            return
        self._close_before(tag)
        if not self._skip and tag in _PARTS:
            if self._hidden:
                self._tables.now().newline()
            else:
                self._tables.starts(tag, values.get("rowspan", ""), values.get("colspan", ""))
        elif not self._skip and tag in _BLOCK:
            self._tables.now().newline()
        one = _Element(tag, self._tables.now())
        one.fact = self.elements.start(tag, values)
        self._look(one, values)
        self._open.append(one)
        self._count[tag] = self._count.get(tag, 0) + 1
        self._skip += tag in _SKIP

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_style = False
        if tag not in _VOID:
            self._leave(tag)
        if not self._skip and tag in _BLOCK:
            self._tables.now().newline()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID and (
            self._xml or ":" in tag or tag in ("svg", "iframe", "object", "template")
        ):
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        self.elements.data(data)
        if self._in_style:
            self._styled(data)
        elif self._in_title:
            self.title += data
        elif self._skip:
            return
        elif self._hidden:
            self.unseen += bool(data.strip())
        elif self._raised is not None:
            self._raised.append(data)
        elif not self.full:
            self._write(data)

    def end(self) -> Flow:
        """The page with everything closed that was left open."""
        while self._open:
            self._pop()
        return self.flow.close()

    def _write(self, data: str) -> None:
        self._written += len(data)
        if self._written > MOST_CHARACTERS:
            self.full = True
            return
        self._tables.now().write(data, self._bold > 0)

    # Elements.

    def _look(self, one: _Element, values: dict[str, str]) -> None:
        """What its tag, its style and its class make of an element."""
        tag = one.tag
        unseen, bold, raised = _style(values.get("style", ""))
        hidden = "hidden" in values and values["hidden"].lower() != "until-found"
        one.hidden = unseen or hidden or self._by_rule(tag, values)
        one.bold = bold or tag in ("b", "strong")
        one.raised = (
            tag == "sup" or (raised and tag in ("a", "font", "span"))
        ) and self._raised is None
        if tag.endswith(":header") and tag.partition(":")[0] in self.elements.inline:
            self._skip += 1  # it says nothing on the page
            one.mark = "skip"
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            one.mark, one.level = "heading", int(tag[1])
        elif tag == "li":
            one.mark = "item"
        self._hidden += one.hidden
        self._bold += one.bold
        if one.raised:
            self._raised = []

    def _by_rule(self, tag: str, values: dict[str, str]) -> bool:
        if not self._rules:
            return False
        names = {tag, *(f".{c}" for c in values.get("class", "").split())}
        if "id" in values:
            names.add(f"#{values['id']}")
        return not self._rules.isdisjoint(names)

    def _close_before(self, tag: str) -> None:
        """End what ends, without saying so, where this begins."""
        if not self._open:
            return
        top = self._open[-1].tag
        if (tag in _ENDED_BY_ITSELF and top == tag) or (
            top == "p" and (tag in _BLOCK or tag in _PARTS)
        ):
            self._pop()
        elif tag in ("td", "th"):
            self._end_within("table", {"td", "th", "caption"})
        elif tag in ("tr", "tbody", "thead", "tfoot"):
            self._end_within(
                "table", {"tr", "caption"} if tag == "tr" else {"tr", "caption", "thead", "tbody"}
            )

    def _end_within(self, border: str, tags: set[str]) -> None:
        """End the outermost open one of these inside the innermost `border`."""
        if not self._count.get(border) or not any(self._count.get(t) for t in tags):
            return
        place = -1
        for n in range(len(self._open) - 1, max(-1, len(self._open) - _MOST_SOUGHT), -1):
            if self._open[n].tag == border:
                break
            if self._open[n].tag in tags:
                place = n
        while 0 <= place < len(self._open):
            self._pop()

    def _leave(self, tag: str) -> None:
        """The element's end, and that of all that were left open in it; a cell holds its own."""
        if not self._count.get(tag):
            return
        for n in range(len(self._open) - 1, max(-1, len(self._open) - _MOST_SOUGHT), -1):
            name = self._open[n].tag
            if name == tag:
                while len(self._open) > n:
                    self._pop()
                return
            if name in _PARTS and tag not in _PARTS:
                return
            if name == "table":
                return

    def _pop(self) -> None:
        one = self._open.pop()
        self._count[one.tag] -= 1
        self._skip -= (one.tag in _SKIP) + (one.mark == "skip")
        self._hidden -= one.hidden
        self._bold -= one.bold
        if one.raised:
            self._raise()
        flow = self._tables.now()
        shown = flow is one.flow and not self._skip and not self._hidden
        if self.elements.end(one.tag) >= 0 and one.fact >= 0 and shown:
            flow.mark("fact", one.start, one.fact)
        if one.mark in ("heading", "item") and flow is one.flow:
            flow.mark(one.mark, one.start, one.level)
        if one.tag in _PARTS and not self._skip and not self._hidden:
            self._tables.ends(one.tag, self._count.get("table", 0))

    def _raise(self) -> None:
        """A raised text: a footnote's mark in brackets, a power, or letters as any other."""
        text, self._raised = "".join(self._raised or ()), None
        flow = self._tables.now()
        mark = _MARK.fullmatch(text)
        before = flow.parts[-1][-12:] if flow.parts else ""
        if text.strip("-").isdigit() and _POWERED.search(before):
            flow.write(text.translate(_POWERS))
        elif mark:
            flow.write(" ")
            start = flow.size
            flow.write(f"[{mark[1]}]")
            flow.mark("note", start)
        else:
            flow.write(text)

    # Style and date.

    def _styled(self, css: str) -> None:
        """Rules of one name alone that hide what bears it; those for some screens only are left."""
        css = re.sub(r"/\*.*?\*/", "", css[: 1 << 20], flags=re.DOTALL)
        css = re.sub(r"@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
        for selectors, body in _RULE.findall(css):
            if _UNSEEN.search(re.sub(r"\s+", "", body).lower()):
                named = (s.strip() for s in selectors.split(","))
                self._rules |= {s for s in named if _SIMPLE.fullmatch(s)}

    def _dated(self, tag: str, values: dict[str, str]) -> None:
        if self.date or tag not in ("meta", "time"):
            return
        if tag == "meta":
            keys = (values.get(k, "") for k in ("property", "name", "itemprop"))
            if _DATE_NAMES.search("".join(keys).lower()):
                found = _DAY.search(values.get("content", ""))
                self.date = found[0] if found else ""
        else:
            found = _DAY.search(values.get("datetime", ""))
            self.date = found[0] if found else ""


def webpage(data: bytes) -> Parsed:
    """The text of a page, less its menus, its scripts and what is hidden on it."""
    source, encoding = decode(data)
    notes = [f"not UTF-8: read as {encoding}"] if encoding else []
    page, read = _seen(source)
    flow = page.end()
    title = " ".join(page.title.split())
    if title and title not in flow.text()[:400] and not _FILE_NAME.fullmatch(title):
        titled = Flow()
        titled.write(title)
        titled.mark("heading", 0, 1)
        titled.append(flow)
        flow = titled
    if page.full:
        notes.append(f"only the first {MOST_CHARACTERS:,} characters were read")
    elif read < len(source):
        notes.append(f"only the first {read:,} of {len(source):,} characters were read")
    if page.unseen:
        notes.append(f"{counted(page.unseen, 'piece')} of text hidden on the page left out")
    parsed = _trimmed(flow, page.elements, page.date)
    for find, instead in ((unseen_in, ""), (runs_in, "…")):
        cuts, said = find(parsed.text)
        parsed = without(parsed, cuts, instead)
        notes += said
    main, said = _main_text(source)
    notes += said
    if len(main) > 400 and 0.5 * len(parsed.text) < len(main):
        parsed = without(parsed, list(_beside(main, parsed)))
    return parsed._replace(notes=tuple(notes))


def _seen(source: str) -> tuple[_Page, int]:
    """The page, and how many characters of its source were read."""
    page = _Page()
    read = 0
    while read < min(len(source), 4 * MOST_CHARACTERS) and not out_of_time():
        page.feed(source[read : read + _PIECE])
        read += _PIECE
    page.close()
    return page, read


def _trimmed(flow: Flow, elements: Elements, date: str) -> Parsed:
    """The page with spans that neither begin nor end with a space."""
    text = flow.text()
    marks, facts = [], dict[int, tuple[int, int]]()
    for mark in flow.marks:
        start, end = trimmed(text, mark.start, mark.end)
        if mark.kind == "fact":
            facts[mark.level] = (start, end)
        elif start < end:
            marks.append(mark._replace(start=start, end=end))
    marks.sort(key=lambda m: (m.start, -m.end))
    tables = tuple(sorted(flow.tables, key=lambda t: t.start))
    return Parsed(text, date, marks=tuple(marks), tables=tables, tagged=elements.tagged(facts))


def _main_text(source: str) -> tuple[str, tuple[str, ...]]:
    """The main text of a page that is no large one and has no table, and why there is none."""
    if len(source) >= 2_000_000 or source.count("<") >= 50_000 or "<table" in source.lower():
        return "", ()
    try:
        import trafilatura

        return trafilatura.extract(source, include_tables=False, include_comments=False) or "", ()
    except ImportError:
        lacks = "trafilatura is not installed (`outlay[documents]`)"
        return "", (f"{lacks}: the whole page was read, menus and all",)
    except Exception as err:  # the extractor fails on odd pages; our own reading stands
        said = type(err).__name__
        return "", (f"main-text extraction failed ({said}); the whole page was read",)


def _beside(main: str, parsed: Parsed) -> Iterator[tuple[int, int]]:
    """The lines that are no part of a page's main text.

    Titles are kept, and what stands above the text with a year in it.
    """
    main = "".join(main.split())
    titles = {m.start for m in parsed.marks if m.kind == "heading" and m.level <= 2}
    at, begun = 0, False
    for line in parsed.text.split("\n"):
        end = at + len(line) + 1
        within = "".join(line.split()) in main
        begun = begun or within
        dated = not begun and len(line) < _SHORT and _YEAR.search(line)
        if not within and not dated and at not in titles:
            yield at, min(end, len(parsed.text))
        at = end
