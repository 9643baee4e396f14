from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="ExchangeRate")


@_attrs_define
class ExchangeRate:
    """A currency that a study may be read in, at the rate of the study's date.

    Attributes:
        code (str):
        rate (float):
        known_on (str):
        source (str):
    """

    code: str
    rate: float
    known_on: str
    source: str

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        rate = self.rate

        known_on = self.known_on

        source = self.source

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "code": code,
                "rate": rate,
                "known_on": known_on,
                "source": source,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        rate = d.pop("rate")

        known_on = d.pop("known_on")

        source = d.pop("source")

        exchange_rate = cls(
            code=code,
            rate=rate,
            known_on=known_on,
            source=source,
        )

        return exchange_rate
