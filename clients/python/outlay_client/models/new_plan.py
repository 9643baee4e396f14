from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="NewPlan")


@_attrs_define
class NewPlan:
    """A plan of a study with changes, to be kept as a run.

    Attributes:
        set_ (list[str] | Unset):
        scenario (str | Unset):  Default: ''.
        name (str | Unset):  Default: ''.
        quick (bool | Unset):  Default: False.
        language (str | Unset):  Default: 'en'.
    """

    set_: list[str] | Unset = UNSET
    scenario: str | Unset = ""
    name: str | Unset = ""
    quick: bool | Unset = False
    language: str | Unset = "en"

    def to_dict(self) -> dict[str, Any]:
        set_: list[str] | Unset = UNSET
        if not isinstance(self.set_, Unset):
            set_ = self.set_

        scenario = self.scenario

        name = self.name

        quick = self.quick

        language = self.language

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if set_ is not UNSET:
            field_dict["set"] = set_
        if scenario is not UNSET:
            field_dict["scenario"] = scenario
        if name is not UNSET:
            field_dict["name"] = name
        if quick is not UNSET:
            field_dict["quick"] = quick
        if language is not UNSET:
            field_dict["language"] = language

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        set_ = cast(list[str], d.pop("set", UNSET))

        scenario = d.pop("scenario", UNSET)

        name = d.pop("name", UNSET)

        quick = d.pop("quick", UNSET)

        language = d.pop("language", UNSET)

        new_plan = cls(
            set_=set_,
            scenario=scenario,
            name=name,
            quick=quick,
            language=language,
        )

        return new_plan
