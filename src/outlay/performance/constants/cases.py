"""Assemble the inputs of timing: a model on a chip in a layout, with its constants.

One `Case` of floats or arrays comes out; levels (family, stack, ...) say which constants apply.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields

import numpy as np

from outlay.core.arrays import Array, Number
from outlay.performance.constants.constants import Constants, shipped
from outlay.performance.constants.lineage import lineage
from outlay.performance.operators.case import Case
from outlay.performance.operators.formats import (
    KV_BYTES,
    MATH,
    WEIGHT_BYTES,
    compute_format,
    compute_peak,
    converted,
    dense_format,
    precision_group,
)
from outlay.performance.operators.shapes import Shape, shape_of, stack_shapes
from outlay.performance.types import Layout, Precision, Stack
from outlay.results.chips_models import Chip, Model

__all__ = ["case_for", "levels_for", "stack_cases", "stack_group"]

STACKS = {
    "trtllm": ("tensorrt-llm", "trtllm", "trt-llm", "tensorrt"),
    "sglang": ("sglang",),
    "vllm": ("vllm",),
}
MIDDLE = 2025.5  # of the software that was measured [year]
PCIE_LINK = 70e9  # byte/s one way: PCIe 5 x16 and below


def stack_group(stack: Stack) -> str:
    """The stack whose constants apply; empty where none is named or known."""
    name = stack.name.lower().strip()
    for group, words in STACKS.items():
        if any(name.startswith(word) or word in name for word in words):
            return group
    return name


def years_of(date: str, latest: str) -> float:
    """Years of software of this ISO date after the middle of the measurements, and at most those
    of the `latest` measured: what has not been measured yet is not counted on. Undated is `latest`.

    >>> years_of("2025-01", "2026-01"), years_of("", "2026-01"), years_of("2027", "2026-01")
    (-0.5, 0.5, 0.5)
    """
    most = _years(latest)
    said = _years(date)
    if most is None:
        return said or 0.0
    return most if said is None else min(said, most)


def _years(date: str) -> float | None:
    found = re.match(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", date)
    if found is None:
        return None
    year, month, day = (float(x or 0) for x in found.groups())
    return year + (month or 7.0) / 12.0 - 1.0 / 12.0 + day / 365.0 - MIDDLE


def attention_group(model: Model) -> str:
    """mla, sparse, linear or gqa: the groups of kernels that stacks differ in."""
    if model.n_linear_layers:
        return "linear"
    if model.index_topk:
        return "sparse"
    return "mla" if model.attention == "mla" else "gqa"


def levels_for(model: Model, chip: Chip, precision: Precision, stack: Stack) -> dict[str, str]:
    """Groups of one point, as the constants are told apart."""
    return {
        "vendor": chip.vendor.lower(),
        "family": chip.family,
        "chip": chip.id,
        "stack": stack_group(stack),
        "precision": precision_group(precision.weights),
        "kv": precision_group(precision.kv),
        "attention": attention_group(model),
    }


def case_for(
    model: Model,
    chip: Chip,
    layout: Layout | Mapping[str, Number],
    precision: Precision,
    stack: Stack = Stack(),  # noqa: B008 - frozen, no state
    *,
    constants: Constants | Mapping[str, Number] | None = None,
    shape: Shape | None = None,
    latest: str = "",
) -> Case:
    """One model on one chip; `layout` may hold arrays of tp, pp, ep, dp over points.

    `latest`: the ISO date of the youngest measurement behind the constants, where they do not
    say it themselves; else that of the shipped ones.
    """
    get = (
        layout
        if isinstance(layout, Mapping)
        else {name: getattr(layout, name) for name in ("tp", "pp", "ep", "dp")}
    )
    dense = dense_format(model, precision.weights)
    resolved: Mapping[str, Number]
    if constants is None or isinstance(constants, Constants):
        resolved = (constants or shipped()).at(levels_for(model, chip, precision, stack))
    else:
        resolved = dict(constants)
    bf16 = float(chip.peak_flop_s.get("bf16") or max(chip.peak_flop_s.values()))
    return Case(
        shape=shape or shape_of(model),
        peak16=bf16,
        peak_dense=compute_peak(chip, dense),
        peak_expert=compute_peak(chip, precision.weights),
        bandwidth=chip.memory_byte_s,
        link=max(chip.link_byte_s, 1e9),
        net=max(chip.net_byte_s, 1e9),
        domain=float(max(chip.domain_chips, 1)),
        pcie=float(chip.link_byte_s <= PCIE_LINK),
        mesh=float(chip.id in lineage().mesh),
        power=bf16 / max(chip.tdp_w, 1.0),
        memory=chip.memory_bytes,
        tp=get["tp"],
        pp=get["pp"],
        ep=get["ep"],
        dp=get["dp"],
        dense_bytes=WEIGHT_BYTES[dense],
        expert_bytes=WEIGHT_BYTES[precision.weights],
        kv_bytes=KV_BYTES[precision.kv],
        dense_math=float(MATH.index(compute_format(chip, dense))),
        expert_math=float(MATH.index(compute_format(chip, precision.weights))),
        dense_converted=float(converted(chip, dense)),
        expert_converted=float(converted(chip, precision.weights)),
        years=years_of(stack.date, latest or _latest(constants)),
        c=resolved,
    )


def _latest(constants: object) -> str:
    said = constants.meta if isinstance(constants, Constants) else {}
    return str(said.get("latest_measurement") or shipped().meta.get("latest_measurement", ""))


def stack_cases(cases: list[Case], constants: Mapping[str, Array]) -> Case:
    """Many single cases as one of arrays [point], with constants given as arrays."""
    columns = {
        f.name: np.array([float(getattr(k, f.name)) for k in cases])
        for f in fields(Case)
        if f.name not in ("shape", "c")
    }
    return Case(shape=stack_shapes([k.shape for k in cases]), c=constants, **columns)
