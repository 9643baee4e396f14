"""What fuzzing found, by inputs that harm nobody."""

from __future__ import annotations

import io

import polars as pl
import pytest

from outlay.core.apart import Company
from outlay.core.errors import InputError
from outlay.serving.tables import parquet_probe
from outlay.serving.traffic.loaders import load_trace
from support.ending import ENDS


def test_a_parquet_file_that_ends_its_reader_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library aborts on some files: no exception of Python's. A good one stands for it here."""
    company = Company("support.ending", parquet_probe.LIMITS)
    monkeypatch.setattr(parquet_probe, "_APART", company)
    out = io.BytesIO()
    pl.DataFrame(
        {"arrival_s": [0.0], "input_tokens": [9], "output_tokens": [9], "note": [ENDS]}
    ).write_parquet(out, compression="uncompressed")
    with pytest.raises(InputError, match="not a readable Parquet file") as caught:
        load_trace("t.parquet", data=out.getvalue())
    company.close()
    (problem,) = caught.value.problems()
    assert (problem.where, "SIGABRT" in problem.value) == ("t.parquet", True)
