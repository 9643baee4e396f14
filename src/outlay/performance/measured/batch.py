"""Evaluate many measured questions at once: one array case per kind of run.

`Batch` is built once from the questions; `Batch.evaluate(constants)` then costs a few
milliseconds for thousands of rows, which is what makes refitting and cross-validation cheap.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from outlay.core.arrays import Array, BoolArray, Number
from outlay.performance.constants.cases import case_for, levels_for, stack_cases
from outlay.performance.constants.constants import Constants, definitions
from outlay.performance.measured.rows import Question
from outlay.performance.operators.case import Case
from outlay.performance.operators.shapes import Shape, shape_of
from outlay.performance.operators.timing import prefill_pass
from outlay.performance.questions.loop import (
    Loop,
    Traffic,
    closed_loop,
    disaggregated,
    offline,
    prompt_seconds,
    sequence_capacity,
    steady_decode,
)
from outlay.performance.types import Layout

__all__ = ["Batch", "Outcome", "build", "target_of"]

PREFILL_TOKENS = 16384.0  # per chip and pass in a pool that only prefills
MOST_DECODE = 1024.0  # per attention rank, where a latency limit sets the batch
DECODE_LIMIT_S = 0.05  # where a row names neither batch nor limit
UNSTATED = {"open": math.inf}  # requests in flight where a row does not say
VERIFIED = definitions()["mtp_verified"].prior  # tokens a step, where a row does not say
SPARED = 0.06  # of memory that a published run may have used beyond what engines take by default
FLEET_PREFILL = 32.0  # chips in a prefill group, as published for the one fleet


@dataclass(frozen=True)
class Outcome:
    """Per question [question]: seconds and tokens/s per chip; NaN where a kind has none."""

    tpot_s: Array
    ttft_s: Array
    out: Array
    input: Array
    floor_s: Array  # least seconds of a decode step or of prefill per token
    batch: Array  # per attention rank
    prompt_s: Array
    room: Array  # sequences that fit one attention rank beside the weights
    held: Array  # sequences that must fit it for the run to have been possible


@dataclass(frozen=True)
class Part:
    """Questions of one kind, as one case of arrays."""

    kind: str
    index: npt.NDArray[np.intp]
    case: Case
    prefill: Case | None
    traffic: Traffic
    concurrency: Array
    batch_per_chip: Array
    replicas: Array
    n_chips: Array
    prefill_workers: Array
    mtp_free: BoolArray  # accepted tokens not stated: take the constant
    library: BoolArray
    requests: Array  # of the whole run, infinite where it goes on
    limit_s: Array  # seconds per token that a decode pool may take, where it has no batch
    rate: Array  # requests/s offered to the whole system, 0 where none is


@dataclass(frozen=True)
class Batch:
    """All questions, their levels, and the parts by kind."""

    questions: Sequence[Question]
    levels: list[dict[str, str]]
    parts: tuple[Part, ...]

    def evaluate(self, constants: Mapping[str, Array]) -> Outcome:
        """Predict every question with constants given per question [question]."""
        n = len(self.questions)
        names = (
            "tpot_s", "ttft_s", "out", "input", "floor_s", "batch", "prompt_s", "room", "held",
        )  # fmt: skip
        columns = {name: np.full(n, np.nan) for name in names}
        for part in self.parts:
            c = {name: values[part.index] for name, values in constants.items()}
            for name, values in _evaluate(part, c).items():
                columns[name][part.index] = values
        return Outcome(**columns)

    def constants(self, constants: Constants) -> dict[str, Array]:
        """Constants of every question [question]."""
        return constants.along(self.levels)


def build(questions: Sequence[Question], latest: str = "") -> Batch:
    """Assemble the arrays of many questions; `latest` as in `case_for`."""
    shapes: dict[str, Shape] = {}
    for q in questions:
        key = f"{q.model.id}|{q.model.total_params}|{q.model.active_params}"
        if key not in shapes:
            shapes[key] = shape_of(q.model)
    levels = [levels_for(q.model, q.chip, q.precision, q.stack) for q in questions]
    kinds: dict[str, list[int]] = {}
    for i, q in enumerate(questions):
        kinds.setdefault(q.kind, []).append(i)
    parts = []
    for kind, index in kinds.items():
        chosen = [questions[i] for i in index]
        parts.append(_part(kind, index, chosen, shapes, latest))
    return Batch(questions, levels, tuple(parts))


def _case(q: Question, layout: Layout, shapes: Mapping[str, Shape], latest: str) -> Case:
    shape = shapes[f"{q.model.id}|{q.model.total_params}|{q.model.active_params}"]
    return case_for(
        q.model, q.chip, layout, q.precision, q.stack, constants={}, shape=shape, latest=latest
    )


def _part(
    kind: str, index: list[int], chosen: list[Question], shapes: Mapping[str, Shape], latest: str
) -> Part:
    def column(values: list[float]) -> Array:
        return np.array(values, dtype=float)

    pooled = kind == "disaggregated"
    prefill = [_case(q, q.place.prefill or q.place.layout, shapes, latest) for q in chosen]
    return Part(
        kind=kind,
        index=np.array(index, dtype=np.intp),
        case=stack_cases([_case(q, q.place.layout, shapes, latest) for q in chosen], {}),
        prefill=stack_cases(prefill, {}) if pooled else None,
        traffic=Traffic(
            prompt=column([q.prompt for q in chosen]),
            output=column([q.output for q in chosen]),
            cached=column([q.cached for q in chosen]),
            per_step=column([q.per_step or 1.0 for q in chosen]),
            verified=column([q.verified or (VERIFIED if q.speculative else 1.0) for q in chosen]),
        ),
        concurrency=column([q.concurrency or UNSTATED.get(kind, 1.0) for q in chosen]),
        batch_per_chip=column([q.batch_per_chip for q in chosen]),
        replicas=column([q.place.replicas for q in chosen]),
        n_chips=column([q.place.n_chips for q in chosen]),
        prefill_workers=column([max(q.place.prefill_workers, 1.0) for q in chosen]),
        mtp_free=np.array([q.speculative and not q.per_step for q in chosen]),
        library=np.array([q.stack.name == "library" for q in chosen]),
        requests=column([q.requests or np.inf for q in chosen]),
        limit_s=column([q.measured.get("tpot_s", DECODE_LIMIT_S) for q in chosen]),
        rate=column([q.rate for q in chosen]),
    )


def _with(case: Case, c: Mapping[str, Number]) -> Case:
    return replace(case, c=c)


def _evaluate(part: Part, c: Mapping[str, Array]) -> dict[str, Array]:
    k = _with(part.case, c)
    t = replace(
        part.traffic, per_step=np.where(part.mtp_free, c["mtp_accepted"], part.traffic.per_step)
    )
    run = {
        "closed": _closed, "burst": _closed, "offline": _offline, "server": _offline,
        "interactive": _offline, "single": _single, "static": _static, "decode": _decode,
        "fleet": _fleet, "prefill": _prefill, "disaggregated": _disaggregated, "open": _open,
    }[part.kind]  # fmt: skip
    done = run(part, k, t)
    if part.kind in ("fleet", "prefill"):  # sized by rate; a pass needs no cache of its own
        return done
    given = part.kind == "decode"  # a pool is asked at a batch; all others take what fits
    held = done["batch"] if given else np.ones_like(done["batch"])
    tokens = t.cached + t.prompt + (0.0 if given else t.output)
    spared = replace(k, memory=k.memory * (1.0 + SPARED))
    room = np.broadcast_to(sequence_capacity(spared, tokens), held.shape)
    return done | {"room": room, "held": held}


def _pack(part: Part, t: Traffic, loop: Loop, factor: Number = 1.0) -> dict[str, Array]:
    tpot = loop.tpot_s * factor
    out = loop.out_tok_s / factor * part.replicas / part.n_chips
    found = {
        "tpot_s": tpot, "ttft_s": loop.ttft_s * factor, "out": out,
        "input": out * (t.prompt + t.cached) / t.output,
        "floor_s": loop.decode.floor / t.per_step, "batch": loop.batch,
        "prompt_s": loop.prompt_s,
    }  # fmt: skip
    return {name: np.asarray(values) for name, values in found.items()}


def _closed(part: Part, k: Case, t: Traffic) -> dict[str, Array]:
    each = part.concurrency / part.replicas
    loop = closed_loop(k, t, np.maximum(each, 1.0))  # a replica with a request has one of them
    packed = _pack(part, t, loop, k.c["burst"] if part.kind == "burst" else 1.0)
    return packed | {name: packed[name] * np.minimum(each, 1.0) for name in ("out", "input")}


def _open(part: Part, k: Case, t: Traffic) -> dict[str, Array]:
    """Random arrivals: as many in flight as the rate times the time each stays (Little).

    Above what the replicas can serve they run full, as if every request were there at once.
    """
    rate = part.rate / part.replicas
    full = np.maximum(sequence_capacity(k, t.cached + t.prompt + t.output) * k.dp, 1.0)
    full = np.clip(part.concurrency / part.replicas, 1.0, full)  # a cap on those in flight
    low, high = np.ones_like(rate), full
    for _ in range(24):
        middle = np.sqrt(low * high)
        fast = closed_loop(k, t, middle).out_tok_s / t.output > rate
        low, high = np.where(fast, low, middle), np.where(fast, middle, high)
    loop = closed_loop(k, t, high)
    share = np.minimum(rate * t.output / loop.out_tok_s, 1.0)
    packed = _pack(part, t, loop)
    return packed | {name: packed[name] * share for name in ("out", "input")}


def _offline(part: Part, k: Case, t: Traffic) -> dict[str, Array]:
    factor = k.c[part.kind] if part.kind != "offline" else 1.0
    each = part.requests / part.replicas / k.dp
    return _pack(part, t, offline(k, t, each), factor)


def _single(part: Part, k: Case, t: Traffic) -> dict[str, Array]:
    one = np.ones_like(t.output)
    loop = closed_loop(k, t, one)
    factor = np.where(part.library, k.c["library"], 1.0)
    prompt_s = prompt_seconds(k, t, one)
    step = np.maximum(loop.tpot_s * factor, loop.decode.floor)
    out = t.output / (prompt_s * factor + step * t.output) * part.replicas / part.n_chips
    packed = _pack(part, t, loop)
    return packed | {"tpot_s": step, "out": out}


def _static(part: Part, k: Case, t: Traffic) -> dict[str, Array]:
    """A batch from start to finish: all prompts, then all steps, in as many waves as fit."""
    batch = part.concurrency / part.replicas / k.dp
    room = np.maximum(sequence_capacity(k, t.cached + t.prompt + t.output), 1.0)
    together = np.minimum(batch, room)
    loop = steady_decode(k, t, together)
    step = loop.decode.total * k.c["static"] * batch / together
    seconds = batch * prompt_seconds(k, t, together) + step * t.output
    out = batch * k.dp * t.output / seconds * part.replicas / part.n_chips
    return _pack(part, t, loop) | {"out": out, "input": out * t.prompt / t.output}


def _decode(part: Part, k: Case, t: Traffic) -> dict[str, Array]:
    """A decode pool: the context is held; the batch per chip is given or what the limit allows."""
    given = part.batch_per_chip * part.n_chips / part.replicas / k.dp
    held = replace(t, output=np.ones_like(t.output))
    low, high = np.full_like(given, 1.0 / np.maximum(k.dp, 1.0)), np.full_like(given, MOST_DECODE)
    high = np.minimum(high, np.maximum(sequence_capacity(k, held.context), low))
    for _ in range(24):
        middle = np.sqrt(low * high)
        slow = steady_decode(k, held, middle).tpot_s > part.limit_s
        low, high = np.where(slow, low, middle), np.where(slow, middle, high)
    return _pack(part, t, steady_decode(k, held, np.where(given > 0, given, low)))


def _fleet(part: Part, k: Case, t: Traffic) -> dict[str, Array]:
    """Both pools of a fleet, each sized for its share: chips add up per output token."""
    decode = _decode(part, k, t)
    fed = _prefill(part, _spread(k, FLEET_PREFILL), t)
    served = (t.prompt + t.cached) / t.output  # cache hits count in the pool's input rate
    per_token = 1.0 / decode["out"] + served / fed["input"]
    out = k.c["pool_load"] / per_token
    return decode | {"out": out, "input": out * served}


def _spread(k: Case, ranks: float) -> Case:
    """The same model and chips in one expert-parallel group of `ranks`."""
    one = np.ones_like(np.asarray(k.tp, dtype=float))
    return replace(k, tp=one, pp=one, ep=ranks * one, dp=ranks * one)


def _prefill(part: Part, k: Case, t: Traffic) -> dict[str, Array]:
    tokens = np.full_like(t.prompt, PREFILL_TOKENS)
    one = prefill_pass(k, tokens, t.prompt, t.cached)
    rate = tokens * k.pp / one.total / (k.tp * k.pp)
    rate = rate * (t.prompt + t.cached) / t.prompt  # cache hits count as input served
    return {
        "input": rate,
        "prompt_s": one.total * t.prompt / tokens,
        "floor_s": one.floor / tokens,
        "batch": tokens,
    }


def _disaggregated(part: Part, k: Case, t: Traffic) -> dict[str, Array]:
    assert part.prefill is not None
    pool = _with(part.prefill, k.c)
    loop = disaggregated(pool, k, t, part.concurrency, part.prefill_workers, part.replicas)
    out = loop.out_tok_s / part.n_chips
    return _pack(part, t, loop) | {"out": out, "input": out * t.prompt / t.output}


def target_of(q: Question) -> tuple[str, float]:
    """The normalised quantity that scores a row and its measured value.

    Time per token in closed loops, tokens/s per chip elsewhere.
    """
    m = q.measured
    if q.kind in ("closed", "disaggregated") and "tpot_s" in m:
        return "tpot_s", m["tpot_s"]
    if q.kind == "prefill" and "input" in m:
        return "input", m["input"]
    if "out" in m:
        return "out", m["out"]
    if "total" in m:
        return "out", m["total"] * q.output / (q.output + q.prompt + q.cached)
    for name in ("tpot_s", "input"):
        if name in m:
            return name, m[name]
    return "", 0.0
