"""A file that another file names: inside the folder of that file, however the path is written."""

from __future__ import annotations

from pathlib import Path

from outlay.core.errors import InputError, Problem
from outlay.core.ingest.names import hidden

__all__ = ["inside"]


def inside(
    folder: Path, name: str, where: str, error: type[InputError] = InputError, *,
    outside: bool = False,
) -> Path:  # fmt: skip
    """The path of `name` in `folder`, with links followed.

    outside: whether it may lie elsewhere (`--allow-outside`). Raises `error` for a path that is
    absolute, goes up, or is led out of the folder by a link, and for one that is no path.
    """
    if not name.strip() or hidden(name):
        raise error(Problem("not a path", where, ascii(name)[:80], "a file beside the study"))
    home = folder.resolve()
    try:
        found = (folder / name).resolve()
    except (OSError, RuntimeError):  # a circle of links
        raise error(Problem("a path without an end", where, name[:80])) from None
    if not outside and not found.is_relative_to(home):
        raise error(
            Problem(
                "a file outside the study's folder", where, name[:80], "a file in that folder",
                "copy it there, or lift this with --allow-outside",
            )
        )  # fmt: skip
    return folder / name
