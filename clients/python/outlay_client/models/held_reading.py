from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="HeldReading")


@_attrs_define
class HeldReading:
    """A document that was handed in to be read.

    Attributes:
        id (str):
        name (str):
        bytes_ (int):
        read (bool):
        work (str):
        made_at (str):
        made_by (str):
    """

    id: str
    name: str
    bytes_: int
    read: bool
    work: str
    made_at: str
    made_by: str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        bytes_ = self.bytes_

        read = self.read

        work = self.work

        made_at = self.made_at

        made_by = self.made_by

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "bytes": bytes_,
                "read": read,
                "work": work,
                "made_at": made_at,
                "made_by": made_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        bytes_ = d.pop("bytes")

        read = d.pop("read")

        work = d.pop("work")

        made_at = d.pop("made_at")

        made_by = d.pop("made_by")

        held_reading = cls(
            id=id,
            name=name,
            bytes_=bytes_,
            read=read,
            work=work,
            made_at=made_at,
            made_by=made_by,
        )

        return held_reading
