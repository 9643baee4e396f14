from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast


T = TypeVar("T", bound="Surface")


@_attrs_define
class Surface:
    """An answer over two inputs: the mean of the cases that have a plan at each pair of values.

    Attributes:
        of (str): The column.
        unit (str): Of its numbers.
        x (str): The input along each row.
        y (str): The input down the rows.
        xs (list[float | str]): Values of x; of drawn ones the middle of each sixth of its range.
        ys (list[float | str]): Values of y.
        cells (list[list[float | None]]): [y][x]: the answer; null where no case there has a plan.
        without (list[list[int]]): [y][x]: cases without a plan.
    """

    of: str
    unit: str
    x: str
    y: str
    xs: list[float | str]
    ys: list[float | str]
    cells: list[list[float | None]]
    without: list[list[int]]

    def to_dict(self) -> dict[str, Any]:
        of = self.of

        unit = self.unit

        x = self.x

        y = self.y

        xs = []
        for xs_item_data in self.xs:
            xs_item: float | str
            xs_item = xs_item_data
            xs.append(xs_item)

        ys = []
        for ys_item_data in self.ys:
            ys_item: float | str
            ys_item = ys_item_data
            ys.append(ys_item)

        cells = []
        for cells_item_data in self.cells:
            cells_item = []
            for cells_item_item_data in cells_item_data:
                cells_item_item: float | None
                cells_item_item = cells_item_item_data
                cells_item.append(cells_item_item)

            cells.append(cells_item)

        without = []
        for without_item_data in self.without:
            without_item = without_item_data

            without.append(without_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "of": of,
                "unit": unit,
                "x": x,
                "y": y,
                "xs": xs,
                "ys": ys,
                "cells": cells,
                "without": without,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        of = d.pop("of")

        unit = d.pop("unit")

        x = d.pop("x")

        y = d.pop("y")

        xs = []
        _xs = d.pop("xs")
        for xs_item_data in _xs:

            def _parse_xs_item(data: object) -> float | str:
                return cast(float | str, data)

            xs_item = _parse_xs_item(xs_item_data)

            xs.append(xs_item)

        ys = []
        _ys = d.pop("ys")
        for ys_item_data in _ys:

            def _parse_ys_item(data: object) -> float | str:
                return cast(float | str, data)

            ys_item = _parse_ys_item(ys_item_data)

            ys.append(ys_item)

        cells = []
        _cells = d.pop("cells")
        for cells_item_data in _cells:
            cells_item = []
            _cells_item = cells_item_data
            for cells_item_item_data in _cells_item:

                def _parse_cells_item_item(data: object) -> float | None:
                    if data is None:
                        return data
                    return cast(float | None, data)

                cells_item_item = _parse_cells_item_item(cells_item_item_data)

                cells_item.append(cells_item_item)

            cells.append(cells_item)

        without = []
        _without = d.pop("without")
        for without_item_data in _without:
            without_item = cast(list[int], without_item_data)

            without.append(without_item)

        surface = cls(
            of=of,
            unit=unit,
            x=x,
            y=y,
            xs=xs,
            ys=ys,
            cells=cells,
            without=without,
        )

        return surface
