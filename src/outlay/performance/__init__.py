"""How fast a model runs on a chip: operators, step times, search, calibration, training.

>>> from outlay.catalogue import find_chip, find_model
>>> from outlay.performance import search
>>> best = search(find_model("llama-3.1-8b"), find_chip("h100-sxm"), isl=1024, osl=256)[0]
>>> best.low < best.tok_s_per_chip < best.high
True
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from outlay.performance.constants.calibrated import read_calibration
    from outlay.performance.constants.correction import correct
    from outlay.performance.questions.dense_work import dense_rate
    from outlay.performance.questions.layout_sweep import sweep
    from outlay.performance.questions.mix import search_mixes
    from outlay.performance.questions.search import search
    from outlay.performance.questions.steps import step_table
    from outlay.performance.training.search import train
    from outlay.performance.types import Layout, Precision, Stack

__all__ = [
    "Layout",
    "Precision",
    "Stack",
    "correct",
    "dense_rate",
    "read_calibration",
    "search",
    "search_mixes",
    "step_table",
    "sweep",
    "train",
]

_HOME = {
    "Layout": "types",
    "Precision": "types",
    "Stack": "types",
    "correct": "constants.correction",
    "dense_rate": "questions.dense_work",
    "read_calibration": "constants.calibrated",
    "search": "questions.search",
    "search_mixes": "questions.mix",
    "step_table": "questions.steps",
    "sweep": "questions.layout_sweep",
    "train": "training.search",
}


def __getattr__(name: str) -> Any:
    """Functions are imported when first asked for: a question loads what it needs of them."""
    import importlib

    if name in _HOME:
        return getattr(importlib.import_module(f"outlay.performance.{_HOME[name]}"), name)
    raise AttributeError(name)
