"""What a reader should know of a model that came from a config: what was read, assumed, left out.

The doubtful is taken as it is written and said; the first note echoes the architecture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from outlay.catalogue.hf.kinds import is_known, unknown_kind
from outlay.catalogue.hf.reader import KV_HEADS, Reader, shown
from outlay.catalogue.hf.unread import towers_note, unread_note
from outlay.results.chips_models import Model

__all__ = ["check_rope", "notes_of"]

_USUAL = {  # of a model: least and most of what is published, with room
    "layers": (2, 200), "hidden width": (128, 65_536), "heads": (1, 512),
    "width of a head": (16, 1024), "words": (200, 2_000_000), "experts": (0, 4096),
    "width of the feed-forward": (0, 500_000), "width of an expert": (0, 200_000),
    "tokens of window": (0, 10_000_000), "tokens of context": (0, 20_000_000),
    "layers of multi-token prediction": (0, 16),
}  # fmt: skip


def notes_of(r: Reader, m: Model, left: Mapping[str, object]) -> list[str]:
    """Every note of a model; `left`: fields that were not read."""
    notes = [f"{m.id} as read from its config: {_architecture(m)}"]
    if not is_known(r):
        assumed = _assumed(r, m)
        also = f"; not stated, assumed: {', '.join(assumed)}" if assumed else ""
        notes.append(unknown_kind(r) + also)
    notes += unread_note(left)
    return [*notes, *r.notes, *towers_note(r), *_unusual(m)]


def _architecture(m: Model) -> str:
    kinds = [
        f"{n} {word}"
        for n, word in (
            (m.n_full_layers, "that attend to all"),
            (m.n_window_layers, f"to {m.window:,} tokens"),
            (m.n_linear_layers, "with a state"),
        )
        if n
    ]
    heads = (
        f"{m.heads} heads over a latent of {m.kv_lora} + {m.qk_rope}"
        if m.attention == "mla"
        else f"{m.heads} heads of {m.head_dim}, {m.kv_heads} of keys and values"
    )
    forward = []
    if m.n_moe_layers:
        beside = f" and {m.shared_ffn:,} shared" if m.shared_ffn else ""
        forward.append(
            f"{m.n_moe_layers} × {m.experts} experts of {m.expert_ffn:,}, {m.top_k} a token{beside}"
        )
    if m.n_dense_layers:
        matrices = "" if _gated(m) else " without a gate"
        forward.append(f"{m.n_dense_layers} × feed-forward of {m.dense_ffn:,}{matrices}")
    held = "experts" if m.n_moe_layers else "weights"
    formats = m.weight_dtype if m.weight_dtype == m.dense_dtype else (
        f"{m.weight_dtype} {held}, {m.dense_dtype} beside"
    )  # fmt: skip
    tied = "tied" if m.tied_embeddings else "apart"
    return (
        f"{m.layers} layers ({', '.join(kinds)}), width {m.hidden:,}, {heads}; "
        f"{'; '.join(forward)}; {m.vocab:,} words, embeddings {tied}; {formats}; "
        f"{_billions(m.total_params)} parameters, {_billions(m.active_params)} a token, "
        f"{m.kv_bytes_per_token_bf16 / 1024:,.3g} KiB of cache a token in bf16"
    )


def _gated(m: Model) -> bool:
    """Whether feed-forward blocks have three matrices, one of them a gate."""
    return m.extra.get("ffn_matrices", 3.0) > 2.0


def _billions(parameters: float) -> str:
    return f"{parameters / 1e9:.3g}B" if parameters < 1e12 else f"{parameters / 1e12:.3g}T"


def _assumed(r: Reader, m: Model) -> list[str]:
    """What a type that is not known leaves unsaid, and how it was taken."""
    out = []
    if m.attention == "gqa" and not r.has(*KV_HEADS):
        out.append("as many heads of keys and values as of queries")
    if m.attention == "gqa" and not r.has("head_dim", "attention_head_dim", "kv_channels"):
        out.append(f"heads of {m.head_dim}")
    if _gated(m):
        out.append("feed-forward of three matrices, with a gate")
    if r.get("tie_word_embeddings") is None:
        out.append("embeddings apart" if not m.tied_embeddings else "embeddings tied")
    if not r.has("torch_dtype", "dtype") and not r.has("quantization_config"):
        out.append("weights in bf16")
    return out


def _unusual(m: Model) -> Iterator[str]:
    sizes = (
        m.layers, m.hidden, m.heads, m.head_dim, m.vocab, m.experts, m.dense_ffn, m.expert_ffn,
        m.window, m.max_context, m.mtp_layers,
    )  # fmt: skip
    for found, (name, (least, most)) in zip(sizes, _USUAL.items(), strict=True):
        if found and not least <= found <= most:
            usual = f"usually {least:,} to {most:,}"
            yield f"unusual, taken as written: {found:,} {name}, {usual}"
    if m.attention == "gqa" and not 1 / 8 <= m.heads * m.head_dim / m.hidden <= 16:
        yield (
            f"unusual, taken as written: {m.heads} heads of {m.head_dim} on a width of {m.hidden:,}"
        )


def check_rope(r: Reader) -> None:
    """What stretches positions changes no count here, but must be what it should."""
    for name in ("rope_scaling", "rope_parameters"):
        value = r.get(name)
        if value is None:
            continue
        if not isinstance(value, Mapping):
            r.problem("not a mapping", name, shown(value), '{"rope_type": "yarn", "factor": 4.0}')
            continue
        factor = value.get("factor")
        number = isinstance(factor, int | float) and not isinstance(factor, bool)
        if factor is not None and not (number and 1 <= float(str(factor)) <= 1e6):
            r.problem("not a factor", f"{name}.factor", shown(factor), "a number of 1 or more")
        kind = value.get("rope_type", value.get("type"))
        if kind is not None and not isinstance(kind, str):
            r.problem("not text", f"{name}.rope_type", shown(kind), "text, such as yarn")
    theta = r.get("rope_theta")
    if theta is not None and (isinstance(theta, bool) or not isinstance(theta, int | float)
                              or theta <= 0):  # fmt: skip
        r.problem("not a number above 0", "rope_theta", shown(theta), "a number above 0")
