"""Works out from a Hugging Face config which layers attend how, and which hold experts."""

from __future__ import annotations

from outlay.catalogue.hf.reader import Reader

__all__ = ["attention_layers", "expert_layers"]

_KINDS = {
    "full_attention": "full",
    "attention": "full",
    "deepseek_sparse_attention": "full",  # the cache still grows with all tokens
    "minimax_m3_sparse": "full",
    "sliding_attention": "window",
    "chunked_attention": "window",
    "local_attention": "window",
    "linear_attention": "linear",
    "lightning_attention": "linear",
}
_ALTERNATING = {"gemma2": 2, "cohere2": 4, "gemma3_text": 6, "gemma3": 6}
"""Every n-th layer attends to all, where the config leaves its type's default unsaid."""


def attention_layers(r: Reader, layers: int) -> list[str]:
    """`full`, `window` or `linear` for each layer."""
    named = r.layer_list("layer_types", layers)
    if named is not None:
        unknown = sorted({str(k) for k in named} - set(_KINDS))
        if unknown:
            r.problem("unknown kind of layer", "layer_types", unknown, ", ".join(_KINDS))
        return [_KINDS.get(str(k), "full") for k in named]
    linear = r.inside("linear_attn_config")
    if linear is not None and linear.has("full_attn_layers"):  # Kimi Linear, counted from 1
        full = set(linear.integers("full_attn_layers") or [])
        return ["full" if i + 1 in full else "linear" for i in range(layers)]
    for name, of_zero, of_one in (
        ("hybrid_layer_pattern", "full", "window"),  # MiMo-V2
        ("attn_type_list", "linear", "full"),  # MiniMax
        ("no_rope_layers", "full", "window"),  # Llama 4
    ):
        flags = r.layer_list(name, layers)
        if flags is not None:
            if name == "no_rope_layers" and not r.has("attention_chunk_size"):
                return ["full"] * layers
            return [of_one if f else of_zero for f in flags]
    if r.has("full_attention_interval"):
        every = r.integer("full_attention_interval", least=1)
        return ["full" if (i + 1) % every == 0 else "linear" for i in range(layers)]
    if r.has("attention_chunk_size") and r.model_type.startswith("llama4"):
        every = r.integer("no_rope_layer_interval", default=4, least=1)
        return ["full" if (i + 1) % every == 0 else "window" for i in range(layers)]
    return _windowed(r, layers)


def _windowed(r: Reader, layers: int) -> list[str]:
    """Layers of a config that speaks of a sliding window only by its size."""
    if not r.has("sliding_window") or r.get("use_sliding_window") is False:
        return ["full"] * layers
    pattern = r.get("sliding_window_pattern", "_sliding_window_pattern")
    every = pattern if isinstance(pattern, int) else _ALTERNATING.get(r.model_type, 0)
    if every:
        return ["full" if (i + 1) % every == 0 else "window" for i in range(layers)]
    if r.get("use_sliding_window") is True and r.has("max_window_layers"):  # Qwen2: later ones
        first = r.integer("max_window_layers")
        return ["full" if i < first else "window" for i in range(layers)]
    if r.model_type.startswith(("qwen", "phi")):  # the window is off unless switched on
        return ["full"] * layers
    return ["window"] * layers


def expert_layers(r: Reader, layers: int) -> list[bool]:
    """Whether each layer holds experts, in a mixture."""
    flags = r.layer_list("mlp_layer_types", layers)
    if flags is not None:
        return [f == "sparse" for f in flags]
    flags = r.layer_list("moe_layer_freq", layers)
    if flags is not None:
        return [bool(f) for f in flags]
    listed = r.integers("moe_layers", "moe_layers_enum")
    if listed:
        chosen = set(listed)
        return [i in chosen for i in range(layers)]
    if r.has("expert_layer_period"):  # Jamba
        period = r.integer("expert_layer_period", least=1)
        offset = r.integer("expert_layer_offset", default=0)
        return [i % period == offset % period for i in range(layers)]
    first = r.integer("first_k_dense_replace", "moe_layer_start_index", default=0)
    skipped = r.integers("mlp_only_layers") or []
    every = r.integer(
        "moe_layer_freq", "decoder_sparse_step", "interleave_moe_layer_step",
        "moe_layer_interval", default=1, least=1,
    )  # fmt: skip
    if r.has("decoder_sparse_step", "interleave_moe_layer_step", "moe_layer_interval"):
        return [i >= first and (i + 1) % every == 0 and i not in skipped for i in range(layers)]
    return [i >= first and i % every == 0 and i not in skipped for i in range(layers)]
