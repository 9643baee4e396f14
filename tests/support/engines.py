"""What three serving engines take and refuse, written down from their sources, for tests alone.

Arguments as their own parsers name them: vLLM 0.33 (`EngineArgs.add_cli_args`), SGLang 0.5.23
(`ServerArgs`, its fields under `arg_groups`), TensorRT-LLM 1.2 (`trtllm-serve`). An abbreviation,
an unknown name or a value of another kind is an error.

`started` reads a command back into what each rank would hold, by widths alone, without the rules
of the package: a list of what the engine would refuse.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
from collections.abc import Mapping
from typing import Any, NoReturn

import yaml

from outlay.results.chips_models import Model

Kind = type | tuple[str, ...] | None
ARGUMENTS: Mapping[str, Mapping[str, Kind]] = {
    # None: a bare flag; a tuple: the values it may have
    "vllm": {
        "--tensor-parallel-size": int, "--pipeline-parallel-size": int,
        "--data-parallel-size": int, "--data-parallel-size-local": int,
        "--data-parallel-start-rank": int, "--data-parallel-address": str,
        "--data-parallel-hybrid-lb": None, "--enable-expert-parallel": None, "--headless": None,
        "--nnodes": int, "--node-rank": int, "--master-addr": str,
        "--dtype": ("auto", "half", "float16", "bfloat16", "float", "float32"),
        "--quantization": ("awq", "fp8", "modelopt", "modelopt_fp4", "gptq", "gptq_marlin",
                           "awq_marlin", "compressed-tensors", "mxfp4", "fp8_per_block"),
        "--kv-cache-dtype": ("auto", "float16", "bfloat16", "fp8", "fp8_e4m3", "fp8_e5m2",
                             "int8_per_token_head", "nvfp4"),
        "--max-model-len": int, "--max-num-seqs": int, "--max-num-batched-tokens": int,
        "--speculative-config": str, "--kv-transfer-config": str,
    },
    "sglang": {
        "--model-path": str, "--tp-size": int, "--pp-size": int, "--dp-size": int,
        "--enable-dp-attention": None, "--ep-size": int, "--moe-dense-tp-size": int,
        "--moe-a2a-backend": ("none", "deepep", "mooncake", "mori", "flashinfer", "pplx"),
        "--ep-num-redundant-experts": int, "--disable-overlap-schedule": None,
        "--nnodes": int, "--node-rank": int, "--dist-init-addr": str,
        "--dtype": ("auto", "half", "float16", "bfloat16", "float", "float32"),
        "--quantization": ("awq", "fp8", "mxfp8", "gptq", "gptq_marlin", "awq_marlin", "modelopt",
                           "modelopt_fp8", "modelopt_fp4", "w8a8_int8", "w8a8_fp8", "mxfp4",
                           "compressed-tensors"),
        "--kv-cache-dtype": ("auto", "fp8_e5m2", "fp8_e4m3", "bf16", "bfloat16", "nvfp4"),
        "--context-length": int, "--max-running-requests": int,
        "--speculative-algorithm": ("EAGLE", "EAGLE3", "NEXTN", "STANDALONE", "NGRAM"),
        "--speculative-num-steps": int, "--speculative-eagle-topk": int,
        "--speculative-num-draft-tokens": int,
        "--disaggregation-mode": ("null", "prefill", "decode"),
    },
    "trtllm": {
        "--tp_size": int, "--pp_size": int, "--ep_size": int, "--gpus_per_node": int,
        "--max_batch_size": int, "--max_num_tokens": int, "--max_seq_len": int,
        "--extra_llm_api_options": str,
        "--server_role": ("CONTEXT", "GENERATION", "MM_ENCODER"),
    },
}  # fmt: skip
PROGRAMS = {
    "vllm": ("vllm", "serve"), "sglang": ("python", "-m", "sglang.launch_server"),
    "trtllm": ("trtllm-serve",),
}  # fmt: skip
OPTIONS = {  # of TensorRT-LLM's file: name → names inside, or the kind of its value
    "enable_attention_dp": bool, "dtype": str, "kv_cache_config": {"dtype": str},
    "moe_config": {"load_balancer": {"num_slots": int}},
    "speculative_config": {"decoding_type": str, "num_nextn_predict_layers": int},
    "cache_transceiver_config": {"backend": str},
}  # fmt: skip


class _Strict(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise AssertionError(message)


def parsed(engine: str, command: str) -> argparse.Namespace:
    """A command's arguments, read as the engine reads them; variables of the shell set."""
    shell = re.sub(r"\$\(\(NODE_RANK \* \d+\)\)|\$NODE_RANK", "0", command)
    words = shlex.split(shell.replace("$HEAD", "10.0.0.1").replace("$CHECKPOINT", "a/checkpoint"))
    assert not any("$" in word for word in words)
    if engine == "trtllm" and words[0] == "trtllm-llmapi-launch":
        words = words[1:]
    program = PROGRAMS[engine]
    assert tuple(words[: len(program)]) == program
    parser = _Strict(allow_abbrev=False)
    if engine != "sglang":
        parser.add_argument("model")
    for name, kind in ARGUMENTS[engine].items():
        if kind is None:
            parser.add_argument(name, action="store_true")
        elif isinstance(kind, tuple):
            parser.add_argument(name, choices=kind)
        else:
            parser.add_argument(name, type=kind)
    return parser.parse_args(words[len(program) :])


def options_of(text: str) -> dict[str, Any]:
    """TensorRT-LLM's file of options, every name and kind of value checked."""
    found = yaml.safe_load(text) if text else {}

    def check(value: Any, known: Any) -> None:
        if isinstance(known, dict):
            assert isinstance(value, dict)
            for name, inner in value.items():
                check(inner, known[name])
        else:
            assert type(value) is known

    check(found, OPTIONS)
    return dict(found)


def started(
    engine: str, command: str, options: str, model: Model, block: int, dense: int = 1
) -> list[str]:
    """What the engine refuses of a command: ranks dealt out, widths cut and counted in blocks.

    block: weights of an expert's width that share a scale; 0: any cut will do. dense: of a dense
    feed-forward, cut over the ranks of attention: SGLang is told to keep it whole beside groups.
    """
    a = parsed(engine, command)
    stage, attention, sliced, spread, slots = DEALT[engine](a, options_of(options), model)
    bad = []
    if stage % attention:
        bad.append("attention groups")
    if model.heads and model.heads % attention:
        bad.append("heads")
    for width in (model.dense_ffn if model.n_dense_layers else 0, model.shared_ffn):
        if attention > 1 and width % attention:
            bad.append("width of a dense slice")
        elif attention > 1 and width // attention % dense:
            bad.append("blocks of a dense slice")
    if stage != sliced * spread:
        bad.append("ranks of experts")
    experts = slots or model.experts
    if spread > 1 and engine != "vllm" and experts % spread:
        bad.append("experts")
    if sliced > 1 and block and model.expert_ffn % sliced:
        bad.append("width of a slice")
    elif sliced > 1 and block > 1 and (model.expert_ffn // sliced) % block:
        bad.append("blocks of a slice")
    if engine == "sglang" and model.n_moe_layers and stage > max(model.experts, 1):
        bad.append("more ranks than experts")
    return bad


def _vllm(a: Any, _: dict[str, Any], model: Model) -> tuple[int, int, int, int, int]:
    tp, dp = a.tensor_parallel_size or 1, a.data_parallel_size or 1
    for text in (a.speculative_config, a.kv_transfer_config):
        assert text is None or isinstance(json.loads(text), dict)
    if a.data_parallel_size_local:
        assert dp % a.data_parallel_size_local == 0
    assert not a.headless
    usual = 2048  # of the least memory
    assert (a.max_num_batched_tokens or usual) >= (a.max_num_seqs or 1)
    if not model.n_moe_layers:
        assert dp == 1
        assert not a.enable_expert_parallel
    whole = a.enable_expert_parallel
    return tp * dp, tp, 1 if whole else tp * dp, tp * dp if whole else 1, 0


def _sglang(a: Any, _: dict[str, Any], model: Model) -> tuple[int, int, int, int, int]:
    tp, dp, ep = a.tp_size or 1, a.dp_size or 1, a.ep_size or 1
    assert (dp > 1) == a.enable_dp_attention  # else they are replicas
    assert tp % dp == 0
    assert tp % ep == 0
    assert a.moe_dense_tp_size in (None, 1, tp)
    assert a.max_running_requests >= dp
    assert (a.pp_size or 1) == 1 or a.disable_overlap_schedule
    slots = model.experts + (a.ep_num_redundant_experts or 0)
    return tp, tp // dp, tp // ep, ep, slots


def _trtllm(a: Any, options: dict[str, Any], model: Model) -> tuple[int, int, int, int, int]:
    tp, ep = a.tp_size or 1, a.ep_size or 1
    assert tp % ep == 0
    assert bool(options) == (a.extra_llm_api_options == "options.yaml")
    groups = options.get("enable_attention_dp", False)
    slots = options.get("moe_config", {}).get("load_balancer", {}).get("num_slots", 0)
    return tp, 1 if groups else tp, tp // ep, ep, slots


DEALT = {"vllm": _vllm, "sglang": _sglang, "trtllm": _trtllm}
"""Engine → ranks of a stage, of attention, those that slice an expert, that spread them, slots."""
