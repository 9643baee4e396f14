from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset


T = TypeVar("T", bound="OneValue")


@_attrs_define
class OneValue:
    """One value, and who stands behind it.

    Attributes:
        path (str):
        value (str):
        source (str | Unset):  Default: ''.
        date (str | Unset):  Default: ''.
        approver (str | Unset):  Default: ''.
    """

    path: str
    value: str
    source: str | Unset = ""
    date: str | Unset = ""
    approver: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        path = self.path

        value = self.value

        source = self.source

        date = self.date

        approver = self.approver

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "path": path,
                "value": value,
            }
        )
        if source is not UNSET:
            field_dict["source"] = source
        if date is not UNSET:
            field_dict["date"] = date
        if approver is not UNSET:
            field_dict["approver"] = approver

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        path = d.pop("path")

        value = d.pop("value")

        source = d.pop("source", UNSET)

        date = d.pop("date", UNSET)

        approver = d.pop("approver", UNSET)

        one_value = cls(
            path=path,
            value=value,
            source=source,
            date=date,
            approver=approver,
        )

        return one_value
