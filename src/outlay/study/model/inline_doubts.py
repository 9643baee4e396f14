"""What of an inline architecture contradicts itself, is idle, or is unlike every model there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from outlay.core.errors import UnknownNameError, nearest
from outlay.results.chips_models import Model
from outlay.study.findings import Finding

__all__ = ["inline_doubts", "inline_words"]

FORMATS = ("bf16", "fp16", "fp32", "fp8", "fp4", "mxfp4", "int8", "int4")
KINDS = (
    "gqa", "gqa_swa", "gqa_chunked", "gqa_sparse_block", "gqa_cla2", "mla", "mla_dsa", "mla_kda",
    "hybrid_gdn", "hybrid_lightning", "hybrid_mamba", "csa_hca", "unpublished",
)  # fmt: skip
WORDS = {"weight_dtype": FORMATS, "dense_dtype": ("", *FORMATS), "attn_type": KINDS}
"""Field → what it may say."""
NEEDS = (
    ("window", "n_window_layers"), ("experts", "n_moe_layers"),
    ("top_k", "n_moe_layers"), ("expert_ffn", "n_moe_layers"), ("shared_ffn", "n_moe_layers"),
    ("index_topk", "index_heads"), ("index_dim", "index_heads"),
)  # fmt: skip
"""Sizes that reach nothing where another is 0."""
USUAL = {
    "layers": (2, 200), "hidden": (128, 65_536), "heads": (1, 512), "head_dim": (16, 1024),
    "vocab": (200, 2_000_000), "experts": (2, 4096), "dense_ffn": (64, 500_000),
    "expert_ffn": (64, 200_000), "max_context": (512, 20_000_000), "mtp_layers": (1, 16),
}  # fmt: skip
"""Least and most of what is published, with room."""
OFF, FAR = 0.15, 3.0
"""Share by which parameters may differ from those of the shapes; factor of what is absurd."""
ALIKE = 30.0
"""Times the size of the model that stands in."""
At = tuple[str | int, ...]


def inline_words(path: At, raw: Mapping[str, object]) -> Iterator[Finding]:
    """Words that no field of an architecture knows, and those that contradict each other."""
    for name, known in WORDS.items():
        said = raw.get(name, "")
        if isinstance(said, str) and name in raw and said.lower() not in known:
            hint, allowed = nearest(said, known), ", ".join(k for k in known if k)
            yield Finding((*path, name), "not a word of this field", repr(said)[:60], allowed, hint)
    kind, attention = raw.get("attn_type"), raw.get("attention", "gqa")
    latent = isinstance(kind, str) and kind.startswith("mla")
    told = latent or (isinstance(kind, str) and kind.startswith("gqa"))
    if told and kind in KINDS and latent != (attention == "mla"):
        found = f"attn_type {kind}, attention {attention}"
        yield Finding((*path, "attn_type"), "contradicts `attention`", found, "both of one kind")


def inline_doubts(path: At, model: Model, raw: Mapping[str, object]) -> Iterator[Finding]:
    """Warnings, and what is absurd, of an architecture without other faults."""
    yield from _shadows(path, raw)
    for name, needed in NEEDS:
        if getattr(model, name) and model.layers and not getattr(model, needed):
            what = f"reaches nothing: `{needed}` is 0"
            yield Finding((*path, name), what, f"{getattr(model, name):g}", warn=True)
    for name, (least, most) in USUAL.items():
        size = getattr(model, name)
        if size and not least <= size <= most:
            usual = f"usually {least:,} to {most:,}"
            what = "an unusual number, taken as written"
            yield Finding((*path, name), what, f"{size:,}", usual, warn=True)
    if model.layers:
        yield from _counted(path, model)
    elif model.proxy:
        yield from _stands_in(path, model)


def _shadows(path: At, raw: Mapping[str, object]) -> Iterator[Finding]:
    """A name of the catalogue's on figures that are not."""
    from outlay.catalogue import find_model

    for field in ("id", "name"):
        said = raw.get(field)
        if not isinstance(said, str) or not said:
            continue
        try:
            known = find_model(said)
        except UnknownNameError:
            continue
        if not any(_differs(value, getattr(known, name, None)) for name, value in raw.items()):
            continue
        what = f"names `{known.id}` of the catalogue; the figures written here are taken"
        yield Finding((*path, field), what, said[:60], warn=True)
        return


def _differs(value: object, other: object) -> bool:
    """Whether a size is not the one that the catalogue has."""
    if not isinstance(value, int | float) or not isinstance(other, int | float):
        return False
    return abs(value - other) > 0.01 * max(abs(value), abs(other))


def _counted(path: At, model: Model) -> Iterator[Finding]:
    """Parameters stated against those that the shapes have."""
    from outlay.catalogue.parts.sums import active_parameters, parameters

    if model.proxy:
        what = "reaches nothing: the shapes are given, and no model stands in"
        yield Finding((*path, "proxy"), what, model.proxy[:60], warn=True)
    if model.attention == "gqa" and model.heads and not model.head_dim:
        if model.hidden % model.heads:
            found = f"{model.hidden:,} over {model.heads}"
            allowed = "`head_dim`, or a width that the heads divide"
            yield Finding(path, "`head_dim` is missing", found, allowed)
            return
        model = replace(model, head_dim=model.hidden // model.heads)
    if model.n_linear_layers:
        what = "heads and widths of the state are not stated: those of a gated delta net are taken"
        yield Finding((*path, "n_linear_layers"), what, f"{model.n_linear_layers}", warn=True)
    if model.n_linear_layers or model.attn_type in ("csa_hca", "hybrid_mamba"):
        return  # their sizes are not of those that a study can state
    active = active_parameters(model)
    table = 0.0 if model.tied_embeddings else float(model.vocab * model.hidden)
    for name, stated, shapes, other in (
        ("total_params", model.total_params, parameters(model), 0.0),
        ("active_params", model.active_params, active + table, active),  # some leave the table out
    ):
        ratio = stated / shapes if shapes else 1.0
        if 1 - OFF <= ratio <= 1 + OFF or (other and abs(stated / other - 1) <= OFF):
            continue
        found = f"{stated:.4g} stated, {shapes:.4g} by layers, widths and heads"
        absurd = not 1 / FAR <= ratio <= FAR
        what = "parameters that the shapes do not have"
        yield Finding((*path, name), what, found, f"near {shapes:.3g}", warn=not absurd)


def _stands_in(path: At, model: Model) -> Iterator[Finding]:
    from outlay.catalogue import find_model

    proxy = find_model(model.proxy)
    for name in ("total_params", "active_params"):
        ours, theirs = getattr(model, name), getattr(proxy, name)
        if not 1 / ALIKE <= ours / theirs <= ALIKE:
            what = f"far from the size of the model that stands in: {theirs:.3g}"
            yield Finding((*path, name), what, f"{ours:.3g}", "a model of like size", warn=True)
