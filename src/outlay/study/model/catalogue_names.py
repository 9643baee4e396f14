"""Field types for names of the catalogue: any usual way of writing one is kept as its id."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from outlay.core.errors import UnknownNameError

__all__ = [
    "ChipName",
    "ModelName",
    "RegionCode",
    "SeriesName",
    "ShapeName",
    "TraceName",
    "chip_id",
]


def chip_id(written: str) -> str:
    """The chip's id; an unknown name stays, for the check of names to report."""
    from outlay.catalogue import find_chip

    try:
        return find_chip(written).id
    except UnknownNameError:
        return written


def _model(written: str) -> str:
    from outlay.catalogue import find_model

    try:
        return find_model(written).id
    except UnknownNameError:
        return written


def _listed(table: str) -> WithJsonSchema:
    """Mark of a name that the JSON Schema of the study lists (`study.json_schema` fills it in)."""
    return WithJsonSchema({"type": "string", "x-listed": table})


ChipName = Annotated[str, AfterValidator(chip_id), _listed("chips")]
"""`H200 SXM` and `h200-sxm` are one chip."""

ModelName = Annotated[str, AfterValidator(_model), _listed("models")]
"""`Doubao-1.6` and `doubao-seed-1.6` are one model."""

TraceName = Annotated[str, _listed("traces")]
"""A published trace by its name, or a file beside the study."""

ShapeName = Annotated[str, _listed("shapes")]
"""A day curve by its name, or a file beside the study."""

SeriesName = Annotated[str, _listed("series")]
"""A public series of token volumes by its name, or a CSV file beside the study."""

RegionCode = Annotated[str, _listed("regions")]
"""A country; any other word will do."""
