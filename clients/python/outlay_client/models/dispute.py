from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Dispute")


@_attrs_define
class Dispute:
    """A figure of the catalogue that another source gives otherwise: which is used, and why.

    Attributes:
        table (str): The table that holds the figure.
        item (str): Whose it is: id of the chip or model, or as the table names it.
        parameter (str): What it is of.
        used (float): The figure that the table holds.
        other (float): What the other source says.
        unit (str): Unit of both.
        date (str): Day, month or year of the other source.
        source (str): The other source.
        grade (str): How good it is.
        reason (str): Why the one is used and not the other.
    """

    table: str
    item: str
    parameter: str
    used: float
    other: float
    unit: str
    date: str
    source: str
    grade: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        table = self.table

        item = self.item

        parameter = self.parameter

        used = self.used

        other = self.other

        unit = self.unit

        date = self.date

        source = self.source

        grade = self.grade

        reason = self.reason

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "table": table,
                "item": item,
                "parameter": parameter,
                "used": used,
                "other": other,
                "unit": unit,
                "date": date,
                "source": source,
                "grade": grade,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        table = d.pop("table")

        item = d.pop("item")

        parameter = d.pop("parameter")

        used = d.pop("used")

        other = d.pop("other")

        unit = d.pop("unit")

        date = d.pop("date")

        source = d.pop("source")

        grade = d.pop("grade")

        reason = d.pop("reason")

        dispute = cls(
            table=table,
            item=item,
            parameter=parameter,
            used=used,
            other=other,
            unit=unit,
            date=date,
            source=source,
            grade=grade,
            reason=reason,
        )

        return dispute
