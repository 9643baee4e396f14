"""Names fields of a config that may decide a model's structure and that no rule reads."""

from __future__ import annotations

import re

from outlay.catalogue.hf.reader import Reader

__all__ = ["unread"]

_HARMLESS = re.compile(
    r"token|dropout|_pdrop|label|_eps$|^eps$|epsilon|init|output_|return_dict|architectures"
    r"|^transformers_version$|dtype|use_cache|rope|rotary|_loss|softcap|soft_cap|scal|multiplier"
    r"|bias|jitter|alpha|beta|^problem_type$|^pretraining_tp$|name_or_path|summary|_act$|activation"
    r"|clip|^norm_|_norm$|layernorm|layer_norm|scoring_func|topk_method|^topk_group$|_group$"
    r"|temperature|time_step|attn_implementation|mup|vision|audio|image|video|task|lang"
    r"|position_embedding_type|reorder|embd|slow|limit|bound$|kernels?$|^auto_map$|freeze|fp32"
    r"|chunk_size|max_position|logits|^id2|2id$|prompt|router_.*(coef|noise|scale)|sinkhorn"
    r"|^mtp_|^conv_L_cache$|_magnitude$|neg_eigval|_log_m|_dt_m|safe_gate|renormalize|norm_min"
    r"|overlap|expert_selection|combination|sink$|conv_states|associative|normalize|causal"
    r"|quantization_config|_class$|parallel|per_layer_input_scale|merge|interpolat|swiglu|gelu"
)
"""Fields of training, sampling, positions, rotations, number formats and towers: none of them
changes what is stored or computed by more than a hundredth."""
_SUPERSEDED = frozenset((
    "head_dim", "qk_head_dim", "first_k_dense_replace", "n_shared_experts", "num_kv_heads",
    "num_experts", "num_experts_per_tok", "sliding_window", "sliding_window_pattern",
    "_sliding_window_pattern", "global_attn_every_n_layers", "full_attn_idxs", "layer_group_size",
    "interleave_moe_layer_step", "intermediate_size_mlp", "dense_intermediate_size",
    "intermediate_size", "num_sliding_attention_heads", "index_block_size", "index_local_blocks",
    "index_kpool_always_select_tail", "moe_intermediate_size", "num_local_experts",
    "n_routed_experts", "attn_layer_indices", "layers", "embed_dim", "unpadded_vocab_size",
    "projection_dim", "gating", "original_max_position_embeddings", "max_window_layers",
    "use_sliding_window", "model_type", "text_config", "vocab_size", "decoder_sparse_step",
    "mlp_only_layers", "moe_layer_freq", "full_attention_interval", "no_rope_layers",
    "no_rope_layer_interval", "attention_chunk_size", "is_decoder", "add_cross_attention",
))  # fmt: skip
"""Fields that a rule reads where no other one says it already."""


def unread(r: Reader) -> tuple[str, ...]:
    """Fields of the language part that hold something, in their order."""
    return tuple(
        name for name, value in r.own.items()
        if value not in (None, False, [], {}, "") and name not in r.asked
        and name not in _SUPERSEDED and not _HARMLESS.search(name)
    )  # fmt: skip
