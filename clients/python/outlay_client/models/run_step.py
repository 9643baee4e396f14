from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="RunStep")


@_attrs_define
class RunStep:
    """What one kind of payment changes.

    Attributes:
        name (str): The payment; `rounding`: what is left of the difference.
        value (float): Its change.
        paid (bool): Whether it is cash; else the price of what is not served, or of a limit broken.
    """

    name: str
    value: float
    paid: bool

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        value = self.value

        paid = self.paid

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "value": value,
                "paid": paid,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        value = d.pop("value")

        paid = d.pop("paid")

        run_step = cls(
            name=name,
            value=value,
            paid=paid,
        )

        return run_step
