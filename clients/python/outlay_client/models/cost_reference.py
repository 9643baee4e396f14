from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset


T = TypeVar("T", bound="CostReference")


@_attrs_define
class CostReference:
    """A published cost, life, tariff or load, `low` to `high` in `unit` as printed.

    Attributes:
        id (str): Catalogue id.
        topic (str): What it belongs to.
        item (str): What it is of.
        low (float): Low end.
        high (float): High end.
        unit (str): Unit as printed.
        region (str): Where.
        date (str): Of the publication.
        kind (str): published, press, broker, derived, estimate, guess, inferred, opinion, recalled, …
        source (str): Where it is published.
        grade (str): How good the source is.
        note (str | Unset): What a reader should know. Default: ''.
    """

    id: str
    topic: str
    item: str
    low: float
    high: float
    unit: str
    region: str
    date: str
    kind: str
    source: str
    grade: str
    note: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        topic = self.topic

        item = self.item

        low = self.low

        high = self.high

        unit = self.unit

        region = self.region

        date = self.date

        kind = self.kind

        source = self.source

        grade = self.grade

        note = self.note

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "topic": topic,
                "item": item,
                "low": low,
                "high": high,
                "unit": unit,
                "region": region,
                "date": date,
                "kind": kind,
                "source": source,
                "grade": grade,
            }
        )
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        topic = d.pop("topic")

        item = d.pop("item")

        low = d.pop("low")

        high = d.pop("high")

        unit = d.pop("unit")

        region = d.pop("region")

        date = d.pop("date")

        kind = d.pop("kind")

        source = d.pop("source")

        grade = d.pop("grade")

        note = d.pop("note", UNSET)

        cost_reference = cls(
            id=id,
            topic=topic,
            item=item,
            low=low,
            high=high,
            unit=unit,
            region=region,
            date=date,
            kind=kind,
            source=source,
            grade=grade,
            note=note,
        )

        return cost_reference
