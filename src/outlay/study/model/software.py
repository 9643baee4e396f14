"""Field types for what a study says of its serving software: number formats and the stack."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from outlay.core.errors import nearest
from outlay.study.model.calendar_fields import bad

__all__ = ["STACKS", "CacheFormat", "StackName", "WeightFormat"]

STACKS = (
    "inhouse", "library", "mindie", "mlperf_amd", "mlperf_nvidia", "sglang", "trtllm",
    "trtllm_engine", "vllm",
)  # fmt: skip
"""Software that constants or measurements tell apart."""
SPELLINGS = ("tensorrt", "trt-llm")
"""Other ways to write one of them."""


def _format(raw: object) -> object:
    """A format in any case; none is the model's own on the chip."""
    return (raw.strip().casefold() or "native") if isinstance(raw, str) else raw


def _stack(written: str) -> str:
    name = written.strip().casefold()
    if not name or any(word in name for word in (*STACKS, *SPELLINGS)):
        return written
    allowed = ", ".join(STACKS) + "; empty: the best known for the chip"
    raise bad("stack", "unknown serving stack", repr(written), allowed, nearest(name, STACKS))


WeightFormat = Annotated[
    Literal["native", "auto", "bf16", "fp16", "fp32", "fp8", "fp6", "fp4", "int8", "int4"],
    BeforeValidator(_format),
]
"""`native` and `auto`: as released (8 bits in the format that the chip computes in)."""

CacheFormat = Annotated[Literal["bf16", "fp16", "fp8", "int8", "fp4"], BeforeValidator(_format)]

StackName = Annotated[str, AfterValidator(_stack)]
