"""Calls of an assistant's tools, and what of an answer is a number without its unit."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from support.shared import ROOT

FIGURE = {"name", "says", "value", "unit", "low", "high", "status", "source"}
STUDY = {"study": "gpu-cloud-founder/study.yaml"}
LAB = {"study": "lab-training/study.yaml"}
ON = {"model": "llama-3.1-8b", "chip": "h100-sxm"}
CALLS: tuple[tuple[str, Mapping[str, object]], ...] = (
    ("check", STUDY),
    ("check", {**LAB, "most": 400}),
    ("plan", {**STUDY, "worlds": 5}),
    ("what_if", {**LAB, "changes": ["discount_rate=12 %/year"]}),
    ("explain", {**STUDY, "path": "supply.buy-h200.price"}),
    ("begin", {"door": "founder"}),
    ("rate", ON),
    ("size", {**ON, "users": 20, "ttft_p99": 2, "tpot_p99": 0.05, "isl": 200, "osl": 50}),
    ("read", {"documents": ["bytedance-2026/article.md"]}),
    ("read", {"texts": {"a.md": "ACME said that it buys 3,000 H200 chips in 2026 for $90m."}}),
    *(("catalogue", {"table": table, "most": 5}) for table in (
        "chips", "models", "prices", "fx", "regions", "events", "series", "peers", "costs",
        "traces", "shapes", "facts", "disputes",
    )),
    ("catalogue", {"table": "chips", "name": "h200"}),
    ("catalogue", {"table": "models", "name": "deepseek-v3"}),
)  # fmt: skip
"""Tool → what it is asked, of the studies in `examples`."""


def bare_numbers(value: object, at: str = "") -> Iterator[str]:
    """Where an answer holds a number that is not the number of a whole figure."""
    if isinstance(value, dict):
        if set(value) == FIGURE:
            yield from figure_faults(value, at)
            return
        for key, item in value.items():
            yield from bare_numbers(item, f"{at}.{key}")
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from bare_numbers(item, f"{at}[{i}]")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield f"{at}: {value}"


def figure_faults(f: Mapping[str, Any], at: str) -> Iterator[str]:
    """What a figure lacks to be repeated."""
    for key in ("name", "says", "unit", "status", "source"):
        if not isinstance(f[key], str) or not f[key].strip():
            yield f"{at}.{key}: nothing is said: {f}"
    if f["unit"] in ("unit", "currency per unit", "study currency", "quote per base"):
        yield f"{at}.unit: no unit is meant by {f['unit']}"
    ends = [f[k] for k in ("low", "high") if f[k] is not None]
    if ends != sorted(ends):
        yield f"{at}: low above high: {f}"


def figures(value: object) -> Iterator[Mapping[str, Any]]:
    """Every figure of an answer."""
    if isinstance(value, dict):
        if set(value) == FIGURE:
            yield value
        else:
            for item in value.values():
                yield from figures(item)
    elif isinstance(value, list):
        for item in value:
            yield from figures(item)


def program(folder: Path, *more: str) -> tuple[str, list[str], dict[str, str]]:
    """The command that an assistant's program starts, its arguments and its environment."""
    kept = {k: os.environ[k] for k in ("PATH", "HOME", "OUTLAY_CACHE", "TMPDIR") if k in os.environ}
    command = [
        "-m", "outlay", "mcp", "--folder", str(folder), *more,
    ]  # fmt: skip
    return sys.executable, command, kept | {"PYTHONPATH": str(ROOT / "src")}
