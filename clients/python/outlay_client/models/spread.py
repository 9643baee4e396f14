from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Spread")


@_attrs_define
class Spread:
    """How far an answer moves over the cases that have a plan.

    Attributes:
        of (str): The column.
        unit (str): Of its numbers.
        least (float): The least of all.
        low (float): A tenth of the cases are below.
        middle (float): Half of the cases are below.
        high (float): A tenth of the cases are above.
        most (float): The most of all.
    """

    of: str
    unit: str
    least: float
    low: float
    middle: float
    high: float
    most: float

    def to_dict(self) -> dict[str, Any]:
        of = self.of

        unit = self.unit

        least = self.least

        low = self.low

        middle = self.middle

        high = self.high

        most = self.most

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "of": of,
                "unit": unit,
                "least": least,
                "low": low,
                "middle": middle,
                "high": high,
                "most": most,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        of = d.pop("of")

        unit = d.pop("unit")

        least = d.pop("least")

        low = d.pop("low")

        middle = d.pop("middle")

        high = d.pop("high")

        most = d.pop("most")

        spread = cls(
            of=of,
            unit=unit,
            least=least,
            low=low,
            middle=middle,
            high=high,
            most=most,
        )

        return spread
