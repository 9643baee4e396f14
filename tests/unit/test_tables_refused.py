"""Tables of requests, load tests and measurements that cannot be meant so: refused or said."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from outlay.core.errors import InputError
from outlay.performance.fit.training_fit import calibrate_training
from outlay.performance.measured.row_table import read_rows
from outlay.performance.measured.rows import Refused, ask
from outlay.performance.measured.training_rows import Run, training_run
from outlay.serving.traffic.clients import client_traffic
from outlay.serving.traffic.loaders import load_trace
from outlay.serving.traffic.workload import workload_traffic

HEAD = "arrival_s,input_tokens,output_tokens\n"
ROWS = "".join(f"{i},{100 + i},{10 + i}\n" for i in range(5))
MEASURED = "row_id,model,chip,metric,value,unit,isl\n"
RUN = "r1,llama-3.1-8b,h100-sxm,tpot,8.0,ms,1000\n"
LOAD = """load:
  type: constant
  stages:
    - rate: 2
      duration: 30
data:
  type: random
  input_distribution: {mean: 500}
  output_distribution: {mean: 100}
"""


def trace(text: str | bytes) -> str:
    """What is said of a trace: its problems, or its notes."""
    data = text if isinstance(text, bytes) else text.encode()
    try:
        return " | ".join(load_trace("t.csv", data=data).warnings)
    except InputError as error:
        return str(error)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + ROWS + "9,510,60\n", "t.csv:7: the last row is the sum of all others (found 510 "
         "tokens in, 60 out); allowed: requests alone; leave out the line of totals"),
        (HEAD.replace("input_tokens", "input_token") + ROWS,
         "if 'input_token' holds it, pass --columns input_tokens=input_token"),
        ("when,p,c\n1,2,3\n", "t.csv:1: no column for arrival_s or input_tokens or output_tokens "
         "(found when, p, c); pass --columns arrival_s=NAME,input_tokens=NAME,output_tokens=NAME, "
         "each NAME that of the column that holds it"),
        ("sep=,\n" + HEAD + ROWS, "t.csv:1: a line before the header (found sep=,)"),
        ("# mine\n" + HEAD + ROWS, "t.csv:1: a line before the header (found # mine)"),
        ("<!DOCTYPE html><html></html>", "t.csv: a web page, not the file"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
         "t.csv: a pointer to a file that Git LFS holds"),
        (gzip.compress(ROWS.encode(), mtime=0), "t.csv:1: no header"),
        ('{\n "requests": []\n}\n', "t.csv, request 1: no requests"),
        ('{"timestamp": 1.5, "input_length": 9, "output_length": 3}\n',
         "times with parts of a millisecond (1.5): are they in seconds?"),
        ("".join(f'{{"timestamp": {i}, "input_length": 9, "output_length": 3}}\n'
                 for i in range(20)), "pass --time-unit s or --time-unit ms"),
    ],
)  # fmt: skip
def test_traces_that_cannot_be_meant_so(text: str | bytes, said: str) -> None:
    assert said in trace(text)


def test_a_missing_column_is_not_the_one_that_is_there() -> None:
    assert "input_tokens'?" not in trace("arrival_s,input_tokens\n1,2\n")


def test_few_small_requests_may_add_up() -> None:
    assert trace(HEAD + "0,2,1\n1,2,1\n2,4,2\n") == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("load:", "laod:", "w.yaml:1: laod: unknown key (found 'laod'); allowed: load, data; did "
         "you mean 'load'?"),
        ("data:", "Data:", "w.yaml:6: Data: unknown key (found 'Data'); allowed: load, data; did "
         "you mean 'data'?"),
        ("constant", "constnt", "did you mean 'constant'?"),
        ("data:\n", "laod: {}\ndata:\n", "w.yaml:6: laod: unknown key"),
        (LOAD, "", "w.yaml:1: a workload is a mapping with load and data (found nothing)"),
        ("  output_distribution: {mean: 100}\n", "", "not a mapping (found null)"),
        ("rate: 2", "rate: 2/s", "allowed: a number above 0 to 1,000,000,000 requests/s"),
    ],
)  # fmt: skip
def test_load_tests_that_cannot_be_meant_so(old: str, new: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        workload_traffic("w.yaml", data=LOAD.replace(old, new).encode())
    assert said in str(caught.value)


def test_sections_of_a_load_test_that_nobody_reads_are_named() -> None:
    _, notes = workload_traffic("w.yaml", data=(LOAD + "server: {}\nmine: {}\n").encode())
    assert notes[1:] == ("entries not read: mine",)
    text = LOAD.replace("  type: random\n", "  type: random\n  shared_prefix: {num_groups: 2}\n")
    _, notes = workload_traffic("w.yaml", data=text.encode())
    assert notes[1:] == ("entries not read: data.shared_prefix",)


def measured(tmp_path: Path, text: str | bytes) -> str:
    file = tmp_path / "m.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        read_rows(file)
    return str(caught.value).replace(str(file), "m.csv")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value", "vlaue", "m.csv:1: no such column (found 'vlaue'); did you mean 'value'?"),
        ("isl", "input_tokens", "m.csv:1: no such column (found 'input_tokens'); did you mean "
         "'isl'?"),
        ("isl", "isl (tokens)", "m.csv:1: no such column (found 'isl (tokens)'); did you mean "
         "'isl'?"),
        ("chip", "gpu", "m.csv:1: no such column (found 'gpu'); did you mean 'chip'?"),
    ],
)  # fmt: skip
def test_a_column_under_another_name_is_named(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert measured(tmp_path, MEASURED.replace(old, new) + RUN) == said


def test_each_column_is_named_once(tmp_path: Path) -> None:
    allowed = measured(tmp_path, "").partition("allowed: ")[2].split(", ")
    assert len(allowed) == len(set(allowed)) > 40


@pytest.mark.parametrize(
    ("data", "said"),
    [(gzip.compress(b"x", mtime=0), "compressed by gzip"), (b"PAR1xxxx", "a Parquet file"),
     (b"PK\x03\x04", "a ZIP archive or a workbook")],
)  # fmt: skip
def test_what_is_no_csv_of_measurements(tmp_path: Path, data: bytes, said: str) -> None:
    assert measured(tmp_path, data).startswith(f"m.csv: {said}")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("h100-sxm", "h100-smx", "did you mean 'h100-sxm'?"),
        ("llama-3.1-8b", "", "column model: an empty cell"),
        ("llama-3.1-8b", "235", "no shapes and no size for '235'; give params_total_b"),
        ("tpot", "tpott", "unknown metric 'tpott'"),
        ("r1", "", "column row_id: an empty cell"),
    ],
)
def test_a_row_that_cannot_be_meant_so(tmp_path: Path, old: str, new: str, why: str) -> None:
    file = tmp_path / "m.csv"
    file.write_text(MEASURED + RUN.replace(old, new, 1), encoding="utf-8")
    (row,) = read_rows(file)
    found = ask(row)
    assert isinstance(found, Refused)
    assert why in found.why


CLIENTS = "client_id,window_start_s,rate_rps,interarrival_cv\n1,0,1.0,1.0\n1,600,2.0,1.0\n"
LENGTHS = (
    "client_id,window_start_s,field,q50,max\n1,0,input_tokens,100,300\n1,0,output_tokens,10,30\n"
)


def clients(folder: Path, table: str = CLIENTS, lengths: str = LENGTHS) -> str:
    """What is said of two tables of clients: problems or notes."""
    (folder / "a_clients.csv").write_text(table, encoding="utf-8")
    (folder / "a_lengths.csv").write_text(lengths, encoding="utf-8")
    try:
        return " | ".join(client_traffic(folder / "a_clients.csv", most=100)[1][1:])
    except InputError as error:
        return str(error).replace(f"{folder}/", "")


def test_tables_of_clients_that_cannot_be_meant_so(tmp_path: Path) -> None:
    assert clients(tmp_path) == ""
    days = clients(tmp_path, CLIENTS.replace("600", "600000"))
    assert days == "windows of 6.94 days: are they in seconds?"
    cut = clients(tmp_path, CLIENTS.replace("1.0\n", "9000\n"))
    assert cut == "interarrival_cv of 1 clients is outside 0.05 to 20, where it was cut"
    twice = clients(tmp_path, lengths=LENGTHS + "1,0,input_tokens,500,700\n")
    assert twice.startswith("a_lengths.csv:4: lengths of a client's window given twice")
    typo = clients(tmp_path, lengths=LENGTHS.replace("input_tokens", "inputs"))
    assert "found inputs, output_tokens" in typo
    assert "did you mean 'input_tokens'?" in typo


TRAINED = "row_id,model,chip,metric,value,unit,n_chips,tokens_trained,seq_len\n"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("gpu_hours", "gpu_hour", "unknown metric 'gpu_hour'; known: mfu, gpu_hours"),
        ("llama-3.1-405b", "lama405", "did you mean 'llama-3.1-405b'?"),
        ("h100-sxm", "h100x", "did you mean 'h100-sxm'?"),
    ],
)
def test_a_training_run_that_cannot_be_meant_so(
    tmp_path: Path, old: str, new: str, why: str
) -> None:
    run = "a,llama-3.1-405b,h100-sxm,gpu_hours,30.84,million GPU hours,16384,15.6e12,8192\n"
    file = tmp_path / "m.csv"
    file.write_text(TRAINED + run, encoding="utf-8")
    assert isinstance(training_run(read_rows(file)[0]), Run)
    file.write_text(TRAINED + run.replace(old, new, 1), encoding="utf-8")
    found = training_run(read_rows(file)[0])
    assert isinstance(found, tuple)
    assert why in found[1]
    named = measured(tmp_path, TRAINED.replace("seq_len", "seq_length") + run)
    assert "did you mean 'seq_len'?" in named


def test_too_few_runs_to_fit_say_why(tmp_path: Path) -> None:
    file = tmp_path / "m.csv"
    run = "a,llama-3.1-405b,h100x,gpu_hours,30.84,million GPU hours,16384,15.6e12,8192\n"
    file.write_text(TRAINED + run, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        calibrate_training(file)
    said = str(caught.value)
    assert "too few training runs to fit (found 0); allowed: at least 8 runs" in said
    assert said.endswith("unknown_chip: line 2: no chip 'h100x' with known peak and bandwidth; "
                         "did you mean 'h100-sxm'?")  # fmt: skip
