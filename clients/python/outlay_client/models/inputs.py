from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
    from ..models.exchange_rate import ExchangeRate
    from ..models.input_group import InputGroup


T = TypeVar("T", bound="Inputs")


@_attrs_define
class Inputs:
    """Every field of a study that one may move.

    Attributes:
        study (str):
        version (int):
        currency (str):
        rates (list[ExchangeRate]):
        groups (list[InputGroup]):
        scenarios (list[str]):
    """

    study: str
    version: int
    currency: str
    rates: list[ExchangeRate]
    groups: list[InputGroup]
    scenarios: list[str]

    def to_dict(self) -> dict[str, Any]:
        from ..models.exchange_rate import ExchangeRate  # noqa: PLC0415
        from ..models.input_group import InputGroup  # noqa: PLC0415

        study = self.study

        version = self.version

        currency = self.currency

        rates = []
        for rates_item_data in self.rates:
            rates_item = rates_item_data.to_dict()
            rates.append(rates_item)

        groups = []
        for groups_item_data in self.groups:
            groups_item = groups_item_data.to_dict()
            groups.append(groups_item)

        scenarios = self.scenarios

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "study": study,
                "version": version,
                "currency": currency,
                "rates": rates,
                "groups": groups,
                "scenarios": scenarios,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.exchange_rate import ExchangeRate  # noqa: PLC0415
        from ..models.input_group import InputGroup  # noqa: PLC0415

        d = dict(src_dict)
        study = d.pop("study")

        version = d.pop("version")

        currency = d.pop("currency")

        rates = []
        _rates = d.pop("rates")
        for rates_item_data in _rates:
            rates_item = ExchangeRate.from_dict(rates_item_data)

            rates.append(rates_item)

        groups = []
        _groups = d.pop("groups")
        for groups_item_data in _groups:
            groups_item = InputGroup.from_dict(groups_item_data)

            groups.append(groups_item)

        scenarios = cast(list[str], d.pop("scenarios"))

        inputs = cls(
            study=study,
            version=version,
            currency=currency,
            rates=rates,
            groups=groups,
            scenarios=scenarios,
        )

        return inputs
