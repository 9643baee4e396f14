"""Tables of requests: what was written is read; a byte more or less changes no number unseen."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.core.errors import InputError
from outlay.serving.tables import csv_table
from outlay.serving.traffic.chains import chains_from_hashes, chains_from_tree
from outlay.serving.traffic.loaders import Trace, load_trace
from outlay.serving.traffic.workload import workload_traffic

Row = tuple[float, int, int, str]
HEAD = ["arrival_s", "input_tokens", "output_tokens", "user"]
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=6)
ROWS = st.lists(
    st.tuples(
        st.floats(0, 1e6), st.integers(1, 10_000_000), st.integers(1, 10_000_000), CELLS
    ),
    min_size=1, max_size=8,
)  # fmt: skip


def written(rows: list[Row], *, quoting: int, end: str) -> bytes:
    text = io.StringIO()
    out = csv.writer(text, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    out.writerow(HEAD)
    out.writerows(sorted(rows, key=lambda r: r[0]))
    return text.getvalue().encode()


def numbers(trace: Trace) -> list[list[float]]:
    t = trace.traffic
    return [t.arrival_s.tolist(), t.input_tokens.tolist(), t.output_tokens.tolist()]


def read(data: bytes, name: str = "t.csv", *, block: int = 2 << 20) -> list[list[float]]:
    """block: bytes that are read at once."""
    with mock.patch.object(csv_table, "BLOCK", block):
        return numbers(load_trace(name, data=data))


def read_or_refused(data: bytes, name: str = "t.csv", *, block: int = 2 << 20) -> list[list[float]]:
    """The numbers, or none where the file is refused by its name."""
    try:
        return read(data, name, block=block)
    except InputError as error:
        if name not in str(error):
            raise
        return []


@given(
    ROWS, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["\n", "\r\n"]), st.booleans(), st.integers(1, 60),
)  # fmt: skip
def test_what_was_written_is_read(
    rows: list[Row], quoting: int, end: str, mark: bool, block: int
) -> None:
    data = written(rows, quoting=quoting, end=end)
    rows = sorted(rows, key=lambda r: r[0])
    first = rows[0][0]
    assert read((b"\xef\xbb\xbf" if mark else b"") + data, block=block) == [
        [r[0] - first for r in rows], [r[1] for r in rows], [r[2] for r in rows]
    ]  # fmt: skip


@given(ROWS, st.booleans(), st.sampled_from(b'",\n'), st.integers(1, 60), st.data())
def test_a_byte_more_or_less_reads_the_same_numbers_or_is_refused(
    rows: list[Row],
    quoted: bool,
    byte: int,
    block: int,
    data: st.DataObject,
) -> None:
    whole = written(rows, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL, end="\n")
    expected = read(whole)
    places = [i for i, b in enumerate(whole) if b == byte]
    if places and data.draw(st.booleans()):
        at = data.draw(st.sampled_from(places))
        other = whole[:at] + whole[at + 1 :]
    else:
        at = data.draw(st.integers(0, len(whole)))
        other = whole[:at] + bytes([byte]) + whole[at:]
    assert read_or_refused(other, block=block) in ([], expected)


@given(
    ROWS, st.sampled_from(['"', ",", ":", "{", "}", "[", "1", "-", ".", "e", "\n", "\0", "\\"]),
    st.data(),
)  # fmt: skip
def test_json_lines_that_were_touched_are_refused_or_plain(
    rows: list[Row], char: str, data: st.DataObject
) -> None:
    rows = sorted(rows, key=lambda r: r[0])
    text = "".join(json.dumps(dict(zip(HEAD, r, strict=True))) + "\n" for r in rows)
    first = rows[0][0]
    assert read(text.encode(), "t.jsonl")[0] == [r[0] - first for r in rows]
    at = data.draw(st.integers(0, len(text)))
    found = read_or_refused((text[:at] + char + text[at:]).encode(), "t.jsonl")
    assert not found or len(found[0]) == len(rows)


@given(st.binary(max_size=200), st.sampled_from(["t.csv", "t.jsonl", "t.parquet", "t"]))
def test_bytes_that_are_no_table_are_refused(data: bytes, name: str) -> None:
    with pytest.raises(InputError):
        load_trace(name, data=data)


@given(st.binary(max_size=60))
def test_bytes_below_a_header_are_read_or_refused(data: bytes) -> None:
    found = read_or_refused(b"arrival_s,input_tokens,output_tokens\n0,1,1\n" + data)
    assert not found or found[0][0] == 0


@given(st.text(max_size=80))
def test_a_load_test_s_file_is_read_or_refused(text: str) -> None:
    whole = "load: {stages: [{rate: 1, duration: 2}]}\ndata:\n  " + text
    with pytest.raises(InputError):
        workload_traffic(Path("w.yaml"), data=whole.encode("utf-8", "replace"))


def test_a_parquet_file_with_a_byte_changed_is_read_or_refused(tmp_path: Path) -> None:
    import polars as pl

    frame = pl.DataFrame({"arrival_s": [0.0, 1.0], "input_tokens": [5, 6], "output_tokens": [1, 2]})
    frame.write_parquet(tmp_path / "t.parquet")
    whole = (tmp_path / "t.parquet").read_bytes()
    rng = np.random.default_rng(1)
    for _ in range(300):
        at, value = int(rng.integers(0, len(whole))), int(rng.integers(0, 256))
        other = whole[:at] + bytes([value]) + whole[at + 1 :]
        for data in (other, whole[:at]):
            read_or_refused(data, "t.parquet")


@given(st.lists(st.lists(st.integers(0, 6), max_size=5), max_size=12))
def test_chains_of_hashes_are_those_of_a_plain_loop(lists: list[list[int]]) -> None:
    last: dict[int, int] = {}
    parent, shared = [], []
    for i, ids in enumerate(lists):
        k = next((k for k, h in enumerate(ids) if h not in last), len(ids))
        parent.append(last[ids[k - 1]] if k else -1)
        shared.append(16.0 * k)
        last.update(dict.fromkeys(ids, i))
    lengths = np.array([16.0 * len(ids) for ids in lists])
    expected = chains_from_tree(np.array(parent, dtype=np.int64), np.array(shared), lengths)
    found = chains_from_hashes(
        np.array([h for ids in lists for h in ids], dtype=np.int64),
        np.cumsum([len(ids) for ids in lists], dtype=np.int64), 16,
    )  # fmt: skip
    assert {k: v.tolist() for k, v in found.items()} == {k: v.tolist() for k, v in expected.items()}
