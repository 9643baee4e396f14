"""Call a function of Numba's from bitcode, without Numba: its arguments laid out as it has them.

Numba's own calling convention, which this follows: two pointers for a result and an error, then
each argument, an array as its owner, its object, its size in elements, the bytes of one, its data,
its shape and its strides; tuples as their members. The function says in an integer whether it
failed; the engine's never do.
"""

from __future__ import annotations

import ctypes
import hashlib
import weakref
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

import numpy as np

from outlay.core.ingest.sealed import keep, with_seal
from outlay.serving.compiled import code_of

__all__ = ["Native", "kind_of", "loaded", "members"]

OK = (0, -2)
"""Numba's codes of a call that went well: done, and done with None as the result."""

OTHER = "other"
"""Kind of an argument that is not handed over."""
WORD = ctypes.sizeof(ctypes.c_void_p)

Argument = ctypes.c_void_p | ctypes.c_int64 | ctypes.c_double
Laid = tuple[Argument, ...]
Held = Callable[[], object]
"""An array, while it lives."""


class Native:
    """Machine code of one function. `keep`: what must live as long as it does.

    A fleet that scales is called with the same arrays thousands of times, so what was laid out for
    an array stays until another comes in its place; the array itself is not held. Words that are
    typed already, without types of the function, are handed over in half the time.
    """

    def __init__(self, address: int, kinds: str, keep: object) -> None:
        self._kinds, self._keep = kinds.split(), keep
        self._laid: list[tuple[Held, Laid]] = [(_nothing, ())] * len(self._kinds)
        make: Callable[[int], Callable[..., int]] = ctypes.CFUNCTYPE(ctypes.c_int32)
        self._function = make(address)

    def __call__(self, args: Sequence[object]) -> bool:
        """Call it; False, and nothing done, where these arguments are not of its kinds."""
        room = (ctypes.c_void_p * 2)()  # for a result and an error, which nobody reads
        start = ctypes.addressof(room)
        given: list[Argument] = [ctypes.c_void_p(start), ctypes.c_void_p(start + WORD)]
        parts = list(members(args))
        if len(parts) != len(self._kinds):
            return False
        for k, x in enumerate(parts):
            held, laid = self._laid[k]
            if held() is not x or x is None:
                if kind_of(x) != self._kinds[k] or self._kinds[k] == OTHER:
                    return False
                laid = tuple(_laid_out(x))
                if isinstance(x, np.ndarray):
                    self._laid[k] = (weakref.ref(x), laid)
            given += laid
        code = self._function(*given)  # without the interpreter's lock
        if code not in OK:
            raise RuntimeError(f"the engine's code ended with {code}")
        return True


def _nothing() -> None:
    """What is held of no array."""


def members(args: Sequence[object]) -> Iterator[object]:
    """Arguments with the members of tuples in their place."""
    for x in args:
        if isinstance(x, tuple):
            yield from members(x)
        else:
            yield x


def kind_of(x: object) -> str:
    """`f8`, `i8`, `none`, or type and axes of an array as `i4:2`."""
    if isinstance(x, np.ndarray):
        good = x.flags.c_contiguous and x.flags.aligned and x.flags.writeable
        return f"{x.dtype.str[1:]}:{x.ndim}" if good and x.dtype.isnative else OTHER
    if x is None:
        return "none"
    if isinstance(x, bool | np.bool_):
        return OTHER
    if isinstance(x, int | np.int64):
        return "i8"
    return "f8" if isinstance(x, float) else OTHER


NULL = ctypes.c_void_p(None)


def _laid_out(x: object) -> Laid:
    if isinstance(x, np.ndarray):
        words = (x.size, x.itemsize, x.ctypes.data, *x.shape, *x.strides)
        return (NULL, NULL, *map(ctypes.c_int64, words))
    if isinstance(x, float):
        return (ctypes.c_double(x),)
    return (ctypes.c_int64(int(x)),) if isinstance(x, int | np.int64) else (NULL,)


class Engine(Protocol):
    """LLVM's holder of machine code."""

    def finalize_object(self) -> None:
        """Make it callable."""

    def set_object_cache(
        self, made: Callable[[object, bytes], None], found: Callable[[object], bytes | None], /
    ) -> None:
        """Be told of code that was made, and ask for it before it is made."""

    def get_function_address(self, name: str, /) -> int:
        """Where a symbol's code begins."""


class Features(Protocol):
    """What a processor can do."""

    def flatten(self) -> str:
        """As one text."""


class Target(Protocol):
    """A kind of processor."""

    def create_target_machine(self, *, cpu: str, features: str, opt: int, jit: bool) -> object:
        """One of them."""


class Targets(Protocol):
    """Kinds of processors."""

    def from_default_triple(self) -> Target:
        """That of this machine."""


class Llvm(Protocol):
    """What is asked of `llvmlite.binding`, which says nothing of its types."""

    @property
    def llvm_version_info(self) -> tuple[int, int, int]: ...
    @property
    def Target(self) -> Targets: ...  # noqa: N802
    def initialize_native_target(self) -> None: ...
    def initialize_native_asmprinter(self) -> None: ...
    def get_host_cpu_name(self) -> str: ...
    def get_host_cpu_features(self) -> Features: ...
    def parse_bitcode(self, code: bytes, /) -> object: ...
    def create_mcjit_compiler(self, module: object, machine: object, /) -> Engine: ...


def loaded(bitcode: bytes, symbol: str, kinds: str, folder: Path | None) -> Native | None:
    """The function of a symbol as code of this processor; None where LLVM cannot read it.

    folder: where what was made for this processor is kept, so that it is made once.
    """
    llvm = cast(Llvm, import_module("llvmlite.binding"))
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    cpu, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_default_triple()
    machine = target.create_target_machine(cpu=cpu, features=features, opt=3, jit=True)
    try:
        engine = llvm.create_mcjit_compiler(llvm.parse_bitcode(bitcode), machine)
        if folder is not None:
            of = f"{llvm.llvm_version_info} {cpu} {features}".encode() + bitcode
            digest = hashlib.blake2b(of, digest_size=16).hexdigest()
            _kept(engine, folder / f"{symbol}-{digest}.bin")
        engine.finalize_object()
    except RuntimeError:
        return None
    return Native(engine.get_function_address(symbol), kinds, engine)


def _kept(engine: Engine, path: Path) -> None:
    """Have machine code looked for in a file of the cache, and kept there."""

    def made(_: object, code: bytes) -> None:
        keep(path, with_seal(path.stem, code))

    def found(_: object) -> bytes | None:
        return code_of(path)

    engine.set_object_cache(made, found)
