"""`outlay mcp`: the tools of an assistant, over its own standard input and output."""

from __future__ import annotations

from typing import Annotated

from outlay.api.asked import checked
from outlay.api.says import File, Says
from outlay.app.cli.command import plain

__all__ = ["mcp_command"]


@checked
def mcp(
    *,
    folder: Annotated[
        File, Says("Folder whose studies and documents may be read; nothing else is.")
    ] = ".",
    out: Annotated[
        File | None,
        Says("Folder into which plans may be written, each in a folder of its own; none: nothing."),
    ] = None,
    seconds: Annotated[
        float, Says("Longest that one call may take, s.", least=1, most=86_400)
    ] = 900.0,
    at_once: Annotated[int, Says("Calls that are worked on at once.", least=1, most=64)] = 2,
) -> None:
    """Serve check, plan, what-if, explain, rate, read and more to an assistant (MCP, stdio).

    Every number arrives with its unit, range, status and source. An assistant's program starts
    this command by itself; standard input and output carry the protocol alone.
    """
    from pathlib import Path

    from outlay.core.errors import InputError
    from outlay.workbench.assistant.places import root_of
    from outlay.workbench.assistant.plans import Where

    root = root_of(Path(folder), "--folder")
    into = None if out is None else root_of(Path(out), "--out")
    try:
        from outlay.workbench.assistant.server import served
    except ImportError as err:
        raise InputError(
            "a library that assistants are served with is missing", value=str(err.name or err),
            hint="install it: pip install 'outlay[assistant]'",
        ) from None  # fmt: skip
    served(Where(root, into), seconds, at_once)


mcp_command = plain(mcp)
