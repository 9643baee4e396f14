"""The engine's functions to call: as shipped where that is this code for this machine, else
compiled here.

Compiling takes many times as long as a whole answer. What is shipped is LLVM bitcode, made from the
same sources by `scripts/ship_engine.py` and sealed under their hash: a change of any of them finds
none. It becomes code of this processor when it is first asked for, in a quarter of a second, and
that is kept in the user's cache folder.
"""

from __future__ import annotations

import hashlib
import lzma
import platform
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from outlay.core.ingest.sealed import entry as held_in
from outlay.core.ingest.sealed import without_seal
from outlay.serving.engine.code.calls import Native, loaded
from outlay.serving.store import default_folder

__all__ = ["HERE", "TIERED", "Function", "entry", "is_ready", "key_of", "sources"]

Function = Callable[..., None]

HERE = Path(__file__).parent
MOST = 10_000_000
"""Bytes of one function's code: some 30,000 are usual."""
TIERED = "_tiered"
"""What follows a function's name where its replicas have tiers of KV cache beside memory."""
BUILT_FOR = ("linux", "x86_64")


@cache
def sources() -> str:
    """Hash of every source of the engine, this one among them."""
    digest = hashlib.blake2b(digest_size=16)
    root = HERE.parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def key_of(name: str) -> str:
    """What a function's code is sealed under: its name and the sources that it was made from."""
    return f"{name} {sources()}"


@cache
def shipped(name: str) -> Native | None:
    """The shipped code of a function, loaded; None where it is of other sources, of another kind of
    machine, not whole, or not understood by the LLVM that is installed."""
    if (sys.platform, platform.machine()) != BUILT_FOR:
        return None
    data = without_seal(key_of(name), held_in(HERE / f"{name}.bin", MOST) or b"")
    if data is None:
        return None
    symbol, kinds, code = data.split(b"\n", 2)
    base = default_folder()
    folder = base / "numba" / sources()[:16] if base is not None else None
    return loaded(lzma.decompress(code), symbol.decode(), kinds.decode(), folder)


def compiled(name: str) -> Function:
    """The function as Numba compiles it here, at its first call."""
    from outlay.serving.engine.fleets.fleet import run_fleet
    from outlay.serving.engine.fleets.loop import run_loop
    from outlay.serving.engine.fleets.pool import run_pool
    from outlay.serving.engine.fleets.scaling import blocks_in_use

    functions: dict[str, Function] = {
        "run_fleet": run_fleet, "run_loop": run_loop, "run_pool": run_pool,
        "blocks_in_use": blocks_in_use,
    }  # fmt: skip
    return functions[name]


@cache
def entry(name: str) -> Function:
    """The function of this name of ENTRIES, ready to be called with the arrays of a fleet."""
    code = shipped(name)
    if code is None:
        return compiled(name)

    def call(*args: object) -> None:
        if code(args):
            return
        tiered = shipped(name + TIERED)  # the arguments are not those of replicas without tiers
        if tiered is None or not tiered(args):
            compiled(name)(*args)

    return call


def is_ready(name: str) -> bool:
    """Whether the function runs without being compiled first."""
    if shipped(name) is not None:
        return True
    from outlay.serving.engine.jit import is_compiled

    return is_compiled(compiled(name))
