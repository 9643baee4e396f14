from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="MarketFact")


@_attrs_define
class MarketFact:
    """A dated figure of the market that no other table holds, `low` to `high` in `unit`.

    Attributes:
        topic (str): accounting, capex, chip, export, lease, memory, model, money, power, rent.
        item (str): Whose it is.
        parameter (str): What it is of.
        low (float | None): Low end; null where it is no number.
        high (float | None): High end; null where it is no number.
        words (str): What is said where it is no number.
        unit (str): Unit as printed.
        date (str): Day, month or year that it was said or is of.
        source (str): Where it is said.
        grade (str): How good the source is.
        note (str | Unset): What a reader should know. Default: ''.
    """

    topic: str
    item: str
    parameter: str
    low: float | None
    high: float | None
    words: str
    unit: str
    date: str
    source: str
    grade: str
    note: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        topic = self.topic

        item = self.item

        parameter = self.parameter

        low: float | None
        low = self.low

        high: float | None
        high = self.high

        words = self.words

        unit = self.unit

        date = self.date

        source = self.source

        grade = self.grade

        note = self.note

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "topic": topic,
                "item": item,
                "parameter": parameter,
                "low": low,
                "high": high,
                "words": words,
                "unit": unit,
                "date": date,
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
        topic = d.pop("topic")

        item = d.pop("item")

        parameter = d.pop("parameter")

        def _parse_low(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        low = _parse_low(d.pop("low"))

        def _parse_high(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        high = _parse_high(d.pop("high"))

        words = d.pop("words")

        unit = d.pop("unit")

        date = d.pop("date")

        source = d.pop("source")

        grade = d.pop("grade")

        note = d.pop("note", UNSET)

        market_fact = cls(
            topic=topic,
            item=item,
            parameter=parameter,
            low=low,
            high=high,
            words=words,
            unit=unit,
            date=date,
            source=source,
            grade=grade,
            note=note,
        )

        return market_fact
