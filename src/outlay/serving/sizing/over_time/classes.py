"""SLO classes as they are asked for: limits of their own, by class of priority."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from outlay.core.errors import InputError, Problem
from outlay.core.ingest.table import plain_number
from outlay.serving.metrics import Slo
from outlay.serving.traffic.requests import Traffic

__all__ = ["absent_classes", "unlimited_note", "with_classes"]

FORM = "0: ttft=1 tpot=0.05; 1: ttft=30"
_CLASS = re.compile("[0-9]{1,2}")
HIGHEST = 15


def with_classes(slo: Slo, text: str) -> Slo:
    """The SLO with the classes of a text (`FORM`), at its percentile. Raises InputError."""
    found: dict[int, Slo] = {}
    wrong: list[Problem] = []
    for part in filter(str.strip, text.split(";")):
        first, _, said = (x.strip() for x in part.partition(":"))
        if not _CLASS.fullmatch(first) or int(first) > HIGHEST:
            wrong.append(_problem("no class and its limits", part))
            continue
        rank = int(first)
        limits: dict[str, float] = {}
        for word in said.replace(",", " ").split() or [""]:
            name, _, value = word.partition("=")
            number = plain_number(value)
            if name not in ("ttft", "tpot") or name in limits or number is None or number <= 0:
                wrong.append(_problem("no limit", word or part))
            else:
                limits[name] = number
        if rank in found:
            wrong.append(_problem("a class twice", part))
        found[rank] = replace(slo, ttft_s=limits.get("ttft"), tpot_s=limits.get("tpot"))
    if wrong:
        raise InputError(wrong)
    return replace(slo, classes=tuple(sorted(found.items())))


def absent_classes(slo: Slo, t: Traffic) -> None:
    """Raise InputError for a class that no request of the trace is of."""
    if not slo.classes:
        return
    there = {int(x) for x in np.unique(t.priority)}
    if missing := [rank for rank, _ in slo.classes if rank not in there]:
        allowed = "a class of the trace's column priority: " + ", ".join(map(str, sorted(there)))
        what = "no request of this class"
        raise InputError(Problem(what, "--slo-class", str(missing[0]), allowed))


def unlimited_note(slo: Slo, t: Traffic) -> tuple[str, ...]:
    """A note where limits are of some classes alone, and requests of others have none."""
    if not slo.classes or slo.ttft_s is not None or slo.tpot_s is not None:
        return ()
    own = {rank for rank, _ in slo.classes}
    left = sorted({int(x) for x in np.unique(t.priority)} - own)
    if not left:
        return ()
    named = f"class {left[0]}" if len(left) == 1 else f"classes {', '.join(map(str, left))}"
    return (f"requests of {named} have no limit: they are to end, however late",)


def _problem(what: str, found: str) -> Problem:
    return Problem(what, "--slo-class", found.strip(), FORM)
