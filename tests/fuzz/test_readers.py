"""Bytes that nobody has seen, into every reader: a result, or an error of ours, and no hang.

`make fuzz` tries FUZZ inputs a reader, at most FUZZ_SECONDS long each, and prints how many it were.
"""

from __future__ import annotations

import os
import time
import warnings
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.mutations import changes, pieces
from support.reader import attempt, changed
from support.readers import READERS

MOST = int(os.environ.get("FUZZ", "0"))
USUAL = 100
SECONDS = float(os.environ.get("FUZZ_SECONDS", "900"))

REFUSED = {"study path", "quantity"}
"""Readers with examples that they refuse: of an expression, of several in one text."""


@pytest.mark.parametrize("name", list(READERS))
def test_any_bytes_give_a_result_or_an_error_of_ours(name: str, tmp_path: Path) -> None:
    reader = READERS[name]
    seeds = list(reader.seeds())
    valid = st.builds(partial(changed, reader), st.sampled_from(seeds), changes())
    until, tried, taken = time.monotonic() + SECONDS, 0, 0

    @settings(max_examples=MOST or max(5, round(USUAL * reader.share)), database=None)
    @given(st.one_of(valid, valid, valid, pieces()) if reader.junk else valid)
    def holds(data: bytes) -> None:
        nonlocal tried, taken
        if time.monotonic() < until:
            tried += 1
            taken += attempt(reader, data, tmp_path)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of numbers that a table may hold
        for seed in seeds:
            assert attempt(reader, seed, tmp_path) or name in REFUSED, seed[:200]
        holds()
    print(f"{name}: {tried} inputs, {taken} taken")
