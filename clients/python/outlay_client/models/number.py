from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="Number")


@_attrs_define
class Number:
    """One number of a study: a fact with a source, or an assumption.

    Attributes:
        path (str): Where in the study it stands.
        value (float): The number, in `unit`.
        unit (str): Its base unit.
        low (float | None): Low end of its stated range.
        high (float | None): High end of its stated range.
        source (str): Key of its source; empty: none.
        grade (str): The source's grade, or `assumption`.
        note (str): What the study says of it.
        stated (bool): False where it is a default of Outlay's.
        line (int | None): Line of the study; null where nobody wrote it.
        where (str | Unset): File, line and path. Default: ''.
    """

    path: str
    value: float
    unit: str
    low: float | None
    high: float | None
    source: str
    grade: str
    note: str
    stated: bool
    line: int | None
    where: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        path = self.path

        value = self.value

        unit = self.unit

        low: float | None
        low = self.low

        high: float | None
        high = self.high

        source = self.source

        grade = self.grade

        note = self.note

        stated = self.stated

        line: int | None
        line = self.line

        where = self.where

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "path": path,
                "value": value,
                "unit": unit,
                "low": low,
                "high": high,
                "source": source,
                "grade": grade,
                "note": note,
                "stated": stated,
                "line": line,
            }
        )
        if where is not UNSET:
            field_dict["where"] = where

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        path = d.pop("path")

        value = d.pop("value")

        unit = d.pop("unit")

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

        source = d.pop("source")

        grade = d.pop("grade")

        note = d.pop("note")

        stated = d.pop("stated")

        def _parse_line(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        line = _parse_line(d.pop("line"))

        where = d.pop("where", UNSET)

        number = cls(
            path=path,
            value=value,
            unit=unit,
            low=low,
            high=high,
            source=source,
            grade=grade,
            note=note,
            stated=stated,
            line=line,
            where=where,
        )

        return number
