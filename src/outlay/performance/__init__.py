"""How fast a model runs on a chip: operators, step times, search, calibration, training.

>>> from outlay.catalogue import find_chip, find_model
>>> best = search(find_model("llama-3.1-8b"), find_chip("h100-sxm"), isl=1024, osl=256)[0]
>>> best.low < best.tok_s_per_chip < best.high
True
"""

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
