from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
    from ..models.outcast import Outcast


T = TypeVar("T", bound="HeldSweep")


@_attrs_define
class HeldSweep:
    """A sweep and how far its journal goes.

    Attributes:
        id (str):
        study_hash (str):
        spec (str):
        cases (int):
        done (int):
        outcasts (list[Outcast]):
        made_at (str):
        made_by (str):
    """

    id: str
    study_hash: str
    spec: str
    cases: int
    done: int
    outcasts: list[Outcast]
    made_at: str
    made_by: str

    def to_dict(self) -> dict[str, Any]:
        from ..models.outcast import Outcast  # noqa: PLC0415

        id = self.id

        study_hash = self.study_hash

        spec = self.spec

        cases = self.cases

        done = self.done

        outcasts = []
        for outcasts_item_data in self.outcasts:
            outcasts_item = outcasts_item_data.to_dict()
            outcasts.append(outcasts_item)

        made_at = self.made_at

        made_by = self.made_by

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "study_hash": study_hash,
                "spec": spec,
                "cases": cases,
                "done": done,
                "outcasts": outcasts,
                "made_at": made_at,
                "made_by": made_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.outcast import Outcast  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        study_hash = d.pop("study_hash")

        spec = d.pop("spec")

        cases = d.pop("cases")

        done = d.pop("done")

        outcasts = []
        _outcasts = d.pop("outcasts")
        for outcasts_item_data in _outcasts:
            outcasts_item = Outcast.from_dict(outcasts_item_data)

            outcasts.append(outcasts_item)

        made_at = d.pop("made_at")

        made_by = d.pop("made_by")

        held_sweep = cls(
            id=id,
            study_hash=study_hash,
            spec=spec,
            cases=cases,
            done=done,
            outcasts=outcasts,
            made_at=made_at,
            made_by=made_by,
        )

        return held_sweep
