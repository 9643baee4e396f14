"""Works out from a Hugging Face config what each layer is: how it attends, what feeds forward."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.catalogue.hf.reader import Reader
from outlay.core.errors import nearest

__all__ = ["LayerKind", "layer_kinds", "prediction_layers"]

_MIXERS = {
    "full_attention": "full", "attention": "full", "global": "full", "global_attention": "full",
    "deepseek_sparse_attention": "full", "indexed_attention": "full",  # the cache grows with all
    "qwen_sparse_attention": "full", "minimax_m3_sparse": "full",
    "compressed_sparse_attention": "full", "heavily_compressed_attention": "full",
    "sliding_attention": "window", "chunked_attention": "window", "local_attention": "window",
    "local": "window", "sliding": "window", "reference_sliding_attention": "window",
    "linear_attention": "linear", "lightning_attention": "linear", "mamba": "linear",
    "mamba2": "linear", "recurrent": "linear", "conv": "linear",
    "hybrid": "full", "hybrid_sliding": "window",
    "mlp": "", "moe": "", "dense": "", "sparse": "",
}  # fmt: skip
"""A kind of layer in `layer_types` and its like: `full`, `window`, `linear`, or no mixer at all."""
_ALTERNATING = {"gemma2": 2, "cohere2": 4, "gemma3_text": 6, "gemma3": 6}
"""Every n-th layer attends to all, where the config leaves its type's default unsaid."""
_BLOCK_LETTERS = {"M": "linear_attention", "*": "attention", "-": "mlp", "E": "moe"}
_WINDOWS = ("sliding_window", "sliding_window_size")
_NAMES = ("layer_types", "layers_block_type", "layer_block_types")
_FEEDS = ("sparse", "dense", "hash_moe", "moe")
_APART = {"mlp": "dense", "dense": "dense", "moe": "moe", "sparse": "moe"}


@dataclass(frozen=True, slots=True)
class LayerKind:
    """mixer: full, window, linear, or both (a state beside attention), empty: none; named: as the
    config calls it. feed: dense, moe, or empty: none."""

    mixer: str
    feed: str
    named: str = ""


def prediction_layers(r: Reader) -> int:
    """Layers for multi-token prediction beside the others."""
    return r.integer(
        "num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_modules", "mtp_num_layers",
        "num_mtp_layers", default=0,
    )  # fmt: skip


def layer_kinds(r: Reader, layers: int) -> list[LayerKind]:
    """What each layer is."""
    named = _named(r, layers)
    mixers = _mixers(r, layers) if named is None else _of_names(r, named)
    words = named or [""] * layers
    if r.model_type.startswith("nemotron_h") and named:  # a mixer or a feed-forward, each apart
        feeds = [_APART.get(w, "") for w in words]
    else:
        feeds = _feeds(r, layers)
    return [LayerKind(*kind) for kind in zip(mixers, feeds, words, strict=True)]


def _named(r: Reader, layers: int) -> list[str] | None:
    """The kind of each layer by name, where the config says one."""
    if r.has("hybrid_override_pattern"):
        text = r.text("hybrid_override_pattern")
        strange = sorted(set(text) - set(_BLOCK_LETTERS))
        if strange or (len(text) != layers and r.well("num_hidden_layers")):
            r.problem("not one letter per layer", "hybrid_override_pattern", text[:80],
                      f"{layers} of M * - E")  # fmt: skip
        letters = (text + "*" * layers)[:layers]
        return [_BLOCK_LETTERS.get(letter, "attention") for letter in letters]
    pattern = r.get("block_types")  # a short one is repeated
    if isinstance(pattern, list) and pattern:
        return [str(pattern[i % len(pattern)]) for i in range(layers)]
    for name in _NAMES:
        found = r.layer_list(name, layers, prediction_layers(r))
        if found is not None:
            return [str(k) for k in found]
    return None


def _of_names(r: Reader, named: list[str]) -> list[str]:
    unknown = sorted(set(named) - set(_MIXERS))
    if unknown:
        field = next(n for n in ("hybrid_override_pattern", "block_types", *_NAMES) if r.has(n))
        near = nearest(unknown[0], _MIXERS)
        r.problem("unknown kind of layer", field, unknown, ", ".join(_MIXERS), near)
    mixers = [_MIXERS.get(k, "full") for k in named]
    if "hybrid" in named and r.has("mamba_d_state", "mamba_expand"):  # a shared block after it
        return ["both" if k == "hybrid" else m for k, m in zip(named, mixers, strict=True)]
    if r.model_type.startswith("recurrent_gemma"):  # what it calls attention has a window
        return ["window" if m == "full" else m for m in mixers]
    every = r.integer("full_attention_interval", default=0)
    if every and not unknown and _every(every, len(named), "linear") != mixers:
        r.problem("kinds of layers said twice, and not the same", "layer_types",
                  f"{mixers.count('full')} of full attention, every {every} by "
                  "full_attention_interval", "one of them")  # fmt: skip
    return mixers


def _mixers(r: Reader, layers: int) -> list[str]:
    """`full`, `window`, `linear` or `both` for each layer of a config that names none."""
    for rule in (_with_states, _by_flags, _local_blocks, _by_interval, _by_pattern):
        found = rule(r, layers)
        if found is not None:
            return found
    return _windowed(r, layers)


def _with_states(r: Reader, layers: int) -> list[str] | None:
    """Layers with a state by period or place (Jamba, Bamba)."""
    kind = r.model_type.lower()
    if kind.startswith("falcon_h1"):
        return ["both"] * layers
    if r.has("attn_layer_period"):
        period = r.integer("attn_layer_period", least=1)
        offset = r.integer("attn_layer_offset", default=0)
        return ["full" if i % period == offset % period else "linear" for i in range(layers)]
    if r.has("attn_layer_indices") or kind.startswith("bamba"):
        chosen = set(r.integers("attn_layer_indices", below=layers) or [])
        return ["full" if i in chosen else "linear" for i in range(layers)]
    return _kimi(r, layers)


def _kimi(r: Reader, layers: int) -> list[str] | None:
    """Layers of Kimi Linear, which counts them from 1."""
    linear = r.inside("linear_attn_config")
    if linear is None or not linear.has("full_attn_layers"):
        return None
    full = set(linear.integers("full_attn_layers") or [])
    odd = sorted(n for n in full if not 1 <= n <= layers)
    if odd and r.well("num_hidden_layers"):
        r.problem("no such layer", "linear_attn_config.full_attn_layers", odd, f"1 to {layers}")
    return ["full" if i + 1 in full else "linear" for i in range(layers)]


def _by_flags(r: Reader, layers: int) -> list[str] | None:
    """One flag or word per layer."""
    for name, of_zero, of_one in (
        ("hybrid_layer_pattern", "full", "window"),  # MiMo-V2
        ("attn_type_list", "linear", "full"),  # MiniMax
    ):
        flags = r.flags(name, layers, prediction_layers(r))
        if flags is not None:
            return [of_one if f else of_zero for f in flags]
    words = r.layer_list("attention_layers", layers)  # GPT-Neo
    return None if words is None else ["window" if w == "local" else "full" for w in words]


def _local_blocks(r: Reader, layers: int) -> list[str] | None:
    """Llama 4: layers without rotation see all, the others a block."""
    if not r.has("attention_chunk_size"):
        return None
    if not r.model_type.startswith("llama4") and not r.has(
        "no_rope_layers", "no_rope_layer_interval"
    ):
        return None
    every = r.integer("no_rope_layer_interval", default=4, least=1)
    local = r.flags("no_rope_layers", layers, prediction_layers(r))
    return ["window" if f else "full" for f in local] if local else _every(every, layers, "window")


def _by_interval(r: Reader, layers: int) -> list[str] | None:
    """Every n-th layer attends, the others keep a state."""
    for name in ("full_attention_interval", "layer_group_size"):
        if r.has(name):
            return _every(r.integer(name, least=1), layers, "linear")
    return None


def _every(n: int, layers: int, others: str) -> list[str]:
    return ["full" if (i + 1) % n == 0 else others for i in range(layers)]


def _by_pattern(r: Reader, layers: int) -> list[str] | None:
    """Every n-th layer attends to all, the others to a window; or a pattern of letters."""
    if not r.has(*_WINDOWS) or not r.flag("use_sliding_window", default=True):
        return None
    letters = r.get("sliding_window_pattern", "_sliding_window_pattern")
    if isinstance(letters, str):
        return _lettered(r, letters, layers)
    every = r.integer(
        "sliding_window_pattern", "_sliding_window_pattern", "global_attn_every_n_layers",
        default=_ALTERNATING.get(r.model_type, 0),
    )  # fmt: skip
    return _every(every, layers, "window") if every else None


def _lettered(r: Reader, letters: str, layers: int) -> list[str]:
    """A pattern of letters that repeats: L a window, G all of the context."""
    if not letters or set(letters) - {"L", "G"}:
        allowed = "letters L (window) and G (all), or every how many layers attend to all"
        r.problem("not a pattern of layers", "sliding_window_pattern", letters[:80], allowed)
        return ["full"] * layers
    return ["window" if letters[i % len(letters)] == "L" else "full" for i in range(layers)]


def _windowed(r: Reader, layers: int) -> list[str]:
    """Layers of a config that speaks of a sliding window only by its size."""
    on = r.get("use_sliding_window")
    if not r.has(*_WINDOWS) or on is False:
        return ["full"] * layers
    if on is True and r.has("max_window_layers"):  # Qwen2: later ones
        first = r.integer("max_window_layers")
        return ["full" if i < first else "window" for i in range(layers)]
    off = r.model_type.startswith(("qwen", "phi"))  # unless switched on
    return ["full" if off else "window"] * layers


def _feeds(r: Reader, layers: int) -> list[str]:
    """`dense` or `moe` for each layer."""
    experts = r.experts()
    if not experts:
        return ["dense"] * layers
    found = _expert_layers(r, layers)
    dense = r.get("first_k_dense_replace")
    if type(dense) is int and dense >= layers and r.well("num_hidden_layers"):
        r.problem("no layer is left to hold experts", "first_k_dense_replace", dense,
                  f"fewer than the {layers} layers, or no experts")  # fmt: skip
    elif not any(found) and r.well("num_hidden_layers", "mlp_layer_types"):
        r.problem("no layer holds experts", "num_experts", experts, "a layer with experts, or 0")
    return ["moe" if f else "dense" for f in found]


def _expert_layers(r: Reader, layers: int) -> list[bool]:
    """Whether each layer holds experts, in a mixture."""
    flags = _mlp_types(r, layers) or r.flags("moe_layer_freq", layers, prediction_layers(r))
    if flags is not None:
        return flags
    if listed := r.integers("moe_layers", "moe_layers_enum", below=layers):
        return [i in set(listed) for i in range(layers)]
    if r.has("expert_layer_period"):  # Jamba
        period = r.integer("expert_layer_period", least=1)
        offset = r.integer("expert_layer_offset", default=0)
        return [i % period == offset % period for i in range(layers)]
    return _expert_interval(r, layers)


def _mlp_types(r: Reader, layers: int) -> list[bool] | None:
    """Layers with experts where each is named."""
    named = r.layer_list("mlp_layer_types", layers, prediction_layers(r))
    if named is None:
        return None
    odd = sorted({str(k) for k in named} - set(_FEEDS))
    if odd:
        near = nearest(odd[0], _FEEDS)
        r.problem("unknown kind of layer", "mlp_layer_types", odd, ", ".join(_FEEDS), near)
    return [k != "dense" for k in named]


def _expert_interval(r: Reader, layers: int) -> list[bool]:
    """Every n-th layer of a range, but for some."""
    first = r.integer(
        "first_k_dense_replace", "moe_layer_start_index", "num_dense_layers", default=0
    )
    last = layers
    if r.get("moe_layer_end_index", default=-1) != -1:
        last = r.integer("moe_layer_end_index")
    skipped = set(r.integers("mlp_only_layers", below=layers) or [])
    from_one = ("decoder_sparse_step", "interleave_moe_layer_step", "moe_layer_interval")
    every = r.integer("moe_layer_freq", *from_one, default=1, least=1)
    after = 1 if r.has(*from_one) else 0
    return [
        first <= i <= last and (i + after) % every == 0 and i not in skipped for i in range(layers)
    ]
