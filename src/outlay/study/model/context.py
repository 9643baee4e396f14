"""What a study keeps beside its inputs: peers, rival statements, figures to compare with."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from outlay.study.model.fields import Num, StrictModel, number, yearly

__all__ = ["CrossCheck", "Peer", "RelativeRates", "Rival", "Unmodelled"]


class Peer(StrictModel):
    """Another firm's published figures, shown beside the plan."""

    capex: Annotated[dict[int, Num], yearly("money")] = Field(default_factory=dict)
    """Capital expenditure by year."""
    tokens_per_day: Annotated[Num, number("token_rate")] | None = None
    """Volume of tokens."""
    source: str | None = None
    """Source of every number here that names none itself."""
    note: str = ""
    """Words for readers."""


class RelativeRates(StrictModel):
    """Rates of a chip over those of the H200, by kind of work."""

    prefill: Annotated[Num, number("ratio")] | None = None
    """Uncached input tokens a second."""
    decode: Annotated[Num, number("ratio")] | None = None
    """Output tokens a second."""
    dense: Annotated[Num, number("ratio")] | None = None
    """Diffusion and ranking."""
    training: Annotated[Num, number("ratio")] | None = None
    """Training."""
    source: str | None = None
    """Source of every number here that names none itself."""


class Rival(StrictModel):
    """A statement that contradicts a number of the study; the report shows it beside it."""

    about: str
    """Path of the number that it contradicts."""
    value: str
    """What it says."""
    why: str
    """Why the study keeps its own number."""
    source: str | None = None
    """Who says so."""


class CrossCheck(StrictModel):
    """A figure that the report sets beside its own result; an input to no stage."""

    what: str
    """The quantity."""
    value: str
    """Its value with unit."""
    low: str = ""
    """Low end."""
    high: str = ""
    """High end."""
    why: str = ""
    """How it was reached."""
    source: str | None = None
    """Who says so."""


class Unmodelled(StrictModel):
    """An input kept in the study that no stage uses yet; the report lists it."""

    what: str
    """The input."""
    value: str
    """What is known of it."""
    why: str
    """Why no stage uses it."""
    source: str | None = None
    """Who says so."""
