"""Checks and notes that questions about one model on one chip share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from numbers import Integral, Real
from typing import TYPE_CHECKING, TypeVar, get_args, get_type_hints

from outlay.api.says import Says
from outlay.core.errors import InputError, Problem, UnknownNameError, nearest

if TYPE_CHECKING:
    from outlay.performance.types import Precision
    from outlay.results.chips_models import Chip, Model

__all__ = [
    "FORMATS",
    "MOST_TOKENS",
    "asked_of",
    "check_stack",
    "check_starts",
    "chosen",
    "config_notes",
    "context_note",
    "format_note",
    "in_range",
    "listed",
    "timed_chip",
    "together",
    "warnings",
    "with_shapes",
    "within",
]

FORMATS = ("bf16", "fp16", "fp8", "fp6", "fp4", "int8", "int4")
"""Of weights, as they are asked for."""
MOST_TOKENS = 1e8  # of a sequence: ten times the longest context there is
Name = TypeVar("Name", bound=str)
Thing = TypeVar("Thing")


def timed_chip(name: str) -> Chip:
    """The catalogue's chip of this name. Raises InputError where its figures are not known."""
    from outlay.catalogue import find_chip

    chip = find_chip(name)
    lacking = [
        word
        for word, value in (
            ("peaks", chip.peak_flop_s), ("memory", chip.memory_bytes),
            ("memory bandwidth", chip.memory_byte_s),
        )
        if not value
    ]  # fmt: skip
    if lacking:
        raise InputError(
            Problem(
                f"{' and '.join(lacking)} of {chip.id} are not known, so it cannot be timed",
                where="--chip",
                value=name,
                allowed="a chip whose figures the catalogue has: `outlay catalogue chips`",
                hint=f"{chip.proxy} stands in for it" if chip.proxy else "",
            )
        )
    return chip


def chosen(option: str, value: str, known: Iterable[Name]) -> Name:
    """The one of `known` that a text means, whatever its case. Raises InputError."""
    names = list(known)
    asked = value.strip().casefold()
    for name in names:
        if name == asked:
            return name
    near = next((n for n in names if n in asked), "")  # nvfp4 is an fp4
    raise InputError(
        Problem("not known", where=option, value=repr(value), allowed=", ".join(names),
                hint=f"did you mean '{near}'?" if near else nearest(value, names))
    )  # fmt: skip


def listed(option: str, value: Iterable[str] | None) -> list[str]:
    """The texts of a list. Raises InputError for one text where a list is meant."""
    if isinstance(value, str):
        raise InputError(
            Problem("one text where a list is meant", where=option, value=repr(value),
                    allowed="a list of texts", hint=f"[{value!r}]")
        )  # fmt: skip
    return list(value or ())


def in_range(option: str, value: float | None, least: float, most: float, unit: str) -> None:
    """Raise InputError for a number (None: not given) outside its range, or not finite."""
    allowed = f"{least:g} to {most:g} {unit}".rstrip()
    if value is not None and (isinstance(value, bool) or not isinstance(value, Real)):
        raise InputError(Problem("not a number", where=option, value=repr(value), allowed=allowed))
    if value is None or least <= value <= most:
        return
    raise InputError(Problem("out of range", where=option, value=f"{value:g}", allowed=allowed))


def asked_of(
    model: str, chip: str, *checks: Callable[[], object], also: Callable[[Model, Chip], object]
) -> tuple[Model, Chip]:
    """The model and the chip of a question; one InputError with all that is wrong with it.

    checks: of its other parameters. also: of both, once they are known.
    """
    from outlay.catalogue import open_model

    models: list[Model] = []
    chips: list[Chip] = []

    def both() -> None:
        if models and chips:
            also(models[0], chips[0])

    together(
        *checks,
        lambda: models.append(_at("--model", open_model, model)),
        lambda: chips.append(_at("--chip", timed_chip, chip)),
        both,
    )
    return models[0], chips[0]


def chips_of(names: str) -> tuple[str, ...]:
    """Ids of the chips that a list with commas names, each once; one InputError for all that no
    chip is called."""
    found: dict[str, None] = {}

    def look(name: str) -> None:
        found[_at("--chip", timed_chip, name).id] = None

    together(*(partial(look, name) for name in map(str.strip, names.split(",")) if name))
    return tuple(found)


def _at(option: str, find: Callable[[str], Thing], name: str) -> Thing:
    """What is found by name; what is wrong with the name is said of the option."""
    try:
        return find(name)
    except UnknownNameError as error:
        raise UnknownNameError(
            [replace(p, where=p.where or option) for p in error.problems()]
        ) from error


def with_shapes(model: Model, chip: Chip) -> None:
    """Raise InputError for a model of which neither shapes nor one that stands in are known."""
    from outlay.performance.operators.shapes import shape_of

    try:
        shape_of(model)
    except ValueError as error:
        raise InputError(Problem(str(error), where="--model", value=model.id)) from error


def together(*checks: Callable[[], object]) -> None:
    """Run every check and raise what they refuse as one InputError, or the only one as it is."""
    refused = []
    for check in checks:
        try:
            check()
        except InputError as error:
            refused.append(error)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        raise InputError([p for error in refused for p in error.problems()])


def within(verb: Callable[..., object], **given: float | None) -> None:
    """Raise InputError for every number outside what the verb says of its parameter.

    The command line refuses the first before; a script finds out here.
    """
    hints = get_type_hints(verb, include_extras=True)

    def check(name: str, value: float | None) -> None:
        kind, *marks = get_args(hints[name])
        said = next(m for m in marks if isinstance(m, Says))
        least = -math.inf if said.least is None else said.least
        most = math.inf if said.most is None else said.most
        option = f"--{name.replace('_', '-')}"
        whole = kind in (int, int | None)
        if whole and isinstance(value, Real) and not isinstance(value, Integral):
            what = "not a whole number"
            raise InputError(
                Problem(what, where=option, value=repr(value), allowed=f"{least:g} on")
            )
        in_range(option, value, least, most, "")

    together(*(partial(check, name, value) for name, value in given.items()))


def check_stack(name: str) -> None:
    """Raise UnknownNameError for a serving stack that no constants or measurements have."""
    from outlay.performance.constants.cases import STACKS, stack_group
    from outlay.performance.constants.cells import shipped_cells
    from outlay.performance.types import Stack

    cells = shipped_cells()
    measured = set(map(str, cells.names["stack"])) if cells is not None else set()
    known = sorted((measured | set(STACKS)) - {""})
    if name and stack_group(Stack(name)) not in known:
        raise UnknownNameError(
            Problem(
                "unknown serving stack",
                where="--stack",
                value=name,
                allowed=", ".join(known) + "; empty: not known",
                hint=nearest(name, known),
            )
        )


def check_starts(model: Model, chip: Chip, precision: Precision, stack: str) -> None:
    """Raise InputError where the serving stack runs neither on the chip nor in the formats."""
    from outlay.performance.launch.commands import unable

    why, others = unable(model, chip, precision, stack)
    if why:
        allowed = f"{', '.join(others)}; empty: not known" if others else "empty: not known"
        raise InputError(Problem(why, where="--stack", value=stack, allowed=allowed))


def config_notes(model: Model) -> tuple[str, ...]:
    """How a model was read that came from a config.json; of one of the catalogue, whose shapes
    stand in for its own and what is left out of it."""
    if model.source == "config.json":
        return tuple(model.note.splitlines())
    notes = []
    if not model.has_shapes and model.proxy:
        notes.append(
            f"not all shapes of {model.id} are known: those of {model.proxy} stand in, scaled"
        )
    if model.left_out:
        notes.append(f"{model.id}: {model.left_out}")
    return tuple(notes)


def format_note(model: Model, chip: Chip, weights: str) -> tuple[str, ...]:
    """What smaller weights would save, where a model released in 16 bits is taken as it is; and
    what is to be known of the chip's figures."""
    from outlay.api.models.smaller import smaller_weights
    from outlay.performance.operators.formats import WEIGHT_BYTES, native_precision

    released = native_precision(model, chip).weights
    smaller = smaller_weights(model, chip, weights)
    disputed = chip_notes(chip)
    if not smaller:
        return disputed
    stored = model.total_params * WEIGHT_BYTES[released] / 1e9
    return (
        *disputed,
        f"{model.id} is taken in {released} as released, {_gigabytes(stored)} of weights; "
        f"--weights {smaller} stores {_gigabytes(stored / 2)} and computes faster on {chip.id}",
    )


def _gigabytes(number: float) -> str:
    return f"{number:,.0f} GB" if number >= 100.0 else f"{number:,.3g} GB"


def _disputed(chip: Chip) -> tuple[str, ...]:
    """Figures of a chip that another source gives otherwise."""
    from outlay.catalogue import disputed

    return tuple(
        f"{said.parameter.replace('_', ' ')} of {chip.id} is disputed: {said.used:g} {said.unit} "
        f"is used, another source says {said.other:g} (`outlay catalogue disputes {chip.id}`)"
        for said in disputed("chips", chip.id)
    )


def chip_notes(chip: Chip) -> tuple[str, ...]:
    """Whose figures stand in for a chip's own, and those that another source gives otherwise."""
    borrowed = f"no figures of {chip.id} are published: those of {chip.proxy} stand in, as a guess"
    return (borrowed, *_disputed(chip)) if chip.proxy else _disputed(chip)


def context_note(model: Model, tokens: float) -> list[str]:
    """A note where a sequence is longer than the model's longest context."""
    if not model.max_context or tokens <= model.max_context:
        return []
    return [
        f"{tokens:,.0f} tokens a sequence are more than the {model.max_context:,} "
        f"that {model.id} is made for"
    ]


def warnings(
    model: Model,
    tokens: float,
    phase: str,
    speculative: bool,
    ttft: float | None,
    tpot: float | None,
) -> list[str]:
    """What of a serving question has no effect or lies outside what the model is made for."""
    notes = [*config_notes(model), *context_note(model, tokens)]
    if speculative and not model.mtp_layers:
        notes.append(f"{model.id} has no layers for multi-token prediction: no effect")
    if phase == "decode" and ttft is not None:
        notes.append("a decode pool makes no first tokens: --ttft has no effect")
    if phase == "prefill" and tpot is not None:
        notes.append("a prefill pool makes one token a request: --tpot has no effect")
    return [*notes, *promise_notes(**{"--ttft": ttft, "--tpot": tpot})]


USUAL = {"--ttft": (0.05, 120.0), "--tpot": (0.002, 1.0)}
"""Limits in seconds that a service promises, as the bands of a study's `slo` have them."""


def promise_notes(**limits: float | None) -> list[str]:
    """A note for each limit that was hardly meant: milliseconds written for seconds."""
    notes: list[str] = []
    for flag, limit in limits.items():
        low, high = USUAL[flag.removesuffix("-p99")]
        if limit is not None and not low <= limit <= high:
            notes.append(
                f"{flag} {limit:g} s is an unusual limit, taken as written; "
                f"usually {low:g} to {high:g} s"
            )
    return notes
