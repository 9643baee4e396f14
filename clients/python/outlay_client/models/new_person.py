from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.new_person_role import check_new_person_role
from ..models.new_person_role import NewPersonRole
from typing import cast


T = TypeVar("T", bound="NewPerson")


@_attrs_define
class NewPerson:
    """Somebody who is to come in.

    Attributes:
        name (str):
        role (NewPersonRole):
    """

    name: str
    role: NewPersonRole

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        role: str = self.role

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "role": role,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        role = check_new_person_role(d.pop("role"))

        new_person = cls(
            name=name,
            role=role,
        )

        return new_person
