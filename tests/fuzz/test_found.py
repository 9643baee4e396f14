"""What fuzzing found, by inputs that harm nobody."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from outlay.core.apart import Company
from outlay.core.errors import InputError, StudyError
from outlay.runs.documents.calculation import read_calculation
from outlay.serving.tables import parquet_probe
from outlay.serving.traffic.loaders import load_trace
from outlay.study.files import kept_files
from support.ending import ENDS
from support.readers_of_documents import packed_graph


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


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("labels", 0), None),
        (("nodes", 0, 5), None),
        (("nodes", 0, 4), ["a"]),
        (("nodes", 2, 1), [4, 4]),
        (("nodes", 3, 0, 1, "chosen"), [2]),
        (("nodes", 4, 1), [5]),
        (("nodes", 4, 1), [5, 4]),
        (("nodes", 6, 0, 1, "steps"), 0),
        (("nodes", 7, 8), None),
        (("about", "weights"), ["1"]),
        (("values", 0, 1), [1, 2, 1]),
    ],
)
def test_a_graph_of_another_shape_is_refused_where_it_is_read(
    path: tuple[str | int, ...], value: object, tmp_path: Path
) -> None:
    """`explain` came to an index, a text or an operator that is none, after the file was taken."""
    with np.load(io.BytesIO(packed_graph()[0])) as kept:
        head, values = json.loads(bytes(kept["head"])), kept["values"]
    place = head
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    file = tmp_path / "calculation.npz"
    np.savez(file, head=np.frombuffer(json.dumps(head).encode(), np.uint8), values=values)
    with pytest.raises(InputError, match="torn: not a calculation that can be read"):
        read_calculation(tmp_path, "r")


@pytest.mark.parametrize("names", [b'{"a": {}}', b'{"a": ["b.md"]}', b'{"a": 1}', b'{"a": "c"}'])
def test_names_of_kept_files_that_are_none_are_refused(names: bytes) -> None:
    """A name that is a mapping was looked up as one."""
    inputs = {"study.yaml": b"", "b.md": b"", "names.json": names}
    with pytest.raises(StudyError, match="not names of the files that are kept"):
        kept_files(inputs)
