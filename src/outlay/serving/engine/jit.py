"""Compile to machine code once per version of the engine, whatever file has changed.

Numba's own cache looks only at the file of the function that is called, so a change in a helper
module would leave old code in use; and it believes whatever lies in its folder: a torn entry ends
a run, a pipe in its place holds it for ever, an edited one is run. Here compiled code lies sealed,
in a folder named by the hash of all the engine's sources, in the user's cache folder (an
installation may be read only); what is not whole is compiled again.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba as nb
import numpy as np
from numba.core import caching, compiler, serialize

from outlay.core.ingest.sealed import keep, with_seal
from outlay.serving.compiled import code_of

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


class Compiled(caching._Cache):
    """What a compiled function asks of its cache: one entry for each list of argument types."""

    def __init__(self, function: Any, folder: Path) -> None:
        self._name: str = function.__name__
        self._code: bytes = function.__code__.co_code
        self._folder = folder

    @property
    def cache_path(self) -> str:
        return str(self._folder)

    def load_overload(self, sig: object, target_context: Any) -> Any:
        """Code for these types; None where there is none that can be run."""
        target_context.refresh()
        data = code_of(self._place(sig, target_context.codegen()))
        if data is None:
            return None
        rebuild: Any = compiler.CompileResult._rebuild
        return rebuild(target_context, *pickle.loads(data))

    def save_overload(self, sig: object, data: Any) -> None:
        """Keep code for these types; a folder that cannot be written is no error."""
        if data.library.has_dynamic_globals or any(not x.can_cache for x in data.lifted):
            return
        path, dumps = self._place(sig, data.codegen), cast(Any, serialize.dumps)
        keep(path, with_seal(path.stem, dumps(data._reduce())))

    def _place(self, sig: object, codegen: Any) -> Path:
        of = repr((sig, codegen.magic_tuple(), sys.version)).encode() + self._code
        digest = hashlib.blake2b(of, digest_size=16).hexdigest()
        return self._folder / f"{self._name}-{digest}.bin"

    def enable(self) -> None:
        """It is never switched off."""

    disable = flush = enable


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
