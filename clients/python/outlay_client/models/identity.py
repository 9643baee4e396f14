from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.identity_verdict import check_identity_verdict
from ..models.identity_verdict import IdentityVerdict
from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="Identity")


@_attrs_define
class Identity:
    """Arithmetic on stated numbers.

    Attributes:
        claims (list[str]): Ids of the claims.
        statement (str): The arithmetic in words.
        computed (float): What it gives, in `unit`.
        stated (float | None): What a document or table says, in `unit`.
        verdict (IdentityVerdict): Whether the two agree; `computed` where there is nothing to agree with.
        unit (str | Unset): Unit of the values. Default: ''.
        name (str | Unset): What the identity is called. Default: ''.
        low (float | None | Unset): Least that rounding allows.
        high (float | None | Unset): Most that rounding allows.
    """

    claims: list[str]
    statement: str
    computed: float
    stated: float | None
    verdict: IdentityVerdict
    unit: str | Unset = ""
    name: str | Unset = ""
    low: float | None | Unset = UNSET
    high: float | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        claims = self.claims

        statement = self.statement

        computed = self.computed

        stated: float | None
        stated = self.stated

        verdict: str = self.verdict

        unit = self.unit

        name = self.name

        low: float | None | Unset
        if isinstance(self.low, Unset):
            low = UNSET
        else:
            low = self.low

        high: float | None | Unset
        if isinstance(self.high, Unset):
            high = UNSET
        else:
            high = self.high

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "claims": claims,
                "statement": statement,
                "computed": computed,
                "stated": stated,
                "verdict": verdict,
            }
        )
        if unit is not UNSET:
            field_dict["unit"] = unit
        if name is not UNSET:
            field_dict["name"] = name
        if low is not UNSET:
            field_dict["low"] = low
        if high is not UNSET:
            field_dict["high"] = high

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        claims = cast(list[str], d.pop("claims"))

        statement = d.pop("statement")

        computed = d.pop("computed")

        def _parse_stated(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        stated = _parse_stated(d.pop("stated"))

        verdict = check_identity_verdict(d.pop("verdict"))

        unit = d.pop("unit", UNSET)

        name = d.pop("name", UNSET)

        def _parse_low(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        low = _parse_low(d.pop("low", UNSET))

        def _parse_high(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        high = _parse_high(d.pop("high", UNSET))

        identity = cls(
            claims=claims,
            statement=statement,
            computed=computed,
            stated=stated,
            verdict=verdict,
            unit=unit,
            name=name,
            low=low,
            high=high,
        )

        return identity
