from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.configuration_phase import check_configuration_phase
from ..models.configuration_phase import ConfigurationPhase
from typing import cast


T = TypeVar("T", bound="Configuration")


@_attrs_define
class Configuration:
    """One layout and batch of the question; times and rates at its closed-loop load.

    Attributes:
        chip (str): Catalogue id.
        model (str): Catalogue id, or name of the config.json.
        n_chips (int): Chips of one replica: tp × pp × dp.
        tp (int): Tensor parallel degree of attention.
        pp (int): Pipeline stages.
        ep (int): Expert parallel degree; 1: experts are tensor-parallel.
        dp (int): Attention data-parallel groups.
        phase (ConfigurationPhase): Whole requests, or one pool of a disaggregated deployment.
        weights (str): Number format of the weights.
        kv (str): Number format of the cache.
        batch (int): Sequences in flight in the replica.
        ttft_s (float | None): Mean time to the first token with `batch` in flight, of a prefill pool one prompt alone;
            null where nothing fits.
        ttft_alone_s (float | None): The same of a request that finds the replica idle; null of a decode pool.
        tpot_s (float | None): Time per output token; null where nothing fits.
        tok_s_per_chip (float): Output tokens; of a prefill pool, uncached input tokens.
        tok_s_per_user (float): Output tokens that one user sees.
        low (float): Low end of the 90 % interval of `tok_s_per_chip`.
        high (float): High end of the 90 % interval.
        prefill_tok_s_per_chip (float): Uncached input tokens of prefill alone.
        decode_tok_s_per_chip (float): Output tokens of decode alone at this batch.
        bound_by (str): What limits it: compute, HBM, link, capacity, overhead.
        memory_bytes (float): Weights and cache.
        watts_per_chip (float): All-in power while steps run, the chip's share of its server included.
        feasible (bool): Whether it fits and keeps the limits.
        why_not (str): Why it does not; empty: it does.
        calibrated (str): What the correction was measured on.
    """

    chip: str
    model: str
    n_chips: int
    tp: int
    pp: int
    ep: int
    dp: int
    phase: ConfigurationPhase
    weights: str
    kv: str
    batch: int
    ttft_s: float | None
    ttft_alone_s: float | None
    tpot_s: float | None
    tok_s_per_chip: float
    tok_s_per_user: float
    low: float
    high: float
    prefill_tok_s_per_chip: float
    decode_tok_s_per_chip: float
    bound_by: str
    memory_bytes: float
    watts_per_chip: float
    feasible: bool
    why_not: str
    calibrated: str

    def to_dict(self) -> dict[str, Any]:
        chip = self.chip

        model = self.model

        n_chips = self.n_chips

        tp = self.tp

        pp = self.pp

        ep = self.ep

        dp = self.dp

        phase: str = self.phase

        weights = self.weights

        kv = self.kv

        batch = self.batch

        ttft_s: float | None
        ttft_s = self.ttft_s

        ttft_alone_s: float | None
        ttft_alone_s = self.ttft_alone_s

        tpot_s: float | None
        tpot_s = self.tpot_s

        tok_s_per_chip = self.tok_s_per_chip

        tok_s_per_user = self.tok_s_per_user

        low = self.low

        high = self.high

        prefill_tok_s_per_chip = self.prefill_tok_s_per_chip

        decode_tok_s_per_chip = self.decode_tok_s_per_chip

        bound_by = self.bound_by

        memory_bytes = self.memory_bytes

        watts_per_chip = self.watts_per_chip

        feasible = self.feasible

        why_not = self.why_not

        calibrated = self.calibrated

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "chip": chip,
                "model": model,
                "n_chips": n_chips,
                "tp": tp,
                "pp": pp,
                "ep": ep,
                "dp": dp,
                "phase": phase,
                "weights": weights,
                "kv": kv,
                "batch": batch,
                "ttft_s": ttft_s,
                "ttft_alone_s": ttft_alone_s,
                "tpot_s": tpot_s,
                "tok_s_per_chip": tok_s_per_chip,
                "tok_s_per_user": tok_s_per_user,
                "low": low,
                "high": high,
                "prefill_tok_s_per_chip": prefill_tok_s_per_chip,
                "decode_tok_s_per_chip": decode_tok_s_per_chip,
                "bound_by": bound_by,
                "memory_bytes": memory_bytes,
                "watts_per_chip": watts_per_chip,
                "feasible": feasible,
                "why_not": why_not,
                "calibrated": calibrated,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        chip = d.pop("chip")

        model = d.pop("model")

        n_chips = d.pop("n_chips")

        tp = d.pop("tp")

        pp = d.pop("pp")

        ep = d.pop("ep")

        dp = d.pop("dp")

        phase = check_configuration_phase(d.pop("phase"))

        weights = d.pop("weights")

        kv = d.pop("kv")

        batch = d.pop("batch")

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

        def _parse_tpot_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        tpot_s = _parse_tpot_s(d.pop("tpot_s"))

        tok_s_per_chip = d.pop("tok_s_per_chip")

        tok_s_per_user = d.pop("tok_s_per_user")

        low = d.pop("low")

        high = d.pop("high")

        prefill_tok_s_per_chip = d.pop("prefill_tok_s_per_chip")

        decode_tok_s_per_chip = d.pop("decode_tok_s_per_chip")

        bound_by = d.pop("bound_by")

        memory_bytes = d.pop("memory_bytes")

        watts_per_chip = d.pop("watts_per_chip")

        feasible = d.pop("feasible")

        why_not = d.pop("why_not")

        calibrated = d.pop("calibrated")

        configuration = cls(
            chip=chip,
            model=model,
            n_chips=n_chips,
            tp=tp,
            pp=pp,
            ep=ep,
            dp=dp,
            phase=phase,
            weights=weights,
            kv=kv,
            batch=batch,
            ttft_s=ttft_s,
            ttft_alone_s=ttft_alone_s,
            tpot_s=tpot_s,
            tok_s_per_chip=tok_s_per_chip,
            tok_s_per_user=tok_s_per_user,
            low=low,
            high=high,
            prefill_tok_s_per_chip=prefill_tok_s_per_chip,
            decode_tok_s_per_chip=decode_tok_s_per_chip,
            bound_by=bound_by,
            memory_bytes=memory_bytes,
            watts_per_chip=watts_per_chip,
            feasible=feasible,
            why_not=why_not,
            calibrated=calibrated,
        )

        return configuration
