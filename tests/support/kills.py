"""Commits a run again and again in children that are killed, and says what their folder then held.

A process of its own, so that nothing but the folder's code is loaded and a child costs a fork.
Python tells of every opening, renaming, linking and removing before it is done; a child ends itself
there, or has it fail as on a full disk, or is killed from outside at a moment that chance picks.
"""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from outlay.core.errors import InputError
from outlay.runs.folder import commit, swap
from outlay.runs.folder.verify import folder_of, verify

EVENTS = ("open", "os.", "shutil.")
LATER = ("report.html", "memo.pdf", "pictures", "tables")
Files = Mapping[str, bytes]


def read(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but the manifest."""
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json")
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def save(out: Path, run: Files) -> None:
    """A run as a plan commits it: the answer first, then all."""
    answer = {k: v for k, v in run.items() if k == "result.json" or k.startswith("inputs/")}
    with commit.run_folder(out) as home:
        home.answer(answer, LATER)
        try:
            home.commit(run, {})
        except OSError as err:
            home.settle(dict.fromkeys(LATER, str(err)))
            raise


def hooked(here: Path, act: Callable[[str, int], None]) -> None:
    """Call `act` with the event's path and number before each thing that is done below `here`."""
    number = 0

    def hook(event: str, args: tuple[object, ...]) -> None:
        nonlocal number
        if not event.startswith(EVENTS) or not args:
            return
        path = os.fsdecode(args[0]) if isinstance(args[0], str | bytes | os.PathLike) else ""
        if path.startswith(str(here)):
            number += 1
            act(path, number)

    sys.addaudithook(hook)


def child(work: Callable[[], None]) -> int:
    """Run in a fork; returns its process number."""
    pid = os.fork()
    if pid:
        return pid
    code = 99
    try:
        work()
        code = 0
    except OSError as err:
        code = 1 if err.filename else 98  # a path is named
    except InputError:
        code = 2
    finally:
        os._exit(code)


def ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


class Trial:
    """A folder that holds one of two runs; each child puts the other in its place."""

    def __init__(self, out: Path, runs: tuple[Files, Files], *, aside: bool, before: bool) -> None:
        self.out, self.runs, self.now, self.aside = out, runs, 0, aside
        self.stopped_before = before
        self.held: Counter[str] = Counter()
        self.codes: Counter[int] = Counter()
        save(out, runs[0])

    def waits(self) -> None:
        """Leave an answer beside, as a run that was stopped after it does."""
        answer = {k: v for k, v in self.runs[self.now].items() if k == "result.json"}
        with commit.run_folder(self.out) as home:
            home.answer(answer, LATER)
        assert home.kept_in != self.out

    def once(self, spoil: Callable[[], None], *, kill_after: float | None = None) -> int:
        """One child that commits the other run under `spoil`; its code."""
        new = self.runs[1 - self.now]
        if self.stopped_before:
            self.waits()

        def work() -> None:
            spoil()
            save(self.out, new)

        pid = child(work)
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(pid, signal.SIGKILL)
        code = ended(pid)
        self.codes[code] += 1
        held = self.look()
        assert code or held == "new", (code, held)
        return code

    def look(self) -> str:
        """What the folder holds, as a reader finds it; then a run that nobody disturbs."""
        folder_of(self.out)
        verify(self.out)
        found, new = read(self.out), self.runs[1 - self.now]
        answer = {k: v for k, v in new.items() if k == "result.json" or k.startswith("inputs/")}
        names = {"old": self.runs[self.now], "new": new, "answer": answer}
        held = next((k for k, v in names.items() if v == found), "mixed")
        self.held[held] += 1
        save(self.out, new)
        assert read(self.out) == new
        left = sorted(p.name for p in self.out.parent.iterdir())
        if self.aside and left[1:]:  # what cannot be read is not taken for ours, and is kept
            shutil.rmtree(self.out.parent / left.pop())
        assert left == [self.out.name], left
        self.now = 1 - self.now
        return held


def main(folder: str, how: str, steps: str, times: str, before: str) -> None:
    """how: kill, fail or chance. steps: one, or two where the system cannot exchange folders.
    before: `waits` where a run before was stopped after its answer."""
    here = Path(folder)
    runs = (read(here / "a"), read(here / "b"))
    place = here / "place"
    place.mkdir()
    if steps == "two":
        swap.exchange = lambda one, other: False
    trial = Trial(place / "run", runs, aside=how == "fail", before=before == "waits")
    if how == "chance":
        rng = random.Random(19)
        began = time.perf_counter()
        trial.once(lambda: None)
        whole = time.perf_counter() - began
        for _ in range(int(times)):
            trial.once(lambda: None, kill_after=rng.uniform(0.0, whole))
        print(json.dumps({"held": trial.held, "codes": trial.codes, "points": int(times)}))
        return

    def act(path: str, number: int) -> None:
        if number == at and how == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if number == at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    at = 0
    while True:
        at += 1
        done = trial.codes[0]
        trial.once(lambda: hooked(place, act))
        if how == "kill" and trial.codes[0] > done:  # it came to its end before the moment came
            break
        if how == "fail" and at >= int(times):
            break
    print(json.dumps({"held": trial.held, "codes": trial.codes, "points": at}))


if __name__ == "__main__":
    main(*sys.argv[1:])
