from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.fx_rate_kind import check_fx_rate_kind
from ..models.fx_rate_kind import FxRateKind
from typing import cast


T = TypeVar("T", bound="FxRate")


@_attrs_define
class FxRate:
    """An exchange rate: `rate` of `quote` per `base`.

    Attributes:
        date (str): Day or month.
        kind (FxRateKind): Mean of the month, of that day, or fixed by the central bank of China.
        base (str): ISO currency.
        quote (str): ISO currency.
        rate (float): The rate.
        source (str): Where it is published.
        grade (str): How good the source is.
    """

    date: str
    kind: FxRateKind
    base: str
    quote: str
    rate: float
    source: str
    grade: str

    def to_dict(self) -> dict[str, Any]:
        date = self.date

        kind: str = self.kind

        base = self.base

        quote = self.quote

        rate = self.rate

        source = self.source

        grade = self.grade

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "date": date,
                "kind": kind,
                "base": base,
                "quote": quote,
                "rate": rate,
                "source": source,
                "grade": grade,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        date = d.pop("date")

        kind = check_fx_rate_kind(d.pop("kind"))

        base = d.pop("base")

        quote = d.pop("quote")

        rate = d.pop("rate")

        source = d.pop("source")

        grade = d.pop("grade")

        fx_rate = cls(
            date=date,
            kind=kind,
            base=base,
            quote=quote,
            rate=rate,
            source=source,
            grade=grade,
        )

        return fx_rate
