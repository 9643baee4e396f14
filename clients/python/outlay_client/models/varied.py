from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.varied_way import check_varied_way
from ..models.varied_way import VariedWay
from typing import cast


T = TypeVar("T", bound="Varied")


@_attrs_define
class Varied:
    """An input that was varied.

    Attributes:
        path (str): Where in the study it stands.
        way (VariedWay): Values at even steps; values one by one; drawn between two ends; one end, then the other,
            while all else stays.
        unit (str): Of its values; empty: they are texts.
        stated (float | None | str): What the study says; null where it says more than one thing.
        values (list[float | str]): Its values; of others than grids and lists the low and the high end.
    """

    path: str
    way: VariedWay
    unit: str
    stated: float | None | str
    values: list[float | str]

    def to_dict(self) -> dict[str, Any]:
        path = self.path

        way: str = self.way

        unit = self.unit

        stated: float | None | str
        stated = self.stated

        values = []
        for values_item_data in self.values:
            values_item: float | str
            values_item = values_item_data
            values.append(values_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "path": path,
                "way": way,
                "unit": unit,
                "stated": stated,
                "values": values,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        path = d.pop("path")

        way = check_varied_way(d.pop("way"))

        unit = d.pop("unit")

        def _parse_stated(data: object) -> float | None | str:
            if data is None:
                return data
            return cast(float | None | str, data)

        stated = _parse_stated(d.pop("stated"))

        values = []
        _values = d.pop("values")
        for values_item_data in _values:

            def _parse_values_item(data: object) -> float | str:
                return cast(float | str, data)

            values_item = _parse_values_item(values_item_data)

            values.append(values_item)

        varied = cls(
            path=path,
            way=way,
            unit=unit,
            stated=stated,
            values=values,
        )

        return varied
