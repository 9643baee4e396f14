"""The `outlay` command, also as `python -m outlay`: it answers where libraries are missing too."""

import gc
import os
import sys

# Python puts the current folder first; nothing in it is part of the program. What Python loaded
# before this line it may have taken from there: `outlay` and `python -P -m outlay` do not.
if sys.path and sys.path[0] == os.getcwd() and not __file__.startswith(sys.path[0] + os.sep):
    del sys.path[0]

__all__ = ["main"]


def main() -> None:
    """Run the command; whoever stops it while it is loaded gets no traceback either, and whoever
    lacks a library is told which."""
    try:
        from outlay.app.cli.main import main as command
    except KeyboardInterrupt:
        sys.exit(_stopped())
    except ImportError as err:
        sys.exit(_without(err))
    try:
        command()
    except KeyboardInterrupt:
        sys.exit(_stopped())
    finally:
        gc.freeze()  # the process ends: nothing is looked for that could be garbage


def _stopped() -> int:
    sys.stderr.write("error: interrupted; nothing was written\n")
    return 130


def _without(err: ImportError) -> int:
    """What can be said without the libraries of the command line; returns the exit code."""
    if sys.argv[1:2] == ["doctor"]:
        from outlay.api.machine.doctor import doctor
        from outlay.report.words.machine.doctor import doctor_lines

        if hasattr(sys.stdout, "reconfigure"):  # a folder's name may hold what it cannot show
            sys.stdout.reconfigure(errors="backslashreplace")
        print("\n".join(doctor_lines(doctor())))
    else:
        sys.stderr.write(
            f"error: a library of Outlay cannot be loaded: {err}\n"
            "  hint: `outlay doctor` says what is missing\n"
        )
    return 1


if __name__ == "__main__":
    main()
