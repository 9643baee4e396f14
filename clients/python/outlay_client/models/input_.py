from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.input_group_name import check_input_group_name
from ..models.input_group_name import InputGroupName
from typing import cast


T = TypeVar("T", bound="Input")


@_attrs_define
class Input:
    """One field of a study. `PATH=VALUE UNIT` lays a new value over it.

    Attributes:
        path (str):
        name (str):
        of (str):
        group (InputGroupName):
        slides (bool):
        value (float | None):
        unit (str):
        shown (str):
        low (float | None):
        high (float | None):
        least (float | None):
        most (float | None):
        step (float | None):
        source (str):
        source_text (str):
        grade (str):
        letter (str):
        note (str):
        line (int | None):
        stated (bool):
        schedule_of (str):
        period (str):
    """

    path: str
    name: str
    of: str
    group: InputGroupName
    slides: bool
    value: float | None
    unit: str
    shown: str
    low: float | None
    high: float | None
    least: float | None
    most: float | None
    step: float | None
    source: str
    source_text: str
    grade: str
    letter: str
    note: str
    line: int | None
    stated: bool
    schedule_of: str
    period: str

    def to_dict(self) -> dict[str, Any]:
        path = self.path

        name = self.name

        of = self.of

        group: str = self.group

        slides = self.slides

        value: float | None
        value = self.value

        unit = self.unit

        shown = self.shown

        low: float | None
        low = self.low

        high: float | None
        high = self.high

        least: float | None
        least = self.least

        most: float | None
        most = self.most

        step: float | None
        step = self.step

        source = self.source

        source_text = self.source_text

        grade = self.grade

        letter = self.letter

        note = self.note

        line: int | None
        line = self.line

        stated = self.stated

        schedule_of = self.schedule_of

        period = self.period

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "path": path,
                "name": name,
                "of": of,
                "group": group,
                "slides": slides,
                "value": value,
                "unit": unit,
                "shown": shown,
                "low": low,
                "high": high,
                "least": least,
                "most": most,
                "step": step,
                "source": source,
                "source_text": source_text,
                "grade": grade,
                "letter": letter,
                "note": note,
                "line": line,
                "stated": stated,
                "schedule_of": schedule_of,
                "period": period,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        path = d.pop("path")

        name = d.pop("name")

        of = d.pop("of")

        group = check_input_group_name(d.pop("group"))

        slides = d.pop("slides")

        def _parse_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        value = _parse_value(d.pop("value"))

        unit = d.pop("unit")

        shown = d.pop("shown")

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

        def _parse_least(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        least = _parse_least(d.pop("least"))

        def _parse_most(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        most = _parse_most(d.pop("most"))

        def _parse_step(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        step = _parse_step(d.pop("step"))

        source = d.pop("source")

        source_text = d.pop("source_text")

        grade = d.pop("grade")

        letter = d.pop("letter")

        note = d.pop("note")

        def _parse_line(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        line = _parse_line(d.pop("line"))

        stated = d.pop("stated")

        schedule_of = d.pop("schedule_of")

        period = d.pop("period")

        input_ = cls(
            path=path,
            name=name,
            of=of,
            group=group,
            slides=slides,
            value=value,
            unit=unit,
            shown=shown,
            low=low,
            high=high,
            least=least,
            most=most,
            step=step,
            source=source,
            source_text=source_text,
            grade=grade,
            letter=letter,
            note=note,
            line=line,
            stated=stated,
            schedule_of=schedule_of,
            period=period,
        )

        return input_
