"""What comes in as a trace: each kind of fault is refused with its place, or named in a warning."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from outlay.core.errors import InputError, TableError, TooLargeError
from outlay.serving.tables import csv_table, json_lines, json_table, wanted
from outlay.serving.tables.opening import open_table
from outlay.serving.tables.wanted import Lines
from outlay.serving.traffic.clients import client_traffic
from outlay.serving.traffic.loaders import load_trace
from outlay.serving.traffic.shapes import own_shape, shape_of
from outlay.serving.traffic.workload import workload_traffic

HEAD = "arrival_s,input_tokens,output_tokens\n"
GOOD = HEAD + "0,10,5\n1.5,20,6\n"
AZURE = "TIMESTAMP,ContextTokens,GeneratedTokens\n"
TOKENS = "allowed: a whole number from 1 to 10,000,000"
SECONDS = (
    "allowed: a finite number from 0 to 4,000,000,000; "
    "times are in seconds: divide milliseconds by 1,000, nanoseconds by 1e9"
)
STAMP = "allowed: 2023-11-16 18:15:46.6805900"
RAGGED = "a row with another number of cells than the header"
EMPTY = f"an empty cell in column input_tokens; {TOKENS}"
FORMS = "allowed: .csv, .tsv, .parquet, .jsonl, .json, each also in .gz"


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.csv", GOOD)
    return out.getvalue()


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "a torn gzip": (
        gzip.compress(GOOD.encode(), mtime=0)[:-9],
        "t: not a whole compressed file (found Compressed file ended before the end-of-stream "
        "marker was reached); was it torn?",
    ),
    "gzip within gzip": (
        gzip.compress(gzip.compress(GOOD.encode(), mtime=0), mtime=0),
        "t: compressed twice; unpack it once",
    ),
    "bzip2": (bz2.compress(GOOD.encode()), f"t: compressed by bzip2; {FORMS}; unpack it: bunzip2"),
    "zip": (
        zipped(),
        f"t: a ZIP archive or a workbook; {FORMS}; unpack it, or save the sheet as CSV",
    ),
    "UTF-16": (
        GOOD.encode("utf-16"),
        "t: the text is UTF-16; allowed: UTF-8; save it as UTF-8",
    ),
    "UTF-16 without its mark": (
        GOOD.encode("utf-16-le"),
        "t:1: not a text file (found bytes of value zero); allowed: UTF-8",
    ),
    "Latin-1": (
        HEAD.encode()[:-1] + b",u\n0,1,5,a\n1,2,5,\xe9\n",
        "t:3: not UTF-8 text (found byte 0xe9); allowed: UTF-8; save it as UTF-8",
    ),
    "a zero byte": (
        HEAD + "0,1,5\n1,\0,5\n",
        "t:3: not a text file (found bytes of value zero); allowed: UTF-8",
    ),
    "carriage returns alone": (
        GOOD.replace("\n", "\r"),
        "t:1: lines end with a carriage return alone; save it with line feeds",
    ),
    "one carriage return": (
        HEAD + "0,1\r,5\n",
        "t:2: a carriage return inside a line; allowed: line feeds",
    ),
    "semicolons": (
        GOOD.replace(",", ";"),
        "t:1: the table is separated by semicolons (found arrival_s;input_tokens;output_tokens); "
        "allowed: arrival_s, input_tokens, output_tokens; separate its cells by commas",
    ),
    "no header": (
        "0,10,5\n1,20,6\n",
        "t:1: no header: the first line holds values (found 0,10,5); allowed: names of columns",
    ),
    "a header only": (HEAD, "t: no requests; a header but no rows"),
    "nothing": ("\ufeff\n \n", "t: the file is empty"),
    "a stray quote": (
        "arrival_s,input_tokens,output_tokens,user\n0,1,2,a\n1,1,2,\"b\n2,1,2,c\n3,1,2,d\"\n",
        "t:3: a quoted cell goes over the end of its line (found '1,1,2,\"b'); "
        "allowed: a quote that closes in its line",
    ),
    "a quote that never closes": (
        "arrival_s,input_tokens,output_tokens,user\n0,1,2,a\n1,1,2,\"b\n2,1,2,c\n",
        "t:3: a quoted cell goes over the end of its line (found '1,1,2,\"b'); "
        "allowed: a quote that closes in its line",
    ),
    "text behind a quote": (
        "arrival_s,input_tokens,output_tokens,user\n0,1,2,\"a\"b\n",
        "t:2: not CSV: ',' expected after '\"' (found '0,1,2,\"a\"b'); "
        "allowed: a quote that closes in its line",
    ),
    "a quote in the header": (
        'arrival_s,input_tokens,"output_tokens\n0,1,2\n',
        "t:1: not CSV: unexpected end of data; a quote is opened that does not close",
    ),
    "ragged rows, all of them": (
        HEAD + "0,1,5\n\n1,2\n1,2,3,4\n",
        f"t:4: {RAGGED} (found 2); allowed: 3\n"
        f"t:5: {RAGGED} (found 4); allowed: 3; write 1300, not 1,300",
    ),
    "ragged rows that even out": (
        HEAD + "0,1\n1,2,3,4\n",
        f"t:2: {RAGGED} (found 2); allowed: 3\n"
        f"t:3: {RAGGED} (found 4); allowed: 3; write 1300, not 1,300",
    ),
    "ragged beside quotes": (HEAD + '0,"1"\n', f"t:2: {RAGGED} (found 2); allowed: 3"),
    "an empty cell": (HEAD + "0,10,5\n\n1,,6\n", f"t:4: {EMPTY}"),
    "a cell of spaces": (HEAD + "0,  ,5\n", f"t:2: {EMPTY}"),
    "an empty cell in quotes": (HEAD + '0,"",5\n', f"t:2: {EMPTY}"),
    "text": (
        HEAD + "0,1_000,5\n",
        f"t:2: not a number in column input_tokens (found '1_000'); {TOKENS}",
    ),
    "half a token": (
        HEAD + "0,16.5,5\n",
        f"t:2: not a whole number in column input_tokens (found '16.5'); {TOKENS}",
    ),
    "too many tokens": (
        HEAD + "0,10000001,5\n",
        f"t:2: out of range in column input_tokens (found '10000001'); {TOKENS}",
    ),
    "no output at all": (
        HEAD + "0,10,0\n1,10,0\n",
        f"t:2: out of range in column output_tokens (found '0'); {TOKENS}",
    ),
    "a negative time": (
        HEAD + "-5,10,5\n",
        f"t:2: out of range in column arrival_s (found '-5'); {SECONDS}",
    ),
    "milliseconds since 1970": (
        HEAD + "1700000000000,10,5\n",
        f"t:2: out of range in column arrival_s (found '1700000000000'); {SECONDS}",
    ),
    "times that fall, by line": (
        HEAD + "0,10,5\n\n3,10,5\n2,10,5\n",
        "t:5: arrival times fall (found 2 after 3); allowed: times that do not fall; "
        "sort the file, or pass --sort to have it ordered by time",
    ),
    "two spellings": (
        "arrival_s,Input_Tokens,input tokens,output_tokens\n0,1,2,3\n",
        "t:1: a column given twice (found Input_Tokens and input tokens); allowed: each column "
        "once; leave out the one that is not meant",
    ),
    "two names of one meaning": (
        "arrival_s,isl,input_tokens,output_tokens\n0,1,2,3\n",
        "t:1: two columns for input_tokens (found input_tokens and isl); allowed: one of them; "
        "leave out the one that is not meant, or pass --columns input_tokens=input_tokens",
    ),
    "a time beside the time": (
        "timestamp,arrival_s,input_tokens,output_tokens\n9,0,2,3\n",
        "t:1: two columns for arrival_s (found arrival_s and timestamp); allowed: one of them; "
        "leave out the one that is not meant, or pass --columns arrival_s=arrival_s",
    ),
    "a request twice": (
        "request_id,arrival_s,input_tokens,output_tokens\na,0,1,1\nb,1,1,1\n a,2,1,1\n",
        "t:4: the same request_id twice (found first at t:2); allowed: each request once; "
        "requests of two files that hold the same ones?",
    ),
    "more shared than there is": (
        "arrival_s,input_tokens,output_tokens,session,shared_tokens\n0,5,1,0,6\n",
        "t:2: more shared tokens than input tokens (found 6); allowed: up to 5",
    ),
    "zones in some stamps": (
        AZURE + "2024-05-10 00:00:00+00:00,1,1\n2024-05-10 00:00:01,1,1\n",
        "t:3: the stamp has no time zone, unlike those before it (found 2024-05-10 00:00:01); "
        "allowed: a zone in every stamp, or in none",
    ),
    "a zone in a later stamp": (
        AZURE + "2024-05-10 00:00:00,1,1\n2024-05-10 00:00:01Z,1,1\n",
        "t:3: the stamp has a time zone, unlike those before it (found 2024-05-10 00:00:01Z); "
        "allowed: a zone in every stamp, or in none",
    ),
    "no such day": (
        AZURE + "2024-02-30 00:00:00,1,1\n",
        f"t:2: not a time stamp (found '2024-02-30 00:00:00'); {STAMP}",
    ),
    "a year that 64 bits do not hold": (
        AZURE + "9999-12-31 00:00:00,1,1\n9999-12-31 00:00:05,1,1\n",
        f"t:2: not a time stamp (found '9999-12-31 00:00:00'); {STAMP}",
    ),
    "more than nanoseconds": (
        AZURE + "2024-02-20 00:00:00.1234567891,1,1\n",
        f"t:2: not a time stamp (found '2024-02-20 00:00:00.1234567891'); {STAMP}",
    ),
    "digits of another script": (
        AZURE + "2024-02-20 00:00:00.5\u0661,1,1\n",
        f"t:2: not a time stamp (found '2024-02-20 00:00:00.5\u0661'); {STAMP}",
    ),
    "no stamp": (AZURE + ",1,1\n", f"t:2: an empty cell in column TIMESTAMP; {STAMP}"),
}  # fmt: skip


def refusal(data: bytes | str, name: str = "t") -> str:
    with pytest.raises(InputError) as found:
        load_trace(name, data=data.encode() if isinstance(data, str) else data)
    assert found.value.exit_code == 2
    return str(found.value)


@pytest.mark.parametrize("case", REFUSED)
def test_a_fault_is_refused_with_its_line(case: str) -> None:
    data, message = REFUSED[case]
    assert refusal(data) == message


MOON = '{"timestamp": %s, "input_length": %s, "output_length": 1, "hash_ids": %s}\n'
FIRST = MOON % (0, 500, "[1]")
MS = "allowed: a number of at least 0, or stamps as 2023-11-16 18:15:46.6805900"
EITHER = '[0, 1, 2] or ["9f86", "d081"]'
LISTS = "not a list of whole numbers in hash_ids"
LINES: dict[str, tuple[str | bytes, str]] = {
    "a key twice": (
        FIRST + '{"timestamp": 1, "timestamp": 2, "input_length": 5, "output_length": 1}\n',
        "t.jsonl:2: a key twice (found 'timestamp'); allowed: each key once",
    ),
    "NaN": (
        MOON % ("NaN", 5, "[]"),
        "t.jsonl:1: not a finite number (found NaN); allowed: a finite number",
    ),
    "infinity": (
        MOON % ("1e999", 5, "[]"),
        f"t.jsonl:1: not a number in column timestamp (found 'inf'); {MS}",
    ),
    "a truth value": (
        MOON % ("true", 5, "[]"), f"t.jsonl:1: a truth value in timestamp (found true); {MS}"
    ),
    "a truth value for tokens": (
        MOON % (0, "true", "[]"), f"t.jsonl:1: a truth value in input_tokens (found true); {TOKENS}"
    ),
    "null": (FIRST + MOON % ("null", 5, "[]"),
             f"t.jsonl:2: nothing (null) in timestamp (found null); {MS}"),
    "whole seconds, not milliseconds": (
        "".join(MOON % (i, 500, "[1]") for i in range(12)),
        "t.jsonl:1: timestamp may be in more than one unit (found 0 to 11, 1.09 requests a second "
        "if in seconds); allowed: s, ms, us, ns; pass --time-unit s or --time-unit ms",
    ),
    "half a token": (
        MOON % (0, "16.5", "[]"),
        f"t.jsonl:1: not a whole number in column input_tokens (found '16.5'); {TOKENS}",
    ),
    "blocks of 16": (
        FIRST + "".join(MOON % (i, 48, "[1, 2, 3]") for i in range(8)),
        "t.jsonl:2: hash_ids of blocks that are not of 512 tokens (found 48 tokens in 3 blocks: "
        "16 tokens per hash); allowed: 512 tokens per hash, fewer in the last; "
        "leave hash_ids out, or join them to blocks of that size",
    ),
    "a text as hash": (
        FIRST + MOON % (0, 500, '["a"]'),
        f"t.jsonl:2: {LISTS} (found [\"a\"]); allowed: [0, 1, 2]",
    ),
    "no list": (MOON % (0, 500, "7"), f"t.jsonl:1: {LISTS} (found 7); allowed: {EITHER}"),
    "a key that goes missing": (
        FIRST + '{"delay": 3, "input_length": 5, "output_length": 1}\n',
        "t.jsonl:2: no key 'timestamp' (found delay, input_length, output_length); "
        "allowed: the same keys in every line",
    ),
    "a session without a time": (
        FIRST + '{"session_id": "a", "delay": 3, "input_length": 5, "output_length": 1}\n',
        "t.jsonl:2: a session whose first turn has no timestamp; allowed: a timestamp in every "
        "first turn, or in none",
    ),
    "no object": ("\n1\n", "t.jsonl:2: not a request (found 1); allowed: a JSON object a line"),
    "a list of numbers": (
        "[1, 2]", "t.jsonl, request 1: not a request (found 1); allowed: a JSON object for each",
    ),
    "torn": (
        FIRST + '{"timestamp": 1',
        "t.jsonl:2: not JSON: expecting ',' delimiter; the text ends early: is the file whole?",
    ),
    "deep": ('{"a":' * 100_000, "t.jsonl:1: nested too deeply; allowed: 64 levels"),
    "a zero byte": (
        FIRST + "\0\n", "t.jsonl:2: not a text file (found bytes of value zero); allowed: UTF-8"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LINES)
def test_a_fault_of_json_lines_is_refused_with_its_line(case: str) -> None:
    data, message = LINES[case]
    assert refusal(data, "t.jsonl") == message


def parquet(**columns: object) -> bytes:
    out = io.BytesIO()
    whole = {"arrival_s": [0.0, 1.0], "input_tokens": [5, 6], "output_tokens": [1, 2]}
    pl.DataFrame({**whole, **columns}).write_parquet(out)
    return out.getvalue()


PARQUET: dict[str, tuple[Callable[[], bytes], str]] = {
    "null": (
        lambda: parquet(input_tokens=[5, None]),
        f"t, row 2: an empty cell in column input_tokens; {TOKENS}",
    ),
    "nested": (
        lambda: parquet(input_tokens=[[5], [6]]),
        f"t, row 1: column input_tokens holds no numbers (found List(Int64)); {TOKENS}",
    ),
    "durations": (
        lambda: parquet(arrival_s=[dt.timedelta(0)] * 2),
        "t, row 1: column arrival_s holds no numbers (found Duration(time_unit='us')); "
        "allowed: a finite number from 0 to 4,000,000,000",
    ),
    "truth values": (
        lambda: parquet(input_tokens=[True, False]),
        f"t, row 1: column input_tokens holds no numbers (found Boolean); {TOKENS}",
    ),
    "beyond 64 bits": (
        lambda: parquet(input_tokens=pl.Series([5, 2**63 + 5], dtype=pl.UInt64)),
        f"t, row 2: out of range in column input_tokens (found '9223372036854775813'); {TOKENS}",
    ),
    "no rows": (
        lambda: parquet(arrival_s=[], input_tokens=[], output_tokens=[]),
        "t: no requests; columns but no rows",
    ),
    "torn": (
        lambda: parquet()[:-20],
        "t: not a readable Parquet file (found its end is missing); allowed: a whole, plain one",
    ),
    "encrypted": (
        lambda: b"PARE" + parquet()[4:],
        f"t: an encrypted Parquet file; {FORMS}; write it without a key",
    ),
}


@pytest.mark.parametrize("case", PARQUET)
def test_a_fault_of_parquet_is_refused_with_its_row(case: str) -> None:
    made, message = PARQUET[case]
    assert refusal(made()) == message


def test_a_parquet_file_that_panics_says_so_by_a_message_only(
    capfd: pytest.CaptureFixture[str],
) -> None:
    whole = parquet()
    for at in range(len(whole) - 90, len(whole) - 8):
        try:
            load_trace("t", data=whole[:at] + b"\xff" + whole[at + 1 :])
        except InputError as error:
            assert str(error).startswith("t")  # noqa: PT017
    assert capfd.readouterr() == ("", "")


def numbers(data: bytes | str, name: str = "t", **options: bool) -> tuple[list[float], ...]:
    raw = data.encode() if isinstance(data, str) else data
    t = load_trace(name, data=raw, **options).traffic
    return t.arrival_s.tolist(), t.input_tokens.tolist(), t.output_tokens.tolist()


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (GOOD, "CSV"),
        ("\ufeff" + GOOD, "CSV"),
        (GOOD.replace("\n", "\r\n"), "CSV"),
        (GOOD.replace(",", "\t"), "TSV"),
        (GOOD.rstrip("\n"), "CSV"),
        (GOOD.replace(",", " , "), "CSV"),
        (GOOD.replace("\n", "\n\n"), "CSV"),
        ('"arrival_s","input_tokens","output_tokens"\n"0","10","5"\n"1.5",20,"6"\n', "CSV"),
        (HEAD + "0,1e1,5.0\n1.50,+20,6\n", "CSV"),
        (
            '{"arrival_s": 0, "input_tokens": 10, "output_tokens": 5}\n'
            '{"output_tokens": 6, "arrival_s": 1.5, "input_tokens": 20.0}\n',
            "JSON lines",
        ),
        (
            parquet(arrival_s=[0.0, 1.5], input_tokens=[10.0, 20.0], output_tokens=[5, 6]),
            "Parquet",
        ),
    ],
)
def test_the_same_requests_in_other_clothes(data: bytes | str, form: str) -> None:
    assert numbers(data) == ([0, 1.5], [10, 20], [5, 6])
    found = load_trace("t.csv", data=data.encode() if isinstance(data, str) else data)
    assert found.kind == form
    assert found.said == (
        "read 2 requests over 1.5 s (1.33 a second), 15 tokens in and 6 out on average; "
        f"plain trace, {form}"
    )


def test_stamps_of_any_zone_are_of_one_clock() -> None:
    text = (
        "2024-05-10 00:00:00+00:00,1,1\n2024-05-10T02:00:01.5+02:00,2,1\n"
        "2024-05-09T22:30:02-01:30,3,2\n2024-05-10 00:00:03.0000001Z,4,3\n"
        "2024-05-10 05:30:04+0530,5,1\n2024-05-10 01:00:05+01,6,1\n"
    )
    assert numbers(AZURE + text)[0] == [0, 1.5, 2, 3.0000001, 4, 5]
    stamps = [
        dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
        dt.datetime(2024, 1, 1, 0, 0, 2, tzinfo=dt.UTC),
    ]
    out = io.BytesIO()
    frame = pl.DataFrame({"TIMESTAMP": stamps, "ContextTokens": [1, 2], "GeneratedTokens": [1, 2]})
    frame.write_parquet(out)
    assert numbers(out.getvalue())[0] == [0, 2]
    out = io.BytesIO()
    frame.with_columns(TIMESTAMP=pl.Series([dt.datetime(2024, 1, 1), dt.datetime(9999, 1, 1)])
                       ).write_parquet(out)  # fmt: skip
    assert refusal(out.getvalue()) == (
        f"t, row 2: not a time stamp (found '9999-01-01 00:00:00'); {STAMP}"
    )


def test_what_is_not_read_is_named() -> None:
    names = ["arrival_s", "input_tokens", "output_tokens", "a\x1b[31m", "", *map(str, "ABCDEF")]
    found = load_trace("t", data=f"{','.join(names)}\n{','.join('012345678901')[:21]}\n".encode())
    assert found.warnings == (r"columns not read: a\x1b[31m, (no name), A, B, C, D, E, F",)
    more = '{"timestamp": 1, "input_length": 5, "output_length": 1, "hash_ids": [], "user": "b: c"}'
    assert load_trace("t", data=(FIRST + more).encode()).warnings == ("columns not read: user",)
    many = [f"c{i}" for i in range(24)]
    text = HEAD[:-1] + "," + ",".join(many) + "\n0,1,1" + ",x" * 24 + "\n"
    (note,) = load_trace("t", data=text.encode()).warnings
    assert note.endswith("c18, c19 and 4 more")


def test_times_that_may_be_of_another_unit_are_doubted() -> None:
    whole = HEAD + "0,10,5\n1500,10,5\n3100,10,5\n"
    assert load_trace("t", data=whole.encode()).warnings == (
        "whole times, 1,550 s apart on average: seconds were taken, are they milliseconds?",
    )
    fast = HEAD + "".join(f"{i * 1e-7},1,1\n" for i in range(200))
    assert load_trace("t", data=fast.encode()).warnings == (
        "1.01e+07 requests a second: are the times in seconds?",
    )
    assert load_trace("t", data=(HEAD + "0,10,5\n0.5,10,5\n900,10,5\n").encode()).warnings == ()


def test_an_id_that_need_not_be_a_request_s_is_told_only() -> None:
    text = "id,arrival_s,input_tokens,output_tokens\na,0,1,1\n,1,1,1\n,1,1,1\na,2,1,1\n"
    assert load_trace("t", data=text.encode()).warnings == (
        "column id holds values twice (first at t:2 and t:5)",
    )


def test_separators_in_quotes_are_text() -> None:
    head = "request_id,arrival_s,input_tokens,output_tokens\n"
    rows = '"a,b",0,"10",5\n"a,c",1.5,"20",6\n'
    assert numbers(head + rows) == ([0, 1.5], [10, 20], [5, 6])
    assert refusal(head + rows + '"a,b",2,1,1\n').startswith("t:4: the same request_id twice")
    assert refusal(head + '"a,b",0,"1,000",5\n') == (
        f"t:2: not a number in column input_tokens (found '1,000'); {TOKENS}"
    )
    assert numbers(head + rows + '"a ""b""",2,1,1\n"\x1f",3,1,1\n')[0] == [0, 1.5, 2, 3]
    for quoted in ('a,0,"1"0,5\n', 'a,0,"10,5\nb,1,1",5\n', '"a,0,10,5\nb",0,10,5\n'):
        assert refusal(head + quoted).startswith("t:2: ")


def test_rows_of_burstgpt_that_failed_are_named_by_line() -> None:
    rows = "".join(f"{i},472,{0 if i % 2 else 9}\n" for i in range(14))
    text = "Timestamp,Request tokens,Response tokens\n" + rows
    assert load_trace("t", data=text.encode()).warnings == (
        "7 failed requests (no tokens) left out: lines 3, 5, 7, 9, 11, …",
    )
    later = load_trace("t", data=text.replace("12,472,9", "1,472,9").encode(), sort=True)
    assert later.traffic.arrival_s.tolist() == [0, 1, 2, 4, 6, 8, 10]
    message = refusal(text.replace("12,472,9", "1,472,9"))
    assert message.startswith("t:14: arrival times fall (found 1 after 10)")


SESSION = (
    "session_id,turn,arrival_s,input_tokens,output_tokens,prefix_parent,prefix_shared_blocks\n"
)


def test_a_turn_of_a_session_stands_once() -> None:
    good = SESSION + "1,0,0,200,5,-1,0\n1,1,3,300,0,0,2\n1,2,4,300,5,7,2\n"
    found = load_trace("t", data=good.encode())
    assert found.warnings == (
        "sessions have no common clock: their starts are drawn",
        "1 parents are no turn of their session and count as none: line 4",
        "1 request without output, taken to say one token: line 3",
    )
    assert found.traffic.shared_tokens.tolist() == [0, 128, 0]
    assert refusal(good + "1,1,5,300,5,0,2\n") == (
        "t:5: a turn of a session twice (found session 1, turn 1); first at t:3"
    )
    assert refusal(SESSION.replace("prefix_shared_blocks", "other") + "1,0,0,200,5,-1,0\n") == (
        "t:1: no column prefix_shared_blocks, which goes with session_id (found session_id, turn, "
        "arrival_s, input_tokens, output_tokens, prefix_parent, other)"
    )


def test_hashes_in_the_order_of_time_and_beyond_64_bits() -> None:
    text = (
        MOON % (9, 1000, [1, 2**64]) + MOON % (5, 1000, [1, 3]) + MOON % (12, 1500, [1, 2**64, 9])
    )
    t = load_trace("t", data=text.encode(), sort=True).traffic
    assert t.shared_tokens.tolist() == [0, 512, 1024]
    assert t.reads.tolist() == [0, 0, 0]


@pytest.mark.parametrize("kind", ["folder", "fifo", "/dev/zero", "/dev/null"])
def test_what_is_no_file_is_refused_at_once(kind: str, tmp_path: Path) -> None:
    place = Path(kind) if kind.startswith("/") else tmp_path / kind
    if kind == "folder":
        place.mkdir()
    if kind == "fifo":
        os.mkfifo(place)
    with pytest.raises(TableError, match=r"a (folder|pipe|device), not a file; allowed: a trace"):
        load_trace(place)


def test_lines_are_counted_over_those_that_are_empty() -> None:
    rows = Lines("t", blank=[2, 5, 6])
    assert [rows.line(i) for i in range(4)] == [3, 4, 7, 8]
    assert Lines("t", header=0, blank=[1]).at(0) == "t:2"


@pytest.mark.parametrize("block", [1, 7, 30, 64])
def test_lines_are_right_over_blocks(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "BLOCK", block)
    rows = "".join(f"{i},1,2\n" + "\n" * (i % 3) for i in range(20))
    assert numbers(HEAD + rows)[0] == list(range(20))
    line = (HEAD + rows).count("\n") + 1
    for last, words in (("x,1,2\n", "not a number"), ("20,1\n", RAGGED), ("20,\xe9,1", "not a n")):
        assert refusal(HEAD + rows + last).startswith(f"t:{line}: {words}")
    assert refusal(HEAD + rows + '20,"1,2\n21,1,2\n').startswith(f"t:{line}: a quoted cell")


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "LONGEST", 1_000)
    monkeypatch.setattr(csv_table, "BLOCK", 100)
    monkeypatch.setattr(json_lines, "LONGEST", 1_000)
    for data in (HEAD + "0,1," + "1" * 3_000, '{"a": "' + "b" * 3_000 + '"}'):
        with pytest.raises(TooLargeError, match="a line too long"):
            load_trace("t", data=data.encode())
    monkeypatch.setattr(wanted, "MOST_BLANK", 3)
    for data in (GOOD + "\n" * 4, FIRST + "\n" * 4):
        with pytest.raises(TooLargeError, match="t: too many empty lines; allowed: 3"):
            load_trace("t", data=data.encode())
    monkeypatch.setattr(wanted, "MOST_COLUMNS", 2)
    with pytest.raises(TooLargeError, match=r"t:1: too many columns \(found 3\); allowed: 2"):
        load_trace("t", data=GOOD.encode())
    monkeypatch.setattr(wanted, "MOST_COLUMNS", 3)
    for module in (csv_table, json_table, wanted):
        monkeypatch.setattr(module, "MAX_ROWS", 2)
    with pytest.raises(TooLargeError, match="t: too many rows; allowed: 2"):
        load_trace("t", data=(GOOD + "2,1,1\n").encode())


def test_a_table_of_bytes_is_that_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(GOOD)
    found = own_shape("elsewhere.csv", GOOD.encode())
    assert found == shape_of(load_trace(tmp_path / "t.csv").traffic)
    with open_table(tmp_path / "t.csv") as table:
        assert (table.names, table.form) == (["arrival_s", "input_tokens", "output_tokens"], "CSV")


CHILD = """
import sys
from outlay.serving.traffic.loaders import load_trace
def peak():
    return int(next(r for r in open("/proc/self/status") if r.startswith("VmHWM")).split()[1])
load_trace(sys.argv[1])
before = peak()
print(len(load_trace(sys.argv[2]).traffic), (peak() - before) >> 10)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the peak")
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_memory_is_that_of_the_requests_and_a_few_blocks(form: str, tmp_path: Path) -> None:
    """Two million requests are 34 MB packed; a table of texts would be some 300."""
    n = 2_000_000
    frame = pl.DataFrame(
        {
            "arrival_s": np.arange(n) * 1e-3,
            "input_tokens": np.full(n, 7),
            "output_tokens": np.full(n, 3),
        }
    )
    frame.head(10).write_csv(tmp_path / "small.csv")
    frame.write_csv(tmp_path / "t.csv") if form == "csv" else frame.write_parquet(
        tmp_path / "t.parquet"
    )
    done = subprocess.run(
        [sys.executable, "-c", CHILD, tmp_path / "small.csv", tmp_path / f"t.{form}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    read, mib = map(int, done.stdout.split())
    assert read == n
    assert mib < 150


LENGTHS = "client_id,field,q50,max\n1,input_tokens,100,400\n1,output_tokens,10,40\n"
CLIENTS = "client_id,window_start_s,rate_rps,interarrival_cv,family\n"
BAD_CLIENTS = {
    "a window twice": (
        CLIENTS + "1,0,2,1,Gamma\n1,600,2,1,\n1,0,3,1,Gamma\n", LENGTHS,
        "x_clients.csv:4: a window of a client given twice (found client 1, window 0); "
        "first at {0}/x_clients.csv:2",
    ),
    "an unknown family": (
        CLIENTS + "1,0,2,1,Gama\n", LENGTHS,
        "x_clients.csv:2: unknown family of interarrival times (found 'Gama'); "
        "allowed: Gamma, Weibull, or empty",
    ),
    "a negative rate": (
        CLIENTS + "1,0,-2,1,Gamma\n", LENGTHS,
        "x_clients.csv:2: out of range in column rate_rps (found '-2'); "
        "allowed: a finite number from 0 to 10,000,000",
    ),
    "windows apart": (
        CLIENTS + "1,0,2,1,\n1,600,2,1,\n1,1800,2,1,\n", LENGTHS,
        "x_clients.csv: windows that are not evenly spaced (found 1800 after 600); allowed: every "
        "600 s; give the windows in which nobody sends a rate of 0",
    ),
    "a missing column": (
        CLIENTS.replace("rate_rps", "rate") + "1,0,2,1,\n", LENGTHS,
        "x_clients.csv:1: no column rate_rps (found client_id, window_start_s, rate, "
        "interarrival_cv, family); allowed: client_id, window_start_s, rate_rps, interarrival_cv; "
        "if 'rate' holds it in that unit, call it rate_rps",
    ),
    "half a client": (
        CLIENTS + "1.5,0,2,1,\n", LENGTHS,
        "x_clients.csv:2: a client that is no whole number (found 1.5)",
    ),
    "no header": (
        "0,12.5,1.4,Gamma,0.51,0.157\n", LENGTHS,
        "x_clients.csv:1: no header: the first line holds values (found "
        "0,12.5,1.4,Gamma,0.51,0.157); allowed: names of columns",
    ),
    "quantiles that fall": (
        CLIENTS + "1,0,2,1,\n", LENGTHS.replace("100,400", "100,40"),
        "x_lengths.csv:2: quantiles that fall; allowed: q50 to max rising",
    ),
    "an empty quantile": (
        CLIENTS + "1,0,2,1,\n", LENGTHS.replace("100,400", ",400"),
        "x_lengths.csv:2: an empty cell in column q50; "
        "allowed: a finite number from 0 to 10,000,000",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_CLIENTS)
def test_tables_of_clients_are_refused_with_their_line(case: str, tmp_path: Path) -> None:
    clients, lengths, message = BAD_CLIENTS[case]
    (tmp_path / "x_clients.csv").write_text(clients)
    (tmp_path / "x_lengths.csv").write_text(lengths)
    with pytest.raises(TableError) as found:
        client_traffic(tmp_path / "x_clients.csv")
    assert str(found.value) == f"{tmp_path}/{message.format(tmp_path)}"


def test_clients_that_send_more_than_can_be_drawn_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x_clients.csv").write_text(CLIENTS + "1,0,1e7,1,Gamma\n1,600,2,1,Gamma\n")
    (tmp_path / "x_lengths.csv").write_text(LENGTHS)
    with pytest.raises(TooLargeError, match="more requests than can be drawn"):
        client_traffic(tmp_path / "x_clients.csv", most=100)


def test_what_clients_hold_beside_is_named(tmp_path: Path) -> None:
    (tmp_path / "x_clients.csv").write_text(CLIENTS[:-1] + ",param1\n1,0,2,1,Gamma,3\n")
    (tmp_path / "x_lengths.csv").write_text(LENGTHS + "1,image_tokens,1,2\n")
    t, notes = client_traffic(tmp_path / "x_clients.csv", seed=1)
    assert notes[0].startswith(f"{len(t):,} requests over ")
    assert notes[1:] == ("columns not read: param1", "fields of lengths not read: image_tokens")


LOAD = (
    "load: {type: poisson, stages: [{rate: 20, duration: 100}]}\n"
    "data:\n  type: random\n"
    "  input_distribution: {min: 10, max: 500, mean: 100, std_dev: 30}\n"
    "  output_distribution: {min: 5, max: 50, mean: 20}\n"
)
BAD_LOADS = (
    (
        "std_dev: 30", "std_dev: abc",
        "w.yaml:4: data.input_distribution.std_dev: not a number (found 'abc'); "
        "allowed: a number from 0 to 10,000,000",
    ),
    (
        "mean: 20", "mean: 20, mean: 30",
        "w.yaml:5: a key stands twice (found mean); first in line 5",
    ),
    (
        "mean: 20", "mean: .nan",
        "w.yaml:5: not a finite number (found .nan); allowed: a finite number",
    ),
    (
        "mean: 20", 'mean: "20"',
        "w.yaml:5: data.output_distribution.mean: not a number (found '20'); "
        "allowed: a number above 0 to 10,000,000",
    ),
    (
        "min: 5", "mim: 5",
        "w.yaml:5: data.output_distribution: unknown key (found 'mim'); "
        "allowed: mean, std_dev, std, min, max; did you mean 'min'?",
    ),
    (
        "min: 5,", "min: 60,",
        "w.yaml:5: data.output_distribution.min: min is above max (found 60.0); allowed: up to 50",
    ),
    (
        "mean: 20", "mean: 2",
        "w.yaml:5: data.output_distribution.mean: the mean is not between min and max (found 2.0); "
        "allowed: 5 to 50",
    ),
    (
        "rate: 20", "rate: true",
        "w.yaml:1: load.stages[0].rate: not a number (found true); "
        "allowed: a number above 0 to 1,000,000,000 requests/s",
    ),
    (
        "rate: 20", "rate: 1e8",
        "w.yaml:1: too many requests (found 10,000,000,000); allowed: 50,000,000",
    ),
    (
        "type: random", "type: sharegpt",
        "w.yaml:3: data.type: unknown data.type (found 'sharegpt'); "
        "allowed: random, synthetic, mock, shared_prefix",
    ),
    ("load:", "loads:", "w.yaml:1: loads: unknown key (found 'loads'); allowed: load, data; "
     "did you mean 'load'?"),
    ("load: {", "load: [", "w.yaml:1: not YAML: "),
)  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), BAD_LOADS)
def test_load_tests_are_refused_with_line_and_field(old: str, new: str, message: str) -> None:
    with pytest.raises(InputError) as found:
        workload_traffic("w.yaml", data=LOAD.replace(old, new).encode())
    assert (
        str(found.value).startswith(message) if "YAML" in message else str(found.value) == message
    )


def test_what_a_load_test_says_and_nobody_reads_is_named() -> None:
    text = LOAD.replace("type: poisson", "type: poisson, interval: 15") + "server: {x: 1}\n"
    t, notes = workload_traffic("w.yaml", data=text.encode())
    assert notes[0].startswith(f"{len(t):,} requests over 1.67 min") or len(notes) == 2
    assert notes[1] == "entries not read: load.interval"
    same, _ = workload_traffic("w.yaml", data=LOAD.encode())
    assert same.arrival_s.tolist() == t.arrival_s.tolist()
