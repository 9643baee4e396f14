"""Score the model on what it has not seen: refit without each part, predict that part.

Parts are whole groups (model, chip, lengths), models, chips, chip families, engines on a vendor's
chips, or sources, never rows. Constants and correction are both refitted; nothing is chosen on the
part that is scored.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from outlay.core.arrays import BoolArray, IntArray
from outlay.performance.constants.cells import Cells
from outlay.performance.constants.constants import Constants
from outlay.performance.fit.calibrate import correction, excluded, left_over
from outlay.performance.fit.correction_fit import learn
from outlay.performance.fit.fit import Data, fit, prepare
from outlay.performance.fit.predict import Prediction, predict_questions, refusal
from outlay.performance.measured.batch import Batch, build
from outlay.performance.measured.rows import Question, ask

__all__ = ["SPLITS", "cross_validate_rows", "held_out"]

SPLITS: dict[str, Callable[[Question], str]] = {
    "group": lambda q: q.group,
    "model": lambda q: q.model.id,
    "chip": lambda q: q.chip.id,
    "family": lambda q: q.chip.family,
    "engine": lambda q: f"{q.stack.name} on {q.chip.vendor}",
    "source": lambda q: q.source,
}
FOLDS = 5
MODEL_FOLDS = 7  # four models left out at once: harder than one, and done in minutes
SMALL, SMALL_FOLDS = 9, 2  # sources and chips of fewer rows are left out together, half at once
WHOLE_ROUNDS, TOLERANCE = 12, 3e-4
ROUNDS = 4  # from the fit to everything, which lies near


def part_of(data: Data, keep: BoolArray) -> Data:
    """The targets where `keep` holds."""
    return Data(
        tuple(np.array(data.quantity)[keep]), data.question[keep], data.log_measured[keep],
        data.weight[keep], tuple(np.array(data.kind)[keep]),
    )  # fmt: skip


def folds_of(questions: Sequence[Question], by: str) -> IntArray:
    """Fold of each question: groups hashed into five, models four at a time, sources and chips of
    few rows in two halves, all else alone."""
    key = SPLITS[by]
    if by == "group":
        return np.array([zlib.crc32(key(q).encode()) % FOLDS for q in questions])
    rows = Counter(key(q) for q in questions)
    names = sorted(rows)
    if by in ("source", "chip"):
        large = [n for n in names if rows[n] >= SMALL]
        small = [n for n in names if rows[n] < SMALL]
        fold = {n: i for i, n in enumerate(large)}
        fold |= {n: len(large) + i % SMALL_FOLDS for i, n in enumerate(small)}
        return np.array([fold[key(q)] for q in questions])
    folds = MODEL_FOLDS if by == "model" else len(names)
    return np.array([names.index(key(q)) % folds for q in questions])


def held_out(
    questions: Sequence[Question], by: str, skip: frozenset[str] | None = None
) -> Iterator[tuple[list[int], Constants, Cells]]:
    """For each fold: the questions left out, and constants and cells fitted without them."""
    skip = frozenset(excluded()) if skip is None else skip
    batch: Batch = build(questions, max((q.stack.date for q in questions), default=""))
    data = prepare(questions, skip)
    fold = folds_of(questions, by)
    near = fit(batch, data, rounds=WHOLE_ROUNDS, tolerance=TOLERANCE).constants
    spread = learn(left_over(batch, data, near))
    for i in np.unique(fold):
        train = part_of(data, fold[data.question] != i)
        fitted = fit(batch, train, rounds=ROUNDS, tolerance=TOLERANCE, start=near)
        cells = correction(batch, train, fitted.constants, spread)
        yield np.flatnonzero(fold == i).tolist(), fitted.constants, cells


def cross_validate_rows(
    rows: Sequence[Mapping[str, str]], by: str, say: Callable[[str], None] = lambda _: None
) -> list[Prediction]:
    """Predictions of rows, given as text by column, by a fit that has not seen their part; those
    refused say why. `say` is told of each part as it is done: a whole split takes minutes.
    """
    asked = [ask(row) for row in rows]
    questions = [a for a in asked if isinstance(a, Question)]
    found: dict[int, list[Prediction]] = {}
    parts = len(set(folds_of(questions, by).tolist())) if questions else 0
    splits = held_out(questions, by) if questions else iter(())
    for done, (index, constants, cells) in enumerate(splits, start=1):
        say(f"{by} left out: part {done} of {parts} fitted, {len(index)} rows to predict")
        chosen = [questions[i] for i in index]
        for i, row in zip(index, predict_questions(chosen, constants, cells), strict=True):
            found[i] = [replace(p, why="") if p.status == "predicted" else p for p in row]
    served = iter(found[i] for i in range(len(questions)))
    out: list[Prediction] = []
    for a in asked:
        out += next(served) if isinstance(a, Question) else [refusal(a)]
    return out
