"""Two people changed one thing: what stands there now, and how it differs from what was sent."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from outlay.core.apart import ApartError
from outlay.results.kept.workbench import HeldStudy
from outlay.store.errors import NotThere, Stale
from outlay.workbench.live.desk import RefusedError
from outlay.workbench.live.frames import texts

if TYPE_CHECKING:
    from outlay.workbench.routes.asked import House

__all__ = ["conflict", "differences"]

MOST = 2_000
"""Lines of a difference that are sent."""


async def conflict(request: Request, err: Stale) -> dict[str, object]:
    """What is sent beside the error: `current`, and `diff` from it to what was to be saved."""
    current = err.current
    out: dict[str, object] = {"current": asdict(current)}
    try:
        sent = json.loads(await request.body() or b"{}")
    except ValueError:
        return out
    text = sent.get("text") if isinstance(sent, dict) else None
    if isinstance(text, str) and isinstance(current, HeldStudy):
        out["diff"] = differences(current.text, text)
        out["fields"] = await run_in_threadpool(_fields, request, current, text)
    elif isinstance(sent, dict):
        mine = json.dumps(sent.get("values", []), ensure_ascii=False, indent=1)
        out["diff"] = differences(err.text, mine)
    return out


def differences(now: str, mine: str) -> list[str]:
    """A unified difference, line by line."""
    found = difflib.unified_diff(
        now.splitlines(), mine.splitlines(), "what stands there", "what you sent", lineterm="", n=2
    )  # fmt: skip
    return list(found)[:MOST]


def _fields(request: Request, now: HeldStudy, mine: str) -> list[Mapping[str, object]]:
    """Inputs that differ in meaning, where both can be read."""
    house: House = request.app.state.house
    try:
        files = house.store.study_files(request.state.who, now.id, now.version)
        before, after = (texts({**files, "study.yaml": t.encode()}) for t in (now.text, mine))
        found = json.loads(house.desk.ask("diff", before=before, after=after))
    except (RefusedError, ApartError, NotThere):
        return []
    changes: list[Mapping[str, object]] = found["changes"]
    return changes
