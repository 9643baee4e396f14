"""An architecture written into a study: contradictions refused, the doubtful said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outlay.catalogue import find_model
from outlay.study.model.inline_model import inline_problems

SHAPES: dict[str, object] = {
    "total_params": 8.03e9, "active_params": 8.03e9, "layers": 32, "n_full_layers": 32,
    "hidden": 4096, "heads": 32, "kv_heads": 8, "head_dim": 128, "n_dense_layers": 32,
    "dense_ffn": 14336, "vocab": 128256,
}  # fmt: skip
MIXTURE = {"n_dense_layers": 0, "dense_ffn": 0, "n_moe_layers": 32, "experts": 8, "top_k": 2,
           "expert_ffn": 14336}  # fmt: skip


def found(change: dict[str, object]) -> list[tuple[str, str, bool]]:
    """Field, what and whether it is a warning, of each finding."""
    raw = {k: v for k, v in {**SHAPES, **change}.items() if v is not None}
    return [(".".join(map(str, f.path)), f.what, f.warn) for f in inline_problems(("model",), raw)]


def test_an_architecture_in_order_has_no_finding() -> None:
    assert found({}) == []
    assert found({"head_dim": None, "id": "llama-3.1-8b"}) == []


@pytest.mark.parametrize(
    ("change", "field", "what", "warn"),
    [
        ({"weight_dtype": "fp7"}, "weight_dtype", "not a word of this field", False),
        ({"dense_dtype": "complex64"}, "dense_dtype", "not a word of this field", False),
        ({"attn_type": "foo"}, "attn_type", "not a word of this field", False),
        ({"attn_type": "mla"}, "attn_type", "contradicts `attention`", False),
        ({"extra": {"kv_share": 2}}, "extra", "a field that a study cannot state", False),
        ({"heads": 24, "head_dim": 0}, "", "`head_dim` is missing", False),
        ({"total_params": 10e9}, "total_params", "parameters that the shapes do not have", True),
        ({"total_params": 70e9}, "total_params", "parameters that the shapes do not have", False),
        ({"window": 4096}, "window", "reaches nothing: `n_window_layers` is 0", True),
        ({"experts": 8}, "experts", "reaches nothing: `n_moe_layers` is 0", True),
        ({"max_context": 10}, "max_context", "an unusual number, taken as written", True),
        ({"mtp_layers": 400}, "mtp_layers", "an unusual number, taken as written", True),
        ({"proxy": "llama-3.1-8b"}, "proxy",
         "reaches nothing: the shapes are given, and no model stands in", True),
        ({"id": "deepseek-v3"}, "id",
         "names `deepseek-v3` of the catalogue; the figures written here are taken", True),
        ({"n_full_layers": 16, "n_linear_layers": 16}, "n_linear_layers",
         "heads and widths of the state are not stated: those of a gated delta net are taken",
         True),
        ({**MIXTURE, "total_params": 46.7e9, "active_params": 8.03e9}, "active_params",
         "parameters that the shapes do not have", True),
    ],
)  # fmt: skip
def test_what_cannot_be_or_is_doubtful(
    change: dict[str, object], field: str, what: str, warn: bool
) -> None:
    path = f"model.{field}" if field else "model"
    assert found(change) == [(path, what, warn)]


def test_parameters_without_the_embedding_are_as_good() -> None:
    sizes = {"total_params": 46.7e9, "active_params": 12.75e9}
    assert found({**MIXTURE, **sizes, "vocab": 32000}) == []


def test_a_model_that_stands_in_is_of_like_size() -> None:
    raw = {"total_params": 8e12, "active_params": 8e9, "proxy": "llama-3.1-8b"}
    (finding,) = inline_problems(("model",), raw)
    assert finding.what == "far from the size of the model that stands in: 8.03e+09"


def test_a_mixture_of_the_catalogue_counts_as_it_states() -> None:
    model = replace(find_model("mixtral-8x7b"), id="", name="")
    raw = {k: getattr(model, k) for k in model.__slots__ if getattr(model, k)}
    raw = {k: v for k, v in raw.items() if k not in ("extra", "aliases", "note")}
    assert not list(inline_problems((), raw))
