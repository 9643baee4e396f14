"""Turns a Hugging Face `config.json` into a `Model`, with every problem named at once.

Covers Llama 2-4, Mistral, Mixtral, Qwen 2-3.5, DeepSeek V2-V4, Kimi, GLM-4/5, gpt-oss, Gemma 2-4,
MiniMax, Hunyuan, Seed-OSS, MiMo, Step, Phi, GPT-2-like models, hybrids with state-space layers
(Nemotron-H and 3, Granite 4, Bamba, Falcon-H1, Jamba), and others of these shapes; the language
part of a multimodal model is read, its towers are left out. What was read, assumed and left out
stands in the model's `note`; a type that is not known is never read in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from outlay.catalogue.counts import count_parameters, kv_bytes_per_token
from outlay.catalogue.hf.attention import attention, compressed, linear
from outlay.catalogue.hf.feed_forward import feed_forward
from outlay.catalogue.hf.formats import formats
from outlay.catalogue.hf.kinds import is_known, refuse_kinds
from outlay.catalogue.hf.layers import attention_layers, prediction_layers
from outlay.catalogue.hf.mamba import hybrid_layers
from outlay.catalogue.hf.notes import check_rope, notes_of
from outlay.catalogue.hf.reader import PARTS, Reader, shown
from outlay.catalogue.hf.unread import refuse_sizes, refuse_slips, unread_fields
from outlay.core.errors import InputError, Problem
from outlay.results.chips_models import Model

__all__ = ["from_hf_config"]

_TIED = ("gemma", "gpt2", "gpt_bigcode", "cohere", "bloom", "opt", "falcon")
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
        raise InputError(
            "not a config.json", where=where, value=_json_word(config),
            allowed='a mapping of the model\'s fields: {"model_type": ..., "hidden_size": ...}',
        )  # fmt: skip
    r = Reader(config, where)
    if not r.well(*PARTS):
        raise InputError(r.problems)
    refuse_kinds(r)
    model = _model(r, name or r.text("_name_or_path") or r.outer_type or "model")
    left = unread_fields(r)
    refuse_slips(r, left)
    if not is_known(r):
        refuse_sizes(r, left)
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
    model = replace(model, kv_bytes_per_token_bf16=kv_bytes_per_token(model))
    return replace(model, note="\n".join(notes_of(r, model, left)))


def _json_word(value: object) -> str:
    """What stands at the top of a file that holds no config."""
    if isinstance(value, list | Mapping):
        kind = "list" if isinstance(value, list) else "mapping"
        return f"a {kind} of {len(value)}" if value else f"an empty {kind}"
    return shown(value)


def _tied_by_default(model_type: str) -> bool:
    return model_type.startswith(_TIED) and not model_type.startswith("falcon_h1")


def _model(r: Reader, name: str) -> Model:
    layers = r.integer("num_hidden_layers", "n_layer", "num_layers", "n_layers", least=1)
    if layers > _MOST_LAYERS:
        r.problem("too many layers", "num_hidden_layers", layers, f"1 to {_MOST_LAYERS:,}")
        layers = 1
    hidden = r.integer("hidden_size", "n_embd", "d_model", least=1)
    hybrid = hybrid_layers(r, layers, hidden)
    kinds = attention_layers(r, layers) if hybrid is None else hybrid.kinds
    ffn = feed_forward(r, layers, hidden, hybrid)
    weight, dense = formats(r, bool(ffn["experts"]))
    n_window = kinds.count("window")
    shapes: dict[str, Any] = {**attention(r, hidden), **ffn}
    check_rope(r)
    extra: dict[str, float] = {**shapes.pop("extra_attention"), **shapes.pop("extra_ffn")}
    n_full = kinds.count("full")
    if r.has("compress_ratios"):
        n_full, n_window = compressed(r, layers, extra)
    if hybrid is not None:
        extra.update(hybrid.extra)
    elif "linear" in kinds:
        extra.update(linear(r))
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
        window=_window(r, bool(n_window)),
        hidden=hidden,
        vocab=r.integer("vocab_size", "padded_vocab_size", least=1),
        tied_embeddings=r.flag("tie_word_embeddings", default=_tied_by_default(r.model_type)),
        mtp_layers=prediction_layers(r),
        max_context=r.integer(
            "max_position_embeddings", "n_positions", "seq_length", "max_seq_len", default=0
        ),
        extra=extra,
        source="config.json",
        grade="official",
        **shapes,
    )  # fmt: skip


def _window(r: Reader, needed: bool) -> int:
    """Tokens that a windowed layer attends to; 0 where no layer has a window."""
    names = ("sliding_window", "sliding_window_size", "attention_chunk_size")
    if not needed and not r.has("compress_ratios"):
        r.used.update(names)  # switched off, or of no layer
        return 0
    return r.integer(*names, default=None if needed else 0, least=1)


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
    return "gqa_cla2" if r.flag("use_cla") else "gqa"
