"""Read a table of published measurements: its rows as text, each with its line.

Columns are those of the measured-inference table: names, layout as published, lengths, scenario,
metric; columns of one's own are let be.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Sequence
from pathlib import Path

from outlay.core.errors import Problem, TableError
from outlay.core.ingest.files import Taken, take
from outlay.core.ingest.packed import refuse_packed
from outlay.core.ingest.table import MOST_PROBLEMS, Columns, named, rows_of
from outlay.core.ingest.text import decoded

__all__ = ["LINE", "read_rows", "take_rows"]

REQUIRED = ("row_id", "model", "chip", "metric", "value", "unit")
COLUMNS = (  # those that change what is predicted
    *REQUIRED, "source_id", "source_date", "model_family", "params_total_b",
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
_UNIT = re.compile(r"_?[(\[].*[)\]]$")
"""A unit behind a name: `isl (tokens)`."""
_SAME = {
    **dict.fromkeys(("input_token", "input_tokens", "input_len", "input_length", "prompt_tokens",
                     "prompt_len", "prompt_length", "isl_tokens", "isl"), "isl"),
    **dict.fromkeys(("output_token", "output_tokens", "output_len", "output_length",
                     "completion_tokens", "osl_tokens", "osl"), "osl"),
    **dict.fromkeys(("gpu", "gpu_type", "gpu_name", "accelerator", "hardware", "device"), "chip"),
    **dict.fromkeys(("gpus", "num_gpus", "n_gpus", "gpu_count", "num_chips", "chips"), "n_chips"),
    **dict.fromkeys(("tensor_parallel", "tensor_parallel_size", "tp_size"), "tp"),
    **dict.fromkeys(("pipeline_parallel", "pipeline_parallel_size", "pp_size"), "pp"),
    **dict.fromkeys(("expert_parallel", "ep_size"), "ep"),
    **dict.fromkeys(("model_name", "model_id"), "model"),
    **dict.fromkeys(("max_concurrency", "num_concurrent", "users"), "concurrency"),
    **dict.fromkeys(("engine", "backend", "serving_stack", "stack"), "framework"),
    **dict.fromkeys(("qps", "rps"), "request_rate"),
    **dict.fromkeys(("seq_length", "sequence_length", "context_length"), "seq_len"),
    **dict.fromkeys(("global_batch", "global_batch_size", "gbs"), "global_batch_seqs"),
    **dict.fromkeys(("micro_batch", "micro_batch_size", "mbs"), "micro_batch_seqs"),
    "dtype": "weight_precision", "units": "unit", "id": "row_id",
}  # fmt: skip
"""What people call a column, by its name here."""
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
    refuse_packed(taken.data, where, "a CSV of measurements", TableError)
    text = decoded(taken.data, where, TableError)
    columns = Columns(REQUIRED, [*COLUMNS[len(REQUIRED) :], *OTHERS], others=True)
    header = named(next(csv.reader(text.splitlines()[:1]), []))
    if sum(name in header for name in REQUIRED) > 1 and (slips := _slips(header, f"{where}:1")):
        raise TableError(slips)
    rows = [{**row.cells, LINE: str(row.line)} for row in rows_of(text, where, columns)]
    if not rows:
        raise TableError("no rows", where=where, allowed="a row for each measurement")
    if twice := _twice(rows, where):
        raise TableError(twice)
    return rows


def _slips(header: Sequence[str], where: str) -> list[Problem]:
    """Columns that are a known one misspelt, or under another name; and those that lack then."""
    out: list[Problem] = []
    meant: set[str] = set()
    for name in header:
        if name in (*COLUMNS, *OTHERS):
            continue
        known = _SAME.get(_UNIT.sub("", re.sub(r"[ -]+", "_", name)), "") or _alike(name)
        if known and known not in (*header, *meant):
            meant.add(known)
            out.append(Problem("no such column", where, repr(name),
                               hint=f"did you mean {known!r}?"))  # fmt: skip
    if out:
        out += [
            Problem("a column is missing", where, ", ".join(header)[:200], ", ".join(REQUIRED),
                    f"add '{name}'")
            for name in REQUIRED
            if name not in header and name not in meant
        ]  # fmt: skip
    return out


def _alike(name: str) -> str:
    """The known column that an unknown one is a slip of; empty where none is so near."""
    if len(name) < SHORTEST:
        return ""
    alike = difflib.get_close_matches(name, COLUMNS, 3, MISSPELT)
    return next((known for known in alike if abs(len(known) - len(name)) <= MOST_LETTERS), "")


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
