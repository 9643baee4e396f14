"""What a direction of a picture measures: its unit, how numbers are shown and said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from outlay.core.quantities.formats import format_number
from outlay.report.theme import Json, Spec

__all__ = ["Axis"]

TICKS = 5
"""About how many numbers stand along an axis."""
PLAIN = ",~f"
"""Numbers with separators of thousands and no zeros at their end."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A measured direction. Marks come in the base unit; here alone they are divided by `per`.

    unit: of the numbers shown ("bn CNY"). per: base units in one of them (1e9), so that number
    and title cannot part. kind: a share shows as percent, a date as an ISO day. zero: whether
    nought must be in sight (no log has it). domain: both ends, as shown, where they are fixed.
    note: what the title says besides the unit. days: how a date is written, as strftime has it.
    """

    unit: str
    per: float = 1.0
    kind: Literal["number", "share", "date"] = "number"
    log: bool = False
    zero: bool = True
    domain: tuple[float, float] | None = None
    note: str = ""
    days: str = "%b %y"

    def shown(self, value: float | str) -> float | str:
        """The number as it stands on the axis; a date or a name stands as it is."""
        return value if isinstance(value, str) else float(value) / self.per

    def say(self, value: float | str) -> str:
        """The number with its unit in words."""
        if isinstance(value, str):
            return value
        if self.kind == "share":
            return f"{100 * value:.3g} %"
        return f"{format_number(value / self.per, 4)} {self.unit}".strip()

    def channel(self, field: str = "value") -> Spec:
        """The channel that places marks by `field` along this axis."""
        out: dict[str, Json] = {"field": field, "type": "quantitative",
                                "title": f"{self.unit}{self.note}" or None}  # fmt: skip
        if self.kind == "date":
            out |= {"type": "temporal", "scale": {"type": "utc"}}
        elif self.log:
            out["scale"] = {"type": "log", **({"domain": self.domain} if self.domain else {})}
        elif self.domain:
            out["scale"] = {"domain": self.domain}
        elif not self.zero:
            out["scale"] = {"zero": False}
        if self.kind == "share":
            out["axis"] = {"tickCount": TICKS, "format": "~%"}
        elif self.log and self.domain:
            out["axis"] = {"values": _steps(*self.domain), "format": PLAIN}
        elif self.kind == "date":
            out["axis"] = {"tickCount": TICKS, "format": self.days}
        elif self.kind == "number":
            out["axis"] = {"tickCount": TICKS, "format": PLAIN, "labelOverlap": "greedy"}
        return out


def _steps(low: float, high: float) -> list[float]:
    """The numbers along a log: 1, 2 and 5 of every power, or the powers alone where there are many.

    >>> _steps(0.3, 12)
    [0.5, 1.0, 2.0, 5.0, 10.0]
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    parts = (1.0, 2.0, 5.0) if last - first <= 3 else (1.0,)
    every = [n * 10.0**k for k in range(first, last + 1) for n in parts]
    return [float(f"{x:.6g}") for x in every if low <= x <= high]
