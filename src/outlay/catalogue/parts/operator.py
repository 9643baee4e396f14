"""One operator of a model's table: weights, operations, cache values of one layer.

A model is a list of these rows, each with the number of layers that run it. Their sums are the
published parameter counts and caches, so the table can be tested without timing anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Kind", "Operator", "Shard", "matmul"]

Kind = Literal["matmul", "experts", "head", "embedding", "scores", "index", "state"]
Shard = Literal["tensor", "expert", "replicated"]


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


def matmul(
    name: str, layers: int, weights: float, matrices: int = 1, shard: Shard = "tensor"
) -> Operator:
    """Products with `weights` elements that each token passes."""
    return Operator(
        name, "matmul", layers, weights, weights, 2.0 * weights, matrices=matrices, shard=shard
    )
