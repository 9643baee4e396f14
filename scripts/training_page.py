"""Writes how far off training is, docs/performance/training.md (`make docs`).

Each row runs the command that is printed in it, and takes what it predicts from its JSON.
"""

from __future__ import annotations

import csv
import json
import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from typer.testing import CliRunner

from outlay.app.cli.main import _app

RUNS = Path(__file__).resolve().parents[1] / "docs/performance/training_runs.csv"

_INTRO = """# Training beside published runs

<!-- Written by `make docs`, which runs every command of this page; change the runs
(training_runs.csv) or the model, not this. -->

Each row is a published run, and `outlay train` with what is known of it before anybody has tuned
it: model, chip, number of chips, format, sequence and the month of its software (none: that of
2026-08). The step's tokens and the layout are the command's own. "Published" is what the source
says, as tokens a second and chip; the ratio is predicted over published; in the fit are runs whose
figures the constants were fitted to. Four-bit runs keep a sixth of their products in 16 bits.

"""

_OUTRO = """
How the step is timed, and where its constants come from: [the model](model.md#training). Errors of
fits that have not seen a run's source: [errors](errors.md#training).
"""


@dataclass(frozen=True)
class Compared:
    """One run: what is published, and what the command of its row predicts."""

    command: str
    predicted: float
    low: float
    high: float
    published: float  # tokens a second and chip
    in_fit: bool

    @property
    def off(self) -> float:
        return math.log(self.predicted / self.published)

    @property
    def inside(self) -> bool:
        return self.low <= self.published <= self.high


def rows() -> list[dict[str, str]]:
    """The published runs."""
    with RUNS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def compared(row: Mapping[str, str]) -> Compared:
    """Run the command of a row."""
    command = f"outlay train {row['options']}"
    done = CliRunner().invoke(_app([]), [*shlex.split(command)[1:], "--json"])
    if done.exit_code:
        raise SystemExit(f"{command}: exit code {done.exit_code}\n{done.output}{done.exception}")
    doc: dict[str, Any] = json.loads(done.stdout)
    best = doc["configurations"][0]
    rate = _published(row, doc)
    return Compared(
        command, best["tok_s_per_chip"], best["low"], best["high"], rate, row["in_fit"] == "yes"
    )


def _published(row: Mapping[str, str], doc: Mapping[str, Any]) -> float:
    """Tokens a second and chip of a published figure."""
    best = doc["configurations"][0]
    match row["measure"]:
        case "tok_s_per_chip":
            return float(row["value"])
        case "mfu_bf16":  # in operations as the command counts them, scores' lower half
            return float(row["value"]) * best["tok_s_per_chip"] / best["mfu_bf16"]
        case "chip_hours":
            return float(doc["tokens"]) / float(row["value"]) / 3600.0
        case "step":  # sequences, their tokens, seconds
            sequences, tokens, seconds = map(float, row["value"].split(","))
            return sequences * tokens / seconds / doc["n_chips"]
        case other:
            raise SystemExit(f"{RUNS.name}: no measure {other!r}")


def summary(found: Sequence[Compared]) -> str:
    """Error and coverage of some rows, in one sentence."""
    off = np.abs([c.off for c in found])
    inside = sum(c.inside for c in found)
    return (
        f"{len(found)} runs: median error {np.median(off):.0%}, nine in ten within "
        f"{np.quantile(off, 0.9):.0%}; {inside} inside the 90 % range."
    )


def markdown() -> str:
    """The page."""
    given = rows()
    found = [compared(row) for row in given]
    new = [c for c in found if not c.in_fit]
    lines = [
        f"All {summary(found)} Not in the fit: {summary(new)}", "",
        "| run | command | predicted (90 %) | published | ratio | in the fit | source |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for row, c in zip(given, found, strict=True):
        ratio = f"{math.exp(c.off):.2f}" + ("" if c.inside else " (outside)")
        lines.append(
            f"| {row['run']} | `{c.command}` | {c.predicted:,.0f} ({c.low:,.0f} to {c.high:,.0f}) "
            f"| {c.published:,.0f} | {ratio} | {row['in_fit']} | {row['source']} |"
        )
    return _INTRO + "\n".join(lines) + "\n" + _OUTRO


if __name__ == "__main__":
    print(markdown(), end="")
