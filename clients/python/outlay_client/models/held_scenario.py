from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
    from ..models.assumed import Assumed


T = TypeVar("T", bound="HeldScenario")


@_attrs_define
class HeldScenario:
    """Changes of a study under a name.

    Attributes:
        study (str):
        name (str):
        note (str):
        version (int):
        values (list[Assumed]):
        updated_at (str):
        updated_by (str):
    """

    study: str
    name: str
    note: str
    version: int
    values: list[Assumed]
    updated_at: str
    updated_by: str

    def to_dict(self) -> dict[str, Any]:
        from ..models.assumed import Assumed  # noqa: PLC0415

        study = self.study

        name = self.name

        note = self.note

        version = self.version

        values = []
        for values_item_data in self.values:
            values_item = values_item_data.to_dict()
            values.append(values_item)

        updated_at = self.updated_at

        updated_by = self.updated_by

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "study": study,
                "name": name,
                "note": note,
                "version": version,
                "values": values,
                "updated_at": updated_at,
                "updated_by": updated_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.assumed import Assumed  # noqa: PLC0415

        d = dict(src_dict)
        study = d.pop("study")

        name = d.pop("name")

        note = d.pop("note")

        version = d.pop("version")

        values = []
        _values = d.pop("values")
        for values_item_data in _values:
            values_item = Assumed.from_dict(values_item_data)

            values.append(values_item)

        updated_at = d.pop("updated_at")

        updated_by = d.pop("updated_by")

        held_scenario = cls(
            study=study,
            name=name,
            note=note,
            version=version,
            values=values,
            updated_at=updated_at,
            updated_by=updated_by,
        )

        return held_scenario
