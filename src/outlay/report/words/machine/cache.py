"""What is said of what is kept between runs."""

from __future__ import annotations

from collections.abc import Iterator

from outlay.core.quantities.formats import format_number
from outlay.report.words.language import Words, words
from outlay.results.machine.cache import Cache, Shelf

__all__ = ["cache_lines", "shelf_name", "size_text"]

SIZES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
NAMED = {"numba": "compiled"}
"""Kinds of what is kept that share their name with a library."""


def cache_lines(found: Cache, say: Words | None = None) -> Iterator[str]:
    """The folder, what it holds, and what was removed of it."""
    say = say or words()
    if not found.folder:
        yield say("cache.off")
        return
    yield found.folder
    for x in found.shelves:
        what = shelf_name(x, say)
        if not found.cleared:
            parts = [
                say("cache.shelf", what=what, n=f"{x.entries:,}", size=size_text(x.bytes, say))
            ]
            parts += [say("cache.damaged", n=f"{x.damaged:,}")] if x.damaged else []
        elif x.removed or x.stuck:
            parts = [say("cache.removed", what=what, n=f"{x.removed:,}",
                         size=size_text(x.removed_bytes, say))]  # fmt: skip
            parts += [say("cache.stuck", n=f"{x.stuck:,}")] if x.stuck else []
        else:
            continue
        parts += [say("cache.foreign", n=f"{x.foreign:,}")] if x.foreign else []
        yield f"  {say.clauses(parts)}"
    if found.cleared and not any(x.removed or x.stuck for x in found.shelves):
        yield say("cache.nothing")


def shelf_name(shelf: Shelf, say: Words) -> str:
    """What people call a kind of what is kept."""
    return say(f"doctor_use.{NAMED.get(shelf.name, shelf.name)}")


def size_text(n: float | None, say: Words) -> str:
    """Bytes as people read them."""
    if n is None:
        return say("doctor.none")
    for size, name in SIZES:
        if n >= size:
            return f"{format_number(n / size)} {name}"
    return f"{n:.0f} B"
