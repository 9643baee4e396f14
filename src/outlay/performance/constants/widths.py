"""How wide intervals are beyond what the correction's covariance says (data/intervals.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from outlay.core.arrays import Number

__all__ = ["Z90", "Widths", "widths"]

Z90 = 1.6448536269514722  # standard normal, 5 % above


@dataclass(frozen=True, slots=True)
class Widths:
    """Standard deviations of a logarithm, measured on what fits had not seen.

    unseen: where no measurement is of the level (source, model, chip, family, engine: a stack on
    a vendor's chips; shape: sizes are a stand-in's). scale: on the standard deviation, by how a
    number was measured. first_token: of the time to first token.
    """

    unseen: Mapping[str, float]
    scale: Mapping[str, float]
    first_token: Mapping[str, float]

    def variance(self, kind: str, var: Number, unseen: Mapping[str, float]) -> Number:
        """Variance of a logarithm where cells leave `var`, with the shares of unseen levels."""
        levels = sum(share * self.unseen[level] ** 2 for level, share in unseen.items())
        return self.scale[kind] ** 2 * var + levels


@cache
def widths() -> Widths:
    """Widths of intervals measured by cross-validation."""
    text = files("outlay.performance").joinpath("data/intervals.toml").read_text("utf-8")
    return Widths(**tomllib.loads(text))
