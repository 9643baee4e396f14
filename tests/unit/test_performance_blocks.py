"""Slices of quantized matrices hold whole blocks: by format, by checkpoint and by engine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outlay.catalogue import find_chip, find_model
from outlay.catalogue.hf.config import from_hf_config
from outlay.performance import Stack, search
from outlay.performance.operators.blocks import ANY, Block, dense_block, expert_block
from outlay.performance.operators.shapes import shape_of
from outlay.performance.questions.engines import Degrees, engine_of, refused, runs
from outlay.performance.questions.layouts import list_layouts
from outlay.performance.questions.legal import Limits, layout_problems, limits_of
from outlay.performance.types import Precision
from outlay.serving.sizing.replica import layout_refusals

H100, MI355X, RACK = find_chip("h100-sxm"), find_chip("mi355x"), find_chip("gb200-nvl72")


def limits(model: str, weights: str, *, wary: bool = False) -> Limits:
    return limits_of(find_model(model), None, (H100, weights), wary=wary)


BLOCKS = (
    # model, served in, experts and dense layers where any checkpoint is to load
    ("deepseek-v3", "fp8", Block(128, 128), Block(128, 128)),
    ("qwen3-235b-a22b", "fp8", Block(128, 128), Block(128, 128)),
    ("qwen3-235b-a22b", "bf16", Block(1, 1), Block(1, 1)),
    ("qwen3-235b-a22b", "int4", Block(128, 8), Block(128, 8)),
    ("qwen3-235b-a22b", "fp4", Block(16, 1), Block(16, 1)),
    ("qwen3-235b-a22b", "int8", Block(1, 1), Block(1, 1)),
    ("kimi-k2.5", "int4", Block(32, 8), Block(1, 1)),  # as released, dense layers in 16 bits
    ("gpt-oss-120b", "fp4", ANY, Block(1, 1)),  # padded
    ("deepseek-v4-flash", "fp4", Block(32, 1), Block(128, 128)),  # dense layers in FP8
    ("glm-4.5", "fp8", Block(1, 1), Block(1, 1)),  # scales of channels
    ("llama-3.1-70b", "fp8", Block(1, 1), Block(1, 1)),
    ("mixtral-8x22b", "fp8", Block(128, 128), Block(128, 128)),  # none is known: the strict one
)


@pytest.mark.parametrize(("model", "weights", "experts", "dense"), BLOCKS)
def test_blocks_of_formats(model: str, weights: str, experts: Block, dense: Block) -> None:
    m = find_model(model)
    assert expert_block(m, H100, weights, wary=True) == experts
    assert dense_block(m, H100, weights, wary=True) == dense


def test_what_is_not_known_is_not_refused() -> None:
    assert expert_block(find_model("mixtral-8x22b"), H100, "fp8") == Block(1, 1)
    assert expert_block(find_model("mixtral-8x22b"), MI355X, "fp4") == Block(32, 1)  # MXFP4
    asked = limits_of(find_model("mixtral-8x22b"))  # as a published row that names no format
    assert (asked.dense, asked.expert_block) == (ANY, 0)


REFUSED = (
    ("qwen3-235b-a22b", "fp8", {"tp": 8}, (
        "--ep: experts of qwen3-235b-a22b, 1,536 wide, cut inside a block of 128 weights with one "
        "scale (found 1); allowed: EP of 2, 4, 8 on 8 ranks; nearest: 2")),
    ("minimax-m2.5", "fp8", {"tp": 8}, (
        "--ep: experts of minimax-m2.5, 1,536 wide, cut inside a block of 128 weights with one "
        "scale (found 1); allowed: EP of 2, 4, 8 on 8 ranks; nearest: 2")),
    ("qwen3-30b-a3b", "fp8", {"tp": 4}, (
        "--ep: experts of qwen3-30b-a3b, 768 wide, cut inside a block of 128 weights with one "
        "scale (found 1); allowed: EP of 2, 4 on 4 ranks; nearest: 2")),
    ("qwen3-32b", "fp8", {"tp": 16}, (
        "--tp: feed-forward of qwen3-32b, 25,600 wide, cut inside a block of 128 weights with one "
        "scale (found 16); allowed: TP of 1, 2, 4, 8: a multiple of 128 on each rank; nearest: 8")),
    ("deepseek-v3", "fp8", {"tp": 32, "ep": 32}, (
        "--tp: feed-forward of deepseek-v3, 18,432 wide, cut inside a block of 128 weights with "
        "one scale (found 32); allowed: TP of 1, 2, 4, 8, 16: a multiple of 128 on each rank; "
        "nearest: 16")),
)  # fmt: skip


@pytest.mark.parametrize(("model", "weights", "layout", "said"), REFUSED)
def test_a_cut_inside_a_block_is_refused(
    model: str, weights: str, layout: dict[str, int], said: str
) -> None:
    (found,) = layout_problems(limits(model, weights), H100, **layout)  # type: ignore[arg-type]
    assert str(found) == said


ALLOWED = (
    ("qwen3-235b-a22b", "fp8", {"tp": 4}),  # 384 = 3 × 128
    ("qwen3-235b-a22b", "fp8", {"tp": 8, "ep": 2}),
    ("qwen3-235b-a22b", "bf16", {"tp": 8}),
    ("qwen3-32b", "fp8", {"tp": 8}),  # 3,200 = 25 × 128
    ("deepseek-v3", "fp8", {"tp": 16}),  # 1,152 = 9 × 128, experts and shared ones 128
    ("kimi-k2.5", "int4", {"tp": 64}),  # 32 of each expert
    ("gpt-oss-120b", "fp4", {"tp": 8}),  # 360 of 2,880, padded
    ("glm-4.5", "fp8", {"tp": 8}),  # 192, scales of channels
    ("llama-3.1-8b", "int4", {"tp": 8}),  # 1,792 = 14 × 128
    ("qwen2.5-72b", "int4", {"tp": 8}),  # 29,696 / 8 = 29 × 128, as released
)


@pytest.mark.parametrize(("model", "weights", "layout"), ALLOWED)
def test_whole_blocks_are_cut(model: str, weights: str, layout: dict[str, int]) -> None:
    for wary in (False, True):
        found = layout_problems(limits(model, weights, wary=wary), H100, **layout)  # type: ignore[arg-type]
        assert found == ()


def test_heads_are_cut_by_blocks_in_sglang() -> None:
    released = find_model("llama-3.2-1b")  # heads of 64, 8 of keys
    small = replace(released, weight_dtype="fp8", dense_dtype="fp8")
    found = limits_of(small, None, (H100, "fp8"))
    assert [tp for tp in (1, 2, 4, 8) if not found.heads_cut(tp)] == [1, 2, 4]
    assert found.heads_cut(8) == ("keys and values", 512, 128)
    assert refused("sglang", found, Degrees(8, 1, 1, 1)) == (
        "SGLang cuts keys and values, 512 wide, between blocks of 128, not into 8"
    )
    assert refused("vllm", found, Degrees(8, 1, 1, 1)) == ""
    shared = limits_of(replace(small, kv_heads=2), None, (H100, "fp8"))
    assert [bool(shared.heads_cut(tp)) for tp in (1, 2)] == [False, True]  # 64 on each rank
    copied = limits_of(replace(small, kv_heads=1), None, (H100, "fp8"))
    assert copied.heads_cut(4) is None
    mimo = limits("mimo-v2-flash", "fp8")  # four heads of 192, as its maker deploys it
    assert refused("sglang", mimo, Degrees(4, 1, 1, 2)) == ""
    narrow = limits_of(replace(small, head_dim=32, v_head_dim=32), None, (H100, "fp8"))
    assert narrow.cut(16) == ("attention's output", 1024, 128)


CONFIG = {
    "model_type": "qwen3_moe", "hidden_size": 2048, "num_hidden_layers": 4, "vocab_size": 32000,
    "num_attention_heads": 32, "num_key_value_heads": 4, "head_dim": 128, "num_experts": 128,
    "num_experts_per_tok": 8, "moe_intermediate_size": 768, "intermediate_size": 6144,
}  # fmt: skip
GROUPS = {"group_0": {"weights": {"num_bits": 8, "type": "float", "strategy": "channel"}}}
BLOCKED = {"num_bits": 8, "type": "float", "strategy": "block", "block_structure": "128x128"}
SQUARE = {"group_0": {"weights": BLOCKED}}
WIDE = {"group_0": {"weights": {"num_bits": 4, "type": "int", "group_size": 32}}}
SAID = (
    ({"quant_method": "fp8", "weight_block_size": [128, 128]}, Block(128, 128)),
    ({"quant_method": "fp8", "weight_block_size": [64, 256]}, Block(256, 256)),
    ({"quant_method": "fp8"}, Block(1, 1)),  # a scale for each tensor
    ({"quant_method": "compressed-tensors", "config_groups": GROUPS}, Block(1, 1)),
    ({"quant_method": "compressed-tensors", "config_groups": SQUARE}, Block(128, 128)),
    ({"quant_method": "compressed-tensors", "config_groups": WIDE}, Block(32, 8)),
    ({"quant_method": "modelopt", "quant_algo": "FP8_PB_WO"}, Block(128, 128)),
    ({"quant_method": "modelopt", "quant_algo": "NVFP4"}, Block(16, 1)),
    ({"quant_method": "mxfp4"}, ANY),
    ({"quant_method": "gptq", "bits": 4, "group_size": 64}, Block(64, 8)),
    ({"quant_method": "gptq", "bits": 4, "group_size": -1}, Block(1, 8)),
    ({"quant_method": "awq", "bits": 4}, Block(128, 8)),
    ({"quant_method": "bitsandbytes", "load_in_4bit": True}, Block(1, 8)),
)


@pytest.mark.parametrize(("quantization", "block"), SAID)
def test_a_config_says_its_block(quantization: dict[str, object], block: Block) -> None:
    model = from_hf_config({**CONFIG, "quantization_config": quantization}, "m")
    assert expert_block(model, H100, model.weight_dtype, wary=True) == block


@pytest.mark.parametrize("bad", ["128", [128, "x"], [], 0.5, [1 << 20], [True, True], -2])
def test_a_block_that_is_none_is_refused(bad: object) -> None:
    from outlay.core.errors import InputError

    said = {"quant_method": "fp8", "weight_block_size": bad}
    with pytest.raises(InputError, match="weight_block_size: weights that share a scale"):
        from_hf_config({**CONFIG, "quantization_config": said}, "m")


ENGINE_RULES = (
    # engine, model, tp, pp, ep, dp, what is said
    ("vllm", "qwen3-235b-a22b", (8, 1, 2, 1), "vLLM spreads experts over all 8 ranks"),
    ("vllm", "qwen3-235b-a22b", (4, 1, 8, 2), ""),
    ("vllm", "llama-3.1-70b", (8, 2, 1, 1), ""),
    ("sglang", "qwen3-235b-a22b", (8, 1, 2, 1), ""),
    ("sglang", "qwen3-235b-a22b", (4, 1, 8, 2), ""),
    ("sglang", "mixtral-8x7b", (16, 1, 1, 1), "SGLang takes at most a rank for each of 8 experts"),
    ("sglang", "deepseek-v3", (1, 1, 16, 32), "SGLang slices shared experts, 2,048 wide"),
    ("sglang", "deepseek-v3", (1, 1, 32, 32), ""),
    ("trtllm", "qwen3-235b-a22b", (4, 1, 8, 2), "attention data-parallel over all ranks"),
    ("trtllm", "qwen3-235b-a22b", (1, 1, 8, 8), ""),
    ("trtllm", "qwen3-235b-a22b", (8, 1, 4, 1), ""),
)  # fmt: skip


@pytest.mark.parametrize(("engine", "model", "degrees", "said"), ENGINE_RULES)
def test_what_an_engine_cannot_run(
    engine: str, model: str, degrees: tuple[int, int, int, int], said: str
) -> None:
    found = refused(engine, limits(model, "fp8"), Degrees(*degrees))
    assert said in found if said else not found
    assert runs(engine, limits(model, "fp8"), Degrees(*degrees)) == (not found)


def test_stacks_are_their_engines() -> None:
    names = {"vllm-ascend": "vllm", "TensorRT-LLM": "trtllm", "sglang": "sglang", "mindie": ""}
    assert {name: engine_of(Stack(name)) for name in names} == names


def test_a_layout_asked_of_an_engine_that_lacks_it_is_refused() -> None:
    m = find_model("qwen3-235b-a22b")
    (found,) = layout_refusals(m, H100, tp=8, ep=2, weights="fp8", stack="vllm")
    assert str(found) == (
        "--stack: vLLM spreads experts over all 8 ranks of a stage or slices all over them (found "
        "vllm with tp 8, dp 1, ep 2); allowed: a layout that it can run"
    )
    assert layout_refusals(m, H100, tp=8, ep=2, weights="fp8", stack="sglang") == ()
    assert layout_refusals(m, H100, tp=8, ep=2, weights="fp8") == ()


def test_experts_are_spread_over_as_few_ranks_as_their_blocks_allow() -> None:
    m = find_model("qwen3-235b-a22b")
    of = limits(m.id, "fp8", wary=True)
    rows = {
        engine: {
            (int(tp), int(ep), int(dp))
            for n, tp, pp, ep, dp in zip(o.n_chips, o.tp, o.pp, o.ep, o.dp, strict=True)
            if n == 8 and pp == 1
        }
        for engine in ("", "vllm", "sglang", "trtllm")
        for o in [list_layouts(shape_of(m), H100, 8, of, engine)]
    }
    degrees = (1, 2, 4, 8)
    assert rows["vllm"] == {(tp, 8, 8 // tp) for tp in degrees}
    assert rows["sglang"] == {(tp, ep, 8 // tp) for tp in degrees for ep in (2, 8)}
    assert rows["trtllm"] == {(tp, ep, 8 // tp) for tp in (1, 8) for ep in (2, 8)}
    assert rows[""] == rows["sglang"]


@pytest.mark.parametrize("stack", ["", "vllm", "sglang", "trtllm"])
def test_the_front_of_qwen3_235b_on_eight_h100_loads(stack: str) -> None:
    """1,536 wide experts in FP8: 192 a rank over eight, which no engine loaded."""
    m = find_model("qwen3-235b-a22b")
    found = search(m, H100, 1024, 1024, max_chips=8, precision=Precision("fp8"), stack=Stack(stack))
    assert found[0].feasible
    for r in found:
        assert 1536 % (128 * r.layout.tp * r.layout.dp // r.layout.ep) == 0
