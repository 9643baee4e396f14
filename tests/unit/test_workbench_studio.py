"""A study's process is told to stop what a newer question of the same tab has replaced."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from outlay.workbench.live.limits import Room
from outlay.workbench.live.studio import Studio, Wanted, _Open


def test_the_older_question_of_a_tab_is_stopped_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[Mapping[str, object]] = []
    studio = Studio(Room(""))
    process: Any = SimpleNamespace(poll=lambda: None)
    studio._process = process
    monkeypatch.setattr(studio, "_send", sent.append)

    async def asked() -> list[list[str]]:
        loop = asyncio.get_running_loop()
        every = [
            _Open(seq, Wanted(tab, 1, (), what=what), loop)
            for seq, tab, what in (
                (1, "a", "live"), (2, "b", "live"), (3, "a", "first"), (4, "a", "live"),
            )
        ]  # fmt: skip
        for one in every:
            studio._begin(one, lambda: {"study.yaml": b""})
        await asyncio.sleep(0)
        return [[one.events.get_nowait().name] if one.events.qsize() else [] for one in every]

    told = asyncio.run(asked())
    assert told == [["superseded"], [], ["superseded"], []]
    assert [m["stop"] for m in sent if "stop" in m] == [1, 3]
    assert [m["seq"] for m in sent if "ask" in m] == [1, 2, 3, 4]
    assert set(studio._open) == {2, 4}
