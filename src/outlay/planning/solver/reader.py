"""A solution by the names of its blocks."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array
from outlay.planning.programme.model import Model

__all__ = ["Reader"]


class Reader:
    """Values of a model's columns; what does not exist is 0."""

    def __init__(self, model: Model, x: Array) -> None:
        self.model, self.x = model, x

    def get(self, name: str) -> Array:
        index = self.model.draft.col[name]
        return np.where(index >= 0, self.x[np.maximum(index, 0)], 0.0)
