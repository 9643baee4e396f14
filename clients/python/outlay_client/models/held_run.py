from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast


T = TypeVar("T", bound="HeldRun")


@_attrs_define
class HeldRun:
    """A plan that was made and is kept whole: its folder is what `outlay plan --out` writes.

    Attributes:
        id (str):
        study (str):
        study_version (int):
        title (str):
        name (str):
        scenario (str):
        changes (list[str]):
        verdict (str):
        objective (float):
        currency (str):
        made_at (str):
        made_by (str):
    """

    id: str
    study: str
    study_version: int
    title: str
    name: str
    scenario: str
    changes: list[str]
    verdict: str
    objective: float
    currency: str
    made_at: str
    made_by: str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        study = self.study

        study_version = self.study_version

        title = self.title

        name = self.name

        scenario = self.scenario

        changes = self.changes

        verdict = self.verdict

        objective = self.objective

        currency = self.currency

        made_at = self.made_at

        made_by = self.made_by

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "study": study,
                "study_version": study_version,
                "title": title,
                "name": name,
                "scenario": scenario,
                "changes": changes,
                "verdict": verdict,
                "objective": objective,
                "currency": currency,
                "made_at": made_at,
                "made_by": made_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        study = d.pop("study")

        study_version = d.pop("study_version")

        title = d.pop("title")

        name = d.pop("name")

        scenario = d.pop("scenario")

        changes = cast(list[str], d.pop("changes"))

        verdict = d.pop("verdict")

        objective = d.pop("objective")

        currency = d.pop("currency")

        made_at = d.pop("made_at")

        made_by = d.pop("made_by")

        held_run = cls(
            id=id,
            study=study,
            study_version=study_version,
            title=title,
            name=name,
            scenario=scenario,
            changes=changes,
            verdict=verdict,
            objective=objective,
            currency=currency,
            made_at=made_at,
            made_by=made_by,
        )

        return held_run
