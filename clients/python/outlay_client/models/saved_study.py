from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
    from ..models.saved_study_files_type_0 import SavedStudyFilesType0


T = TypeVar("T", bound="SavedStudy")


@_attrs_define
class SavedStudy:
    """A study as it is to stand; files left out: they stay.

    Attributes:
        text (str):
        files (None | SavedStudyFilesType0 | Unset):
    """

    text: str
    files: None | SavedStudyFilesType0 | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.saved_study_files_type_0 import SavedStudyFilesType0  # noqa: PLC0415

        text = self.text

        files: dict[str, Any] | None | Unset
        if isinstance(self.files, Unset):
            files = UNSET
        elif isinstance(self.files, SavedStudyFilesType0):
            files = self.files.to_dict()
        else:
            files = self.files

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
        from ..models.saved_study_files_type_0 import SavedStudyFilesType0  # noqa: PLC0415

        d = dict(src_dict)
        text = d.pop("text")

        def _parse_files(data: object) -> None | SavedStudyFilesType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                files_type_0 = SavedStudyFilesType0.from_dict(data)

                return files_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SavedStudyFilesType0 | Unset, data)

        files = _parse_files(d.pop("files", UNSET))

        saved_study = cls(
            text=text,
            files=files,
        )

        return saved_study
