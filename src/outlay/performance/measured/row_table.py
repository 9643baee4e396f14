"""Read a table of published measurements: its rows as text, each with its line.

Columns are those of the measured-inference table: names, layout as published, lengths, scenario,
metric; columns of one's own are let be.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from outlay.core.errors import Problem, TableError
from outlay.core.ingest.files import Taken, take
from outlay.core.ingest.table import MOST_PROBLEMS, Columns, named, rows_of
from outlay.core.ingest.text import decoded

__all__ = ["LINE", "read_rows", "take_rows"]

REQUIRED = ("row_id", "model", "chip", "metric", "value")
COLUMNS = (  # those that change what is predicted
    *REQUIRED, "unit", "source_id", "source_date", "model_family", "params_total_b",
    "params_active_b", "weight_precision", "kv_precision", "precision", "n_chips",
    "n_chips_prefill", "n_chips_decode", "phase", "tp", "pp", "ep", "dp_attention", "cp", "vp",
    "fsdp", "recompute", "spec_decode", "framework", "isl", "osl", "length_kind", "scenario",
    "concurrency", "batch_per_chip", "request_rate", "out_tok_s_per_chip", "total_tok_s_per_chip",
    "in_tok_s_per_chip", "ttft_ms", "ttft_stat", "tpot_ms", "tpot_stat", "e2e_s", "seq_len",
    "global_batch_seqs", "micro_batch_seqs", "tokens_s_per_chip", "peak_tflops_assumed",
    "tokens_trained",
)  # fmt: skip
OTHERS = ("source", "sources", "source_ref", "note", "notes", "source_title", "source_version",
          "tpot_std", "ttft_std", "e2e_ms")  # fmt: skip
SHORTEST = 5  # letters of a name that can be told from another word
MISSPELT = 0.75  # likeness to a known column above which an unknown one is taken for a slip
MOST_LETTERS = 2  # more or fewer
LINE = "(line)"  # of the file, kept with each row
MOST_BYTES = 200 * 2**20


def take_rows(table: Path | str | Taken) -> Taken:
    """The bytes of a measurement table; raises TableError, TooLargeError."""
    if isinstance(table, Taken):
        return table
    return take(table, most=MOST_BYTES, what="CSV of measurements", error=TableError)


def read_rows(table: Path | str | Taken) -> list[dict[str, str]]:
    """All rows of a measurement table as text.

    Raises TableError where the file is missing, too large, not CSV, lacks a needed column or holds
    a row twice.
    """
    taken = take_rows(table)
    where = str(taken.path)
    text = decoded(taken.data, where, TableError)
    columns = Columns(REQUIRED, [*COLUMNS, *OTHERS], others=True)
    header = named(text[: text.find("\n")].split(","))
    if all(name in header for name in REQUIRED) and (slips := _slips(header, f"{where}:1")):
        raise TableError(slips)
    rows = [{**row.cells, LINE: str(row.line)} for row in rows_of(text, where, columns)]
    if not rows:
        raise TableError("no rows", where=where, allowed="a row for each measurement")
    if twice := _twice(rows, where):
        raise TableError(twice)
    return rows


def _slips(header: Sequence[str], where: str) -> list[Problem]:
    """Columns that are a known one misspelt."""
    out = []
    for name in header:
        alike = difflib.get_close_matches(name, COLUMNS, 3, MISSPELT)
        likely = [known for known in alike if abs(len(known) - len(name)) <= MOST_LETTERS]
        unknown = name not in (*COLUMNS, *OTHERS) and len(name) >= SHORTEST
        if unknown and likely and likely[0] not in header:
            out.append(Problem("no such column", where, repr(name),
                               hint=f"did you mean {likely[0]!r}?"))  # fmt: skip
    return out


def _twice(rows: Sequence[dict[str, str]], where: str) -> list[Problem]:
    """Rows of one id and metric: one would count twice."""
    first: dict[tuple[str, str], str] = {}
    out = []
    for row in rows:
        key = (row["row_id"], row["metric"])
        if key in first and row["row_id"]:
            found = f"row_id {key[0]!r}, metric {key[1]!r}"
            hint = f"first in line {first[key]}"
            out.append(Problem("a measurement given twice", f"{where}:{row[LINE]}", found[:80],
                               "each once", hint))  # fmt: skip
        first.setdefault(key, row[LINE])
    return out[:MOST_PROBLEMS]
