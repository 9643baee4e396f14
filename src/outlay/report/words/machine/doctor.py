"""What is said of a machine: what is installed, what it gives, what was tried on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words, words
from outlay.report.words.machine.cache import shelf_name, size_text
from outlay.results.machine.cache import Shelf
from outlay.results.machine.doctor import (
    Bound,
    Doctor,
    Font,
    Library,
    Place,
    Program,
    Status,
    Terminal,
    Trial,
)

__all__ = ["Line", "doctor_heads", "doctor_lines", "doctor_sections", "doctor_verdict"]

LEAST_PYTHON = "3.11"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at. do: what mends it; empty: nothing is to be done."""

    state: Status
    what: str
    found: str
    do: str = ""


def doctor_heads(say: Words | None = None) -> tuple[str, str, str, str]:
    """Headings of the columns: state, what, found, what to do."""
    say = say or words()
    state, what, found, do = (say(f"doctor.head_{x}") for x in ("state", "what", "found", "do"))
    return state, what, found, do


def doctor_verdict(found: Doctor, say: Words | None = None) -> tuple[str, str]:
    """Whether this machine plans, and what it need not have."""
    say = say or words()
    lines = [line for _, part in doctor_sections(found, say) for line in part]
    n = sum(line.state == found.status for line in lines)
    return say(f"doctor.{found.status}", n=n), say("doctor.unneeded")


def doctor_lines(found: Doctor, say: Words | None = None) -> Iterator[str]:
    """All of it as lines, for a terminal without the library that sets tables."""
    say = say or words()
    for title, lines in doctor_sections(found, say):
        yield title
        for x in lines:
            said = say.clauses(part for part in (x.what, x.found, x.do) if part)
            yield f"  {say(f'doctor.state_{x.state}')}: {said}"
    yield from doctor_verdict(found, say)


def doctor_sections(
    found: Doctor, say: Words | None = None
) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """Each part of it under its heading."""
    say = say or words()
    parts = {
        "program": _program(found.program, say),
        "libraries": (_library(x, say) for x in found.libraries),
        "places": (_place(x, say) for x in found.places),
        "caches": (_shelf(x, say) for x in found.caches),
        "fonts": (_font(x, say) for x in found.fonts),
        "terminal": _terminal(found.terminal, say),
        "bounds": (_bound(x, say) for x in found.bounds),
        "trials": (_trial(x, say) for x in found.trials),
    }
    for name, lines in parts.items():
        if there := tuple(lines):
            yield say(f"doctor.{name}"), there


def _program(p: Program, say: Words) -> Iterator[Line]:
    yield Line("ok", say("doctor.outlay"), say("doctor.closed", folder=p.outlay, said=p.folder))
    python = say("doctor.closed", folder=p.python, said=p.executable)
    do = "" if p.status == "ok" else say("doctor_do.python", least=LEAST_PYTHON)
    yield Line(p.status, say("doctor.python"), python, do)
    yield Line("ok", say("doctor.platform"), p.platform)


def _library(x: Library, say: Words) -> Line:
    version = x.version or say("doctor.none")
    found = say("doctor.declared", version=version, wanted=x.wanted) if x.wanted else version
    if x.said:
        found = say("doctor.closed", folder=found, said=x.said)
    do = ""
    if x.status != "ok":
        absent = x.extra and (x.said or not x.version)
        do = (
            say("doctor_do.extra", extra=x.extra)
            if absent
            else say("doctor_do.library", name=x.name, wanted=x.wanted)
        )
    what = say("doctor.library", name=x.name, use=say(f"doctor_use.{x.name}"))
    return Line(x.status, what, found, do)


def _place(x: Place, say: Words) -> Line:
    folder = x.folder or say("doctor.none")
    if x.said:
        found, do = say("doctor.closed", folder=folder, said=x.said), f"doctor_do.{x.use}"
    else:
        found, do = say("doctor.room", folder=folder, size=size_text(x.free, say)), "doctor_do.room"
    return Line(x.status, say(f"doctor_use.{x.use}"), found, say(do) if x.status != "ok" else "")


def _shelf(x: Shelf, say: Words) -> Line:
    found = say("doctor.entries", n=f"{x.entries:,}", size=size_text(x.bytes, say),
                damaged=f"{x.damaged:,}")  # fmt: skip
    what = shelf_name(x, say)
    do = say("doctor_do.damaged") if x.damaged else ""
    return Line("warning" if x.damaged else "ok", what, found, do)


def _font(x: Font, say: Words) -> Line:
    do = "" if x.family else say(f"doctor_do.{x.use}")
    return Line(x.status, say(f"doctor_use.{x.use}"), x.family or say("doctor.none"), do)


def _terminal(x: Terminal, say: Words) -> Iterator[Line]:
    encoding = x.encoding or say("doctor.none")
    found = (
        say("doctor.pipe", encoding=encoding)
        if x.width is None
        else say("doctor.screen", encoding=encoding, width=x.width)
    )
    do = "" if x.status == "ok" else say("doctor_do.terminal")
    yield Line(x.status, say("doctor.terminal"), found, do)
    yield Line("ok", say("doctor.locale"), x.locale or say("doctor.none"))


def _bound(x: Bound, say: Words) -> Line:
    do = ""
    if x.status != "ok":
        key = "address_space" if x.name == "address_space" else "bound"
        do = say(f"doctor_do.{key}", least=_amount(x.least, x.unit, say))
    found = _amount(x.value, x.unit, say)
    return Line(x.status, say(f"doctor_use.{x.name}"), found, do)


def _trial(x: Trial, say: Words) -> Line:
    what = say(f"doctor_use.try_{x.name}")
    if x.status == "failed":
        return Line(x.status, what, x.said, say(f"doctor_do.try_{x.name}"))
    if x.said:
        return Line(x.status, what, say("doctor.not_tried"))
    return Line(x.status, what, say("doctor.tried", s=format_number(x.seconds, 2)))


def _amount(value: float | None, unit: str, say: Words) -> str:
    if value is None:
        return say("doctor.no_limit")
    if unit == "byte":
        return size_text(value, say)
    return f"{value:,.0f} s" if unit == "s" else f"{value:,.0f}"
