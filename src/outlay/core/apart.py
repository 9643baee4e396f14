"""Run a module of ours in a process of its own: nothing of the user's folder is on its path.

It begins in an empty folder, reads from standard input, and has limits of time, memory and output.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from outlay.core.errors import OutlayError

__all__ = ["Apart", "ApartError", "Limits", "run_apart"]

_BEGIN = (
    "import sys, json, runpy; path, limits, sys.argv = json.loads(sys.argv[1]), "
    "json.loads(sys.argv[2]), sys.argv[3:]; sys.path[:] = path\n"
    "try:\n"
    "    import resource\n"
    "    for name, most in limits.items():\n"
    "        which = getattr(resource, name)\n"
    "        hard = resource.getrlimit(which)[1]\n"
    "        most = most if hard == resource.RLIM_INFINITY else min(most, hard)\n"
    "        resource.setrlimit(which, (most, hard))\n"
    "except (ImportError, ValueError, OSError, AttributeError):\n"
    "    pass\n"
    "runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)\n"
)
_ROOT = str(Path(__file__).resolve().parents[2])
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR",
         "XDG_CACHE_HOME", "LOCALAPPDATA")  # fmt: skip
"""Of the environment what a parser may need; keys of services are none of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """wall_s: seconds until it is ended. memory, output: bytes. cpu_s: seconds of processor."""

    wall_s: float = 60.0
    memory: int = 3 << 30
    output: int = 200_000_000
    cpu_s: int = 60


@dataclass(frozen=True, slots=True)
class Apart:
    """What came out, and how it ended (negative: by which signal)."""

    output: bytes
    said: str
    code: int


class ApartError(OutlayError):
    """A process of ours that went over a limit; the message says which."""


def _path() -> list[str]:
    """The modules that this process may load, less the folder it was begun in; ours come last,
    so that they hide none."""
    here = os.getcwd()
    real = os.path.realpath(here)
    own = [
        p for p in sys.path
        if os.path.isabs(p) and os.path.realpath(p) != real and os.path.exists(p)
    ]  # fmt: skip
    return own if _ROOT in own else [*own, _ROOT]


def run_apart(
    module: str,
    args: Sequence[str] = (),
    *,
    data: bytes = b"",
    limits: Limits | None = None,
    environment: Mapping[str, str] | None = None,
) -> Apart:
    """Run `python -m module args` with `data` on its standard input.

    Raises ApartError where it takes too long or says too much.
    """
    limits = limits or Limits()
    most = {"RLIMIT_AS": limits.memory, "RLIMIT_CPU": limits.cpu_s, "RLIMIT_CORE": 0}
    command = [sys.executable, "-I", "-c", _BEGIN, json.dumps(_path()), json.dumps(most), module]
    kept = {k: os.environ[k] for k in _KEPT if k in os.environ}
    with tempfile.TemporaryDirectory(prefix="outlay-") as folder:
        process = subprocess.Popen(
            [*command, *args],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=folder, env={**kept, **(environment or {})},
        )  # fmt: skip
        return _done(process, data, limits)


def _done(process: subprocess.Popen[bytes], data: bytes, limits: Limits) -> Apart:
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    said = bytearray()
    over = threading.Event()

    def feed() -> None:
        assert process.stdin is not None
        try:
            process.stdin.write(data)
            process.stdin.close()
        except OSError:  # it ended before it had read all
            return

    def listen() -> None:
        assert process.stderr is not None
        while piece := process.stderr.read(65_536):
            said.extend(piece[: max(0, 100_000 - len(said))])

    def late() -> None:
        over.set()
        process.kill()

    threads = [threading.Thread(target=f, daemon=True) for f in (feed, listen)]
    timer = threading.Timer(limits.wall_s, late)
    for t in (*threads, timer):
        t.start()
    try:
        output = process.stdout.read(limits.output + 1)
        if len(output) > limits.output:
            raise ApartError(f"more than {limits.output:,} bytes came out")
        code = process.wait()
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        for t in threads:
            t.join()
        process.stdout.close()
        process.stderr.close()
    if over.is_set():
        raise ApartError(f"took longer than {limits.wall_s:g} s")
    return Apart(output, said.decode("utf-8", "replace"), code)
