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
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any, Protocol, TypeVar, cast

import numba as nb
import numpy as np
from numba.core import compiler, serialize

from outlay.core.ingest.sealed import keep, with_seal
from outlay.serving.compiled import code_of

__all__ = ["NO", "TOP", "YES", "inlined", "inner", "is_compiled", "jit", "within"]

SOURCES = (
    "jit", "closed", "lru", "state", "tiers", "slots", "kernel", "fleets/routing",
    "fleets/failing", "fleets/scaling", "fleets/joining", "fleets/pool", "fleets/fleet",
    "fleets/loop",
)  # fmt: skip

OPTIONS: dict[str, object] = {"nogil": True, "_nrt": False, "error_model": "numpy"}
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


class Processor(Protocol):
    """Numba's maker of machine code."""

    def magic_tuple(self) -> tuple[object, ...]:
        """What the processor and its features are."""


class Target(Protocol):
    """Numba's context of compiling."""

    def refresh(self) -> None:
        """Take in what was registered since."""

    def codegen(self) -> Processor:
        """Its maker of machine code."""


class Library(Protocol):
    """Machine code of Numba's."""

    has_dynamic_globals: bool


class Lifted(Protocol):
    """A loop that Numba compiled apart from its function."""

    can_cache: bool


class Code(Protocol):
    """What Numba made of a function for one list of argument types."""

    library: Library
    lifted: Sequence[Lifted]
    codegen: Processor

    def _reduce(self) -> tuple[object, ...]: ...


class Function(Protocol):
    """A function of Python's own."""

    __name__: str
    __code__: CodeType


class Compiled:
    """What a compiled function asks of its cache: one entry for each list of argument types."""

    def __init__(self, function: Function, folder: Path) -> None:
        self._name = function.__name__
        self._code = function.__code__.co_code
        self._folder = folder

    @property
    def cache_path(self) -> str:
        return str(self._folder)

    def load_overload(self, sig: object, target_context: Target) -> Code | None:
        """Code for these types; None where there is none that can be run."""
        target_context.refresh()
        data = code_of(self._place(sig, target_context.codegen()))
        if data is None:
            return None
        rebuild: Callable[..., Code] = compiler.CompileResult._rebuild
        parts: tuple[object, ...] = pickle.loads(data)
        return rebuild(target_context, *parts)

    def save_overload(self, sig: object, data: Code) -> None:
        """Keep code for these types; a folder that cannot be written is no error."""
        if data.library.has_dynamic_globals or any(not x.can_cache for x in data.lifted):
            return
        path = self._place(sig, data.codegen)
        dumps: Callable[[object], bytes] = serialize.dumps
        keep(path, with_seal(path.stem, dumps(data._reduce())))

    def _place(self, sig: object, codegen: Processor) -> Path:
        of = repr((sig, codegen.magic_tuple(), sys.version)).encode() + self._code
        digest = hashlib.blake2b(of, digest_size=16).hexdigest()
        return self._folder / f"{self._name}-{digest}.bin"

    def enable(self) -> None:
        """It is never switched off."""

    disable = flush = enable


class Dispatcher(Protocol):
    """What Numba makes of a function: it looks for code, has it compiled, and calls it."""

    _cache: Compiled
    py_func: Callable[..., object]


def _compile(function: F, **options: object) -> F:
    make: Callable[..., Callable[[F], F]] = nb.njit
    return make(**OPTIONS, **options)(function)


def jit(function: F) -> F:
    """Compile `function` without the interpreter lock; kept on disk where that is possible."""
    made = _compile(function)
    if _folder():
        cast(Dispatcher, made)._cache = Compiled(function, Path(_folder()))
    return made


def inner(function: F) -> F:
    """Compile `function` for callers that are compiled: no way in from Python, nothing on disk."""
    return _compile(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def inlined(function: F) -> F:
    """Compile `function` into its callers: passing the fleet's arrays costs more than the work."""
    return _compile(function, inline="always")


def within(function: F) -> F:
    """What `inner` made of a function, as `inlined` would have made it."""
    return inlined(cast(F, cast(Dispatcher, function).py_func))


def is_compiled(function: object) -> bool:
    """Whether what `jit` made is at hand for this version: in this process, or on disk."""
    signatures: object = getattr(function, "signatures", ())
    if signatures:
        return True
    name: object = getattr(function, "__name__", "")
    return bool(_folder()) and any(Path(_folder()).glob(f"{name}-*.bin"))
