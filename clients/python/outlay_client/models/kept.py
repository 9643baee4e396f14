from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast


T = TypeVar("T", bound="Kept")


@_attrs_define
class Kept:
    """An input that the study keeps and that no stage acts on.

    Attributes:
        what (str): The input.
        value (str): What is known of it.
        why (str): Why no stage uses it.
        source (None | str): Key of its source; null: none.
    """

    what: str
    value: str
    why: str
    source: None | str

    def to_dict(self) -> dict[str, Any]:
        what = self.what

        value = self.value

        why = self.why

        source: None | str
        source = self.source

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "what": what,
                "value": value,
                "why": why,
                "source": source,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        what = d.pop("what")

        value = d.pop("value")

        why = d.pop("why")

        def _parse_source(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        source = _parse_source(d.pop("source"))

        kept = cls(
            what=what,
            value=value,
            why=why,
            source=source,
        )

        return kept
