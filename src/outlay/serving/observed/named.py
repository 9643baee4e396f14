"""What an observed run ran on, by the catalogue: the user's word first, then the file's."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.performance.constants.cases import STACKS, stack_group
from outlay.performance.measured.resolve import no_chip, no_model, resolve_chip, resolve_model
from outlay.performance.types import Stack
from outlay.results.chips_models import Chip, Model
from outlay.serving.observed.types import Observation, Setup

__all__ = ["Options", "Ran", "ran_on"]

WEIGHTS = {
    "bf16": ("bf16", "bfloat16", "fp16", "float16", "half"), "fp8": ("fp8", "e4m3"),
    "fp4": ("fp4",), "int8": ("int8", "w8a8"), "int4": ("int4", "awq", "gptq", "w4a16"),
}  # fmt: skip
"""Format → parts of the names that engines and publishers give it."""
AS_RELEASED = ("", "auto", "none", "default")
"""What files say where nobody chose a format."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user says of every run; None and '' are not said. n_chips: of one replica."""

    model: Model | None = None
    chip: Chip | None = None
    n_chips: int | None = None
    tp: int | None = None
    pp: int | None = None
    dp: int | None = None
    ep: int | None = None
    weights: str = ""
    kv: str = ""
    stack: str = ""
    replicas: int | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """Model, chip, layout of a replica (tp None: not known), formats, stack, and how many."""

    model: Model
    chip: Chip
    n_chips: int | None
    tp: int | None
    pp: int
    dp: int
    ep: int
    weights: str
    kv: str
    stack: str
    replicas: int
    notes: tuple[str, ...] = ()


def ran_on(o: Observation, asked: Options) -> Ran | str:
    """What a run ran on, or what has to be said for it to be replayed."""
    setup, notes = o.setup, list[str]()
    model = asked.model
    if model is None:
        found = resolve_model(setup.model) if setup.model else None
        if found is None:
            why = no_model(setup.model) if setup.model else "the file names no model"
            return f"{why}: name it with --model"
        model = found.model
        notes += [found.note] if found.note else []
    chip = asked.chip
    if chip is None:
        chip = resolve_chip(setup.chip) if setup.chip else None
        if chip is None:
            why = no_chip(setup.chip) if setup.chip else "the file names no chip"
            return f"{why}: name it with --chip"
    pp, dp, ep = (
        own or stated or 1
        for own, stated in ((asked.pp, setup.pp), (asked.dp, setup.dp), (asked.ep, setup.ep))
    )
    tp = asked.tp or (setup.tp if asked.n_chips is None else None)
    if tp is None and asked.n_chips is None and setup.n_chips == 1:
        tp = 1  # of one chip there is one layout
    replicas = asked.replicas or _replicas(setup, None if tp is None else tp * pp * dp)
    if tp is None and asked.n_chips is None:
        notes.append(
            "the layout is not stated: the best for these lengths is taken; say --tp or --n-chips"
        )
    weights = asked.weights or _weights(setup.weights, notes)
    stack = asked.stack or stack_group(Stack(setup.engine))
    return Ran(
        model, chip, asked.n_chips, tp, pp, dp, ep, weights, asked.kv or _cache(setup.kv),
        stack if stack in STACKS else "", replicas, tuple(notes),
    )  # fmt: skip


def _replicas(setup: Setup, each: int | None) -> int:
    """Replicas that the chips stated are."""
    return max(1, setup.n_chips // each) if setup.n_chips and each else 1


def _weights(stated: str, notes: list[str]) -> str:
    """The format that a file's word means; '': as released."""
    word = stated.lower()
    known = next((name for name, parts in WEIGHTS.items() if any(p in word for p in parts)), "")
    if not known and word not in AS_RELEASED:
        notes.append(f"weights {stated!r} are not known: taken as released; say --weights")
    return known


def _cache(stated: str) -> str:
    return next((name for name in ("fp8", "fp4") if name in stated.lower()), "bf16")
