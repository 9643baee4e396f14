from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.thing_kind import check_thing_kind
from ..models.thing_kind import ThingKind
from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="Thing")


@_attrs_define
class Thing:
    """A thing that the plan speaks of by its id; words call it by a name for people.

    Attributes:
        id (str): The study's id, or the catalogue's.
        kind (ThingKind): What it is.
        title (str): What the study or the catalogue calls it; empty: it has only its id.
        chip (str | Unset): Catalogue id of its chip; empty where it has none. Default: ''.
    """

    id: str
    kind: ThingKind
    title: str
    chip: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind: str = self.kind

        title = self.title

        chip = self.chip

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "title": title,
            }
        )
        if chip is not UNSET:
            field_dict["chip"] = chip

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        kind = check_thing_kind(d.pop("kind"))

        title = d.pop("title")

        chip = d.pop("chip", UNSET)

        thing = cls(
            id=id,
            kind=kind,
            title=title,
            chip=chip,
        )

        return thing
