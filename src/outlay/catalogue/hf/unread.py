"""Fields of a Hugging Face config that were not read, and which of them may change the model."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from outlay.catalogue.hf.reader import PARTS, Reader, plain, shown

__all__ = ["refuse_slips", "towers_note", "unread_fields", "unread_note"]

_FREE = re.compile(
    r"^_|^(bos|eos|pad|sep|cls|unk|mask)_|tokens?(_ids?|_index|_end|_start)?s?$|"
    r"_(eps|epsilon|dropout|pdrop|drop|prob|coef|coeff|std|range|bias|scale|scaling|scalar|"
    r"multiplier|temperature|tuning|limits?|softcap|softcapping|capping|cap|theta|base|alpha|beta|"
    r"noise|loss|clip|act|activation|fn|norm|norms|layernorm|layer_norm|impl|"
    r"implementation|version|norm_type|rope_type|embedding_type|(?:scaling|scale|rotary|capacity|temperature)_factor|class|method|func|function|mode|name|path|dtype|order|min|"
    r"logits|attentions|hidden_states|gradient|checkpointing|seed|weight|weights)$|"
    r"^(rope|rotary|mrope|yarn|alibi|position|positional|use_rope|partial_rotary|original_max|"
    r"init|initializer|torch|auto|architectures|transformers|output|return|use_cache|cache_"
    r"implementation|router|norm|rms|layer_?norm|logits?|attn_logit|final_logit|query_pre|qk_|q_norm|"
    r"k_norm|use_qk|use_q_|use_k_|use_bias|use_.*bias|add_.*bias|bias|qkv_bias|mlp_bias|attention_bias|"
    r"embd|embedding_dropout|"
    r"resid|residual|emb_|summary|scale_|mup|aux|seq_aux|z_loss|dropout|attn_implementation|"
    r"apply_|enable_|do_|task|problem|label|id2label|label2id|num_labels|finetuning|language|"
    r"generation|temperature|top_[kp]$|typical_p|num_beams|num_beam|num_return|max_length|"
    r"min_length|length_pen|repetition|no_repeat|early_stop|diversity|bad_words|suppress|forced|"
    r"decoder_start|begin_|prefix$|pruned|remove_invalid|tf_|tie_|chunk_size_feed|"
    r"gradient|fused|flash|swiglu|hidden_act|hidden_activation|activation|mlp_hidden_act|"
    r"softmax|attention_dropout|attention_multiplier|attention_softmax|multiplier|"
    r"n_group$|topk_group|topk_method|norm_topk|scoring|routed_scaling|ep_size|moe_router|"
    r"moe_layer_end|moe_norm|use_routing|use_expert_bias|use_parallel|parallel_attn|"
    r"pretraining_tp|mamba_chunk_size|chunk_size$|block_size$|max_window_layers|max_position|max_seq|seq_length|seq_len|n_positions|n_ctx|"
    r"sliding_window_pattern|_sliding|no_rope|nope|is_decoder|"
    r"new_decoder|onnx|use_mamba_kernels|mamba_proj|mamba_.*bias|mamba_rms|mamba_norm|time_step|"
    r"rescale|num_logits|num_ln|residual_in_fp32|conv_bias|use_conv|use_sliding|"
    r"quantization|compression_config|model_max_length|tokenizer|license|unsloth|sampler|"
    r"bidirectional|use_bidirectional|attn_temperature|floor_scale|attn_scale|for_llm|"
    r"image_|video_|audio_|vision_|mm_|projector|vit_|is_causal|causal|use_post_norm|"
    r"unpadded_|pre_layernorm|post_layernorm|apply_residual|multi_query_attention|fp32|kv_channels|"
    r"attention_value_scale|hyperparameters|sink|swa_rope|mtp_use|mtp_loss)"
)
"""Names of what changes neither memory nor compute to count, or not enough of them: norms, biases,
scales, positions, training, writing, ids of tokens, towers."""

_SIZES = re.compile(
    r"(?:^|_)(?:layers?|heads?|dims?|size|sizes|width|widths|hidden|experts?|moe|rank|lora|"
    r"low_?rank|windows?|blocks?|state|states|conv\w*|kernels?|ratios?|groups?|cross|attn|"
    r"attention|shar\w+|compress\w*|index\w*|latent|depth|loops?|passes|repeats?|recur\w*|iters?|"
    r"iterations|cycles?|laurel|altup|encoder|decoder|mem\w*|mlp|ffn?|feed_?forward|intermediate|kv|keys?|"
    r"values?|chunks?|sparse|pool\w*|stack\w*|duplic\w*|merg\w*|ssm|mamba\w*|rwkv|lru|delta|linear|"
    r"ngrams?|engram|hash|per|adapters?|every|interval|period|freq|budget|topk|streams?|hc|ple|"
    r"embed\w*|vocab\w*|branch\w*|mixture|parallel|cla|gla|gdn|kda|mhc|hyper\w*|skip|early|exit)"
    r"(?:_|\d|$)|^(?:n|num|d)_"
)
"""Parts of names of what has a size."""
_TOWER = re.compile(
    r"^(?:vision|visual|vit|audio|speech|image|video|talker|code2wav|token2wav|tts|projector|"
    r"mm|multimodal|sound)\w*_?(?:config|cfg|tower)?$"
)
_COMPARED = 200
"""Fields that are compared with those that were looked for."""
_SLIP = 0.93
"""Likeness to a field that was looked for above which another is taken for a slip of it."""
_ELSEWHERE = frozenset((
    "head_dim", "qk_head_dim", "first_k_dense_replace", "n_shared_experts", "num_kv_heads",
    "num_experts", "num_experts_per_tok", "sliding_window", "sliding_window_size",
    "sliding_window_pattern", "global_attn_every_n_layers", "full_attn_idxs", "layer_group_size",
    "interleave_moe_layer_step", "intermediate_size_mlp", "dense_intermediate_size",
    "intermediate_size", "num_sliding_attention_heads", "index_block_size", "index_topk_blocks",
    "index_local_blocks", "moe_intermediate_size", "num_local_experts", "n_routed_experts",
    "attn_layer_indices", "decoder_sparse_step", "mlp_only_layers", "moe_layer_freq",
    "full_attention_interval", "attention_chunk_size", "shared_intermediate_size",
    "kv_source_layers", "moe_layer_interval", "moe_layer_start_index", "expert_layer_offset",
))  # fmt: skip
"""Fields that a rule reads where no other one has said the same."""
MOST = 20
"""Fields that a message names."""


def _says_nothing(value: object) -> bool:
    """No, none, one, nothing: what a plain decoder has anyway."""
    if value is None or value is False or value in ("", [], {}):
        return True
    if isinstance(value, list):
        return all(_says_nothing(v) for v in value)
    return isinstance(value, int | float) and not isinstance(value, bool) and value <= 1


def unread_fields(r: Reader) -> dict[str, object]:
    """Fields of the language part that were not read and may mean something for the model."""
    towers = _towers(r)
    return {
        name: value
        for name, value in r.own.items()
        if name not in r.used and name not in towers and name not in (*PARTS, "model_type")
        and name not in _ELSEWHERE
        and not _says_nothing(value) and not _FREE.search(name)
        and not (isinstance(value, int) and value == r.fields.get("hidden_size")
                 and "embed" in name)
    }  # fmt: skip


def _has_size(name: str, value: object) -> bool:
    return isinstance(value, bool | int | float | list | Mapping) and bool(_SIZES.search(name))


def refuse_slips(r: Reader, left: dict[str, object]) -> None:
    """A problem for each field that is one that was looked for and not found, misspelt."""
    asked = sorted(n for n in r.used if n not in r.fields and len(n) > 5)
    for name in [n for n in left if _has_size(n, left[n])][:_COMPARED]:
        alike = difflib.get_close_matches(name, asked, 1, _SLIP)
        if alike:
            hint = f"did you mean '{alike[0]}'?"
            r.problem("no such field", name, shown(left.pop(name)), "a field by its name", hint)


def unread_note(left: Mapping[str, object]) -> list[str]:
    """What a config has beside the fields that are read."""
    sized = [f"{plain(n)} {shown(v)}" for n, v in left.items() if _has_size(n, v)]
    if not sized:
        return []
    more = f" and {len(sized) - MOST} more" if len(sized) > MOST else ""
    return [f"not read, and may change memory or compute: {', '.join(sized[:MOST])}{more}"]


def _towers(r: Reader) -> list[str]:
    return [
        name
        for name, value in r.outer.items()
        if isinstance(value, Mapping) and value and _TOWER.search(name) and name not in r.used
    ]


def towers_note(r: Reader) -> list[str]:
    """Parts beside the language model, which are left out."""
    towers = _towers(r)
    if not towers:
        return []
    named = ", ".join(map(plain, towers[:MOST]))
    return [f"left out: {named}; the language part alone is counted"]
