"""How fast a model runs on a chip: operators, step times, search, calibration, training."""

from outlay.performance.operators import operators
from outlay.performance.search import search, sweep
from outlay.performance.steps import step_table
from outlay.performance.types import Layout, Precision, Rate, Stack, StepTable

__all__ = [
    "Layout",
    "Precision",
    "Rate",
    "Stack",
    "StepTable",
    "operators",
    "search",
    "step_table",
    "sweep",
]
