"""Write the error page of the docs: every scored figure with its interval, outliers kept in.

Rebuild: python -m outlay.performance.fit.error_page --measured measured_inference.csv
         --out docs/performance/errors.md
It refits the model some sixty times (groups, models, chips, families, engines and sources left
out) and takes a quarter of an hour. With --intervals it first sets the widths of intervals by what
those fits were off by, and writes them there. The section on training stays: `training_page`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from outlay.performance.constants.cells import Cells
from outlay.performance.constants.constants import Constants, shipped
from outlay.performance.constants.widths import widths
from outlay.performance.fit.calibrate import excluded, load
from outlay.performance.fit.crossval import SPLITS, held_out
from outlay.performance.fit.predict import Prediction, predict_questions, refusal
from outlay.performance.fit.score import Score, score, score_by
from outlay.performance.fit.training_page import TITLE
from outlay.performance.fit.widths_fit import Off, intervals_toml, offs, widths_from
from outlay.performance.measured.rows import Question, Refused

__all__ = ["main", "page"]

# words, kind, metric, bars by split: median and 90th percentile
JUDGED: tuple[tuple[str, str, str, Mapping[str, str]], ...] = (
    ("TPOT in a closed loop", "closed", "tpot", {
        "group": "8 %, p90 25 %", "model": "15 %, p90 40 %", "chip": "15 %, p90 40 %",
        "source": "20 %, p90 60 %"}),
    ("offline throughput", "offline", "output_throughput", {
        "group": "7 %, p90 20 %", "model": "8 %, p90 30 %", "chip": "8 %, p90 30 %",
        "source": "20 %, p90 60 %"}),
    ("disaggregated TPOT", "disaggregated", "tpot", {"group": "15 %, p90 50 %"}),
    ("first token at low load", "closed", "ttft at low load", {"group": "25 %"}),
    ("first token, closed loops of any load", "closed", "ttft", {}),
)  # fmt: skip
OUTLIER = 0.5  # logarithm: a group more than 1.65-fold off is listed
MOST_OUTLIERS = 40
HEAD = (
    "| | groups | median error (90 % bootstrap) | 90th percentile | bias | in the 90 % interval |"
)
RULE = "|---|---|---|---|---|---|"


def _line(name: str, s: Score) -> str:
    low, high = s.median_interval_90
    return (
        f"| {name} | {s.groups} | {s.median_abs_log_ratio:.1%} "
        f"({low:.1%}-{high:.1%}) | {s.p90_abs_log_ratio:.1%} | "
        f"{s.bias:+.1%} | {s.coverage_90:.0%} |"
    )


def _headline(splits: Mapping[str, Sequence[Prediction]]) -> list[str]:
    out = [
        "| what | left out | bar | groups | median error (90 % bootstrap) | 90th percentile | "
        "bias | in the 90 % interval |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for words, kind, metric, bars in JUDGED:
        for by, rows in splits.items():
            s = score(words, [p for p in rows if p.kind == kind and metric in _metrics(p)])
            if s is not None:
                line = _line(words, s).split("|", 2)[2]
                out.append(f"| {words} | {by} | {bars.get(by, '-')} |{line}")
    return out


def _metrics(p: Prediction) -> tuple[str, ...]:
    """The metric, and its narrower name where few requests are in flight."""
    return (p.metric, f"{p.metric} at low load") if p.low_load else (p.metric,)


def _table(title: str, rows: Sequence[Prediction], label: Callable[[Prediction], str]) -> list[str]:
    lines = [f"### {title}", "", HEAD, RULE]
    lines += [_line(s.name, s) for s in score_by(rows, label)]
    return [*lines, ""]


def _cause(p: Prediction) -> str:
    if p.row_id in excluded():
        return excluded()[p.row_id]
    if p.kind in ("burst", "server", "interactive"):
        return "ramp, queue and tail limits inside the number; layout often unknown"
    if p.metric == "ttft":
        return "first tokens carry the queue of the benchmark's own start"
    if p.kind == "static":
        return "checkpoint or engine without fast kernels"
    if p.kind == "single":
        return "batch 1 on a format without a fast kernel"
    if p.kind == "disaggregated":
        return "decode batch far below concurrency where the prefill pool limits"
    return "not known"


def _outliers(rows: Sequence[Prediction]) -> list[str]:
    groups: dict[str, list[Prediction]] = {}
    for p in rows:
        if p.primary and p.predicted:
            groups.setdefault(f"{p.group} | {p.source} | {p.metric}", []).append(p)
    found = []
    for name, part in groups.items():
        ratio = np.array([np.log((p.predicted or 1.0) / p.measured) for p in part])
        if np.median(np.abs(ratio)) > OUTLIER:
            worst = part[int(np.argmax(np.abs(ratio)))]
            found.append((float(np.median(ratio)), name, len(part), worst))
    found.sort(key=lambda f: -abs(f[0]))
    out = ["| model | chip | lengths | source | metric | rows | predicted / measured | "
           "likely cause |", "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for middle, _, n, p in found[:MOST_OUTLIERS]:
        model, chip, lengths = p.group.rsplit("|", 2)
        out.append(
            f"| {model} | {chip} | {lengths} | {p.source} | {p.metric} | {n} | "
            f"{np.exp(middle):.2f} | {_cause(p)} |"
        )
    return [*out, "", f"{len(found)} groups of {len(groups)} in all."]


def page(splits: Mapping[str, Sequence[Prediction]]) -> str:
    """The error page as Markdown from predictions by held-out split."""
    meta = shipped().meta
    group = splits["group"]
    lines = [
        "# How far off the performance model is",
        "",
        "Every figure is cross-validated: constants and correction were refitted without the "
        "part that is scored (groups in five folds, models four at a time, small sources and "
        "chips in two halves, other chips and sources, families and engines on a vendor's chips "
        "each alone). Error is |log(predicted / measured)|, the median inside each group (model, "
        "chip, lengths, source) and then over groups; the interval in brackets resamples groups. "
        "Low load is at most four requests in flight per attention rank. Bias is positive where a "
        "prediction is too high. Outliers stay in. Widths of intervals were set on these very "
        "splits, to hold 90 % of the groups of each. The "
        "structure was chosen while looking at the same table, so expect reality slightly worse.",
        "",
        f"Data: {meta.get('rows', '?')} measurements, SHA-256 "
        f"`{str(meta.get('data_sha256', ''))[:16]}`, youngest {meta.get('latest_measurement')}.",
        "",
        "## Bars",
        "",
        *_headline(splits),
        "",
    ]
    for by, rows in splits.items():
        lines += [f"## Left out: {by}", ""]
        lines += _table("by kind and metric", rows, lambda p: f"{p.kind}: {p.metric}")
        own = [p for p in rows if p.primary]
        if by in ("group", "source"):
            lines += _table("by source", own, lambda p: p.source)
        lines += _table("by chip", own, lambda p: p.chip)
        lines += _table("by engine", own, lambda p: p.engine)
        lines += _table("by the model's developer", own, lambda p: p.developer)
        lines += _table("by model", own, lambda p: p.model)
    lines += ["## Outliers (group left out)", "", *_outliers(group), ""]
    return "\n".join(lines)


Fold = tuple[list[int], Constants, Cells]


def _said(by: str, folds: Iterable[Fold]) -> list[Fold]:
    """The folds of a split, each told of as it is done."""
    done = []
    for fold in folds:
        done.append(fold)
        print(f"{by} left out: part {len(done)} fitted, {len(fold[0])} rows to predict", flush=True)
    return done


def _offs(questions: Sequence[Question], folds: Sequence[Fold]) -> list[Off]:
    return [x for index, c, cells in folds for x in offs([questions[i] for i in index], c, cells)]


def _predicted(
    questions: Sequence[Question], refused: Sequence[Refused], folds: Sequence[Fold]
) -> list[Prediction]:
    rows = (predict_questions([questions[i] for i in index], c, cells) for index, c, cells in folds)
    return [*(p for fold in rows for row in fold for p in row), *map(refusal, refused)]


def main(argv: Sequence[str] | None = None) -> None:
    """Rebuild the page from tables of measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measured", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--intervals", type=Path, help="data/intervals.toml, set anew")
    given = parser.parse_args(argv)
    measured: Path = given.measured
    record: Path = given.out
    intervals: Path | None = given.intervals
    questions, refused = load(measured)
    fits = {by: _said(by, held_out(questions, by)) for by in SPLITS}
    if intervals:
        head = intervals.read_text("utf-8").split("\n\n")[0]
        wide = widths_from({by: _offs(questions, folds) for by, folds in fits.items()}, widths())
        intervals.write_text(intervals_toml(wide, head), encoding="utf-8")
        widths.cache_clear()
    splits = {by: _predicted(questions, refused, folds) for by, folds in fits.items()}
    record.parent.mkdir(parents=True, exist_ok=True)
    before = record.read_text("utf-8") if record.exists() else ""
    _, title, training = before.partition(TITLE)  # which another command writes
    record.write_text(page(splits) + title + training, encoding="utf-8")


if __name__ == "__main__":
    main()
