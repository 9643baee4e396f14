from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import Literal, cast


T = TypeVar("T", bound="SweepOutlay")


@_attrs_define
class SweepOutlay:
    """What wrote the document, and the version of its form.

    Attributes:
        version (str):
        schema (Literal[2]):
    """

    version: str
    schema: Literal[2]

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        schema = self.schema

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "version": version,
                "schema": schema,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        version = d.pop("version")

        schema = cast(Literal[2], d.pop("schema"))
        if schema != 2:
            raise ValueError(f"schema must match const 2, got '{schema}'")

        sweep_outlay = cls(
            version=version,
            schema=schema,
        )

        return sweep_outlay
