from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast


T = TypeVar("T", bound="Side")


@_attrs_define
class Side:
    """One of the two results.

    Attributes:
        title (str): The study's title.
        verdict (str): valid or INVALID.
        expected_cost (float): Expected discounted cost: the sum of its parts, prices that nobody pays among them.
        cash (float): Of it, cash: paid less what is left at the end.
        result_hash (str): Hash of what was found.
        input_hash (str): Hash of the study's inputs.
        scenario (str): The named scenario; empty: none.
        overrides (list[str]): What `--set` changed.
    """

    title: str
    verdict: str
    expected_cost: float
    cash: float
    result_hash: str
    input_hash: str
    scenario: str
    overrides: list[str]

    def to_dict(self) -> dict[str, Any]:
        title = self.title

        verdict = self.verdict

        expected_cost = self.expected_cost

        cash = self.cash

        result_hash = self.result_hash

        input_hash = self.input_hash

        scenario = self.scenario

        overrides = self.overrides

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "title": title,
                "verdict": verdict,
                "expected_cost": expected_cost,
                "cash": cash,
                "result_hash": result_hash,
                "input_hash": input_hash,
                "scenario": scenario,
                "overrides": overrides,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        title = d.pop("title")

        verdict = d.pop("verdict")

        expected_cost = d.pop("expected_cost")

        cash = d.pop("cash")

        result_hash = d.pop("result_hash")

        input_hash = d.pop("input_hash")

        scenario = d.pop("scenario")

        overrides = cast(list[str], d.pop("overrides"))

        side = cls(
            title=title,
            verdict=verdict,
            expected_cost=expected_cost,
            cash=cash,
            result_hash=result_hash,
            input_hash=input_hash,
            scenario=scenario,
            overrides=overrides,
        )

        return side
