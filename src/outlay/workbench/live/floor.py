"""All studies that are kept solved: as many at once as there is room for, the idle ones ended."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from outlay.core.errors import OutlayError
from outlay.workbench.live.limits import Room
from outlay.workbench.live.solver import wrong
from outlay.workbench.live.studio import Event, Files, Studio, Wanted

__all__ = ["Floor"]

LOOK_S = 5.0
WAIT_S, LOOK_AGAIN_S = 10.0, 0.1
"""How long a question waits for room, and how often it looks."""


class Floor:
    """Studies kept solved, by workspace and id."""

    def __init__(self, room: Room) -> None:
        self._room, self._guard = room, threading.Lock()
        self._studios: dict[tuple[str, str], Studio] = {}
        self._closed = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    async def ask(
        self, key: tuple[str, str], wanted: Wanted, files: Files
    ) -> AsyncGenerator[Event]:
        """Events of a question about the study of that workspace and id."""
        until = time.monotonic() + WAIT_S
        while (studio := self._studio(key)) is None and time.monotonic() < until:
            await asyncio.sleep(LOOK_AGAIN_S)
        if studio is None:
            said = OutlayError(f"{self._room.sessions} studies are being solved; try again soon")
            yield Event("problem", wrong(said))
            yield Event("end", None)
            return
        try:
            async with aclosing(studio.ask(wanted, files)) as found:
                async for event in found:
                    yield event
        finally:
            with self._guard:
                studio.wanted -= 1

    def forget(self, key: tuple[str, str]) -> None:
        """End the process of a study that is removed."""
        with self._guard:
            found = self._studios.pop(key, None)
        if found is not None:
            found.close()

    def close(self) -> None:
        """End every process."""
        self._closed.set()
        with self._guard:
            found = list(self._studios.values())
            self._studios.clear()
        for studio in found:
            studio.close()

    def _studio(self, key: tuple[str, str]) -> Studio | None:
        """The study's, or a new one in the place of the one longest idle."""
        with self._guard:
            if key not in self._studios:
                while len(self._studios) >= self._room.sessions:
                    idle = [k for k, s in self._studios.items() if not s.busy]
                    if not idle:
                        return None
                    self._studios.pop(min(idle, key=lambda k: self._studios[k].used)).close()
                self._studios[key] = Studio(self._room)
            found = self._studios[key]
            found.wanted += 1  # so that nobody takes its place before it is asked
            return found

    def _look(self) -> None:
        while not self._closed.wait(LOOK_S):
            with self._guard:
                old = time.monotonic() - self._room.idle_s
                for key, studio in list(self._studios.items()):
                    if not studio.busy and studio.used < old:
                        self._studios.pop(key).close()
