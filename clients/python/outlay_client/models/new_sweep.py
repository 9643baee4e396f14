from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="NewSweep")


@_attrs_define
class NewSweep:
    """A sweep of a study: what is varied, and how.

    Attributes:
        vary (list[str]):
        sample (int | Unset):  Default: 0.
        seed (int | None | Unset):
        set_ (list[str] | Unset):
        scenario (str | Unset):  Default: ''.
    """

    vary: list[str]
    sample: int | Unset = 0
    seed: int | None | Unset = UNSET
    set_: list[str] | Unset = UNSET
    scenario: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        vary = self.vary

        sample = self.sample

        seed: int | None | Unset
        if isinstance(self.seed, Unset):
            seed = UNSET
        else:
            seed = self.seed

        set_: list[str] | Unset = UNSET
        if not isinstance(self.set_, Unset):
            set_ = self.set_

        scenario = self.scenario

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "vary": vary,
            }
        )
        if sample is not UNSET:
            field_dict["sample"] = sample
        if seed is not UNSET:
            field_dict["seed"] = seed
        if set_ is not UNSET:
            field_dict["set"] = set_
        if scenario is not UNSET:
            field_dict["scenario"] = scenario

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        vary = cast(list[str], d.pop("vary"))

        sample = d.pop("sample", UNSET)

        def _parse_seed(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        seed = _parse_seed(d.pop("seed", UNSET))

        set_ = cast(list[str], d.pop("set", UNSET))

        scenario = d.pop("scenario", UNSET)

        new_sweep = cls(
            vary=vary,
            sample=sample,
            seed=seed,
            set_=set_,
            scenario=scenario,
        )

        return new_sweep
