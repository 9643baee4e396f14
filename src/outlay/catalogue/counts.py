"""Counts parameters and cache bytes from a model's shapes, to check what is published.

Equations (weights only; norms, biases, attention sinks and router corrections are left out):
attention  GQA  h·H·(d + d_v·o) + h·K·(d + d_v)      MLA  q + h·(c + r) + c·H·(n + v) + H·v·h
feed-forward    m·h·f (m = 3 gated, 2 plain)         MoE  h·E + E·3·h·f_e + 3·h·f_s
where h hidden, H heads, K KV heads, d head size, c KV latent, r rotary, n nope, v value size.
Sources: Vaswani et al. 2017 (arXiv:1706.03762); Ainslie et al. 2023, GQA (2305.13245); DeepSeek-V2,
MLA (2405.04434); DeepSeek-V3.2, sparse index; Yang et al. 2024, gated delta net (2412.06464).
"""

from __future__ import annotations

from dataclasses import dataclass

from outlay.results.chips_models import Model

__all__ = [
    "Parameters",
    "count_parameters",
    "kv_bytes_per_token",
]


@dataclass(frozen=True, slots=True)
class Parameters:
    """Weights by place, in numbers of weights. `mtp` heads are beside the total."""

    embedding: float
    head: float  # 0 where tied to the embedding
    attention: float
    dense_ffn: float
    router: float
    experts: float
    shared_experts: float
    experts_active: float
    mtp: float

    @property
    def total(self) -> float:
        """All weights of the main model, embedding and head included, multi-token heads not."""
        return self.embedding + self.head + self._body + self.experts

    @property
    def active(self) -> float:
        """Weights that take part in computing one token: no input embedding, one output head."""
        return (self.head or self.embedding) + self._body + self.experts_active

    @property
    def active_with_embedding(self) -> float:
        """`active` as publishers often state it, with the input embedding counted too."""
        return self.active + (self.embedding if self.head else 0.0)

    @property
    def _body(self) -> float:
        return self.attention + self.dense_ffn + self.router + self.shared_experts


def _gqa(m: Model, kv_heads: int, head_dim: int, *, kv_tied: bool = False) -> float:
    v_dim = m.v_head_dim or head_dim
    query = m.hidden * m.heads * head_dim
    keys = m.hidden * kv_heads * head_dim
    values = 0 if kv_tied else m.hidden * kv_heads * v_dim
    gate = m.hidden * m.heads * head_dim if m.extra.get("attn_gate") else 0
    return query + keys + values + gate + m.heads * v_dim * m.hidden


def _mla(m: Model) -> float:
    per_head = m.qk_nope + m.qk_rope
    if m.q_lora:
        query = m.hidden * m.q_lora + m.q_lora * m.heads * per_head
    else:
        query = m.hidden * m.heads * per_head
    latent = m.hidden * (m.kv_lora + m.qk_rope)
    expand = m.kv_lora * m.heads * (m.qk_nope + m.v_head_dim)
    gate = m.hidden * m.heads * m.v_head_dim if m.extra.get("attn_gate") else 0
    return query + latent + expand + gate + m.heads * m.v_head_dim * m.hidden


def _index(m: Model) -> float:
    """Sparse-attention indexer: query from the latent, one key, a weight per head."""
    if not m.index_heads:
        return 0.0
    return (
        (m.q_lora or m.hidden) * m.index_heads * m.index_dim
        + m.hidden * m.index_dim
        + m.hidden * m.index_heads
    )


def _shared_kv_compressed(m: Model) -> float:
    """DeepSeek-V4: low-rank query, one key that is also the value, grouped low-rank output."""
    query = m.hidden * m.q_lora + m.q_lora * m.heads * m.head_dim
    groups, rank = m.extra["o_groups"], m.extra["o_lora"]
    output = m.heads * m.head_dim * rank + groups * rank * m.hidden
    return query + m.hidden * m.head_dim + output


def _linear(m: Model) -> float:
    """A linear layer: gated delta net, Kimi delta attention, lightning attention, Mamba."""
    key = m.extra["linear_key_heads"] * m.extra["linear_key_dim"]
    value = m.extra["linear_value_heads"] * m.extra["linear_value_dim"]
    if m.attn_type == "hybrid_lightning":  # query, key, value, output gate, output
        return m.hidden * (2 * key + value) + 2 * m.hidden * value
    if m.extra.get("linear_narrow"):  # Mamba: in and gate, step and state vectors, step, out
        narrow, state = m.extra["linear_narrow"], m.extra["linear_key_dim"]
        steps = value * (narrow + 2 * state) + narrow * value
        return 3 * m.hidden * value + steps + m.extra.get("linear_conv", 0) * value
    projections = m.hidden * (2 * key + 2 * value)  # query, key, value, output gate
    if m.attn_type == "mla_kda":  # a decay per channel through a narrow layer, one rate per head
        narrow = m.extra["linear_key_dim"]
        decay = m.hidden * narrow + narrow * key + m.hidden * m.extra["linear_value_heads"]
    else:
        decays = m.extra.get("linear_decays", 2)
        decay = decays * m.hidden * m.extra["linear_value_heads"]
    conv = m.extra.get("linear_conv", 0) * (2 * key + value)
    return projections + decay + conv + value * m.hidden


def _attention(m: Model) -> float:
    if m.attn_type == "csa_hca":
        indexed = m.extra["ratio4_layers"] * _index(m)
        return m.layers * _shared_kv_compressed(m) + indexed
    if m.attention == "mla":
        full: float = m.n_full_layers * (_mla(m) + _index(m))
    else:
        share = m.extra.get("kv_share", 1)  # layers that use one key-value projection
        kv_heads = int(m.extra.get("global_kv_heads", m.kv_heads))
        head_dim = int(m.extra.get("global_head_dim", m.head_dim))
        one = _gqa(m, kv_heads, head_dim, kv_tied=bool(m.extra.get("global_kv_tied")))
        saved = (1 - 1 / share) * m.hidden * kv_heads * 2 * head_dim
        full = m.n_full_layers * (one - saved)
    window_kv = int(m.extra.get("window_kv_heads", m.kv_heads))
    windowed = m.n_window_layers * _gqa(m, window_kv, m.head_dim) if m.n_window_layers else 0.0
    linear = m.n_linear_layers * _linear(m) if m.n_linear_layers else 0.0
    return full + windowed + linear


def _expert(m: Model) -> float:
    """One expert; some act on a latent narrower than the hidden width (`expert_hidden`)."""
    return _matrices(m) * m.extra.get("expert_hidden", m.hidden) * m.expert_ffn


def _matrices(m: Model) -> float:
    """Matrices of a feed-forward block: three with a gate, two without."""
    return m.extra.get("ffn_matrices", 3.0)


def _moe_layer(m: Model) -> tuple[float, float, float]:
    """Router, all experts, shared experts of one layer (with the way to the latent and back)."""
    latent = 2.0 * m.hidden * m.extra.get("expert_hidden", 0.0)
    shared = _matrices(m) * m.hidden * m.shared_ffn + latent
    return float(m.hidden * m.experts), m.experts * _expert(m), shared


def count_parameters(m: Model) -> Parameters:
    """Weights of `m` by place. Raises ValueError where its shapes are unpublished.

    >>> from outlay.catalogue import find_model
    >>> round(count_parameters(find_model("deepseek-v3")).total / 1e9)
    671
    """
    if not m.has_shapes:
        raise ValueError(f"the shapes of {m.id} are unpublished; count those of {m.proxy!r}")
    matrices = _matrices(m)
    embedding = float(m.vocab * m.hidden)
    attention = _attention(m)
    router, experts, shared = _moe_layer(m)
    mtp = 0.0
    if m.mtp_layers:  # one more layer of the last kind, and a projection of two hidden states
        last = router + experts + shared if m.n_moe_layers else 3.0 * m.hidden * m.dense_ffn
        mtp = m.mtp_layers * (attention / m.layers + last + 2.0 * m.hidden**2)
    return Parameters(
        embedding=embedding,
        head=0.0 if m.tied_embeddings else embedding,
        attention=attention,
        dense_ffn=m.n_dense_layers * matrices * m.hidden * m.dense_ffn,
        router=m.n_moe_layers * router,
        experts=m.n_moe_layers * experts,
        shared_experts=m.n_moe_layers * shared,
        experts_active=m.n_moe_layers * m.top_k * _expert(m),
        mtp=mtp,
    )


def kv_bytes_per_token(m: Model, value_bytes: float = 2.0, *, index: bool = False) -> float:
    """Cache bytes that one more token of context adds, `value_bytes` each (2 = bf16).

    Windowed and linear layers add none. `index` counts the indexer's own keys
    (of `index_dim`) too; compressed caches (DeepSeek-V4) always hold them.
    """
    if m.attn_type == "csa_hca":
        four, many = m.extra["ratio4_layers"] / 4, m.extra["ratio128_layers"] / 128
        return (m.head_dim * (four + many) + m.index_dim * four) * value_bytes
    if m.attention == "mla":
        values = float(m.kv_lora + m.qk_rope)
    else:
        kv_heads = m.extra.get("global_kv_heads", m.kv_heads)
        key_dim = m.extra.get("global_head_dim", m.head_dim)
        value_dim = m.v_head_dim or key_dim
        values = kv_heads * (key_dim + value_dim) / m.extra.get("kv_share", 1)
    if index and m.index_heads:
        values += m.index_dim
    return m.n_full_layers * values * value_bytes
