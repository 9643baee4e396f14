"""Sizes of a model summed over its operators, to be held against published ones."""

from __future__ import annotations

from outlay.catalogue.parts.of_model import operators
from outlay.results.chips_models import Model


def parameters(model: Model) -> float:
    """Stored parameters [element], embeddings and head included, norms and biases not."""
    return sum(op.weights * op.layers for op in operators(model))


def active_parameters(model: Model) -> float:
    """Parameters one token multiplies with [element]: the head counts, the embedding does not."""
    return sum(op.read * op.layers for op in operators(model) if op.kind != "embedding")


def flops_per_token(model: Model, context: float = 0.0, *, prefill: bool = False) -> float:
    """Forward operations for one token that attends to `context` tokens [FLOP/token].

    For a causal prefill of s tokens the mean context is s / 2.
    """
    total = 0.0
    for op in operators(model):
        seen = min(context, op.window) if op.window else context
        if op.limit:
            seen = min(seen, op.limit)
        per_ctx = op.flops_ctx_prefill if prefill else op.flops_ctx
        total += op.layers * (op.flops + per_ctx * seen)
    return total


def cache_values_per_token(model: Model) -> float:
    """KV-cache values one token adds for the whole of its life [element]: full layers only.

    Windows and linear states are constant in context and not in it, nor is the indexer's cache.
    """
    return sum(
        op.cache * op.layers for op in operators(model) if op.kind == "scores" and not op.window
    )


def state_values(model: Model) -> float:
    """Values per sequence that do not grow [element]: linear states and full windows."""
    ops = operators(model)
    window = sum(op.cache * op.layers * op.window for op in ops if op.kind == "scores")
    return window + sum(op.state * op.layers for op in ops)
