"""Hugging Face configs become models that equal the catalogue's, or are refused with reasons."""

from __future__ import annotations

import copy
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlay.catalogue import find_model
from outlay.catalogue.hf.config import from_hf_config
from outlay.catalogue.hf.file import read_hf_config
from outlay.core.errors import InputError
from outlay.performance.operators.shapes import shape_of
from support.operator_sums import parameters, state_values

# Fields of published config.json files that the reader uses; token ids, towers and the like cut.
CONFIGS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "support" / "hf_configs.json").read_text(encoding="utf-8")
)
SAID = (
    "layers", "n_full_layers", "n_window_layers", "n_linear_layers", "window", "hidden", "heads",
    "kv_heads", "head_dim", "n_dense_layers", "n_moe_layers", "experts", "top_k", "expert_ffn",
    "shared_ffn", "vocab", "tied_embeddings",
)  # fmt: skip
"""What a summary says of a model, beside its operators."""
DIFFERENT = {
    # published prediction heads that the config does not name
    "XiaomiMiMo/MiMo-V2-Flash": {"mtp_layers"},
    # an output gate of one value per head, which the table leaves out
    "stepfun-ai/Step-3.7-Flash": {"attn_w", "attn_mats"},
    # the one that its published total holds
    "zai-org/GLM-5.3-Flash": {"mtp_layers"},
    # experts that a token passes: held by training to fewer than chance gives
    "meituan-longcat/LongCat-2.0": {"top_k"},
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_published_config_gives_the_catalogue_entry(name: str) -> None:
    read, known = from_hf_config(CONFIGS[name], name), find_model(name)
    assert {f: getattr(read, f) for f in SAID} == {f: getattr(known, f) for f in SAID}
    ours, theirs = asdict(shape_of(read)), asdict(shape_of(known))
    for size in sorted(set(ours) - DIFFERENT.get(name, set())):
        if not size.endswith("_params"):
            assert ours[size] == pytest.approx(theirs[size], rel=1e-9), size
    assert read.total_params == pytest.approx(known.total_params, rel=0.031)


@pytest.mark.parametrize(
    ("name", "weights", "rest"),
    [
        ("openai/gpt-oss-120b", "fp4", "bf16"),
        ("moonshotai/Kimi-K2.5", "int4", "bf16"),
        ("deepseek-ai/DeepSeek-V3", "fp8", "fp8"),
        ("deepseek-ai/DeepSeek-V4-Pro", "fp4", "fp8"),
        ("Qwen/Qwen3-30B-A3B-FP8", "fp8", "fp8"),
        ("nvidia/Gemma-4-31B-IT-NVFP4", "fp4", "fp4"),
        ("Qwen/Qwen3-32B", "bf16", "bf16"),
    ],
)
def test_number_formats_as_released(name: str, weights: str, rest: str) -> None:
    model = from_hf_config(CONFIGS[name])
    assert (model.weight_dtype, model.dense_dtype) == (weights, rest)


LLAMA = {
    "model_type": "llama",
    "num_hidden_layers": 32,
    "hidden_size": 4096,
    "num_attention_heads": 32,
    "intermediate_size": 11008,
    "vocab_size": 32000,
}


def test_defaults_of_older_configs() -> None:
    model = from_hf_config(LLAMA, "llama-2-7b")
    assert model.kv_heads == 32
    assert model.head_dim == 128
    assert model.total_params == pytest.approx(6.738e9, rel=1e-3)


def test_the_first_qwen_states_both_halves_of_its_gated_block() -> None:
    config = {**LLAMA, "model_type": "qwen", "intermediate_size": 22016, "vocab_size": 151936}
    assert from_hf_config(config).total_params == pytest.approx(7.72e9, rel=0.01)


def test_layers_that_read_the_cache_of_others_keep_none() -> None:
    own = from_hf_config(LLAMA)
    shared = from_hf_config({**LLAMA, "num_kv_shared_layers": 8})
    assert shared.kv_bytes_per_token_bf16 == pytest.approx(own.kv_bytes_per_token_bf16 * 24 / 32)


def test_an_empty_list_of_layers_leaves_them_to_the_type() -> None:
    config = CONFIGS["meta-llama/Llama-4-Scout-17B-16E-Instruct"]
    inner = dict(config.get("text_config", config))
    inner["no_rope_layers"] = []
    told = from_hf_config(config)
    left = from_hf_config({**config, "text_config": inner})
    assert (left.n_full_layers, left.n_window_layers) == (told.n_full_layers, told.n_window_layers)


def test_gpt2_has_two_matrices_and_tied_embeddings() -> None:
    config = {"model_type": "gpt2", "n_layer": 48, "n_embd": 1600, "n_head": 25}
    model = from_hf_config({**config, "vocab_size": 50257, "n_positions": 1024})
    assert model.total_params == pytest.approx(1.5576e9, rel=0.003)  # positions not counted


def test_sliding_windows_by_size_pattern_and_switch() -> None:
    base = {**LLAMA, "sliding_window": 4096}
    mistral = from_hf_config({**base, "model_type": "mistral"})
    assert (mistral.n_full_layers, mistral.n_window_layers, mistral.window) == (0, 32, 4096)
    off = from_hf_config({**base, "model_type": "qwen2", "use_sliding_window": False})
    assert off.n_full_layers == 32
    gemma = from_hf_config({**base, "model_type": "gemma3_text", "sliding_window_pattern": 6})
    assert gemma.n_full_layers == 5
    assert gemma.tied_embeddings


def test_hunyuan_lists_that_repeat_one_value_are_read() -> None:
    config = {
        **LLAMA,
        "model_type": "hunyuan_v1_moe",
        "hidden_size": 4096,
        "num_key_value_heads": 8,
        "intermediate_size": 3072,
        "moe_intermediate_size": [3072] * 32,
        "moe_topk": [8] * 32,
        "num_experts": 64,
        "num_shared_expert": [1] * 32,
        "vocab_size": 128167,
        "tie_word_embeddings": True,
    }
    assert from_hf_config(config).total_params == pytest.approx(
        find_model("hunyuan-a13b").total_params, rel=0.01
    )


STATE = {"ssm_state_size": 128, "mamba_num_heads": 128, "mamba_head_dim": 64, "n_groups": 8}
NANO = "MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME"
SMALL = ["mamba"] * 5 + (["attention"] + ["mamba"] * 9) * 3 + ["attention"] + ["mamba"] * 4
# Sizes as published by NVIDIA, IBM, AI21, TII and the Bamba team; fields that shapes need.
HYBRIDS: dict[str, tuple[dict[str, Any], float, float, int]] = {
    "Nemotron-3-Nano-30B-A3B": ({
        "model_type": "nemotron_h", "hybrid_override_pattern": NANO, "num_hidden_layers": 52,
        "hidden_size": 2688, "num_attention_heads": 32, "num_key_value_heads": 2, "head_dim": 128,
        "mamba_num_heads": 64, "mamba_head_dim": 64, "ssm_state_size": 128, "n_groups": 8,
        "conv_kernel": 4, "n_routed_experts": 128, "num_experts_per_tok": 6, "n_shared_experts": 1,
        "moe_intermediate_size": 1856, "moe_shared_expert_intermediate_size": 3712,
        "intermediate_size": 1856, "mlp_hidden_act": "relu2", "vocab_size": 131072,
    }, 31.6e9, 3.2e9, 23 * 64 * 64 * 128),
    "Nemotron-H-8B": ({
        "model_type": "nemotron_h", "num_hidden_layers": 52,
        "hybrid_override_pattern": "M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-",
        "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8,
        "attention_head_dim": 128, **STATE, "conv_kernel": 4, "intermediate_size": 21504,
        "mlp_hidden_act": "relu2", "vocab_size": 131072,
    }, 8.1e9, 8.1e9, 24 * 128 * 64 * 128),
    "Granite-4.0-H-Small": ({
        "model_type": "granitemoehybrid", "num_hidden_layers": 40, "layer_types": SMALL,
        "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8,
        "mamba_n_heads": 128, "mamba_d_head": 64, "mamba_d_state": 128, "mamba_n_groups": 1,
        "mamba_d_conv": 4, "mamba_expand": 2, "num_local_experts": 72, "num_experts_per_tok": 10,
        "intermediate_size": 768, "shared_intermediate_size": 1536, "vocab_size": 100352,
        "tie_word_embeddings": True,
    }, 32.2e9, 9e9, 36 * 128 * 64 * 128),
    "Bamba-9B": ({
        "model_type": "bamba", "num_hidden_layers": 32, "attn_layer_indices": [9, 18, 27],
        "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8,
        "mamba_n_heads": 128, "mamba_d_head": "auto", "mamba_d_state": 128, "mamba_n_groups": 1,
        "mamba_d_conv": 4, "mamba_expand": 2, "intermediate_size": 14336, "vocab_size": 128256,
    }, 9.78e9, 9.78e9, 29 * 8192 * 128),
    "Jamba-1.5-Mini": ({
        "model_type": "jamba", "num_hidden_layers": 32, "attn_layer_period": 8,
        "attn_layer_offset": 4, "expert_layer_period": 2, "expert_layer_offset": 1,
        "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8,
        "mamba_d_state": 16, "mamba_d_conv": 4, "mamba_expand": 2, "mamba_dt_rank": 256,
        "num_experts": 16, "num_experts_per_tok": 2, "intermediate_size": 14336,
        "vocab_size": 65536,
    }, 51.6e9, 12e9, 28 * 8192 * 16),
    "Falcon-H1-34B": ({
        "model_type": "falcon_h1", "num_hidden_layers": 72, "hidden_size": 5120,
        "num_attention_heads": 20, "num_key_value_heads": 4, "head_dim": 128,
        "mamba_d_ssm": 4096, "mamba_n_heads": 32, "mamba_d_head": 128, "mamba_d_state": 256,
        "mamba_n_groups": 2, "mamba_d_conv": 4, "intermediate_size": 21504, "vocab_size": 261120,
    }, 33.6e9, 33.6e9, 72 * 4096 * 256),
}  # fmt: skip


SPARSE: dict[str, tuple[dict[str, Any], float, int]] = {
    # configs that leave fields to the defaults of their type; weights of the language part
    "gemma-3-4b-it": ({
        "model_type": "gemma3", "text_config": {
            "model_type": "gemma3_text", "hidden_size": 2560, "intermediate_size": 10240,
            "num_hidden_layers": 34, "sliding_window": 1024,
        },
    }, 3.88e9, 20480),
    "gemma-3-27b-it": ({
        "model_type": "gemma3", "text_config": {
            "model_type": "gemma3_text", "hidden_size": 5376, "intermediate_size": 21504,
            "num_hidden_layers": 62, "num_attention_heads": 32, "num_key_value_heads": 16,
            "head_dim": 128, "sliding_window": 1024,
        },
    }, 27.0e9, 81920),
    "glm-4-9b": ({
        "model_type": "chatglm", "num_layers": 40, "hidden_size": 4096, "ffn_hidden_size": 13696,
        "num_attention_heads": 32, "multi_query_attention": True, "multi_query_group_num": 2,
        "kv_channels": 128, "padded_vocab_size": 151552,
    }, 9.4e9, 40960),
    "starcoder": ({
        "model_type": "gpt_bigcode", "n_layer": 40, "n_embd": 6144, "n_head": 48,
        "n_inner": 24576, "multi_query": True, "vocab_size": 49152,
    }, 15.5e9, 20480),
}  # fmt: skip


@pytest.mark.parametrize("name", SPARSE)
def test_what_a_config_leaves_unsaid(name: str) -> None:
    config, total, cache = SPARSE[name]
    model = from_hf_config(config, name)
    assert model.total_params == pytest.approx(total, rel=0.01)
    assert model.kv_bytes_per_token_bf16 == cache


@pytest.mark.parametrize("name", HYBRIDS)
def test_hybrids_with_state_space_layers_have_their_published_size(name: str) -> None:
    config, total, active, state = HYBRIDS[name]
    model = from_hf_config(config, name)
    assert model.total_params == pytest.approx(total, rel=0.01)
    assert model.active_params == pytest.approx(active, rel=0.08)
    assert parameters(model) == pytest.approx(model.total_params, rel=1e-6)
    assert model.kv_bytes_per_token_bf16 == 2 * 2 * model.kv_heads * 128 * model.n_full_layers
    assert model.n_linear_layers > 0
    assert state_values(model) == state


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"num_hidden_layers": None}, "missing field"),
        ({"num_hidden_layers": 0}, "not a whole number"),
        ({"num_hidden_layers": 10**9}, "too many layers"),
        ({"hidden_size": "4096"}, "not a whole number"),
        ({"hidden_size": True}, "not a whole number"),
        ({"hidden_size": float("nan")}, "not a whole number"),
        ({"hidden_size": 4097}, "not a multiple"),
        ({"num_key_value_heads": 5}, "not a multiple"),
        ({"num_local_experts": 8, "num_experts_per_tok": 9}, "more than the experts"),
        ({"layer_types": ["quantum"] * 32}, "unknown kind of layer"),
        ({"layer_types": ["full_attention"] * 3}, "fewer entries than layers"),
        ({"is_encoder_decoder": True}, "not a decoder-only"),
        ({"model_type": "bert"}, "not a decoder-only"),
        ({"model_type": "mamba2"}, "without plain attention"),
        ({"hybrid_override_pattern": "MX*-" * 8, **STATE}, "one letter per layer"),
        ({"hybrid_override_pattern": "M*-", **STATE}, "one letter per layer"),
        ({"hybrid_override_pattern": "M*-E" * 8}, "missing field"),
        ({"layer_types": ["mamba", "quantum"] * 16, **STATE}, "unknown kind of layer"),
        ({"block_configs": [{}]}, "differ one by one"),
        ({"quantization_config": "fp8"}, "not a mapping"),
        ({"quantization_config": {"quant_method": "gptq", "bits": 3}}, "bits of a weight"),
        ({"num_kv_shared_layers": 32}, "no layer is left"),
        ({"hidden_size": 9_999_999_936}, "more parameters than any"),
        ({"kv_lora_rank": 512}, "missing field"),
        (
            {"num_local_experts": 8, "num_experts_per_tok": 2, "mlp_only_layers": True},
            "whole numbers",
        ),
    ],
)
def test_bad_configs_are_refused_with_the_field(change: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError, match=what) as caught:
        from_hf_config({**LLAMA, **change}, "model.json")
    assert all(p.where.startswith("model.json") for p in caught.value.problems())


def test_all_missing_fields_are_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        from_hf_config({"model_type": "llama"})
    named = " ".join(p.where for p in caught.value.problems())
    for field in ("num_hidden_layers", "hidden_size", "num_attention_heads", "vocab_size"):
        assert field in named


def test_not_a_mapping() -> None:
    with pytest.raises(InputError, match="not a config"):
        from_hf_config([])  # type: ignore[arg-type]


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**12),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(-2, 5), max_size=4),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@given(st.sampled_from(sorted(CONFIGS)), st.data())
def test_one_corrupted_field_is_read_or_refused(name: str, data: st.DataObject) -> None:
    config = copy.deepcopy(CONFIGS[name])
    inner = config.get("text_config", config)
    field = data.draw(st.sampled_from(sorted(inner)))
    inner[field] = data.draw(JUNK)
    try:
        model = from_hf_config(config, name)
    except InputError:
        return
    assert model.total_params > 0


LATENT = {
    "model_type": "mistral_large4_text", "hidden_size": 6144, "intermediate_size": 24576,
    "num_hidden_layers": 72, "num_attention_heads": 64, "vocab_size": 204800,
    "kv_lora_rank": 512, "qk_nope_head_dim": 64, "qk_rope_head_dim": 64, "v_head_dim": 128,
    "index_topk": 2048, "index_n_heads": 32, "index_head_dim": 128, "first_k_dense_replace": 1,
    "n_routed_experts": 128, "n_shared_experts": 1, "num_experts_per_tok": 4,
    "moe_intermediate_size": 6144, "tie_word_embeddings": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "layers_with_rotation", "layers_without"),
    [
        ({}, 54, 18),
        ({"kv_source_layers": [39, 43, 47, 51, 55, 59, 63, 67, 71]}, 54, 9),
        ({"no_rope_layers": [1] * 72}, 72, 0),
        ({"kv_source_layers": [i if i < 63 else 0 for i in range(72)]}, 48, 15),
    ],
)
def test_layers_that_read_another_layers_latent_keep_none(
    change: dict[str, Any], layers_with_rotation: int, layers_without: int
) -> None:
    model = from_hf_config({**LATENT, **change})
    values = layers_with_rotation * (512 + 64) + layers_without * 512
    assert model.kv_bytes_per_token_bf16 == 2 * values
    assert model.unread == ()


def test_one_choice_of_tokens_may_serve_several_layers() -> None:
    every = from_hf_config(LATENT)
    shared = from_hf_config({**LATENT, "indexer_types": ["full", "shared", "shared"] * 24})
    one = 6144 * 32 * 128 + 6144 * (128 + 32)
    assert every.total_params - shared.total_params == 48 * one


def test_places_without_experts_cost_nothing() -> None:
    """LongCat-Flash: 560B published, of which a token uses 19 to 31B, 27 on average."""
    model = from_hf_config({
        "model_type": "longcat_flash", "num_layers": 28, "hidden_size": 6144,
        "ffn_hidden_size": 12288, "expert_ffn_hidden_size": 2048, "n_routed_experts": 512,
        "zero_expert_num": 256, "moe_topk": 12, "num_attention_heads": 64, "q_lora_rank": 1536,
        "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
        "vocab_size": 131072, "tie_word_embeddings": False,
    })  # fmt: skip
    assert model.total_params == pytest.approx(560e9, rel=0.005)
    assert model.active_params == pytest.approx(27e9, rel=0.01)
    assert model.kv_bytes_per_token_bf16 == 2 * 56 * (512 + 64)


def test_tables_that_every_layer_reads_are_stored_and_not_multiplied() -> None:
    """Gemma 3n E4B: 8B stored with its tables, 4B at work."""
    config = {
        "model_type": "gemma3n_text", "hidden_size": 2048, "num_hidden_layers": 35,
        "intermediate_size": [16384] * 35, "num_attention_heads": 8, "num_key_value_heads": 2,
        "head_dim": 256, "vocab_size": 262400, "hidden_size_per_layer_input": 256,
        "vocab_size_per_layer_input": 262144, "laurel_rank": 64, "altup_num_inputs": 4,
        "num_kv_shared_layers": 15, "sliding_window": 512,
        "layer_types": (["sliding_attention"] * 4 + ["full_attention"]) * 7,
        "tie_word_embeddings": True,
    }  # fmt: skip
    model = from_hf_config(config)
    table = 262144 * 35 * 256
    assert model.total_params == pytest.approx(6.85e9, rel=0.01)
    assert model.active_params == pytest.approx(model.total_params - table, rel=0.001)
    assert model.kv_bytes_per_token_bf16 == 2 * 4 * 2 * 2 * 256  # 4 whole layers keep their own


def test_layers_with_sizes_of_their_own() -> None:
    own = {str(i): {"head_dim": 256, "num_key_value_heads": 16} for i in range(0, 32, 4)}
    model = from_hf_config({**LLAMA, "num_key_value_heads": 32, "per_layer_config": own})
    plain = from_hf_config({**LLAMA, "num_key_value_heads": 32})
    wider = 2 * 4096 * 32 * 128 + 2 * 4096 * (16 * 256 - 32 * 128)
    assert model.total_params - plain.total_params == 8 * wider
    assert model.kv_bytes_per_token_bf16 == 2 * (24 * 2 * 32 * 128 + 8 * 2 * 16 * 256)
    with pytest.raises(InputError, match="not fields by the number of a layer"):
        from_hf_config({**LLAMA, "per_layer_config": {"first": {"head_dim": 64}}})


@pytest.mark.parametrize(
    ("beside", "weights"),
    [
        ({"quant_algo": "NVFP4"}, "fp4"),
        ({"quant_algo": "FP8", "kv_cache_quant_algo": "FP8"}, "fp8"),
        ({"quant_algo": "W4A16_AWQ"}, "int4"),
        ({"quant_algo": "MIXED_PRECISION", "quantized_layers": {
            "a": {"quant_algo": "NVFP4"}, "b": {"quant_algo": "NVFP4"}, "c": {"quant_algo": "FP8"},
        }}, "fp4"),
        ({"quant_algo": None}, "bf16"),
    ],
)  # fmt: skip
def test_formats_that_stand_in_a_file_beside_the_config(
    tmp_path: Path, beside: dict[str, Any], weights: str
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(LLAMA), encoding="utf-8")
    (tmp_path / "hf_quant_config.json").write_text(
        json.dumps({"producer": {"name": "modelopt"}, "quantization": beside}), encoding="utf-8"
    )
    assert read_hf_config(tmp_path / "config.json").weight_dtype == weights
