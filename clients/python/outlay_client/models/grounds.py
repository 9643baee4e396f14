from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.grounds_metric import check_grounds_metric
from ..models.grounds_metric import GroundsMetric
from ..models.grounds_period import check_grounds_period
from ..models.grounds_period import GroundsPeriod
from ..models.grounds_subject import check_grounds_subject
from ..models.grounds_subject import GroundsSubject
from ..models.grounds_unit import check_grounds_unit
from ..models.grounds_unit import GroundsUnit
from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="Grounds")


@_attrs_define
class Grounds:
    """What each field of a claim stands on.

    Attributes:
        subject (GroundsSubject | Unset): Whom it is about. Default: ''.
        metric (GroundsMetric | Unset): What is measured. Default: ''.
        period (GroundsPeriod | Unset): When it holds. Default: ''.
        unit (GroundsUnit | Unset): What it is counted in, scale included. Default: ''.
    """

    subject: GroundsSubject | Unset = ""
    metric: GroundsMetric | Unset = ""
    period: GroundsPeriod | Unset = ""
    unit: GroundsUnit | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        subject: str | Unset = UNSET
        if not isinstance(self.subject, Unset):
            subject = self.subject

        metric: str | Unset = UNSET
        if not isinstance(self.metric, Unset):
            metric = self.metric

        period: str | Unset = UNSET
        if not isinstance(self.period, Unset):
            period = self.period

        unit: str | Unset = UNSET
        if not isinstance(self.unit, Unset):
            unit = self.unit

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if subject is not UNSET:
            field_dict["subject"] = subject
        if metric is not UNSET:
            field_dict["metric"] = metric
        if period is not UNSET:
            field_dict["period"] = period
        if unit is not UNSET:
            field_dict["unit"] = unit

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _subject = d.pop("subject", UNSET)
        subject: GroundsSubject | Unset
        if isinstance(_subject, Unset):
            subject = UNSET
        else:
            subject = check_grounds_subject(_subject)

        _metric = d.pop("metric", UNSET)
        metric: GroundsMetric | Unset
        if isinstance(_metric, Unset):
            metric = UNSET
        else:
            metric = check_grounds_metric(_metric)

        _period = d.pop("period", UNSET)
        period: GroundsPeriod | Unset
        if isinstance(_period, Unset):
            period = UNSET
        else:
            period = check_grounds_period(_period)

        _unit = d.pop("unit", UNSET)
        unit: GroundsUnit | Unset
        if isinstance(_unit, Unset):
            unit = UNSET
        else:
            unit = check_grounds_unit(_unit)

        grounds = cls(
            subject=subject,
            metric=metric,
            period=period,
            unit=unit,
        )

        return grounds
