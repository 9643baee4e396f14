from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Column")


@_attrs_define
class Column:
    """A column of the table that says what came out.

    Attributes:
        name (str): Its name: `objective`, `first_orders.OFFER`.
        unit (str): Of its numbers.
    """

    name: str
    unit: str

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        unit = self.unit

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "unit": unit,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        unit = d.pop("unit")

        column = cls(
            name=name,
            unit=unit,
        )

        return column
