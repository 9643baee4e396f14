"""Which architectures of a Hugging Face config are read as they are, and which are refused.

A type that is in neither list is read by its fields, which a note says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from outlay.catalogue.hf.reader import Reader, close, plain, shown
from outlay.core.errors import InputError, Problem

__all__ = ["is_known", "known", "modern", "refuse_kinds", "refuse_others", "unknown_kind"]


@cache
def known() -> frozenset[str]:
    """Types whose shapes are all read."""
    text = (files("outlay.catalogue") / "data" / "hf_types.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


_ENCODERS = re.compile(
    r"bert|electra|xlnet|bart\b|^m?t5|^umt5|^longt5|^led$|pegasus|prophetnet|blenderbot|marian|"
    r"^m2m|^nllb|whisper|speech|wav2vec|hubert|wavlm|clip|siglip|^vit|_vit|swin|^beit|^deit|"
    r"dino|^sam\d?(_|$)|detr|resnet|convnext|longformer|big_?bird|reformer|funnel|perceiver|canine|"
    r"^fnet|layoutlm|^esm|diffusion|vae|unet|^mpnet|^luke$|^git$|^rag$|(^|_)vision(_model)?$|_audio$|encoder$"
)
"""Parts of names of what reads, sees or hears and does not write token by token."""
_TYPES = {
    ("mamba", "falcon_mamba", "rwkv", "xlstm"): (
        "recurrent models without plain attention layers are not supported",
        "transformers, and their hybrids with state-space layers",
    ),
    ("zamba",): (
        "blocks that several layers share are not supported", "layers with weights of their own",
    ),
    ("jetmoe",): (
        "experts in place of attention are not supported", "experts that feed forward",
    ),
    ("blt", "musicgen", "moshi", "kyutai", "csm", "bark", "dia_"): (
        "not a model of text tokens alone", "language models",
    ),
}  # fmt: skip
"""Beginnings of types, what they are and what is read in their place."""
_FIELDS = {
    (
        "type_vocab_size", "encoder_layers", "decoder_layers", "encoder_ffn_dim", "decoder_ffn_dim",
        "num_encoder_layers", "d_kv",
    ): ("not a decoder-only language model", "decoder-only transformers"),
    ("encoder_hidden_size", "qformer_config", "cross_layer_interval"): (
        "layers that attend to another model's output are not supported",
        "language models that read tokens alone",
    ),
    ("num_layers_per_stack", "loop_num_passes", "n_recurrent_loops", "H_cycles"): (
        "layers that a token passes several times are not supported", "each layer passed once",
    ),
    ("block_configs",): (
        "blocks that differ one by one are not supported", "layer_types, per_layer_config",
    ),
}  # fmt: skip
"""Fields that hold something, what they say and what is read in their place."""
_WRITES = re.compile(r"CausalLM|ConditionalGeneration|LMHeadModel|TextGeneration|ForMultimodal")
_READS = re.compile(r"MaskedLM|ImageClassification|ObjectDetection|CTC|Seq2Seq|VisionModel")


_OTHER_FILES: tuple[tuple[set[str], str], ...] = (
    ({"dim", "n_layers"}, "a params.json of the maker's own format"),
    ({"weight_map"}, "an index of weights"),
    ({"tokenizer_class"}, "the config of a tokenizer"),
    ({"added_tokens", "model"}, "a tokenizer"),
    ({"image_processor_type"}, "the config of an image processor"),
    ({"base_model_name_or_path", "peft_type"}, "the config of an adapter"),
    ({"eos_token_id", "transformers_version"}, "the config of generation"),
    ({"_from_model_config"}, "the config of generation"),
    ({"do_sample"}, "the config of generation"),
)
"""Keys that tell what lies beside a config.json."""


_SIZES = {"hidden_size", "n_embd", "d_model", "num_hidden_layers", "n_layer"}
_OLDER = {"RefinedWebModel": "falcon", "RefinedWeb": "falcon"}
"""Names under which types were published before the reference library had them."""


def modern(config: Mapping[str, object]) -> tuple[Mapping[str, object], list[str]]:
    """A config in the names of today, with notes: older types, and sizes of a nested feed-forward
    (DBRX), laid beside the others where those do not say them."""
    new, notes = dict(config), list[str]()
    kind = config.get("model_type")
    nested, attention = config.get("ffn_config"), config.get("attn_config")
    if isinstance(kind, str) and kind in _OLDER:
        new["model_type"] = _OLDER[kind]
        notes.append(f"model_type {kind} is read as {_OLDER[kind]}, its name since")
        if "n_head_kv" in new:
            new |= {"num_kv_heads": new.pop("n_head_kv"), "new_decoder_architecture": True}
    if isinstance(nested, Mapping):
        names = ("ffn_hidden_size", "moe_num_experts", "moe_top_k")
        found = {n: nested[n] for n in names if n in nested and new.get(n) is None}
        if found:
            del new["ffn_config"]
        new |= found
    if isinstance(attention, Mapping) and "kv_n_heads" in attention:
        new.setdefault("num_key_value_heads", attention["kv_n_heads"])
    return new, notes


def is_known(r: Reader) -> bool:
    """Whether the type is one whose shapes are all read."""
    return r.model_type in known() or (not r.model_type and r.outer_type in known())


def _classes(r: Reader) -> str:
    """Names of the classes that the config is for."""
    named = r.get("architectures", default=[])
    if not isinstance(named, list) or not all(isinstance(n, str) for n in named):
        r.problem("not a list of names", "architectures", shown(named), '["LlamaForCausalLM"]')
        return ""
    return " ".join(map(str, named))


def refuse_others(r: Reader) -> None:
    """Stop early on a file that lies beside a config: it names no type and no width."""
    keys = r.own.keys()
    if keys & _SIZES:
        return
    for name, part in r.own.items():
        if isinstance(part, Mapping) and len(part.keys() & _SIZES) > 1 and "vision" not in name:
            raise InputError(
                Problem("the fields of the model lie inside another", f"{r.where}: {plain(name)}",
                        plain(", ".join(list(keys)[:9])), "the fields at the top of the file",
                        f"write what {plain(name)} holds to a file of its own")
            )  # fmt: skip
    if r.model_type:
        return
    found = next((said for told, said in _OTHER_FILES if told <= keys), "")
    if found:
        raise InputError(
            Problem(
                f"not a config.json, but {found}", r.where, plain(", ".join(list(keys)[:9])),
                "model_type, num_hidden_layers, hidden_size, num_attention_heads, vocab_size, ...",
                "take the config.json beside it",
            )
        )  # fmt: skip


def refuse_kinds(r: Reader) -> None:
    """Stop early on architectures that these operators cannot describe."""
    kind, classes = r.model_type.lower(), _classes(r)
    reads = bool(_READS.search(classes)) and not _WRITES.search(classes)
    encoder = kind not in known() and _ENCODERS.search(kind) is not None
    if r.flag("is_encoder_decoder") or reads or encoder:
        found = f"{kind}, {classes}".lstrip(", ") if reads else kind
        raise InputError(
            Problem("not a decoder-only language model", r.where, plain(found),
                    "decoder-only transformers")
        )  # fmt: skip
    _refuse_structures(r, kind)
    if classes and not _WRITES.search(classes):
        r.notes.append(f"{plain(classes)}: taken as the model that writes, its head counted")


def _refuse_structures(r: Reader, kind: str) -> None:
    for starts, (what, allowed) in _TYPES.items():
        if kind.startswith(starts):
            raise InputError(Problem(what, r.where, plain(kind), allowed))
    for names, (what, allowed) in _FIELDS.items():
        for name in (n for n in names if r.has(n) and (r.get(n) != 1 or "cross" in n)):
            value = shown(r.get(name))[:60]
            raise InputError(Problem(what, f"{r.where}: {name}", value, allowed))


def unknown_kind(r: Reader) -> str:
    """What is said of a type that is not known."""
    stated = f"model_type {shown(r.model_type)} is not known" if r.model_type else "no model_type"
    near = close(r.model_type.lower(), known())
    return f"{stated}: read by its fields" + (f" ({near})" if near else "")
