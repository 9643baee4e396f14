from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.rate_asked_kv import check_rate_asked_kv
from ..models.rate_asked_kv import RateAskedKv
from ..models.rate_asked_phase import check_rate_asked_phase
from ..models.rate_asked_phase import RateAskedPhase
from ..models.rate_asked_stack import check_rate_asked_stack
from ..models.rate_asked_stack import RateAskedStack
from ..models.rate_asked_weights import check_rate_asked_weights
from ..models.rate_asked_weights import RateAskedWeights
from ..types import UNSET, Unset
from typing import cast


T = TypeVar("T", bound="RateAsked")


@_attrs_define
class RateAsked:
    """How fast a chip serves a model, and in what setting.

    Attributes:
        model (str):
        chip (str):
        isl (float | Unset):  Default: 1024.0.
        osl (float | Unset):  Default: 1024.0.
        cached (float | Unset):  Default: 0.0.
        ttft (float | None | Unset):
        tpot (float | None | Unset):
        max_chips (int | None | Unset):
        disaggregated (bool | Unset):  Default: False.
        phase (RateAskedPhase | Unset):  Default: 'aggregated'.
        stack (RateAskedStack | Unset):  Default: ''.
        weights (RateAskedWeights | Unset):  Default: ''.
        kv (RateAskedKv | Unset):  Default: 'bf16'.
        speculative (bool | Unset):  Default: False.
    """

    model: str
    chip: str
    isl: float | Unset = 1024.0
    osl: float | Unset = 1024.0
    cached: float | Unset = 0.0
    ttft: float | None | Unset = UNSET
    tpot: float | None | Unset = UNSET
    max_chips: int | None | Unset = UNSET
    disaggregated: bool | Unset = False
    phase: RateAskedPhase | Unset = "aggregated"
    stack: RateAskedStack | Unset = ""
    weights: RateAskedWeights | Unset = ""
    kv: RateAskedKv | Unset = "bf16"
    speculative: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        model = self.model

        chip = self.chip

        isl = self.isl

        osl = self.osl

        cached = self.cached

        ttft: float | None | Unset
        if isinstance(self.ttft, Unset):
            ttft = UNSET
        else:
            ttft = self.ttft

        tpot: float | None | Unset
        if isinstance(self.tpot, Unset):
            tpot = UNSET
        else:
            tpot = self.tpot

        max_chips: int | None | Unset
        if isinstance(self.max_chips, Unset):
            max_chips = UNSET
        else:
            max_chips = self.max_chips

        disaggregated = self.disaggregated

        phase: str | Unset = UNSET
        if not isinstance(self.phase, Unset):
            phase = self.phase

        stack: str | Unset = UNSET
        if not isinstance(self.stack, Unset):
            stack = self.stack

        weights: str | Unset = UNSET
        if not isinstance(self.weights, Unset):
            weights = self.weights

        kv: str | Unset = UNSET
        if not isinstance(self.kv, Unset):
            kv = self.kv

        speculative = self.speculative

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
                "chip": chip,
            }
        )
        if isl is not UNSET:
            field_dict["isl"] = isl
        if osl is not UNSET:
            field_dict["osl"] = osl
        if cached is not UNSET:
            field_dict["cached"] = cached
        if ttft is not UNSET:
            field_dict["ttft"] = ttft
        if tpot is not UNSET:
            field_dict["tpot"] = tpot
        if max_chips is not UNSET:
            field_dict["max_chips"] = max_chips
        if disaggregated is not UNSET:
            field_dict["disaggregated"] = disaggregated
        if phase is not UNSET:
            field_dict["phase"] = phase
        if stack is not UNSET:
            field_dict["stack"] = stack
        if weights is not UNSET:
            field_dict["weights"] = weights
        if kv is not UNSET:
            field_dict["kv"] = kv
        if speculative is not UNSET:
            field_dict["speculative"] = speculative

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        model = d.pop("model")

        chip = d.pop("chip")

        isl = d.pop("isl", UNSET)

        osl = d.pop("osl", UNSET)

        cached = d.pop("cached", UNSET)

        def _parse_ttft(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        ttft = _parse_ttft(d.pop("ttft", UNSET))

        def _parse_tpot(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        tpot = _parse_tpot(d.pop("tpot", UNSET))

        def _parse_max_chips(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_chips = _parse_max_chips(d.pop("max_chips", UNSET))

        disaggregated = d.pop("disaggregated", UNSET)

        _phase = d.pop("phase", UNSET)
        phase: RateAskedPhase | Unset
        if isinstance(_phase, Unset):
            phase = UNSET
        else:
            phase = check_rate_asked_phase(_phase)

        _stack = d.pop("stack", UNSET)
        stack: RateAskedStack | Unset
        if isinstance(_stack, Unset):
            stack = UNSET
        else:
            stack = check_rate_asked_stack(_stack)

        _weights = d.pop("weights", UNSET)
        weights: RateAskedWeights | Unset
        if isinstance(_weights, Unset):
            weights = UNSET
        else:
            weights = check_rate_asked_weights(_weights)

        _kv = d.pop("kv", UNSET)
        kv: RateAskedKv | Unset
        if isinstance(_kv, Unset):
            kv = UNSET
        else:
            kv = check_rate_asked_kv(_kv)

        speculative = d.pop("speculative", UNSET)

        rate_asked = cls(
            model=model,
            chip=chip,
            isl=isl,
            osl=osl,
            cached=cached,
            ttft=ttft,
            tpot=tpot,
            max_chips=max_chips,
            disaggregated=disaggregated,
            phase=phase,
            stack=stack,
            weights=weights,
            kv=kv,
            speculative=speculative,
        )

        return rate_asked
