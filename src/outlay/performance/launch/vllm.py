"""The command line of vLLM: `vllm serve`, its options as of version 0.33."""

from __future__ import annotations

import json

from outlay.performance.launch.asked import HEAD, RANK, Asked, Shell, line

__all__ = ["VERSION", "command", "notes", "refused"]

VERSION = "0.33"
KV = {"bf16": "", "fp16": "", "fp8": "fp8", "int8": "int8_per_token_head", "fp4": "nvfp4"}
DTYPE = {"bf16": "bfloat16", "fp16": "float16"}
LEAST, STEP = 2048, 8192
"""Tokens of a step where nothing is said: the least of any chip, and what large ones take. More
sequences than tokens are refused."""


def refused(asked: Asked) -> str:
    """Why it cannot run formats or chip; empty: it can."""
    if asked.precision.weights == "fp6" and not asked.mx:
        return (
            "vLLM loads weights in fp6 on AMD's chips that compute in fp4 alone, not on "
            f"{asked.chip.id}"
        )
    if asked.precision.kv == "fp4" and not asked.nvfp4:
        return (
            "vLLM has a cache in fp4 on NVIDIA's chips that compute in it alone, not on "
            f"{asked.chip.id}"
        )
    return ""


def notes(asked: Asked) -> tuple[str, ...]:
    """What the command takes for granted."""
    found = asked.notes(online=True)
    if asked.servers > 1:
        sole = "" if _by_group(asked) else "; with --headless on all but the first"
        found.append(asked.each_server + sole)
    return tuple(found)


def command(asked: Asked) -> tuple[str, str]:
    """The line for a shell; it needs no file of options."""
    o, kv = asked.layout, KV[asked.precision.kv]
    transfer = {"kv_connector": "NixlConnector", "kv_role": "kv_both"}
    drafts = {"method": "mtp", "num_speculative_tokens": asked.drafts}
    return line(("vllm", "serve", asked.served(online=True)), (
        ("--tensor-parallel-size", o.tp),
        ("--pipeline-parallel-size", o.pp) if o.pp > 1 else None,
        ("--data-parallel-size", o.dp) if o.dp > 1 else None,
        ("--enable-expert-parallel", True) if asked.spread else None,
        *_servers(asked),
        ("--dtype", DTYPE[asked.dtype]) if asked.dtype else None,
        ("--quantization", "fp8") if asked.online else None,
        ("--kv-cache-dtype", kv) if kv else None,
        ("--max-model-len", asked.tokens),
        ("--max-num-seqs", asked.each),
        ("--max-num-batched-tokens", max(asked.step, STEP)) if asked.step > LEAST else None,
        ("--speculative-config", json.dumps(drafts)) if asked.drafts else None,
        ("--kv-transfer-config", json.dumps(transfer)) if asked.pool else None,
    )), ""  # fmt: skip


def _by_group(asked: Asked) -> int:
    """Attention groups that a server holds whole; 0: groups lie across servers."""
    o = asked.layout
    groups, left = divmod(asked.on_each, o.tp * o.pp)
    return groups if o.dp > 1 and not left else 0


def _servers(asked: Asked) -> tuple[tuple[str, object], ...]:
    """How ranks find each other where a replica stands on several servers."""
    here = _by_group(asked)
    if asked.servers == 1:
        return ()
    if here:  # each server takes requests for its groups
        start = Shell(f"$(({RANK.lstrip('$')} * {here}))")
        return (
            ("--data-parallel-hybrid-lb", True), ("--data-parallel-size-local", here),
            ("--data-parallel-start-rank", start), ("--data-parallel-address", HEAD),
        )  # fmt: skip
    return (("--nnodes", asked.servers), ("--node-rank", RANK), ("--master-addr", HEAD))
