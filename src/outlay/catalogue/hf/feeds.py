"""Builds the operators of one layer's feed-forward from a Hugging Face config."""

from __future__ import annotations

from outlay.catalogue.hf.kinds import is_known
from outlay.catalogue.hf.layers import LayerKind
from outlay.catalogue.hf.reader import EXPERTS, TOP_K, Reader
from outlay.catalogue.parts.feeds import Experts, dense, experts
from outlay.catalogue.parts.operator import Operator

__all__ = ["dense_width", "experts_of", "feed", "matrices"]

_PLAIN = (
    "gpt2", "gpt_neox", "gpt_neox_japanese", "gptj", "gpt_neo", "opt", "bloom", "falcon", "phi",
    "starcoder2", "gpt_bigcode", "mpt", "codegen", "openai-gpt", "ctrl", "biogpt", "xglm", "xlnet",
    "xlm", "jais2", "persimmon", "fuyu", "nemotron", "mpt", "git", "blip_text_model", "imagegpt",
    "nanochat", "apertus", "apertus1p5", "nemotron_h", "kosmos_2_text_model",
    "kosmos_2_5_text_model", "cosmos3_edge", "arcee",
)  # fmt: skip
"""Types whose feed-forward has two matrices though no field says so."""
_FOUR_WIDE = (
    "gpt2", "gpt_bigcode", "falcon", "bloom", "mpt", "gptj", "codegen", "openai-gpt", "gpt_neo",
    "gpt_neox_japanese", "imagegpt", "xlm",
)  # fmt: skip
_WIDTHS = (
    "intermediate_size", "ffn_hidden_size", "n_inner", "ffn_dim", "dff", "d_inner", "dim_ff",
    "inner_hidden_size", "ffn_config_hidden_size", "decoder_ffn_dim", "d_ff",
)  # fmt: skip


def matrices(r: Reader) -> float:
    """Matrices of a feed-forward block: three with a gate, two without."""
    act = r.text("mlp_hidden_act", "hidden_act", "hidden_activation", "activation_function")
    base = r.model_type.removesuffix("_text")
    if base in _PLAIN or r.model_type in _PLAIN:
        return 2.0
    return 2.0 if act in ("relu2", "xielu") and not is_known(r) else 3.0


def dense_width(r: Reader, hidden: int) -> int:
    """Width of a dense feed-forward block."""
    if not r.experts():
        _no_experts(r)
    names = list(_WIDTHS)
    if r.model_type.startswith("granitemoehybrid"):  # without experts the shared one is left
        names.insert(0, "shared_intermediate_size")
    if r.experts():
        names = ["prefix_dense_intermediate_size", "intermediate_size_mlp",
                 "dense_intermediate_size", *names]  # fmt: skip
    default = r.integer("expansion_ratio", "intermediate_multiple_size", default=4) * hidden if (
        r.model_type in _FOUR_WIDE or r.has("intermediate_multiple_size")
    ) else None  # fmt: skip
    width = r.integer(*names, default=default, least=1, per_layer=True)
    if r.model_type in ("qwen", "recurrent_gemma"):  # both halves of the gated block are stated
        return width // 2
    if r.flag("block_auto_adjust_ff_dim"):  # LFM2: two thirds, rounded up to a multiple
        factor = r.get("block_ffn_dim_multiplier", default=1.0)
        number = isinstance(factor, int | float) and 0 < factor < 100
        width = int((float(str(factor)) if number else 1.0) * int(2 * width / 3))
        many = r.integer("block_multiple_of", default=256, least=1)
        return many * -(-width // many)
    return width


def _no_experts(r: Reader) -> None:
    """Experts that a token passes, of a model that states none to choose from."""
    chosen = r.integer(*TOP_K, default=0, per_layer=True)
    if chosen > 1 and r.well(*EXPERTS) and not r.has(*EXPERTS):
        r.problem("missing field beside experts per token", "num_experts", allowed="2 or more")


def feed(r: Reader, kind: LayerKind, hidden: int) -> list[Operator]:
    """The feed-forward of one layer; none where it has none."""
    if kind.feed == "dense":
        return dense(hidden, float(dense_width(r, hidden)), layers=1, matrices=matrices(r))
    if kind.feed != "moe":
        return []
    ops = experts(hidden, experts_of(r, hidden), layers=1)
    if r.has("zero_expert_num") and r.has("kv_lora_rank"):  # LongCat: two dense ones beside
        ops += 2 * dense(hidden, float(dense_width(r, hidden)), layers=1)
    return ops


def experts_of(r: Reader, hidden: int) -> Experts:
    """The experts of a layer."""
    number = r.experts()
    top_k = r.integer(*TOP_K, least=1, per_layer=True)
    empty = r.integer("zero_expert_num", "n_zero_experts", default=0)
    if top_k > number + empty:
        r.problem("more than the experts there are", "num_experts_per_tok", top_k,
                  f"1 to {number + empty}")  # fmt: skip
    width = r.integer(
        "moe_intermediate_size", "expert_ffn_hidden_size", "expert_intermediate_size",
        "moe_ffn_hidden_size", "intermediate_size", "ffn_hidden_size", "ffn_dim", least=1,
        per_layer=True,
    )  # fmt: skip
    narrow = r.integer("routed_expert_hidden_size", "moe_latent_size", "moe_hidden_size", default=0)
    router = float(r.integer("router_hidden_size", default=0))
    return Experts(
        number, top_k, width, _shared(r, width), empty=empty, hidden=narrow, matrices=matrices(r),
        router=router * hidden + 2 * router * router + router * (number + 1) if router else 0.0,
    )  # fmt: skip


def _shared(r: Reader, expert_width: int) -> int:
    """Width of the experts that every token passes, together."""
    if r.model_type.startswith("gemma4"):  # a dense MLP runs beside the experts
        return r.integer("intermediate_size", least=1)
    if r.model_type.startswith("llama4"):
        return expert_width
    for name in (
        "shared_expert_intermediate_size", "share_expert_dim",
        "moe_shared_expert_intermediate_size", "shared_experts_intermediate_size",
    ):  # fmt: skip
        if r.has(name):
            each = r.integer(name)
            several = name.startswith("shared_experts") and r.has("n_shared_experts")
            return each * (r.integer("n_shared_experts") if several else 1)
    number = r.integer(
        "n_shared_experts", "num_shared_experts", "num_shared_expert", "moe_num_shared_experts",
        default=0, per_layer=True,
    )  # fmt: skip
    return number * expert_width or r.integer("shared_intermediate_size", default=0)
