"""`python -m outlay` is the `outlay` command."""

import os
import sys

# Python puts the current folder first; nothing in it is part of the program. What Python loaded
# before this line it may have taken from there: `outlay` and `python -P -m outlay` do not.
if sys.path and sys.path[0] == os.getcwd() and not __file__.startswith(sys.path[0] + os.sep):
    del sys.path[0]

__all__ = ["main"]


def main() -> None:
    """Run the command; whoever stops it while it is loaded gets no traceback either."""
    try:
        from outlay.app.cli.main import main as command

        command()
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted; nothing was written\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
