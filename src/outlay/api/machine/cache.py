"""`outlay.cache`: what is kept between runs, and its removal."""

from __future__ import annotations

from typing import Annotated

from outlay.api.says import Says
from outlay.results.machine.cache import Cache

__all__ = ["cache"]

DOES = ("show", "clear")


def cache(
    do: Annotated[str, Says("show or clear.", argument=True)] = "show",
) -> Cache:
    """Show what is kept between runs, or remove it: no answer changes, the next runs take longer.

    Only files that Outlay wrote there are removed, and no link is followed. The folder is
    `$OUTLAY_CACHE`, else the user's cache folder.

    Raises UnknownNameError for another thing to do.

    >>> found = cache()
    >>> [shelf.name for shelf in found.shelves], found.cleared
    (['capacity', 'solved', 'numba'], False)
    """
    from outlay.core.errors import Problem, UnknownNameError, nearest
    from outlay.runs.caches import shelves
    from outlay.serving.store import default_folder

    if do not in DOES:
        raise UnknownNameError(
            Problem("no such thing to do", "cache", do, ", ".join(DOES), nearest(do, DOES))
        )
    root, clear = default_folder(), do == "clear"
    held = shelves(root, clear=clear) if root is not None else ()
    return Cache(folder=str(root) if root is not None else "", cleared=clear, shelves=held)
