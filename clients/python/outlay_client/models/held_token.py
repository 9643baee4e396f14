from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.held_token_kind import check_held_token_kind
from ..models.held_token_kind import HeldTokenKind
from ..models.held_token_role import check_held_token_role
from ..models.held_token_role import HeldTokenRole
from typing import cast


T = TypeVar("T", bound="HeldToken")


@_attrs_define
class HeldToken:
    """What lets somebody in, without the secret itself, of which only the hash is kept.

    Attributes:
        id (str):
        person (str):
        name (str):
        kind (HeldTokenKind):
        role (HeldTokenRole):
        said (str):
        made_at (str):
        ends_at (str):
    """

    id: str
    person: str
    name: str
    kind: HeldTokenKind
    role: HeldTokenRole
    said: str
    made_at: str
    ends_at: str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        person = self.person

        name = self.name

        kind: str = self.kind

        role: str = self.role

        said = self.said

        made_at = self.made_at

        ends_at = self.ends_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "person": person,
                "name": name,
                "kind": kind,
                "role": role,
                "said": said,
                "made_at": made_at,
                "ends_at": ends_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        person = d.pop("person")

        name = d.pop("name")

        kind = check_held_token_kind(d.pop("kind"))

        role = check_held_token_role(d.pop("role"))

        said = d.pop("said")

        made_at = d.pop("made_at")

        ends_at = d.pop("ends_at")

        held_token = cls(
            id=id,
            person=person,
            name=name,
            kind=kind,
            role=role,
            said=said,
            made_at=made_at,
            ends_at=ends_at,
        )

        return held_token
