from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="Region")


@_attrs_define
class Region:
    """A place where chips may stand.

    Attributes:
        id (str): Catalogue id.
        name (str): The place.
        country (str): ISO country.
        tariff (float | None): Price of electricity.
        tariff_currency (str): ISO currency of the tariff.
        pue (float | None): Power of the site over that of its IT.
        source (str): Where the figures are from.
        grade (str): How good the source is.
        note (str | Unset): What a reader should know. Default: ''.
        tariff_low (float | None | Unset): Low end of the tariff.
        tariff_high (float | None | Unset): High end of the tariff.
    """

    id: str
    name: str
    country: str
    tariff: float | None
    tariff_currency: str
    pue: float | None
    source: str
    grade: str
    note: str | Unset = ""
    tariff_low: float | None | Unset = UNSET
    tariff_high: float | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        country = self.country

        tariff: float | None
        tariff = self.tariff

        tariff_currency = self.tariff_currency

        pue: float | None
        pue = self.pue

        source = self.source

        grade = self.grade

        note = self.note

        tariff_low: float | None | Unset
        if isinstance(self.tariff_low, Unset):
            tariff_low = UNSET
        else:
            tariff_low = self.tariff_low

        tariff_high: float | None | Unset
        if isinstance(self.tariff_high, Unset):
            tariff_high = UNSET
        else:
            tariff_high = self.tariff_high

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "country": country,
                "tariff": tariff,
                "tariff_currency": tariff_currency,
                "pue": pue,
                "source": source,
                "grade": grade,
            }
        )
        if note is not UNSET:
            field_dict["note"] = note
        if tariff_low is not UNSET:
            field_dict["tariff_low"] = tariff_low
        if tariff_high is not UNSET:
            field_dict["tariff_high"] = tariff_high

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        country = d.pop("country")

        def _parse_tariff(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        tariff = _parse_tariff(d.pop("tariff"))

        tariff_currency = d.pop("tariff_currency")

        def _parse_pue(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        pue = _parse_pue(d.pop("pue"))

        source = d.pop("source")

        grade = d.pop("grade")

        note = d.pop("note", UNSET)

        def _parse_tariff_low(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        tariff_low = _parse_tariff_low(d.pop("tariff_low", UNSET))

        def _parse_tariff_high(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        tariff_high = _parse_tariff_high(d.pop("tariff_high", UNSET))

        region = cls(
            id=id,
            name=name,
            country=country,
            tariff=tariff,
            tariff_currency=tariff_currency,
            pue=pue,
            source=source,
            grade=grade,
            note=note,
            tariff_low=tariff_low,
            tariff_high=tariff_high,
        )

        return region
