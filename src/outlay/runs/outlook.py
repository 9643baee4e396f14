"""The outlook: the plan's policy in sampled worlds."""

from __future__ import annotations

from typing import Any

from outlay.planning.result import Plan
from outlay.runs.execute import Options, Stages

__all__ = ["outlook_of"]


def outlook_of(stages: Stages, plan: Plan, options: Options) -> Any:
    """Distributions over sampled worlds; None until the study samples anything."""
    return None
