from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime


T = TypeVar("T", bound="SeriesPoint")


@_attrs_define
class SeriesPoint:
    """One announcement of a firm's token volume; firms count different things.

    Attributes:
        series (str): Id of the series.
        date (datetime.date): Its day; of a month or year, the middle.
        value (float): The volume.
        floor (bool): Whether it is said as "over".
        grade (str): How good the source is.
        source (str): Where it is said.
        date_sd_days (float | Unset): Standard deviation of the day. Default: 0.0.
        note (str | Unset): What a reader should know. Default: ''.
    """

    series: str
    date: datetime.date
    value: float
    floor: bool
    grade: str
    source: str
    date_sd_days: float | Unset = 0.0
    note: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        series = self.series

        date = self.date.isoformat()

        value = self.value

        floor = self.floor

        grade = self.grade

        source = self.source

        date_sd_days = self.date_sd_days

        note = self.note

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "series": series,
                "date": date,
                "value": value,
                "floor": floor,
                "grade": grade,
                "source": source,
            }
        )
        if date_sd_days is not UNSET:
            field_dict["date_sd_days"] = date_sd_days
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        series = d.pop("series")

        date = datetime.date.fromisoformat(d.pop("date"))

        value = d.pop("value")

        floor = d.pop("floor")

        grade = d.pop("grade")

        source = d.pop("source")

        date_sd_days = d.pop("date_sd_days", UNSET)

        note = d.pop("note", UNSET)

        series_point = cls(
            series=series,
            date=date,
            value=value,
            floor=floor,
            grade=grade,
            source=source,
            date_sd_days=date_sd_days,
            note=note,
        )

        return series_point
