"""How fast a model runs on a chip: operators, step times, search, calibration, training.

>>> from outlay.catalogue import find_chip, find_model
>>> best = search(find_model("llama-3.1-8b"), find_chip("h100-sxm"), isl=1024, osl=256)[0]
>>> best.low < best.tok_s_per_chip < best.high
True
"""

from outlay.performance.constants.calibrated import Calibrated, read_calibration
from outlay.performance.constants.correction import Correction, correct
from outlay.performance.questions.dense_work import dense_rate
from outlay.performance.questions.layout_sweep import sweep
from outlay.performance.questions.search import search
from outlay.performance.questions.steps import step_table
from outlay.performance.training.search import TrainRate, train
from outlay.performance.types import Layout, Precision, Rate, Stack, StepTable

__all__ = [
    "Calibrated",
    "Correction",
    "Layout",
    "Precision",
    "Rate",
    "Stack",
    "StepTable",
    "TrainRate",
    "correct",
    "dense_rate",
    "read_calibration",
    "search",
    "step_table",
    "sweep",
    "train",
]
