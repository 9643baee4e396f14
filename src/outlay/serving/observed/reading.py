"""Read what a load test or an engine wrote, whatever it is called: told by its content alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from outlay.core.errors import InputError, TableError
from outlay.core.ingest.files import take
from outlay.core.ingest.json_text import strict_json
from outlay.core.ingest.packed import refuse_packed
from outlay.core.ingest.text import decoded
from outlay.serving.observed.counters.engines import ONE_SCRAPE, observed
from outlay.serving.observed.counters.scrapes import (
    Scrape,
    began,
    is_answer,
    scrapes_of_answer,
    scrapes_of_text,
)
from outlay.serving.observed.readers import csv_exports, mlperf
from outlay.serving.observed.readers.aiperf import (
    is_aiperf,
    is_aiperf_row,
    read_aiperf,
    read_rows,
)
from outlay.serving.observed.readers.fields import Fields, refuse, written
from outlay.serving.observed.readers.guidellm import is_guidellm, read_guidellm
from outlay.serving.observed.readers.inference_perf import (
    is_inference_perf,
    is_requests,
    read_inference_perf,
    read_requests,
)
from outlay.serving.observed.readers.inferencex import is_inferencex, read_inferencex
from outlay.serving.observed.readers.sglang import finite_rates, is_sglang, read_sglang
from outlay.serving.observed.readers.vllm import is_vllm, read_vllm
from outlay.serving.observed.types import Observation

__all__ = ["FORMS", "read_files", "read_observations"]

MAX_BYTES: Final = 256 << 20
FORMS: Final = (
    "results of vllm bench serve, sglang.bench_serving, guidellm, aiperf, genai-perf, "
    "inference-perf, InferenceX, MLPerf LoadGen; counters of vLLM or SGLang as Prometheus has them"
)
APART: Final = (
    "scrapes of one engine make a stretch in one file: join them (cat), each below a line "
    "`# time: SECONDS` (date +%s)"
)
_PROMETHEUS: Final = re.compile(r"(?:^|\n)(?:# (?:HELP|TYPE) |(?:vllm|sglang):[a-z_]+(?:\{| ))")


def read_observations(path: str | Path, data: bytes | None = None) -> tuple[Observation, ...]:
    """Every run that a file holds, in its order.

    data: the bytes, where they were read before. Raises TableError or TooLargeError with file and
    key for a file that is no result, or a broken one.
    """
    where = str(path)
    if data is None:
        data = _bytes(path)
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise TableError("the file is empty", where=where, allowed=FORMS)
    refuse_packed(data, where, FORMS, TableError)
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        return _of_json(finite_rates(data), where)
    text = decoded(data, where, TableError)
    if not text.strip():  # spaces that Unicode has
        raise TableError("the file is empty", where=where, allowed=FORMS)
    head = text[:4000]
    if ":::MLLOG" in head:
        return (mlperf.read_detail(text, where),)
    if "MLPerf Results Summary" in head:
        return (mlperf.read_summary(text, where),)
    if _PROMETHEUS.search(head):
        return (observed(scrapes_of_text(text, where), where),)
    if csv_exports.is_export(head):
        return csv_exports.read_export(text, where)
    if re.search(r"^benchmarks:\s*$", text, re.MULTILINE):
        return _of_yaml(data, where)
    first = head.strip().splitlines()[0]
    return refuse("not a file of measurements that is known", f"{where}:1", written(first), FORMS)


def read_files(paths: Sequence[str | Path]) -> tuple[Observation, ...]:
    """Every run of several files, in their order.

    Files of one scrape each are one stretch where they say that one process wrote them
    (`process_start_time_seconds`); else each stands alone, for they may be of two replicas, and
    says what would make them one.
    """
    held = [(str(path), _bytes(path)) for path in paths]
    stretches: dict[float, list[tuple[Scrape, str]]] = {}
    begun: dict[str, float] = {}
    single = 0
    for where, data in held:
        scrape = _scrape(data, where)
        single += scrape is not None
        if scrape is not None and (start := began(scrape)):
            begun[where] = start
            stretches.setdefault(start, []).append((scrape, where))
    out: list[Observation] = []
    for where, data in held:
        found = stretches.get(begun.get(where, 0.0), [])
        if len(found) > 1:
            out += [_stretch(found)] if where == found[0][1] else []
            continue
        runs = read_observations(where, data)
        alone = single > 1 and any(ONE_SCRAPE in run.notes for run in runs)
        out += [replace(run, notes=(*run.notes, APART)) for run in runs] if alone else runs
    return tuple(out)


def _stretch(found: list[tuple[Scrape, str]]) -> Observation:
    """Scrapes of one process, by their times; where one has none, as they were given."""
    times = {where: s.time_s for s, where in found if s.time_s is not None}
    inside = sorted(found, key=lambda part: times[part[1]]) if len(times) == len(found) else found
    return observed([s for s, _ in inside], ", ".join(w for _, w in inside))


def _bytes(path: str | Path) -> bytes:
    return take(path, most=MAX_BYTES, what="file of measurements", error=TableError).data


def _scrape(data: bytes, where: str) -> Scrape | None:
    """The scrape of a file that holds one and nothing else."""
    if data.lstrip()[:1] in (b"{", b"[") or not _PROMETHEUS.search(
        data[:4000].decode("utf-8", "replace")
    ):
        return None
    found = scrapes_of_text(decoded(data, where, TableError), where)
    return found[0] if len(found) == 1 else None


def _of_json(data: bytes, where: str) -> tuple[Observation, ...]:
    """One value, or one a line."""
    lines = [(n, line) for n, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    if (
        len(lines) > 1
        and all(line.rstrip().endswith(b"}") for _, line in lines[:3])
        and (lines[0][1].lstrip(b"\xef\xbb\xbf \t").startswith(b"{") and lines[1][1][:1] == b"{")
    ):
        rows = [
            _mapping(strict_json(line, where, TableError, line=n), f"{where}:{n}")
            for n, line in lines
        ]
        return _of_rows(rows, where)
    found = strict_json(data, where, TableError)
    if isinstance(found, list):
        return _of_rows([_mapping(v, f"{where}: [{i}]") for i, v in enumerate(found)], where)
    return _of_one(_mapping(found, where))


def _mapping(found: object, where: str) -> Fields:
    if not isinstance(found, dict):
        refuse("not a mapping", where, written(found), "{…}")
    return Fields(found, where)


def _of_rows(rows: list[Fields], where: str) -> tuple[Observation, ...]:
    """Runs of a list or of lines; or requests, which make one run together."""
    if not rows:
        refuse("no runs", where, "[]", FORMS)
    for is_row, read in ((is_aiperf_row, read_rows), (is_requests, read_requests)):
        if is_row(rows[0]):
            other = next((r for r in rows if not is_row(r)), None)
            if other is not None:
                refuse("not a request like the first", other.file, written(dict(other.values)))
            return (read(rows, where),)
    return tuple(o for row in rows for o in _of_one(row))


def _of_one(found: Fields) -> tuple[Observation, ...]:
    """The runs of one mapping."""
    if is_guidellm(found):
        return read_guidellm(found)
    if is_answer(found):
        scrapes = scrapes_of_answer(found)
        if not scrapes:
            refuse("a query without a result", found.file, "[]", "at least one series")
        return (observed(scrapes, found.file),)
    for is_kind, read in (
        (is_inferencex, read_inferencex), (is_vllm, read_vllm), (is_sglang, read_sglang),
        (is_aiperf, read_aiperf), (is_inference_perf, read_inference_perf),
    ):  # fmt: skip
        if is_kind(found):
            return (read(found),)
    for key in ("profile_export", "experiments"):
        if key in found:
            refuse(
                "requests of perf_analyzer, not the summary", found.file, key, FORMS,
                "give profile_export_genai_perf.json, which stands beside it",
            )  # fmt: skip
    return refuse("not a file of measurements that is known", found.file,
                  ", ".join(list(found.values)[:8])[:160], FORMS)  # fmt: skip


def _of_yaml(data: bytes, where: str) -> tuple[Observation, ...]:
    from outlay.study.reading.strict_yaml import read_text

    try:
        document = read_text(data, where)
    except InputError as error:
        raise TableError(error.problems()) from None
    return _of_one(Fields(document.data, where))
