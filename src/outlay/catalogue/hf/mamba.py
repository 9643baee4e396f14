"""Reads the state-space layers of hybrid models from a Hugging Face config.

Mamba-2 (Dao and Gu 2024, arXiv:2405.21060): Nemotron-H and 3, Granite 4, Bamba, Falcon-H1.
Mamba (Gu and Dao 2023, arXiv:2312.00752): Jamba. Models without attention are refused elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from outlay.catalogue.hf.reader import Reader

__all__ = ["Hybrid", "hybrid_layers"]

_NEMOTRON = {"M": "linear", "*": "full", "-": "dense", "E": "moe"}
_NAMED = {"mamba": "linear", "mamba2": "linear", "attention": "full"}


@dataclass(frozen=True)
class Hybrid:
    """Layers of a hybrid with state-space layers.

    kinds: `full` or `linear` by mixer. dense, moe: feed-forward layers where they stand apart from
    the mixers, else None. extra: sizes of a state-space layer, named as those of linear attention.
    """

    kinds: list[str]
    dense: int | None = None
    moe: int | None = None
    both: bool = False  # every layer has attention beside the state space
    extra: dict[str, float] = field(default_factory=dict)


def hybrid_layers(r: Reader, layers: int, hidden: int) -> Hybrid | None:
    """The layers of a hybrid with state-space layers; None where a model has none."""
    if r.has("hybrid_override_pattern"):
        return _nemotron(r, layers, hidden)
    kind = r.model_type.lower()
    if kind.startswith("falcon_h1"):
        return Hybrid(["full"] * layers, both=True, extra=_mamba2(r, hidden))
    if kind.startswith("jamba"):
        period = r.integer("attn_layer_period", default=8, least=1)
        offset = r.integer("attn_layer_offset", default=4)
        found = ["full" if i % period == offset % period else "linear" for i in range(layers)]
        return Hybrid(found, extra=_mamba1(r, hidden))
    if kind.startswith("bamba") and not r.has("layers_block_type", "layer_types"):
        chosen = set(r.integers("attn_layer_indices", below=layers) or [])
        found = ["full" if i in chosen else "linear" for i in range(layers)]
        return Hybrid(found, extra=_mamba2(r, hidden))
    for name in ("layers_block_type", "layer_types"):
        named = r.layer_list(name, layers)
        if named is not None and any("mamba" in str(k) for k in named):
            unknown = sorted({str(k) for k in named} - {"mamba", "mamba2", "attention"})
            if unknown:
                r.problem("unknown kind of layer", name, unknown, "mamba, attention")
            return Hybrid([_NAMED.get(str(k), "full") for k in named], extra=_mamba2(r, hidden))
    return None


def _nemotron(r: Reader, layers: int, hidden: int) -> Hybrid:
    """A letter per block: M state space, * attention, - feed-forward, E experts."""
    text = str(r.get("hybrid_override_pattern"))
    strange = sorted(set(text) - set(_NEMOTRON))
    if strange or (len(text) != layers and r.well("num_hidden_layers")):
        r.problem(
            "not one letter per layer",
            "hybrid_override_pattern",
            text[:80],
            f"{layers} of M * - E",
        )
    blocks = [_NEMOTRON.get(letter, "full") for letter in text[:layers]]
    mixers = [b for b in blocks if b in ("full", "linear")]
    return Hybrid(
        mixers or ["full"], blocks.count("dense"), blocks.count("moe"), extra=_mamba2(r, hidden)
    )


def _mamba2(r: Reader, hidden: int) -> dict[str, float]:
    state = r.integer("ssm_state_size", "mamba_d_state", least=1)
    groups = r.integer("n_groups", "mamba_n_groups", default=1, least=1)
    expand = r.integer("expand", "mamba_expand", default=2, least=1)
    inner = r.integer("mamba_d_ssm", default=expand * hidden, least=1)
    heads = r.integer("mamba_num_heads", "mamba_n_heads", least=1)
    width = _or_auto(r, "mamba_head_dim", "mamba_d_head", default=inner // heads)
    return {
        "linear_key_heads": groups, "linear_key_dim": state,
        "linear_value_heads": heads, "linear_value_dim": width,
        "linear_conv": r.integer("conv_kernel", "mamba_d_conv", default=4),
        "linear_decays": 1,  # values per head that set how fast a state fades
    }  # fmt: skip


def _mamba1(r: Reader, hidden: int) -> dict[str, float]:
    inner = r.integer("mamba_expand", default=2, least=1) * hidden
    narrow = _or_auto(r, "mamba_dt_rank", default=-(-hidden // 16))
    return {
        "linear_key_heads": 0, "linear_key_dim": r.integer("mamba_d_state", default=16, least=1),
        "linear_value_heads": inner, "linear_value_dim": 1,
        "linear_conv": r.integer("mamba_d_conv", default=4),
        "linear_narrow": narrow,  # rank of the step size
    }  # fmt: skip


def _or_auto(r: Reader, *names: str, default: int) -> int:
    """A size that may be left to the reference code, which takes `default`."""
    if r.get(*names) == "auto":
        return default
    return r.integer(*names, default=default, least=1)
