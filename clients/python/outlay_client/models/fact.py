from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
    from ..models.dispute import Dispute


T = TypeVar("T", bound="Fact")


@_attrs_define
class Fact:
    """One number behind a chip or a model, as its source has it.

    Attributes:
        parameter (str): What it is.
        value (float): The number, in `unit`.
        unit (str): Its unit.
        date (str): When it was read.
        grade (str): How good the source is.
        source (str): Where it is from.
        note (str): What a reader should know.
        disputes (list[Dispute] | Unset): What other sources say of it, and why they are not used.
    """

    parameter: str
    value: float
    unit: str
    date: str
    grade: str
    source: str
    note: str
    disputes: list[Dispute] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.dispute import Dispute  # noqa: PLC0415

        parameter = self.parameter

        value = self.value

        unit = self.unit

        date = self.date

        grade = self.grade

        source = self.source

        note = self.note

        disputes: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.disputes, Unset):
            disputes = []
            for disputes_item_data in self.disputes:
                disputes_item = disputes_item_data.to_dict()
                disputes.append(disputes_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "parameter": parameter,
                "value": value,
                "unit": unit,
                "date": date,
                "grade": grade,
                "source": source,
                "note": note,
            }
        )
        if disputes is not UNSET:
            field_dict["disputes"] = disputes

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.dispute import Dispute  # noqa: PLC0415

        d = dict(src_dict)
        parameter = d.pop("parameter")

        value = d.pop("value")

        unit = d.pop("unit")

        date = d.pop("date")

        grade = d.pop("grade")

        source = d.pop("source")

        note = d.pop("note")

        _disputes = d.pop("disputes", UNSET)
        disputes: list[Dispute] | Unset = UNSET
        if _disputes is not UNSET:
            disputes = []
            for disputes_item_data in _disputes:
                disputes_item = Dispute.from_dict(disputes_item_data)

                disputes.append(disputes_item)

        fact = cls(
            parameter=parameter,
            value=value,
            unit=unit,
            date=date,
            grade=grade,
            source=source,
            note=note,
            disputes=disputes,
        )

        return fact
