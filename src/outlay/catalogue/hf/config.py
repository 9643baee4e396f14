"""Turns a Hugging Face `config.json` into a `Model`, with every problem named at once.

Read by shape: each layer's mixer and feed-forward from the fields that describe them, the language
part of a multimodal model alone. What no field says follows from the type (`layers`, `mixers`,
`feeds`). What was read, assumed and left out stands in the model's `note`; fields that may decide
the structure and that no rule reads are named there and in `unread`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from outlay.catalogue.hf.ends import beside, both_ends, tied
from outlay.catalogue.hf.feeds import dense_width, experts_of, feed, matrices
from outlay.catalogue.hf.formats import formats, scale_block
from outlay.catalogue.hf.kinds import modern, refuse_kinds, refuse_others
from outlay.catalogue.hf.layers import LayerKind, layer_kinds, prediction_layers
from outlay.catalogue.hf.mixers import attention_heads, head_width, kv_heads_of, mixer, window
from outlay.catalogue.hf.notes import check_rope, notes_of
from outlay.catalogue.hf.reader import LAYERS, PARTS, Reader, shown
from outlay.catalogue.hf.states import state_heads
from outlay.catalogue.hf.unread import refuse_slips, unread_fields
from outlay.catalogue.parts.feeds import Experts
from outlay.catalogue.parts.operator import Operator
from outlay.catalogue.parts.read import ReadModel
from outlay.catalogue.parts.sums import active_parameters, cache_per_token, parameters
from outlay.core.errors import InputError, Problem

__all__ = ["from_hf_config"]

_MOST_LAYERS = 10_000
_MOST_PARAMETERS = 1e15


def from_hf_config(config: object, name: str = "", where: str = "") -> ReadModel:
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
    config, older = modern(config)
    r = Reader(config, where)
    r.notes += older
    if not r.well(*PARTS):
        raise InputError(r.problems)
    refuse_others(r)
    refuse_kinds(r)
    model = _model(r, name or r.text("_name_or_path") or r.outer_type or "model")
    left = unread_fields(r)
    refuse_slips(r, left)
    if r.problems:
        raise InputError(r.problems)
    total, active = parameters(model), active_parameters(model)
    if total > _MOST_PARAMETERS:
        found, most = f"{total:.3g}", f"up to {_MOST_PARAMETERS:.0e}"
        raise InputError(Problem("more parameters than any model has", where, found, most))
    if not model.experts and not model.tied_embeddings:  # as publishers state it
        active += model.vocab * model.hidden
    counted = replace(
        model, total_params=total, active_params=active, unread=tuple(left),
        kv_bytes_per_token_bf16=2.0 * cache_per_token(model),
    )  # fmt: skip
    return replace(counted, note="\n".join(notes_of(r, counted, left)))


def _json_word(value: object) -> str:
    """What stands at the top of a file that holds no config."""
    if isinstance(value, list | Mapping):
        kind = "list" if isinstance(value, list) else "mapping"
        return f"a {kind} of {len(value)}" if value else f"an empty {kind}"
    return shown(value)


def _model(r: Reader, name: str) -> ReadModel:
    layers = r.integer(*LAYERS, default=_listed(r) or None, least=1)
    if layers > _MOST_LAYERS:
        r.problem("too many layers", "num_hidden_layers", layers, f"1 to {_MOST_LAYERS:,}")
        layers = 1
    r.layers = layers
    hidden = r.integer("hidden_size", "n_embd", "d_model", "dim_model", "emb_dim", least=1)
    kinds = layer_kinds(r, layers)
    table = _table(r, kinds, hidden)
    weight, rest = formats(r, r.experts() > 0)
    check_rope(r)
    latent = r.has("kv_lora_rank")
    heads = attention_heads(r)
    kv_heads = kv_heads_of(r, heads)
    counted = _Counted(table)
    moe = experts_of(r, hidden) if counted.of("experts") else Experts(0, 0, 0)
    rotary = r.integer("qk_rope_head_dim", default=0)
    plain = r.integer("qk_nope_head_dim", least=1) if latent else 0
    ranked = latent or r.has("o_lora_rank")
    return ReadModel(
        id=name, name=name, developer="", released="", total_params=0.0, active_params=0.0,
        weight_dtype=weight, dense_dtype=rest,
        attention="mla" if latent else "gqa", attn_type=_attn_type(r, kinds, table),
        layers=sum(bool(k.mixer) for k in kinds) or 1,
        n_full_layers=counted.full, n_window_layers=counted.window,
        n_linear_layers=counted.of("linear.state"),
        window=window(r) if counted.windowed else 0,
        hidden=hidden, heads=heads, kv_heads=kv_heads,
        head_dim=plain + rotary if latent else head_width(r, hidden, heads),
        v_head_dim=r.integer("v_head_dim", default=0),
        q_lora=r.integer("q_lora_rank", default=0) if ranked else 0,
        kv_lora=r.integer("kv_lora_rank", default=0), qk_nope=plain, qk_rope=rotary,
        index_heads=r.integer("index_n_heads", default=0),
        index_dim=r.integer("index_head_dim", default=0),
        index_topk=r.integer("index_topk", default=0),
        dense_ffn=dense_width(r, hidden) if counted.of("ffn.in") else 0,
        n_dense_layers=counted.of("ffn.in"), n_moe_layers=counted.of("experts"),
        experts=moe.number, top_k=moe.top_k, expert_ffn=moe.width, shared_ffn=moe.shared,
        vocab=r.integer("vocab_size", "padded_vocab_size", least=1), tied_embeddings=tied(r),
        mtp_layers=prediction_layers(r),
        max_context=r.integer(
            "max_position_embeddings", "n_positions", "seq_length", "max_seq_len", "n_ctx",
            "model_max_length", default=0,
        ),
        extra=_extra(r, kv_heads, weight), source="config.json", grade="official",
        table=table,
    )  # fmt: skip


def _extra(r: Reader, kv_heads: int, weights: str) -> dict[str, float]:
    """What a layout divides beside the model's own heads, and feed-forwards without a gate."""
    found = state_heads(r)
    block = scale_block(r, weights)
    if block is not None:
        found["weight_block"] = block
    if matrices(r) < 3.0:
        found["ffn_matrices"] = matrices(r)
    if r.has("num_global_key_value_heads", "global_head_dim"):
        whole = r.integer("num_global_key_value_heads", default=kv_heads, least=1)
        found["global_kv_heads"] = whole
    return found


def _listed(r: Reader) -> int:
    """Layers that a list of kinds counts, where nothing else does."""
    for name in ("layers_block_type", "layer_types"):
        found = r.get(name)
        if isinstance(found, list) and found:
            return len(found)
    pattern = r.get("hybrid_override_pattern")
    return len(pattern) if isinstance(pattern, str) else 0


def _table(r: Reader, kinds: list[LayerKind], hidden: int) -> tuple[Operator, ...]:
    """Every operator, those of like layers in one row."""
    rows: Counter[Operator] = Counter()
    for i, kind in enumerate(kinds):
        at = r.at(i)
        for op in (*mixer(at, kind, hidden, i), *feed(at, kind, hidden), *beside(at, hidden)):
            rows[op] += 1
    ops = [replace(op, layers=n) for op, n in rows.items()]
    return (*ops, *both_ends(r, hidden, len(kinds)))


class _Counted:
    """Layers by operator."""

    def __init__(self, table: Iterable[Operator]) -> None:
        self.table = tuple(table)
        whole = [op for op in self.table if op.kind == "scores" and not op.window]
        seen = [op for op in self.table if op.kind == "scores" and op.window]
        beside = any(op.name == "attention.compress" for op in self.table)
        self.full = sum(op.layers for op in whole)
        self.windowed = bool(seen)
        all_windows = sum(op.layers for op in seen)
        self.window = all_windows - self.full if beside else all_windows

    def of(self, name: str) -> int:
        """Layers that run the operators of this name."""
        return sum(op.layers for op in self.table if op.name == name)


def _attn_type(r: Reader, kinds: list[LayerKind], table: Iterable[Operator]) -> str:
    mixers = {k.mixer for k in kinds}
    mla = r.has("kv_lora_rank")
    if r.has("compress_ratios") or any(op.name == "attention.compress" for op in table):
        return "csa_hca"
    if mixers & {"linear", "both"}:
        return "mla_kda" if mla else _state_type(r)
    if mla:
        return "mla_dsa" if r.has("index_n_heads") else "mla"
    if "window" in mixers:
        return "gqa_chunked" if r.has("attention_chunk_size") else "gqa_swa"
    if r.has("sparse_attention_config"):
        return "gqa_sparse_block"
    return "gqa_cla2" if r.flag("use_cla") else "gqa"


def _state_type(r: Reader) -> str:
    if r.has("linear_num_value_heads"):
        return "hybrid_gdn"
    states = state_heads(r) or r.has("mamba_d_state", "mamba_expand")
    return "hybrid_mamba" if states else "hybrid_lightning"
