"""Check studies, each in a fork of a process that has loaded what a check needs.

A line of standard input is a path; a line comes out for it: exit code, seconds of processor and
bytes of memory. What is loaded costs nothing again, so that a cost is that of the check itself.
"""

from __future__ import annotations

import os
import sys

from outlay.app.cli.main import main


def checked(path: str) -> int:
    try:
        main(["check", path])
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def forked(path: str) -> str:
    pid = os.fork()
    if not pid:
        code = 99
        try:
            code = checked(path)
        finally:
            os._exit(code)
    _, status, used = os.wait4(pid, 0)
    unit = 1 if sys.platform == "darwin" else 1024
    seconds = used.ru_utime + used.ru_stime
    return f"{os.waitstatus_to_exitcode(status)} {seconds} {used.ru_maxrss * unit}"


if __name__ == "__main__":
    out = os.fdopen(os.dup(1), "w")
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    checked(sys.argv[1])
    for line in sys.stdin:
        print(forked(line.rstrip("\n")), file=out, flush=True)
