"""The processes that answer calls: few at a time, heard while they work, killed when nobody waits.

The server itself reads no study and solves nothing.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import IO, TypedDict

import anyio
import anyio.to_thread

from outlay.core.apart import ApartError, Limits, started
from outlay.core.errors import Problem
from outlay.core.spawned import OwnFolder
from outlay.workbench.assistant.plans import Where

__all__ = ["Done", "Tell", "Works"]

MODULE = "outlay.workbench.assistant.child"
MEMORY = 6 << 30
"""Bytes that a call may set aside."""
MOST_LINE = 256_000_000
"""Bytes of an answer with its document."""
Tell = Callable[[str, float | None], Awaitable[None]]
"""Who is told of progress: a line, and which share is done, where that is known."""


class Line(TypedDict, total=False):
    """What the process says: of its progress, or at its end."""

    said: str
    share: float | None
    errors: list[dict[str, str]]
    answer: dict[str, object]
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """What a call gave: the answer with its document, or what is wrong."""

    answer: Mapping[str, object] | None = None
    kind: str = ""
    text: str = ""
    errors: tuple[Mapping[str, str], ...] = ()


def _refused(problem: Problem) -> Done:
    rows = {"what": problem.what, "where": problem.where, "value": problem.value,
            "allowed": problem.allowed, "hint": problem.hint}  # fmt: skip
    return Done(errors=(rows,))


class Works:
    """Calls of one server: `most` at a time, each of at most `seconds`."""

    def __init__(self, places: Where, seconds: float, most: int, environment: Mapping[str, str]):
        self._places, self._seconds = places, seconds
        self._room = anyio.Semaphore(most)
        self._environment = dict(environment)

    async def run(self, tool: str, given: Mapping[str, object], tell: Tell) -> Done:
        """The answer of a tool. The process ends with the wait for it, however that ends."""
        asked = json.dumps({
            "tool": tool, "given": given, "root": str(self._places.root),
            "out": str(self._places.out or ""),
        })  # fmt: skip
        async with self._room:
            with OwnFolder() as folder:
                limits = Limits(cpu_s=int(4 * self._seconds) + 1, memory=MEMORY, reserves=True)
                begin = partial(started, MODULE, (), limits, folder, self._environment, heard=False)
                try:
                    process = await anyio.to_thread.run_sync(begin)
                except ApartError as err:
                    return _refused(Problem(str(err)))
                try:
                    with anyio.fail_after(self._seconds):
                        return await self._heard(process, asked.encode(), tell)
                except TimeoutError:
                    hint = "`quick` takes less; `outlay mcp --seconds` allows more"
                    return _refused(Problem(f"took longer than {self._seconds:g} s", hint=hint))
                finally:
                    process.kill()
                    with anyio.CancelScope(shield=True):
                        await anyio.to_thread.run_sync(process.wait)
                    for stream in (process.stdin, process.stdout):
                        _closed(stream)

    async def _heard(self, process: subprocess.Popen[bytes], asked: bytes, tell: Tell) -> Done:
        assert process.stdin is not None
        assert process.stdout is not None
        read = partial(process.stdout.readline, MOST_LINE)
        await anyio.to_thread.run_sync(_written, process.stdin, asked, abandon_on_cancel=True)
        while line := await anyio.to_thread.run_sync(read, abandon_on_cancel=True):
            found: Line = json.loads(line) if line.endswith(b"\n") else {}
            if "said" in found:
                await tell(found["said"], found["share"])
            elif "errors" in found:
                return Done(errors=tuple(found["errors"]))
            elif "answer" in found:
                return Done(found["answer"], found["kind"], found["text"])
            else:
                break
        code = await anyio.to_thread.run_sync(process.wait, abandon_on_cancel=True)
        hint = "it may have gone over its limit of memory; `quick` takes less"
        return _refused(Problem("the work ended early", value=f"exit {code}", hint=hint))


def _written(stream: IO[bytes], data: bytes) -> None:
    try:
        stream.write(data)
        stream.close()
    except OSError:  # it ended before it had read all
        return


def _closed(stream: IO[bytes] | None) -> None:
    try:
        if stream is not None:
            stream.close()
    except OSError:  # what was not yet written has no reader
        return
