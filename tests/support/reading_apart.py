"""The product's parsers of documents apart, in one process for many documents: beginning one takes
a hundred times as long as reading it. A question is a form, a line end and the bytes."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from outlay.core.apart import Apart, ApartError, Company, Limits, answer_all
from outlay.evidence import worker
from outlay.evidence.text import files, parsed
from support.reader import written

__all__ = ["by_many"]

_COMPANY = Company("support.reading_apart", replace(files.LIMITS, cpu_s=20))
MANY = 500
"""Documents of one process: parsers stop early where theirs has used much of the processor."""
_ASKED = count()


def _answered(question: bytes) -> bytes:
    from trafilatura.deduplication import LRU_TEST

    form, _, data = question.partition(b"\n")
    LRU_TEST.clear()  # what it has seen before it leaves out, of another document too
    parsed._BEGUN = time.monotonic()
    return json.dumps(worker._answer(form.decode(), data)).encode()


def _run(module: str, args: Sequence[str], *, data: bytes, limits: Limits) -> Apart:
    """As `run_apart` for a parser of documents: one that ends is begun anew for the next."""
    assert (module, limits) == ("outlay.evidence.worker", files.LIMITS)
    if next(_ASKED) % MANY == 0:
        _COMPANY.close()
    try:
        return Apart(_COMPANY.ask(args[0].encode() + b"\n" + data), "", 0)
    except ApartError as err:
        if "ended early" not in str(err):
            raise  # over a limit: the product refuses it so
        _COMPANY.ask(b"html\n<p>one that can be begun answers</p>")
        return Apart(b"", "", -6)


def by_many(name: str, read: Callable[[Path], object]) -> Callable[[bytes, Path], object]:
    """A reader of a file of that name, whose parser apart stays for the next."""

    def reads(data: bytes, folder: Path) -> object:
        alone, files.run_apart = files.run_apart, _run
        try:
            return read(written(folder, name, data))
        finally:
            files.run_apart = alone

    return reads


if __name__ == "__main__":
    answer_all(_answered)
    sys.exit()
