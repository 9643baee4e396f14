"""Stops early on configs whose models these operators cannot describe, with the reason."""

from __future__ import annotations

from outlay.catalogue.hf.reader import Reader
from outlay.core.errors import InputError, Problem

__all__ = ["refuse"]

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
    ("blt", "musicgen", "moshi", "kyutai", "csm", "bark", "dia"): (
        "not a model of text tokens", "language models",
    ),
    (
        "t5", "bart", "mbart", "pegasus", "electra", "data2vec", "mpnet", "longformer", "canine",
        "funnel", "nystrom", "clip", "vit", "mt5", "siglip", "xlm", "xlnet", "prophetnet",
        "reformer", "whisper",
    ): ("not a decoder-only language model", "decoder-only transformers"),
}  # fmt: skip
"""Beginnings of types, what they are and what is read in their place."""
_FIELDS = {
    (
        "type_vocab_size", "encoder_layers", "decoder_layers", "encoder_ffn_dim", "decoder_ffn_dim",
        "num_encoder_layers", "d_kv",
    ): ("not a decoder-only language model", "decoder-only transformers"),
    ("encoder_hidden_size", "cross_layer_interval", "qformer_config"): (
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


def refuse(r: Reader) -> None:
    """Raises InputError for what is no decoder, or none that is counted here."""
    kind = r.model_type.lower()
    if r.flag("is_encoder_decoder") or ("bert" in kind and "decoder" not in kind):
        raise InputError(
            Problem("not a decoder-only language model", r.where, kind, "decoder-only transformers")
        )
    for starts, (what, allowed) in _TYPES.items():
        if kind.startswith(starts):
            raise InputError(Problem(what, r.where, kind, allowed))
    for names, (what, allowed) in _FIELDS.items():
        for name in names:
            if r.has(name) and r.get(name) != 1:
                raise InputError(Problem(what, f"{r.where}: {name}", kind, allowed))
