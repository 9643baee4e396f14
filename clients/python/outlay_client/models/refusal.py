from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.refusal_status import check_refusal_status
from ..models.refusal_status import RefusalStatus
from typing import cast


T = TypeVar("T", bound="Refusal")


@_attrs_define
class Refusal:
    """Why cases have no plan.

    Attributes:
        status (RefusalStatus): No plan meets every limit; the study's own checks refuse it; the solver or a check of
            the run
            failed; its worker ended each time it was tried.
        why (str): In the words of the check that found it.
        cases (int): How many.
        first (int): The first of them.
    """

    status: RefusalStatus
    why: str
    cases: int
    first: int

    def to_dict(self) -> dict[str, Any]:
        status: str = self.status

        why = self.why

        cases = self.cases

        first = self.first

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "status": status,
                "why": why,
                "cases": cases,
                "first": first,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = check_refusal_status(d.pop("status"))

        why = d.pop("why")

        cases = d.pop("cases")

        first = d.pop("first")

        refusal = cls(
            status=status,
            why=why,
            cases=cases,
            first=first,
        )

        return refusal
