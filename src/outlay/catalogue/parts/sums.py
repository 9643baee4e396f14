"""Sums over a model's operators: parameters, active ones, cache."""

from __future__ import annotations

from outlay.catalogue.parts.of_model import operators
from outlay.results.chips_models import Model

__all__ = ["active_parameters", "cache_per_token", "parameters"]


def parameters(model: Model) -> float:
    """Stored weights [element], embeddings and head included; biases and norms left out."""
    return sum(op.weights * op.layers for op in operators(model))


def active_parameters(model: Model) -> float:
    """Weights that one token multiplies with [element]: the head counts, the tables do not."""
    return sum(op.read * op.layers for op in operators(model) if op.kind != "embedding")


def cache_per_token(model: Model) -> float:
    """Values that one more token of context keeps [element]: layers whose cache grows.

    Windows and states are constant in the context and not in it, nor are an index's own keys,
    but those that choose among entries of a compressed cache.
    """
    kinds = ("scores", "index") if model.attn_type == "csa_hca" else ("scores",)
    return sum(
        op.cache * op.layers for op in operators(model) if op.kind in kinds and not op.window
    )
