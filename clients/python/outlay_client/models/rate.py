from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
from typing import Literal, cast

if TYPE_CHECKING:
    from ..models.configuration import Configuration
    from ..models.launch import Launch
    from ..models.mix import Mix
    from ..models.rate_outlay import RateOutlay


T = TypeVar("T", bound="Rate")


@_attrs_define
class Rate:
    """Best configurations of one model on one chip, most tokens per second and chip first.

    Attributes:
        outlay (RateOutlay): What wrote the document, and the version of its form.
        kind (Literal['rate']):
        model (str): Catalogue id, or name of the config.json.
        chip (str): Catalogue id.
        isl (float): Mean input tokens per request.
        osl (float): Mean output tokens per request.
        warnings (list[str]): What of the question has no effect, or lies outside what the model is made for.
        configurations (list[Configuration]): Best first; where none fits, the one nearest to it, with why.
        cached (float): Share of the input found in the cache.
        launch (list[Launch] | Unset): How the first configuration is started: by the stack, by each engine where none
            is named.
        mixes (list[Mix] | Unset): Mixes of prefill and decode workers, best first, beside what serves both phases in
            one;
            where none fits, one with why; empty: not asked for.
    """

    outlay: RateOutlay
    kind: Literal["rate"]
    model: str
    chip: str
    isl: float
    osl: float
    warnings: list[str]
    configurations: list[Configuration]
    cached: float
    launch: list[Launch] | Unset = UNSET
    mixes: list[Mix] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.configuration import Configuration  # noqa: PLC0415
        from ..models.launch import Launch  # noqa: PLC0415
        from ..models.mix import Mix  # noqa: PLC0415
        from ..models.rate_outlay import RateOutlay  # noqa: PLC0415

        outlay = self.outlay.to_dict()

        kind = self.kind

        model = self.model

        chip = self.chip

        isl = self.isl

        osl = self.osl

        warnings = self.warnings

        configurations = []
        for configurations_item_data in self.configurations:
            configurations_item = configurations_item_data.to_dict()
            configurations.append(configurations_item)

        cached = self.cached

        launch: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.launch, Unset):
            launch = []
            for launch_item_data in self.launch:
                launch_item = launch_item_data.to_dict()
                launch.append(launch_item)

        mixes: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.mixes, Unset):
            mixes = []
            for mixes_item_data in self.mixes:
                mixes_item = mixes_item_data.to_dict()
                mixes.append(mixes_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "outlay": outlay,
                "kind": kind,
                "model": model,
                "chip": chip,
                "isl": isl,
                "osl": osl,
                "warnings": warnings,
                "configurations": configurations,
                "cached": cached,
            }
        )
        if launch is not UNSET:
            field_dict["launch"] = launch
        if mixes is not UNSET:
            field_dict["mixes"] = mixes

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.configuration import Configuration  # noqa: PLC0415
        from ..models.launch import Launch  # noqa: PLC0415
        from ..models.mix import Mix  # noqa: PLC0415
        from ..models.rate_outlay import RateOutlay  # noqa: PLC0415

        d = dict(src_dict)
        outlay = RateOutlay.from_dict(d.pop("outlay"))

        kind = cast(Literal["rate"], d.pop("kind"))
        if kind != "rate":
            raise ValueError(f"kind must match const 'rate', got '{kind}'")

        model = d.pop("model")

        chip = d.pop("chip")

        isl = d.pop("isl")

        osl = d.pop("osl")

        warnings = cast(list[str], d.pop("warnings"))

        configurations = []
        _configurations = d.pop("configurations")
        for configurations_item_data in _configurations:
            configurations_item = Configuration.from_dict(configurations_item_data)

            configurations.append(configurations_item)

        cached = d.pop("cached")

        _launch = d.pop("launch", UNSET)
        launch: list[Launch] | Unset = UNSET
        if _launch is not UNSET:
            launch = []
            for launch_item_data in _launch:
                launch_item = Launch.from_dict(launch_item_data)

                launch.append(launch_item)

        _mixes = d.pop("mixes", UNSET)
        mixes: list[Mix] | Unset = UNSET
        if _mixes is not UNSET:
            mixes = []
            for mixes_item_data in _mixes:
                mixes_item = Mix.from_dict(mixes_item_data)

                mixes.append(mixes_item)

        rate = cls(
            outlay=outlay,
            kind=kind,
            model=model,
            chip=chip,
            isl=isl,
            osl=osl,
            warnings=warnings,
            configurations=configurations,
            cached=cached,
            launch=launch,
            mixes=mixes,
        )

        return rate
