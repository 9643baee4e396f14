"""A reader of bytes from outside, and what every reader must do with any bytes.

It gives a result, or an error of our own tree: `attempt` raises whatever else comes of it, and
`Hang` where it takes more processor time than any refusal may.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from outlay.core.errors import OutlayError, Problem
from support.mutations import Change, json_of, of_bytes, of_table, of_tree
from support.shared import ROOT

__all__ = [
    "FOUNDER",
    "Hang",
    "Reader",
    "attempt",
    "changed",
    "encoded",
    "is_json",
    "of_file",
    "text_of",
    "written",
]

FOUNDER = ROOT / "examples" / "gpu-cloud-founder" / "study.yaml"
CPU_S = 5.0
"""Processor seconds that one input may take; refusals take a hundredth."""

Way = Literal["bytes", "table", "tree"]


class Hang(BaseException):
    """An input that a reader does not come to an end with."""


@dataclass(frozen=True)
class Reader:
    """read: what takes the bytes, in a folder of its own. seeds: valid inputs. way: what they are
    made of, so that a change keeps them nearly valid. share: of the inputs that others are tried
    with in the usual tests, as one takes so much longer; most: the same of `make fuzz`, where a
    process is begun for each. junk: whether bytes from nothing are tried too."""

    read: Callable[[bytes, Path], object]
    seeds: Callable[[], Sequence[bytes]]
    way: Way = "bytes"
    share: float = 1.0
    most: float = 1.0
    junk: bool = True


def changed(reader: Reader, seed: bytes, asked: Sequence[Change]) -> bytes:
    """A valid input after changes: as what it is made of, or, in turn, as bytes."""
    if reader.way == "bytes" or (asked and asked[0][0] % 4 == 0):
        return of_bytes(seed, asked)
    if reader.way == "table":
        return of_table(seed, asked)
    return json_of(of_tree(json.loads(seed), asked))


def attempt(reader: Reader, data: bytes, folder: Path) -> bool:
    """Whether the reader takes the bytes; False where it refuses them as one of ours."""

    def late(*_: object) -> None:
        raise Hang(f"over {CPU_S:g} s of processor time")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, CPU_S)
    said: list[Problem] | None = None
    try:
        reader.read(data, folder)
    except OutlayError as err:
        said = err.problems()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)
    assert said is None or (said and all(p.what for p in said)), "an error that says nothing"
    return said is None


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def of_file(name: str, read: Callable[[Path], object]) -> Callable[[bytes, Path], object]:
    return lambda data, folder: read(written(folder, name, data))


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\0", "\ufffd")


def is_json(data: bytes) -> bool:
    try:
        return isinstance(json.loads(data), dict)
    except (ValueError, RecursionError):
        return False


def encoded(texts: Sequence[str]) -> Callable[[], list[bytes]]:
    return lambda: [t.encode() for t in texts]
