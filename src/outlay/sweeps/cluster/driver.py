"""The process that speaks to Ray for a sweep: batches in, rows out, in frames of bytes.

It stands apart because Ray ends the process that uses it when its head is lost. Who began it reads
the end of its output then, and has every row that came before. Each worker has one batch at a time,
so that a lost one takes one batch along, and is followed by a new one.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple, Protocol, TypedDict, cast

from outlay.sweeps.worker import read_frame, write_frame

__all__ = ["Asked", "Said", "differing"]

POLL_S = 0.05
BEGIN_S = 300.0
"""Seconds in which a worker reads what all cases share, and a machine says what it is made of."""
QUIET = logging.ERROR
STARTS = 3
"""Workers in a row that may end before they are ready."""
STORE_BYTES = 128 << 20
"""Of Ray's store on this machine, where one is begun: what all cases share is small."""
ENDED = "its process ended"
LATE = "it took too long"


@dataclass(frozen=True)
class Asked:
    """What the driver is begun with. address: of a cluster; empty: one of its own, here. workers:
    processes; 0: one for each processor that the cluster has. folder: for what Ray keeps here."""

    address: str
    workers: int
    folder: str
    case_s: float
    variables: dict[str, str] = field(default_factory=dict)


def differing(here: dict[str, str], there: dict[str, dict[str, str]]) -> list[str]:
    """What other machines are made of that this one is not, a line each. there: by machine."""
    return [
        f"{machine} has {name} {has or 'not'}, this machine {here.get(name) or 'none'}"
        for machine, found in sorted(there.items())
        for name in dict.fromkeys((*here, *found))
        if (has := found.get(name, "")) != here.get(name, "")
    ]


class _Made(Protocol):
    def options(self, **more: object) -> Any: ...


class _Ray(Protocol):
    """What is asked of Ray."""

    exceptions: Any

    def init(self, **more: object) -> object: ...
    def put(self, data: bytes) -> object: ...
    def remote(self, thing: object) -> _Made: ...
    def nodes(self) -> list[dict[str, str]]: ...
    def cluster_resources(self) -> dict[str, float]: ...
    def get(self, ref: object, timeout: float | None = None) -> Any: ...
    def wait(
        self, refs: Sequence[_Ref], num_returns: int, timeout: float
    ) -> tuple[list[_Ref], list[_Ref]]: ...
    def kill(self, worker: object) -> None: ...
    def shutdown(self) -> None: ...


class Said(TypedDict, total=False):
    """What this process says in a frame: how many workers it has, or how a batch ended, or why
    it cannot go on."""

    workers: int
    number: int
    rows: list[str]
    why: str
    error: str


class _CannotBeginError(Exception):
    """No sweep can be worked on here; what it says is for people."""


class _Ref(Protocol):
    """What Ray gives at once for what it will give later."""


class _Method(Protocol):
    def remote(self, *args: object) -> _Ref: ...


class _Worker(Protocol):
    """`Worker` on a machine of the cluster."""

    @property
    def ready(self) -> _Method: ...
    @property
    def rows(self) -> _Method: ...


class _Batch(NamedTuple):
    number: int
    cases: tuple[int, ...]


NOTHING = _Batch(0, ())


class _Kind(Protocol):
    def remote(self, common: object) -> _Worker: ...


@dataclass
class _Busy:
    worker: _Worker
    number: int
    cases: tuple[int, ...]
    until: float
    late: bool = False


class _Driver:
    def __init__(
        self, asked: Asked, common: bytes, inbox: queue.SimpleQueue[_Batch | None]
    ) -> None:
        import ray as package

        ray = cast(_Ray, package)  # its own types fit few of its own calls
        self.ray, self.asked, self.inbox = ray, asked, inbox
        if asked.address:
            ray.init(address=asked.address, log_to_driver=False, logging_level=QUIET)
            self._alike()
        else:
            ray.init(
                num_cpus=asked.workers, include_dashboard=False, log_to_driver=False,
                logging_level=QUIET, object_store_memory=STORE_BYTES, _temp_dir=asked.folder,
            )  # fmt: skip
        from outlay.sweeps.cluster.on_node import Worker

        self.common = ray.put(common)
        told = {"env_vars": asked.variables}
        self.kind: _Kind = ray.remote(Worker).options(num_cpus=1, max_restarts=0, runtime_env=told)
        self.starting: dict[_Ref, _Worker] = {}
        self.free: list[_Worker] = []
        self.busy: dict[_Ref, _Busy] = {}
        self.failed = 0
        self.count = asked.workers or int(ray.cluster_resources().get("CPU", 1))

    def _alike(self) -> None:
        """Whether all machines are made of the same. Raises _CannotBeginError."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        from outlay.sweeps.cluster.on_node import made_of

        asked = {}
        for node in self.ray.nodes():
            if node["Alive"]:
                there = NodeAffinitySchedulingStrategy(node_id=node["NodeID"], soft=False)
                one = self.ray.remote(made_of).options(num_cpus=0, scheduling_strategy=there)
                asked[node["NodeManagerAddress"]] = one.remote()
        found = {}
        for machine, answer in asked.items():
            try:
                found[machine] = self.ray.get(answer, timeout=BEGIN_S)
            except Exception as err:  # whatever there is no Outlay for
                raise _CannotBeginError(
                    f"{machine} cannot work for it: {_last_line(err)}"
                ) from None
        if odd := differing(made_of(), found):
            raise _CannotBeginError("machines that would give other digits: " + "; ".join(odd))

    def begin(self) -> None:
        for _ in range(self.count):
            self._begin_one()
        while not self.free:
            self._look()

    def _begin_one(self) -> None:
        worker = self.kind.remote(self.common)
        self.starting[worker.ready.remote()] = worker

    def outcomes(self) -> Iterator[Said]:
        """What comes of the batches, until nobody asks for more."""
        while True:
            while self.free and (batch := self._next()) != NOTHING:
                if batch is None:
                    return
                number, cases = batch
                worker = self.free.pop()
                until = time.monotonic() + self.asked.case_s * len(cases)
                self.busy[worker.rows.remote(cases)] = _Busy(worker, number, cases, until)
            yield from self._look()

    def _next(self) -> _Batch | None:
        """A batch; None where there will be none; `NOTHING` where there is none now."""
        try:
            return self.inbox.get(timeout=0.0 if self.busy or self.starting else 1.0)
        except queue.Empty:
            return NOTHING

    def _look(self) -> list[Said]:
        """What has ended since."""
        out: list[Said] = []
        waiting = [*self.busy, *self.starting]
        if not waiting:
            return out
        self._hurry()
        done, _ = self.ray.wait(waiting, num_returns=1, timeout=POLL_S)
        for ref in done:
            if ref in self.starting:
                self._started(ref)
                continue
            held = self.busy.pop(ref)
            try:
                rows = [r.decode() for r in self.ray.get(ref)]
            except self.ray.exceptions.RayError:
                why = LATE if held.late else ENDED
                out.append({"number": held.number, "why": why})
                self._begin_one()
            else:
                out.append({"number": held.number, "rows": rows})
                self.free.append(held.worker)
        return out

    def _started(self, ref: _Ref) -> None:
        worker = self.starting.pop(ref)
        try:
            self.ray.get(ref)
        except self.ray.exceptions.RayError as err:
            self.failed += 1
            if self.failed >= STARTS:
                raise _CannotBeginError(f"no worker could begin: {_last_line(err)}") from None
            self._begin_one()
        else:
            self.failed = 0
            self.free.append(worker)

    def _hurry(self) -> None:
        now = time.monotonic()
        for held in self.busy.values():
            if now > held.until and not held.late:
                held.late = True
                self.ray.kill(held.worker)


def _last_line(err: BaseException) -> str:
    lines = [line.strip() for line in str(err).splitlines() if line.strip()]
    return (lines[-1] if lines else type(err).__name__)[:300]


def _read(source: IO[bytes], inbox: queue.SimpleQueue[_Batch | None]) -> None:
    while (frame := read_frame(source)) is not None:
        number, cases = json.loads(frame)
        inbox.put(_Batch(number, tuple(cases)))
    inbox.put(None)
    time.sleep(8.0)  # to take leave of Ray; then whoever began this waits no longer
    os._exit(1)


def _main(arguments: Sequence[str] = ()) -> None:
    del arguments
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what others print is none of ours
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who began it ends it
    told, common = (read_frame(sys.stdin.buffer) for _ in range(2))
    if told is None or common is None:
        return
    inbox: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
    reader = threading.Thread(target=_read, args=(sys.stdin.buffer, inbox), daemon=True)
    reader.start()
    try:
        driver = _Driver(Asked(**json.loads(told)), common, inbox)
        driver.begin()
        write_frame(out, json.dumps({"workers": driver.count}).encode())
        for outcome in driver.outcomes():
            write_frame(out, json.dumps(outcome).encode())
        driver.ray.shutdown()
    except Exception as err:  # whatever Ray says is passed on, not printed
        write_frame(out, json.dumps({"error": _last_line(err)}).encode())


if __name__ == "__main__":
    _main()
