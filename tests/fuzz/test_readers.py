"""Bytes that nobody has seen, into every reader: a result, or an error of ours, and no hang.

`make fuzz` tries FUZZ inputs a reader, for at most FUZZ_SECONDS of the processor each,
other ones each time (FUZZ_SEED repeats a run), and says at its end how many they were
(`conftest.py`), interrupted too.
"""

from __future__ import annotations

import os
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from support.counting import Count
from support.mutations import Change, changes, of_bytes, pieces, turned
from support.reader import Hang, attempt, changed
from support.readers import READERS

MOST = int(os.environ.get("FUZZ", "0"))
USUAL = 60
EACH = 20
"""Inputs of one example, when many are tried: to think of one takes longer than to read it."""
SECONDS = float(os.environ.get("FUZZ_SECONDS", "300"))
SEED = int(os.environ.get("FUZZ_SEED", "0"))
MEMORY = Path("/dev/shm")

REFUSED = {"study path", "quantity"}
"""Readers with examples that they refuse: of an expression, of several in one text."""


class Enough(BaseException):
    """The time of a reader is up."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where that can be: a disk is slower than most readers."""
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place, prefix="fuzz-") as made:
        yield Path(made)


@pytest.mark.parametrize("name", list(READERS))
def test_any_bytes_give_a_result_or_an_error_of_ours(name: str, folder: Path) -> None:
    reader = READERS[name]
    seeds = list(reader.seeds())
    junk = pieces() if reader.junk else st.none()
    whole = MOST * min(1.0, reader.most)
    most = max(1, round(whole / EACH)) if MOST else max(4, round(USUAL * reader.share))
    count, until = Count(name), time.process_time() + SECONDS

    @seed(SEED)
    @settings(max_examples=most, database=None)
    @given(st.integers(0, len(seeds) - 1), changes(), junk)
    def holds(first: int, asked: list[Change], piece: bytes | None) -> None:
        for turn in range(EACH if MOST else 1):
            if time.process_time() > until:
                raise Enough
            made = turned(asked, turn)
            if piece is not None and made[0][0] % 4 == 1:
                data = of_bytes(piece, made[1:])
            else:
                data = changed(reader, seeds[(first + turn) % len(seeds)], made)
            try:
                count.add(taken=attempt(reader, data, folder))
            except BaseException as found:
                count.found = isinstance(found, Exception | Hang)
                found.add_note(f"{name}, of FUZZ_SEED={SEED}: {data[:2000]!r}")
                raise

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of numbers that a table may hold
            for given_ in seeds:
                assert attempt(reader, given_, folder) or name in REFUSED, given_[:200]
            with suppress(Enough):
                holds()
    finally:
        count.keep()
