"""Processes apart that end as a library of another language does, when they are asked to.

No input of these tests ends a library: what stands for such an input is the word ENDS.
"""

from __future__ import annotations

import os
import sys

from outlay.core.apart import answer_all
from outlay.evidence import worker as parser
from outlay.report.drawing import worker

ENDS = "this one ends its reader"


def _drawn(question: bytes) -> bytes:
    if ENDS.encode() in question:
        os.abort()
    return worker._answer(question)


def _parsed(form: str, data: bytes) -> dict[str, str | list[str]]:
    """As the product's parser of documents, to its end."""
    found = _answer(form, data)
    if ENDS in str(found):
        os.abort()
    return found


_answer = parser._answer


if __name__ == "__main__":
    if len(sys.argv) > 1:  # once, for a document of that form
        parser._answer = _parsed
        parser.main()
    else:
        answer_all(_drawn)
    sys.exit()
