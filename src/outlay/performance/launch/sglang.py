"""The command line of SGLang: `sglang.launch_server`, its options as of version 0.5.23.

`--dp-size` with `--enable-dp-attention` is what versions from 0.4 on understand; 0.5.23 writes
`--attn-dp-size` for both and takes the older pair too.
"""

from __future__ import annotations

from outlay.performance.launch.asked import HEAD, RANK, Asked, Shell, line
from outlay.performance.questions.engines import shared_are_whole

__all__ = ["VERSION", "command", "notes", "refused"]

VERSION = "0.5.23"
KV = {"bf16": "", "fp16": "", "fp8": "fp8_e4m3", "fp4": "nvfp4"}
DTYPE = {"bf16": "bfloat16", "fp16": "float16"}
VENDORS = ("NVIDIA", "AMD", "Huawei", "Intel", "Moore Threads")
"""Makers whose chips it has a backend for."""
PORT = 5000


def refused(asked: Asked) -> str:
    """Why it cannot run formats or chip; empty: it can."""
    if asked.chip.vendor not in VENDORS:
        return f"SGLang has no backend for chips of {asked.chip.vendor}"
    if asked.precision.kv not in KV:
        return f"SGLang has no cache in {asked.precision.kv}: bf16, fp8 or fp4"
    if asked.chip.family == "volta":
        return f"SGLang runs on NVIDIA's chips from Turing on, not on {asked.chip.id}"
    if asked.precision.weights == "fp6":
        return "SGLang loads no weights in fp6"
    if asked.precision.kv == "fp4" and not asked.nvfp4:
        return (
            "SGLang has a cache in fp4 on NVIDIA's chips that compute in it alone, not on "
            f"{asked.chip.id}"
        )
    return ""


def notes(asked: Asked) -> tuple[str, ...]:
    """What the command takes for granted."""
    found = asked.notes(online=True)
    return (*found, asked.each_server) if asked.servers > 1 else tuple(found)


def command(asked: Asked) -> tuple[str, str]:
    """The line for a shell; it needs no file of options."""
    o, kv = asked.layout, KV[asked.precision.kv]
    return line(("python", "-m", "sglang.launch_server"), (
        ("--model-path", asked.served(online=True)),
        ("--tp-size", o.tp * o.dp),
        *_stages(o.pp),
        *_groups(asked),
        *_experts(asked),
        *_servers(asked),
        ("--dtype", DTYPE[asked.dtype]) if asked.dtype else None,
        ("--quantization", "fp8") if asked.online else None,
        ("--kv-cache-dtype", kv) if kv else None,
        ("--context-length", asked.tokens),
        ("--max-running-requests", max(asked.batch, 1)),
        *_drafts(asked.drafts),
        ("--disaggregation-mode", asked.pool) if asked.pool else None,
    )), ""  # fmt: skip


Options = tuple[tuple[str, object] | None, ...]


def _stages(pp: int) -> Options:
    return (("--pp-size", pp), ("--disable-overlap-schedule", True)) if pp > 1 else ()


def _groups(asked: Asked) -> Options:
    """Attention groups; dense layers beside them are kept whole."""
    if asked.layout.dp == 1:
        return ()
    dense = ("--moe-dense-tp-size", 1) if asked.limits.ffn else None
    return (("--dp-size", asked.layout.dp), ("--enable-dp-attention", True), dense)


def _experts(asked: Asked) -> Options:
    """Experts spread over ranks, redundant ones, and what keeps shared ones whole."""
    if not asked.spread:
        return ()
    whole = shared_are_whole(asked.limits, asked.degrees)
    backend = "mori" if asked.chip.vendor == "AMD" else "deepep"
    return (
        ("--ep-size", asked.layout.ep),
        ("--moe-a2a-backend", backend) if whole else None,
        ("--ep-num-redundant-experts", asked.redundant) if asked.redundant else None,
    )


def _servers(asked: Asked) -> Options:
    if asked.servers == 1:
        return ()
    address = ("--dist-init-addr", Shell(f"{HEAD}:{PORT}"))
    return (("--nnodes", asked.servers), ("--node-rank", RANK), address)


def _drafts(drafts: int) -> Options:
    """Multi-token prediction: a chain of drafts, verified with the token before them."""
    return (
        ("--speculative-algorithm", "EAGLE"), ("--speculative-num-steps", drafts),
        ("--speculative-eagle-topk", 1), ("--speculative-num-draft-tokens", drafts + 1),
    ) if drafts else ()  # fmt: skip
