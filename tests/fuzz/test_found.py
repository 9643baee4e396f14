"""Inputs that fuzzing found: they ended the process that read them, or raised what is not ours."""

from __future__ import annotations

import subprocess
import sys

import pytest

from outlay.core.errors import InputError
from outlay.serving.traffic.loaders import load_trace
from support.shared import ROOT

PARQUET = ROOT / "tests" / "data" / "ends_its_reader.parquet"


def test_a_parquet_file_that_ends_its_reader_is_refused() -> None:
    """A length in it is so large that the library aborts: no exception of Python's."""
    script = "import sys, polars; polars.read_parquet(sys.argv[1])"
    alone = subprocess.run(
        [sys.executable, "-c", script, PARQUET], capture_output=True, check=False
    )
    assert alone.returncode != 0
    with pytest.raises(InputError, match="not a readable Parquet file") as caught:
        load_trace(PARQUET)
    assert caught.value.problems()[0].where == str(PARQUET)
