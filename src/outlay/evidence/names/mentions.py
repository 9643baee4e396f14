"""Who and what a text speaks of: known names in both languages, and unseen proper names."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from outlay.evidence.lexicon import is_han, rows
from outlay.evidence.names.mention import ACTORS, Mention, Mentions, places_of
from outlay.evidence.names.mentions_zh import LEGAL_HAN, unseen_han
from outlay.evidence.text.clean import Cleaned

__all__ = ["ACTORS", "Mention", "Mentions", "find_mentions"]


@cache
def _aliases() -> dict[str, list[tuple[str, str, str]]]:
    """Aliases by their first word (Latin) or first character (Chinese), longest first."""
    index: dict[str, list[tuple[str, str, str]]] = {}
    for r in rows("entities.csv"):
        names = [r["name"], *filter(None, r["aliases"].split("|"))]
        for alias in names:
            first = alias[0] if is_han(alias[0]) else re.match(r"[A-Za-z0-9]+", alias)[0]  # type: ignore[index]
            index.setdefault(first, []).append((alias, r["name"], r["kind"]))
            if not is_han(alias[0]) and alias.upper() != alias and len(alias) > 3:
                caps = alias.upper()
                first = re.match(r"[A-Za-z0-9]+", caps)[0]  # type: ignore[index]
                index.setdefault(first, []).append((caps, r["name"], r["kind"]))
    for entries in index.values():
        entries.sort(key=lambda e: -len(e[0]))
    return index


@cache
def _starter() -> re.Pattern[str]:
    han = "".join(sorted({k for k in _aliases() if is_han(k)}))
    return re.compile(rf"(?<![A-Za-z0-9])(?:[A-Z][A-Za-z0-9]*|xAI|iFlytek|910[BC])|[{han}]")


_NOT_BYTEDANCE = re.compile(r"[\d兆千百万亿个每吉太]\s?$")
_POSSESSIVE = re.compile(r"[’']s?(?![A-Za-z])|的")


def _known(text: str) -> list[Mention]:
    index = _aliases()
    out: list[Mention] = []
    skip = 0
    for m in _starter().finditer(text):
        if m.start() < skip:
            continue
        for alias, name, kind in index.get(m[0], ()):
            end = m.start() + len(alias)
            if not text.startswith(alias, m.start()):
                continue
            last = alias[-1]
            if not is_han(last) and end < len(text) and text[end].isascii() and text[end].isalnum():
                continue
            if alias == "字节" and (
                text[end : end + 1] in "数流码"
                or _NOT_BYTEDANCE.search(text[max(0, m.start() - 2) : m.start()])
            ):
                continue
            out.append(Mention(m.start(), end, name, kind, bool(_POSSESSIVE.match(text, end))))
            skip = end
            break
    return out


_COMMON = frozenset(r["word"] for r in rows("words.csv") if r["common"])
_KEEP = frozenset(r["word"] for r in rows("words.csv") if r["opens_a_name"])
_SUFFIX = re.compile(
    r"(?:Inc|Corp|Corporation|Ltd|Limited|Group|Holdings?|Technologies|Technology|Cloud|Compute|Computing|"
    r"Networks?|Systems|Energy|Power|Capital|Partners|Labs?|Semiconductor|Microelectronics|Electronics|"
    r"Telecom|Data|Datacent(?:er|re)s?|Digital|Industries|Infrastructure|AG|SE|SA|NV|plc|PLC|GmbH|AB|ASA|"
    r"Oyj|Berhad|Bhd|Pte|LLC|AI|REIT|Utilities|Electric|Bank)\.?$"
)
_ACT = re.compile(
    r"(?:[’']s)?,? (?:\([^)]{1,40}\) )?(?:said|says|plans?|will|has|had|is|was|expects?|expected|announced|"
    r"reported|signed|raised|agreed|spent|spends|intends?|aims?|ordered|bought|built|builds?|posted|"
    r"recorded|generated|invested|operates?|leased|leases|committed|forecasts?|guided|guides|awarded|won|"
    r"wins|unveiled|launched|opened|paid|pays|budgeted|also|would|may|could|added|told|disclosed|"
    r"completed|secured|acquired|sold|sells|ships|shipped|holds|owns|runs|to (?:spend|build|buy|invest|"
    r"raise|lease|cut|double|open|deploy)|lifts?|cuts?|buys?|signs?|invests?|orders?|doubles?|raises?|deploys?)(?![A-Za-z])"
    r"|[’']s? "
)
_WEAK = re.compile(r",? (?:is|was|has|had|will|would|may|could|also)(?![A-Za-z])|[’']s? ")
_BODY = re.compile(
    r"(?:University|Institute|Ministry|City|Bank|Council|Agency|Authority|Department|Government) (?:of|for) "
)
_OFFICE = re.compile(
    r"(?:Executive|Officer|President|Chairman|Chairwoman|Director|Minister|Secretary|CEO|CFO|COO|CTO|Mr|Mrs|Ms|Dr|Analyst|Senator|Governor)\.? $"
)
_VERB_LIKE = re.compile(
    r" (?!is |was |has |this |its |as |says |said |adds |added |noted |notes |wrote |told |warned )[a-z]{2,}(?:s|ed|t) "
)
_LEGAL_LATIN = re.compile(
    r",? (?:inc|ltd|limited|corp|corporation|plc|llc|gmbh|ag|se|nv|berhad|bhd|pte|oyj|asa)\.?$",
    re.IGNORECASE,
)
_LEGAL_NEXT = re.compile(
    r",? (?:Inc|Corp|Ltd|Limited|Corporation|plc|PLC|Co|LLC|AG|SE|SA|NV|GmbH)(?![A-Za-z])"
)
_BUYER = re.compile(
    r"(?:采购人|招标人|采购单位|招标单位|建设单位|发包人|Buyer|Purchaser|Contracting [Aa]uthority|Client|Customer)(?:名称|信息)?\s?[:：]\s?(?P<name>[^，。；,;\n]{2,40})"
)
_DATELINE = re.compile(
    r"(?:, [A-Z][\w. ]+?)?(?:,? \d{1,2})? ?(?:\([^)]{2,30}\) ?)?(?:[-–—]|--) ?[A-Z]|, (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
_ACRONYM_ACTS = re.compile(
    r" (?:will|said|has|plans|signed|agreed|expects|operates|won|sold|raised|spent)(?![A-Za-z])"
)
_TERMS = frozenset(
    [
        "PPA",
        "NPU",
        "ROI",
        "GDP",
        "DRC",
        "CPI",
        "RFP",
        "MOU",
        "API",
        "SLA",
        "TCO",
        "VAT",
        "ETF",
        "HBM",
        "LLM",
        "PUE",
        "CSP",
        "SDK",
        "IPO",
        "DC",
        "IT",
        "AI",
        "EU",
        "US",
        "UK",
        "UN",
        "UAE",
        "GAS",
        "EPC",
    ]
)
_PLACE_FIRST = re.compile(r"(?:, [A-Z][\w. ]+)?: [A-Z“\"]")  # "MUMBAI: Reliance will build"
_HEADLINE = re.compile(
    r"(?:,? (?:Inc|Ltd|Limited|Corp|plc|PLC|N\.V|S\.A)\.?)?(?: ?[-–—:(]| (?:Q[1-4]|H[12]|FY|20\d\d|to |[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Aa]nnual|[Qq]uarterly|[Ii]nterim|"
    r"[Ee]arnings|[Rr]esults|[Rr]eports?|[Ff]iscal|[Hh]alf)|\n|$)"
)
_TITLE = re.compile(
    r"(?:Mr|Mrs|Ms|Dr|[Pp]resident|[Cc]hairman|[Cc]hairwoman|[Mm]inister|[Ee]xecutive|[Oo]fficer|CEO|CFO|"
    r"CTO|COO|[Aa]nalysts?|[Dd]irector|[Ss]pokes\w+|[Ff]ounder|[Cc]o-founder|[Ss]ecretary|[Gg]overnor|"
    r"[Ee]conomist|[Ss]trategist|[Hh]ead|[Cc]hief|[Bb]oss|[Ll]awyer|[Pp]artner)\.? $"
)
_ROLE = re.compile(
    r",? (?:(?:the |its |a |an |our )?[\w’' -]{0,40}?(?:chief|CEO|CFO|COO|CTO|president|chair\w*|analyst|head of|"
    r"minister|director|spokes\w+|founder|executive|economist|strategist|vice)(?![A-Za-z]))"
    r"|(?:,? ?[-–—:] ?(?:CEO|CFO|Chief|Analyst|VP|Vice))"
)
_NAME = re.compile(
    r"(?<![A-Za-z0-9$])[A-Z][A-Za-z0-9]*(?:[-&][A-Z]?[A-Za-z0-9]+)*"
    r"(?: (?:&|of the|of|and)? ?[A-Z][A-Za-z0-9]*(?:[-&.][A-Za-z0-9]+)*){0,4}"
)


_APP_LATIN = re.compile(
    r"(?<![A-Za-z])(?P<name>[A-Z]\w+(?: [A-Z]\w+)?), (?:its|the company[’']s|a|an|the)(?: [\w’'-]+){0,3}? (?:chatbot|app|assistant|model|platform)(?![A-Za-z])"
)


def _unseen_latin(text: str, sentence_starts: set[int], taken: list[Mention]) -> list[Mention]:
    busy = {i for m in taken for i in (m.start, m.end - 1)}
    candidates: list[tuple[int, int, str]] = []
    strong: Counter[str] = Counter()
    for m in _NAME.finditer(text):
        opens = m.start() in sentence_starts
        cut, words = _trimmed(m[0].split(" "), opens)
        start, name = m.start() + cut, " ".join(words)
        end = start + len(name)
        if start in busy or end - 1 in busy or _is_common(name, words):
            continue
        if _is_person(text, start, end) or (
            len(m[0]) > len(name) and _OFFICE.search(m[0][: len(m[0]) - len(name)])
        ):
            continue
        first = start in sentence_starts
        if _is_heading(text, end, words, first, opens) or _is_term(text, end, words):
            continue
        if _is_actor(text, start, end, words, first):
            strong[name] += 1
        elif first and len(words) == 1 and not _VERB_LIKE.match(text, end):
            continue
        candidates.append((start, end, name))
    often = Counter(name for _, _, name in candidates)
    for _, end, name in candidates:
        if not strong[name] and (often[name] > 1 or " " in name) and _VERB_LIKE.match(text, end):
            strong[name] += 1
    return [
        Mention(start, end, _canonical(name), "org", bool(_POSSESSIVE.match(text, end)))
        for start, end, name in candidates
        if strong[name]
    ]


def _trimmed(words: list[str], opens: bool) -> tuple[int, list[str]]:
    """Characters cut off the front, and the words of the name: no joining or common words at its
    ends, no legal form, quarter or office behind it. `opens`: the words open a sentence."""
    cut = 0
    while words and (
        words[0] in ("and", "of", "&", "the")
        or (words[0] in _COMMON and (opens or words[0] not in _KEEP))
    ):
        cut += len(words[0]) + 1
        words = words[1:]
    if "and" in words:
        words = words[: words.index("and")]
    while words and (
        words[-1] in ("and", "of", "&", "the", "Inc", "Ltd", "Corp", "Co", "Form")
        or words[-1].isdigit()
        or re.fullmatch(r"[QH][1-4]|FY\d*|CEO|CFO|COO|CTO|[1-4]Q|[12]H", words[-1])
    ):
        words = words[:-1]
    return cut, words


def _is_common(name: str, words: list[str]) -> bool:
    short = len(name) < 3 or name in _COMMON
    return short or any(w[:1].isdigit() for w in words) or all(w in _COMMON for w in words)


def _is_term(text: str, end: int, words: list[str]) -> bool:
    """A short word in capitals that is a term of the field, or does nothing."""
    name = words[0]
    if len(words) > 1 or not name.isupper() or len(name) >= 4:
        return False
    return name in _TERMS or not _ACRONYM_ACTS.match(text, end)


def _is_person(text: str, start: int, end: int) -> bool:
    return bool(_TITLE.search(text, max(0, start - 24), start) or _ROLE.match(text, end))


def _is_heading(text: str, end: int, words: list[str], first: bool, opens: bool) -> bool:
    """The place of a dateline: "MUMBAI, 3 March -", "MUMBAI: Reliance will build"."""
    capitals = " ".join(words).isupper()
    if first and (capitals or len(words) <= 2) and _DATELINE.match(text, end):
        return True
    return opens and capitals and len(words) <= 3 and bool(_PLACE_FIRST.match(text, end))


def _is_actor(text: str, start: int, end: int, words: list[str], first: bool) -> bool:
    """Whether what stands behind a name, its form or its place in a headline makes it act."""
    if first and start < 120 and _HEADLINE.match(text, end):
        return True
    if _LEGAL_NEXT.match(text, end):
        return True
    if first and len(words) == 1 and _WEAK.match(text, end):
        return False
    name = text[start:end]
    return bool(_ACT.match(text, end) or _SUFFIX.search(name) or _BODY.match(name))


def _canonical(name: str) -> str:
    """A company's name without its legal form and without capitals all through."""
    short = _LEGAL_LATIN.sub("", name).strip(" ,") or name
    if short.isupper() and len(short) > 5:
        short = " ".join(w if len(w) <= 2 else w.capitalize() for w in short.split())
    return short


_SHOUT = re.compile(
    r"^[ \t#]*(?P<name>[A-Z][A-Z&.,'’ -]{3,60}?),? (?:INC|LTD|LIMITED|CORP|CORPORATION|PLC|HOLDINGS|GROUP|TRUST|BERHAD|CO|N\.V|S\.A|AG|SE)\.?(?: (?:INC|LTD|LIMITED|CORP|CORPORATION|PLC|BERHAD)\.?)*(?=[ \n(,]|$)",
    re.MULTILINE,
)


def _shouted(text: str, taken: list[Mention]) -> list[Mention]:
    """A filer's name in capitals at the head of a filing, in ordinary letters."""
    m = _SHOUT.search(text[:600])
    if m is None or any(t.start < m.end() and m.start() < t.end for t in taken):
        return []
    full = re.sub(
        r",? (?:INC|LTD|LIMITED|CORP|CORPORATION|PLC|BERHAD|CO|N\.V|S\.A|AG|SE)\.?(?= |$)",
        "",
        m[0].strip(" #\t"),
    )
    return [Mention(m.start(), m.end(), _canonical(full), "company")]


def _is_apart(text: str, start: int, end: int) -> bool:
    """Whether no Latin letter stands on either side."""
    beside = text[start - 1 : start] + text[end : end + 1] if start else text[end : end + 1]
    return re.search("[A-Za-z]", beside) is None


def find_mentions(cleaned: Cleaned) -> Mentions:
    """Known names first; then unseen proper names that act, own, or carry a company's suffix."""
    text = cleaned.text
    known = _known(text)
    starts = {s.start for s in cleaned.sentences}
    found = known + _unseen_latin(text, starts, known)
    found += _shouted(text, found)
    apps = {m["name"] for m in _APP_LATIN.finditer(text)} - {m.name for m in found}
    places = places_of(apps, text, lambda a, b: _is_apart(text, a, b))
    for name in sorted(apps):
        for start in places.get(name, ()):
            end = start + len(name)
            found.append(Mention(start, end, name, "app", bool(_POSSESSIVE.match(text, end))))
    for m in _BUYER.finditer(text[:20_000]):
        if not any(t.start < m.end("name") and m.start("name") < t.end for t in found):
            name = LEGAL_HAN.sub("", m["name"].strip())
            found.append(
                Mention(m.start("name"), m.start("name") + len(m["name"].strip()), name, "buyer")
            )
    if any(s.chinese for s in cleaned.sentences):
        found += unseen_han(text, cleaned, found)
    return Mentions(found)
