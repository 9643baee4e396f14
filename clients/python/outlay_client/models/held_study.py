from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast


T = TypeVar("T", bound="HeldStudy")


@_attrs_define
class HeldStudy:
    """A study in one version.

    Attributes:
        id (str):
        title (str):
        version (int):
        text (str):
        files (list[str]):
        updated_at (str):
        updated_by (str):
    """

    id: str
    title: str
    version: int
    text: str
    files: list[str]
    updated_at: str
    updated_by: str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        title = self.title

        version = self.version

        text = self.text

        files = self.files

        updated_at = self.updated_at

        updated_by = self.updated_by

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "title": title,
                "version": version,
                "text": text,
                "files": files,
                "updated_at": updated_at,
                "updated_by": updated_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        title = d.pop("title")

        version = d.pop("version")

        text = d.pop("text")

        files = cast(list[str], d.pop("files"))

        updated_at = d.pop("updated_at")

        updated_by = d.pop("updated_by")

        held_study = cls(
            id=id,
            title=title,
            version=version,
            text=text,
            files=files,
            updated_at=updated_at,
            updated_by=updated_by,
        )

        return held_study
