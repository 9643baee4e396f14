"""Write the section on training of the error page: runs, and errors with parts of them left out.

Rebuild: python -m outlay.performance.fit.training_page --training measured_training.csv
         --later training_later.csv --out docs/performance/errors.md
It refits the step some seventy times and takes some five minutes; the rest of the page stays.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from outlay.core.written import write_atomic
from outlay.performance.fit.predict import Prediction
from outlay.performance.fit.training_predict import (
    FALLING,
    SPLITS,
    cross_validate_training,
    is_training,
    predict_training,
)
from outlay.performance.measured.row_table import read_rows
from outlay.performance.measured.training_rows import log_errors
from outlay.performance.measured.training_shipped import gpt_runs, published_rows

__all__ = ["TITLE", "main", "section"]

TITLE = "## Training"
HEAD = ("| | runs | median error | 90th percentile | bias | in the 90 % range |",
        "|---|---|---|---|---|---|")  # fmt: skip


def _off(p: Prediction) -> float:
    """Logarithm of the predicted rate over the measured one."""
    off = float(np.log((p.predicted or 1.0) / p.measured))
    return -off if p.metric in FALLING else off


def _line(name: str, rows: Sequence[Prediction]) -> str:
    off = np.array([_off(p) for p in rows])
    inside = np.mean([(p.low or 0.0) <= p.measured <= (p.high or 0.0) for p in rows])
    return (
        f"| {name} | {len(rows)} | {np.median(np.abs(off)):.1%} | "
        f"{np.quantile(np.abs(off), 0.9):.1%} | {np.median(off):+.1%} | {inside:.0%} |"
    )


def _by(rows: Sequence[Prediction], name: Callable[[Prediction], str]) -> Iterator[str]:
    for one in sorted({name(p) for p in rows}):
        yield _line(one, [p for p in rows if name(p) == one])


def _predicted(found: Sequence[Prediction]) -> list[Prediction]:
    return [p for p in found if p.predicted]


def section(
    rows: Sequence[Mapping[str, str]],
    later: Sequence[Mapping[str, str]] = (),
    say: Callable[[str], None] = lambda _: None,
) -> str:
    """The section as Markdown: `rows` with parts left out of the fit, `later` as shipped."""
    runs = [*rows, *published_rows()]
    splits = {by: _predicted(cross_validate_training(runs, by, say)) for by in SPLITS}
    out = [
        TITLE, "",
        "Published runs with a part left out of the fit: the run's group (model, chip, sequence), "
        "its model, its chip, or all runs of its source. Error is |log(predicted / measured)| of "
        "tokens a second and chip.", "", HEAD[0].replace("| |", "| left out |"), HEAD[1],
        *(_line(by, found) for by, found in splits.items()), "",
        "### A source left out", "", *HEAD, *_by(splits["source"], lambda p: p.source), "",
        "### A chip left out", "", *HEAD, *_by(splits["chip"], lambda p: p.chip), "",
    ]  # fmt: skip
    eight = np.abs(log_errors(gpt_runs())).mean()
    out += [
        "Eight A100 runs from 22 billion to 1 trillion parameters, in the fit: "
        f"{eight:.1%} mean error (bar 6 %). Model cards give chip-hours of a whole run on a number "
        "of chips that is not published: they scatter by a factor of two.", "",
    ]  # fmt: skip
    if later:
        found = _predicted(predict_training(later))
        out += [
            "### Later runs, and other sources", "",
            "No fit has seen them: software of 2026, other engines, MLPerf. torchtitan ran on H100 "
            "with slower memory and 500 W.", "", *HEAD, _line("all", found),
            *_by(found, lambda p: p.source), "",
        ]  # fmt: skip
    return "\n".join(out)


def main(argv: Sequence[str] | None = None) -> None:
    """Rebuild the section in place."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--training", type=Path, required=True)
    parser.add_argument("--later", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(argv)
    later = [r for path in given.later for r in read_rows(path) if is_training(r)]
    text = section([r for r in read_rows(given.training) if is_training(r)], later, print)
    before = given.out.read_text(encoding="utf-8").partition(TITLE)[0]
    write_atomic(given.out, f"{before}{text}")


if __name__ == "__main__":
    main()
