from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Problem")


@_attrs_define
class Problem:
    """One thing that is wrong or doubtful, in the user's words; what does not apply is empty.

    Attributes:
        what (str): The rule that was broken.
        where (str): File, line and path of the field, as far as known.
        value (str): What was found.
        allowed (str): What would be accepted.
        hint (str): How to mend it.
    """

    what: str
    where: str
    value: str
    allowed: str
    hint: str

    def to_dict(self) -> dict[str, Any]:
        what = self.what

        where = self.where

        value = self.value

        allowed = self.allowed

        hint = self.hint

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "what": what,
                "where": where,
                "value": value,
                "allowed": allowed,
                "hint": hint,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        what = d.pop("what")

        where = d.pop("where")

        value = d.pop("value")

        allowed = d.pop("allowed")

        hint = d.pop("hint")

        problem = cls(
            what=what,
            where=where,
            value=value,
            allowed=allowed,
            hint=hint,
        )

        return problem
