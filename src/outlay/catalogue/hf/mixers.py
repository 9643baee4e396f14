"""Builds the operators of one layer's mixer from a Hugging Face config."""

from __future__ import annotations

from outlay.catalogue.hf.layers import LayerKind
from outlay.catalogue.hf.reader import KV_HEADS, Reader, shown
from outlay.catalogue.hf.states import state_operators
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
from outlay.catalogue.parts.operator import Operator, matmul

__all__ = ["attention_heads", "head_width", "mixer", "window"]

_GATED = ("attn_output_gate", "mla_use_output_gate", "use_attention_gate", "attention_output_gate")
_GATES = {
    "qwen3_next": 1.0, "qwen3_5": 1.0, "qwen3_5_moe": 1.0, "afmoe": 1.0, "hrm_text": 1.0,
    "dory": 1.0, "muse_spark": 1.0, "muse_glimmer": 1.0, "hy_v4": 1.0, "hy_v4_vl": 1.0, "axk2": 1.0,
    "beam": 1.0,
}  # fmt: skip
"""Output gates that a type has and no field says, as multiples of the queries' width."""
_RATIOS = {4: "compressed_sparse_attention", 128: "heavily_compressed_attention"}
_ROUNDED = ("glm4_moe", "glm4v_moe_text", "qwen3_omni_moe_text")
"""Types whose reference code rounds the width of a head down."""
_NARROW_GATES = ("lfm3", "dots3_note", "bailing_hybrid", "step3p7")
"""One value per head."""


def mixer(r: Reader, kind: LayerKind, hidden: int, place: int) -> list[Operator]:
    """The mixer of one layer, `place` counted from 0; layers of all rows: 1."""
    ops: list[Operator] = []
    if kind.mixer in ("linear", "both"):
        ops += state_operators(r, kind.named, hidden)
    if kind.mixer in ("full", "window", "both"):
        ops += _attention(r, kind, hidden, place)
        if r.has("zero_expert_num") and r.has("kv_lora_rank"):  # LongCat: two; one index for both
            second = _attention(r, kind, hidden, place)
            ops += [op for op in second if op.kind != "index"]
    return ops


def attention_heads(r: Reader) -> int:
    """Query heads of a layer."""
    names: tuple[str, ...] = ("num_attention_heads", "n_head", "n_heads", "num_heads",
                              "decoder_attention_heads", "attention_heads")  # fmt: skip
    if r.has("num_attention_heads_per_layer"):
        names = ("num_attention_heads_per_layer", *names)
    return r.integer(*names, least=1, per_layer=True)


def head_width(r: Reader, hidden: int, heads: int) -> int:
    """Width of a head."""
    names = ("head_dim", "attention_head_dim", "kv_channels", "d_head", "dim_head")
    sound = r.well("num_attention_heads", "hidden_size") and r.model_type not in _ROUNDED
    if not r.has(*names) and hidden % heads and sound:
        r.problem("is not a multiple of num_attention_heads", "hidden_size", hidden,
                  f"a multiple of {heads}, or head_dim beside it")  # fmt: skip
    return r.integer(*names, default=hidden // heads or 1, least=1)


def window(r: Reader, *, needed: bool = True) -> int:
    """Tokens that a windowed layer sees; 0 where none are stated and none are needed."""
    return r.integer(
        "sliding_window", "sliding_window_size", "attention_chunk_size", "window_size",
        "attention_window_size", "local_attention_window_len", "local_attention",
        default=None if needed else 0, least=1,
    )  # fmt: skip


def kv_heads_of(r: Reader, heads: int) -> int:
    """Heads of keys and values: one where all queries share it, else as many as stated."""
    inner = r.inside("attn_config")  # MPT, DBRX
    if inner is not None and inner.has("kv_n_heads"):
        own = inner.integer("kv_n_heads", least=1)
        said = r.get("num_key_value_heads", default=own)
        if said != own:
            r.problem("said twice, and not the same", "num_key_value_heads",
                      f"{shown(said)}, attn_config.kv_n_heads {own}", "one of them")  # fmt: skip
        return own
    shared = r.flag("multi_query") or r.flag("multi_query_attention")
    names = list(KV_HEADS)
    if r.model_type == "falcon" and not r.flag("new_decoder_architecture"):
        names.remove("num_kv_heads")  # it states it and shares one head, or none, all the same
        r.used.add("num_kv_heads")
    return r.integer(*names, default=1 if shared else heads, least=1, per_layer=True)


def _attention(r: Reader, kind: LayerKind, hidden: int, place: int) -> list[Operator]:
    if r.has("o_lora_rank") and r.has("o_groups"):
        if r.has("kv_source_layer_ids"):
            return _shared_entries(r, hidden, place)
        named = kind.named if r.has("layer_types") else _ratio_name(r, place)
        return _compressed(r, hidden, named)
    if r.has("kv_lora_rank"):
        return _latent(r, kind, hidden, place)
    return _grouped(r, kind, hidden, place)


def _ratio_name(r: Reader, place: int) -> str:
    ratios = (r.integers("compress_ratios") or [])[: r.layers]
    if not ratios:
        return ""
    if len(ratios) < r.layers or set(ratios) - {0, *_RATIOS}:
        odd = sorted(set(ratios) - {0, *_RATIOS}) or f"{len(ratios)} entries"
        r.problem("not a known compression of each layer", "compress_ratios", odd,
                  f"0, 4 or 128 for each of {r.layers} layers")  # fmt: skip
    return _RATIOS.get(ratios[place] if place < len(ratios) else 0, "")


def _compressed(r: Reader, hidden: int, named: str) -> list[Operator]:
    """DeepSeek-V4: an entry per 4 or 128 tokens, and a window beside them."""
    heads, width = attention_heads(r), r.integer("head_dim", least=1)
    rank, groups, out = (r.integer(n, least=1) for n in ("q_lora_rank", "o_groups", "o_lora_rank"))
    ops = compressed(hidden, heads, width, rank, float(groups), float(out), layers=1)
    work, cache = 4.0 * heads * width, float(width)
    rates = r.inside("compress_rates")

    def rate(usual: int) -> int:
        return rates.integer(named, default=usual, least=1) if rates is not None else usual

    if named == "compressed_sparse_attention":
        of_four = rate(4)
        of = Index(
            r.integer("index_n_heads", least=1), r.integer("index_head_dim", least=1), rank,
            1 / of_four,
        )  # fmt: skip
        chosen = float(of_four * r.integer("index_topk", least=1))
        ops += [
            matmul("attention.compress", 1, 4.0 * hidden * width),
            scores(1, work / of_four, cache / of_four, limit=chosen), of.operator(hidden, 1),
        ]  # fmt: skip
    elif named == "heavily_compressed_attention":
        ops += [
            matmul("attention.compress", 1, 2.0 * hidden * width),
            scores(1, work / rate(128), cache / rate(128), name="attention.whole"),
        ]
    if seen := window(r, needed=False):
        ops.append(scores(1, work, cache, window=seen))
    elif not named:
        ops.append(scores(1, work, cache))
    return ops


def _shared_entries(r: Reader, hidden: int, place: int) -> list[Operator]:
    """DeepSeek-V4.1: entries per 2 tokens or each, written by some layers and read by those after
    them, and a window beside them."""
    heads, width = attention_heads(r), r.integer("head_dim", least=1)
    rank, groups, out = (r.integer(n, least=1) for n in ("q_lora_rank", "o_groups", "o_lora_rank"))
    ops = compressed(hidden, heads, width, rank, float(groups), float(out), layers=1)
    ratios = r.integers("compress_ratios") or []
    if len(ratios) < r.layers:
        r.problem("not one entry for each layer", "compress_ratios", f"{len(ratios)} entries",
                  f"{r.layers} of 0 (a window alone) or tokens of an entry")  # fmt: skip
    writers = r.integers("kv_source_layer_ids", below=r.layers) or []
    choosers = r.integers("index_source_layer_ids", below=r.layers) or []
    if place == 0 and writers and max(writers) + 1 < r.layers:
        r.notes.append(
            f"layers {max(writers) + 1} to {r.layers - 1} write nothing that later tokens read: "
            "an engine may leave them out of a prompt, and they are counted in it"
        )
    if ratio := ratios[place] if place < len(ratios) else 0:
        of = Index(
            r.integer("index_n_heads", least=1), r.integer("index_head_dim", least=1), rank,
            1 / ratio,
        )  # fmt: skip
        ops += shared_entries(
            hidden, heads, width, ratio, of, r.integer("index_topk", least=1), layers=1,
            writes=place in writers, chooses=place in choosers,
        )  # fmt: skip
    ops.append(scores(1, 4.0 * heads * width, float(width), window=window(r)))
    return ops


def _latent(r: Reader, kind: LayerKind, hidden: int, place: int) -> list[Operator]:
    local = kind.mixer == "window" and r.has("swa_kv_lora_rank", "swa_num_attention_heads")
    heads = r.integer("swa_num_attention_heads", least=1) if local else attention_heads(r)
    rotary, plain = r.integer("qk_rope_head_dim", default=0), r.integer("qk_nope_head_dim", least=1)
    if not _rotates(r, place):  # the same width of head, none of it turned or kept
        rotary, plain = 0, plain + rotary
    of = Latent(
        r.integer("swa_kv_lora_rank", "kv_lora_rank", least=1) if local
        else r.integer("kv_lora_rank", least=1),
        rotary, plain, r.integer("v_head_dim", least=1), r.integer("q_lora_rank", default=0),
    )  # fmt: skip
    gate, narrow = _gate(r)
    another = _reads_another(r, place)
    ops = latent(hidden, heads, of, layers=1, gate=gate > 0, reads_another=another)
    if narrow:
        ops.append(matmul("attention.gate", 1, float(hidden * heads)))
    seen = window(r) if kind.mixer == "window" else 0
    limit = 0.0 if seen else _limit(r)
    ops.append(latent_scores(heads, of, layers=1, window=seen, limit=limit, reads_another=another))
    if not seen and _indexes(r, place):
        ops.append(_index(r).operator(hidden, 1))
    return ops


def _rotates(r: Reader, place: int) -> bool:
    """Whether a latent layer turns part of its keys by their place."""
    listed = r.integers("no_rope_layers")  # 1: it does
    if listed and place < len(listed):
        return bool(listed[place])
    if r.model_type.startswith("mistral_large4"):
        return (place + 1) % 4 != 0
    return True


def _reads_another(r: Reader, place: int) -> bool:
    """Whether a layer attends to the cache of another one."""
    sources = r.integers("kv_source_layers")
    if sources:
        return sources[place] != place if len(sources) == r.layers else place in sources
    return False


def _limit(r: Reader) -> float:
    """Tokens that a query selects of its context; 0: all."""
    return float(r.integer("index_topk", default=0)) if r.has("index_n_heads") else 0.0


def _indexes(r: Reader, place: int) -> bool:
    """Whether a layer chooses by itself; some take the choice of one before."""
    if not r.has("index_n_heads") or not r.has("index_topk", "index_topk_blocks"):
        return False
    listed = r.get("indexer_types")
    if isinstance(listed, list) and place < len(listed):
        return str(listed[place]) == "full"
    every = r.integer("index_topk_freq", default=1, least=1)
    return max(place - r.integer("index_skip_topk_offset", default=2) + 1, 0) % every == 0


def _index(r: Reader) -> Index:
    if not r.has("index_head_dim") and r.well("index_head_dim"):
        r.problem("missing field beside index_n_heads", "index_head_dim", allowed="1 or more")
    return Index(
        r.integer("index_n_heads", least=1), r.integer("index_head_dim", default=1, least=1),
        r.integer("q_lora_rank", default=0) or r.integer("hidden_size", least=1),
        1.0 / r.integer("index_kpool", default=1, least=1),
    )  # fmt: skip


def _gate(r: Reader) -> tuple[float, bool]:
    """An output gate as a multiple of the queries' width; whether there is one value per head."""
    base = r.model_type.removesuffix("_text")
    said = next((n for n in _GATED if r.has(n)), None)
    if r.has("gating"):  # Laguna: one value per head, or per element
        narrow = r.get("gating") in (True, "per-head")
        return (0.0 if narrow else 1.0), narrow
    if base in _NARROW_GATES and (said is None or r.get(said) is True):
        return 0.0, True
    on = r.get(said) if said else base in _GATES or base.startswith(("qwen3_5", "qwen3_next"))
    if said and r.get(said) is not True:
        on = False
    return (1.0 if on else 0.0), False


def _grouped(r: Reader, kind: LayerKind, hidden: int, place: int) -> list[Operator]:
    local = kind.mixer == "window"
    heads, kv_heads, width, v = (_windowed_sizes if local else _whole_sizes)(r, hidden)
    if heads % kv_heads and r.well("num_attention_heads", "num_key_value_heads"):
        r.problem("is not a multiple of num_key_value_heads", "num_attention_heads", heads,
                  f"a multiple of {kv_heads}")  # fmt: skip
    gate, narrow = _gate(r)
    shared = _takes_cache(r, place)
    ops = grouped(
        hidden, heads, kv_heads, width, v, layers=1, gate=gate, reads_another=shared,
        key_is_value=not local and r.flag("attention_k_eq_v"),
    )  # fmt: skip
    if narrow:
        ops.append(matmul("attention.gate", 1, float(hidden * heads)))
    crossing = place in (r.integers("cross_attention_layers") or ())  # sees pictures alone
    cache = 0.0 if shared or crossing else float(kv_heads * (width + v))
    work = 2.0 * heads * (width + v)
    if local:
        return [*ops, scores(1, work, cache, window=window(r))]
    ops.append(scores(1, work, cache, limit=_limit(r) or _blocks(r, place, kind.named)))
    return [*ops, _index(r).operator(hidden, 1)] if _indexes(r, place) else ops


def _sizes(r: Reader, hidden: int) -> tuple[int, int, int, int]:
    """Query heads, heads of keys and values, width of a key and of a value."""
    heads = attention_heads(r)
    width = head_width(r, hidden, heads)
    return heads, kv_heads_of(r, heads), width, r.integer("v_head_dim", default=0) or width


def _windowed_sizes(r: Reader, hidden: int) -> tuple[int, int, int, int]:
    heads, kv_heads, width, v = _sizes(r, hidden)
    own = r.integer("swa_head_dim", default=width, least=1)
    return (
        r.integer("swa_num_attention_heads", "num_sliding_attention_heads", default=heads, least=1),
        r.integer("swa_num_key_value_heads", default=kv_heads, least=1),
        own, own if v == width else v,
    )  # fmt: skip


def _whole_sizes(r: Reader, hidden: int) -> tuple[int, int, int, int]:
    heads, kv_heads, width, v = _sizes(r, hidden)
    if not r.has("global_head_dim"):
        return heads, kv_heads, width, v
    own = r.integer("global_head_dim", least=1)
    return heads, r.integer("num_global_key_value_heads", default=kv_heads, least=1), own, own


def _takes_cache(r: Reader, place: int) -> bool:
    """Whether a layer reads the keys and values of an earlier one."""
    if shared := r.integer("num_kv_shared_layers", default=0):  # the last ones, Gemma
        if shared >= r.layers:
            r.problem("no layer is left", "num_kv_shared_layers", shared, f"below {r.layers}")
        return place >= r.layers - shared
    if r.flag("use_cla"):  # Hunyuan: groups of layers
        return place % r.integer("cla_share_factor", default=2, least=1) != 0
    return _reads_another(r, place)


def _blocks(r: Reader, place: int, named: str) -> float:
    """Tokens that a query selects as blocks (MiniMax-M3), 0: all."""
    inner = r.inside("sparse_attention_config")
    if inner is None:
        chosen = "sparse" in named or "indexed" in named
        size = r.integer("index_block_size", default=0)
        return float(size * r.integer("index_topk_blocks", default=0)) if chosen else 0.0
    flags = inner.get("sparse_attention_freq") or r.get("moe_layer_freq")  # the first see all
    if isinstance(flags, list) and place < len(flags) and not flags[place]:
        return 0.0
    size = inner.integer("sparse_block_size", "block_size", default=0)
    return float(size * inner.integer("sparse_topk_blocks", "topk_blocks", default=0))
