"""The process that keeps one study solved: a version of it comes in, then questions, then answers.

Everything is read from standard input and said on standard output (`frames`); what others print
goes nowhere. It ends with the process that began it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from outlay.core.errors import InfeasibleError, InputError, OutlayError
from outlay.core.progress import Told
from outlay.results.checks import Error, problems
from outlay.results.plans.what_if import WhatIf
from outlay.results.schema import to_json
from outlay.workbench.live.frames import packed, read_message, unpacked
from outlay.workbench.live.lanes import LATE, Lanes, Question

if TYPE_CHECKING:
    from outlay.planning.answers.kept import Kept
    from outlay.runs.what_if import Base
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["Solver", "main", "wrong"]

Progress = Callable[[str], None]


def wrong(err: OutlayError) -> dict[str, object]:
    """An error of ours as a document."""
    return to_json(Error(errors=problems(err.problems())))


@dataclass(frozen=True)
class Asked:
    """A question as it came in."""

    seq: int
    version: int
    what: str
    changes: tuple[str, ...]
    scenario: str
    language: str
    currency: str


class Solver:
    """One study, solved. say: who is told what of which question."""

    def __init__(self, say: Callable[[int, str, object], None]) -> None:
        self._say = say
        self._inputs: dict[int, dict[str, bytes]] = {}
        self._guard = threading.Lock()
        self._lanes = Lanes(say, wrong)
        self._version = 0
        self._base: Base | None = None
        self._why: OutlayError | None = None
        self._kept: Kept | None = None

    def hold(self, version: int, inputs: dict[str, bytes]) -> None:
        """A version of the study; questions of it may follow."""
        self._inputs = {version: inputs}

    def ask(self, asked: Asked) -> None:
        """Hand a question in."""
        stopped = threading.Event()
        steps = self._page(asked, stopped) if asked.what == "first" else self._steps(asked, stopped)
        self._lanes.add(Question(asked.seq, steps, asked.what == "first", stopped))

    def stop(self, seq: int) -> None:
        """End a question."""
        self._lanes.stop(seq)

    # answers ------------------------------------------------------------------------------

    def _steps(self, asked: Asked, stopped: threading.Event) -> Iterator[tuple[str, object]]:
        from outlay.report.words.language import words
        from outlay.report.words.plans.what_if import headline_of
        from outlay.workbench.parts.exchanged import exchanged, rate_line, rate_to

        say = words(asked.language)
        for found in self._answers(asked, stopped):
            if found is None:
                yield LATE, None
                continue
            shown, told = found, ""
            if asked.currency and asked.currency != found.currency:
                loaded = self._loaded(asked.version)
                rate = rate_to(loaded.study.as_of, found.currency, asked.currency)
                shown, told = exchanged(found, rate), rate_line(rate, found.currency, say)
            headline = headline_of(shown, asked.seq, say, told)
            yield headline.stage, to_json(headline)

    def _answers(self, asked: Asked, stopped: threading.Event) -> Iterator[WhatIf | None]:
        """What is found; None before what takes long and has no first answer."""
        from outlay.runs.what_if import solved, steps

        progress = self._progress(asked.seq)
        base = self._solved(asked, progress)
        loaded = base.loaded if base is not None else self._loaded(asked.version)
        changes = laid(loaded, asked.changes, asked.scenario)
        if base is not None:
            yield from steps(base, changes, stop=stopped.is_set)
            return
        # No plan of the study as it stands keeps every limit: one of the changed study may.
        if not changes and self._why is not None:
            raise self._why
        yield None
        alone = solved(loaded.again(changes), self._kept, progress)
        for found in steps(alone, (), stop=stopped.is_set):
            yield found and replace(found, changes=changes)

    def _page(self, asked: Asked, stopped: threading.Event) -> Iterator[tuple[str, object]]:
        """The first screen of the exact plan, as a page shows it."""
        from outlay.report.words.language import words
        from outlay.report.words.plans.answers import said
        from outlay.runs.pipeline.execute import Options
        from outlay.runs.run import run_study
        from outlay.workbench.parts import fragment

        told = self._progress(asked.seq)

        def progress(line: str) -> None:
            if stopped.is_set():
                from outlay.core.errors import CancelledError

                raise CancelledError("a newer question took the place of this one")
            told(line)

        base = self._solved(asked, progress)
        loaded = base.loaded if base is not None else self._loaded(asked.version)
        changed = loaded.again(laid(loaded, asked.changes, asked.scenario))
        run = run_study(changed, Options(worlds=0, values=False), progress, self._kept)
        assert run.result is not None
        plan = said(run.result, words(asked.language))
        yield "first", fragment(plan, changed, "first", asked.language, currency=asked.currency)

    # the study ----------------------------------------------------------------------------

    def _loaded(self, version: int) -> LoadedStudy:
        from outlay.study.reading.loader import load_kept

        if version not in self._inputs:
            raise InputError("the study was saved anew meanwhile", value=f"version {version}",
                             allowed=f"version {self._version}")  # fmt: skip
        return load_kept(self._inputs[version], "study.yaml")

    def _solved(self, asked: Asked, progress: Progress) -> Base | None:
        """The study as it stands, solved; None where no plan of it keeps every limit."""
        from outlay.planning.answers.kept import Kept
        from outlay.runs.what_if import solved

        with self._guard:
            if self._version == asked.version and (self._base or self._why):
                return self._base
            loaded = self._loaded(asked.version)
            self._base, self._why = None, None
            try:
                self._base = solved(loaded, self._kept, progress)
                self._kept = Kept(self._base.near.key, self._base.near.basis)
            except InfeasibleError as err:
                self._why = err
            self._version = asked.version
            return self._base

    def _progress(self, seq: int) -> Progress:
        def told(line: str) -> None:
            share = line.share if isinstance(line, Told) else None
            self._say(seq, "progress", {"said": str(line), "share": share})

        return told


def laid(loaded: LoadedStudy, changes: Sequence[str], scenario: str) -> tuple[str, ...]:
    """A scenario of the study's own as changes, then those asked for, chances filled up."""
    from outlay.core.errors import nearest
    from outlay.workbench.live.chances import with_chances

    under: tuple[str, ...] = ()
    if scenario:
        overlays = loaded.study.scenarios
        if scenario not in overlays:
            raise InputError("no such scenario", where="scenario", value=scenario[:80],
                             allowed=", ".join(overlays) or "none is given",
                             hint=nearest(scenario, overlays))  # fmt: skip
        raw = loaded.raw["scenarios"][scenario]
        under = tuple(f"{path}={json.dumps(value, ensure_ascii=False)}"
                      for path, value in raw.items())  # fmt: skip
    return with_chances(loaded.study, (*under, *changes))


def _asked(message: dict[str, object]) -> Asked:
    changes = message["changes"]
    assert isinstance(changes, list)
    return Asked(
        int(str(message["seq"])), int(str(message["version"])), str(message["ask"]),
        tuple(map(str, changes)), str(message["scenario"]), str(message["language"]),
        str(message["currency"]),
    )  # fmt: skip


def main() -> None:
    """Answer what comes in until nothing more does."""
    out: BinaryIO = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    guard = threading.Lock()

    def say(seq: int, what: str, told: object) -> None:
        with guard:
            out.write(packed({"seq": seq, "event": what, "data": told}))
            out.flush()

    solver = Solver(say)
    while (message := read_message(sys.stdin.buffer)) is not None:
        if "hold" in message:
            solver.hold(int(str(message["hold"])), unpacked(message["files"]))
        elif "ask" in message:
            solver.ask(_asked(message))
        elif "stop" in message:
            solver.stop(int(str(message["stop"])))


if __name__ == "__main__":
    main()
