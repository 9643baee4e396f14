"""The one-page memo: the decision, two pictures, three numbers with ranges, what would change it.

Text reaches typst as data (JSON), never as markup, so that nothing in a study is interpreted. The
file carries no date of its own: the same memo gives the same bytes.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache

from outlay.core.errors import InputError
from outlay.report.drawing import desk
from outlay.report.figures import FIGURES
from outlay.report.theme import Spec, to_svg
from outlay.report.words.check import idle_groups
from outlay.report.words.first import First, Ordered, Wait, first_of
from outlay.report.words.language import Words, words
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.answers import said
from outlay.report.words.plans.lines import percent
from outlay.report.words.plans.money import notes_on_money
from outlay.results.plans.answers import Tile
from outlay.results.plans.plan import Plan

__all__ = ["Memo", "memo_of", "memo_pdf", "page_count"]

SIZES = ("10.5pt", "9.5pt", "9pt", "8.5pt", "8pt")
CUTS = (None, 6, 4, 3, 2, 1)
PICTURES = ("capex", "served", "calendar", "fleet", "power", "tree")
"""Pictures of which the first two that the plan has are shown."""
SHOWN = 2
LONGEST = 600  # characters of one item
TITLE = 200  # of the title
LAST_WORD = 0.7  # a text is cut before a word, unless that takes more than the rest of it
SOURCES = 6
INVALID = "INVALID"
PARTS = ("decision", "wait", "changes", "sources")
WIDE = re.compile("[\u0590-\u1fff\u2e80-\uffff]")  # scripts that typst's own fonts lack
HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff]")
HAN_FONTS = re.compile(
    r"CJK|Source Han|Song|Ming|Hei|Kai|Fang|WenQuanYi|YaHei|Arphic|LXGW|Noto S\w+ (SC|TC|HK|JP)|"
    r"Hiragino|MiSans|HarmonyOS|Unifont|Droid Sans Fallback"
)
"""Names of families that have Chinese letters."""


@dataclass(frozen=True, slots=True)
class Memo:
    """What stands on the page; lists are shortened from their end where a page is too small."""

    title: str
    subtitle: str
    decision: str = ""
    """In place of the orders, where there are none to show."""
    orders: tuple[Ordered, ...] = ()
    signed: tuple[str, ...] = ()
    """What the plan goes over, what the orders commit, and how sure they are."""
    wait: tuple[Wait, ...] = ()
    figures: tuple[Tile, ...] = ()
    earns: tuple[str, ...] = ()
    pictures: tuple[tuple[str, str, Spec], ...] = ()
    """Of each its title, what is drawn how, its specification."""
    changes: tuple[str, ...] = ()
    care: str = ""
    """What to read with care, in a sentence; caveats go on about it."""
    caveats: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    footer: str = ""
    headings: tuple[str, ...] = ("", "", "", "")
    """Of PARTS."""
    more: str = "{n}"
    """What stands for the items that a list had no room for."""
    fonts: str = ""
    """What is said where this machine has no font for Chinese."""
    language: str = "en"


def memo_of(plan: Plan, say: Words | None = None) -> Memo:
    """The memo of a plan that has its words; a run marked INVALID gets no decision.

    In Chinese only where this machine has letters for it; else in English, and it says so.
    """
    say = words_of(plan, say)
    if say.language != "en" and not _has_han():
        english = words()
        memo = memo_of(said(plan, english), english)
        return replace(memo, caveats=(memo.fonts, *memo.caveats))
    first = first_of(plan, say)
    memo = Memo(
        title=plan.title,
        subtitle=first.about,
        care=first.care,
        caveats=tuple(_caveats(plan, say)),
        sources=tuple(_sources(plan, say)),
        footer=say("memo.footer", result=plan.record.result_hash[:16]),
        headings=tuple(say(f"memo.{part}") for part in PARTS),
        more=say.texts["memo.more"],
        fonts=say("memo.fonts"),
        language=say("language.code"),
    )
    if plan.verdict == INVALID:
        return replace(memo, decision=say("memo.refused"))
    if first.stands:
        return replace(memo, decision=first.stands)
    return replace(
        memo,
        decision="" if first.decide else say("first.nothing"),
        orders=first.decide,
        signed=first.signed,
        wait=first.wait,
        figures=tuple(_figures(plan, first, say)),
        pictures=tuple(_pictures(plan, say)),
        earns=tuple(_earns(first, say)),
        changes=(*first.binds, *first.changes),
    )


def _figures(plan: Plan, first: First, say: Words) -> Iterator[Tile]:
    """What it costs, what of it is paid first, what is served: each with what it stands beside."""
    cost = first.costs[0]
    yield Tile(cost.name, cost.text, cost.note, "")
    for m in first.money[:1]:
        yield Tile(say("memo.capex", year=m.year), m.text, m.of, "")
    tokens = any(r.demand > 0 for r in plan.served)
    share = plan.served_share if tokens else plan.work_share
    if share is not None:
        shown = say("first.share", expected=percent(share))
        least = first.served[0] if first.served and first.served[0].where else None
        how = say("memo.least", service=least.service, text=least.text) if least else ""
        of = say("memo.of_tokens" if tokens else "memo.of_work")
        yield Tile(say("first.served_name"), shown, of, how)


def _pictures(plan: Plan, say: Words) -> Iterator[tuple[str, str, Spec]]:
    drawn = (FIGURES[name](plan, say) for name in PICTURES if name in FIGURES)
    found = (d for d in drawn if d is not None)
    for (caption, spec), _ in zip(found, range(SHOWN), strict=False):
        parts = spec.get("usermeta")  # the caption's, where the picture says them apart
        told = parts if isinstance(parts, Mapping) else {"title": caption}
        yield str(told["title"]), str(told.get("note", "")), spec


def _earns(first: First, say: Words) -> Iterator[str]:
    """What the plan earns, and what it does not serve at its price."""
    if first.served_sampled:
        yield first.served_sampled
    for c in first.costs[1:]:
        yield say("first.cost" if c.note else "memo.cost", name=c.name, text=c.text, note=c.note)


def _caveats(plan: Plan, say: Words) -> Iterator[str]:
    for c in plan.invariants:
        if c.status == "broken":
            yield say("memo.broken", name=c.name, statement=c.statement)
    yield from notes_on_money(plan, say)
    if plan.idle:
        yield say(
            "memo.idle",
            n=len(plan.idle),
            paths=say.listed(text for text, _ in idle_groups(plan.idle, say)),
        )


def _sources(plan: Plan, say: Words) -> Iterator[str]:
    """Those that most numbers rest on first."""
    uses = Counter(n.source for n in plan.facts)
    for s in sorted(plan.sources, key=lambda s: -uses[s.id]):
        yield say.listed(x for x in (s.text, s.date, say.coded(s.grade)) if x) or s.id


def memo_pdf(memo: Memo, draw: Callable[[Spec], str] = to_svg) -> bytes:
    """One page of PDF; equal memos give equal bytes.

    Where the text does not fit, type gets smaller and then lists are cut with a line that says how
    many items were left out. draw: how a picture becomes a drawing; empty: it is left out.
    Raises DrawingError where the page cannot be set.
    """
    pictures = [(p, svg) for p in memo.pictures if (svg := draw(p[2]))]
    drawn = [svg for _, svg in pictures]
    memo = _short(replace(memo, pictures=tuple(p for p, _ in pictures)))
    if HAN.search(repr(memo)) and memo.fonts not in memo.caveats and not _has_han():
        memo = replace(memo, caveats=(memo.fonts, *memo.caveats))
    for keep in CUTS:
        for size in SIZES:
            pdf = _compile(_cut(memo, keep), size, drawn)
            if page_count(pdf) == 1:
                return pdf
    raise InputError("the memo does not fit on a page", value=memo.title)


def page_count(pdf: bytes) -> int:
    """Pages of a PDF as typst writes it (page objects are not compressed)."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def _clip(text: str, most: int = LONGEST) -> str:
    """A text of one line that ends with a word where it ends early."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    cut = flat[: most - 1]
    word = cut.rfind(" ")
    return (cut[:word] if word > LAST_WORD * most else cut).rstrip(" ,;:") + "…"


def _short(memo: Memo) -> Memo:
    return replace(
        memo,
        title=_clip(memo.title, TITLE),
        subtitle=_clip(memo.subtitle),
        decision=_clip(memo.decision),
        figures=tuple(
            Tile(_clip(f.name, 120), _clip(f.text, 40), _clip(f.range, 160), _clip(f.how, 160))
            for f in memo.figures
        ),
        signed=tuple(map(_clip, memo.signed)),
        earns=tuple(map(_clip, memo.earns)),
        pictures=tuple((_clip(title), _clip(note), spec) for title, note, spec in memo.pictures),
        changes=tuple(map(_clip, memo.changes)),
        care=_clip(memo.care),
        caveats=tuple(map(_clip, memo.caveats)),
        sources=tuple(map(_clip, memo.sources)),
    )


def _cut(memo: Memo, keep: int | None) -> Memo:
    def some(items: Sequence[str], most: int | None) -> tuple[str, ...]:
        if most is None or len(items) <= most:
            return tuple(items)
        return (*items[:most], memo.more.format(n=len(items) - most))

    few = SOURCES if keep is None else min(keep, SOURCES)
    return replace(
        memo, changes=some(memo.changes, keep), caveats=some(memo.caveats, keep),
        sources=some(memo.sources, few),
    )  # fmt: skip


@cache
def _has_han() -> bool:
    """Whether some font of this machine has Chinese letters."""
    return any(map(HAN_FONTS.search, desk.families()))


def _compile(memo: Memo, size: str, drawn: Sequence[str]) -> bytes:
    captions = [(title, note) for title, note, _ in memo.pictures]
    text = json.dumps({**asdict(replace(memo, pictures=())), "pictures": captions},
                      ensure_ascii=False)  # fmt: skip
    wide = any(map(WIDE.search, (text, *drawn)))
    return desk.pdf(text, size, drawn, system_fonts=wide, name="the memo")
