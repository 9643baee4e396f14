"""A model as its config.json was read: its summary, its operators one by one, what was not read."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.catalogue.parts.operator import Operator
from outlay.results.chips_models import Model

__all__ = ["ReadModel"]


@dataclass(frozen=True, slots=True)
class ReadModel(Model):
    """A model with a table of its own; layers that differ stand in it each as it is."""

    table: tuple[Operator, ...] = ()
    """Its operators; empty: they follow from the summary."""
    unread: tuple[str, ...] = ()
    """Fields that may decide its structure and that no rule reads."""
