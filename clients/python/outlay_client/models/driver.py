from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast


T = TypeVar("T", bound="Driver")


@_attrs_define
class Driver:
    """What one input does to one answer.

    Attributes:
        of (str): The column.
        unit (str): Of its numbers.
        path (str): The input.
        share (float): How much of the answer's variance knowing the input would explain; of inputs that are moved
            one at a time, how much of the sum of their squared swings is its own.
        at_low (float | None): The answer where the input is low: its mean over the cases with the lowest value, or over
            the
            lowest third of what was drawn; null where no such case has a plan.
        at_high (float | None): The same where it is high.
    """

    of: str
    unit: str
    path: str
    share: float
    at_low: float | None
    at_high: float | None

    def to_dict(self) -> dict[str, Any]:
        of = self.of

        unit = self.unit

        path = self.path

        share = self.share

        at_low: float | None
        at_low = self.at_low

        at_high: float | None
        at_high = self.at_high

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "of": of,
                "unit": unit,
                "path": path,
                "share": share,
                "at_low": at_low,
                "at_high": at_high,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        of = d.pop("of")

        unit = d.pop("unit")

        path = d.pop("path")

        share = d.pop("share")

        def _parse_at_low(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        at_low = _parse_at_low(d.pop("at_low"))

        def _parse_at_high(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        at_high = _parse_at_high(d.pop("at_high"))

        driver = cls(
            of=of,
            unit=unit,
            path=path,
            share=share,
            at_low=at_low,
            at_high=at_high,
        )

        return driver
