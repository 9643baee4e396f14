"""What an observed run ran on, by the catalogue: the user's word first, then the file's."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.catalogue import chips, models
from outlay.core.errors import nearest
from outlay.performance.constants.cases import STACKS, stack_group
from outlay.performance.measured.resolve import resolve_chip, resolve_model
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
    model = asked.model or _model(setup.model, notes)
    if isinstance(model, str):
        return model
    chip = asked.chip or _chip(setup.chip)
    if isinstance(chip, str):
        return chip
    notes += _overruled(setup, model, chip)
    pp, dp, ep = (
        own or stated or 1
        for own, stated in (
            (asked.pp, setup.pp),
            (asked.dp, setup.dp),
            (asked.ep, _experts(setup, model, notes)),
        )
    )
    tp = _tp(setup, asked, notes)
    replicas = asked.replicas or _replicas(setup, None if tp is None else tp * pp * dp)
    stack = asked.stack or stack_group(Stack(setup.engine))
    return Ran(
        model, chip, asked.n_chips, tp, pp, dp, ep, asked.weights or _weights(setup.weights, notes),
        asked.kv or _cache(setup.kv), stack if stack in STACKS else "", replicas, tuple(notes),
    )  # fmt: skip


def _experts(setup: Setup, model: Model, notes: list[str]) -> int | None:
    """Chips that the file spreads experts over, of a model that has some."""
    if setup.ep and setup.ep > 1 and not model.experts:
        notes.append(f"the file says experts over {setup.ep} chips: {model.id} has none")
        return None
    return setup.ep


def _overruled(setup: Setup, model: Model, chip: Chip) -> list[str]:
    """Where the file names a model or a chip of the catalogue, and the user another."""
    said = resolve_model(setup.model) if setup.model else None
    pairs = (
        ("model", setup.model, said.model.id if said else "", model.id),
        ("chip", setup.chip, c.id if (c := resolve_chip(setup.chip)) else "", chip.id),
    )
    return [
        f"the file says {what} {stated}: {own} is taken, as asked"
        for what, stated, known, own in pairs if known and known != own
    ]  # fmt: skip


def _model(stated: str, notes: list[str]) -> Model | str:
    found = resolve_model(stated) if stated else None
    if found is None:
        near = nearest(stated, models()) if stated else ""
        return f"{_unknown('model', stated, near)}: name it with --model"
    notes += [found.note] if found.note else []
    return found.model


def _chip(stated: str) -> Chip | str:
    found = resolve_chip(stated) if stated else None
    if found is None:
        known = [c.id for c in chips().values() if c.memory_byte_s > 0]
        near = nearest(stated, known) if stated else ""
        return f"{_unknown('chip', stated, near)}: name it with --chip"
    return found


def _unknown(what: str, stated: str, near: str) -> str:
    if not stated:
        return f"the file names no {what}"
    return f"the {what} {stated!r} is not in the catalogue{f' ({near})' if near else ''}"


def _tp(setup: Setup, asked: Options, notes: list[str]) -> int | None:
    """Tensor parallel degree; None where the best layout is to be looked for."""
    if asked.tp or asked.n_chips:
        return asked.tp
    if setup.tp or setup.n_chips == 1:  # of one chip there is one layout
        return setup.tp or 1
    notes.append(
        "the layout is not stated: the best for these lengths is taken; say --tp or --n-chips"
    )
    return None


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
