"""The command line of each engine for one configuration, word for word."""

from __future__ import annotations

from functools import partial

import pytest

import outlay
from outlay.api.models.questions import check_starts
from outlay.catalogue import chips, find_chip, find_model
from outlay.core.errors import InputError
from outlay.performance.launch.commands import launches
from outlay.performance.types import Layout, Precision
from outlay.report.words.models.rate import started
from support.engines import options_of, parsed


def told(
    model: str, chip: str, layout: Layout, weights: str, kv: str = "bf16", batch: int = 64,
    stack: str = "", verified: float = 0.0, tokens: float = 2048.0,
) -> dict[str, tuple[str, str, tuple[str, ...], str]]:  # fmt: skip
    m, c = find_model(model), find_chip(chip)
    formats = Precision(weights, kv)
    found = launches(m, c, layout, formats, batch, tokens, stack=stack, verified=verified)
    assert {o.pool for o in found} <= {"" if layout.phase == "aggregated" else layout.phase}
    return {o.engine: (o.command, o.options, o.notes, o.why_not) for o in found}


def test_a_dense_model_on_one_board() -> None:
    found = told("llama-3.1-70b", "h100-sxm", Layout(8, 8), "bf16", batch=96)
    assert {name: o[0] for name, o in found.items()} == {
        "vllm": "vllm serve meta-llama/Llama-3.1-70B --tensor-parallel-size 8 "
        "--max-model-len 2048 --max-num-seqs 96",
        "sglang": "python -m sglang.launch_server --model-path meta-llama/Llama-3.1-70B "
        "--tp-size 8 --context-length 2048 --max-running-requests 96",
        "trtllm": "trtllm-serve meta-llama/Llama-3.1-70B --tp_size 8 --max_batch_size 96 "
        "--max_seq_len 2048",
    }
    assert all(o[1:] == ("", (), "") for o in found.values())


def test_experts_spread_over_attention_groups() -> None:
    found = told("deepseek-v3", "h200-sxm", Layout(8, 1, 1, 8, 8), "fp8", "fp8", 1000, verified=3.0)
    assert found["vllm"][0] == (
        "vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 1 --data-parallel-size 8 "
        "--enable-expert-parallel --kv-cache-dtype fp8 --max-model-len 2048 --max-num-seqs 125 "
        """--speculative-config '{"method": "mtp", "num_speculative_tokens": 2}'"""
    )
    assert found["sglang"][0] == (
        "python -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 "
        "--dp-size 8 --enable-dp-attention --moe-dense-tp-size 1 --ep-size 8 --kv-cache-dtype "
        "fp8_e4m3 --context-length 2048 --max-running-requests 1000 --speculative-algorithm EAGLE "
        "--speculative-num-steps 2 --speculative-eagle-topk 1 --speculative-num-draft-tokens 3"
    )
    assert found["trtllm"][0] == (
        "trtllm-serve deepseek-ai/DeepSeek-V3 --tp_size 8 --ep_size 8 --max_batch_size 125 "
        "--max_seq_len 2048 --extra_llm_api_options options.yaml"
    )
    assert options_of(found["trtllm"][1]) == {
        "enable_attention_dp": True,
        "kv_cache_config": {"dtype": "fp8"},
        "speculative_config": {"decoding_type": "MTP", "num_nextn_predict_layers": 2},
    }


def test_a_layout_that_one_engine_alone_can_run() -> None:
    found = told("qwen3-235b-a22b", "h100-sxm", Layout(8, 2, 1, 2, 4), "fp8", batch=844)
    assert found["sglang"][0] == (
        "python -m sglang.launch_server --model-path Qwen/Qwen3-235B-A22B --tp-size 8 --dp-size 4 "
        "--enable-dp-attention --ep-size 2 --quantization fp8 --context-length 2048 "
        "--max-running-requests 844"
    )
    assert found["sglang"][2] == (
        "fp8 is made while loading; a checkpoint in fp8 in place of Qwen/Qwen3-235B-A22B, released "
        "in bf16, loads faster",
    )
    assert found["vllm"][0] == found["trtllm"][0] == ""
    assert found["vllm"][3] == (
        "vLLM spreads experts over all 8 ranks of a stage or slices all over them"
    )
    assert found["trtllm"][3] == (
        "TensorRT-LLM has attention data-parallel over all ranks of a stage or over none, not 4 "
        "groups of 2"
    )


def test_experts_that_do_not_divide_get_redundant_ones() -> None:
    found = told("deepseek-v3", "gb200-nvl72", Layout(36, 1, 1, 36, 36), "fp8", batch=720)
    sglang = parsed("sglang", found["sglang"][0])
    assert sglang.ep_num_redundant_experts == 288 - 256
    assert sglang.moe_a2a_backend == "deepep"  # shared experts, 2,048 wide, whole on each rank
    assert options_of(found["trtllm"][1])["moe_config"] == {"load_balancer": {"num_slots": 288}}


def test_a_replica_of_several_servers() -> None:
    groups = told("deepseek-v3", "h200-sxm", Layout(16, 1, 1, 16, 16), "fp8", batch=160)
    assert (
        "--data-parallel-hybrid-lb --data-parallel-size-local 8 --data-parallel-start-rank "
        "$((NODE_RANK * 8)) --data-parallel-address $HEAD" in groups["vllm"][0]
    )
    one = told("deepseek-v3", "h200-sxm", Layout(16, 8, 2), "fp8", batch=160)
    assert "--nnodes 2 --node-rank $NODE_RANK --master-addr $HEAD" in one["vllm"][0]
    assert one["vllm"][2] == (
        "on each of 2 servers, NODE_RANK from 0 to 1, HEAD the address of the first; with "
        "--headless on all but the first",
    )
    assert "--nnodes 2 --node-rank $NODE_RANK --dist-init-addr $HEAD:5000" in one["sglang"][0]
    assert "--pp-size 2 --disable-overlap-schedule" in one["sglang"][0]
    assert one["trtllm"][0].startswith("trtllm-llmapi-launch trtllm-serve deepseek-ai/DeepSeek-V3")
    assert "--gpus_per_node 8" in one["trtllm"][0]
    assert one["trtllm"][2] == ("as 16 tasks on 2 servers, one for each chip, by srun or mpirun",)
    odd = parsed("vllm", told("dbrx", "h100-sxm", Layout(12, 1, 1, 1, 12), "bf16")["vllm"][0])
    assert (odd.data_parallel_size, odd.data_parallel_size_local) == (12, 6)  # as many on each
    twenty = told("llama-3.1-70b", "h100-sxm", Layout(20, 4, 5), "bf16")
    assert parsed("sglang", twenty["sglang"][0]).nnodes == 4  # five of each, not seven of three
    assert parsed("trtllm", twenty["trtllm"][0]).gpus_per_node == 5


@pytest.mark.parametrize(
    ("phase", "vllm", "sglang", "trtllm"),
    [("prefill", "kv_both", "prefill", "CONTEXT"), ("decode", "kv_both", "decode", "GENERATION")],
)
def test_a_pool_of_a_disaggregated_deployment(
    phase: str, vllm: str, sglang: str, trtllm: str
) -> None:
    found = told("llama-3.1-8b", "h100-sxm", Layout(1, phase=phase), "bf16")
    assert vllm in parsed("vllm", found["vllm"][0]).kv_transfer_config
    assert parsed("sglang", found["sglang"][0]).disaggregation_mode == sglang
    assert parsed("trtllm", found["trtllm"][0]).server_role == trtllm
    assert "cache_transceiver_config" in options_of(found["trtllm"][1])


EMPTY = "empty: not known"
WHY_NOT = (
    ("llama-3.1-8b", "tpu-v6e", "bf16", "bf16", {
        "vllm": "", "sglang": "SGLang has no backend for chips of Google",
        "trtllm": "TensorRT-LLM runs on NVIDIA's chips from Ampere on, not on tpu-v6e"}),
    ("llama-3.1-8b", "mi355x", "bf16", "fp4", {
        "vllm": "vLLM has a cache in fp4 on NVIDIA's chips that compute in it alone, not on mi355x",
        "sglang": "SGLang has a cache in fp4 on NVIDIA's chips that compute in it alone, not on "
        "mi355x",
        "trtllm": "TensorRT-LLM runs on NVIDIA's chips from Ampere on, not on mi355x"}),
    ("llama-3.1-8b", "h100-sxm", "bf16", "int8", {
        "vllm": "", "sglang": "SGLang has no cache in int8: bf16, fp8 or fp4",
        "trtllm": "TensorRT-LLM has no cache in int8: bf16, fp8 or fp4"}),
    ("llama-3.1-8b", "t4", "fp16", "fp16", {
        "vllm": "", "sglang": "",
        "trtllm": "TensorRT-LLM runs on NVIDIA's chips from Ampere on, not on t4"}),
    ("llama-3.1-8b", "v100-16g-sxm", "bf16", "bf16", {
        "vllm": "",
        "sglang": "SGLang runs on NVIDIA's chips from Turing on, not on v100-16g-sxm",
        "trtllm": "TensorRT-LLM runs on NVIDIA's chips from Ampere on, not on v100-16g-sxm"}),
    ("llama-3.1-8b", "h100-sxm", "fp6", "bf16", {
        "vllm": "vLLM loads weights in fp6 on AMD's chips that compute in fp4 alone, not on "
        "h100-sxm",
        "sglang": "SGLang loads no weights in fp6",
        "trtllm": "TensorRT-LLM loads no weights in fp6"}),
    ("llama-3.1-8b", "h200-sxm", "fp8", "fp4", {
        "vllm": "vLLM has a cache in fp4 on NVIDIA's chips that compute in it alone, not on "
        "h200-sxm",
        "sglang": "SGLang has a cache in fp4 on NVIDIA's chips that compute in it alone, not on "
        "h200-sxm",
        "trtllm": "TensorRT-LLM has no cache in fp4 on h200-sxm"}),
    ("llama-3.1-8b", "b200-hgx", "fp4", "fp4", dict.fromkeys(("vllm", "sglang", "trtllm"), "")),
    ("llama-3.1-8b", "a100-80g-sxm", "fp8", "bf16", {
        "vllm": "", "sglang": "",
        "trtllm": "TensorRT-LLM has no weights in fp8 on a100-80g-sxm"}),
    ("llama-3.1-8b", "h100-sxm", "fp4", "bf16", {
        "vllm": "", "sglang": "", "trtllm": "TensorRT-LLM has no weights in fp4 on h100-sxm"}),
    ("gpt-oss-20b", "h100-sxm", "fp4", "fp8", dict.fromkeys(("vllm", "sglang", "trtllm"), "")),
    ("llama-3.1-8b", "a100-80g-sxm", "bf16", "fp8", {
        "vllm": "", "sglang": "", "trtllm": "TensorRT-LLM has no cache in fp8 on a100-80g-sxm"}),
    ("doubao-seed-1.8", "h100-sxm", "fp8", "bf16", dict.fromkeys(
        ("vllm", "sglang", "trtllm"), "the weights of doubao-seed-1.8 are not published")),
)  # fmt: skip


@pytest.mark.parametrize(("model", "chip", "weights", "kv", "why"), WHY_NOT)
def test_what_refuses_is_said(
    model: str, chip: str, weights: str, kv: str, why: dict[str, str]
) -> None:
    found = told(model, chip, Layout(1), weights, kv)
    assert {name: o[3] for name, o in found.items()} == why
    assert {name for name, o in found.items() if o[0]} == {n for n, said in why.items() if not said}


def test_sequences_longer_than_the_model_are_refused() -> None:
    (why,) = {o[3] for o in told("qwen3-32b", "h100-sxm", Layout(1), "fp8", tokens=5e4).values()}
    assert why == "50,000 tokens a sequence are more than the 40,960 that qwen3-32b is made for"


def test_formats_that_need_a_checkpoint_of_their_own() -> None:
    found = told("llama-3.1-70b", "h100-sxm", Layout(2, 2), "int4")
    assert all("quantization" not in o[0] for o in found.values())
    (note,) = {n for o in found.values() for n in o[2]}
    assert note == "CHECKPOINT in int4 in place of meta-llama/Llama-3.1-70B, released in bf16"
    assert all(" $CHECKPOINT " in o[0] for o in found.values())
    half = told("llama-3.1-8b", "t4", Layout(1), "fp16")
    assert "--dtype float16" in half["vllm"][0]
    assert "--dtype float16" in half["sglang"][0]
    trtllm = told("llama-3.1-70b", "h100-sxm", Layout(2, 2), "fp8")["trtllm"]
    assert "in place of" in trtllm[2][0]
    assert "while loading" not in trtllm[2][0]


def test_older_chips_load_in_fp16_whatever_is_asked_for() -> None:
    for weights in ("bf16", "int8", "fp16"):
        found = told("llama-3.1-8b", "t4", Layout(1), weights)
        for engine in ("vllm", "sglang"):
            assert parsed(engine, found[engine][0]).dtype == "float16"
            assert "in fp16, as t4 has no bf16" in found[engine][2]
    assert "--dtype" not in told("llama-3.1-8b", "a100-80g-sxm", Layout(1), "bf16")["vllm"][0]


def test_steps_hold_a_token_of_each_sequence() -> None:
    many = told("deepseek-v4-pro", "b200-hgx", Layout(8, 1, 1, 8, 8), "fp4", batch=8 * 9000)
    assert parsed("vllm", many["vllm"][0]).max_num_batched_tokens == 9000
    assert parsed("trtllm", many["trtllm"][0]).max_num_tokens == 9000
    more = told("deepseek-v3", "l40s", Layout(32, 8, 4), "fp8", batch=1000, verified=3.0)
    assert parsed("vllm", more["vllm"][0]).max_num_batched_tokens == 8192  # for 3 × 1,000
    few = told("llama-3.1-8b", "l40s", Layout(1), "bf16", batch=2048)
    assert "batched" not in few["vllm"][0]
    assert "num_tokens" not in few["trtllm"][0]


def test_racks_are_started_tray_by_tray() -> None:
    found = told("gpt-oss-120b", "gb200-nvl72", Layout(16, 1, 1, 16, 16), "fp4", batch=160)
    a = parsed("vllm", found["vllm"][0])
    assert (a.data_parallel_size, a.data_parallel_size_local) == (16, 4)
    assert found["vllm"][2] == (
        "on each of 4 servers, NODE_RANK from 0 to 3, HEAD the address of the first",
    )
    assert parsed("sglang", found["sglang"][0]).nnodes == 4
    assert parsed("trtllm", found["trtllm"][0]).gpus_per_node == 4
    for chip in chips().values():
        assert 0 < (chip.chips_per_host or chip.chips_per_server) <= 16, chip.id


def test_only_the_stack_that_is_asked_for() -> None:
    assert list(told("llama-3.1-8b", "h100-sxm", Layout(1), "bf16", stack="sglang")) == ["sglang"]
    assert told("llama-3.1-8b", "h100-sxm", Layout(1), "bf16", stack="mindie") == {}


def test_rate_says_how_its_first_configuration_is_started() -> None:
    doc = outlay.rate("qwen3-235b-a22b", "h100-sxm", weights="fp8", max_chips=8, stack="vllm")
    best = doc.configurations[0]
    (launch,) = doc.launch
    a = parsed("vllm", launch.command)
    assert a.tensor_parallel_size * a.data_parallel_size == best.n_chips == 8
    assert a.max_model_len == 2048
    assert a.max_num_seqs * best.dp == best.batch
    assert a.enable_expert_parallel
    ((said, lines),) = started(doc)
    pool = outlay.rate("llama-3.1-8b", "h100-sxm", phase="decode", stack="sglang")
    assert started(pool)[0][0] == "SGLang 0.5.23, a decode worker:"
    assert said.startswith("vLLM 0.33 (fp8 is made while loading;")
    assert lines == launch.command
    both = outlay.rate("deepseek-v3", "h200-sxm", max_chips=8, kv="fp8", stack="trtllm")
    ((_, lines),) = started(both)
    assert lines.startswith("cat > options.yaml <<'END'\nenable_attention_dp: true\n")
    assert lines.endswith(both.launch[0].command)
    some = outlay.rate("llama-3.1-8b", "h100-sxm", max_chips=1, kv="int8")
    assert started(some)[2] == (
        "TensorRT-LLM 1.2: not this layout: TensorRT-LLM has no cache in int8: bf16, fp8 or fp4.",
        "",
    )
    assert outlay.rate("llama-3.1-405b", "t4", max_chips=1).launch == ()


def test_stacks_of_one_maker_are_refused_on_other_chips() -> None:
    for stack, good, bad, vendor in (
        ("mindie", "ascend-910b", "h20-96g", "Huawei"), ("mlperf_amd", "mi355x", "h200-sxm", "AMD"),
        ("mlperf_nvidia", "b200-hgx", "mi300x", "NVIDIA"),
    ):  # fmt: skip
        outlay.rate("llama-3.1-8b", good, stack=stack, max_chips=1)
        with pytest.raises(InputError, match=f"{stack} runs on {vendor}'s chips, not on {bad}"):
            outlay.rate("llama-3.1-8b", bad, stack=stack, max_chips=1)


def test_workers_of_vllm_s_pools_have_no_pipeline_stages() -> None:
    why = "vLLM passes no caches between pools of 2 pipeline stages"
    for phase in ("prefill", "decode"):
        found = told("llama-3.1-70b", "h100-sxm", Layout(8, 4, 2, phase=phase), "bf16")
        assert [o[3] for o in found.values()] == [why, "", ""]
        doc = outlay.rate("llama-3.1-405b", "h100-sxm", phase=phase, stack="vllm", weights="fp8")
        assert {c.pp for c in doc.configurations} == {1}
        assert not doc.launch[0].why_not
    assert told("llama-3.1-70b", "h100-sxm", Layout(8, 4, 2), "bf16")["vllm"][3] == ""
    mixed = outlay.rate(
        "llama-3.1-70b", "l40s", weights="fp8", disaggregated=True, stack="vllm", max_chips=32
    )
    assert {w.pp for m in mixed.mixes for w in (m.prefill, m.decode)} == {1}
    assert not any(o.why_not for o in mixed.launch)
    other = outlay.rate(
        "llama-3.1-405b", "h100-sxm", phase="decode", stack="sglang", sweep=True, weights="fp8"
    )
    assert max(c.pp for c in other.configurations) > 1


@pytest.mark.parametrize(("model", "chip", "weights", "kv", "why"), WHY_NOT)
def test_a_stack_that_runs_no_layout_is_refused_before_any_answer(
    model: str, chip: str, weights: str, kv: str, why: dict[str, str]
) -> None:
    if "not published" in str(why):
        return  # of that no engine is to blame
    asks = (
        partial(outlay.rate, max_chips=8),
        partial(outlay.simulate, rate=1.0, requests=10),
        partial(outlay.size, users=2, ttft_p99=5.0),
    )
    runs = [name for name, said in why.items() if not said]
    for stack, said in why.items():
        for ask in asks if said else ():
            with pytest.raises(InputError) as refused:
                ask(model=model, chip=chip, weights=weights, kv=kv, stack=stack)
            (problem,) = refused.value.problems()
            assert (problem.where, problem.what, problem.value) == ("--stack", said, stack)
            assert problem.allowed == "; ".join([*([", ".join(runs)] if runs else []), EMPTY])
    for stack in ("", "inhouse", *runs):  # the rules of others are not known
        check_starts(find_model(model), find_chip(chip), Precision(weights, kv), stack)


def test_a_folder_with_a_config_is_what_is_served(tmp_path) -> None:
    import json

    folder = tmp_path / "my model"
    folder.mkdir()
    config = {
        "model_type": "llama", "hidden_size": 1024, "num_hidden_layers": 4, "vocab_size": 32000,
        "num_attention_heads": 16, "num_key_value_heads": 4, "intermediate_size": 4096,
        "torch_dtype": "bfloat16", "max_position_embeddings": 8192,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    for given in (folder / "config.json", folder):
        doc = outlay.rate(str(given), "h100-sxm", stack="vllm")
        assert doc.launch[0].command.startswith(f"vllm serve '{folder}' --tensor-parallel-size")
    dear = tmp_path / "$HOME; ls"
    folder.rename(dear)
    doc = outlay.rate(str(dear), "h100-sxm", stack="sglang")
    assert f"--model-path '{dear}' " in doc.launch[0].command


def test_workers_of_both_pools_of_a_mix_are_started() -> None:
    doc = outlay.rate("deepseek-v3", "h200-sxm", disaggregated=True, stack="sglang", max_chips=32)
    mix = doc.mixes[0]
    assert mix.feasible
    assert [o.pool for o in doc.launch] == ["prefill", "decode"]
    for o, pool in zip(doc.launch, (mix.prefill, mix.decode), strict=True):
        a = parsed("sglang", o.command)
        assert a.disaggregation_mode == o.pool
        assert a.tp_size * (a.pp_size or 1) == pool.n_chips
        assert a.max_running_requests >= pool.batch
    for (said, lines), name in zip(started(doc), ("prefill", "decode"), strict=True):
        assert said.startswith(f"SGLang 0.5.23, a {name} worker")
        assert f"--disaggregation-mode {name}" in lines
