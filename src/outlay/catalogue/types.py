"""Rows of the catalogue by the names that stages know them by; each is the row that is printed."""

from outlay.results.catalogue import (
    ControlEvent,
    CostReference,
    FxRate,
    PeerCapex,
    Price,
    Region,
    SeriesPoint,
)
from outlay.results.chips_models import AttentionKind, Chip, Model

__all__ = [
    "AttentionKind",
    "Chip",
    "ControlEvent",
    "CostReference",
    "FxRate",
    "Model",
    "PeerCapex",
    "Price",
    "Region",
    "SeriesPoint",
]
