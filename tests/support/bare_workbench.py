"""The workbench without a door, for work on the page alone: whoever asks is the store's admin.

PYTHONPATH=src:tests python -m support.bare_workbench [--port 8765] [--store URL] [STUDY ...]
"""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn

from outlay.store.opened import open_store
from outlay.workbench.application import create_app
from outlay.workbench.settings import Settings

Scope = MutableMapping[str, Any]
App = Callable[..., Awaitable[None]]


def let_in(app: App, who: object) -> App:
    """The application with somebody who is let in."""

    async def door(scope: Scope, receive: object, send: object) -> None:
        if scope["type"] != "lifespan":
            scope.setdefault("state", {})["who"] = who
        await app(scope, receive, send)

    return door


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("studies", nargs="*", default=["examples/lab-training/study.yaml"])
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--store", default="sqlite:////tmp/outlay-bare/store.db")
    args = parser.parse_args()
    store = open_store(args.store)
    who = store.first_admin("you")
    held = {s.title for s in store.studies(who)}
    for path in map(Path, args.studies):
        text = path.read_text(encoding="utf-8")
        beside = {p.name: p.read_bytes() for p in path.parent.iterdir() if p.suffix == ".md"}
        if path.parent.name not in held:
            store.add_study(who, path.parent.name, text, beside)
    app = create_app(Settings(store=args.store, port=args.port), store)
    uvicorn.run(let_in(app, who), port=args.port, log_level="warning")


if __name__ == "__main__":
    main()
