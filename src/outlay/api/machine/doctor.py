"""`outlay.doctor`: what is installed, what this machine gives, and whether a plan can be made."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from outlay.results.machine.doctor import Doctor, Font, Status, Trial

if TYPE_CHECKING:
    from outlay.api.machine.trials import Name, Tried

__all__ = ["doctor"]


def doctor() -> Doctor:
    """Say what is installed, what this machine gives, and try in seconds whether it plans.

    Nothing is changed. The small plan, the picture and the page are made in a process apart, so
    that what ends a plan ends no diagnosis.

    >>> found = doctor()
    >>> found.status != "failed", [trial.name for trial in found.trials if trial.said]
    (True, [])
    """
    from outlay.api.machine.bounds import bounds
    from outlay.api.machine.libraries import MODULES, libraries, program
    from outlay.api.machine.places import caches, places, terminal
    from outlay.api.machine.trials import APART, FONTS, LOAD, NAMES, try_all

    started = time.monotonic()
    tried = {t.name: replace(t, seconds=time.monotonic() - started) for t in try_all([APART])}
    if not tried[APART].said:
        loads = [f"{LOAD}{module}" for module in MODULES.values()]
        tried |= {t.name: t for t in try_all([*loads, *NAMES, FONTS])}
    broken = {name.removeprefix(LOAD): t.said for name, t in tried.items() if t.said}
    found = Doctor(
        status="ok",
        program=program(),
        libraries=libraries(broken),
        places=places(),
        caches=caches(),
        fonts=_fonts(tried.get(FONTS)),
        terminal=terminal(),
        bounds=bounds(),
        trials=tuple(_trial(name, tried.get(name)) for name in (APART, *NAMES)),
    )
    return replace(found, status=_worst(found))


def _fonts(tried: Tried | None) -> tuple[Font, ...]:
    """What was found of each; nothing where it could not be looked for."""
    if tried is None:
        return ()
    memo, chinese, *_ = (*tried.found, "", "")
    return (
        Font(use="memo", family=memo, status="ok" if memo else "warning"),
        Font(use="chinese", family=chinese, status="ok" if chinese else "warning"),
    )


def _trial(name: Name, tried: Tried | None) -> Trial:
    if tried is None:
        return Trial(name=name, seconds=0.0, said="not tried", status="warning")
    status: Status = "failed" if tried.said else "ok"
    return Trial(name=name, seconds=tried.seconds, said=tried.said, status=status)


def _worst(found: Doctor) -> Status:
    states: set[Status] = {
        found.program.status, found.terminal.status, *(x.status for x in found.libraries),
        *(x.status for x in found.places), *(x.status for x in found.fonts),
        *(x.status for x in found.bounds), *(x.status for x in found.trials),
    }  # fmt: skip
    if any(shelf.damaged for shelf in found.caches):
        states.add("warning")
    return "failed" if "failed" in states else "warning" if "warning" in states else "ok"
