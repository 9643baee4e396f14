"""`python -m outlay` is the `outlay` command."""

import os
import sys

# Python puts the current folder first; nothing in it is part of the program. What Python loaded
# before this line it may have taken from there: `outlay` and `python -P -m outlay` do not.
if sys.path and sys.path[0] == os.getcwd() and not __file__.startswith(sys.path[0] + os.sep):
    del sys.path[0]

from outlay.app.cli.main import main

if __name__ == "__main__":
    main()
