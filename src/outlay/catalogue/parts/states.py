"""Operators of a layer that keeps a state instead of a cache: linear attention, Mamba, convolution.

Sources: Yang et al. 2024, gated delta net (arXiv:2412.06464); Gu and Dao 2023, Mamba (2312.00752);
Dao and Gu 2024, Mamba-2 (2405.21060); Kimi Linear (2510.26692); Griffin (2402.19427).
"""

from __future__ import annotations

from outlay.catalogue.parts.operator import Operator, matmul

__all__ = ["convolution", "delta", "kda", "lightning", "mamba", "state_layer"]


def state_layer(
    layers: int, weights: float, out: float, state: float, *, kept: float = 0.0
) -> list[Operator]:
    """The rows of a layer with a state. weights: into it; out: back. state: values that each new
    token updates; kept: those that only lie there, as the last inputs of a convolution."""
    update = Operator("linear.state", "state", layers, flops=6.0 * state, state=state + kept)
    return [matmul("linear.in", layers, weights, 2), matmul("linear.out", layers, out), update]


def delta(
    hidden: int, key_heads: float, key: float, value_heads: float, value: float, conv: float, *,
    layers: int, decays: float = 2.0,
) -> list[Operator]:  # fmt: skip
    """Gated delta net, and Mamba-2 with one rate per head: query, key, value and gate."""
    keys, values = key_heads * key, value_heads * value
    weights = hidden * (2 * keys + 2 * values + decays * value_heads) + conv * (2 * keys + values)
    return state_layer(layers, weights, values * hidden, values * key)


def mamba(
    hidden: int, inner: float, state: float, narrow: float, conv: float, *, layers: int
) -> list[Operator]:
    """Mamba: the size of a step through a layer `narrow` wide."""
    weights = 2.0 * hidden * inner + 2.0 * inner * (narrow + state) + conv * inner
    return state_layer(layers, weights, inner * hidden, inner * state)


def kda(
    hidden: int, heads: float, width: float, conv: float, *, layers: int, whole_gate: bool = False
) -> list[Operator]:
    """Kimi delta attention: a decay per channel and an output gate through layers as narrow as a
    head (`whole_gate`: the gate is not), one rate per head."""
    wide = heads * width
    narrow = hidden * width + width * wide
    gate = hidden * wide if whole_gate else narrow
    weights = 3.0 * hidden * wide + narrow + gate + hidden * heads + 3.0 * conv * wide
    return state_layer(layers, weights, wide * hidden, wide * width)


def lightning(
    hidden: int, heads: float, width: float, *, layers: int, gate: bool = True
) -> list[Operator]:
    """Lightning attention: query, key, value and an output gate, a fixed decay per head."""
    wide = heads * width
    return state_layer(layers, hidden * (4.0 if gate else 3.0) * wide, wide * hidden, wide * width)


def convolution(hidden: int, wide: float, kernel: float, *, layers: int) -> list[Operator]:
    """A short convolution between two gates (LFM)."""
    weights = 3.0 * hidden * wide + kernel * wide
    return state_layer(layers, weights, wide * hidden, 0.0, kept=wide * kernel)
