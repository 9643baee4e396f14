"""Bytes that nobody has seen, into every reader: a result, or an error of ours, and no hang.

`make fuzz` tries FUZZ inputs a reader, at most FUZZ_SECONDS long each, and prints at its end how
many it were (`conftest.py`), interrupted too.
"""

from __future__ import annotations

import os
import time
import warnings
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.mutations import Change, changes, of_bytes, pieces, turned
from support.reader import COUNTS, attempt, changed
from support.readers import READERS

MOST = int(os.environ.get("FUZZ", "0"))
USUAL = 100
EACH = 10
"""Inputs of one example, when many are tried: to think of one takes longer than to read it."""
SECONDS = float(os.environ.get("FUZZ_SECONDS", "900"))

REFUSED = {"study path", "quantity"}
"""Readers with examples that they refuse: of an expression, of several in one text."""


class Enough(BaseException):
    """The time of a reader is up."""


@pytest.mark.parametrize("name", list(READERS))
def test_any_bytes_give_a_result_or_an_error_of_ours(name: str, tmp_path: Path) -> None:
    reader = READERS[name]
    seeds = list(reader.seeds())
    junk = pieces() if reader.junk else st.none()
    count, until = COUNTS.setdefault(name, Counter()), time.monotonic() + SECONDS
    most = MOST // EACH if MOST else max(5, round(USUAL * reader.share))

    @settings(max_examples=most, database=None)
    @given(st.sampled_from(seeds), changes(), junk)
    def holds(seed: bytes, asked: list[Change], piece: bytes | None) -> None:
        for turn in range(EACH if MOST else 1):
            if time.monotonic() > until:
                raise Enough
            made = turned(asked, turn)
            if piece is not None and made[0][0] % 4 == 1:
                data = of_bytes(piece, made[1:])
            else:
                data = changed(reader, seed, made)
            count["tried"] += 1
            count["taken"] += attempt(reader, data, tmp_path)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of numbers that a table may hold
        for seed in seeds:
            assert attempt(reader, seed, tmp_path) or name in REFUSED, seed[:200]
        with suppress(Enough):
            holds()
