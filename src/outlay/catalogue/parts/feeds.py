"""Operators of feed-forward layers, dense or with experts, and of both ends of a model."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.catalogue.parts.operator import Operator, matmul

__all__ = ["Experts", "dense", "ends", "experts", "ngrams", "streams"]


def dense(hidden: int, width: float, *, layers: int, matrices: float = 3.0) -> list[Operator]:
    """A feed-forward layer: three matrices with a gate, two without."""
    return [
        matmul("ffn.in", layers, (matrices - 1.0) * hidden * width),
        matmul("ffn.out", layers, float(hidden * width)),
    ]


@dataclass(frozen=True, slots=True)
class Experts:
    """A layer with experts. width: of one; shared: of those that every token passes, together.

    empty: places of the router that hold no expert and cost nothing. hidden: width that experts
    act on, where narrower than the model's; matrices: of an expert, and of a shared one.
    router: its weights, where it is no single matrix. passed: experts that a token passes on
    average, where a router that is held to it says another than chance.
    """

    number: int
    top_k: int
    width: int
    shared: int = 0
    empty: int = 0
    hidden: int = 0
    matrices: float = 3.0
    shared_gate: bool = False
    router: float = 0.0
    passed: float = 0.0

    @property
    def used(self) -> float:
        """Experts that a token passes on average."""
        return self.passed or self.top_k * self.number / max(self.number + self.empty, 1)


def experts(hidden: int, of: Experts, *, layers: int) -> list[Operator]:
    """A layer with experts: router, experts, shared ones, the way to a narrower width and back."""
    each = of.matrices * (of.hidden or hidden) * of.width
    router = of.router or float(hidden * (of.number + of.empty))
    found = [
        matmul("router", layers, router, 1, "replicated"),
        Operator(
            "experts", "experts", layers, weights=each * of.number, read=each * of.used,
            flops=2.0 * each * of.used, matrices=2, shard="expert",
        ),
    ]  # fmt: skip
    if of.shared:
        gate = hidden if of.shared_gate else 0
        found.append(matmul("shared", layers, of.matrices * hidden * of.shared + gate, 2))
    if of.hidden:
        found.append(matmul("shared.latent", layers, 2.0 * hidden * of.hidden, 2))
    return found


def ends(hidden: int, vocab: int, *, tied: bool, width: int = 0, heads: int = 0) -> list[Operator]:
    """Input table and output head. width: of the table's rows, where not the hidden one; heads:
    words that the head tells apart, where not all."""
    wide = width or hidden
    table, out = float(vocab * wide), float((heads or vocab) * wide)
    return [
        Operator("head", "head", 1, 0.0 if tied else out, out, 2.0 * out),
        Operator("embedding", "embedding", 1, table, float(wide)),
    ]


def ngrams(hidden: int, table: float) -> list[Operator]:
    """Tables that a token reads a row of for each run of tokens before it, and the way from them to
    the hidden width. table: their elements."""
    return [
        Operator("embedding.ngrams", "embedding", 1, table, float(hidden)),
        matmul("head.ngrams", 1, float(hidden * hidden)),
    ]


def streams(hidden: int, number: int, *, layers: int) -> Operator:
    """Streams of the residual, mixed before and after a layer's two parts."""
    return matmul("ffn.streams", layers, 2.0 * number**2 * (number + 2) * hidden, 2)
