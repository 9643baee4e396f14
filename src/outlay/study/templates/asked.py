"""What a first study is asked for, and how large it comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from outlay.core.periods import Period, horizon
from outlay.results.chips_models import Chip, Model

__all__ = ["DOORS", "Asked", "Door", "Promise", "Size"]

Door = Literal["founder", "lab", "operator", "analyst"]
DOORS: tuple[Door, ...] = get_args(Door)


@dataclass(frozen=True, slots=True)
class Promise:
    """A latency objective: first token and each token after it, at the 99th percentile."""

    ttft_s: float
    tpot_s: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What a study is written from."""

    door: Door
    name: str
    """Of the file that it will be."""
    as_of: date
    chip: Chip
    model: Model
    tokens_per_day: float
    currency: str
    rate: float
    """Units of the currency for a dollar on the day of `rate_on`."""
    rate_on: date
    budget: float | None
    """Money for the whole plan; None: worked out from the need."""
    region: str
    """Country code."""
    trace: str
    given: frozenset[str]
    """Options that the user gave; the others are the template's."""
    promise: Promise = Promise(3.0, 0.05)
    draft: bool = False
    """True where the study is only written to find out how large it will be."""

    @property
    def article(self) -> str:
        """Name of the document beside the study that an analyst starts from."""
        return f"{self.name.rpartition('.')[0] or self.name}.article.md"

    @property
    def periods(self) -> tuple[Period, ...]:
        """The horizon: from the first month or quarter after the day it is written."""
        months, count = (1, 18) if self.door == "founder" else (3, 8)
        day = self.as_of
        ahead = day.month - 1 + months - (day.month - 1) % months
        start = Period(day.year + ahead // 12, ahead % 12 + 1, months)
        return horizon(start, count)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a study comes out: the chips that its work needs, and their rates."""

    need: tuple[float, ...]
    """[period] chips at the busiest hour, expected over the branches."""
    input_tok_s: float
    """Uncached input tokens a second of one chip, the promise held."""
    output_tok_s: float
    """Output tokens a second of one chip, the promise held."""
    replica: int = 1
    """Fewest chips that hold the model and serve it."""
    why_not: str = ""
    """Why the chip cannot serve the model; empty: it can."""
    weights: str = ""
    """Number format of the weights."""
    kv: str = ""
    """Number format of the cache."""
