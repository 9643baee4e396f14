"""The one-page memo: the decision, three numbers with ranges, what would change it, sources.

Text reaches typst as data (JSON), never as markup, so that nothing in a study is interpreted. The
file carries no date of its own: the same memo gives the same bytes.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from pathlib import Path

from outlay.core.errors import InputError
from outlay.report.words.check import idle_groups
from outlay.report.words.language import Words
from outlay.report.words.of_plan import words_of
from outlay.report.words.plans.money import notes_on_money
from outlay.results.plans.answers import Headline, Tile
from outlay.results.plans.plan import Plan

__all__ = ["Memo", "memo_of", "memo_pdf", "page_count"]

SIZES = ("10pt", "9pt", "8.5pt", "8pt")
CUTS = (None, 12, 8, 5, 3, 1)
LONGEST = 420  # characters of one item
DECISION = 900  # of the decision: orders, power and returns, each by name
TIMESTAMP = 0  # seconds since 1970: typst stamps the file with it
INVALID = "INVALID"
PARTS = ("decision", "changes", "caveats", "sources")
WIDE = re.compile("[\u0590-\u1fff\u2e80-\uffff]")  # scripts that typst's own fonts lack


@dataclass(frozen=True, slots=True)
class Memo:
    """What stands on the page; lists are shortened from their end where a page is too small."""

    title: str
    subtitle: str
    decision: str
    figures: tuple[Tile, ...]
    changes: tuple[str, ...]
    caveats: tuple[str, ...]
    sources: tuple[str, ...]
    footer: str = ""
    headings: tuple[str, ...] = ("", "", "", "")
    """Of PARTS."""
    more: str = "{n}"
    """What stands for the items that a list had no room for."""
    lines: tuple[str, ...] = ()
    """What must be known with the decision."""


def memo_of(plan: Plan, say: Words | None = None) -> Memo:
    """The memo of a plan that has its words; a run marked INVALID gets no headline."""
    say = words_of(plan, say)
    valid = plan.verdict != INVALID
    headline = plan.headline if valid else Headline(say("memo.refused"), (), ())
    sure = [a.sentence for a in plan.answers if a.id == "sure"]
    triggers = [n for a in plan.answers if a.id == "decision" for n in a.notes]
    subtitle = say(
        "memo.subtitle", as_of=plan.as_of, currency=plan.currency, status=plan.status
    )  # fmt: skip
    return Memo(
        title=plan.title,
        subtitle=subtitle,
        decision=headline.sentence,
        lines=headline.lines,
        figures=headline.tiles[:3],
        changes=(*triggers, *sure) if valid else (),
        caveats=tuple(_caveats(plan, say)),
        sources=tuple(
            say.listed(x for x in (s.text, s.date, s.grade) if x) or s.id for s in plan.sources
        ),
        footer=say("memo.footer", result=plan.record.result_hash[:16]),
        headings=tuple(say(f"memo.{part}") for part in PARTS),
        more=say.texts["memo.more"],
    )


def _caveats(plan: Plan, say: Words) -> Iterator[str]:
    for c in plan.invariants:
        if c.status == "broken":
            yield say("memo.broken", name=c.name, statement=c.statement)
    if plan.contradictions:
        yield say("memo.contradictions", n=len(plan.contradictions))
    if plan.assumptions:
        yield say("memo.assumptions", n=len(plan.assumptions))
    if plan.idle:
        yield say(
            "memo.idle",
            n=len(plan.idle),
            paths=say.listed(text for text, _ in idle_groups(plan.idle, say)),
        )
    yield from notes_on_money(plan, say)


def memo_pdf(memo: Memo) -> bytes:
    """One page of PDF; equal memos give equal bytes.

    Where the text does not fit, type gets smaller and then lists are cut with a line that says how
    many items were left out.
    """
    memo = _short(memo)
    for keep in CUTS:
        for size in SIZES:
            pdf = _compile(_cut(memo, keep), size)
            if page_count(pdf) == 1:
                return pdf
    raise InputError("the memo does not fit on a page", value=memo.title)


def page_count(pdf: bytes) -> int:
    """Pages of a PDF as typst writes it (page objects are not compressed)."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def _clip(text: str, most: int = LONGEST) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def _short(memo: Memo) -> Memo:
    return replace(
        memo,
        title=_clip(memo.title)[:120],
        subtitle=_clip(memo.subtitle),
        decision=_clip(memo.decision, DECISION),
        figures=tuple(
            Tile(_clip(f.name)[:60], _clip(f.text)[:40], _clip(f.range)[:90], _clip(f.how)[:120])
            for f in memo.figures[:3]
        ),
        lines=tuple(map(_clip, memo.lines)),
        changes=tuple(map(_clip, memo.changes)),
        caveats=tuple(map(_clip, memo.caveats)),
        sources=tuple(map(_clip, memo.sources)),
    )


def _cut(memo: Memo, keep: int | None) -> Memo:
    def some(items: Sequence[str]) -> tuple[str, ...]:
        if keep is None or len(items) <= keep:
            return tuple(items)
        return (*items[:keep], memo.more.format(n=len(items) - keep))

    return replace(
        memo, changes=some(memo.changes), caveats=some(memo.caveats), sources=some(memo.sources)
    )


def _compile(memo: Memo, size: str) -> bytes:
    import typst

    text = json.dumps(asdict(memo), ensure_ascii=False)
    template = files("outlay.report").joinpath("templates/memo.typ").read_bytes()
    with tempfile.TemporaryDirectory() as folder:  # typst reads files only below its root
        source = Path(folder) / "memo.typ"
        source.write_bytes(template)
        out = typst.compile(
            str(source),
            root=folder,
            format="pdf",
            ignore_system_fonts=not WIDE.search(text),
            sys_inputs={"memo": text, "size": size},
            timestamp=TIMESTAMP,
        )
    if not isinstance(out, bytes):
        raise InputError("typst made no document")
    return out
