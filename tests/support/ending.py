"""Processes apart that end as a library of another language does, when they are asked to.

No input of these tests ends a library: what stands for such an input is the word ENDS.
"""

from __future__ import annotations

import os
import sys

from outlay.core.apart import answer_all
from outlay.report.drawing import worker

ENDS = "this one ends its reader"


def _drawn(question: bytes) -> bytes:
    if ENDS.encode() in question:
        os.abort()
    return worker._answer(question)


if __name__ == "__main__":
    answer_all(_drawn)
    sys.exit()
