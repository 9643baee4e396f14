from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Outcast")


@_attrs_define
class Outcast:
    """A case of a sweep that is tried no more.

    Attributes:
        case (int):
        why (str):
    """

    case: int
    why: str

    def to_dict(self) -> dict[str, Any]:
        case = self.case

        why = self.why

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "case": case,
                "why": why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        case = d.pop("case")

        why = d.pop("why")

        outcast = cls(
            case=case,
            why=why,
        )

        return outcast
