from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
    from ..models.input_group import InputGroup


T = TypeVar("T", bound="Inputs")


@_attrs_define
class Inputs:
    """Every field of a study that one may move.

    Attributes:
        study (str):
        version (int):
        currency (str):
        groups (list[InputGroup]):
        scenarios (list[str]):
    """

    study: str
    version: int
    currency: str
    groups: list[InputGroup]
    scenarios: list[str]

    def to_dict(self) -> dict[str, Any]:
        from ..models.input_group import InputGroup  # noqa: PLC0415

        study = self.study

        version = self.version

        currency = self.currency

        groups = []
        for groups_item_data in self.groups:
            groups_item = groups_item_data.to_dict()
            groups.append(groups_item)

        scenarios = self.scenarios

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "study": study,
                "version": version,
                "currency": currency,
                "groups": groups,
                "scenarios": scenarios,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.input_group import InputGroup  # noqa: PLC0415

        d = dict(src_dict)
        study = d.pop("study")

        version = d.pop("version")

        currency = d.pop("currency")

        groups = []
        _groups = d.pop("groups")
        for groups_item_data in _groups:
            groups_item = InputGroup.from_dict(groups_item_data)

            groups.append(groups_item)

        scenarios = cast(list[str], d.pop("scenarios"))

        inputs = cls(
            study=study,
            version=version,
            currency=currency,
            groups=groups,
            scenarios=scenarios,
        )

        return inputs
