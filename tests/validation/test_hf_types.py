"""Configs of the transformers library against its own counts of the models that they build.

`support/hf_types.json.xz` holds the default config of each type, its parameters and cache per
token, and how the parameters change with each field (`scripts/hf_types.py`, transformers 5.24.0).
"""

from __future__ import annotations

import json
import lzma
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from outlay.catalogue.hf.config import from_hf_config
from outlay.catalogue.parts.of_model import operators
from outlay.catalogue.parts.sums import parameters
from outlay.core.errors import InputError
from outlay.performance.operators.shapes import shape_of

FOUND = Path(__file__).parents[1] / "support" / "hf_types.json.xz"
TYPES: dict[str, dict[str, Any]] = json.loads(lzma.decompress(FOUND.read_bytes()))["types"]
COUNTED = sorted(k for k, v in TYPES.items() if "parameters" in v)
APART = {
    "longcat_flash": "the library allots weights to experts that are empty; 560B are published",
    "ernie4_5_vl_moe": "experts of pictures are counted as a tower",
    "pi0": "a second, small expert moves a robot",
    "qwen2_5_omni": "the library counts the part that speaks as well",
    "video_llava": "one of its two towers has the name of none",
}
"""Types whose count is another's, with the reason."""
KEPT = {"cpmant": "prompts of its own lie before the tokens"}
"""Types whose cache is another's, with the reason."""


def read(config: dict[str, Any]) -> Any:
    try:
        return from_hf_config(config, "m")
    except InputError:
        return None


def test_most_types_are_read() -> None:
    found = [k for k in COUNTED if read(TYPES[k]["config"]) is not None]
    print(f"{len(found)} of {len(COUNTED)} types read, the others refused")
    assert len(found) >= 200


@pytest.mark.parametrize("kind", COUNTED)
def test_a_type_has_the_parameters_and_the_cache_of_its_library_or_is_refused(kind: str) -> None:
    known = TYPES[kind]
    model = read(known["config"])
    if model is None:
        return
    assert float(shape_of(model).weights()) == pytest.approx(parameters(model), rel=1e-6)
    if kind not in APART:
        assert parameters(model) == pytest.approx(known["parameters"], rel=0.02)
    if known["cache"] is not None and kind not in KEPT:
        kept = [op for op in operators(model) if op.kind == "scores"]  # of few tokens: all of them
        assert sum(op.cache * op.layers for op in kept) == pytest.approx(known["cache"])


SMALL = {"max_position_embeddings", "n_positions", "add_cross_attention"}
"""Tables of positions are left out, and so is attention to an encoder that no one adds."""
OTHERWISE = {
    ("axk2", "q_lora_rank"): "its gate starts from a rank of its own",
    ("axk2", "v_head_dim"): "its gate starts from a rank of its own",
    ("bailing_hybrid", "tie_word_embeddings"): "the library ties nothing",
    ("kimi_linear", "tie_word_embeddings"): "the library ties nothing",
    ("nemotron_h", "tie_word_embeddings"): "the library ties nothing",
    ("cpmant", "vocab_size"): "a second table",
    ("cpmant", "hidden_size"): "a second table",
    ("cpmant", "tie_word_embeddings"): "a second table",
    ("deepseek_v4", "n_shared_experts"): "the library builds one",
    ("doge", "is_moe"): "experts of one column each",
    ("ernie4_5_vl_moe", "moe_num_experts"): "experts of pictures are counted as a tower",
    ("gpt_bigcode", "num_key_value_heads"): "the library builds one",
    ("helium", "hidden_size"): "its output is as wide as the model",
    ("helium", "num_attention_heads"): "its output is as wide as the model",
    ("helium", "head_dim"): "its output is as wide as the model",
    ("hy_v3", "num_shared_experts"): "none is another model",
    ("modernbert-decoder", "hidden_size"): "a dense layer before its head",
    ("mpt", "expansion_ratio"): "the library takes four",
    ("zaya", "head_dim"): "a convolution of heads",
    **{(k, "hidden_size"): "a tower's projection" for k in
       ("blip-2", "instructblip", "instructblipvideo")},
    **{("longcat_flash", f): APART["longcat_flash"] for f in
       ("hidden_size", "num_layers", "zero_expert_num", "expert_ffn_hidden_size")},
}  # fmt: skip
"""Fields whose change is another one in the library, with the reason."""
VARIED = [k for k in COUNTED if "changes" in TYPES[k] and read(TYPES[k]["small"]) is not None]


@cache
def followed(kind: str) -> tuple[set[str], int]:
    """Fields whose change is not the library's, and how many changes were held against it."""
    known = TYPES[kind]
    base, part = read(known["small"]), known["key"]
    odd, held = set(), 0
    for change, count in known["changes"]:
        small = known["small"]
        config = {**small, part: {**small[part], **change}} if part else {**small, **change}
        model = read(config)
        if model is None or SMALL & set(change) or (part and "tie_word_embeddings" in change):
            continue  # which part of a whole ties its tables is the library's own affair
        held += 1
        ours, theirs = parameters(model) - parameters(base), count - known["count"]
        if abs(ours - theirs) > 0.01 * abs(theirs) + 0.003 * known["count"]:
            odd.add(next(iter(change)))
    return odd, held


@pytest.mark.parametrize("kind", VARIED)
def test_each_field_changes_the_parameters_as_it_does_in_the_library(kind: str) -> None:
    odd, _ = followed(kind)
    assert odd == {field for name, field in OTHERWISE if name == kind}


def test_many_changes_were_held_against_the_library() -> None:
    held = sum(followed(kind)[1] for kind in VARIED)
    print(f"{held:,} changes of single fields in {len(VARIED)} types")
    assert held > 4_400
