from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.day_shape_basis import check_day_shape_basis
from ..models.day_shape_basis import DayShapeBasis
from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="DayShape")


@_attrs_define
class DayShape:
    """A curve of load over the day that a service may take by name (`shape`).

    Attributes:
        id (str): The name that a study writes.
        what (str): What kind of service has such a day.
        curve (str): The measured day that it follows.
        busiest_hour (float): Busiest hour of requests over the mean of the day.
        annual_event (float): Busiest night of the year over a normal day.
        basis (DayShapeBasis): Whether the ratio is measured, assumed or true by definition.
        source (str): Where the curve is from.
        grade (str): How good the source is.
        note (str | Unset): How the ratios were reached. Default: ''.
        busiest_prefill (float | None | Unset): Busiest hour of input tokens over the mean of the day, for which prefill
            is planned; null: as
            `busiest_hour`.
        busiest_decode (float | None | Unset): Busiest hour of output tokens over the mean of the day, for which decode
            is planned; null: as
            `busiest_hour`.
    """

    id: str
    what: str
    curve: str
    busiest_hour: float
    annual_event: float
    basis: DayShapeBasis
    source: str
    grade: str
    note: str | Unset = ""
    busiest_prefill: float | None | Unset = UNSET
    busiest_decode: float | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        what = self.what

        curve = self.curve

        busiest_hour = self.busiest_hour

        annual_event = self.annual_event

        basis: str = self.basis

        source = self.source

        grade = self.grade

        note = self.note

        busiest_prefill: float | None | Unset
        if isinstance(self.busiest_prefill, Unset):
            busiest_prefill = UNSET
        else:
            busiest_prefill = self.busiest_prefill

        busiest_decode: float | None | Unset
        if isinstance(self.busiest_decode, Unset):
            busiest_decode = UNSET
        else:
            busiest_decode = self.busiest_decode

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "what": what,
                "curve": curve,
                "busiest_hour": busiest_hour,
                "annual_event": annual_event,
                "basis": basis,
                "source": source,
                "grade": grade,
            }
        )
        if note is not UNSET:
            field_dict["note"] = note
        if busiest_prefill is not UNSET:
            field_dict["busiest_prefill"] = busiest_prefill
        if busiest_decode is not UNSET:
            field_dict["busiest_decode"] = busiest_decode

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        what = d.pop("what")

        curve = d.pop("curve")

        busiest_hour = d.pop("busiest_hour")

        annual_event = d.pop("annual_event")

        basis = check_day_shape_basis(d.pop("basis"))

        source = d.pop("source")

        grade = d.pop("grade")

        note = d.pop("note", UNSET)

        def _parse_busiest_prefill(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        busiest_prefill = _parse_busiest_prefill(d.pop("busiest_prefill", UNSET))

        def _parse_busiest_decode(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        busiest_decode = _parse_busiest_decode(d.pop("busiest_decode", UNSET))

        day_shape = cls(
            id=id,
            what=what,
            curve=curve,
            busiest_hour=busiest_hour,
            annual_event=annual_event,
            basis=basis,
            source=source,
            grade=grade,
            note=note,
            busiest_prefill=busiest_prefill,
            busiest_decode=busiest_decode,
        )

        return day_shape
