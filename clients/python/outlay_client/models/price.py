from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset


T = TypeVar("T", bound="Price")


@_attrs_define
class Price:
    """A dated price or rent, low to high, in `currency` per `unit`.

    Attributes:
        item (str): What is sold.
        category (str): api, card, chip, cluster, module, rack, rental, server, system.
        low (float): Low end.
        high (float): High end.
        unit (str): What it is the price of.
        currency (str): ISO currency.
        date (str): Day, month or year that it was seen.
        region (str): Where.
        source (str): Where it is said.
        grade (str): How good the source is.
        chip (str | Unset): Catalogue id where the item is a chip. Default: ''.
        note (str | Unset): What a reader should know. Default: ''.
    """

    item: str
    category: str
    low: float
    high: float
    unit: str
    currency: str
    date: str
    region: str
    source: str
    grade: str
    chip: str | Unset = ""
    note: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        item = self.item

        category = self.category

        low = self.low

        high = self.high

        unit = self.unit

        currency = self.currency

        date = self.date

        region = self.region

        source = self.source

        grade = self.grade

        chip = self.chip

        note = self.note

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "item": item,
                "category": category,
                "low": low,
                "high": high,
                "unit": unit,
                "currency": currency,
                "date": date,
                "region": region,
                "source": source,
                "grade": grade,
            }
        )
        if chip is not UNSET:
            field_dict["chip"] = chip
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        item = d.pop("item")

        category = d.pop("category")

        low = d.pop("low")

        high = d.pop("high")

        unit = d.pop("unit")

        currency = d.pop("currency")

        date = d.pop("date")

        region = d.pop("region")

        source = d.pop("source")

        grade = d.pop("grade")

        chip = d.pop("chip", UNSET)

        note = d.pop("note", UNSET)

        price = cls(
            item=item,
            category=category,
            low=low,
            high=high,
            unit=unit,
            currency=currency,
            date=date,
            region=region,
            source=source,
            grade=grade,
            chip=chip,
            note=note,
        )

        return price
