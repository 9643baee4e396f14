from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.contradiction_severity import check_contradiction_severity
from ..models.contradiction_severity import ContradictionSeverity
from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="Contradiction")


@_attrs_define
class Contradiction:
    """Claims that cannot all be right.

    Attributes:
        claims (list[str]): Ids of the claims.
        relation (str): How they stand to one another.
        factor (float | None): The larger over the smaller; null where there is no ratio.
        likely_cause (str): The likeliest cause.
        keep (str): Which claim to keep.
        text (str): The contradiction in one sentence.
        severity (ContradictionSeverity | Unset): hard: both cannot hold; soft: only after rounding or on another basis;
            note: to know. Default: 'hard'.
    """

    claims: list[str]
    relation: str
    factor: float | None
    likely_cause: str
    keep: str
    text: str
    severity: ContradictionSeverity | Unset = "hard"

    def to_dict(self) -> dict[str, Any]:
        claims = self.claims

        relation = self.relation

        factor: float | None
        factor = self.factor

        likely_cause = self.likely_cause

        keep = self.keep

        text = self.text

        severity: str | Unset = UNSET
        if not isinstance(self.severity, Unset):
            severity = self.severity

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "claims": claims,
                "relation": relation,
                "factor": factor,
                "likely_cause": likely_cause,
                "keep": keep,
                "text": text,
            }
        )
        if severity is not UNSET:
            field_dict["severity"] = severity

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        claims = cast(list[str], d.pop("claims"))

        relation = d.pop("relation")

        def _parse_factor(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        factor = _parse_factor(d.pop("factor"))

        likely_cause = d.pop("likely_cause")

        keep = d.pop("keep")

        text = d.pop("text")

        _severity = d.pop("severity", UNSET)
        severity: ContradictionSeverity | Unset
        if isinstance(_severity, Unset):
            severity = UNSET
        else:
            severity = check_contradiction_severity(_severity)

        contradiction = cls(
            claims=claims,
            relation=relation,
            factor=factor,
            likely_cause=likely_cause,
            keep=keep,
            text=text,
            severity=severity,
        )

        return contradiction
