from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
    from ..models.new_study_files import NewStudyFiles


T = TypeVar("T", bound="NewStudy")


@_attrs_define
class NewStudy:
    """A study with the files that it names.

    Attributes:
        text (str):
        files (NewStudyFiles | Unset):
    """

    text: str
    files: NewStudyFiles | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.new_study_files import NewStudyFiles  # noqa: PLC0415

        text = self.text

        files: dict[str, Any] | Unset = UNSET
        if not isinstance(self.files, Unset):
            files = self.files.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "text": text,
            }
        )
        if files is not UNSET:
            field_dict["files"] = files

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.new_study_files import NewStudyFiles  # noqa: PLC0415

        d = dict(src_dict)
        text = d.pop("text")

        _files = d.pop("files", UNSET)
        files: NewStudyFiles | Unset
        if isinstance(_files, Unset):
            files = UNSET
        else:
            files = NewStudyFiles.from_dict(_files)

        new_study = cls(
            text=text,
            files=files,
        )

        return new_study
