"""A config is never read in silence: what is odd in it is refused by its field, or said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from outlay.catalogue.hf.config import from_hf_config
from outlay.core.errors import InputError

CONFIGS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "support" / "hf_configs.json").read_text(encoding="utf-8")
)
LLAMA = {**CONFIGS["meta-llama/Meta-Llama-3.1-8B"]}
MIXTRAL = CONFIGS["mistralai/Mixtral-8x7B-v0.1"]
QWEN = CONFIGS["Qwen/Qwen3.5-27B"]
OSS = CONFIGS["openai/gpt-oss-120b"]


def notes(config: dict[str, Any]) -> list[str]:
    return from_hf_config(config, "mine").note.splitlines()


def refused(config: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        from_hf_config(config, "mine", "c.json")
    return [str(p) for p in caught.value.problems()]


def test_what_was_read_is_echoed() -> None:
    assert notes(LLAMA) == [
        "mine as read from its config: 32 layers (32 that attend to all), width 4,096, 32 heads of "
        "128, 8 of keys and values; 32 × feed-forward of 14,336; 128,256 words, embeddings apart; "
        "bf16; 8.03B parameters, 8.03B a token, 128 KiB of cache a token in bf16"
    ]


@pytest.mark.parametrize("name", CONFIGS)
def test_nothing_of_a_published_config_is_left_unread(name: str) -> None:
    said = notes(CONFIGS[name])
    if name != "deepseek-ai/DeepSeek-V4.1-Flash":  # of a type that the library does not have yet
        assert len(said) == 1
        return
    assert said[1:] == [
        'model_type "deepseek_v41_text" is not known: read by its fields; not stated, assumed: '
        "feed-forward of three matrices, with a gate",
        "layers 21 to 39 write nothing that later tokens read: an engine may leave them out of a "
        "prompt, and they are counted in it",
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"compress_ratios": [0, 0, 2]}, "not one entry for each layer"),
        ({"kv_source_layer_ids": [2, 40]}, "no such layer"),
        ({"index_source_layer_ids": [2, 2]}, "a layer given twice"),
    ],
)
def test_layers_of_shared_entries_are_there(fields: dict[str, object], said: str) -> None:
    whole = CONFIGS["deepseek-ai/DeepSeek-V4.1-Flash"]
    wrong = {**whole, "text_config": {**whole["text_config"], **fields}}
    with pytest.raises(InputError, match=said):
        from_hf_config(wrong, "mine")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("foo", 'model_type "foo" is not known: read by its fields'),
        (
            "lama",
            "model_type \"lama\" is not known: read by its fields (did you mean 'llama'?",
        ),
        (None, "no model_type: read by its fields"),
        ("", "no model_type: read by its fields"),
    ],
)
def test_a_type_that_is_not_known_is_said_with_what_was_assumed(kind: object, said: str) -> None:
    first, second = notes({**LLAMA, "model_type": kind})
    assert "32 layers" in first
    assert second.startswith(said)
    assert second.endswith("; not stated, assumed: heads of 128, feed-forward of three matrices, "
                           "with a gate")  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("num_loops", 4), ("use_shared_layers", True), ("ssm_config", {"d_state": 16}),
        ("engram_layers", [1, 14]), ("attention_branches", 3),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["llama", "foo"])
def test_sizes_that_no_rule_reads_are_said(kind: str, field: str, value: object) -> None:
    model = from_hf_config({**LLAMA, "model_type": kind, field: value}, "mine")
    found = json.dumps(value)
    said = f"not read, and may change memory or compute: {field} {found}"
    assert said in model.note.splitlines()
    assert model.unread == (field,)


def test_what_changes_nothing_is_not_said() -> None:
    plain = {"rms_norm_eps": 1e-5, "bos_token_id": 1, "rope_theta": 5e5, "num_loops": 1,
             "laurel_rank": None, "attention_dropout": 0.1, "transformers_version": "4.5",
             "initializer_range": 0.02}  # fmt: skip
    assert len(notes({**LLAMA, **plain})) == 1


def test_towers_and_contradictions_of_the_outer_part_are_said() -> None:
    config = {**QWEN, "vision_config": {"depth": 27, "hidden_size": 1152}, "hidden_size": 1234}
    assert notes(config)[1:] == [
        "hidden_size is 1234 outside of the language part and 5120 in it, which was taken",
        "left out: vision_config; the language part alone is counted",
    ]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("vocab_size", 10**9, "1,000,000,000 words, usually 200 to 2,000,000"),
        ("num_hidden_layers", 5000, "5,000 layers, usually 2 to 200"),
        ("max_position_embeddings", 10**9, "1,000,000,000 tokens of context, usually 0 to "),
    ],
)
def test_the_unusual_is_taken_and_said(field: str, value: int, said: str) -> None:
    assert notes({**LLAMA, field: value})[1].startswith(f"unusual, taken as written: {said}")


def test_a_model_that_judges_is_taken_for_one_that_writes_and_said() -> None:
    config = {**LLAMA, "architectures": ["LlamaForSequenceClassification"]}
    assert notes(config)[1].startswith("LlamaForSequenceClassification: taken as the model that")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hidden_size": None}, "hidden_size: missing field, null where a number is needed"),
        ({"hidden_size": "4096"}, "write 4096 without quotes"),
        ({"model_type": 5}, "model_type: not text (found 5)"),
        ({"torch_dtype": "complex64"}, "torch_dtype: unknown format of numbers"),
        ({"torch_dtype": "bflot16"}, "did you mean 'bfloat16'?"),
        ({"torch_dtype": "float16", "dtype": "bfloat16"}, "dtype: said twice, and not the same"),
        ({"rope_scaling": "yarn"}, 'rope_scaling: not a mapping (found "yarn")'),
        ({"rope_scaling": {"factor": "4"}}, 'rope_scaling.factor: not a factor (found "4")'),
        ({"rope_theta": 0}, "rope_theta: not a number above 0 (found 0)"),
        ({"n_layer": 12}, "n_layer: said twice, and not the same (found num_hidden_layers 32"),
        ({"num_key_value_heads": 64}, "num_attention_heads: is not a multiple of num_key_value"),
        ({"vocab_size": 0}, "vocab_size: not a whole number in range (found 0)"),
        ({"tie_word_embeddings": "yes"}, "tie_word_embeddings: not true or false"),
        ({"num_experts_per_tok": 8}, "num_experts: missing field beside experts per token"),
        ({"is_encoder_decoder": 1}, "is_encoder_decoder: not true or false (found 1)"),
        ({"hidden_act": 5}, "hidden_act: not text (found 5)"),
        ({"architectures": "LlamaForCausalLM"}, "architectures: not a list of names"),
        ({"architectures": ["LlamaForMaskedLM"]}, "not a decoder-only language model"),
        ({"text_config": "llama"}, 'text_config: not a mapping (found "llama")'),
        ({"text_config": LLAMA, "llm_config": LLAMA}, "the language part is given twice"),
        ({"sliding_window": 0, "model_type": "mistral"}, "sliding_window: not a whole number"),
        ({"num_key_value_head": 8}, "did you mean 'num_key_value_heads'?"),
        ({"quantization_config": {"quant_method": "fp9"}}, "did you mean 'fp8'?"),
        ({"quantization_config": {"quant_method": "gptq", "bits": "4"}}, 'a weight (found "4")'),
        ({"quantization_config": {"group_size": 128}}, "the format of the weights is not said"),
        ({"layer_types": "full_attention"}, "not a list with an entry per layer"),
        ({"layer_types": ["full_attention"] * 64}, "has more entries than layers (found 64)"),
        ({"layer_types": ["full_atention"] * 32}, "did you mean 'full_attention'?"),
        ({"layer_types": ["full_attention"] * 32, "full_attention_interval": 4},
         "kinds of layers said twice, and not the same"),
    ],
)  # fmt: skip
def test_one_fault_is_one_problem_with_its_field(change: dict[str, Any], said: str) -> None:
    config = {**LLAMA, **change}
    if "num_key_value_head" in change:
        del config["num_key_value_heads"]
    (problem,) = refused(config)
    assert said in problem
    assert problem.startswith("c.json")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"num_experts_per_tok": 9}, "more than the experts there are (found 9); allowed: 1 to 8"),
        ({"num_local_experts": -8}, "num_local_experts: not a whole number in range (found -8)"),
        ({"num_experts": 16}, "num_experts: said twice, and not the same"),
        ({"first_k_dense_replace": 32}, "first_k_dense_replace: no layer is left to hold experts"),
        ({"mlp_only_layers": [40]}, "mlp_only_layers: no such layer (found 40); allowed: 0 to 31"),
        ({"mlp_only_layers": [1, 1]}, "mlp_only_layers: a layer given twice (found 1)"),
        ({"mlp_layer_types": ["spares"] * 32}, "did you mean 'sparse'?"),
        ({"moe_layer_freq": [7] * 32}, "not 0 or 1 for each layer (found 7)"),
    ],
)
def test_experts_that_cannot_be(change: dict[str, Any], said: str) -> None:
    (problem,) = refused({**MIXTRAL, **change})
    assert said in problem


@pytest.mark.parametrize(
    ("top", "found"),
    [([], "an empty list"), ([1], "a list of 1"), (None, "null"), (5, "5"), (True, "true")],
)
def test_what_stands_at_the_top_of_no_config(top: object, found: str) -> None:
    (problem,) = refused(top)
    assert problem == (
        f"c.json: not a config.json (found {found}); allowed: a mapping of the model's fields: "
        '{"model_type": ..., "hidden_size": ...}'
    )


@pytest.mark.parametrize(
    ("quantization", "weights"),
    [
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, "int4"),
        ({"quant_method": "modelopt", "quant_algo": "FP8"}, "fp8"),
        ({"quant_method": "modelopt", "quant_algo": "NVFP4"}, "fp4"),
        ({"quant_method": "modelopt", "quant_algo": "W4A16_AWQ"}, "int4"),
        ({"quant_method": "awq"}, "int4"),
        ({"quant_method": "gptq", "bits": 8}, "int8"),
        ({"quant_method": "fbgemm_fp8"}, "fp8"),
        ({"quant_method": "compressed-tensors", "config_groups": {
            "group_0": {"weights": {"num_bits": 8, "type": "int"}}}}, "int8"),
    ],
)  # fmt: skip
def test_formats_of_quantized_weights(quantization: dict[str, Any], weights: str) -> None:
    assert from_hf_config({**LLAMA, "quantization_config": quantization}).weight_dtype == weights


def test_a_pattern_of_letters_names_windows() -> None:
    config = {**LLAMA, "model_type": "exaone4", "sliding_window": 4096}
    model = from_hf_config({**config, "sliding_window_pattern": "LLLG"})
    assert (model.n_full_layers, model.n_window_layers) == (8, 24)
    (problem,) = refused({**config, "sliding_window_pattern": "LLXG"})
    assert "not a pattern of layers" in problem


def test_nothing_of_a_file_turns_the_terminal() -> None:
    turned = "num_\x1b[31m_layers"
    (note,) = notes({**LLAMA, turned: 4})[1:]
    assert note.endswith("compute: num_\\x1b[31m_layers 4")
    assert not any("\x1b" in said for said in notes({**LLAMA, "model_type": "a\x1bb"}))
    for change in (
        {"torch_dtype": "a\x1bb"},
        {"architectures": ["a\x1bMaskedLM"]},
        {"quantization_config": {"quant_method": "\x1b"}},
    ):
        assert all("\x1b" not in problem for problem in refused({**LLAMA, **change}))


def test_many_fields_are_counted_not_all_said() -> None:
    many = {f"num_odd_{n}_layers": 2 for n in range(100)}
    assert notes({**LLAMA, **many})[1].endswith(" and 80 more")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"dim": 4096, "n_layers": 32, "n_heads": 32}, "a params.json of the maker's own format"),
        ({"metadata": {}, "weight_map": {}}, "an index of weights"),
        ({"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>"}, "the config of a tokenizer"),
        ({"eos_token_id": 2, "transformers_version": "4.5"}, "the config of generation"),
    ],
)
def test_a_file_beside_the_config_is_named(config: dict[str, Any], said: str) -> None:
    (problem,) = refused(config)
    assert problem.startswith(f"c.json: not a config.json, but {said} (found {next(iter(config))}")
    assert problem.endswith("; take the config.json beside it")
