"""What a direction of a picture measures: its unit, how numbers are shown and said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from outlay.report.theme import Json, Spec

__all__ = ["Axis"]

TICKS = 5
"""About how many numbers stand along an axis."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A measured direction. Marks come in the base unit; here alone they are divided by `per`.

    unit: of the numbers shown ("bn CNY"). per: base units in one of them (1e9), so that number
    and title cannot part. kind: a share shows as percent, a date as an ISO day. zero: whether
    nought must be in sight (no log has it). domain: both ends, as shown, where they are fixed.
    note: what the title says besides the unit.
    """

    unit: str
    per: float = 1.0
    kind: Literal["number", "share", "date"] = "number"
    log: bool = False
    zero: bool = True
    domain: tuple[float, float] | None = None
    note: str = ""

    def shown(self, value: float | str) -> float | str:
        """The number as it stands on the axis; a date or a name stands as it is."""
        return value if isinstance(value, str) else float(value) / self.per

    def say(self, value: float | str) -> str:
        """The number with its unit in words."""
        if isinstance(value, str):
            return value
        if self.kind == "share":
            return f"{100 * value:.3g} %"
        return f"{value / self.per:,.4g} {self.unit}".strip()

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
        out["axis"] = {"tickCount": TICKS, **({"format": "~%"} if self.kind == "share" else {})}
        return out
