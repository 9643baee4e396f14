from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="ChangedOrder")


@_attrs_define
class ChangedOrder:
    """An order of the first period that is not the same in both.

    Attributes:
        offer (str): The study's offer.
        from_ (float): Chips ordered in the first result.
        to (float): Chips ordered in the second.
    """

    offer: str
    from_: float
    to: float

    def to_dict(self) -> dict[str, Any]:
        offer = self.offer

        from_ = self.from_

        to = self.to

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "offer": offer,
                "from": from_,
                "to": to,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        offer = d.pop("offer")

        from_ = d.pop("from")

        to = d.pop("to")

        changed_order = cls(
            offer=offer,
            from_=from_,
            to=to,
        )

        return changed_order
