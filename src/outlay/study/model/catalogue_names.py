"""Field types for names of the catalogue: any usual way of writing one is kept as its id."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from outlay.core.errors import UnknownNameError

__all__ = ["ChipName", "ModelName"]


def _chip(written: str) -> str:
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


ChipName = Annotated[str, AfterValidator(_chip)]
"""`H200 SXM` and `h200-sxm` are one chip."""

ModelName = Annotated[str, AfterValidator(_model)]
"""`Doubao-1.6` and `doubao-seed-1.6` are one model."""
