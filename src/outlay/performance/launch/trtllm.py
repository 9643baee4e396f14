"""The command line of TensorRT-LLM: `trtllm-serve` and its file of options, as of version 1.2."""

from __future__ import annotations

from outlay.performance.launch.asked import OLDER, Asked, line

__all__ = ["FILE", "VERSION", "command", "notes", "refused"]

VERSION = "1.2"
FILE = "options.yaml"
KV = {"bf16": "", "fp16": "", "fp8": "fp8", "fp4": "nvfp4"}
DTYPE = {"bf16": "bfloat16", "fp16": "float16"}
STEP = 8192
"""Tokens of a step where nothing is said."""
ROLE = {"prefill": "CONTEXT", "decode": "GENERATION"}


def refused(asked: Asked) -> str:
    """Why it cannot run formats or chip; empty: it can."""
    if asked.chip.vendor != "NVIDIA" or asked.chip.family in OLDER:
        return f"TensorRT-LLM runs on NVIDIA's chips from Ampere on, not on {asked.chip.id}"
    if asked.precision.kv not in KV:
        return f"TensorRT-LLM has no cache in {asked.precision.kv}: bf16, fp8 or fp4"
    return _format(asked)


def _format(asked: Asked) -> str:
    """Why the chip does not compute in a format as this engine does; empty: it does."""
    weights, kv, chip = asked.precision.weights, asked.precision.kv, asked.chip
    if weights == "fp6":
        return "TensorRT-LLM loads no weights in fp6"
    needed = {"fp8": "fp8", "fp4": "fp4"}
    if asked.released == "fp4":  # MXFP4 is unpacked where the chip lacks it, from Hopper on
        needed["fp4"] = "fp8"
    if needed.get(weights, "bf16") not in chip.peak_flop_s:
        return f"TensorRT-LLM has no weights in {weights} on {chip.id}"
    if kv in ("fp8", "fp4") and kv not in chip.peak_flop_s:
        return f"TensorRT-LLM has no cache in {kv} on {chip.id}"
    return ""


def notes(asked: Asked) -> tuple[str, ...]:
    """What the command takes for granted."""
    found = asked.notes(online=False)
    if asked.servers > 1:
        found.append(
            f"as {asked.layout.n_chips} tasks on {asked.servers} servers, one for each chip, by "
            "srun or mpirun"
        )
    return tuple(found)


def command(asked: Asked) -> tuple[str, str]:
    """The line for a shell, and the file of options that it names."""
    o, options = asked.layout, _options(asked)
    several = asked.servers > 1
    words = ["trtllm-serve", asked.served(online=False)]
    return line(["trtllm-llmapi-launch", *words] if several else words, (
        ("--tp_size", o.tp * o.dp),
        ("--pp_size", o.pp) if o.pp > 1 else None,
        ("--ep_size", o.ep) if asked.spread else None,
        ("--gpus_per_node", asked.on_each) if several else None,
        ("--max_batch_size", asked.each),
        ("--max_num_tokens", asked.step) if asked.step > STEP else None,
        ("--max_seq_len", asked.tokens),
        ("--server_role", ROLE[asked.pool]) if asked.pool else None,
        ("--extra_llm_api_options", FILE) if options else None,
    )), options  # fmt: skip


def _options(asked: Asked) -> str:
    """The file of options: what no argument of the command says."""
    kv, lines = KV[asked.precision.kv], []
    if asked.layout.dp > 1:
        lines.append("enable_attention_dp: true")
    if asked.dtype:
        lines.append(f"dtype: {DTYPE[asked.dtype]}")
    if kv:
        lines += ["kv_cache_config:", f"  dtype: {kv}"]
    if asked.redundant:
        slots = asked.limits.experts + asked.redundant
        lines += ["moe_config:", "  load_balancer:", f"    num_slots: {slots}"]
    if asked.drafts:
        lines += ["speculative_config:", "  decoding_type: MTP"]
        lines += [f"  num_nextn_predict_layers: {asked.drafts}"]
    if asked.pool:
        lines += ["cache_transceiver_config:", "  backend: DEFAULT"]
    return "".join(f"{text}\n" for text in lines)
