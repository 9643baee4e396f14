"""The process of one call: it reads the question, tells of its progress, answers, and ends.

A line of JSON each on standard output: {"said": …} on the way, then {"answer": …} or {"errors": …}.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypedDict

from outlay.core.errors import InfeasibleError, OutlayError, Problem
from outlay.results.base import Row
from outlay.results.document import Document
from outlay.workbench.assistant import asked as a
from outlay.workbench.assistant import models, plans
from outlay.workbench.assistant.plans import Say, Where
from outlay.workbench.assistant.shapes import Answer


class Question(TypedDict):
    """What the process is asked."""

    tool: str
    given: dict[str, object]
    root: str
    out: str


Doer = Callable[[Any, Where, Say], tuple[Answer, Document]]
__all__ = ["DOERS", "answered", "main"]

DOERS: Mapping[str, tuple[type[Row], Doer]] = {
    "check": (a.AskCheck, plans.check),
    "plan": (a.AskPlan, plans.plan),
    "what_if": (a.AskWhatIf, plans.what_if),
    "explain": (a.AskExplain, plans.explain),
    "compare": (a.AskCompare, plans.compare),
    "begin": (a.AskBegin, models.begin),
    "rate": (a.AskRate, models.rate),
    "size": (a.AskSize, models.size),
    "read": (a.AskRead, models.read),
    "catalogue": (a.AskCatalogue, models.catalogue),
}
"""Tool → what it is asked, and what answers it."""


def answered(tool: str, given: Mapping[str, object], places: Where, say: Say) -> dict[str, object]:
    """The answer to a call and the whole document, or everything that is wrong with it."""
    from pydantic import TypeAdapter

    from outlay.results.schema import to_text

    kind, doer = DOERS[tool]
    try:
        answer, doc = doer(a.read_asked(kind, given), places, say)
        body: object = json.loads(TypeAdapter(type(answer)).dump_json(answer))
        return {"answer": body, "kind": doc.kind, "text": to_text(doc)}
    except BaseException as err:
        if isinstance(err, KeyboardInterrupt):
            raise
        return {"errors": errors_of(err)}


def errors_of(err: BaseException) -> list[dict[str, str]]:
    """What is said of whatever ended the work; no traceback, no place of our code."""
    if isinstance(err, InfeasibleError):
        found = err.problems()
        found[0] = Problem(f"infeasible: {found[0].what}", *_rest(found[0]))
    elif isinstance(err, OutlayError):
        found = err.problems()
    elif isinstance(err, MemoryError):
        found = [Problem("out of memory", hint="ask for `quick`, or for fewer worlds")]
    elif isinstance(err, OSError):
        name = Path(str(err.filename)).name if err.filename else ""
        found = [Problem((err.strerror or type(err).__name__).lower(), where=name)]
    else:
        hint = "this is a defect of Outlay: please report it with the question"
        found = [Problem(f"internal error: {type(err).__name__}", hint=hint)]
    from dataclasses import asdict

    from outlay.results.checks import problems

    return [asdict(p) for p in problems(found)]


def _rest(p: Problem) -> tuple[str, str, str, str]:
    return p.where, p.value, p.allowed, p.hint


def main() -> None:
    """Answer the one question on standard input; what others print goes to standard error."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    asked: Question = json.loads(sys.stdin.buffer.read())

    def line(found: Mapping[str, object]) -> None:
        out.write(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        out.flush()

    def say(said: str) -> None:
        share: float | None = getattr(said, "share", None)
        line({"said": str(said)[:500], "share": share})

    places = Where(Path(asked["root"]), Path(asked["out"]) if asked["out"] else None)
    line(answered(asked["tool"], asked["given"], places, say))


if __name__ == "__main__":
    main()
