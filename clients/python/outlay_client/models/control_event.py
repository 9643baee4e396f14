from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime


T = TypeVar("T", bound="ControlEvent")


@_attrs_define
class ControlEvent:
    """A dated export-control measure.

    Attributes:
        date (datetime.date): Its day.
        actor (str): Who acts.
        event (str): The measure.
        chips (list[str]): Catalogue ids that it is about.
        effect (str): What it changes.
        source (str): Where it is reported.
        grade (str): How good the source is.
    """

    date: datetime.date
    actor: str
    event: str
    chips: list[str]
    effect: str
    source: str
    grade: str

    def to_dict(self) -> dict[str, Any]:
        date = self.date.isoformat()

        actor = self.actor

        event = self.event

        chips = self.chips

        effect = self.effect

        source = self.source

        grade = self.grade

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "date": date,
                "actor": actor,
                "event": event,
                "chips": chips,
                "effect": effect,
                "source": source,
                "grade": grade,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        date = datetime.date.fromisoformat(d.pop("date"))

        actor = d.pop("actor")

        event = d.pop("event")

        chips = cast(list[str], d.pop("chips"))

        effect = d.pop("effect")

        source = d.pop("source")

        grade = d.pop("grade")

        control_event = cls(
            date=date,
            actor=actor,
            event=event,
            chips=chips,
            effect=effect,
            source=source,
            grade=grade,
        )

        return control_event
