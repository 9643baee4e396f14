"""What a token attends to: cache bytes it reads and operations it takes, in decode and prefill.

Sizes are per token on one chip of an attention rank. Sparse attention reads the tokens that its
index selects, `topk_tokens` at most, in the `selected` share of the growing cache; windows read
their width; an indexer stands whole on every rank and scores the whole context.
"""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Number
from outlay.performance.operators.case import Case
from outlay.performance.operators.shapes import Shape

__all__ = ["INDEX_BYTES", "STATE_BYTES", "decode_work", "mean_within", "prefill_flops"]

STATE_BYTES = 4.0  # recurrent states are kept in 32 bits
INDEX_BYTES = 1.0  # index keys are kept in 8 bits
UNBOUNDED = 1e15  # tokens


def mean_within(start: Number, length: Number, most: Number) -> Number:
    """Mean of min(position, most) over `length` positions from `start` [token].

    >>> float(mean_within(0.0, 200.0, 100.0))
    75.0
    """
    cap: Number = np.minimum(most, UNBOUNDED)

    def area(x: Number) -> Number:
        within: Number = np.minimum(x, cap)
        beyond: Number = np.maximum(x - cap, 0.0)
        return 0.5 * within**2 + cap * beyond

    return (area(start + length) - area(start)) / np.maximum(length, 1e-9)


def decode_work(k: Case, context: Number) -> tuple[Number, Number]:
    """Bytes moved and operations per token of a decode step that attends to `context` tokens."""
    s = k.shape
    full = s.full_layers * _seen(s, context, np.minimum(context, s.topk_tokens))
    window = s.window_layers * np.minimum(context, s.window)
    kv_share = np.minimum(k.tp, np.maximum(s.kv_heads, 1.0))
    win_share = np.minimum(k.tp, np.maximum(s.window_kv_heads, 1.0))
    moved = k.kv_bytes * (full * s.kv / kv_share + window * s.window_kv / win_share)
    moved = moved + s.index_layers * context * s.index_kv * INDEX_BYTES
    moved = moved + 2.0 * s.linear_layers * s.state * STATE_BYTES / k.tp
    flops = (full * s.score_decode + window * s.window_score) / k.tp
    return moved, flops + s.index_layers * context * s.index_flops


def prefill_flops(k: Case, prompt: Number, cached: Number) -> Number:
    """Operations per new token of prompts of `prompt` tokens after `cached` ones."""
    s = k.shape
    mean = cached + 0.5 * prompt
    selected = mean_within(cached, prompt, s.topk_tokens)
    flops = s.full_layers * _seen(s, mean, selected) * s.score_prefill
    flops = flops + s.window_layers * mean_within(cached, prompt, s.window) * s.window_score
    return flops / k.tp + s.index_layers * mean * s.index_flops


def _seen(s: Shape, context: Number, selected: Number) -> Number:
    """Tokens attended to in the mean full layer, some of which may select them."""
    return s.selected * selected + (1.0 - s.selected) * context
