from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
    from ..models.one_value import OneValue


T = TypeVar("T", bound="NewScenario")


@_attrs_define
class NewScenario:
    """A scenario as it is to stand.

    Attributes:
        values (list[OneValue]):
        note (str | Unset):  Default: ''.
    """

    values: list[OneValue]
    note: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        from ..models.one_value import OneValue  # noqa: PLC0415

        values = []
        for values_item_data in self.values:
            values_item = values_item_data.to_dict()
            values.append(values_item)

        note = self.note

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "values": values,
            }
        )
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.one_value import OneValue  # noqa: PLC0415

        d = dict(src_dict)
        values = []
        _values = d.pop("values")
        for values_item_data in _values:
            values_item = OneValue.from_dict(values_item_data)

            values.append(values_item)

        note = d.pop("note", UNSET)

        new_scenario = cls(
            values=values,
            note=note,
        )

        return new_scenario
