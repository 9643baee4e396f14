"""How a configuration is started: a command line for each engine, or the rule that refuses it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from outlay.performance.constants.cases import stack_group
from outlay.performance.launch import sglang, trtllm, vllm
from outlay.performance.launch.asked import Asked
from outlay.performance.questions.engines import ENGINES, engine_of, refused, staged
from outlay.performance.questions.legal import layout_problems, limits_of
from outlay.performance.types import Layout, Precision, Stack
from outlay.results.chips_models import Chip, Model
from outlay.results.models.launch import Launch

__all__ = ["launches", "unable"]


class Engine(NamedTuple):
    """What a module of this folder knows of one engine."""

    version: str
    refused: Callable[[Asked], str]
    command: Callable[[Asked], tuple[str, str]]
    notes: Callable[[Asked], tuple[str, ...]]


KNOWN = {
    "vllm": Engine(vllm.VERSION, vllm.refused, vllm.command, vllm.notes),
    "sglang": Engine(sglang.VERSION, sglang.refused, sglang.command, sglang.notes),
    "trtllm": Engine(trtllm.VERSION, trtllm.refused, trtllm.command, trtllm.notes),
}
SOLE = {"mindie": "Huawei", "mlperf_nvidia": "NVIDIA", "mlperf_amd": "AMD"}
"""Stacks of one maker's chips, whose commands are not written here."""


def launches(
    model: Model,
    chip: Chip,
    layout: Layout,
    precision: Precision,
    batch: float,
    tokens: float,
    *,
    stack: str = "",
    given: str = "",
    verified: float = 0.0,
) -> tuple[Launch, ...]:
    """How a configuration is started in the stack's engine, in each where none is named.

    batch: sequences in the replica. tokens: of the longest. given: how the model was asked for.
    verified: tokens a step with multi-token prediction, 0 without. Nothing of a stack whose
    arguments are not known.
    """
    engine = engine_of(Stack(stack))
    if stack and not engine:
        return ()
    asked = Asked(
        name=_checkpoint(model, given), model=model, chip=chip,
        limits=limits_of(model, None, (chip, precision.weights)),
        layout=layout, precision=precision, released=_released(model),
        batch=math.ceil(batch), tokens=math.ceil(tokens), drafts=_drafts(model, verified),
    )  # fmt: skip
    return tuple(_launch(each, asked) for each in ([engine] if engine else ENGINES))


def unable(model: Model, chip: Chip, precision: Precision, stack: str) -> tuple[str, list[str]]:
    """Why the stack's engine starts no layout on the chip in these formats, and engines that do.

    Empty: it does, or the engine's rules are not known.
    """
    asked = Asked(
        name="", model=model, chip=chip, limits=limits_of(model, None, (chip, precision.weights)),
        layout=Layout(1), precision=precision, released=_released(model), batch=1, tokens=1,
    )  # fmt: skip
    why = {engine: known.refused(asked) for engine, known in KNOWN.items()}
    group = stack_group(Stack(stack))
    vendor = SOLE.get(group, chip.vendor)
    if vendor != chip.vendor:
        why[group] = f"{group} runs on {vendor}'s chips, not on {chip.id}"
    others = [engine for engine, said in why.items() if not said]
    return why.get(group, ""), others


def _launch(engine: str, asked: Asked) -> Launch:
    known = KNOWN[engine]
    why = asked.refused() or known.refused(asked) or _illegal(engine, asked)
    command, options = ("", "") if why else known.command(asked)
    notes = () if why else known.notes(asked)
    return Launch(engine, known.version, asked.pool, command, options, notes, why)


def _illegal(engine: str, asked: Asked) -> str:
    o = asked.layout
    for problem in layout_problems(asked.limits, asked.chip, tp=o.tp, pp=o.pp, dp=o.dp, ep=o.ep):
        return f"{problem.what}; allowed: {problem.allowed}"
    return refused(engine, asked.limits, asked.degrees) or (
        staged(engine, asked.degrees) if asked.pool else ""
    )


def _released(model: Model) -> str:
    """The format of the published checkpoint, as formats are named here."""
    released = model.weight_dtype.lower()
    return next((f for f in ("fp4", "int4") if f in released), released)


def _drafts(model: Model, verified: float) -> int:
    """Tokens drafted a step: one less than are verified, a multiple of the layers that do."""
    if verified <= 1.0 or not model.mtp_layers:
        return 0
    layers = int(model.mtp_layers)
    return max(round((verified - 1.0) / layers), 1) * layers


def _checkpoint(model: Model, given: str) -> str:
    """What an engine is told to serve: the model's repository, or the folder of its config."""
    if model.source != "config.json":
        return model.hf_repo
    path = Path(given)
    return str(path if path.is_dir() else path.parent)
