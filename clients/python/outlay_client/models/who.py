from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.who_role import check_who_role
from ..models.who_role import WhoRole
from typing import cast


T = TypeVar("T", bound="Who")


@_attrs_define
class Who:
    """Somebody who is let in, in one workspace.

    Attributes:
        id (str):
        name (str):
        workspace (str):
        role (WhoRole):
    """

    id: str
    name: str
    workspace: str
    role: WhoRole

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        workspace = self.workspace

        role: str = self.role

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "workspace": workspace,
                "role": role,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        workspace = d.pop("workspace")

        role = check_who_role(d.pop("role"))

        who = cls(
            id=id,
            name=name,
            workspace=workspace,
            role=role,
        )

        return who
