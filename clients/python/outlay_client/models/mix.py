from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.mix_limited_by import check_mix_limited_by
from ..models.mix_limited_by import MixLimitedBy
from typing import cast

if TYPE_CHECKING:
    from ..models.worker_pool import WorkerPool


T = TypeVar("T", bound="Mix")


@_attrs_define
class Mix:
    """One mix; times and rates at the load that keeps `concurrency` requests in it.

    Attributes:
        mix (str): Its workers: 2P1D are two that prefill and one that decodes.
        n_chips (int): Chips of all workers of both pools.
        tok_s_per_chip (float): Output tokens over the chips of both pools.
        low (float): Low end of the 90 % interval of `tok_s_per_chip`.
        high (float): High end of the 90 % interval.
        tok_s_per_user (float): Output tokens that one user sees.
        tpot_s (float | None): Time per output token; null where nothing fits.
        ttft_s (float | None): Mean time to the first token with `concurrency` requests in the mix; null: nothing fits.
        ttft_alone_s (float | None): The same of a request that finds the mix idle.
        kv_transfer_s (float | None): Time in which a request's cache passes between the pools; inside both first
            tokens.
        requests_s (float): Requests that the mix serves: the lesser of what its pools take.
        concurrency (float): Requests in both pools, mean.
        limited_by (MixLimitedBy): What takes least: a pool, or the link between them; empty where nothing fits.
        prefill (WorkerPool): One of the two pools of a mix: workers that are all alike.
        decode (WorkerPool): One of the two pools of a mix: workers that are all alike.
        weights (str): Number format of the weights.
        kv (str): Number format of the cache.
        feasible (bool): Whether it fits and keeps the limits.
        why_not (str): Why it does not; empty: it does.
        calibrated (str): What the correction was measured on.
    """

    mix: str
    n_chips: int
    tok_s_per_chip: float
    low: float
    high: float
    tok_s_per_user: float
    tpot_s: float | None
    ttft_s: float | None
    ttft_alone_s: float | None
    kv_transfer_s: float | None
    requests_s: float
    concurrency: float
    limited_by: MixLimitedBy
    prefill: WorkerPool
    decode: WorkerPool
    weights: str
    kv: str
    feasible: bool
    why_not: str
    calibrated: str

    def to_dict(self) -> dict[str, Any]:
        from ..models.worker_pool import WorkerPool  # noqa: PLC0415

        mix = self.mix

        n_chips = self.n_chips

        tok_s_per_chip = self.tok_s_per_chip

        low = self.low

        high = self.high

        tok_s_per_user = self.tok_s_per_user

        tpot_s: float | None
        tpot_s = self.tpot_s

        ttft_s: float | None
        ttft_s = self.ttft_s

        ttft_alone_s: float | None
        ttft_alone_s = self.ttft_alone_s

        kv_transfer_s: float | None
        kv_transfer_s = self.kv_transfer_s

        requests_s = self.requests_s

        concurrency = self.concurrency

        limited_by: str = self.limited_by

        prefill = self.prefill.to_dict()

        decode = self.decode.to_dict()

        weights = self.weights

        kv = self.kv

        feasible = self.feasible

        why_not = self.why_not

        calibrated = self.calibrated

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "mix": mix,
                "n_chips": n_chips,
                "tok_s_per_chip": tok_s_per_chip,
                "low": low,
                "high": high,
                "tok_s_per_user": tok_s_per_user,
                "tpot_s": tpot_s,
                "ttft_s": ttft_s,
                "ttft_alone_s": ttft_alone_s,
                "kv_transfer_s": kv_transfer_s,
                "requests_s": requests_s,
                "concurrency": concurrency,
                "limited_by": limited_by,
                "prefill": prefill,
                "decode": decode,
                "weights": weights,
                "kv": kv,
                "feasible": feasible,
                "why_not": why_not,
                "calibrated": calibrated,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.worker_pool import WorkerPool  # noqa: PLC0415

        d = dict(src_dict)
        mix = d.pop("mix")

        n_chips = d.pop("n_chips")

        tok_s_per_chip = d.pop("tok_s_per_chip")

        low = d.pop("low")

        high = d.pop("high")

        tok_s_per_user = d.pop("tok_s_per_user")

        def _parse_tpot_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        tpot_s = _parse_tpot_s(d.pop("tpot_s"))

        def _parse_ttft_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        ttft_s = _parse_ttft_s(d.pop("ttft_s"))

        def _parse_ttft_alone_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        ttft_alone_s = _parse_ttft_alone_s(d.pop("ttft_alone_s"))

        def _parse_kv_transfer_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        kv_transfer_s = _parse_kv_transfer_s(d.pop("kv_transfer_s"))

        requests_s = d.pop("requests_s")

        concurrency = d.pop("concurrency")

        limited_by = check_mix_limited_by(d.pop("limited_by"))

        prefill = WorkerPool.from_dict(d.pop("prefill"))

        decode = WorkerPool.from_dict(d.pop("decode"))

        weights = d.pop("weights")

        kv = d.pop("kv")

        feasible = d.pop("feasible")

        why_not = d.pop("why_not")

        calibrated = d.pop("calibrated")

        mix = cls(
            mix=mix,
            n_chips=n_chips,
            tok_s_per_chip=tok_s_per_chip,
            low=low,
            high=high,
            tok_s_per_user=tok_s_per_user,
            tpot_s=tpot_s,
            ttft_s=ttft_s,
            ttft_alone_s=ttft_alone_s,
            kv_transfer_s=kv_transfer_s,
            requests_s=requests_s,
            concurrency=concurrency,
            limited_by=limited_by,
            prefill=prefill,
            decode=decode,
            weights=weights,
            kv=kv,
            feasible=feasible,
            why_not=why_not,
            calibrated=calibrated,
        )

        return mix
