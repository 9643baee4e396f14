"""The process that works for a sweep on this machine: reads what all cases share, then batches.

Who began it writes frames of bytes, each after its length, and reads one for each: first an empty
one that says it is ready, then the rows of a batch, a line each.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import IO

from outlay.sweeps.cases import Cases

__all__ = ["LENGTH", "WORN_OUT", "read_frame", "write_frame"]

LENGTH = 8
"""Bytes that say how long a frame is, before it."""
WORN_OUT = 3
"""Exit code of a worker that ran out of memory."""


def write_frame(out: IO[bytes], data: bytes) -> None:
    """Write one frame. Raises OSError where nobody reads."""
    out.write(len(data).to_bytes(LENGTH, "big"))
    out.write(data)
    out.flush()


def read_frame(source: IO[bytes], most: int = 1 << 40) -> bytes | None:
    """The next frame; None where the other side is gone, or says more than `most` bytes."""
    head = source.read(LENGTH)
    if len(head) < LENGTH:
        return None
    size = int.from_bytes(head, "big")
    if size > most:
        return None
    data = source.read(size)
    return data if len(data) == size else None


def _main() -> None:
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what others print goes nowhere
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who began it ends it
    common = read_frame(sys.stdin.buffer)
    if common is None:
        return
    try:
        cases = Cases(common)
        write_frame(out, b"")
        while (asked := read_frame(sys.stdin.buffer)) is not None:
            batch = [int(k) for k in asked.split(b",")]
            write_frame(out, b"\n".join(cases.row(k) for k in batch))
    except MemoryError:
        os._exit(WORN_OUT)


if __name__ == "__main__":
    _main()
