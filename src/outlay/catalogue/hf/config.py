"""Turns a Hugging Face `config.json` into a `Model`, with every problem named at once.

Covers Llama 2-4, Mistral, Mixtral, Qwen 2-3.5, DeepSeek V2-V4, Kimi, GLM-4/5, gpt-oss, Gemma 2-4,
MiniMax, Hunyuan, Seed-OSS, MiMo, Step, Phi, GPT-2-like models, hybrids with state-space layers
(Nemotron-H and 3, Granite 4, Bamba, Falcon-H1, Jamba), and others of these shapes; the language
part of a multimodal model is read, its towers are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from outlay.catalogue.counts import count_parameters, kv_bytes_per_token
from outlay.catalogue.hf.layers import attention_layers, expert_layers
from outlay.catalogue.hf.mamba import Hybrid, hybrid_layers
from outlay.catalogue.hf.reader import Reader
from outlay.core.errors import InputError, Problem
from outlay.results.chips_models import Model

__all__ = ["from_hf_config"]

_NOT_DECODERS = ("bert", "roberta", "t5", "bart", "whisper", "clip", "vit", "mt5", "pegasus")
_RECURRENT = ("mamba", "zamba", "rwkv", "recurrent_gemma", "xlstm")
_PLAIN_FFN = (
    "gpt2",
    "gpt_neox",
    "gptj",
    "gpt_neo",
    "opt",
    "bloom",
    "falcon",
    "phi",
    "starcoder2",
    "gpt_bigcode",
    "mpt",
)
_TIED = ("gemma", "gpt2", "gpt_bigcode", "cohere", "bloom", "opt", "falcon")
_FOUR_WIDE = ("gpt2", "gpt_bigcode", "falcon", "bloom", "mpt")
_MOST_LAYERS = 10_000
_MOST_PARAMETERS = 1e15


def from_hf_config(config: object, name: str = "", where: str = "") -> Model:
    """The model that `config` (a parsed config.json) describes; `name` becomes its id and name.

    `where` is the file, for what is said of its fields.
    Total and active parameters and cache bytes are counted from the shapes (towers, biases and
    norms left out). Raises InputError with every missing or impossible field.
    """
    where = where or name or "config.json"
    if not isinstance(config, Mapping):
        raise InputError("not a config.json", where=where, value=type(config).__name__)
    r = Reader(config, where)
    _refuse(r)
    model = _model(r, name or str(config.get("_name_or_path") or r.outer_type or "model"))
    if r.problems:
        raise InputError(r.problems)
    counted = count_parameters(model)
    if counted.total > _MOST_PARAMETERS:
        found, most = f"{counted.total:.3g}", f"up to {_MOST_PARAMETERS:.0e}"
        raise InputError(Problem("more parameters than any model has", where, found, most))
    model = replace(
        model,
        total_params=counted.total,
        active_params=counted.active_with_embedding if model.experts == 0 else counted.active,
    )
    return replace(model, kv_bytes_per_token_bf16=kv_bytes_per_token(model))


def _tied_by_default(model_type: str) -> bool:
    return model_type.startswith(_TIED) and not model_type.startswith("falcon_h1")


def _refuse(r: Reader) -> None:
    """Stop early on architectures that these operators cannot describe."""
    kind = r.model_type.lower()
    if r.get("is_encoder_decoder") is True or kind.startswith(_NOT_DECODERS):
        raise InputError(
            Problem("not a decoder-only language model", r.where, kind, "decoder-only transformers")
        )
    if kind.startswith(_RECURRENT):
        raise InputError(
            Problem(
                "recurrent models without plain attention layers are not supported", r.where, kind,
                "transformers, and their hybrids with Mamba layers",
            )
        )  # fmt: skip
    if r.has("block_configs"):
        raise InputError(Problem("blocks that differ one by one are not supported", r.where, kind))


def _model(r: Reader, name: str) -> Model:
    layers = r.integer("num_hidden_layers", "n_layer", "num_layers", "n_layers", least=1)
    if layers > _MOST_LAYERS:
        r.problem("too many layers", "num_hidden_layers", layers, f"up to {_MOST_LAYERS}")
        layers = 1
    hidden = r.integer("hidden_size", "n_embd", "d_model", least=1)
    hybrid = hybrid_layers(r, layers, hidden)
    kinds = attention_layers(r, layers) if hybrid is None else hybrid.kinds
    ffn = _feed_forward(r, layers, hidden, hybrid)
    weight, dense = _dtypes(r, bool(ffn["experts"]))
    n_window = kinds.count("window")
    shapes: dict[str, Any] = {**_attention(r, hidden), **ffn}
    extra: dict[str, float] = {**shapes.pop("extra_attention"), **shapes.pop("extra_ffn")}
    n_full = kinds.count("full")
    if r.has("compress_ratios"):
        n_full, n_window = _compressed(r, layers, extra)
    if hybrid is not None:
        extra.update(hybrid.extra)
    elif "linear" in kinds:
        extra.update(_linear(r))
    return Model(
        id=name,
        name=name,
        developer="",
        released="",
        total_params=0.0,
        active_params=0.0,
        weight_dtype=weight,
        dense_dtype=dense,
        attn_type="hybrid_mamba" if hybrid is not None else _attn_type(r, kinds),
        layers=len(kinds),
        n_full_layers=n_full,
        n_window_layers=n_window,
        n_linear_layers=layers if hybrid is not None and hybrid.both else kinds.count("linear"),
        window=r.integer("sliding_window", "sliding_window_size", "attention_chunk_size", default=0)
        if n_window or r.has("compress_ratios")
        else 0,
        hidden=hidden,
        vocab=r.integer("vocab_size", "padded_vocab_size", least=1),
        tied_embeddings=bool(
            r.get("tie_word_embeddings", default=_tied_by_default(r.model_type))
        ),
        mtp_layers=r.integer(
            "num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_modules",
            "mtp_num_layers", default=0,
        ),
        max_context=r.integer(
            "max_position_embeddings", "n_positions", "seq_length", "max_seq_len", default=0
        ),
        extra=extra,
        source="config.json",
        grade="official",
        **shapes,
    )  # fmt: skip


def _attn_type(r: Reader, kinds: list[str]) -> str:
    if r.has("compress_ratios"):
        return "csa_hca"
    mla = r.has("kv_lora_rank")
    if "linear" in kinds:
        if mla:
            return "mla_kda"
        return "hybrid_gdn" if r.has("linear_num_value_heads") else "hybrid_lightning"
    if mla:
        return "mla_dsa" if r.has("index_n_heads") else "mla"
    if "window" in kinds:
        return "gqa_chunked" if r.model_type.startswith("llama4") else "gqa_swa"
    if r.has("sparse_attention_config"):
        return "gqa_sparse_block"
    return "gqa_cla2" if r.get("use_cla") is True else "gqa"


def _attention(r: Reader, hidden: int) -> dict[str, Any]:
    heads = r.integer("num_attention_heads", "n_head", "n_heads", least=1)
    multi_query = r.get("multi_query") is True and not r.has("num_kv_heads")
    kv_heads = r.integer(
        "num_key_value_heads", "num_kv_heads", "n_kv_heads", "num_attention_groups",
        "multi_query_group_num",
        default=1 if multi_query else heads, least=1, per_layer=True,
    )  # fmt: skip
    found: dict[str, Any] = {"attention": "gqa", "heads": heads, "kv_heads": kv_heads}
    if r.has("kv_lora_rank"):
        found["attention"] = "mla"
        found["q_lora"] = r.integer("q_lora_rank", default=0)
        found["kv_lora"] = r.integer("kv_lora_rank", least=1)
        found["qk_nope"] = r.integer("qk_nope_head_dim", least=1)
        found["qk_rope"] = r.integer("qk_rope_head_dim", least=1)
        found["v_head_dim"] = r.integer("v_head_dim", least=1)
        found["head_dim"] = found["qk_nope"] + found["qk_rope"]
    else:
        if not r.has("head_dim", "attention_head_dim", "kv_channels") and hidden % heads:
            r.problem("is not a multiple of num_attention_heads", "hidden_size", hidden)
        if heads % kv_heads:
            r.problem("is not a multiple of num_key_value_heads", "num_attention_heads", heads)
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
    found["extra_attention"] = _attention_extras(r, kv_heads)
    return found


def _attention_extras(r: Reader, kv_heads: int) -> dict[str, float]:
    """What makes some layers, or their caches, unlike plain attention."""
    extra: dict[str, float] = {}
    gated = r.get("attn_output_gate") is True or r.get("mla_use_output_gate") is True
    if gated or r.model_type.startswith("qwen3_next"):
        extra["attn_gate"] = 1
    if r.get("use_cla") is True:
        extra["kv_share"] = r.integer("cla_share_factor", default=2, least=1)
    shared = r.integer("num_kv_shared_layers", default=0)
    if shared:  # Gemma 3n: the last layers read the cache of earlier ones
        layers = r.integer("num_hidden_layers", "n_layer", "num_layers", "n_layers", least=1)
        if shared >= layers:
            r.problem("no layer is left", "num_kv_shared_layers", shared, f"below {layers}")
        extra["kv_share"] = layers / max(layers - shared, 1)
    if r.has("swa_num_key_value_heads"):
        extra["window_kv_heads"] = r.integer("swa_num_key_value_heads", least=1)
    if r.has("global_head_dim"):
        extra["global_head_dim"] = r.integer("global_head_dim", least=1)
        extra["global_kv_heads"] = r.integer("num_global_key_value_heads", default=kv_heads)
        extra["global_kv_tied"] = float(r.get("attention_k_eq_v") is True)
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


def _linear(r: Reader) -> dict[str, float]:
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


def _compressed(r: Reader, layers: int, extra: dict[str, float]) -> tuple[int, int]:
    """Layers that compress their cache (DeepSeek-V4) and layers with a window alone."""
    ratios = (r.integers("compress_ratios") or [])[:layers]
    if len(ratios) < layers or set(ratios) - {0, 4, 128}:
        r.problem("not a known compression of each layer", "compress_ratios", ratios, "0, 4, 128")
    extra["ratio4_layers"], extra["ratio128_layers"] = ratios.count(4), ratios.count(128)
    extra["kv_shared"] = 1
    extra["o_groups"] = r.integer("o_groups", least=1)
    extra["o_lora"] = r.integer("o_lora_rank", least=1)
    return layers - ratios.count(0), ratios.count(0)


def _feed_forward(
    r: Reader, layers: int, hidden: int, hybrid: Hybrid | None = None
) -> dict[str, Any]:
    apart = hybrid is not None and hybrid.dense is not None  # blocks of their own: Nemotron
    experts = r.integer(
        "n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts",
        "num_routed_experts", default=0, per_layer=True,
    )  # fmt: skip
    squared = r.get("mlp_hidden_act", "hidden_act") == "relu2"  # two matrices, no gate
    plain = {"ffn_matrices": 2.0} if squared or r.model_type in _PLAIN_FFN else {}
    if experts <= 1:
        default = 4 * hidden if r.model_type in _FOUR_WIDE else None
        names = ["intermediate_size", "ffn_hidden_size", "n_inner", "ffn_dim"]
        if r.model_type.startswith("granitemoehybrid"):  # without experts the shared one is left
            names.insert(0, "shared_intermediate_size")
        width = r.integer(*names, default=default, least=1, per_layer=True)
        if r.model_type == "qwen":  # the first Qwen states both halves of its gated block
            width //= 2
        n_dense = hybrid.dense if apart and hybrid is not None else layers
        return {"experts": 0, "dense_ffn": width, "n_dense_layers": n_dense, "extra_ffn": plain}
    top_k = r.integer(
        "num_experts_per_tok", "moe_topk", "num_experts_per_token", "top_k_experts",
        "experts_per_token", "moe_top_k", "moe_k", least=1, per_layer=True,
    )  # fmt: skip
    if top_k > experts:
        r.problem("more than the experts there are", "num_experts_per_tok", top_k, f"{experts}")
    width = r.integer(
        "moe_intermediate_size", "expert_ffn_hidden_size", "expert_intermediate_size",
        "intermediate_size", least=1, per_layer=True,
    )  # fmt: skip
    n_moe = sum(expert_layers(r, layers))
    n_dense = layers - n_moe
    if apart and hybrid is not None:
        n_moe, n_dense = hybrid.moe or 0, hybrid.dense or 0
    dense = 0
    if n_dense:
        dense = r.integer(
            "intermediate_size_mlp", "dense_intermediate_size", "intermediate_size", least=1
        )
    extra: dict[str, float] = dict(plain)
    if r.has("routed_expert_hidden_size", "moe_latent_size"):
        extra["expert_hidden"] = r.integer("routed_expert_hidden_size", "moe_latent_size", least=1)
    return {
        "experts": experts,
        "top_k": top_k,
        "expert_ffn": width,
        "shared_ffn": _shared(r, width),
        "n_moe_layers": n_moe,
        "n_dense_layers": n_dense,
        "dense_ffn": dense,
        "extra_ffn": extra,
    }


def _shared(r: Reader, expert_width: int) -> int:
    """Width of the experts that every token passes, together."""
    if r.model_type.startswith("gemma4"):  # a dense MLP runs beside the experts
        return r.integer("intermediate_size", least=1)
    if r.model_type.startswith("llama4"):
        return expert_width
    for name in (
        "shared_expert_intermediate_size", "share_expert_dim",
        "moe_shared_expert_intermediate_size",
    ):  # fmt: skip
        if r.has(name):
            return r.integer(name)
    number = r.integer(
        "n_shared_experts", "num_shared_experts", "num_shared_expert", "moe_num_shared_experts",
        default=0, per_layer=True,
    )  # fmt: skip
    return number * expert_width or r.integer("shared_intermediate_size", default=0)


def _dtypes(r: Reader, mixture: bool) -> tuple[str, str]:
    """Formats of the experts (or of all weights) and of the rest, as released."""
    plain = str(r.get("torch_dtype", "dtype", default="bfloat16")).lower().removeprefix("torch.")
    rest = {"float16": "fp16", "half": "fp16", "float32": "fp32"}.get(plain, "bf16")
    q = r.get("quantization_config")
    if q is None or q == {}:
        return rest, rest
    if not isinstance(q, Mapping):
        r.problem("not a mapping", "quantization_config", q, "quant_method, bits, ...")
        return rest, rest
    text = f"{q}".lower()
    method = str(q.get("quant_method", "")).lower()
    bits = q.get("bits", q.get("w_bit"))
    if bits is not None and bits not in (4, 8):
        r.problem("bits of a weight", "quantization_config", bits, "4 or 8")
    if str(r.get("expert_dtype", default="")).lower() == "fp4":
        return "fp4", "fp8"
    if method in ("gptq", "awq", "auto-round") or bits in (4, 8):
        return ("int8" if bits == 8 else "int4"), rest
    if "mxfp4" in text or "nvfp4" in text or "'num_bits': 4, 'type': 'float'" in text:
        return "fp4", (rest if mixture else "fp4")
    if "'num_bits': 4" in text or q.get("load_in_4bit") is True:
        return "int4", (rest if mixture else "int4")
    if "fp8" in text or "'type': 'float'" in text or "e4m3" in text:
        return "fp8", "fp8"
    if "int8" in text or "'num_bits': 8" in text or q.get("load_in_8bit") is True:
        return "int8", "int8"
    return rest, rest
