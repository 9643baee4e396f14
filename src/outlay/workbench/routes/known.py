"""What is known without a study: the catalogue, a model's rate, a study to begin with."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from outlay.workbench.routes.answers import document, kind
from outlay.workbench.routes.asked import Asker, Body, Held

__all__ = ["router"]

Table = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[a-z_]+$")]
Entry = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Seconds = Annotated[float, Field(gt=0, le=1e6, strict=False)]
Tokens = Annotated[float, Field(ge=1, le=1e9, strict=False)]


class RateAsked(Body):
    """How fast a chip serves a model, and in what setting."""

    model: Entry
    chip: Entry
    isl: Tokens = 1024
    osl: Tokens = 1024
    cached: Annotated[float, Field(ge=0, le=0.999, strict=False)] = 0.0
    ttft: Seconds | None = None
    tpot: Seconds | None = None
    max_chips: Annotated[int, Field(ge=1, le=4096)] | None = None
    disaggregated: bool = False
    phase: Literal["aggregated", "prefill", "decode"] = "aggregated"
    stack: Literal["", "vllm", "sglang", "trtllm"] = ""
    weights: Literal["", "bf16", "fp16", "fp8", "fp6", "fp4", "int8", "int4"] = ""
    kv: Literal["bf16", "fp16", "fp8", "int8", "fp4"] = "bf16"
    speculative: bool = False


def catalogue(
    house: Held, who: Asker, table: Table,
    name: Annotated[str, Query(max_length=200)] = "",
    search: Annotated[str, Query(max_length=200)] = "",
) -> Response:  # fmt: skip
    """A table of the catalogue, or one of its entries in full."""
    return document(house.desk.ask("catalogue", table=table, name=name, search=search))


def template(
    house: Held, who: Asker, door: Literal["founder", "lab", "operator", "analyst"]
) -> Response:
    """A study to begin with: what `outlay init` writes."""
    return document(house.desk.ask("template", door=door))


def rate(house: Held, who: Asker, body: RateAsked) -> Response:
    """How fast one chip serves a model: tokens/s per chip against what users wait for."""
    return document(house.desk.ask("rate", given=body.model_dump()))


router = APIRouter(tags=["known"])
router.get(
    "/catalogue/{table}", response_model=None, responses=kind("catalogue", "The table.")
)(catalogue)  # fmt: skip
router.get(
    "/templates/{door}", response_model=None, responses=kind("init", "The study, in `text`.")
)(template)  # fmt: skip
router.post("/rate", response_model=None, responses=kind("rate", "The rate."))(rate)
