"""Configs of the transformers library against its own counts of the models that they build.

`support/hf_types.json.xz` holds the default config of each type, its parameters and cache per
token, and how the parameters change with each field (`scripts/hf_types.py`, transformers 5.24.0).
"""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from outlay.catalogue.hf.config import from_hf_config
from outlay.catalogue.parts.of_model import operators
from outlay.catalogue.parts.sums import parameters
from outlay.core.errors import InputError

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
    if kind not in APART:
        assert parameters(model) == pytest.approx(known["parameters"], rel=0.02)
    if known["cache"] is not None:
        kept = [op for op in operators(model) if op.kind == "scores"]  # of few tokens: all of them
        assert sum(op.cache * op.layers for op in kept) == pytest.approx(known["cache"])
