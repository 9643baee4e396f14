"""What runs on the machines of a cluster: workers, and what those machines are made of."""

from __future__ import annotations

import hashlib
import os
import platform
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from outlay.core.version import __version__
from outlay.sweeps.cases import Cases
from outlay.sweeps.worker import WORN_OUT

__all__ = ["Worker", "made_of"]

SOLVERS = ("highspy", "numpy", "scipy")
"""Packages whose every digit is in a row."""


class Worker:
    """One process: reads what all cases share once, then batches."""

    def __init__(self, common: bytes) -> None:
        self._cases = Cases(common)

    def ready(self) -> None:
        """Answers once it has begun."""

    def rows(self, cases: tuple[int, ...]) -> list[bytes]:
        """The rows of a batch; the process ends where it is out of memory."""
        try:
            return [self._cases.row(k) for k in cases]
        except MemoryError:
            os._exit(WORN_OUT)


def made_of() -> dict[str, str]:
    """What the digits of a row depend on beside its study: two machines must have the same."""
    out = {"Outlay": f"{__version__} ({_sources()})", "Python": platform.python_version()}
    return out | {name: version(name) for name in SOLVERS}


def _sources() -> str:
    """Of every line of Outlay's code: versions in the making have one name."""
    home, digest = Path(str(files("outlay"))), hashlib.blake2b(digest_size=6)
    for path in sorted(home.rglob("*.py")):
        digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
