from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Ordered")


@_attrs_define
class Ordered:
    """What one offer is ordered now, beside the study as it stands.

    Attributes:
        offer (str): Its id.
        called (str): What people call it.
        chips (float): Chips ordered in the first period.
        before (float): The same of the study as it stands.
        shown (str): The chips as they are read.
        shown_before (str): The same of the study as it stands.
        changed (bool): Whether the two differ.
    """

    offer: str
    called: str
    chips: float
    before: float
    shown: str
    shown_before: str
    changed: bool

    def to_dict(self) -> dict[str, Any]:
        offer = self.offer

        called = self.called

        chips = self.chips

        before = self.before

        shown = self.shown

        shown_before = self.shown_before

        changed = self.changed

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "offer": offer,
                "called": called,
                "chips": chips,
                "before": before,
                "shown": shown,
                "shown_before": shown_before,
                "changed": changed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        offer = d.pop("offer")

        called = d.pop("called")

        chips = d.pop("chips")

        before = d.pop("before")

        shown = d.pop("shown")

        shown_before = d.pop("shown_before")

        changed = d.pop("changed")

        ordered = cls(
            offer=offer,
            called=called,
            chips=chips,
            before=before,
            shown=shown,
            shown_before=shown_before,
            changed=changed,
        )

        return ordered
