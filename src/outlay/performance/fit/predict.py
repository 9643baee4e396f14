"""Predict measured rows: the published metric, its 90 % interval, or why it cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from outlay.core.arrays import Array
from outlay.performance.constants.cells import Cells
from outlay.performance.constants.constants import Constants, shipped
from outlay.performance.constants.correction import spread_index, surface
from outlay.performance.constants.surface import Correction
from outlay.performance.constants.widths import Z90, widths
from outlay.performance.fit.correction_fit import FIRST, KIND, NOISE
from outlay.performance.fit.fit import low_load
from outlay.performance.measured.batch import Batch, Outcome, build
from outlay.performance.measured.rows import Question, Refused, ask

__all__ = ["Corrections", "Prediction", "answers", "predict_questions", "predict_rows", "refusal"]

LOOPS = ("closed", "disaggregated")
FLOORED = ("closed", "single")  # kinds whose concurrency bounds the rate
ABOVE = 1.25  # what a lenient reading of lengths and formats may add to a rate


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
    engine: str = ""  # with the vendor of the chips that it ran on
    developer: str = ""  # of the model
    primary: bool = True  # the row's own metric; others are derived from the same run
    low_load: bool = False  # prompts seldom wait for each other


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
        out += [refusal(a)] if isinstance(a, Refused) else next(done)
    return out


def refusal(a: Refused) -> Prediction:
    """A row that was not asked, as it stands among the predictions."""
    return Prediction(
        a.row_id, a.metric, a.unit, a.value, None, None, None, a.status, a.why, a.group, a.source
    )


def predict_questions(
    questions: Sequence[Question], constants: Constants | None = None, cells: Cells | None = None
) -> list[list[Prediction]]:
    """Predictions of each question: its own metric first."""
    return answers(questions, constants, cells)[0]


def answers(
    questions: Sequence[Question], constants: Constants | None = None, cells: Cells | None = None
) -> tuple[list[list[Prediction]], Corrections]:
    """The same with the corrections that they rest on."""
    said = (constants or shipped()).meta
    batch = build(questions, str(said.get("latest_measurement", "")))
    outcome = batch.evaluate(batch.constants(constants or shipped()))
    found = corrections(batch, outcome, cells)
    return [_row(q, i, outcome, found) for i, q in enumerate(questions)], found


@dataclass(frozen=True)
class Corrections:
    """Logarithm of the factor on time and standard deviation of the logarithm [question].

    var, other, unseen: what `sd` is made of: variance that cells leave, of the scenario and of what
    a row leaves open, and levels that no measurement has.
    """

    mean: Array
    sd: Array
    first_mean: Array  # of the time to first token
    first_sd: Array
    notes: list[str]
    var: Array
    other: Array
    unseen: list[Mapping[str, float]]


def corrections(batch: Batch, outcome: Outcome, cells: Cells | None = None) -> Corrections:
    """The correction of every question, and of its time to first token."""
    n = len(batch.questions)
    wide = widths().first_token["sd"]
    out = Corrections(
        np.zeros(n), np.full(n, 0.35), np.zeros(n), np.full(n, wide), [""] * n,
        np.zeros(n), np.zeros(n), [{}] * n,
    )  # fmt: skip
    alike: dict[tuple[object, ...], list[int]] = {}
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
        vague = np.array([batch.questions[i].vague for i in index])
        out.mean[index], out.var[index] = np.log(own.factor), own.var
        out.other[index] = NOISE.get(q.kind, 0.0) ** 2 + vague**2
        out.sd[index] = np.sqrt(own.sd**2 + out.other[index])
        for i in index:
            out.notes[i], out.unseen[i] = own.note, own.unseen
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
    spread = spread_index(np.array([float(p.ep) for p in layouts]), ranks)
    return found.at(outcome.batch[index] * ranks / chips, chips, spread)


def _row(q: Question, i: int, outcome: Outcome, found: Corrections) -> list[Prediction]:
    """The row's own metric, then what else was measured in the same run."""
    own, fast = q.measure.quantity, _too_fast(q, float(outcome.floor_s[i]))
    note = "; ".join(x for x in (fast, q.note, found.notes[i]) if x)
    asked = [(own, q.metric, q.unit, q.value, q.unit_factor)]
    if q.kind in LOOPS:
        more = (
            ("tpot_s", "tpot", "ms per output token", 1e3),
            ("ttft_s", "ttft", "ms", 1e3),
            ("out", "output_throughput_per_chip", "output tokens/s per chip", 1.0),
        )
        asked += [
            (name, metric, unit, scale * q.measured[name], scale)
            for name, metric, unit, scale in more
            if name in q.measured
            and name != own
            and own != "speed"
            and (name != "out" or own == "tpot_s")
        ]
    lacking = _no_room(q, float(outcome.room[i]), float(outcome.held[i]))
    if lacking:
        return [_one(q, q.metric, q.unit, q.value, 1.0, lacking, True, (np.nan, 0.0))]
    return [
        _one(q, metric, unit, measured, scale, note, k == 0, _answer(q, i, outcome, found, name))
        for k, (name, metric, unit, measured, scale) in enumerate(asked)
    ]


def _no_room(q: Question, room: float, held: float) -> str:
    """Why the run cannot have been as the row says; empty where it fits or nothing is known."""
    if not room < held:
        return ""
    need = "one sequence" if held <= 1.0 else f"{held:,.0f} sequences"
    return (
        f"no room for {need} of {q.prompt + q.cached + q.output:,.0f} tokens on a rank "
        f"({q.place.layout.tp} chips, {q.precision.weights} weights, {q.precision.kv} cache)"
    )


def _too_fast(q: Question, floor_s: float) -> str:
    """Said of a measurement that cannot be: tokens faster than their bytes at full bandwidth, or
    their operations at full peak."""
    if q.kind not in FLOORED or not np.isfinite(floor_s) or floor_s <= 0.0:
        return ""
    tpot = q.measured.get("tpot_s", 0.0)
    at_once = max(q.concurrency, 1.0) / q.place.n_chips
    least = floor_s / ABOVE
    if 0.0 < tpot < least or q.measured.get("out", 0.0) > at_once / least:
        return (
            f"measured above the roofline: a token of {q.model.id} takes {floor_s * 1e3:.3g} ms "
            f"at least on {q.place.layout.n_chips} × {q.chip.id}"
        )
    return ""


def _answer(
    q: Question, i: int, outcome: Outcome, found: Corrections, quantity: str
) -> tuple[float, float]:
    """The corrected quantity and the standard deviation of its logarithm."""
    slow, sd = float(np.exp(found.mean[i])), float(found.sd[i])
    floor = float(outcome.floor_s[i])
    tpot = max(float(outcome.tpot_s[i]) * slow, floor)
    first = float(outcome.ttft_s[i]) * float(np.exp(found.first_mean[i]))
    first_sd = float(found.first_sd[i])
    if quantity == "tpot_s":
        return tpot, sd
    if quantity == "speed":
        return 1.0 / tpot if tpot > 0 else 0.0, sd
    if quantity == "ttft_s":
        return first, first_sd
    if quantity == "e2e_s":
        rest = tpot * max(q.output - 1.0, 0.0)
        whole = first + rest
        return whole, float(np.hypot(first_sd * first, sd * rest) / whole)
    if q.kind == "disaggregated":
        sd = float(np.hypot(sd, NOISE["rate disaggregated"]))
    raw = float((outcome.input if quantity == "input" else outcome.out)[i])
    rate = raw / slow
    alone = float(outcome.tpot_s[i])
    if quantity != "input" and np.isfinite(floor) and floor > 0 and alone > 0:
        rate = min(rate, raw * alone / floor)
    elif quantity == "input" and q.kind == "prefill" and floor > 0:
        layout = q.place.layout
        rate = min(rate, layout.dp / (floor * layout.n_chips) * layout.pp)
    return rate, sd


def _one(
    q: Question, metric: str, unit: str, measured: float, scale: float, note: str, primary: bool,
    answer: tuple[float, float],
) -> Prediction:  # fmt: skip
    value, sd = answer
    known = bool(np.isfinite(value)) and value > 0
    at, spread = value * scale, float(np.exp(Z90 * sd))
    return Prediction(
        row_id=q.row_id, metric=metric, unit=unit, measured=measured,
        predicted=at if known else None,
        low=at / spread if known else None,
        high=at * spread if known else None,
        status="predicted" if known else "not_comparable",
        why=note or ("" if known else "no finite answer"),
        group=q.group, source=q.source, model=q.model.id, chip=q.chip.id, kind=q.kind,
        engine=f"{q.stack.name or 'none named'} on {q.chip.vendor}", developer=q.model.developer,
        primary=primary, low_load=low_load(q),
    )  # fmt: skip
