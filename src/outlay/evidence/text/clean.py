"""Clean a text without moving an offset, cut it into sentences, and find what is printed twice."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from outlay.evidence.text.parsed import matches_at, trimmed
from outlay.results.claims import ReadNote

__all__ = ["Cleaned", "Sentence", "clean", "is_chinese", "language_of", "wrapped_width"]

_EXCHANGES = "US|HK|SH|SZ|SS|BJ|TW|TWO|T|L|O|N|KS|KQ|SI|AX|TO|NS|BO|DE|PA|AS|MI|SW|ST|OL|HE|CO"
_TAG = re.compile(
    rf"\$(?P<name>[^$\n]{{1,60}}?)\s*(?P<code>[(（][A-Z0-9.\-]{{1,12}}\.(?:{_EXCHANGES})[)）])\$"
)
_CODE = re.compile(
    rf"[(（\[<](?:[A-Z0-9\-]{{1,8}}\.(?:{_EXCHANGES})"
    r"|(?:NASDAQ|Nasdaq|NYSE|NYSEAMERICAN|HKEX|SEHK|HKSE|SSE|SZSE|TSE|TYO|LSE|TSX|ASX|KRX|SGX|"
    r"Euronext|EPA|XETRA|股票代码|证券代码|代码|港股|美股|A股)\s*[:：]?\s*[A-Z0-9.\-]{1,10}"
    r"(?:\s*[;；,，、/]\s*(?:[A-Za-z]+\s*[:：]\s*)?[A-Z0-9.\-]{1,10})?)[)）\]>]"
    rf"|(?<![A-Za-z0-9.])(?:\d{{5,6}}|[A-Z]{{1,5}}|0\d{{3}})\.(?:US|HK|SH|SZ|SS|BJ|TW)(?![A-Za-z])"
    r"|(?:股票代码|证券代码|股份代号|Stock [Cc]ode|stock code)\s*[:：]?\s*\d{4,6}"
    r"|\$[A-Z]{1,5}(?![A-Za-z0-9$])"
)
_NOISE = re.compile(
    r"https?://[^\s，。；）)]+|www\.[^\s，。]+|(?<![\w.+-])(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.]+"
    r"|\[\d{1,3}\]|(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?(?!\d)"
    r"|\+\d{1,3}[ -]?\d[\d -]{6,14}\d|(?<![\d.,])0\d{2,3}-\d{7,8}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)"
    r"|(?:编号|标书号|文号|招标号|项目号|采购编号|项目编号|合同号|备案号)\s*[:：]?\s*[A-Za-z0-9][\w\-/（）()]*"
    r"|(?<![A-Za-z])(?:No\.|Ref\.?|Reference|Tender|Lot|Contract|RFP|RFQ|ITT|Form|Rule|Section|"
    r"Note|Table|Figure|Page|Article|Clause|Phase|Level|Tier|Gate|Appendix|Annex|Chapter|Part|"
    r"Step|Room|Suite|Building|Exhibit|Item|ASC|IFRS|IAS|ISO|Regulation)"
    r"(?: (?:No|number|ref)\.?)?[:：]? ?#?[A-Z]{0,6}[-/]?\d[\w\-/.]*(?<![.])"
    r"|(?<![A-Za-z0-9])[A-Z]{2,}[A-Z0-9]*[-/][A-Z0-9]*\d[\w\-/]*(?<!bn)(?<!m)"
    r"|第[\d一二三四五六七八九十]+(?:条|款|章|节|页|号|次|届|标段|包|期|阶段|代|批)"
)
_NUMBERING = re.compile(
    r"^[ \t]*(?:#{1,6} +)?(?:\d{1,2}(?:\.\d{1,2})*[.)、．](?=\s|[^\d])|[（(]?[一二三四五六七八九十\d]{1,3}[)）、]"
    r"|[（(][ivxIVX]+[)）])[ \t]*",
    re.MULTILINE,
)
_MARKDOWN = re.compile(
    r"\*\*|__|`|^[ \t]*>+|^[ \t]*#{1,6}(?= )|^[ \t]*[-*+•·●■◆](?= )", re.MULTILINE
)
_LINK = re.compile(r"\[([^\]\n]{1,200})\](\([^)\n]{1,400}\))")
_WIDE = str.maketrans(
    "０１２３４５６７８９％．－＄￥：＋＝ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ\u00a0\u2009\u202f\u3000\t",
    "0123456789%.-$¥:+=ABCDEFGHIJKLMNOPQRSTUVWXYZ     ",
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:U\.S|U\.K|E\.U|U\.N|Inc|Corp|Ltd|Co|Mr|Mrs|Ms|Dr|Jr|Sr|St|No|vs|approx|est|e\.g|i\.e|"
    r"cf|etc|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Rs|Fig|Gen|Sen|Gov|al|ca|max|min|avg|a\.m|p\.m)"
    r"|(?<![A-Za-z])[A-Z])\.$"
)
_STOP = re.compile(
    r"[。！？；…]+[\"”’」』）)]*|[.!?]+[\"”’)\]]*(?=\s+[\"“‘'(\[]?[A-Z0-9$€£¥\u3400-\u9fff])|\n"
)


_MAY_CODE = re.compile(
    r"[(（\[<股证$A-Z\dSs](?:(?<=[(（\[<股证$])|(?<=[Ss])(?=tock [Cc]ode)"
    r"|(?<=[A-Z\d])(?=[A-Z\d]{0,5}\.(?:US|HK|SH|SZ|SS|BJ|TW)))"
)
_MAY_NOISE = re.compile(
    r"[hw\[+\dA-Z编标文招项采合备第](?:(?<=h)(?=ttps?:)|(?<=w)(?=ww\.)|(?<=[\[+])(?=\d)"
    r"|(?<=[编标文招项采合备第])|(?<=\d)(?<!\d\d)(?=\d?:\d|\d{2,3}-\d|\d{10})"
    r"|(?<=[A-Z])(?<![A-Za-z][A-Z])(?=[A-Z]|[a-z]*\.?(?: (?:No|number|ref)\.?)?[:：]? ?#?[A-Z]{0,6}[-/]?\d))"
)
"""Where the patterns of the same name may find something, told by less."""
_LETTER = re.compile(r"[^\n]")
_HAN_LETTER = re.compile("[\u3400-\u9fff]")
_LATIN_LETTER = re.compile("[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's span, its paragraph, and whether it is a heading or a table's row."""

    start: int
    end: int
    paragraph: int
    chinese: bool
    heading: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`text` is as long as the original, character for character; noise became spaces."""

    text: str
    sentences: tuple[Sentence, ...]
    notes: tuple[ReadNote, ...]


def is_chinese(text: str) -> bool:
    """Whether more than a fifth of the letters are Chinese."""
    if text.isascii():
        return False
    han = len(_HAN_LETTER.findall(text))
    latin = len(_LATIN_LETTER.findall(text))
    return han > 0 and han * 4 >= latin


def language_of(text: str) -> str:
    """`zh`, `en`, or `other` where most letters are neither Latin nor Chinese."""
    sample = text[:20_000]
    letters = sum(1 for ch in sample if ch.isalpha())
    known = sum(
        1 for ch in sample if (ch.isalpha() and ord(ch) < 0x250) or "\u3400" <= ch <= "\u9fff"
    )
    if letters and known < 0.5 * letters:
        return "other"
    return "zh" if is_chinese(sample) else "en"


def _codes(text: str) -> Iterator[re.Match[str]]:
    return matches_at(_CODE, text, (m.start() for m in _MAY_CODE.finditer(text)))


def _noise(text: str) -> Iterator[re.Match[str]]:
    places = [m.start() for m in _MAY_NOISE.finditer(text)]
    if "@" in text:
        addresses = (_begins(text, m.start()) for m in re.finditer("@", text))
        places = sorted([*places, *addresses])
    return matches_at(_NOISE, text, places)


def _begins(text: str, end: int) -> int:
    """Where the letters before an @ begin."""
    start = end
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_.+-"):
        start -= 1
    return start


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with spaces there, but for ends of lines."""
    parts, at = [], 0
    for start, end in sorted(spans):
        if end > at:
            start = max(start, at)
            parts += [text[at:start], _LETTER.sub(" ", text[start:end])]
            at = end
    return "".join(parts) + text[at:]


def _mask(text: str) -> tuple[str, list[int]]:
    """Noise to spaces; also where a ticker tag ended (a clause may have been cut there)."""
    flat = text.translate(_WIDE)
    tags = list(_TAG.finditer(flat))
    signs = [(at, at + 1) for m in tags for at in (m.start(), m.end() - 1)]
    untagged = _blanked(flat, [*signs, *(m.span("code") for m in tags)])
    spans = [m.span() for m in _codes(untagged)]
    for found in (_noise(flat), _NUMBERING.finditer(flat), _MARKDOWN.finditer(flat)):
        spans += [m.span() for m in found]
    for m in _LINK.finditer(flat):
        spans += [(m.start(), m.start() + 1), (m.end(1), m.end(2))]
    return _blanked(untagged, spans), [m.end() for m in tags]


def wrapped_width(text: str) -> int:
    """The line width of a hard-wrapped text (PDF, e-mail), or 0 where lines are paragraphs."""
    lengths = sorted(len(ln) for ln in text.split("\n") if ln.strip())
    if len(lengths) < 8:
        return 0
    p50, p95 = lengths[len(lengths) // 2], lengths[int(len(lengths) * 0.95)]
    return p95 if p50 >= 30 and p95 <= 130 and p50 >= 0.7 * p95 else 0


def _is_break(text: str, pos: int, width: int) -> bool:
    """Whether the newline at `pos` ends a sentence."""
    before = text[text.rfind("\n", 0, pos) + 1 : pos]
    after_end = text.find("\n", pos + 1)
    after = text[pos + 1 : after_end if after_end >= 0 else len(text)]
    if not before.strip() or not after.strip() or "|" in after:
        return True
    nxt = after.lstrip()
    if width and len(before.rstrip()) >= 0.75 * width and before.rstrip()[-1] not in ".。!?！？:：":
        return False
    return not (
        nxt[0].islower() and before.rstrip()[-1] not in ".。!?！？:：;；" and len(before) > 30
    )


def _sentences(text: str) -> tuple[list[Sentence], str]:
    """The sentences, and the text with a space where a line ends within one."""
    width = wrapped_width(text)
    out: list[Sentence] = []
    within: list[int] = []
    start, paragraph = 0, 0

    def close(end: int, stop: str) -> None:
        a, b = trimmed(text, start, end)
        if b > a:
            body = text[a:b]
            heading = stop == "\n" and len(body) < 120 and body[-1] not in ".。!?！？;；,，:：|”"
            out.append(Sentence(a, b, paragraph, is_chinese(body), heading))

    for m in _STOP.finditer(text):
        if m[0] == "\n":
            if _is_break(text, m.start(), width):
                close(m.start(), "\n")
                start = m.end()
                paragraph += 1
            else:
                within.append(m.start())
            continue
        if m[0][0] == "." and _ABBREVIATION.search(text, max(0, m.start() - 8), m.start() + 1):
            continue
        close(m.end(), ".")
        start = m.end()
    close(len(text), "\n")
    starts = [0, *(at + 1 for at in within)]
    parts = (text[a:b] for a, b in zip(starts, [*within, len(text)], strict=True))
    return out, " ".join(parts)


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z']+|[\u3400-\u9fff]", text.lower())


_NO_WORD = {code: None for code in range(128) if not re.match(r"\w", chr(code))}


def _key(text: str) -> str:
    """Its letters and digits, in small letters: two sentences of one key are the same."""
    if text.isascii():
        return text.translate(_NO_WORD).lower()
    return re.sub(r"\W+", "", text).lower()


def _split_restart(text: str, s: Sentence, tag_ends: set[int]) -> list[Sentence]:
    """Cut a sentence that starts again in its own middle (a clause printed twice round a tag)."""
    body = text[s.start : s.end]
    opening = _words(body)[: 5 if s.chinese else 3]
    if len(opening) < 3 or len(body) < 60:
        return [s]
    glue = "" if s.chinese else r"[\s,;:]+"
    pattern = re.compile(glue.join(re.escape(w) for w in opening), re.IGNORECASE)
    hits = [m.start() for m in pattern.finditer(body)]
    for hit in hits:
        if hit < 25 or (not s.chinese and not body[hit].isupper()):
            continue
        first, second = set(_words(body[:hit])), set(_words(body[hit:]))
        if s.start + hit in tag_ends or len(first & second) >= 0.6 * len(first):
            return [
                Sentence(s.start, s.start + hit, s.paragraph, s.chinese, False, True),
                Sentence(s.start + hit, s.end, s.paragraph, s.chinese, s.heading),
            ]
    return [s]


def clean(text: str) -> Cleaned:
    """Mask noise in place and return sentences; later copies of a sentence are marked repeated."""
    masked, tag_ends = _mask(text)
    sentences: list[Sentence] = []
    notes: list[ReadNote] = []
    tags = set()
    raw, masked = _sentences(masked)
    if tag_ends:
        i = 0
        for s in raw:
            while i < len(tag_ends) and tag_ends[i] < s.start:
                i += 1
            if i < len(tag_ends) and tag_ends[i] <= s.end:
                tags.add(s)
    ends = set(tag_ends)
    seen: dict[str, tuple[int, int]] = {}
    for s in raw:
        for part in _split_restart(masked, s, ends) if s in tags else [s]:
            key = _key(masked[part.start : part.end])
            copy = seen.get(key) if len(key) >= (12 if part.chinese else 30) else None
            if part.repeated or copy:
                part = replace(part, repeated=True)
                if len(notes) < 200:
                    notes.append(ReadNote("printed twice; counted once", (part.start, part.end)))
            else:
                seen[key] = (part.start, part.end)
            sentences.append(part)
    return Cleaned(masked, tuple(sentences), tuple(notes))
