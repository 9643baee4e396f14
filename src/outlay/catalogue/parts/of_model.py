"""The operator table of a model: as its config.json was read, or from its catalogue row."""

from __future__ import annotations

from outlay.catalogue.parts.attention import (
    Index,
    Latent,
    compressed,
    grouped,
    latent,
    latent_scores,
    scores,
    shared_entries,
)
from outlay.catalogue.parts.feeds import Experts, dense, ends, experts, ngrams, streams
from outlay.catalogue.parts.operator import Operator, matmul
from outlay.catalogue.parts.read import ReadModel
from outlay.catalogue.parts.states import delta, kda, lightning, mamba
from outlay.results.chips_models import Model

__all__ = ["operators"]

# Gated DeltaNet of the released hybrids where a row does not say (Qwen3-Next).
_DELTA = {"key_heads": 16.0, "value_heads": 32.0, "key_dim": 128.0, "value_dim": 128.0, "conv": 4.0}


def operators(model: Model) -> tuple[Operator, ...]:
    """Every operator of `model`, embeddings and head included.

    Raises ValueError where the catalogue knows only sizes (`layers` = 0): resolve the model's
    proxy first (`outlay.performance.operators.shapes.shape_of`).
    """
    if isinstance(model, ReadModel) and model.table:
        return model.table
    if not model.has_shapes:
        raise ValueError(f"{model.id}: shapes unpublished; use its proxy")
    ops = [*_mixers(model), *_linear(model), *_feeds(model)]
    return (*ops, *_beside(model), *ends(model.hidden, model.vocab, tied=model.tied_embeddings))


def _mixers(model: Model) -> list[Operator]:
    if model.attn_type == "csa_hca":
        return _compressed(model)
    if model.attention == "mla":
        return _latent(model)
    return _grouped(model, window=False) + _grouped(model, window=True)


def _compressed(model: Model) -> list[Operator]:
    """DeepSeek-V4: an entry per 4 tokens, of which an index selects some, or per 128; a window
    beside them in every layer."""
    four, many = (int(model.extra.get(f"ratio{n}_layers", 0.0)) for n in (4, 128))
    groups = model.extra.get("o_groups", max(model.heads / 8.0, 1.0))
    rank, width = model.extra.get("o_lora", 1024.0), model.head_dim
    work, cache = 4.0 * model.heads * width, float(width)
    ops = compressed(
        model.hidden, model.heads, width, model.q_lora, groups, rank, layers=model.layers
    )
    chosen = 4.0 * model.index_topk
    ops += _shared_entries(model)
    for name, layers, kept, limit, views in (
        ("attention.full", four, 1 / 4, chosen, 4.0), ("attention.whole", many, 1 / 128, 0.0, 2.0),
    ):  # fmt: skip
        if layers:
            ops.append(matmul("attention.compress", layers, views * model.hidden * width))
            ops.append(scores(layers, work * kept, cache * kept, limit=limit, name=name))
    if model.window:
        ops.append(scores(model.layers, work, cache, window=model.window))
    if model.index_heads and four:
        of = Index(model.index_heads, model.index_dim, model.q_lora or model.hidden, 1 / 4)
        ops.append(of.operator(model.hidden, four))
    return ops


def _shared_entries(model: Model) -> list[Operator]:
    """DeepSeek-V4.1: by ratio, layers that write entries, that choose among them, that read."""
    found: list[Operator] = []
    for ratio in (2, 1):
        layers, writers, choosers = (
            int(model.extra.get(f"ratio{ratio}_{what}", 0.0))
            for what in ("layers", "writers", "choosers")
        )
        of = Index(model.index_heads, model.index_dim, model.q_lora or model.hidden, 1 / ratio)
        for number, writes, chooses in (
            (writers, True, True), (choosers - writers, False, True),
            (layers - choosers, False, False),
        ):  # fmt: skip
            if number > 0:
                found += shared_entries(
                    model.hidden, model.heads, model.head_dim, ratio, of, model.index_topk,
                    layers=number, writes=writes, chooses=chooses,
                )  # fmt: skip
    return found


def _latent(model: Model) -> list[Operator]:
    """Latent layers: of those that see all, some turn no part of their keys (`unrotated_layers`),
    and of these some read another layer's latent (`reading_layers`)."""
    gate = bool(model.extra.get("attn_gate"))
    limit = float(model.index_topk) if model.index_heads else 0.0
    unturned, reading = (
        int(model.extra.get(f"{what}_layers", 0.0)) for what in ("unrotated", "reading")
    )
    value = model.v_head_dim or model.qk_nope
    turned = Latent(model.kv_lora, model.qk_rope, model.qk_nope, value, model.q_lora)
    plain = Latent(model.kv_lora, 0, model.qk_nope + model.qk_rope, value, model.q_lora)
    ops: list[Operator] = []
    for of, layers, window, another in (
        (turned, model.n_full_layers - unturned, 0, False), (plain, unturned - reading, 0, False),
        (plain, reading, 0, True), (turned, model.n_window_layers, model.window, False),
    ):  # fmt: skip
        if layers:
            ops += latent(
                model.hidden, model.heads, of, layers=layers, gate=gate, reads_another=another
            )
            ops.append(latent_scores(
                model.heads, of, layers=layers, window=window, limit=0.0 if window else limit,
                reads_another=another,
            ))  # fmt: skip
    if ops and model.index_heads:
        ops.append(_index(model))
    return ops


def _index(model: Model) -> Operator:
    """Lightning indexer of sparse attention; some layers take another one's choice."""
    layers = int(model.extra.get("index_layers", model.n_full_layers))
    entries = 1.0 / model.extra.get("index_pool", 1.0)
    return Index(
        model.index_heads, model.index_dim, model.q_lora or model.hidden, entries
    ).operator(model.hidden, layers)  # fmt: skip


def _grouped(model: Model, *, window: bool) -> list[Operator]:
    layers = model.n_window_layers if window else model.n_full_layers
    if not layers:
        return []
    extra = model.extra
    width = model.head_dim or model.hidden // max(model.heads, 1)
    kv_heads, tied = float(model.kv_heads), False
    if window:
        kv_heads = extra.get("window_kv_heads", kv_heads)
    elif "global_head_dim" in extra:
        width, kv_heads = int(extra["global_head_dim"]), extra.get("global_kv_heads", 1.0)
        tied = bool(extra.get("global_kv_tied"))
    value = 0 if "global_head_dim" in extra and not window else model.v_head_dim
    gate = extra.get("attn_gate", float(model.attn_type == "hybrid_gdn"))
    ops = grouped(
        model.hidden, model.heads, int(kv_heads), width, value, layers=layers, gate=gate,
        key_is_value=tied,
    )  # fmt: skip
    work = 2.0 * model.heads * (width + (value or width))
    cache = kv_heads * (width + (value or width)) / (1.0 if window else _sharing(model))
    if window:
        if model.window:
            ops.append(scores(layers, work, cache, window=model.window))
        return ops
    ops += _chosen(model, layers, work, cache)
    return [*ops, _index(model)] if model.index_heads and model.index_topk else ops


def _sharing(model: Model) -> float:
    """Layers that read one cache."""
    return model.extra.get("kv_share", 2.0 if model.attn_type == "gqa_cla2" else 1.0)


def _chosen(model: Model, layers: int, work: float, cache: float) -> list[Operator]:
    """Scores of layers whose cache grows; blocks of MiniMax-M3 are selected in all but its
    first layers."""
    if model.attn_type != "gqa_sparse_block":
        limit = float(model.index_topk) if model.index_heads else 0.0
        return [scores(layers, work, cache, limit=limit)]
    limit = model.extra.get("sparse_block", 0.0) * model.extra.get("sparse_topk_blocks", 0.0)
    sparse = int(model.extra.get("sparse_layers", float(layers))) if limit else 0
    found = [
        scores(sparse, work, cache, limit=limit),
        scores(layers - sparse, work, cache, name="attention.whole"),
    ]
    return [op for op in found if op.layers]


def _linear(model: Model) -> list[Operator]:
    """Gated DeltaNet, Mamba, Kimi delta attention or lightning attention."""
    layers = model.n_linear_layers
    if not layers:
        return []
    size = {k: model.extra.get(f"linear_{k}", v) for k, v in _DELTA.items()}
    if narrow := model.extra.get("linear_narrow", 0.0):
        return mamba(
            model.hidden, size["value_heads"], size["key_dim"], narrow, size["conv"], layers=layers
        )
    if model.attn_type in ("hybrid_gdn", "hybrid_mamba"):
        return delta(
            model.hidden, size["key_heads"], size["key_dim"], size["value_heads"],
            size["value_dim"], size["conv"], layers=layers,
            decays=model.extra.get("linear_decays", 2.0),
        )  # fmt: skip
    if model.attn_type == "mla_kda":
        return kda(
            model.hidden, size["value_heads"], size["value_dim"], size["conv"], layers=layers,
            whole_gate=bool(model.extra.get("attn_gate")),
        )  # fmt: skip
    width = model.head_dim or model.hidden // max(model.heads, 1)
    return lightning(model.hidden, float(model.heads), float(width), layers=layers)


def _feeds(model: Model) -> list[Operator]:
    ops: list[Operator] = []
    matrices = model.extra.get("ffn_matrices", 3.0)
    if model.n_dense_layers:
        ops += dense(model.hidden, model.dense_ffn, layers=model.n_dense_layers, matrices=matrices)
    if model.n_moe_layers:
        of = Experts(
            model.experts, model.top_k, model.expert_ffn, model.shared_ffn,
            empty=int(model.extra.get("empty_experts", 0.0)),
            hidden=int(model.extra.get("expert_hidden", 0.0)), matrices=matrices,
            passed=model.extra.get("experts_passed", 0.0),
        )  # fmt: skip
        ops += experts(model.hidden, of, layers=model.n_moe_layers)
    return ops


def _beside(model: Model) -> list[Operator]:
    """What lies beside layers: streams of the residual, tables of n-grams that a token reads a few
    rows of."""
    ops: list[Operator] = []
    if number := int(model.extra.get("streams", 0.0)):
        ops.append(streams(model.hidden, number, layers=model.layers))
    if table := model.extra.get("ngram_table", 0.0):
        ops += ngrams(model.hidden, table)
    return ops
