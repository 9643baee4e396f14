from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.work_kind import check_work_kind
from ..models.work_kind import WorkKind
from ..models.work_state import check_work_state
from ..models.work_state import WorkState
from typing import cast


T = TypeVar("T", bound="Work")


@_attrs_define
class Work:
    """Something that takes longer than a request: a plan, a sweep, a reading of documents.

    Attributes:
        id (str):
        kind (WorkKind):
        study (str):
        state (WorkState):
        share (float | None):
        said (str):
        tries (int):
        result (str):
        why (str):
        asked_at (str):
        asked_by (str):
        ended_at (str):
    """

    id: str
    kind: WorkKind
    study: str
    state: WorkState
    share: float | None
    said: str
    tries: int
    result: str
    why: str
    asked_at: str
    asked_by: str
    ended_at: str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind: str = self.kind

        study = self.study

        state: str = self.state

        share: float | None
        share = self.share

        said = self.said

        tries = self.tries

        result = self.result

        why = self.why

        asked_at = self.asked_at

        asked_by = self.asked_by

        ended_at = self.ended_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "study": study,
                "state": state,
                "share": share,
                "said": said,
                "tries": tries,
                "result": result,
                "why": why,
                "asked_at": asked_at,
                "asked_by": asked_by,
                "ended_at": ended_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        kind = check_work_kind(d.pop("kind"))

        study = d.pop("study")

        state = check_work_state(d.pop("state"))

        def _parse_share(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        share = _parse_share(d.pop("share"))

        said = d.pop("said")

        tries = d.pop("tries")

        result = d.pop("result")

        why = d.pop("why")

        asked_at = d.pop("asked_at")

        asked_by = d.pop("asked_by")

        ended_at = d.pop("ended_at")

        work = cls(
            id=id,
            kind=kind,
            study=study,
            state=state,
            share=share,
            said=said,
            tries=tries,
            result=result,
            why=why,
            asked_at=asked_at,
            asked_by=asked_by,
            ended_at=ended_at,
        )

        return work
