from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="Idle")


@_attrs_define
class Idle:
    """An input that the study states and that reaches nothing in it.

    Attributes:
        path (str): Where in the study it stands.
        value (str): What is written there.
        field (str): The same with `*` for names: inputs of one field and reason are one to readers.
        reason (str): Why it reaches nothing, by name; readers meet it as a sentence.
        line (int | None | Unset): Line of the study; null where no file holds it.
    """

    path: str
    value: str
    field: str
    reason: str
    line: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        path = self.path

        value = self.value

        field = self.field

        reason = self.reason

        line: int | None | Unset
        if isinstance(self.line, Unset):
            line = UNSET
        else:
            line = self.line

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "path": path,
                "value": value,
                "field": field,
                "reason": reason,
            }
        )
        if line is not UNSET:
            field_dict["line"] = line

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        path = d.pop("path")

        value = d.pop("value")

        field = d.pop("field")

        reason = d.pop("reason")

        def _parse_line(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        line = _parse_line(d.pop("line", UNSET))

        idle = cls(
            path=path,
            value=value,
            field=field,
            reason=reason,
            line=line,
        )

        return idle
