from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="Entry")


@_attrs_define
class Entry:
    """One line of the trail, chained to the one before so that a change of any is found.

    Attributes:
        number (int):
        at (str):
        who (str):
        did (str):
        what (str):
        detail (str):
        before (str):
        hash_ (str):
    """

    number: int
    at: str
    who: str
    did: str
    what: str
    detail: str
    before: str
    hash_: str

    def to_dict(self) -> dict[str, Any]:
        number = self.number

        at = self.at

        who = self.who

        did = self.did

        what = self.what

        detail = self.detail

        before = self.before

        hash_ = self.hash_

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "number": number,
                "at": at,
                "who": who,
                "did": did,
                "what": what,
                "detail": detail,
                "before": before,
                "hash": hash_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        number = d.pop("number")

        at = d.pop("at")

        who = d.pop("who")

        did = d.pop("did")

        what = d.pop("what")

        detail = d.pop("detail")

        before = d.pop("before")

        hash_ = d.pop("hash")

        entry = cls(
            number=number,
            at=at,
            who=who,
            did=did,
            what=what,
            detail=detail,
            before=before,
            hash_=hash_,
        )

        return entry
