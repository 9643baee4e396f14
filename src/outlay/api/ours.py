"""Whether a file that is there was written by Outlay as one of a kind, by how it begins or ends.

What somebody else wrote is never written over; an empty file holds nothing to lose.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

__all__ = ["CALIBRATION", "ours"]

MOST = 20_000_000
"""Bytes of a JSON file of ours, from afar."""
HEAD, TAIL = 2_000, 64_000
RECORDS = ("arrival_s", "start_s", "first_s", "end_s", "input_tokens", "cached_tokens")
"""The first columns of a table of requests."""
CHART = {
    ".svg": re.compile(rb'<svg role="img" aria-label="[^>]*class="marks"'),
    ".png": re.compile(rb"(?s)\x89PNG.{29}....tEXtSoftware\x00Outlay"),
    ".json": re.compile(rb'\{\n "\$schema": "https://vega\.github\.io/schema/vega-lite/'),
}
CALIBRATION = {
    "effects.csv": b"constant,factor,level,log_effect",
    "calibration.toml": b"# What the shipped constants were fitted to.",
    "cells.csv": b"model,chip,vendor,family,stack,",
    "correction.toml": b"# Variance of the logarithm by component",
    "training_fitted.toml": b"# Logarithms of the constants of the training step",
    "overhead.toml": b"# What engines were observed to take beyond the step table.",
    "chip_profile.json": b'{\n "name": ',
}
SWEEP = {
    ".parquet": re.compile(rb"PAR1"),
    ".csv": re.compile(rb"case,status,why,"),
    ".html": re.compile(rb"(?s).{0,200}<meta name=\"generator\" content=\"outlay sweep\">"),
}
"""How the files of a sweep begin."""
PROGRAMME = re.compile(rb"NAME\s*\nROWS\n N +\w+\s*\n( [ELG] +\w+\[\d+(,\d+)*\]\s*\n)")


def ours(path: Path, made: str) -> bool:
    """Whether a file is `made`: chart, records, a table of a sweep, programme, schema,
    calibration, or a kind of document. Raises OSError where it cannot be read."""
    size = path.stat().st_size
    if size == 0:
        return True
    with path.open("rb") as file:
        head = file.read(HEAD)
        file.seek(max(0, size - TAIL))
        tail = file.read(TAIL)
    if made == "chart":
        form = CHART.get(path.suffix.lower())
        return form is not None and form.match(head) is not None
    if made == "records":
        if path.suffix.lower() == ".csv":
            return head.startswith(",".join(RECORDS).encode())
        return head.startswith(b"PAR1") and all(name.encode() in tail for name in RECORDS)
    if made.startswith("sweep."):
        whole = path.suffix != ".parquet" or all(name in tail for name in (b"status", b"why"))
        return whole and SWEEP[path.suffix].match(head) is not None
    if made == "programme":
        return PROGRAMME.match(head) is not None
    if made == "calibration":
        return head.startswith(CALIBRATION.get(path.name, b"\0"))
    return size <= MOST and _document(path, made)


def _document(path: Path, kind: str) -> bool:
    try:
        found: object = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return False
    if not isinstance(found, dict):
        return False
    title = str(found.get("title", ""))
    if kind == "schema":
        return "$schema" in found and (title == "Study" or title.startswith("outlay "))
    return "outlay" in found and found.get("kind") == kind
