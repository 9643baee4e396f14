"""Predict measured rows: the published metric, its 90 % interval, or why it cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from outlay.performance.batch import Batch, Outcome, build, target_of
from outlay.performance.constants import Constants, shipped
from outlay.performance.correction import Cells, Correction, spread_of, surface, widths
from outlay.performance.correction_fit import FIRST, KIND, NOISE
from outlay.performance.rows import Question, Refused, ask, read_rows

__all__ = ["Prediction", "predict_file", "predict_questions", "predict_rows"]

Array = npt.NDArray[np.float64]
Z90 = 1.6448536269514722
LOOPS = ("closed", "disaggregated")


@dataclass(frozen=True, slots=True)
class Prediction:
    """One metric of one row, in the row's own unit; numbers are None where not predicted."""

    row_id: str
    metric: str
    unit: str
    measured: float
    predicted: float | None
    low: float | None
    high: float | None
    status: str  # predicted, unknown_model, unknown_chip, not_comparable
    why: str = ""
    group: str = ""
    source: str = ""
    model: str = ""
    chip: str = ""
    kind: str = ""
    primary: bool = True  # the row's own metric; others are derived from the same run


def predict_file(
    path: Path | str, constants: Constants | None = None, cells: Cells | None = None
) -> list[Prediction]:
    """Predict every row of a table of measurements. Raises TableError for a file that is none."""
    return predict_rows(read_rows(path), constants, cells)


def predict_rows(
    rows: Sequence[Mapping[str, str]],
    constants: Constants | None = None,
    cells: Cells | None = None,
) -> list[Prediction]:
    """Predict rows given as text by column, in order; a row may yield several metrics."""
    asked = [ask(row) for row in rows]
    questions = [a for a in asked if isinstance(a, Question)]
    done = iter(predict_questions(questions, constants, cells) if questions else [])
    out: list[Prediction] = []
    for a in asked:
        out += [_refusal(a)] if isinstance(a, Refused) else next(done)
    return out


def _refusal(a: Refused) -> Prediction:
    return Prediction(
        a.row_id, a.metric, a.unit, a.value, None, None, None, a.status, a.why, a.group, a.source
    )


def predict_questions(
    questions: Sequence[Question], constants: Constants | None = None, cells: Cells | None = None
) -> list[list[Prediction]]:
    """Predictions of each question: its own metric first."""
    batch = build(questions)
    outcome = batch.evaluate(batch.constants(constants or shipped()))
    found = corrections(batch, outcome, cells)
    return [_row(q, i, outcome, found) for i, q in enumerate(questions)]


@dataclass(frozen=True)
class Corrections:
    """Logarithm of the factor on time and standard deviation of the logarithm [question]."""

    mean: Array
    sd: Array
    first_mean: Array  # of the time to first token
    first_sd: Array
    notes: list[str]


def corrections(batch: Batch, outcome: Outcome, cells: Cells | None = None) -> Corrections:
    """The correction of every question, and of its time to first token."""
    n = len(batch.questions)
    wide = float(widths()["first_token"]["sd"])
    out = Corrections(np.zeros(n), np.full(n, 0.35), np.zeros(n), np.full(n, wide), [""] * n)
    alike: dict[tuple[Any, ...], list[int]] = {}
    for i, q in enumerate(batch.questions):
        key = (
            q.model.id,
            q.model.total_params,
            q.chip.id,
            q.precision,
            q.stack.name,
            q.kind,
            q.source,
            round(float(np.log2(q.prompt)), 2),
            round(float(np.log2(q.output)), 2),
        )
        alike.setdefault(key, []).append(i)
    for index in alike.values():
        q = batch.questions[index[0]]
        own = _at(q, index, batch, outcome, KIND[q.kind], q.kind, cells)
        if own is None:
            continue
        out.mean[index] = np.log(own.factor)
        out.sd[index] = np.sqrt(own.sd**2 + NOISE.get(q.kind, 0.0) ** 2)
        for i in index:
            out.notes[i] = own.note
        if q.kind in LOOPS:
            first = _at(q, index, batch, outcome, "first", "ttft", cells)
            assert first is not None
            out.first_mean[index] = FIRST * np.log(first.factor)
            more = NOISE["ttft disaggregated" if q.kind == "disaggregated" else "ttft"]
            out.first_sd[index] = FIRST * np.sqrt(first.sd**2 + more**2)
    return out


def _at(
    q: Question,
    index: list[int],
    batch: Batch,
    outcome: Outcome,
    kind: str,
    run: str,
    cells: Cells | None,
) -> Correction | None:
    """The correction of questions that differ in batch and layout only."""
    found = surface(
        q.model, q.chip, q.precision, q.stack, q.prompt, q.output, kind=kind, run=run,
        source=q.source, cells=cells,
    )  # fmt: skip
    if found is None:
        return None
    layouts = [batch.questions[i].place.layout for i in index]
    chips = np.array([float(p.n_chips) for p in layouts])
    ranks = np.array([float(p.dp) for p in layouts])
    spread = spread_of([1] * len(index), [p.ep for p in layouts], ranks)
    return found.at(outcome.batch[index] * ranks / chips, chips, spread)


def _row(q: Question, i: int, outcome: Outcome, found: Corrections) -> list[Prediction]:
    name, _ = target_of(q)
    own = {"tpot": "tpot_s"}.get(q.metric) or ("input" if "input" in q.metric else "out")
    if own == "tpot_s" and "tpot_s" not in q.measured:
        own = name or own
    scale = _to_unit(q, own)
    note = "; ".join(x for x in (q.note, found.notes[i]) if x)
    out = [_one(q, i, outcome, found, own, q.metric, q.unit, q.value, scale, note, True)]
    if q.kind in LOOPS and own != "tpot_s" and "tpot_s" in q.measured:
        out.append(
            _one(
                q,
                i,
                outcome,
                found,
                "tpot_s",
                "tpot",
                "ms per output token",
                1e3 * q.measured["tpot_s"],
                1e3,
                note,
                False,
            )
        )
    if q.kind in LOOPS and "ttft_s" in q.measured:
        out.append(
            _one(
                q,
                i,
                outcome,
                found,
                "ttft_s",
                "ttft",
                "ms",
                1e3 * q.measured["ttft_s"],
                1e3,
                note,
                False,
            )
        )
    if q.kind in LOOPS and own == "tpot_s" and "out" in q.measured:
        out.append(
            _one(
                q,
                i,
                outcome,
                found,
                "out",
                "output_throughput_per_chip",
                "output tokens/s per chip",
                q.measured["out"],
                1.0,
                note,
                False,
            )
        )
    return [p for p in out if p is not None]


def _to_unit(q: Question, quantity: str) -> float:
    """Factor from the normalised quantity to the row's unit.

    Where the table also gives the normalised value, the published factor between the two is
    exact; else it follows from the words of the unit.
    """
    if quantity == "tpot_s":
        return 1e3
    given = q.measured.get(quantity)
    if given:
        return q.value / given
    if "per chip" in q.unit or "per_chip" in q.metric or "per 910C" in q.unit:
        factor = 1.0
    elif "node" in q.unit:
        factor = 8.0
    else:
        factor = float(q.place.n_chips)
    if "total" in q.metric or "input+output" in q.unit:
        factor *= (q.prompt + q.output) / q.output
    return factor


def _one(
    q: Question,
    i: int,
    outcome: Outcome,
    found: Corrections,
    quantity: str,
    metric: str,
    unit: str,
    measured: float,
    scale: float,
    note: str,
    primary: bool,
) -> Prediction:
    raw = float(getattr(outcome, quantity)[i])
    time = quantity.endswith("_s")
    first = quantity == "ttft_s"
    factor = float(np.exp((found.first_mean if first else found.mean)[i]))
    width = float((found.first_sd if first else found.sd)[i])
    if q.kind == "disaggregated" and not time:
        width = float(np.hypot(width, NOISE["rate disaggregated"]))
    predicted = raw * factor if time else raw / factor
    floor = float(outcome.floor_s[i])
    if quantity == "tpot_s":
        predicted = max(predicted, floor)
    elif quantity == "out" and np.isfinite(floor) and floor > 0 and outcome.tpot_s[i] > 0:
        predicted = min(predicted, raw * float(outcome.tpot_s[i]) / floor)
    elif quantity == "input" and q.kind == "prefill" and floor > 0:
        predicted = min(
            predicted, q.place.layout.dp / (floor * q.place.layout.n_chips) * q.place.layout.pp
        )
    if not np.isfinite(predicted) or predicted <= 0:
        return Prediction(
            q.row_id,
            metric,
            unit,
            measured,
            None,
            None,
            None,
            "not_comparable",
            "no finite answer",
            q.group,
            q.source,
            q.model.id,
            q.chip.id,
            q.kind,
            primary,
        )
    spread = float(np.exp(Z90 * width))
    return Prediction(
        q.row_id, metric, unit, measured, predicted * scale, predicted * scale / spread,
        predicted * scale * spread, "predicted", note, q.group, q.source, q.model.id, q.chip.id,
        q.kind, primary,
    )  # fmt: skip
