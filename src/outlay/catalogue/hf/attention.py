"""Reads the attention of a Hugging Face config: heads, ranks, caches, what makes layers unlike."""

from __future__ import annotations

from typing import Any

from outlay.catalogue.hf.reader import KV_HEADS, Reader

__all__ = ["attention", "compressed", "linear"]


def attention(r: Reader, hidden: int) -> dict[str, Any]:
    """Fields of a `Model` that describe a layer of softmax attention, `extra_attention` aside."""
    heads = r.integer("num_attention_heads", "n_head", "n_heads", least=1)
    kv_heads = _kv_heads(r, heads)
    found: dict[str, Any] = {"attention": "gqa", "heads": heads, "kv_heads": kv_heads}
    if r.has("kv_lora_rank"):
        found["attention"] = "mla"
        found["q_lora"] = r.integer("q_lora_rank", default=0)
        found["kv_lora"] = r.integer("kv_lora_rank", least=1)
        found["qk_nope"] = r.integer("qk_nope_head_dim", least=1)
        found["qk_rope"] = r.integer("qk_rope_head_dim", least=1)
        found["v_head_dim"] = r.integer("v_head_dim", least=1)
        found["head_dim"] = found["qk_nope"] + found["qk_rope"]
        r.used.add("head_dim")  # of one part or of both, by publisher
    else:
        sound = r.well("num_attention_heads", "hidden_size")
        if not r.has("head_dim", "attention_head_dim", "kv_channels") and hidden % heads and sound:
            r.problem("is not a multiple of num_attention_heads", "hidden_size", hidden,
                      f"a multiple of {heads}, or head_dim beside it")  # fmt: skip
        if heads % kv_heads and r.well("num_attention_heads", "num_key_value_heads"):
            r.problem("is not a multiple of num_key_value_heads", "num_attention_heads", heads,
                      f"a multiple of {kv_heads}")  # fmt: skip
        found["head_dim"] = r.integer(
            "head_dim", "attention_head_dim", "kv_channels", default=hidden // heads or 1, least=1
        )
        found["v_head_dim"] = r.integer("v_head_dim", default=0)
        found["q_lora"] = r.integer("q_lora_rank", default=0) if r.has("compress_ratios") else 0
        found["qk_rope"] = r.integer("qk_rope_head_dim", default=0)
    for ours, theirs in (
        ("index_heads", "index_n_heads"),
        ("index_dim", "index_head_dim"),
        ("index_topk", "index_topk"),
    ):
        found[ours] = r.integer(theirs, default=0)
    if found["index_heads"] and not (found["index_dim"] and found["index_topk"]):
        lacking = "index_topk" if found["index_dim"] else "index_head_dim"
        if r.well(lacking):
            r.problem("missing field beside index_n_heads", lacking, allowed="1 or more")
    found["extra_attention"] = _attention_extras(r, kv_heads)
    return found


def _kv_heads(r: Reader, heads: int) -> int:
    """Heads of keys and values: one where all queries share it, else as many as stated."""
    shared = r.flag("multi_query") or r.flag("multi_query_attention")
    names = list(KV_HEADS)
    if shared and r.model_type == "falcon" and not r.flag("new_decoder_architecture"):
        names.remove("num_kv_heads")  # the first Falcon states it and shares one head all the same
        r.used.add("num_kv_heads")
    return r.integer(*names, default=1 if shared else heads, least=1, per_layer=True)


def _attention_extras(r: Reader, kv_heads: int) -> dict[str, float]:
    """What makes some layers, or their caches, unlike plain attention."""
    extra: dict[str, float] = {}
    gated = r.flag("attn_output_gate") or r.flag("mla_use_output_gate")
    if gated or r.model_type.startswith("qwen3_next"):
        extra["attn_gate"] = 1
    if r.flag("use_cla"):
        extra["kv_share"] = r.integer("cla_share_factor", default=2, least=1)
    shared = r.integer("num_kv_shared_layers", default=0)
    if shared:  # Gemma 3n: the last layers read the cache of earlier ones
        layers = r.integer("num_hidden_layers", "n_layer", "num_layers", "n_layers", least=1)
        if shared >= layers and r.well("num_hidden_layers"):
            r.problem("no layer is left", "num_kv_shared_layers", shared, f"below {layers}")
        extra["kv_share"] = layers / max(layers - shared, 1)
    if r.has("swa_num_key_value_heads"):
        extra["window_kv_heads"] = r.integer("swa_num_key_value_heads", least=1)
    if r.has("global_head_dim"):
        extra["global_head_dim"] = r.integer("global_head_dim", least=1)
        extra["global_kv_heads"] = r.integer("num_global_key_value_heads", default=kv_heads)
        extra["global_kv_tied"] = float(r.flag("attention_k_eq_v"))
    return extra | _sparse(r)


def _sparse(r: Reader) -> dict[str, float]:
    """Attention to chosen blocks of the cache, and how many layers have it."""
    sparse = r.inside("sparse_attention_config")
    if sparse is None or not sparse.has("sparse_block_size"):
        return {}
    extra: dict[str, float] = {
        "sparse_block": sparse.integer("sparse_block_size", least=1),
        "sparse_topk_blocks": sparse.integer("sparse_topk_blocks", default=0),
    }
    named = r.get("layer_types")
    kinds = [str(kind) for kind in named] if isinstance(named, list) else []
    if kinds:
        extra["sparse_layers"] = sum("sparse" in kind for kind in kinds)
    elif r.has("moe_layer_freq"):  # the first layers, without experts, attend to all
        freq = r.integers("moe_layer_freq") or []
        extra["sparse_layers"] = sum(1 for flag in freq if flag)
    return extra


def linear(r: Reader) -> dict[str, float]:
    """Numbers of the linear layers: gated delta net, Kimi delta attention, lightning."""
    kimi = r.inside("linear_attn_config")
    if kimi is not None:
        heads, dim = kimi.integer("num_heads", least=1), kimi.integer("head_dim", least=1)
        conv = kimi.integer("short_conv_kernel_size", default=4)
        return {
            "linear_key_heads": heads, "linear_value_heads": heads,
            "linear_key_dim": dim, "linear_value_dim": dim, "linear_conv": conv,
        }  # fmt: skip
    if r.has("linear_num_value_heads"):
        return {
            "linear_key_heads": r.integer("linear_num_key_heads", least=1),
            "linear_value_heads": r.integer("linear_num_value_heads", least=1),
            "linear_key_dim": r.integer("linear_key_head_dim", least=1),
            "linear_value_dim": r.integer("linear_value_head_dim", least=1),
            "linear_conv": r.integer("linear_conv_kernel_dim", default=4),
        }
    heads = r.integer("num_attention_heads", least=1)
    dim = r.integer("head_dim", least=1)
    return {
        "linear_key_heads": heads, "linear_value_heads": heads,
        "linear_key_dim": dim, "linear_value_dim": dim,
    }  # fmt: skip


def compressed(r: Reader, layers: int, extra: dict[str, float]) -> tuple[int, int]:
    """Layers that compress their cache (DeepSeek-V4) and layers with a window alone."""
    ratios = (r.integers("compress_ratios") or [])[:layers]
    if len(ratios) < layers or set(ratios) - {0, 4, 128}:
        odd = sorted(set(ratios) - {0, 4, 128}) or f"{len(ratios)} entries"
        r.problem("not a known compression of each layer", "compress_ratios", odd,
                  f"0, 4 or 128 for each of {layers} layers")  # fmt: skip
    extra["ratio4_layers"], extra["ratio128_layers"] = ratios.count(4), ratios.count(128)
    extra["kv_shared"] = 1
    extra["o_groups"] = r.integer("o_groups", least=1)
    extra["o_lora"] = r.integer("o_lora_rank", least=1)
    return layers - ratios.count(0), ratios.count(0)
