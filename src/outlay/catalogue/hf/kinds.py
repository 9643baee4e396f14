"""Which architectures of a Hugging Face config are read as they are, and which are refused.

A type that is in neither list is read as a plain decoder, which a note says; where its config names
sizes that no plain decoder has, it is refused (`unread`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from outlay.catalogue.hf.reader import Reader, close, shown
from outlay.core.errors import InputError, Problem

__all__ = ["KNOWN", "is_known", "refuse_kinds", "unknown_kind"]

KNOWN = frozenset({
    "llama", "llama4", "llama4_text", "mistral", "ministral", "mistral3", "pixtral", "mixtral",
    "qwen", "qwen2", "qwen2_moe", "qwen2_vl", "qwen2_vl_text", "qwen2_5_vl", "qwen2_5_vl_text",
    "qwen3", "qwen3_moe", "qwen3_next", "qwen3_vl", "qwen3_vl_text", "qwen3_vl_moe",
    "qwen3_vl_moe_text", "qwen3_5", "qwen3_5_text", "qwen3_5_moe", "qwen3_5_moe_text", "phi",
    "phi3", "phimoe", "gpt2", "gpt_neox", "gptj", "gpt_bigcode", "opt", "bloom", "falcon", "mpt",
    "starcoder2", "stablelm", "gemma", "gemma2", "gemma3", "gemma3_text", "gemma4", "gemma4_text",
    "cohere", "cohere2", "olmo", "olmo2", "olmo3", "olmoe", "granite", "granitemoe",
    "granitemoehybrid", "nemotron", "nemotron_h", "bamba", "jamba", "falcon_h1", "deepseek_v2",
    "deepseek_v3", "deepseek_v32", "deepseek_v4", "kimi_k2", "kimi_k25", "kimi_linear", "kimi_k3",
    "glm", "glm4", "glm4_moe", "glm_moe_dsa", "chatglm", "gpt_oss", "minimax", "minimax_text_01",
    "minimax_m1", "minimax_m2", "minimax_m3", "hunyuan_v1_dense", "hunyuan_v1_moe", "seed_oss",
    "mimo", "mimo_v2_flash", "step3p5", "step3p7", "smollm3", "exaone", "exaone4", "internlm2",
    "internlm3", "baichuan", "arcee", "ernie4_5", "ernie4_5_moe", "dots1",
})  # fmt: skip
"""Types whose shapes are all read."""

_ENCODERS = re.compile(
    r"bert|electra|xlnet|bart\b|^m?t5|^umt5|^longt5|^led$|pegasus|prophetnet|blenderbot|marian|"
    r"^m2m|^nllb|whisper|speech|wav2vec|hubert|wavlm|clip|siglip|^vit|_vit|swin|^beit|^deit|"
    r"dino|^sam\d?(_|$)|detr|resnet|convnext|longformer|big_?bird|reformer|funnel|perceiver|canine|"
    r"^fnet|layoutlm|^esm|diffusion|vae|unet|^mpnet|^luke$|^git$|^rag$|(^|_)vision(_model)?$|_audio$|encoder$"
)
"""Parts of names of what reads, sees or hears and does not write token by token."""
_RECURRENT = ("mamba", "zamba", "rwkv", "recurrent_gemma", "xlstm", "falcon_mamba")
_WRITES = re.compile(r"CausalLM|ConditionalGeneration|LMHeadModel|TextGeneration|ForMultimodal")
_READS = re.compile(r"MaskedLM|ImageClassification|ObjectDetection|CTC|Seq2Seq|VisionModel")


def is_known(r: Reader) -> bool:
    """Whether the type is one whose shapes are all read."""
    return r.model_type in KNOWN or (not r.model_type and r.outer_type in KNOWN)


def _classes(r: Reader) -> str:
    """Names of the classes that the config is for."""
    named = r.get("architectures", default=[])
    if not isinstance(named, list) or not all(isinstance(n, str) for n in named):
        r.problem("not a list of names", "architectures", shown(named), '["LlamaForCausalLM"]')
        return ""
    return " ".join(map(str, named))


def refuse_kinds(r: Reader) -> None:
    """Stop early on architectures that these operators cannot describe."""
    kind, classes = r.model_type.lower(), _classes(r)
    reads = bool(_READS.search(classes)) and not _WRITES.search(classes)
    encoder = kind not in KNOWN and _ENCODERS.search(kind) is not None
    if r.flag("is_encoder_decoder") or reads or encoder:
        found = f"{kind}, {classes}".lstrip(", ") if reads else kind
        raise InputError(
            Problem("not a decoder-only language model", r.where, found[:120],
                    "decoder-only transformers")
        )  # fmt: skip
    if kind.startswith(_RECURRENT):
        raise InputError(
            Problem(
                "recurrent models without plain attention layers are not supported", r.where, kind,
                "transformers, and their hybrids with Mamba layers",
            )
        )  # fmt: skip
    if r.has("block_configs"):
        raise InputError(Problem("blocks that differ one by one are not supported", r.where, kind))
    if classes and not _WRITES.search(classes):
        r.notes.append(f"{classes[:120]}: taken as the model that writes, its head counted")


def unknown_kind(r: Reader, left: Mapping[str, object]) -> str:
    """What is said of a type that is not known; `left`: fields that were not read."""
    stated = f"model_type {shown(r.model_type)} is not known" if r.model_type else "no model_type"
    near = close(r.model_type.lower(), KNOWN)
    also = f"; not read: {', '.join(left)}" if left else ""
    return f"{stated}: read as a plain decoder{also}" + (f" ({near})" if near else "")
