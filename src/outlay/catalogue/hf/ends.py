"""Builds the operators of a model's two ends, and what layers share beside their mixers."""

from __future__ import annotations

from outlay.catalogue.hf.reader import Reader
from outlay.catalogue.parts.feeds import ends, ngrams, streams
from outlay.catalogue.parts.operator import Operator, matmul

__all__ = ["beside", "both_ends", "tied"]

_TIED = (
    "gemma", "gpt2", "gpt_bigcode", "cohere", "bloom", "opt", "falcon", "codegen", "openai-gpt",
)  # fmt: skip
"""Types that share input and output tables where their config does not say."""


def tied(r: Reader) -> bool:
    """Whether the input table is the output head too."""
    kind = r.model_type
    default = kind.startswith(_TIED) and not kind.startswith(("falcon_h1", "codegen"))
    return r.flag("tie_word_embeddings", default=default)


def both_ends(r: Reader, hidden: int, layers: int) -> list[Operator]:
    """Input table, head, tables that every layer reads a row of."""
    vocab = r.integer("vocab_size", "padded_vocab_size", least=1)
    narrow = r.integer("word_embed_proj_dim", default=hidden, least=1)
    heads = r.integer("unpadded_vocab_size", default=vocab, least=1)
    found = ends(hidden, vocab, tied=tied(r), width=narrow, heads=heads)
    if narrow != hidden:
        found.append(matmul("head.projection", 1, 2.0 * narrow * hidden))
    if each := r.integer("hidden_size_per_layer_input", default=0):  # Gemma 3n and 4
        rows = r.integer("vocab_size_per_layer_input", default=vocab, least=1)
        found += [
            Operator("embedding.layers", "embedding", 1, float(rows * each * layers),
                     float(each * layers)),
            matmul("head.layers", 1, float(hidden * each * layers)),
        ]  # fmt: skip
    found += _ngrams(r, hidden, vocab)
    if (inputs := r.integer("altup_num_inputs", default=1)) > 1:
        found.append(matmul("head.streams", 1, 2.0 * (inputs - 1) * hidden * hidden))
    return found


def _ngrams(r: Reader, hidden: int, vocab: int) -> list[Operator]:
    """Tables of LongCat: `split` of them for each run of 2 to `neighbor` tokens, together as wide
    as the model, each with a multiple of the vocabulary in rows."""
    ratio = r.get("ngram_vocab_size_ratio", "oe_vocab_size_ratio")
    if not isinstance(ratio, int | float) or isinstance(ratio, bool) or not 0 < ratio < 1e6:
        return []
    runs = r.integer("emb_neighbor_num", "oe_neighbor_num", least=2) - 1
    tables = runs * r.integer("emb_split_num", "oe_split_num", least=1)
    return ngrams(hidden, float(tables * int(ratio * vocab) * (hidden // tables)))


def beside(r: Reader, hidden: int) -> list[Operator]:
    """What a layer has beside mixer and feed-forward."""
    found = []
    if each := r.integer("hidden_size_per_layer_input", default=0):
        found.append(matmul("ffn.layer_input", 1, 2.0 * hidden * each, 2))
    if rank := r.integer("laurel_rank", default=0):
        found.append(matmul("ffn.laurel", 1, 2.0 * hidden * rank, 2))
    if rank := r.integer("gated_norm_rank", default=0):
        found.append(matmul("ffn.norm", 1, 4.0 * hidden * rank, 4))
    if (number := r.integer("hc_mult", default=1)) > 1:
        found.append(streams(hidden, number, layers=1))
    return found
