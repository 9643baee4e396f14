"""What a training run takes where the question does not say: the batch of published runs.

Published pre-training runs (data/training_batches.csv) end on batches that grow with the tokens of
the run, and with how sparse the model is: a power law in both and in active parameters, fitted to
all of them, gives 23 of 27 within a factor of two.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from outlay.results.chips_models import Model

__all__ = ["PublishedBatch", "default_batch", "published_batches", "usual_batch", "usual_tokens"]

RECENT = 2024  # year from which a run's tokens are what one takes today


@dataclass(frozen=True, slots=True)
class PublishedBatch:
    """The batch that one published run ended on."""

    model: str
    total: float  # parameters
    active: float
    tokens: float  # of the run
    batch_tokens: float
    year: int


@cache
def published_batches() -> tuple[PublishedBatch, ...]:
    """All of them."""
    text = files("outlay.performance").joinpath("data/training_batches.csv").read_text("utf-8")
    return tuple(
        PublishedBatch(
            r["model"], 1e9 * float(r["total_b"]), 1e9 * float(r["active_b"]), float(r["tokens"]),
            float(r["batch_tokens"]), int(r["year"]),
        )
        for r in csv.DictReader(text.splitlines())
    )  # fmt: skip


@cache
def usual_tokens() -> float:
    """Tokens of the middle one of the published runs since 2024."""
    return float(np.median([b.tokens for b in published_batches() if b.year >= RECENT]))


@cache
def _law() -> tuple[float, ...]:
    """Logarithm of the batch: constant, and powers of tokens, of sparsity and of active size."""
    rows = published_batches()
    asked = np.array([_features(b.total, b.active, b.tokens) for b in rows])
    found = np.linalg.lstsq(asked, np.log([b.batch_tokens for b in rows]), rcond=None)[0]
    return tuple(float(x) for x in found)


def _features(total: float, active: float, tokens: float) -> tuple[float, ...]:
    return 1.0, math.log(tokens), math.log(total / active), math.log(active)


def usual_batch(total: float, active: float, tokens: float) -> float:
    """Tokens of an optimiser step that published runs of this kind take."""
    parts = zip(_law(), _features(total, min(active, total), tokens), strict=True)
    return math.exp(sum(power * value for power, value in parts))


def default_batch(model: Model, tokens: float | None, seq_len: int) -> float:
    """The same in whole sequences, a power of two of them, so that replicas share it evenly."""
    total = model.total_params or 1.0
    active = model.active_params or total
    sequences = usual_batch(total, active, tokens or usual_tokens()) / seq_len
    return float(seq_len * 2 ** max(round(math.log2(max(sequences, 1.0))), 0))
