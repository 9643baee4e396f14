"""What fuzzing found, by inputs that harm nobody."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import polars as pl
import pytest

import outlay
from outlay.app.cli.main import main
from outlay.catalogue.hf.file import open_model
from outlay.core.apart import Apart, Company, run_apart
from outlay.core.errors import DocumentError, InputError, StudyError
from outlay.evidence.text import files
from outlay.runs.documents.calculation import read_calculation
from outlay.serving.tables import parquet_probe
from outlay.serving.traffic.loaders import load_trace
from outlay.study.files import kept_files
from support.ending import ENDS
from support.readers_of_documents import packed_graph
from support.small import SMALL


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


def _sheet_that_ends(path: Path) -> bytes:
    """A workbook; what stands in its cell ends the parser that this test begins."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Capex 2026", ENDS])
    book.save(path)
    return path.read_bytes()


def test_a_workbook_that_ends_its_parser_is_refused_at_every_door(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As of a sheet whose reader aborts: the process apart is gone, and nothing of ours."""

    def ends(_: str, args: list[str], **rest: Any) -> Apart:
        return run_apart("support.ending", args, **rest)

    path = tmp_path / "a.xlsx"
    data = _sheet_that_ends(path)
    assert outlay.read(path).claims == (), "the parser itself takes it"
    monkeypatch.setattr(files, "run_apart", ends)
    with pytest.raises(DocumentError) as caught:
        files.load_bytes("a.xlsx", data)
    (problem,) = caught.value.problems()
    assert problem.what == "the XLSX reader ended without an answer"
    assert (problem.where, problem.value) == ("a.xlsx", "SIGABRT")
    study = tmp_path / "study.yaml"
    study.write_text(SMALL.read_text("utf-8") + "sources: {mine: {document: a.xlsx}}\n", "utf-8")
    for args in (["read", str(path)], ["plan", str(study), "--out", str(tmp_path / "out")]):
        with pytest.raises(SystemExit) as left:
            main(args)
        assert left.value.code == 2
        assert "the XLSX reader ended without an answer" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


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
        (("about", "weights"), [0.5, 0.5]),
        (("about", "years"), [2026]),
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


@pytest.mark.parametrize("name", ["9" * 400, "a/" + "9" * 400, "a\0b", "../" * 2_000 + "x"])
def test_a_name_that_no_file_system_takes_is_that_of_no_model(name: str) -> None:
    """Looking whether a folder of that name is there was an error of the system."""
    with pytest.raises(InputError):
        open_model(name)
