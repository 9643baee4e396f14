"""What people read of a checked study, and of changed inputs."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Iterator

from outlay.core import errors
from outlay.report.words.language import Words, words
from outlay.results.checks import Begun, Change, Check
from outlay.results.study import Idle, Number
from outlay.study.ledger import shown

__all__ = ["begun_lines", "begun_notes", "change_line", "check_lines", "idle_groups", "reason"]


def begun_lines(doc: Begun, say: Words | None = None) -> Iterator[str]:
    """What was written, how large it is, and what to do next."""
    say = say or words()
    study, *others = doc.files
    tokens = shown(doc.tokens_per_day, "token/day")
    yield say("init.written", study=study, title=doc.title, others=", ".join(others))
    formats = say("init.formats", weights=doc.weights, kv=doc.kv) if doc.weights else ""
    yield say("init.size", tokens=tokens, chips=f"{math.ceil(doc.chips_needed):,}", chip=doc.chip,
              model=doc.model, formats=formats)  # fmt: skip
    yield say("init.numbers", facts=doc.facts, assumptions=doc.assumptions)
    yield from begun_notes(doc, say)
    yield say("init.next", study=shlex.quote(study))


def begun_notes(doc: Begun, say: Words | None = None) -> Iterator[str]:
    """What someone who begins should know before the plan."""
    say = say or words()
    busy = doc.chips_needed / doc.replica
    if busy < 1:
        yield say("init.few", busy=f"{busy:.1%}", replica=doc.replica, chip=doc.chip,
                  model=doc.model)  # fmt: skip
    if not doc.usual:
        yield say("init.slow", chip=doc.chip, model=doc.model, ttft=f"{doc.ttft_s:g}",
                  tpot=f"{doc.tpot_s * 1e3:g}")  # fmt: skip
    if doc.unpriced:
        what = say("init.or").join(say(f"init.{w}") for w in doc.unpriced)
        yield say("init.unpriced", what=what, chip=doc.chip)
    if doc.rented_only:
        yield say("init.rented_only", chip=doc.chip)


def reason(of: Idle, say: Words) -> str:
    """Why an input reaches nothing."""
    return say(f"idle.{of.reason}")


def idle_groups(rows: Iterable[Idle], say: Words) -> list[tuple[str, str]]:
    """(where, why) of inputs that reach nothing, those of one field and reason together."""
    groups: dict[tuple[str, str], list[Idle]] = {}
    for row in rows:
        groups.setdefault((row.field, row.reason), []).append(row)
    return [
        (same[0].path if len(same) == 1 else f"{field} ({len(same)})", reason(same[0], say))
        for (field, _), same in groups.items()
    ]


def check_lines(doc: Check, name: str, *, everything: bool, say: Words | None = None) -> list[str]:
    """The study called `name`: doubts and assumptions; with `everything`, defaults and facts."""
    stated = [n for n in doc.assumptions if n.stated]
    defaults = [n for n in doc.assumptions if not n.stated]
    doubts = (errors.Problem(w.what, w.where, w.value, w.allowed, w.hint) for w in doc.warnings)
    lines = [
        f"{name}: {doc.title}",
        *(f"warning: {w}" for w in doubts),
        f"\nAssumptions of the study ({len(stated)}): line, path, value (low to high)",
        *map(_number, stated),
    ]
    if everything:
        lines += [
            f"\nDefaults of Outlay's ({len(defaults)}):",
            *map(_number, defaults),
            f"\nNumbers with a source ({len(doc.facts)}):",
            *map(_number, doc.facts),
        ]
    lines += _unread(doc, say or words(), everything=everything)
    kept = len(doc.unmodelled)
    lines.append(
        f"\nNo errors. {len(doc.facts)} numbers have a source, {len(stated)} are assumptions "
        f"of the study, {len(defaults)} are defaults of Outlay's; "
        f"{len(doc.idle)} inputs are stated that reach nothing in it, "
        f"{kept} {'is' if kept == 1 else 'are'} kept that no stage uses."
        + ("" if everything else " `--all` lists every number.")
    )
    return lines


def _unread(doc: Check, say: Words, *, everything: bool) -> list[str]:
    """Inputs that reach nothing, and those that no stage uses, each with the reason."""
    lines = []
    if doc.idle:
        lines.append(f"\n{say('check.idle', n=len(doc.idle))}")
        if everything:
            lines += [f"{_line(i.line)}  {i.path}: {i.value} – {reason(i, say)}" for i in doc.idle]
        else:
            lines += [f"    –  {text} – {why}" for text, why in idle_groups(doc.idle, say)]
    if doc.unmodelled:
        lines += [
            f"\n{say('check.unmodelled', n=len(doc.unmodelled))}",
            *(f"{_line(None)}  {u.what}: {u.value} – {u.why}" for u in doc.unmodelled),
        ]
    return lines


def _line(line: int | None) -> str:
    return f"{line:>5}" if line else "    –"


def _number(n: Number) -> str:
    text = f"{_line(n.line)}  {n.path}  {shown(n.value, n.unit)}"
    if n.low is not None or n.high is not None:
        low = n.value if n.low is None else n.low
        high = n.value if n.high is None else n.high
        text += f" ({shown(low, n.unit)} to {shown(high, n.unit)})"
    if n.source:
        text += f"  [{n.source}, {n.grade}]"
    return text + (f"  {n.note}" if n.note else "")


def change_line(c: Change) -> str:
    """One input that differs."""
    ratio = "" if c.ratio is None or c.ratio == 1 else f"  × {c.ratio:.4g}"
    return f"{c.kind:8} {c.path}: {c.before or '–'} → {c.after or '–'}{ratio}"
