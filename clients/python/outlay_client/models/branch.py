from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast


T = TypeVar("T", bound="Branch")


@_attrs_define
class Branch:
    """What a number is in one branch.

    Attributes:
        branch (str): States known there.
        chance (float): Its chance among the branches that are looked at.
        value (float | None): The number, in the unit of the whole; null: no such number there.
    """

    branch: str
    chance: float
    value: float | None

    def to_dict(self) -> dict[str, Any]:
        branch = self.branch

        chance = self.chance

        value: float | None
        value = self.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "branch": branch,
                "chance": chance,
                "value": value,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        branch = d.pop("branch")

        chance = d.pop("chance")

        def _parse_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        value = _parse_value(d.pop("value"))

        branch = cls(
            branch=branch,
            chance=chance,
            value=value,
        )

        return branch
