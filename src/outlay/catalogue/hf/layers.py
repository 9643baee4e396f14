"""Works out from a Hugging Face config which layers attend how, and which hold experts."""

from __future__ import annotations

from outlay.catalogue.hf.reader import Reader
from outlay.core.errors import nearest

__all__ = ["attention_layers", "expert_layers", "prediction_layers"]

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
    named = r.layer_list("layer_types", layers, prediction_layers(r))
    if named is None:
        return _by_other_fields(r, layers)
    unknown = sorted({str(k) for k in named} - set(_KINDS))
    if unknown:
        near = nearest(unknown[0], _KINDS)
        r.problem("unknown kind of layer", "layer_types", unknown, ", ".join(_KINDS), near)
    found = [_KINDS.get(str(k), "full") for k in named]
    if r.has("full_attention_interval"):
        every = r.integer("full_attention_interval", least=1)
        if not unknown and _every(every, "linear", layers) != found:
            r.problem("kinds of layers said twice, and not the same", "layer_types",
                      f"{found.count('full')} of full attention, every {every} by "
                      "full_attention_interval", "one of them")  # fmt: skip
    return found


def prediction_layers(r: Reader) -> int:
    """Layers for multi-token prediction beside the others."""
    return r.integer(
        "num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_modules", "mtp_num_layers",
        "num_mtp_layers", default=0,
    )  # fmt: skip


def _by_other_fields(r: Reader, layers: int) -> list[str]:
    """Kinds of layers where no list names them."""
    linear = r.inside("linear_attn_config")
    if linear is not None and linear.has("full_attn_layers"):
        return _kimi(r, linear, layers)
    for name, of_zero, of_one in (
        ("hybrid_layer_pattern", "full", "window"),  # MiMo-V2
        ("attn_type_list", "linear", "full"),  # MiniMax
        ("no_rope_layers", "full", "window"),  # Llama 4
    ):
        flags = r.flags(name, layers, prediction_layers(r))
        if flags is not None:
            if name == "no_rope_layers" and not r.has("attention_chunk_size"):
                return ["full"] * layers
            return [of_one if f else of_zero for f in flags]
    if r.has("full_attention_interval"):
        return _every(r.integer("full_attention_interval", least=1), "linear", layers)
    if r.has("attention_chunk_size") and r.model_type.startswith("llama4"):
        return _every(r.integer("no_rope_layer_interval", default=4, least=1), "window", layers)
    return _windowed(r, layers)


def _every(n: int, others: str, layers: int) -> list[str]:
    """Every n-th layer attends to all."""
    return ["full" if (i + 1) % n == 0 else others for i in range(layers)]


def _kimi(r: Reader, linear: Reader, layers: int) -> list[str]:
    """Layers of Kimi Linear, which counts them from 1."""
    full = set(linear.integers("full_attn_layers") or [])
    odd = sorted(n for n in full if not 1 <= n <= layers)
    if odd and r.well("num_hidden_layers"):
        r.problem("no such layer", "linear_attn_config.full_attn_layers", odd, f"1 to {layers}")
    return ["full" if i + 1 in full else "linear" for i in range(layers)]


def _windowed(r: Reader, layers: int) -> list[str]:
    """Layers of a config that speaks of a sliding window only by its size."""
    switch = r.flag("use_sliding_window", default=True)
    if not r.has("sliding_window") or not switch:
        return ["full"] * layers
    letters = r.get("sliding_window_pattern", "_sliding_window_pattern")
    if isinstance(letters, str):
        return _lettered(r, letters, layers)
    every = r.integer(
        "sliding_window_pattern", "_sliding_window_pattern",
        default=_ALTERNATING.get(r.model_type, 0),
    )  # fmt: skip
    if every:
        return _every(every, "window", layers)
    if r.has("use_sliding_window") and r.has("max_window_layers"):  # Qwen2: later ones
        first = r.integer("max_window_layers")
        return ["full" if i < first else "window" for i in range(layers)]
    if r.model_type.startswith(("qwen", "phi")) and not r.has("use_sliding_window"):
        return ["full"] * layers  # the window is off unless switched on
    return ["window"] * layers


def _lettered(r: Reader, letters: str, layers: int) -> list[str]:
    """A pattern of letters that repeats: L a window, G all of the context."""
    if not letters or set(letters) - {"L", "G"}:
        allowed = "letters L (window) and G (all), or every how many layers attend to all"
        r.problem("not a pattern of layers", "sliding_window_pattern", letters[:80], allowed)
        return ["full"] * layers
    return ["window" if letters[i % len(letters)] == "L" else "full" for i in range(layers)]


def _mlp_types(r: Reader, layers: int) -> list[bool] | None:
    """Layers with experts where each is named."""
    named = r.layer_list("mlp_layer_types", layers, prediction_layers(r))
    if named is None:
        return None
    odd = sorted({str(k) for k in named} - {"sparse", "dense"})
    if odd:
        near = nearest(odd[0], ("sparse", "dense"))
        r.problem("unknown kind of layer", "mlp_layer_types", odd, "sparse, dense", near)
    return [k == "sparse" for k in named]


def expert_layers(r: Reader, layers: int) -> list[bool]:
    """Whether each layer holds experts, in a mixture."""
    flags = _mlp_types(r, layers) or r.flags("moe_layer_freq", layers, prediction_layers(r))
    if flags is not None:
        return flags
    listed = r.integers("moe_layers", "moe_layers_enum", below=layers)
    if listed:
        chosen = set(listed)
        return [i in chosen for i in range(layers)]
    if r.has("expert_layer_period"):  # Jamba
        period = r.integer("expert_layer_period", least=1)
        offset = r.integer("expert_layer_offset", default=0)
        return [i % period == offset % period for i in range(layers)]
    first = r.integer("first_k_dense_replace", "moe_layer_start_index", default=0)
    skipped = set(r.integers("mlp_only_layers", below=layers) or [])
    every = r.integer(
        "moe_layer_freq", "decoder_sparse_step", "interleave_moe_layer_step",
        "moe_layer_interval", default=1, least=1,
    )  # fmt: skip
    if r.has("decoder_sparse_step", "interleave_moe_layer_step", "moe_layer_interval"):
        return [i >= first and (i + 1) % every == 0 and i not in skipped for i in range(layers)]
    return [i >= first and i % every == 0 and i not in skipped for i in range(layers)]
