from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.new_token_role import check_new_token_role
from ..models.new_token_role import NewTokenRole
from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="NewToken")


@_attrs_define
class NewToken:
    """A token that is to be made: whose, with what scope, for how long.

    Attributes:
        person (str):
        role (NewTokenRole):
        days (float | Unset):  Default: 90.0.
        said (str | Unset):  Default: ''.
    """

    person: str
    role: NewTokenRole
    days: float | Unset = 90.0
    said: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        person = self.person

        role: str = self.role

        days = self.days

        said = self.said

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "person": person,
                "role": role,
            }
        )
        if days is not UNSET:
            field_dict["days"] = days
        if said is not UNSET:
            field_dict["said"] = said

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        person = d.pop("person")

        role = check_new_token_role(d.pop("role"))

        days = d.pop("days", UNSET)

        said = d.pop("said", UNSET)

        new_token = cls(
            person=person,
            role=role,
            days=days,
            said=said,
        )

        return new_token
