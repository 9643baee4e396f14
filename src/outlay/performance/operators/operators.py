"""Count the operators of a transformer exactly: weights, operations, cache values per layer.

The table that `operators` returns is the physics of everything else in this stage: one row per
operator of a layer kind, with the number of layers that run it. Totals over the table give the
published parameter counts, so the table can be tested without timing anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from outlay.results.chips_models import Model

__all__ = ["Operator", "operators"]

Kind = Literal["matmul", "experts", "head", "embedding", "scores", "index", "state"]
Shard = Literal["tensor", "expert", "replicated"]

# Gated DeltaNet of the released hybrids where a configuration does not say (Qwen3-Next).
DELTA_KEY_HEADS, DELTA_VALUE_HEADS, DELTA_DIM, DELTA_CONV = 16.0, 32.0, 128.0, 4.0


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of one layer kind; sizes are per layer and for the whole model (unsharded).

    layers: layers that run it [layer]. weights: stored elements [element]. read: elements read
    for one token [element] (differs from `weights` for experts and embeddings). flops: per new
    token [FLOP]. flops_ctx: more per token of context attended, decode form [FLOP]; prefill
    form in flops_ctx_prefill. cache: values written to the KV cache per token [element].
    window: context cap [token], 0 = none; limit: tokens that a query selects of the context, at
    most, 0 = all. matrices: separate kernels launched.
    """

    name: str
    kind: Kind
    layers: int
    weights: float = 0.0
    read: float = 0.0
    flops: float = 0.0
    flops_ctx: float = 0.0
    flops_ctx_prefill: float = 0.0
    cache: float = 0.0
    state: float = 0.0  # constant values per sequence and layer [element]
    window: int = 0
    limit: float = 0.0
    matrices: int = 1
    shard: Shard = "tensor"


def _matmul(name: str, layers: int, weights: float, matrices: int, shard: Shard) -> Operator:
    return Operator(
        name, "matmul", layers, weights, weights, 2.0 * weights, matrices=matrices, shard=shard
    )


def _extra(model: Model, key: str, default: float) -> float:
    found: Mapping[str, float] = model.extra or {}
    return float(found.get(key, default))


def _full_groups(model: Model) -> list[tuple[str, int, float, float]]:
    """Layers whose cache grows: name, layers, cache entries per token, tokens selected (0: all).

    DeepSeek-V4 keeps an entry per 4 tokens, of which an index selects some, or per 128. Blocks of
    MiniMax-M3 are selected in all but its first layers.
    """
    full = model.n_full_layers
    if model.attn_type == "csa_hca":
        four, many = (int(_extra(model, f"ratio{n}_layers", 0.0)) for n in (4, 128))
        chosen = 4.0 * model.index_topk
        return [("attention.full", four, 1 / 4, chosen), ("attention.whole", many, 1 / 128, 0.0)]
    if model.attn_type == "gqa_sparse_block":
        chosen = _extra(model, "sparse_block", 0.0) * _extra(model, "sparse_topk_blocks", 0.0)
        sparse = int(_extra(model, "sparse_layers", float(full))) if chosen else 0
        whole = ("attention.whole", full - sparse, 1.0, 0.0)
        return [("attention.full", sparse, 1.0, chosen), whole]
    chosen = float(model.index_topk) if model.index_heads else 0.0
    return [("attention.full", full, 1.0, chosen)]


def _gqa_projections(model: Model, layers: int) -> list[Operator]:
    d = model.head_dim or model.hidden // max(model.heads, 1)
    dv = model.v_head_dim or d
    h = model.hidden
    if model.attn_type == "csa_hca":  # low-rank query, one shared key/value head, grouped output
        rank_o = _extra(model, "o_lora", 1024.0)
        groups = _extra(model, "o_groups", max(model.heads / 8.0, 1.0))
        down = h * model.q_lora + h * d
        up = model.q_lora * model.heads * d
        out = model.heads * d * rank_o + groups * rank_o * h
        return [
            _matmul("attention.down", layers, down, 2, "replicated"),
            _matmul("attention.up", layers, up, 1, "tensor"),
            _matmul("attention.out", layers, out, 2, "tensor"),
        ]
    gate = 1.0 + _extra(model, "attn_gate", float(model.attn_type == "hybrid_gdn"))
    qkv = h * (gate * model.heads * d + model.kv_heads * (d + dv))
    out = float(model.heads * dv * h)
    if "global_head_dim" in (model.extra or {}):  # full layers have wider heads: the mean layer
        wide, kv = _extra(model, "global_head_dim", d), _extra(model, "global_kv_heads", 1.0)
        both = 1.0 if _extra(model, "global_kv_tied", 0.0) else 2.0
        share = model.n_full_layers / max(layers, 1)
        qkv += share * (h * (gate * model.heads * wide + both * kv * wide) - qkv)
        out += share * (model.heads * wide * h - out)
    return [
        _matmul("attention.qkv", layers, qkv, 1, "tensor"),
        _matmul("attention.out", layers, out, 1, "tensor"),
    ]


def _mla_projections(model: Model, layers: int) -> list[Operator]:
    qk = model.qk_nope + model.qk_rope
    v = model.v_head_dim or model.qk_nope
    h = model.hidden
    down = h * (model.kv_lora + model.qk_rope) + h * model.q_lora
    query_in = model.q_lora or h
    up_q = query_in * model.heads * qk
    up_kv = model.kv_lora * model.heads * (model.qk_nope + v)
    return [
        _matmul("attention.down", layers, down, 1, "replicated"),
        _matmul("attention.query", layers, up_q, 1, "tensor"),
        _matmul("attention.latent", layers, up_kv, 2, "tensor"),
        _matmul("attention.out", layers, model.heads * v * h, 1, "tensor"),
    ]


def _scores(
    model: Model, name: str, layers: int, window: int, kept: float = 1.0, limit: float = 0.0
) -> Operator:
    """Scores and weighted values; `cache` is what one token adds to the KV cache.

    kept: cache entries per token. limit: tokens that a query selects, 0 = all.
    """
    if model.attention == "mla":
        v = model.v_head_dim or model.qk_nope
        absorbed = 2.0 * model.heads * (2 * model.kv_lora + model.qk_rope)
        plain = 2.0 * model.heads * (model.qk_nope + model.qk_rope + v)
        cache = float(model.kv_lora + model.qk_rope)
        return Operator(
            name, "scores", layers, flops_ctx=absorbed, flops_ctx_prefill=plain, cache=cache,
            limit=limit,
        )  # fmt: skip
    d = float(model.head_dim or model.hidden // max(model.heads, 1))
    dv = float(model.v_head_dim or d)
    kv_heads = _extra(model, "window_kv_heads", model.kv_heads) if window else model.kv_heads
    if not window and "global_head_dim" in (model.extra or {}):
        d = dv = _extra(model, "global_head_dim", d)
        kv_heads = _extra(model, "global_kv_heads", kv_heads)
    work = 2.0 * model.heads * (d + dv)
    cache = float(kv_heads * (d + dv))
    cache *= 0.5 if model.attn_type == "gqa_cla2" else 1.0  # pairs of layers share one cache
    if model.attn_type == "csa_hca":  # compressed: key and value are one vector of head_dim
        work, cache = work * kept, float(d) * kept
    return Operator(
        name,
        "scores",
        layers,
        flops_ctx=work,
        flops_ctx_prefill=work,
        cache=cache,
        window=window,
        limit=limit,
    )


def _linear(model: Model) -> list[Operator]:
    """Gated DeltaNet, Mamba, Kimi delta attention or lightning attention: projections, state."""
    h, n = model.hidden, model.n_linear_layers
    if narrow := _extra(model, "linear_narrow", 0.0):  # Mamba: the step size through a narrow layer
        values, key_dim = _extra(model, "linear_value_heads", 0.0), model.extra["linear_key_dim"]
        conv = _extra(model, "linear_conv", DELTA_CONV) * values
        weights = 2.0 * h * values + 2.0 * values * (narrow + key_dim) + conv
        out, state = values * h, values * key_dim
    elif model.attn_type in ("hybrid_gdn", "hybrid_mamba"):
        key_dim = _extra(model, "linear_key_dim", DELTA_DIM)
        keys = _extra(model, "linear_key_heads", DELTA_KEY_HEADS) * key_dim
        value_heads = _extra(model, "linear_value_heads", DELTA_VALUE_HEADS)
        values = value_heads * _extra(model, "linear_value_dim", DELTA_DIM)
        conv = _extra(model, "linear_conv", DELTA_CONV) * (2 * keys + values)
        decays = _extra(model, "linear_decays", 2.0)
        weights = h * (2 * keys + 2 * values + decays * value_heads) + conv
        out, state = values * h, values * key_dim
    else:
        head_dim = model.qk_nope if model.attention == "mla" else model.head_dim
        width = model.heads * (head_dim or h // max(model.heads, 1))
        dim = width / max(model.heads, 1)
        weights, out, state = h * 4.0 * width, width * h, width * dim
    update = Operator("linear.state", "state", n, flops=6.0 * state, state=state)
    return [
        _matmul("linear.in", n, weights, 2, "tensor"),
        _matmul("linear.out", n, out, 1, "tensor"),
        update,
    ]


def _feed_forward(model: Model) -> list[Operator]:
    h, ops = model.hidden, []
    if model.n_dense_layers:
        n, gates = model.n_dense_layers, _extra(model, "ffn_matrices", 3.0) - 1.0
        ops.append(_matmul("ffn.in", n, gates * h * model.dense_ffn, 1, "tensor"))
        ops.append(_matmul("ffn.out", n, 1.0 * h * model.dense_ffn, 1, "tensor"))
    if model.n_moe_layers:
        n, matrices = model.n_moe_layers, _extra(model, "ffn_matrices", 3.0)
        latent = _extra(model, "expert_hidden", 0.0)  # experts on a latent narrower than hidden
        each = matrices * (latent or h) * model.expert_ffn
        ops.append(_matmul("router", n, 1.0 * h * model.experts, 1, "replicated"))
        ops.append(
            Operator(
                "experts",
                "experts",
                n,
                weights=each * model.experts,
                read=each * model.top_k,
                flops=2.0 * each * model.top_k,
                matrices=2,
                shard="expert",
            )
        )
        if model.shared_ffn:
            ops.append(_matmul("shared", n, matrices * h * model.shared_ffn, 2, "tensor"))
        if latent:
            ops.append(_matmul("shared.latent", n, 2.0 * h * latent, 2, "tensor"))
    return ops


def operators(model: Model) -> tuple[Operator, ...]:
    """Every operator of `model`, embeddings and head included.

    Raises ValueError where the catalogue knows only sizes (`layers` = 0): resolve the model's
    proxy first (`outlay.performance.operators.shapes.shape_of`).
    """
    if not model.layers:
        raise ValueError(f"{model.id}: shapes unpublished; use its proxy")
    soft = model.n_full_layers + model.n_window_layers
    ops: list[Operator] = []
    project = _mla_projections if model.attention == "mla" else _gqa_projections
    if soft:
        ops += project(model, soft)
    for name, layers, kept, limit in _full_groups(model):
        if layers:
            ops.append(_scores(model, name, layers, 0, kept, limit))
    windows = model.layers if model.attn_type == "csa_hca" else model.n_window_layers
    if windows and model.window:  # beside the compressed cache every layer has a window
        ops.append(_scores(model, "attention.window", windows, model.window))
    if model.index_topk and model.index_heads:
        ops.append(_indexer(model))
    if model.n_linear_layers:
        ops += _linear(model)
    ops += _feed_forward(model)
    table = 1.0 * model.vocab * model.hidden
    ops.append(
        Operator("head", "head", 1, 0.0 if model.tied_embeddings else table, table, 2.0 * table)
    )
    ops.append(Operator("embedding", "embedding", 1, table, float(model.hidden)))
    return tuple(ops)


def _indexer(model: Model) -> Operator:
    """Lightning indexer of sparse attention: scores all context, keeps `index_topk` tokens."""
    width = model.index_heads * model.index_dim
    query_in = model.q_lora or model.hidden
    weights = query_in * width + model.hidden * (model.index_dim + model.index_heads)
    _, layers, kept, _ = _full_groups(model)[0]
    score = 2.0 * width * kept
    return Operator(
        "index",
        "index",
        layers,
        weights,
        weights,
        2.0 * weights,
        flops_ctx=score,
        flops_ctx_prefill=score,
        cache=model.index_dim * kept,
        matrices=3,
        shard="replicated",
    )
