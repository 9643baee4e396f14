"""The process that does one piece of work from the store, and ends.

It holds the work under a lease and says every two seconds that it is still there. Where the store
says that it is wanted no more (cancelled, or another has it), it ends at once, whatever it does; so
a work that is cancelled takes nothing two seconds later, and nothing of it is kept.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from outlay.core.errors import OutlayError
from outlay.core.progress import Told
from outlay.runs.ahead import WRITES
from outlay.workbench.live.frames import read_message

if TYPE_CHECKING:
    from outlay.results.kept.workbench import Who, Work
    from outlay.store.opened import Store
    from outlay.study.reading.loader import LoadedStudy

__all__ = ["KINDS", "READINGS", "UNWANTED", "Beat", "do_next", "main"]


KINDS = ("plan", "sweep")
"""What the usual worker does; readings have one of their own, which no plan keeps waiting."""
READINGS = ("read",)
POLL_S = 0.3
BEAT_S = 2.0
REAP_S = 10.0
UNWANTED = 75
"""Exit code of a worker whose work is wanted no more."""
Request = Mapping[str, object]


@dataclass
class Last:
    """What was said last of the work."""

    share: float | None = None
    said: str = ""


class Beat:
    """Says that the worker is there, and what it said last; ends the process where it is unwanted.

    end: how the process ends then.
    """

    def __init__(
        self, store: Store, work: str, worker: str, lease_s: float,
        end: Callable[[], None] = lambda: os._exit(UNWANTED),
    ) -> None:  # fmt: skip
        self._last, self._over = Last(), threading.Event()
        self.hides = ""
        """A folder of ours, which is nothing to whoever reads the line."""
        self._store, self._work, self._worker = store, work, worker
        self._end, self._lease_s = end, lease_s
        threading.Thread(target=self._go_on, daemon=True).start()

    def __call__(self, line: str) -> None:
        """A line of progress."""
        share = line.share if isinstance(line, Told) else None
        said = (
            "writing the report" if isinstance(line, Told) and line.stage == WRITES else str(line)
        )
        self._last = Last(self._last.share if share is None else share, self.plain(said))

    def plain(self, said: str) -> str:
        """A line without the folder that it is done in."""
        return (
            said.replace(f"{self.hides}{os.sep}", "").replace(self.hides, "")
            if self.hides
            else said
        )

    def over(self) -> None:
        """The work has ended."""
        self._over.set()

    def _go_on(self) -> None:
        heard = time.monotonic()
        while not self._over.wait(min(BEAT_S, self._lease_s / 3)):
            try:
                last = self._last
                wanted = self._store.beat(
                    self._work, self._worker, self._lease_s, last.share, last.said
                )
                if not wanted and not self._over.is_set():
                    self._end()
                heard = time.monotonic()
            except OutlayError:  # the database is away: another may take it when the lease is over
                if time.monotonic() - heard > self._lease_s:
                    self._end()


def _plan(store: Store, who: Who, work: Work, asked: Request, tell: Beat) -> str:
    """A whole plan, its folder kept as a run: the run's id."""
    from outlay.api.plans.plan import plan
    from outlay.store.errors import NotThere

    version, loaded = int(str(asked["version"])), _study(store, who, work, asked)
    with tempfile.TemporaryDirectory(prefix="outlay-work-") as folder:
        out, tell.hides = Path(folder) / "run", folder
        plan(loaded, quick=bool(asked["quick"]),
             language=str(asked["language"]), out=out, progress=tell)  # fmt: skip
        made = {p.relative_to(out).as_posix(): p.read_bytes()
                for p in sorted(out.rglob("*")) if p.is_file()}  # fmt: skip
    said = (str(asked["name"]), str(asked["scenario"]), _texts(asked, "set"))
    try:
        return store.keep_run(who, made, work.study, version, *said).id
    except NotThere:  # the study was removed meanwhile
        return store.keep_run(who, made, "", 0, *said).id


def _sweep(store: Store, who: Who, work: Work, asked: Request, tell: Beat) -> str:
    """Every case of a sweep, each in the journal as soon as it is known: the sweep's id.

    Begun again after its worker was lost, it goes on from what the journal has.
    """
    from outlay.core.progress import Course
    from outlay.sweeps.head import STAGE, swept
    from outlay.sweeps.local import Local
    from outlay.sweeps.spec import spec_of

    loaded = _study(store, who, work, asked)
    seed = asked["seed"]
    spec = spec_of(loaded, _texts(asked, "vary"), int(str(asked["sample"])),
                   None if seed is None else int(str(seed)))  # fmt: skip
    processes = max(1, (os.cpu_count() or 1) - 1)
    journal, _ = swept(store, who, loaded, spec, Local(processes), Course(tell, {STAGE: 1.0}))
    return journal.id


def _read(store: Store, who: Who, work: Work, asked: Request, tell: Beat) -> str:
    """A document, read in a process of its own within a reader's limits: the reading's id."""
    from outlay.core.apart import ApartError, ended, started
    from outlay.core.spawned import OwnFolder
    from outlay.workbench.live.desk import LIMITS
    from outlay.workbench.live.frames import packed, texts
    from outlay.workbench.live.limits import environment
    from outlay.workbench.live.reader import DOCUMENT

    id, found, late = str(asked["reading"]), dict[str, object](), threading.Event()
    name, data = store.document(who, id)
    with OwnFolder() as folder:
        process = started("outlay.workbench.live.reader", (DOCUMENT,), LIMITS, folder,
                          environment(), heard=False)  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None

        def ends() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(LIMITS.wall_s, ends)
        timer.start()
        try:
            with contextlib.suppress(OSError):  # it ended before it had heard all
                process.stdin.write(packed({"files": texts({name: data})}))
                process.stdin.close()
            while (message := read_message(process.stdout, LIMITS.output)) is not None:
                found = message
                if "said" in message:
                    tell(str(message["said"]))
        finally:
            timer.cancel()
            process.kill()
            code = process.wait()
            process.stdout.close()
    if "claims" in found:
        store.keep_reading(who, id, str(found["claims"]), str(found["page"]))
        return id
    if "wrong" in found:
        raise OutlayError(str(found["wrong"]))
    how = f"it took longer than {LIMITS.wall_s:g} s" if late.is_set() else ended(code)
    raise ApartError(f"the document was not read: {how}")


def _study(store: Store, who: Who, work: Work, asked: Request) -> LoadedStudy:
    """The study as it stood when the work was asked for, with what was laid over it."""
    from outlay.study.reading.loader import load_kept
    from outlay.workbench.live.solver import laid

    version = int(str(asked["version"]))
    text = store.study(who, work.study, version).text
    files = {**store.study_files(who, work.study, version), "study.yaml": text.encode()}
    loaded = load_kept(files, "study.yaml")
    return loaded.again(laid(loaded, _texts(asked, "changes"), ""), str(asked["own"]) or None)


def _texts(asked: Request, name: str) -> tuple[str, ...]:
    found = asked[name]
    assert isinstance(found, list)
    return tuple(map(str, found))


DOES = {"plan": _plan, "sweep": _sweep, "read": _read}


def do_next(store: Store, worker: str, lease_s: float, kinds: Iterable[str] = KINDS) -> bool:
    """Take the next work of these kinds and do it; False where there is none."""
    taken = store.take(worker, kinds, lease_s)
    if taken is None:
        return False
    work, who, asked = taken
    tell = Beat(store, work.id, worker, lease_s)
    try:
        result, why = DOES[work.kind](store, who, work, asked, tell), ""
    except OutlayError as err:
        result, why = "", str(err) or "it failed"
    except MemoryError:
        result, why = "", "it takes more memory than one work may"
    except Exception as err:
        result, why = "", f"{type(err).__name__}: {err}"
    finally:
        tell.over()  # before it is told: a beat after that would find the work ended
    if why:
        store.fail(work.id, worker, tell.plain(why))
    else:
        store.finish(work.id, worker, result)
    return True


def main() -> None:
    """Read which store, wait for work, do it, and end."""
    from outlay.store.opened import open_store

    asked = read_message(sys.stdin.buffer)
    if asked is None:
        return
    threading.Thread(target=_until_alone, daemon=True).start()
    store, lease_s = open_store(str(asked["store"])), float(str(asked["lease_s"]))
    kinds = READINGS if asked["reads"] else KINDS
    worker, reaped = f"{os.getpid()}-{secrets.token_hex(4)}", 0.0
    while True:
        with contextlib.suppress(OutlayError):  # the database may be away for a while
            if time.monotonic() - reaped > REAP_S:
                store.reap()
                reaped = time.monotonic()
            if do_next(store, worker, lease_s, kinds):
                return
        time.sleep(POLL_S)


def _until_alone() -> None:
    """End with the server, whose end of the pipe closes when it goes."""
    while sys.stdin.buffer.read(1):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
