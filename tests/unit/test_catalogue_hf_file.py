"""A model opened by name or by path, and files that are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from outlay.catalogue import find_model, open_model
from outlay.core.errors import InputError, TooLargeError, UnknownNameError
from outlay.results.chips_models import Model

LLAMA = {
    "model_type": "llama",
    "num_hidden_layers": 32,
    "hidden_size": 4096,
    "num_attention_heads": 32,
    "intermediate_size": 11008,
    "vocab_size": 32000,
}


def test_by_name_by_file_and_by_folder(tmp_path: Path) -> None:
    folder = tmp_path / "my-llama"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(LLAMA), encoding="utf-8")
    assert open_model("deepseek-v3") is find_model("deepseek-v3")
    assert open_model(str(folder / "config.json")).id == "my-llama"
    assert open_model(str(folder)) == open_model(str(folder / "config.json"))
    with pytest.raises(UnknownNameError):
        open_model("no-such-model")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "not JSON"),
        ("[]", "not a config.json"),
        ('{"hidden_size": NaN}', "not a finite number"),
        ('{"hidden_size": 1, "hidden_size": 2}', "a key twice"),
        ("[" * 100_000, "nested too deeply"),
        ('{"hidden_size": ' + "9" * 10_000 + "}", "a number out of range"),
        ("{}", "missing field"),
    ],
)
def test_broken_files_are_input_errors(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=what):
        open_model(str(path))


def test_missing_binary_and_huge_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        open_model(str(tmp_path / "absent.json"))
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00\x9f")
    with pytest.raises(InputError, match="UTF-16"):
        open_model(str(tmp_path / "binary.json"))
    (tmp_path / "huge.json").write_bytes(b" " * 10_000_001)
    with pytest.raises(TooLargeError, match="too large"):
        open_model(str(tmp_path / "huge.json"))


def test_what_is_no_regular_file_is_never_read(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    (tmp_path / "folder.json").mkdir()
    for name, what in (("pipe", "a pipe"), ("zero", "a device"), ("folder", "a folder")):
        path = str(tmp_path / f"{name}.json")
        with pytest.raises(InputError) as caught:
            open_model(path)
        assert str(caught.value) == f"{path}: {what}, not a file; allowed: a config.json"


def test_a_fault_is_said_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{\n "hidden_size": 1,\n "hidden_size": 2\n}', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        open_model(str(path))
    assert str(caught.value) == (
        f"{path}:3: a key twice (found 'hidden_size'); allowed: each key once"
    )


def read(tmp_path: Path, fields: object, **beside: object) -> Model:
    folder = tmp_path / "mine"
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(fields), encoding="utf-8")
    for name, value in beside.items():
        (folder / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
    return open_model(str(folder / "config.json"))


@pytest.mark.parametrize(
    ("fields", "billions", "kv_heads"),
    [
        ({"model_type": "RefinedWebModel", "hidden_size": 4544, "n_head": 71, "n_layer": 32,
          "vocab_size": 65024, "multi_query": True}, 6.92, 1),
        ({"model_type": "RefinedWeb", "hidden_size": 8192, "n_head": 128, "n_head_kv": 8,
          "n_layer": 60, "vocab_size": 65024}, 41.3, 8),
        ({"model_type": "dbrx", "d_model": 6144, "n_heads": 48, "n_layers": 40,
          "vocab_size": 100352, "attn_config": {"kv_n_heads": 8},
          "ffn_config": {"ffn_hidden_size": 10752, "moe_num_experts": 16, "moe_top_k": 4}},
         131.6, 8),
        ({"model_type": "llava", "text_config": {"model_type": "llama", "vocab_size": 32064}},
         6.74, 32),
        ({"model_type": "llava_next", "text_config": {"model_type": "mistral",
                                                      "vocab_size": 32064}}, 7.24, 8),
    ],
)  # fmt: skip
def test_older_nested_and_thin_configs_are_read(tmp_path, fields, billions, kv_heads) -> None:
    found = read(tmp_path, fields)
    assert found.total_params / 1e9 == pytest.approx(billions, rel=0.003)
    assert found.kv_heads == kv_heads
    assert "not read" not in found.note


def test_a_part_that_states_some_sizes_is_not_filled_with_others(tmp_path: Path) -> None:
    part = {"model_type": "llama", "vocab_size": 32064, "hidden_size": 5120}
    with pytest.raises(InputError, match="num_hidden_layers: missing field"):
        read(tmp_path, {"model_type": "llava", "text_config": part})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"intermediate_size": [11008] * 31}, "intermediate_size: has fewer entries than layers"),
        ({"num_key_value_heads": 4, "attn_config": {"kv_n_heads": 8}},
         "num_key_value_heads: said twice, and not the same"),
        ({"num_key_value_heads": [8] * 4}, "num_key_value_heads: has fewer entries than layers"),
        ({"n_routed_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 512,
          "model_type": "deepseek_v3", "first_k_dense_replace": 40},
         "first_k_dense_replace: no layer is left to hold experts"),
        ({"quantization_config": {"quant_method": "hqq", "quant_config": {
            "weight_quant_params": {"nbits": 3}}}}, "quantization_config.bits"),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_is_named_itself(tmp_path, changed, said) -> None:
    with pytest.raises(InputError, match=said):
        read(tmp_path, LLAMA | changed)


@pytest.mark.parametrize(
    ("quantization", "held", "said"),
    [
        ({"quant_method": "hqq"}, "int4", "does not say the bits of hqq: 4 were taken"),
        ({"quant_method": "hqq", "quant_config": {"weight_quant_params": {"nbits": 8}}},
         "int8", "int8 weights, bf16 beside"),
        ({"quant_method": "fp8", "bits": 8}, "fp8", "fp8"),
        ({"quant_method": "gptq", "bits": 4}, "int4", "int4 weights, bf16 beside"),
    ],
)  # fmt: skip
def test_bits_that_were_taken_are_said(tmp_path, quantization, held, said) -> None:
    found = read(tmp_path, LLAMA | {"quantization_config": quantization})
    assert found.weight_dtype == held
    assert said in found.note
    assert ("4 were taken" in found.note) == ("bits" not in str(quantization))


def test_formats_beside_that_contradict_are_said(tmp_path: Path) -> None:
    fields = LLAMA | {"quantization_config": {"quant_method": "fp8"}}
    for algorithm, said in (
        ("NVFP4", "hf_quant_config.json says fp4"),
        ("W3A17", "hf_quant_config.json cannot be read"),
    ):
        beside = {"quantization": {"quant_algo": algorithm}}
        found = read(tmp_path, fields, hf_quant_config=beside)
        assert found.weight_dtype == "fp8"
        assert said in found.note
    same = {"quantization": {"quant_algo": "FP8"}}
    assert "hf_quant_config" not in read(tmp_path, fields, hf_quant_config=same).note


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"do_sample": True, "temperature": 0.6}, "the config of generation"),
        ({"model": LLAMA}, "model: the fields of the model lie inside another"),
    ],
)
def test_another_file_is_known_by_its_keys(tmp_path, fields, said) -> None:
    with pytest.raises(InputError, match=said):
        read(tmp_path, fields)


@pytest.mark.parametrize("name", ["config.yaml", "model.gguf", "absent.safetensors"])
def test_a_file_of_another_kind_is_no_name(tmp_path, monkeypatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    if not name.startswith("absent"):
        Path(name).write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=f"{name}: a file that is no config.json"):
        open_model(name)
    Path("llama-3.1-8b").write_text("x", encoding="utf-8")
    assert open_model("llama-3.1-8b") is find_model("llama-3.1-8b")
