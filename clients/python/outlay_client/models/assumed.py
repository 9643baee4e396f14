from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Assumed")


@_attrs_define
class Assumed:
    """One value of a scenario, and who stands behind it.

    Attributes:
        path (str):
        value (str):
        source (str):
        date (str):
        approver (str):
    """

    path: str
    value: str
    source: str
    date: str
    approver: str

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
                "source": source,
                "date": date,
                "approver": approver,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        path = d.pop("path")

        value = d.pop("value")

        source = d.pop("source")

        date = d.pop("date")

        approver = d.pop("approver")

        assumed = cls(
            path=path,
            value=value,
            source=source,
            date=date,
            approver=approver,
        )

        return assumed
