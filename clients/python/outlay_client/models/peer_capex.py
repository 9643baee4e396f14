from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="PeerCapex")


@_attrs_define
class PeerCapex:
    """One statement of a firm's capital expenditure; scopes differ: never add unread.

    Attributes:
        company (str): The firm.
        period (str): As stated: calendar, fiscal or other.
        low (float): Low end.
        high (float | None): High end; null where the statement is a floor.
        currency (str): ISO currency.
        status (str): actual, guidance, plan, press, estimate, commitment.
        as_of (str): When it was said.
        scope (str): What is counted in it.
        source (str): Where it is said.
        grade (str): How good the source is.
        note (str | Unset): What a reader should know. Default: ''.
    """

    company: str
    period: str
    low: float
    high: float | None
    currency: str
    status: str
    as_of: str
    scope: str
    source: str
    grade: str
    note: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        company = self.company

        period = self.period

        low = self.low

        high: float | None
        high = self.high

        currency = self.currency

        status = self.status

        as_of = self.as_of

        scope = self.scope

        source = self.source

        grade = self.grade

        note = self.note

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "company": company,
                "period": period,
                "low": low,
                "high": high,
                "currency": currency,
                "status": status,
                "as_of": as_of,
                "scope": scope,
                "source": source,
                "grade": grade,
            }
        )
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        company = d.pop("company")

        period = d.pop("period")

        low = d.pop("low")

        def _parse_high(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        high = _parse_high(d.pop("high"))

        currency = d.pop("currency")

        status = d.pop("status")

        as_of = d.pop("as_of")

        scope = d.pop("scope")

        source = d.pop("source")

        grade = d.pop("grade")

        note = d.pop("note", UNSET)

        peer_capex = cls(
            company=company,
            period=period,
            low=low,
            high=high,
            currency=currency,
            status=status,
            as_of=as_of,
            scope=scope,
            source=source,
            grade=grade,
            note=note,
        )

        return peer_capex
