"""Reads the feed-forward blocks of a Hugging Face config, with and without experts."""

from __future__ import annotations

from typing import Any

from outlay.catalogue.hf.layers import expert_layers
from outlay.catalogue.hf.mamba import Hybrid
from outlay.catalogue.hf.reader import EXPERTS, TOP_K, Reader

__all__ = ["feed_forward"]

_PLAIN_FFN = (
    "gpt2",
    "gpt_neox",
    "gptj",
    "opt",
    "bloom",
    "falcon",
    "phi",
    "starcoder2",
    "gpt_bigcode",
    "mpt",
)
_PLAIN_ACTS = ("relu2", "xielu")
"""Activations of blocks of two matrices, without a gate."""
_FOUR_WIDE = ("gpt2", "gpt_bigcode", "gptj", "falcon", "bloom", "mpt")


def feed_forward(
    r: Reader, layers: int, hidden: int, hybrid: Hybrid | None = None
) -> dict[str, Any]:
    """Fields of a `Model` that describe its feed-forward blocks, `extra_ffn` aside."""
    apart = hybrid is not None and hybrid.dense is not None  # blocks of their own: Nemotron
    experts = r.integer(*EXPERTS, default=0, per_layer=True)
    plain = _matrices(r)
    if experts <= 1:
        n_dense = hybrid.dense if apart and hybrid is not None else layers
        width = _dense_width(r, hidden)
        return {"experts": 0, "dense_ffn": width, "n_dense_layers": n_dense, "extra_ffn": plain}
    top_k = r.integer(*TOP_K, least=1, per_layer=True)
    if top_k > experts:
        r.problem("more than the experts there are", "num_experts_per_tok", top_k,
                  f"1 to {experts}")  # fmt: skip
    width = r.integer(
        "moe_intermediate_size", "expert_ffn_hidden_size", "expert_intermediate_size",
        "intermediate_size", least=1, per_layer=True,
    )  # fmt: skip
    n_moe = sum(expert_layers(r, layers))
    n_dense = layers - n_moe
    if apart and hybrid is not None:
        n_moe, n_dense = hybrid.moe or 0, hybrid.dense or 0
    elif not n_moe and r.well("num_hidden_layers", "mlp_layer_types"):
        r.problem("no layer holds experts", "num_experts", experts, "a layer with experts, or 0")
    dense = 0
    if n_dense:
        dense = r.integer(
            "intermediate_size_mlp", "dense_intermediate_size", "intermediate_size", least=1
        )
    r.used.update(("intermediate_size", "intermediate_size_mlp"))  # stated, of no layer
    extra: dict[str, float] = dict(plain)
    if r.has("routed_expert_hidden_size", "moe_latent_size"):
        extra["expert_hidden"] = r.integer("routed_expert_hidden_size", "moe_latent_size", least=1)
    return {
        "experts": experts,
        "top_k": top_k,
        "expert_ffn": width,
        "shared_ffn": _shared(r, width),
        "n_moe_layers": n_moe,
        "n_dense_layers": n_dense,
        "dense_ffn": dense,
        "extra_ffn": extra,
    }


def _matrices(r: Reader) -> dict[str, float]:
    """Two matrices where a block has no gate; nothing said of the usual three."""
    ungated = r.text("mlp_hidden_act", "hidden_act") in _PLAIN_ACTS
    return {"ffn_matrices": 2.0} if ungated or r.model_type in _PLAIN_FFN else {}


def _dense_width(r: Reader, hidden: int) -> int:
    """Width of the feed-forward of a model without experts."""
    _no_experts(r)
    default = None
    if r.model_type in _FOUR_WIDE:
        default = r.integer("expansion_ratio", default=4, least=1) * hidden
    names = ["intermediate_size", "ffn_hidden_size", "n_inner", "ffn_dim"]
    if r.model_type.startswith("granitemoehybrid"):  # without experts the shared one is left
        names.insert(0, "shared_intermediate_size")
    width = r.integer(*names, default=default, least=1, per_layer=True)
    # The first Qwen states both halves of its gated block.
    return width // 2 if r.model_type == "qwen" else width


def _no_experts(r: Reader) -> None:
    """Experts that a token passes, of a model that states none to choose from."""
    chosen = r.integer(*TOP_K, default=0, per_layer=True)
    if chosen > 1 and r.well(*EXPERTS):
        r.problem("missing field beside experts per token", "num_experts", allowed="2 or more")


def _shared(r: Reader, expert_width: int) -> int:
    """Width of the experts that every token passes, together."""
    if r.model_type.startswith("gemma4"):  # a dense MLP runs beside the experts
        return r.integer("intermediate_size", least=1)
    if r.model_type.startswith("llama4"):
        return expert_width
    for name in (
        "shared_expert_intermediate_size", "share_expert_dim",
        "moe_shared_expert_intermediate_size",
    ):  # fmt: skip
        if r.has(name):
            return r.integer(name)
    number = r.integer(
        "n_shared_experts", "num_shared_experts", "num_shared_expert", "moe_num_shared_experts",
        default=0, per_layer=True,
    )  # fmt: skip
    alone = r.integer("shared_intermediate_size", default=0)
    return number * expert_width or alone
