"""A measured row as a call of aiconfigurator's `cli_estimate`, or why there is none.

Layout, lengths, requests in flight and formats are those that Outlay reads from the row, so that
both are asked the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from outlay.performance.measured.rows import Question

SYSTEMS = {
    "a100-80g-sxm": "a100_sxm", "h100-sxm": "h100_sxm", "h200-sxm": "h200_sxm",
    "b200-hgx": "b200_sxm", "b300-hgx": "b300_sxm", "gb200-nvl72": "gb200",
    "gb300-nvl72": "gb300", "l40s": "l40s", "rtx-pro-6000-server": "rtx_pro_6000_server",
}  # fmt: skip
"""Our chips, and its systems that have measured tables."""
BACKENDS = (("vllm", "vllm"), ("sglang", "sglang"), ("tensorrt", "trtllm"), ("nim", "trtllm"))
NEAREST = "vllm"  # of engines that it does not have, where asked to take one
NAMES = {
    ("llama-3.1-8b", ""): "meta-llama/Meta-Llama-3.1-8B",
    ("llama-3.1-70b", ""): "meta-llama/Meta-Llama-3.1-70B",
    ("llama-3.1-70b", "fp8"): "nvidia/Llama-3.1-70B-Instruct-FP8",
    ("llama-3.1-405b", ""): "meta-llama/Meta-Llama-3.1-405B",
    ("deepseek-v3.1", ""): "deepseek-ai/DeepSeek-V3",
}
"""Models it ships under another name than the catalogue's, in a format where there are several."""
PLAIN = (
    ("qwen2.5", "Qwen2ForCausalLM", "qwen2"),
    ("qwen3", "Qwen3ForCausalLM", "qwen3"),
    ("llama", "LlamaForCausalLM", "llama"),
)
"""Dense models of full attention, whose configuration is written from the catalogue's figures."""
HYBRID = {
    "Nemotron-Nano-9B-v2": {
        "architectures": ["NemotronHForCausalLM"], "model_type": "nemotron_h",
        "num_hidden_layers": 56, "hidden_size": 4480, "intermediate_size": 15680,
        "num_attention_heads": 40, "num_key_value_heads": 8, "head_dim": 128,
        "vocab_size": 131072, "max_position_embeddings": 131072, "mamba_num_heads": 128,
        "mamba_head_dim": 80, "ssm_state_size": 128, "conv_kernel": 4, "n_groups": 8,
        "chunk_size": 128, "torch_dtype": "bfloat16",
        "hybrid_override_pattern": "M-M-M-MM-M-M-M*-M-M-M*-M-M-M-M*-M-M-M-M*-M-MM-M-M-M-M-M-",
    }
}  # fmt: skip
"""Models that the catalogue has no shapes of, as their makers publish them."""
MODES = {"bf16": "bfloat16", "fp8": "fp8", "int8": "int8_wo", "int4": "int4_wo", "fp4": "nvfp4"}
CACHES = {"fp8": "fp8", "bf16": "bfloat16", "fp16": "bfloat16"}


def call_of(
    row: Mapping[str, str], q: Question, shipped: frozenset[str], folder: Path, near: bool
) -> dict[str, Any] | str:
    """Arguments of the estimate, or the reason why the row cannot be asked.

    near: engines that it does not have are taken to be `NEAREST`.
    """
    system = SYSTEMS.get(q.chip.id)
    if system is None:
        return f"no system {q.chip.id}"
    framework = row.get("framework", "").lower()
    backend = next((b for word, b in BACKENDS if word in framework), NEAREST if near else "")
    if not backend:
        return f"no engine {row.get('framework', '')}"
    if q.kind not in ("closed", "single", "static", "disaggregated"):
        return f"an estimate takes a batch; the row states none ({q.kind})"
    if q.measure.quantity not in ("out", "tpot_s", "ttft_s"):
        return f"no {q.measure.quantity}"
    path = _path(q, shipped, folder)
    if path is None:
        return f"no architecture of {q.model.id}"
    moe = q.model.n_moe_layers > 0
    call: dict[str, Any] = {
        "model_path": path, "system_name": system, "backend_name": backend,
        "isl": max(round(q.prompt), 1), "osl": max(round(q.output), 2),
    }  # fmt: skip
    lay = q.place.layout
    ranks = q.place.replicas * lay.dp * lay.pp
    batch = max(round(max(q.concurrency, 1.0) / ranks), 1)
    experts = (lay.tp * lay.dp // lay.ep, lay.ep) if moe else (None, None)
    call |= {"tp_size": lay.tp, "pp_size": lay.pp, "attention_dp_size": lay.dp}
    call |= {"moe_tp_size": experts[0], "moe_ep_size": experts[1]}
    if q.kind == "disaggregated":
        call |= _pools(q, batch)
    else:
        call |= {"mode": "agg" if q.kind == "closed" else "static", "batch_size": batch}
    return call | _formats(row, q, moe, path)


def _pools(q: Question, batch: int) -> dict[str, Any]:
    """Both pools: all requests in flight are in the decode pool, prompts come one at a time."""
    first = q.place.prefill
    assert first is not None
    return {
        "mode": "disagg", "prefill_batch_size": 1,
        "prefill_num_workers": round(q.place.prefill_workers), "decode_batch_size": batch,
        "decode_num_workers": round(q.place.replicas), "prefill_tp_size": first.tp,
        "prefill_attention_dp_size": first.dp,
        "prefill_moe_tp_size": first.tp * first.dp // first.ep, "prefill_moe_ep_size": first.ep,
    }  # fmt: skip


def _formats(row: Mapping[str, str], q: Question, moe: bool, path: str) -> dict[str, Any]:
    """Formats that differ from the model's release; of the cache only what the row states."""
    call: dict[str, Any] = {}
    released = q.model.weight_dtype or "bf16"
    if q.precision.weights != released and not path.upper().endswith("FP8"):
        call["gemm_quant_mode"] = MODES[q.precision.weights]
        if moe:
            call["moe_quant_mode"] = MODES[q.precision.weights]
    cache = CACHES.get(row.get("kv_precision", "").lower())
    return call | ({"kvcache_quant_mode": cache} if cache else {})


def _path(q: Question, shipped: frozenset[str], folder: Path) -> str | None:
    """The model's name as it is shipped, or a folder with its configuration."""
    fmt, repo = q.precision.weights, q.model.hf_repo
    names = (NAMES.get((q.model.id, fmt)), f"{repo}-FP8" if fmt == "fp8" else None)
    known = (*names, NAMES.get((q.model.id, "")), repo)
    found = next((n for n in known if n in shipped), None)
    config = HYBRID.get(q.model.id) or _plain(q)
    if found or config is None:
        return found
    place = folder / q.model.id
    place.mkdir(exist_ok=True)
    place.joinpath("config.json").write_text(json.dumps(config), encoding="utf-8")
    return str(place)


def _plain(q: Question) -> dict[str, Any] | None:
    m = q.model
    kind = next((k for k in PLAIN if m.id.startswith(k[0])), None)
    if kind is None or not q.exact or m.n_moe_layers or m.n_full_layers != m.layers:
        return None
    return {
        "architectures": [kind[1]], "model_type": kind[2], "num_hidden_layers": m.layers,
        "hidden_size": m.hidden, "intermediate_size": m.dense_ffn, "num_attention_heads": m.heads,
        "num_key_value_heads": m.kv_heads, "head_dim": m.head_dim, "vocab_size": m.vocab,
        "max_position_embeddings": m.max_context, "torch_dtype": "bfloat16",
    }  # fmt: skip
