"""Count the default model of every language type of the transformers library, and its variations.

Writes `tests/support/hf_types.json.xz`, which the reader of config.json is held against. Needs
`transformers` and `torch`, which Outlay does not depend on; models are built without memory:

    pip install --target /tmp/hf transformers==5.24.0 torch
    PYTHONPATH=/tmp/hf python scripts/hf_types.py
"""

from __future__ import annotations

import json
import lzma
import re
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers.models.auto import modeling_auto
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

OUT = Path(__file__).parents[1] / "tests" / "support" / "hf_types.json.xz"
CAUSAL = dict(modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES)
SEEING = dict(modeling_auto.MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES)
TOWERS = (
    "vision", "visual", "audio", "image", "vit", "speech", "mm_projector", "multi_modal", "video",
    "connector", "aligner", "resampler", "qformer", "query_tokens", "perceiver", "projector",
)  # fmt: skip
NOISE = re.compile(
    r"token_id|dropout|label|_eps$|init|output_|return_dict|transformers_version|^dtype$|use_cache"
    r"|^rope_|_loss|problem_type|name_or_path|chunk_size_feed|^task|summary_|^architectures$"
)
"""Fields that no count depends on."""
DEEP = 8
"""Layers of the models whose fields are changed one by one."""


def build(config: Any, kind: str) -> torch.nn.Module:
    """The model, without memory."""
    auto = (
        transformers.AutoModelForCausalLM
        if kind in CAUSAL
        else transformers.AutoModelForImageTextToText
    )
    with torch.device("meta"):
        return auto.from_config(config)


def parameters(model: torch.nn.Module) -> int:
    """Elements of the matrices of the language part."""
    seen, total = set(), 0
    for name, p in model.named_parameters():
        if id(p) not in seen and p.ndim > 1 and not any(t in name.lower() for t in TOWERS):
            total += p.numel()
        seen.add(id(p))
    return total


def cache(model: torch.nn.Module, tokens: int = 8) -> float | None:
    """Elements of keys and values per token, of a few; None where the model cannot be run."""
    try:
        with torch.no_grad():
            ids = torch.zeros(1, tokens, dtype=torch.long, device="meta")
            kept = model(input_ids=ids, use_cache=True).past_key_values
        found = [getattr(layer, k, None) for layer in kept.layers for k in ("keys", "values")]
        return sum(t.numel() for t in found if t is not None) / tokens
    except Exception:
        return None


def plain(config: Any) -> dict[str, Any]:
    """The config as it is saved, less what no count depends on."""
    return pruned(json.loads(config.to_json_string(use_diff=False)))


def pruned(found: dict[str, Any]) -> dict[str, Any]:
    return {
        k: pruned(v) if isinstance(v, dict) else v
        for k, v in found.items()
        if not NOISE.search(k) and v is not None and not any(t in k for t in TOWERS)
    }


def alternatives(name: str, value: Any) -> list[Any]:
    """Other values of a field."""
    if NOISE.search(name):
        return []
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value * 2, max(1, value // 2)] if value > 1 else [1, 2] if not value else [2, 0]
    return ["silu", "relu2"] if isinstance(value, str) and "act" in name else []


def of_type(kind: str) -> dict[str, Any]:
    """What is known of one type."""
    made = CONFIG_MAPPING[kind]
    base = made()
    model = build(base, kind)
    found = {"config": plain(base), "parameters": parameters(model), "cache": cache(model)}
    text = base.get_text_config(decoder=True)
    key = next((k for k, v in vars(base).items() if v is text), None)
    fields = text.to_dict()
    less = {"num_hidden_layers": DEEP} if (fields.get("num_hidden_layers") or 0) > DEEP else {}

    def varied(change: dict[str, Any]) -> tuple[dict[str, Any], int]:
        asked = {**less, **change}
        config = made(**asked) if key is None else made(
            **{key: {**asked, "model_type": text.model_type}}
        )  # fmt: skip
        saved = plain(config)
        return (saved if key is None else saved[key]), parameters(build(config, kind))

    try:
        small, count = varied({})
    except Exception:
        return found
    found |= {"small": small if key is None else {**found["config"], key: small}, "count": count}
    found["key"], found["changes"] = key or "", []
    for name, value in fields.items():
        for other in alternatives(name, value) if name not in less else []:
            try:
                with limit(20):
                    saved, changed = varied({name: other})
            except Exception:
                continue
            differs = {k: v for k, v in saved.items() if v != small.get(k)}
            found["changes"].append([differs, changed])
    return found


class limit:  # noqa: N801
    """Seconds after which a build is given up."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds

    def __enter__(self) -> None:
        def late(*_: object) -> None:
            raise TimeoutError

        signal.signal(signal.SIGALRM, late)
        signal.alarm(self.seconds)

    def __exit__(self, *_: object) -> None:
        signal.alarm(0)


def main() -> None:
    """Write all types, said one by one."""
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity(50)
    types: dict[str, Any] = {}
    for kind in sorted(set(CAUSAL) | set(SEEING)):
        try:
            types[kind] = of_type(kind)
        except Exception as error:
            types[kind] = {"error": type(error).__name__}
        print(kind, types[kind].get("parameters", types[kind].get("error")), file=sys.stderr)
    data = {"transformers": transformers.__version__, "types": types}
    OUT.write_bytes(lzma.compress(json.dumps(data, sort_keys=True).encode()))


if __name__ == "__main__":
    main()
