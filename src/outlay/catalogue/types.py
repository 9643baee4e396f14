"""Typed rows of the catalogue: chips, models, prices, regions, export-control events.

Every row keeps its `source`, `date` and `grade`; numbers are in base units named in the field.
Memory is bytes as the hardware has it: a marketed "80 GB" HBM chip holds 80 GiB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

__all__ = [
    "Chip",
    "ControlEvent",
    "CostReference",
    "Model",
    "PeerCapex",
    "Price",
    "Region",
    "SeriesPoint",
]

AttentionKind = Literal["gqa", "mla", "none"]
"""`gqa` covers MHA (n_kv_heads = n_heads), MQA (1) and GQA; `mla` is latent attention."""


@dataclass(frozen=True, slots=True)
class Chip:
    """An accelerator as one schedulable device.

    Peaks are dense (no structured sparsity) vendor peaks in FLOP/s by number format; a format
    the chip lacks is absent. Bandwidths in byte/s; `link_byte_s` and `net_byte_s` are one way.
    """

    id: str
    name: str
    vendor: str
    family: str  # ampere, hopper, ada, blackwell, rubin, cdna3, cdna4, tpu, trainium, ascend, ...
    peak_flop_s: Mapping[str, float]  # keys: bf16, fp8, fp4, int8
    memory_bytes: float
    memory_byte_s: float
    link_byte_s: float  # scale-up link, one way
    domain_chips: int  # chips in one scale-up domain
    net_byte_s: float  # scale-out, one way, per chip
    tdp_w: float
    it_w: float  # all-in IT power per chip at maximum: server or rack power / chips in it
    chips_per_server: int
    available: str  # period, may be empty
    china_export: str  # status on 2025-12-31
    domestic_cn: bool  # designed in China
    price_usd: tuple[float, float] | None  # low, high
    rent_usd_h: tuple[float, float] | None
    source: str
    grade: str
    aliases: tuple[str, ...] = ()
    note: str = ""
    server: str = ""
    status: str = ""
    tpp: float = 0.0  # total processing performance: largest dense TOP/s × bits
    proxy: str = ""  # id of the chip whose figures stand in for unpublished ones


@dataclass(frozen=True, slots=True)
class Model:
    """A transformer's architecture, enough to count every operator.

    Widths in elements. `layers` = n_full + n_window + n_linear (attention kinds by layer) and
    also = n_moe + n_dense (feed-forward kinds). Zero means "has none".
    A model of which only sizes are known has `layers` = 0 and is replaced by `proxy`
    (id of a model of like shape), scaled by active parameters.
    """

    id: str
    name: str
    developer: str
    released: str
    total_params: float
    active_params: float  # per token
    weight_dtype: str  # bf16, fp8, fp4, int4 as released
    attention: AttentionKind
    attn_type: str  # the catalogue's full word: gqa, gqa_swa, gqa_chunked, mla_dsa, hybrid_gdn, ...
    layers: int = 0
    n_full_layers: int = 0  # KV grows with the whole context
    n_window_layers: int = 0  # sliding or chunked window
    n_linear_layers: int = 0  # linear or recurrent: constant state
    window: int = 0  # tokens
    hidden: int = 0
    heads: int = 0
    kv_heads: int = 0
    head_dim: int = 0
    v_head_dim: int = 0
    q_lora: int = 0
    kv_lora: int = 0
    qk_nope: int = 0
    qk_rope: int = 0
    index_heads: int = 0
    index_dim: int = 0
    index_topk: int = 0  # tokens attended per query where attention is sparse by an index
    dense_ffn: int = 0  # width of the gated FFN (three matrices)
    n_dense_layers: int = 0
    n_moe_layers: int = 0
    experts: int = 0
    top_k: int = 0
    expert_ffn: int = 0
    shared_ffn: int = 0
    vocab: int = 0
    tied_embeddings: bool = False
    mtp_layers: int = 0
    max_context: int = 0
    extra: Mapping[str, float] = field(default_factory=dict)  # family-specific, e.g. linear state
    proxy: str = ""
    kv_bytes_per_token_bf16: float = 0.0  # published or counted, growing part
    source: str = ""
    grade: str = ""
    aliases: tuple[str, ...] = ()
    note: str = ""
    dense_dtype: str = ""  # of everything but the experts; weight_dtype is that of the experts
    proxy_reason: str = ""
    hf_repo: str = ""

    @property
    def has_shapes(self) -> bool:
        """Whether the architecture is published; otherwise `proxy` stands in."""
        return self.layers > 0


@dataclass(frozen=True, slots=True)
class Price:
    """A dated price or rent, low to high, in `currency` per `unit`."""

    item: str
    category: str
    low: float
    high: float
    unit: str
    currency: str
    date: str
    region: str
    source: str
    grade: str
    chip: str = ""  # catalogue id where the item is one
    note: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """A place where chips may stand: tariff, PUE, latency class, residency area."""

    id: str
    name: str
    country: str
    tariff: float | None  # currency per kWh
    tariff_currency: str
    pue: float | None
    source: str
    grade: str
    note: str = ""
    tariff_low: float | None = None
    tariff_high: float | None = None


@dataclass(frozen=True, slots=True)
class ControlEvent:
    """A dated export-control measure."""

    date: date
    actor: str
    event: str
    chips: tuple[str, ...]
    effect: str
    source: str
    grade: str


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One announcement of a token volume: `value` in token/day; `floor` where said as "over"."""

    date: date
    value: float
    floor: bool
    grade: str
    source: str
    date_sd_days: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class PeerCapex:
    """One statement of a firm's capital expenditure: `low` to `high` in units of `currency`.

    `high` is None where the statement is a floor. Scopes differ: never add without reading them.
    """

    company: str
    period: str  # as stated: calendar, fiscal or other
    low: float
    high: float | None
    currency: str
    status: str  # actual, guidance, plan, press, estimate, commitment
    as_of: str
    scope: str
    source: str
    grade: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CostReference:
    """A published cost, life, tariff or load, `low` to `high` in `unit` as printed."""

    id: str
    topic: str
    item: str
    low: float
    high: float
    unit: str
    region: str
    date: str
    kind: str
    source: str
    grade: str
    note: str = ""
