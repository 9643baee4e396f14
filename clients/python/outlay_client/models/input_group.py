from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.input_group_id import check_input_group_id
from ..models.input_group_id import InputGroupId
from typing import cast

if TYPE_CHECKING:
    from ..models.input_ import Input


T = TypeVar("T", bound="InputGroup")


@_attrs_define
class InputGroup:
    """Inputs that stand together.

    Attributes:
        id (InputGroupId):
        inputs (list[Input]):
    """

    id: InputGroupId
    inputs: list[Input]

    def to_dict(self) -> dict[str, Any]:
        from ..models.input_ import Input  # noqa: PLC0415

        id: str = self.id

        inputs = []
        for inputs_item_data in self.inputs:
            inputs_item = inputs_item_data.to_dict()
            inputs.append(inputs_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "inputs": inputs,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.input_ import Input  # noqa: PLC0415

        d = dict(src_dict)
        id = check_input_group_id(d.pop("id"))

        inputs = []
        _inputs = d.pop("inputs")
        for inputs_item_data in _inputs:
            inputs_item = Input.from_dict(inputs_item_data)

            inputs.append(inputs_item)

        input_group = cls(
            id=id,
            inputs=inputs,
        )

        return input_group
