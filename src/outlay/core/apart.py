"""Run a module of ours in a process of its own: nothing of the user's folder is on its path.

It begins in an empty folder, reads from standard input, has limits of time, memory and output, and
does not outlive the process that began it. `run_apart` asks once; a `Company` stays and is asked
again and again; who listens while it works begins it with `started`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import site
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from outlay.core.errors import OutlayError
from outlay.core.spawned import OwnFolder

__all__ = [
    "Apart", "ApartError", "Company", "Limits", "answer_all", "ended", "run_apart", "started",
]  # fmt: skip

_BEGIN = (
    "import sys, json, os, runpy, threading, time\n"
    "path, limits, parent = json.loads(sys.argv[1])\n"
    "sys.argv, sys.path[:] = sys.argv[2:], path\n"
    "def orphaned():\n"
    "    while os.getppid() == parent: time.sleep(0.5)\n"
    "    os._exit(1)\n"
    "if os.name == 'posix': threading.Thread(target=orphaned, daemon=True).start()\n"
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
_LENGTH = struct.Struct(">Q")
"""How long a question or an answer is, before it."""
_IDLE_S = 30.0
"""Seconds after which a process that nobody asks ends itself; who asks then begins another."""
_OVER_CPU = getattr(signal, "SIGXCPU", 0) or 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """wall_s: seconds until it is ended. memory, output: bytes. cpu_s: seconds of processor.

    reserves: whether it sets far more memory aside than it uses, as a machine of another language
    does; what it uses is limited then.
    """

    wall_s: float = 60.0
    memory: int = 3 << 30
    output: int = 200_000_000
    cpu_s: int = 60
    reserves: bool = False

    def of_system(self) -> dict[str, int]:
        memory = "RLIMIT_DATA" if self.reserves else "RLIMIT_AS"
        return {memory: self.memory, "RLIMIT_CPU": self.cpu_s, "RLIMIT_CORE": 0}


@dataclass(frozen=True, slots=True)
class Apart:
    """What came out, and how it ended (negative: by which signal)."""

    output: bytes
    said: str
    code: int

    @property
    def ended(self) -> str:
        """How it ended, in words."""
        return ended(self.code)


class ApartError(OutlayError):
    """A process of ours that went over a limit; the message says which."""


def _path() -> list[str]:
    """The modules that this process may load, less the folder it was begun in. Those of the
    installation come first, so that a folder of the user hides none of them."""
    try:
        here = os.path.realpath(os.getcwd())
    except OSError:  # the folder was taken away
        here = ""
    own = [p for p in sys.path if os.path.isabs(p) and os.path.realpath(p) != here]
    if _ROOT not in own:
        own.append(_ROOT)
    installed = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
    installed += [*site.getsitepackages(), site.getusersitepackages()]

    def rank(path: str) -> int:
        if any(Path(path).is_relative_to(i) for i in installed):
            return 0
        return 1 if path == _ROOT else 2

    return sorted(filter(os.path.exists, own), key=rank)


def started(
    module: str, args: Sequence[str], limits: Limits, folder: str,
    environment: Mapping[str, str] | None = None, *, heard: bool = True,
) -> subprocess.Popen[bytes]:  # fmt: skip
    """The process, its standard streams ours; heard: whether its complaints are. Whoever begins it
    so ends it too: no limit of time or output but the processor's is kept."""
    told = json.dumps([_path(), limits.of_system(), os.getpid()])
    kept = {k: os.environ[k] for k in _KEPT if k in os.environ}
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-c", _BEGIN, told, module, *args],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if heard else subprocess.DEVNULL,
            cwd=folder, env={**kept, **(environment or {})},
        )  # fmt: skip
    except OSError as err:  # no memory or no process left
        raise ApartError(
            f"no process could be started: {(err.strerror or str(err)).lower()}"
        ) from None


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
    with OwnFolder() as folder:
        return _done(started(module, args, limits, folder, environment), data, limits)


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
    if code == -_OVER_CPU:
        raise ApartError(f"used more than {limits.cpu_s:g} s of the processor")
    return Apart(output, said.decode("utf-8", "replace"), code)


def ended(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"exit {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


class Company:
    """A process of ours that is asked again and again; its module runs `answer_all`.

    Begun when first asked, and anew where it has ended; it ends by itself when nobody has asked for
    half a minute. limits: of the memory as a whole; of the time and the output of each answer.
    """

    def __init__(self, module: str, limits: Limits) -> None:
        self.fresh = True
        """Whether the process that was asked last had answered nothing before."""
        self._module, self._limits = module, limits
        self._lock, self._owner = threading.Lock(), 0
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: OwnFolder | None = None

    def ask(self, question: bytes) -> bytes:
        """Its answer. Raises ApartError where it ends or goes over a limit instead."""
        with self._lock:
            if self._owner != os.getpid():  # a fork of us: the process answers the one before
                self._process = self._folder = None
                self._owner = os.getpid()
            try:
                while (answer := self._asked(self._begun(), question)) is None:
                    self._end()
                return answer
            except BaseException:
                self._end()
                raise

    def _begun(self) -> subprocess.Popen[bytes]:
        self.fresh = self._process is None
        if self._process is None:
            self._folder = OwnFolder()
            self._process = started(self._module, (), self._limits, self._folder.name, heard=False)
        return self._process

    def _asked(self, process: subprocess.Popen[bytes], question: bytes) -> bytes | None:
        """Its answer; none where it had ended by itself: nobody had asked for long."""
        assert process.stdin is not None
        assert process.stdout is not None
        over = threading.Event()

        def late() -> None:
            over.set()
            process.kill()

        timer = threading.Timer(self._limits.wall_s, late)
        timer.start()
        try:
            process.stdin.write(_LENGTH.pack(len(question)))
            process.stdin.write(question)
            process.stdin.flush()
            head = process.stdout.read(_LENGTH.size)
            size = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
            if size > self._limits.output:
                raise ApartError(f"more than {self._limits.output:,} bytes came out")
            answer = process.stdout.read(size)
            if len(head) == _LENGTH.size and len(answer) == size:
                return answer
        except OSError:  # it ended before it had read all
            pass
        finally:
            timer.cancel()
        code = process.wait()
        if over.is_set():
            raise ApartError(f"took longer than {self._limits.wall_s:g} s")
        if code == 0 and not self.fresh:
            return None
        raise ApartError(f"its process ended early ({ended(code)})")

    def close(self) -> None:
        """End the process; the next question begins another."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):  # what was not yet written has no reader
                    stream.close() if stream else None
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def answer_all(answer: Callable[[bytes], bytes]) -> None:
    """Answer what the process that began us asks, until it asks no more.

    What others print here goes nowhere: the way out is ours alone.
    """
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    more_time = _more_time()
    while True:
        idle = threading.Timer(_IDLE_S, os._exit, (0,))
        idle.daemon = True
        idle.start()
        head = sys.stdin.buffer.read(_LENGTH.size)
        idle.cancel()
        if len(head) < _LENGTH.size:
            return
        more_time()
        said = answer(sys.stdin.buffer.read(_LENGTH.unpack(head)[0]))
        out.write(_LENGTH.pack(len(said)))
        out.write(said)
        out.flush()


def _more_time() -> Callable[[], None]:
    """Gives each answer as much of the processor as the process was given at its start."""
    try:
        import resource
    except ImportError:  # not on this system: the time of the clock still holds
        return lambda: None
    most, hard = resource.getrlimit(resource.RLIMIT_CPU)

    def more() -> None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        until = int(used.ru_utime + used.ru_stime) + 1 + most
        if most != resource.RLIM_INFINITY:
            soft = until if hard == resource.RLIM_INFINITY else min(until, hard)
            resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))

    return more
