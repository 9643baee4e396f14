"""An architecture written into the study, with the catalogue's field names."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, TypeGuard, get_type_hints

from outlay.core.errors import UnknownNameError, nearest
from outlay.results.chips_models import AttentionKind, Model
from outlay.study.findings import Finding
from outlay.study.model.inline_doubts import inline_doubts, inline_words

__all__ = ["inline_problems", "read_inline"]

REQUIRED = ("total_params", "active_params")
PARAMETERS = (1e4, 1e17)
"""Least and most that a model may have."""
MOST = 1e7
"""Of layers, heads, widths, experts and words."""
_TOKENS = {"window": 1e10, "index_topk": 1e10, "max_context": 1e10}
_TEXT_DEFAULTS = {
    "id": "inline",
    "name": "inline",
    "developer": "",
    "released": "",
    "weight_dtype": "bf16",
    "attention": "gqa",
    "attn_type": "gqa",
}


@cache
def _kinds() -> dict[str, str]:
    """Field → text, number, count, flag or mapping, from the catalogue's own type."""
    kinds: Mapping[object, str] = {
        str: "text", AttentionKind: "text", float: "number", int: "count", bool: "flag"
    }  # fmt: skip
    hints = get_type_hints(Model)
    return {f.name: kinds.get(hints[f.name], "other") for f in fields(Model)}


def inline_problems(path: tuple[str | int, ...], raw: Mapping[str, object]) -> Iterator[Finding]:
    """What is wrong with an inline architecture; where nothing is, what is doubtful."""
    problems = [*_problems(path, raw), *inline_words(path, raw)]
    yield from problems or inline_doubts(path, read_inline(raw), raw)


def _problems(path: tuple[str | int, ...], raw: Mapping[str, object]) -> Iterator[Finding]:
    kinds = _kinds()
    for name in REQUIRED:
        if name not in raw:
            yield Finding(path, f"`{name}` is missing", allowed="parameters, for example 23e9")
    for name, value in raw.items():
        yield from _field_problems((*path, name), name, value)
    if raw.get("attention", "gqa") not in ("gqa", "mla", "none"):
        found = str(raw["attention"])
        yield Finding((*path, "attention"), "unknown attention", found, "gqa, mla, none")
    total, active = raw.get("total_params"), raw.get("active_params")
    if _is_size(total) and _is_size(active) and active > total:
        yield Finding(path, "more active than total parameters", f"{active:g} > {total:g}")
    numbers = ("number", "count")
    sizes = {k: float(v) for k, v in raw.items() if kinds.get(k) in numbers and _is_size(v)}
    yield from _shape_problems(path, raw, sizes)


def _field_problems(at: tuple[str | int, ...], name: str, value: object) -> Iterator[Finding]:
    kind = _kinds().get(name)
    if kind is None or kind == "other":
        yield _no_field(at, name)
    elif kind in ("number", "count") and not _is_size(value):
        hint = "write 8e9, without quotes or a scale" if isinstance(value, str) else ""
        yield Finding(at, "not a size", repr(value)[:60], "a plain number, 0 or more", hint)
    elif kind == "count" and _is_size(value):
        yield from _count(at, name, value)
    elif kind == "text" and not isinstance(value, str):
        yield Finding(at, "not text", repr(value)[:60], "text")
    elif name in REQUIRED and _is_size(value):
        least, most = PARAMETERS
        if not least <= value <= most:
            what, allowed = "a number that cannot be meant", f"{least:g} to {most:g}"
            yield Finding(at, what, f"{value:g}", allowed)
    elif kind == "flag" and not isinstance(value, bool):
        yield Finding(at, "not a flag", repr(value)[:60], "true or false")


def _no_field(at: tuple[str | int, ...], name: str) -> Finding:
    """A key that is none of a study's architecture."""
    if name in _kinds():
        return Finding(at, "a field that a study cannot state", name)
    stated = [k for k, kind in _kinds().items() if kind != "other"]
    return Finding(at, "unknown key", name, hint=nearest(name, stated))


def _uneven(
    at: tuple[str | int, ...], layers: float, have: float, part: str, allowed: str
) -> Finding:
    """Parts of a kind that are fewer than the layers, or more."""
    noun = part.removeprefix("a ")
    if have < layers:
        found = f"{layers:g}, of which {have:g} have a kind of {noun}"
        return Finding(at, f"layers without {part}", found, allowed)
    found = f"{layers:g}, and {have:g} of them"
    return Finding(at, f"more than one {noun} a layer", found, allowed)


def _shape_problems(
    path: tuple[str | int, ...], raw: Mapping[str, object], sizes: Mapping[str, float]
) -> Iterator[Finding]:
    """Whether layers, heads and experts can be of one model, or another stands in for them."""
    if not sizes.get("layers"):
        yield from _stand_in(path, raw)
        return

    def size(name: str) -> float:
        return sizes.get(name, 0.0)

    softmax = size("n_full_layers") + size("n_window_layers")
    mixers = softmax + size("n_linear_layers")
    if mixers != size("layers"):
        allowed = "n_full_layers + n_window_layers + n_linear_layers"
        yield _uneven((*path, "layers"), size("layers"), mixers, "attention", allowed)
    if raw.get("attn_type") == "csa_hca":
        what, hint = "an attention of which more must be known", "`proxy: deepseek-v4-pro`"
        yield Finding((*path, "attn_type"), what, "csa_hca", "another kind, or a proxy", hint)
    forward = size("n_dense_layers") + size("n_moe_layers")
    if forward != size("layers") and raw.get("attn_type") != "hybrid_mamba":
        allowed = "n_dense_layers + n_moe_layers"
        yield _uneven((*path, "layers"), size("layers"), forward, "a feed-forward", allowed)
    needs = [("hidden", True), ("vocab", True), ("heads", softmax > 0)]
    if raw.get("attention") == "mla":
        needs += [("kv_lora", softmax > 0), ("qk_nope", softmax > 0)]
    else:
        needs += [("kv_heads", softmax > 0)]
    needs += [("window", size("n_window_layers") > 0), ("dense_ffn", size("n_dense_layers") > 0)]
    needs += [(n, size("n_moe_layers") > 0) for n in ("experts", "top_k", "expert_ffn")]
    for name in [n for n, needed in needs if needed and not size(n)]:
        if raw.get(name, 0) == 0:  # else it is said of the field
            yield Finding(path, f"`{name}` is missing", allowed="a plain number above 0")
    yield from _parts(path, size)


def _parts(path: tuple[str | int, ...], size: Callable[[str], float]) -> Iterator[Finding]:
    """Whether keys divide the heads, and a token passes no more experts than there are."""
    if size("kv_heads") and size("heads") % size("kv_heads"):
        found = f"{size('heads'):g} heads, {size('kv_heads'):g} of keys and values"
        yield Finding((*path, "kv_heads"), "does not divide the heads", found, "a divisor")
    if size("top_k") > size("experts"):
        found, allowed = f"{size('top_k'):g}", f"1 to {size('experts'):g} experts"
        yield Finding((*path, "top_k"), "more experts than there are", found, allowed)


def _stand_in(path: tuple[str | int, ...], raw: Mapping[str, object]) -> Iterator[Finding]:
    """A model whose shapes are not given needs one of like shape from the catalogue."""
    from outlay.catalogue import find_model, models

    proxy, known = raw.get("proxy"), [m.id for m in models().values() if m.layers]
    try:
        fits = isinstance(proxy, str) and bool(proxy) and find_model(proxy).layers > 0
    except UnknownNameError:
        fits = False
    if not fits:
        found = "neither `layers` nor `proxy`" if not proxy else repr(proxy)[:60]
        yield Finding(
            (*path, "proxy") if proxy else path,
            "shapes are not known, and no model stands in for them",
            found,
            "`proxy: ` and a model of the catalogue of like shape, or `layers` and what they hold",
            nearest(str(proxy), known) if proxy else "",
        )


def _count(at: tuple[str | int, ...], name: str, value: float) -> Iterator[Finding]:
    """Layers, heads and widths are whole, and no more than anything has."""
    most = _TOKENS.get(name, MOST)
    if value != int(value):
        yield Finding(at, "not a whole number", f"{value:g}", "a whole number")
    elif value > most:
        yield Finding(at, "a number that cannot be meant", f"{value:g}", f"0 to {most:g}")


def _is_size(value: object) -> TypeGuard[float]:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and value >= 0
    )


def read_inline(raw: Mapping[str, Any]) -> Model:
    """The catalogue's row for an inline architecture; call `inline_problems` first."""
    hints = get_type_hints(Model)
    given = {k: hints[k](v) if hints[k] in (int, float) else v for k, v in raw.items()}
    needed = {
        f.name for f in fields(Model) if f.default is MISSING and f.default_factory is MISSING
    }
    defaults = {k: v for k, v in _TEXT_DEFAULTS.items() if k in needed}
    return Model(**{**defaults, "source": "study", "grade": "assumption", **given})
