"""Builds the operators of a layer that keeps a state, from a Hugging Face config."""

from __future__ import annotations

from outlay.catalogue.hf.reader import Reader
from outlay.catalogue.parts.operator import Operator
from outlay.catalogue.parts.states import (
    convolution,
    delta,
    kda,
    lightning,
    mamba,
    state_layer,
)

__all__ = ["state_heads", "state_operators"]


def state_operators(r: Reader, named: str, hidden: int) -> list[Operator]:
    """The operators of one such layer, by the fields that describe it."""
    if named == "conv" or (named == "" and r.has("conv_L_cache")):
        wide = r.integer("conv_dim", default=hidden, least=1)
        return convolution(hidden, float(wide), float(r.integer("conv_L_cache", least=1)), layers=1)
    inner = r.inside("linear_attn_config")
    if inner is not None:  # Kimi Linear
        return kda(
            hidden, float(inner.integer("num_heads", least=1)),
            float(inner.integer("head_dim", least=1)),
            float(inner.integer("short_conv_kernel_size", default=4)), layers=1,
            whole_gate=inner.flag("use_full_rank_gate"),
        )  # fmt: skip
    if r.has("linear_num_value_heads"):
        return _delta(r, hidden)
    if r.has("linear_num_heads", "short_conv_kernel_size") and r.has("linear_head_dim", "head_dim"):
        return _kda(r, hidden)
    if r.has("lru_width", "w_init_variance_scale"):
        return _gated_recurrence(r, hidden)
    if _second_mamba(r):
        return _mamba2(r, hidden)
    if r.has("mamba_d_state", "state_size", "mamba_dt_rank", "time_step_rank"):
        return _mamba1(r, hidden)
    if named.startswith("mamba") or r.has("hybrid_override_pattern"):
        return _mamba2(r, hidden)  # which says what is missing
    heads = r.integer("num_attention_heads", "n_head", least=1)
    width = r.integer("head_dim", default=hidden // max(heads, 1), least=1)
    return lightning(hidden, float(heads), float(width), layers=1)


def _second_mamba(r: Reader) -> bool:
    """Whether the state-space layers have heads, as Mamba-2's."""
    heads = ("mamba_n_heads", "mamba_num_heads", "n_mamba_heads", "mamba_headdim", "mamba_d_ssm")
    return r.has(*heads) or (r.has("ssm_state_size", "state_size") and r.has("n_groups"))


def state_heads(r: Reader) -> dict[str, float]:
    """Heads of keys and values of such layers, which a layout divides."""
    if r.has("linear_num_value_heads"):
        return {
            "linear_key_heads": r.integer("linear_num_key_heads", least=1),
            "linear_value_heads": r.integer("linear_num_value_heads", least=1),
        }
    inner = r.inside("linear_attn_config")
    if inner is not None:
        heads = inner.integer("num_heads", least=1)
        return {"linear_key_heads": heads, "linear_value_heads": heads}
    names = ("mamba_n_heads", "mamba_num_heads", "n_mamba_heads")
    if r.has(*names):
        groups = r.integer("n_groups", "mamba_n_groups", "mamba_ngroups", default=1, least=1)
        return {"linear_key_heads": groups, "linear_value_heads": r.integer(*names, least=1)}
    return {}


def _delta(r: Reader, hidden: int) -> list[Operator]:
    return delta(
        hidden, float(r.integer("linear_num_key_heads", least=1)),
        float(r.integer("linear_key_head_dim", least=1)),
        float(r.integer("linear_num_value_heads", least=1)),
        float(r.integer("linear_value_head_dim", least=1)),
        float(r.integer("linear_conv_kernel_dim", default=4)), layers=1,
    )  # fmt: skip


def _kda(r: Reader, hidden: int) -> list[Operator]:
    """Kimi delta attention stated flat; some have whole gates in place of narrow ones."""
    heads = float(r.integer("linear_num_heads", "num_attention_heads", least=1))
    width = float(r.integer("linear_head_dim", "head_dim", least=1))
    conv = float(r.integer("short_conv_kernel_size", "linear_conv_kernel_dim", default=4))
    if not r.model_type.startswith("bailing"):
        return kda(hidden, heads, width, conv, layers=1)
    wide = heads * width
    weights = 5.0 * hidden * wide + hidden * heads + 3.0 * conv * wide
    return state_layer(1, weights, wide * hidden, wide * width)


def _gated_recurrence(r: Reader, hidden: int) -> list[Operator]:
    """Griffin's gated linear recurrence: two gates of one block per head."""
    wide = r.integer("lru_width", default=hidden, least=1)
    heads = r.integer("num_attention_heads", least=1)
    conv = r.integer("conv1d_width", default=4)
    weights = 2.0 * hidden * wide + 2.0 * wide * wide / heads + conv * wide
    return state_layer(1, weights, float(wide * hidden), float(wide), kept=float(wide * conv))


def _mamba2(r: Reader, hidden: int) -> list[Operator]:
    state = r.integer("ssm_state_size", "mamba_d_state", "state_size", least=1)
    groups = r.integer("n_groups", "mamba_n_groups", "mamba_ngroups", default=1, least=1)
    inner = r.integer("expand", "mamba_expand", default=2, least=1) * hidden
    inner = r.integer("mamba_d_ssm", "mamba_intermediate_size", default=inner, least=1)
    names = ("mamba_num_heads", "mamba_n_heads", "n_mamba_heads", "num_heads")
    widths = ("mamba_head_dim", "mamba_d_head", "mamba_headdim", "head_dim")
    heads = r.integer(*names, least=1)
    width = _or_auto(r, *widths, default=inner // heads)
    conv = r.integer("conv_kernel", "mamba_d_conv", default=4)
    return delta(
        hidden, float(groups), float(state), float(heads), float(width), float(conv), layers=1,
        decays=1.0,
    )  # fmt: skip


def _mamba1(r: Reader, hidden: int) -> list[Operator]:
    inner = r.integer("mamba_expand", "expand", default=2, least=1) * hidden
    narrow = _or_auto(r, "mamba_dt_rank", "time_step_rank", default=-(-hidden // 16))
    return mamba(
        hidden, float(inner), float(r.integer("mamba_d_state", "state_size", default=16, least=1)),
        float(narrow), float(r.integer("mamba_d_conv", "conv_kernel", default=4)), layers=1,
    )  # fmt: skip


def _or_auto(r: Reader, *names: str, default: int) -> int:
    """A size that may be left to the reference code, which takes `default`."""
    if r.get(*names) == "auto":
        return default
    return r.integer(*names, default=default, least=1)
