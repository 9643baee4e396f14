from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset


T = TypeVar("T", bound="WorkerPool")


@_attrs_define
class WorkerPool:
    """One of the two pools of a mix: workers that are all alike.

    Attributes:
        workers (int): How many.
        n_chips (int): Chips of each worker: tp × pp × dp.
        tp (int): Tensor parallel degree of attention.
        pp (int): Pipeline stages.
        ep (int): Expert parallel degree; 1: experts are tensor-parallel.
        dp (int): Attention data-parallel groups.
        batch (float): Requests in each worker, mean: prompts that wait or run, or sequences that decode.
        requests_s (float): What all workers together could take; of the decode pool at this batch.
        memory_bytes (float): Weights and cache.
        bound_by (str): What limits a worker: compute, HBM, link, capacity, overhead.
    """

    workers: int
    n_chips: int
    tp: int
    pp: int
    ep: int
    dp: int
    batch: float
    requests_s: float
    memory_bytes: float
    bound_by: str

    def to_dict(self) -> dict[str, Any]:
        workers = self.workers

        n_chips = self.n_chips

        tp = self.tp

        pp = self.pp

        ep = self.ep

        dp = self.dp

        batch = self.batch

        requests_s = self.requests_s

        memory_bytes = self.memory_bytes

        bound_by = self.bound_by

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "workers": workers,
                "n_chips": n_chips,
                "tp": tp,
                "pp": pp,
                "ep": ep,
                "dp": dp,
                "batch": batch,
                "requests_s": requests_s,
                "memory_bytes": memory_bytes,
                "bound_by": bound_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        workers = d.pop("workers")

        n_chips = d.pop("n_chips")

        tp = d.pop("tp")

        pp = d.pop("pp")

        ep = d.pop("ep")

        dp = d.pop("dp")

        batch = d.pop("batch")

        requests_s = d.pop("requests_s")

        memory_bytes = d.pop("memory_bytes")

        bound_by = d.pop("bound_by")

        worker_pool = cls(
            workers=workers,
            n_chips=n_chips,
            tp=tp,
            pp=pp,
            ep=ep,
            dp=dp,
            batch=batch,
            requests_s=requests_s,
            memory_bytes=memory_bytes,
            bound_by=bound_by,
        )

        return worker_pool
