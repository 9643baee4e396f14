"""Compile to machine code once per version of the engine, whatever file has changed.

Numba's own cache looks only at the file of the function that is called, so a change in a helper
module would leave old code in use. Here compiled code lies in a folder named by the hash of all
the engine's sources, in the user's cache folder (an installation may be read only), sealed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba as nb
import numpy as np

from outlay.serving.compiled import Compiled

__all__ = ["NO", "TOP", "YES", "inlined", "inner", "is_compiled", "jit"]

SOURCES = ("jit", "closed", "lru", "state", "slots", "kernel", "fleet")

OPTIONS: dict[str, Any] = {"nogil": True, "_nrt": False, "error_model": "numpy"}
"""No reference counts: the engine only looks at arrays that its caller owns, and counting them
atomically at each look took two thirds of its time."""

YES, NO, TOP = cast(bool, np.True_), cast(bool, np.False_), cast(int, np.int64(0))
"""Constants to hand to compiled functions: numpy's have one type, where each of Python's own is
typed as that value and has the function, with all that it calls, compiled once more for it."""

F = TypeVar("F", bound=Callable[..., Any])


@lru_cache(maxsize=1)
def _folder() -> str:
    from outlay.serving.store import default_folder

    digest = hashlib.blake2b(nb.__version__.encode(), digest_size=8)
    for name in SOURCES:
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    base = default_folder()
    return "" if base is None else str(base / "numba" / digest.hexdigest())


def _compile(function: F, **options: Any) -> F:
    make: Any = nb.njit
    return make(**OPTIONS, **options)(function)  # type: ignore[no-any-return]


def jit(function: F) -> F:
    """Compile `function` without the interpreter lock; kept on disk where that is possible."""
    made = _compile(function)
    if _folder():
        dispatcher: Any = made
        dispatcher._cache = Compiled(function, Path(_folder()))
    return made


def inner(function: F) -> F:
    """Compile `function` for callers that are compiled: no way in from Python, nothing on disk."""
    return _compile(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def inlined(function: F) -> F:
    """Compile `function` into its callers: passing the fleet's arrays costs more than the work."""
    return _compile(function, inline="always")


def is_compiled(function: object) -> bool:
    """Whether what `jit` made is at hand for this version: in this process, or on disk."""
    if getattr(function, "signatures", ()):
        return True
    name = getattr(function, "__name__", "")
    return bool(_folder()) and any(Path(_folder()).glob(f"{name}-*.bin"))
