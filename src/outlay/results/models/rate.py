"""How fast one model serves on one chip: kind `rate`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from outlay.results.base import Row, Seconds, Share, Unit, absent
from outlay.results.document import Document
from outlay.results.models.launch import Launch
from outlay.results.models.mix import Mix

__all__ = ["Configuration", "PerChip", "Phase", "Rate"]

Phase = Literal["aggregated", "prefill", "decode"]
PerChip = Annotated[float, Unit("token/s per chip")]


@dataclass(frozen=True, slots=True)
class Configuration(Row):
    """One layout and batch of the question; times and rates at its closed-loop load."""

    chip: str
    """Catalogue id."""
    model: str
    """Catalogue id, or name of the config.json."""
    n_chips: Annotated[int, Unit("chip")]
    """Chips of one replica: tp × pp × dp."""
    tp: int
    """Tensor parallel degree of attention."""
    pp: int
    """Pipeline stages."""
    ep: int
    """Expert parallel degree; 1: experts are tensor-parallel."""
    dp: int
    """Attention data-parallel groups."""
    phase: Phase
    """Whole requests, or one pool of a disaggregated deployment."""
    weights: str
    """Number format of the weights."""
    kv: str
    """Number format of the cache."""
    batch: Annotated[int, Unit("sequence")]
    """Sequences in flight in the replica."""
    ttft_s: Seconds | None
    """Mean time to the first token with `batch` in flight, of a prefill pool one prompt alone;
    null where nothing fits."""
    ttft_alone_s: Seconds | None
    """The same of a request that finds the replica idle; null of a decode pool."""
    tpot_s: Seconds | None
    """Time per output token; null where nothing fits."""
    tok_s_per_chip: PerChip
    """Output tokens; of a prefill pool, uncached input tokens."""
    tok_s_per_user: Annotated[float, Unit("token/s")]
    """Output tokens that one user sees."""
    low: PerChip
    """Low end of the 90 % interval of `tok_s_per_chip`."""
    high: PerChip
    """High end of the 90 % interval."""
    prefill_tok_s_per_chip: PerChip
    """Uncached input tokens of prefill alone."""
    decode_tok_s_per_chip: PerChip
    """Output tokens of decode alone at this batch."""
    bound_by: str
    """What limits it: compute, HBM, link, capacity, overhead."""
    memory_bytes: Annotated[float, Unit("byte per chip")]
    """Weights and cache."""
    watts_per_chip: Annotated[float, Unit("W per chip")]
    """All-in power while steps run, the chip's share of its server included."""
    feasible: bool
    """Whether it fits and keeps the limits."""
    why_not: str
    """Why it does not; empty: it does."""
    calibrated: str
    """What the correction was measured on."""


@dataclass(frozen=True, slots=True, repr=False)
class Rate(Document):
    """Best configurations of one model on one chip, most tokens per second and chip first."""

    kind: ClassVar[str] = "rate"
    model: str
    """Catalogue id, or name of the config.json."""
    chip: str
    """Catalogue id."""
    isl: Annotated[float, Unit("token")]
    """Mean input tokens per request."""
    osl: Annotated[float, Unit("token")]
    """Mean output tokens per request."""
    warnings: tuple[str, ...]
    """What of the question has no effect, or lies outside what the model is made for."""
    configurations: tuple[Configuration, ...]
    """Best first; where none fits, the one nearest to it, with why."""
    cached: Share
    """Share of the input found in the cache."""
    launch: tuple[Launch, ...] = ()
    """How the first configuration is started: by the stack, by each engine where none is named."""
    mixes: Annotated[tuple[Mix, ...], absent()] = ()
    """Mixes of prefill and decode workers, best first, beside what serves both phases in one;
    where none fits, one with why; empty: not asked for."""

    @property
    def feasible(self) -> bool:
        """Whether something of what was asked for fits and keeps the limits."""
        return (self.mixes or self.configurations)[0].feasible
