"""Fold a model's operator table into the few numbers that timing needs, one array per number.

`Shape` holds floats for one model or arrays for many points (`stack_shapes`), so the same closed
forms time one step or a million layout points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from outlay.catalogue.parts.of_model import operators
from outlay.catalogue.parts.operator import Operator
from outlay.core.arrays import Number
from outlay.results.chips_models import Model

__all__ = ["Shape", "scaled_shape", "shape_of", "stack_shapes"]


MOST_KEPT = 256
_FOLDED: dict[int, tuple[Model, Shape]] = {}
"""What was folded of a model that is at hand; the model with it, so that its place is its own."""


@dataclass(frozen=True)
class Shape:
    """Sizes per layer of one model (unsharded); weights in elements, work in FLOP."""

    hidden: Number
    layers: Number
    soft_layers: Number  # layers with softmax attention
    full_layers: Number
    window_layers: Number
    linear_layers: Number
    mla_layers: Number
    index_layers: Number
    moe_layers: Number
    dense_layers: Number
    attn_w: Number  # projections of a softmax layer, sharded over tensor-parallel ranks
    attn_rep_w: Number  # the part each rank holds in full (latent down-projections)
    attn_mats: Number
    linear_w: Number
    state: Number  # state of a linear layer per sequence
    dense_w: Number
    shared_w: Number
    router_w: Number
    expert_w: Number  # one expert
    experts: Number
    top_k: Number
    head_w: Number
    embed_w: Number  # input table where untied, else 0
    kv: Number  # cache values per token of a full layer, all heads
    kv_heads: Number  # ranks that share the cache at most (1 for latent attention)
    window_kv: Number
    window_kv_heads: Number
    window: Number
    topk_tokens: Number  # tokens attended per query where sparse, else infinity
    selected: Number  # share of the growing cache, and of its scores, that this limits
    score_decode: Number  # FLOP per token, context token and full layer
    score_prefill: Number
    window_score: Number
    index_w: Number
    index_kv: Number
    index_flops: Number
    mtp_layers: Number
    total_params: Number
    active_params: Number
    is_mla: Number

    def weights(self) -> Number:
        """All stored elements [element]."""
        return (
            self.soft_layers * (self.attn_w + self.attn_rep_w)
            + self.index_layers * self.index_w
            + self.linear_layers * self.linear_w
            + self.dense_layers * self.dense_w
            + self.moe_layers * (self.shared_w + self.router_w + self.experts * self.expert_w)
            + self.head_w
            + self.embed_w
        )


def _pick(
    ops: Sequence[Operator], prefix: str | tuple[str, ...], shard: str | None = None
) -> list[Operator]:
    return [op for op in ops if op.name.startswith(prefix) and (shard is None or op.shard == shard)]


def _total(ops: Sequence[Operator], field: str) -> float:
    """A size over all layers of some operators."""
    return float(sum(op.layers * getattr(op, field) for op in ops))


def _count(ops: Sequence[Operator]) -> float:
    return float(sum(op.layers for op in ops))


def _mean(ops: Sequence[Operator], field: str) -> float:
    """The same of their mean layer, 0 without any."""
    return _total(ops, field) / max(_count(ops), 1.0)


def _from_table(model: Model) -> Shape:
    """Sizes of the mean layer of each kind; their sums over layers are those of the table."""
    ops = operators(model)
    projections = [op for op in _pick(ops, "attention.") if op.kind == "matmul"]
    cached = [op for op in ops if op.kind == "scores"]
    full = [op for op in cached if not op.window]
    windows = [op for op in cached if op.window]
    limited = [op for op in full if op.limit]
    index = [op for op in ops if op.kind == "index"]
    mixtures = [op for op in ops if op.kind == "experts"]
    states = [op for op in ops if op.kind == "state"]
    head = next(op for op in ops if op.kind == "head")
    head_w, embed_w = _end_weights(ops, head)
    soft = float(model.n_full_layers + model.n_window_layers)

    def each(found: Sequence[Operator], field: str, layers: float) -> float:
        return _total(found, field) / max(layers, 1.0)

    moe, plain = float(model.n_moe_layers), float(model.n_dense_layers)
    dense_w, shared_w = _feed_weights(ops, plain, moe)
    mla = model.attention == "mla"
    kv_heads, window_kv_heads = _shares(model)
    return Shape(
        hidden=float(model.hidden),
        layers=float(model.layers),
        soft_layers=soft,
        full_layers=float(model.n_full_layers),
        window_layers=_count(windows),
        linear_layers=_count(states),
        mla_layers=soft if mla else 0.0,
        index_layers=_count(index),
        moe_layers=moe,
        dense_layers=plain,
        attn_w=each(_pick(projections, "", "tensor"), "weights", soft),
        attn_rep_w=each(_pick(projections, "", "replicated"), "weights", soft),
        attn_mats=each(projections, "matrices", soft),
        linear_w=each(_pick(ops, "linear."), "weights", _count(states)),
        state=_mean(states, "state"),
        dense_w=dense_w,
        shared_w=shared_w,
        router_w=each(_pick(ops, "router"), "weights", moe),
        expert_w=each(mixtures, "weights", moe) / max(model.experts, 1),
        experts=float(max(model.experts, 1)),
        top_k=_used(model, mixtures),
        head_w=head_w,
        embed_w=embed_w,
        kv=_mean(full, "cache"),
        kv_heads=kv_heads,
        window_kv=_mean(windows, "cache"),
        window_kv_heads=window_kv_heads,
        window=_mean(windows, "window") or float(model.window or 1),
        topk_tokens=float(limited[0].limit) if limited else float("inf"),
        selected=_total(limited, "cache") / max(_total(full, "cache"), 1e-30),
        score_decode=_mean(full, "flops_ctx"),
        score_prefill=_mean(full, "flops_ctx_prefill"),
        window_score=_mean(windows, "flops_ctx"),
        index_w=_mean(index, "weights"),
        index_kv=_mean(index, "cache"),
        index_flops=_mean(index, "flops_ctx"),
        mtp_layers=float(model.mtp_layers),
        total_params=model.total_params or sum(op.weights * op.layers for op in ops),
        active_params=model.active_params
        or sum(op.read * op.layers for op in ops if op.kind != "embedding"),
        is_mla=float(mla),
    )


def _end_weights(ops: Sequence[Operator], head: Operator) -> tuple[float, float]:
    """Elements at both ends: those that a step reads, and of tables beside them."""
    beside = [op for op in _pick(ops, "head.") if op.kind == "matmul"]
    tables = _total([op for op in ops if op.kind == "embedding"], "weights")
    return head.read + _total(beside, "weights"), tables + head.weights - head.read


def _feed_weights(ops: Sequence[Operator], plain: float, moe: float) -> tuple[float, float]:
    """Elements of a dense feed-forward layer, and of what every token passes in one with experts;
    what lies beside either belongs to the dense ones, where there are any."""
    beside, shared = _total(_pick(ops, "ffn."), "weights"), _total(_pick(ops, "shared"), "weights")
    if plain:
        return beside / plain, shared / max(moe, 1.0)
    return 0.0, (shared + beside) / max(moe, 1.0)


def _shares(model: Model) -> tuple[float, float]:
    """Ranks that share a cache at most, of whole and of windowed layers; 1 for latent attention."""
    if model.attention == "mla" or model.attn_type == "csa_hca":
        return 1.0, 1.0
    return float(model.extra.get("global_kv_heads", model.kv_heads)), float(max(model.kv_heads, 1))


def _used(model: Model, mixtures: Sequence[Operator]) -> float:
    """Experts that a token passes: fewer than are chosen where some places hold none."""
    stored = _total(mixtures, "weights")
    return model.experts * _total(mixtures, "read") / stored if stored else float(model.top_k)


def scaled_shape(shape: Shape, total_params: float, active_params: float) -> Shape:
    """A model of like shape but other size: same depth and cache, widths scaled.

    Weights read per token scale with active parameters; the number of experts takes up what is
    left of the total. Cache per token is kept: it follows the heads, which change least between
    models of one generation.
    """
    known_total, known_active = float(shape.total_params), float(shape.active_params)
    active = active_params or known_active * (total_params / known_total)
    total = max(total_params or known_total * (active / known_active), active)
    grow = active / known_active
    moe = shape.moe_layers > 0
    more = (total / known_total) / grow if moe else 1.0
    return replace(
        shape,
        hidden=shape.hidden * grow**0.5,
        attn_w=shape.attn_w * grow,
        attn_rep_w=shape.attn_rep_w * grow,
        linear_w=shape.linear_w * grow,
        dense_w=shape.dense_w * grow,
        shared_w=shape.shared_w * grow,
        router_w=shape.router_w * grow * more,
        expert_w=shape.expert_w * grow,
        experts=max(shape.experts * more, shape.top_k) if moe else shape.experts,
        head_w=shape.head_w * grow**0.5,
        embed_w=shape.embed_w * grow**0.5,
        total_params=total,
        active_params=active,
    )


def shape_of(model: Model, find: Callable[[str], Model] | None = None) -> Shape:
    """Sizes of `model`, or of its proxy scaled to the model's published parameters.

    Raises ValueError where neither shapes nor a proxy are known.
    """
    if model.layers:
        known = _FOLDED.get(id(model))
        if known is None or known[0] is not model:
            if len(_FOLDED) >= MOST_KEPT:
                _FOLDED.clear()
            known = _FOLDED[id(model)] = (model, _from_table(model))
        return known[1]
    if not model.proxy:
        raise ValueError(f"{model.id}: neither shapes nor a proxy are known")
    if find is None:
        from outlay.catalogue import find_model

        find = find_model
    base = _from_table(find(model.proxy))
    if not (model.total_params or model.active_params):
        return base
    return scaled_shape(base, model.total_params, model.active_params)


def stack_shapes(shapes: Sequence[Shape]) -> Shape:
    """Many shapes as one of arrays [point]."""
    columns = {f.name: np.array([getattr(s, f.name) for s in shapes]) for f in fields(Shape)}
    return Shape(**columns)
