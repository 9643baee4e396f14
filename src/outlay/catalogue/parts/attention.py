"""Operators of a layer that attends to a cache: projections, scores, the index before them.

Where h is the hidden width, H the heads, K those of keys and values, d and v their widths, c the
latent, r its rotary part, n the rest of a key:
grouped     h·(H·d·(1 + gate) + K·(d + v)) + H·v·h      latent  q + h·(c + r) + c·H·(n + v) + H·v·h
compressed  h·q + q·H·d + h·d + grouped output of rank o
Sources: Vaswani et al. 2017 (arXiv:1706.03762); Ainslie et al. 2023, GQA (2305.13245); DeepSeek-V2,
MLA (2405.04434); DeepSeek-V3.2, sparse index.
"""

from __future__ import annotations

from dataclasses import dataclass

from outlay.catalogue.parts.operator import Operator, matmul

__all__ = [
    "Index", "Latent", "compressed", "grouped", "latent", "latent_scores", "scores",
    "shared_entries",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Index:
    """A small attention that chooses what the layer attends to. query_in: width that it reads;
    entries: its cache entries per token."""

    heads: int
    width: int
    query_in: int
    entries: float = 1.0

    def operator(self, hidden: int, layers: int, *, reads_another: bool = False) -> Operator:
        """Its products and scores: all of the context, before the choice. reads_another: it has no
        keys of its own."""
        wide, keys = self.heads * self.width, 0 if reads_another else self.width
        weights = float(self.query_in * wide + hidden * (keys + self.heads))
        score = 2.0 * wide * self.entries
        return Operator(
            "index", "index", layers, weights, weights, 2.0 * weights, flops_ctx=score,
            flops_ctx_prefill=score, cache=keys * self.entries, matrices=3, shard="replicated",
        )  # fmt: skip


def scores(
    layers: int, work: float, cache: float, *, window: int = 0, limit: float = 0.0,
    prefill: float | None = None, name: str = "",
) -> Operator:  # fmt: skip
    """Scores and weighted values. work: per token of context, twice in a prompt where `prefill`
    says another. cache: what a token adds; 0 where the layer reads another one's."""
    return Operator(
        name or ("attention.window" if window else "attention.full"), "scores", layers,
        flops_ctx=work, flops_ctx_prefill=work if prefill is None else prefill, cache=cache,
        window=window, limit=limit,
    )  # fmt: skip


def grouped(
    hidden: int, heads: int, kv_heads: int, width: int, value_width: int = 0, *, layers: int,
    gate: float = 0.0, key_is_value: bool = False, reads_another: bool = False,
) -> list[Operator]:  # fmt: skip
    """Projections of multi-head, grouped or multi-query attention.

    gate: an output gate, as a multiple of the queries' width. key_is_value: one projection for
    both. reads_another: keys and values are another layer's.
    """
    v = value_width or width
    keys = 0 if reads_another else kv_heads * (width if key_is_value else width + v)
    return [
        matmul("attention.qkv", layers, hidden * ((1.0 + gate) * heads * width + keys)),
        matmul("attention.out", layers, float(heads * v * hidden)),
    ]


@dataclass(frozen=True, slots=True)
class Latent:
    """Sizes of latent attention: one vector of `rank` + `rotary` is kept for all heads."""

    rank: int
    rotary: int
    plain: int
    value: int
    query_rank: int = 0

    @property
    def cache(self) -> float:
        """Values that a token adds."""
        return float(self.rank + self.rotary)

    def work(self, heads: int) -> tuple[float, float]:
        """FLOP per head and token of context, with the latent absorbed and as plain heads."""
        absorbed = 2.0 * heads * (2 * self.rank + self.rotary)
        return absorbed, 2.0 * heads * (self.plain + self.rotary + self.value)


def latent(
    hidden: int, heads: int, of: Latent, *, layers: int, gate: bool, reads_another: bool = False
) -> list[Operator]:
    """Projections of latent attention. reads_another: the latent is another layer's."""
    down = of.query_rank if reads_another else of.rank + of.rotary + of.query_rank
    found = [
        matmul("attention.down", layers, float(hidden * down), 1, "replicated"),
        matmul(
            "attention.query", layers,
            float((of.query_rank or hidden) * heads * (of.plain + of.rotary)),
        ),
        matmul("attention.latent", layers, float(of.rank * heads * (of.plain + of.value)), 2),
        matmul("attention.out", layers, float(heads * of.value * hidden)),
    ]  # fmt: skip
    if gate:
        found.append(matmul("attention.gate", layers, float(hidden * heads * of.value)))
    return found


def latent_scores(
    heads: int, of: Latent, *, layers: int, window: int = 0, limit: float = 0.0,
    reads_another: bool = False,
) -> Operator:  # fmt: skip
    """Scores of latent attention: absorbed in decode, as plain heads in a prompt."""
    absorbed, plain = of.work(heads)
    cache = 0.0 if reads_another else of.cache
    return scores(layers, absorbed, cache, window=window, limit=limit, prefill=plain)


def compressed(
    hidden: int, heads: int, width: int, query_rank: int, out_groups: float, out_rank: float, *,
    layers: int,
) -> list[Operator]:  # fmt: skip
    """DeepSeek-V4: low-rank query, one vector that is key and value, grouped low-rank output."""
    out = heads * width * out_rank + out_groups * out_rank * hidden
    return [
        matmul("attention.down", layers, float(hidden * (query_rank + width)), 2, "replicated"),
        matmul("attention.up", layers, float(query_rank * heads * width)),
        matmul("attention.out", layers, out, 2),
    ]


def shared_entries(
    hidden: int, heads: int, width: int, ratio: int, of: Index, topk: int, *, layers: int,
    writes: bool, chooses: bool,
) -> list[Operator]:  # fmt: skip
    """DeepSeek-V4.1: an entry per `ratio` tokens, of which an index selects `topk`. writes: the
    layers make entries and index keys, which later ones read; chooses: they run the index."""
    cache = width / ratio if writes else 0.0
    found = [scores(layers, 4.0 * heads * width / ratio, cache, limit=float(ratio * topk))]
    if writes:
        views = 2.0 if ratio > 1 else 1.0  # a pooled entry is weighed as well
        found.append(matmul("attention.compress", layers, views * hidden * width))
    if chooses:
        found.append(of.operator(hidden, layers, reads_another=not writes))
    return found
