"""What is known of a chip and of a model, as stages take it and as kind `catalogue` prints it.

Every row keeps its `source` and `grade`; numbers are in base units named in the field.
Memory is bytes as the hardware has it: a marketed "80 GB" HBM chip holds 80 GiB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from outlay.results.base import Row, Unit

__all__ = ["AttentionKind", "Chip", "Model"]

AttentionKind = Literal["gqa", "mla", "none"]
"""`gqa` covers MHA (n_kv_heads = n_heads), MQA (1) and GQA; `mla` is latent attention."""

Count = Annotated[int, Unit("1")]
Width = Annotated[int, Unit("element")]
Tokens = Annotated[int, Unit("token")]
Watts = Annotated[float, Unit("W")]
PerSecond = Annotated[float, Unit("byte/s")]
Parameters = Annotated[float, Unit("parameter")]


@dataclass(frozen=True, slots=True)
class Chip(Row):
    """An accelerator as one schedulable device; bandwidths one way."""

    id: str
    """Catalogue id."""
    name: str
    """As its maker writes it."""
    vendor: str
    """Its maker."""
    family: str
    """ampere, hopper, ada, blackwell, rubin, cdna3, cdna4, tpu, trainium, ascend, …"""
    peak_flop_s: Mapping[str, Annotated[float, Unit("FLOP/s")]]
    """Format (bf16, fp8, fp4, int8) → dense vendor peak; a format that it lacks is absent."""
    memory_bytes: Annotated[float, Unit("byte")]
    """Memory; 0: not known."""
    memory_byte_s: PerSecond
    """Memory bandwidth."""
    link_byte_s: PerSecond
    """Scale-up link."""
    domain_chips: Count
    """Chips in one scale-up domain."""
    net_byte_s: PerSecond
    """Scale-out network per chip."""
    tdp_w: Watts
    """Power of the chip alone."""
    it_w: Watts
    """IT power per chip at maximum: of the server or rack, over the chips in it."""
    chips_per_server: Count
    """Chips in one server."""
    available: str
    """Period from which it can be had; empty: not known."""
    china_export: str
    """Whether it may be sold to China, on 2025-12-31."""
    domestic_cn: bool
    """Whether it is designed in China."""
    price_usd: Annotated[tuple[float, float] | None, Unit("USD")]
    """Price, low and high."""
    rent_usd_h: Annotated[tuple[float, float] | None, Unit("USD/h")]
    """Rent, low and high."""
    source: str
    """Where the figures are from."""
    grade: str
    """How good the source is."""
    aliases: tuple[str, ...] = ()
    """Other ways to write it."""
    note: str = ""
    """What a reader should know."""
    server: str = ""
    """The server or rack that it is sold in."""
    status: str = ""
    """mature, shipping, announced, …"""
    tpp: Annotated[float, Unit("TOP/s × bit")] = 0.0
    """Total processing performance: largest dense TOP/s × bits."""
    proxy: str = ""
    """Id of the chip whose figures stand in for unpublished ones."""
    chips_per_host: Count = 0
    """Chips under one operating system, where a rack is sold as one server; 0: all of a server."""


@dataclass(frozen=True, slots=True)
class Model(Row):
    """A transformer's architecture, enough to count every operator; zero means "has none".

    `layers` = n_full + n_window + n_linear (attention kinds by layer) and also = n_moe + n_dense
    (feed-forward kinds), but where a layer holds one of the two (Nemotron-H: `layers` counts
    mixers) or more of both (LongCat). A model of which only sizes are known has `layers` = 0 and
    is replaced by `proxy` (id of a model of like shape), scaled by active parameters.
    """

    id: str
    """Catalogue id."""
    name: str
    """As its maker writes it."""
    developer: str
    """Its maker."""
    released: str
    """Day of its release."""
    total_params: Parameters
    """All parameters."""
    active_params: Parameters
    """Parameters that a token passes."""
    weight_dtype: str
    """bf16, fp8, fp4, int4 as released; of a mixture, that of the experts."""
    attention: AttentionKind
    """Kind of attention as it is counted."""
    attn_type: str
    """The full word: gqa, gqa_swa, gqa_chunked, mla_dsa, hybrid_gdn, …"""
    layers: Count = 0
    """Layers."""
    n_full_layers: Count = 0
    """Layers whose cache grows with the whole context."""
    n_window_layers: Count = 0
    """Layers with a sliding or chunked window."""
    n_linear_layers: Count = 0
    """Linear or recurrent layers: a state that does not grow."""
    window: Tokens = 0
    """Length of the window."""
    hidden: Width = 0
    """Width of the residual stream."""
    heads: Count = 0
    """Query heads."""
    kv_heads: Count = 0
    """Key and value heads."""
    head_dim: Width = 0
    """Width of a head."""
    v_head_dim: Width = 0
    """Width of a value head where it differs."""
    q_lora: Width = 0
    """Rank of compressed queries."""
    kv_lora: Width = 0
    """Rank of compressed keys and values."""
    qk_nope: Width = 0
    """Part of a head without position."""
    qk_rope: Width = 0
    """Part of a head with position."""
    index_heads: Count = 0
    """Heads of the index of sparse attention."""
    index_dim: Width = 0
    """Width of its heads."""
    index_topk: Tokens = 0
    """Tokens attended per query where attention is sparse by an index."""
    dense_ffn: Width = 0
    """Width of the gated feed-forward (three matrices)."""
    n_dense_layers: Count = 0
    """Layers with a dense feed-forward."""
    n_moe_layers: Count = 0
    """Layers with experts."""
    experts: Count = 0
    """Experts of a layer."""
    top_k: Count = 0
    """Experts that a token passes."""
    expert_ffn: Width = 0
    """Width of an expert."""
    shared_ffn: Width = 0
    """Width of the shared experts together."""
    vocab: Count = 0
    """Words of the vocabulary."""
    tied_embeddings: bool = False
    """Whether input and output embeddings are one."""
    mtp_layers: Count = 0
    """Layers for multi-token prediction."""
    max_context: Tokens = 0
    """Longest context it is made for."""
    extra: Mapping[str, float] = field(default_factory=dict)
    """Numbers that only one family has, for example of linear states."""
    proxy: str = ""
    """Id of the model of like shape that stands in."""
    kv_bytes_per_token_bf16: Annotated[float, Unit("byte/token")] = 0.0
    """Published or counted cache, its growing part."""
    source: str = ""
    """Where the figures are from."""
    grade: str = ""
    """How good the source is."""
    aliases: tuple[str, ...] = ()
    """Other ways to write it."""
    note: str = ""
    """What a reader should know."""
    dense_dtype: str = ""
    """Format of everything but the experts."""
    proxy_reason: str = ""
    """Why that model stands in."""
    hf_repo: str = ""
    """Its Hugging Face repository."""
    left_out: str = ""
    """What counts and times leave out of it, which every answer says."""

    @property
    def has_shapes(self) -> bool:
        """Whether the architecture is published; otherwise `proxy` stands in."""
        return self.layers > 0
