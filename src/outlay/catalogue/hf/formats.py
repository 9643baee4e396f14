"""Formats of the weights that a Hugging Face config says, as released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from outlay.catalogue.hf.reader import Reader

__all__ = ["beside_config", "weight_formats"]

_PLAIN = {
    "float16": "fp16", "half": "fp16", "fp16": "fp16", "float32": "fp32", "float": "fp32",
    "fp32": "fp32", "bfloat16": "bf16", "bf16": "bf16", "auto": "bf16",
}  # fmt: skip
_WORDS = {
    "fp4": ["mxfp4", "nvfp4", "'num_bits': 4, 'type': 'float'", "w4a4"],
    "int4": ["'num_bits': 4", "w4a16", "w4a8", "int4", "awq", "'load_in_4bit': true"],
    "fp8": ["fp8", "'type': 'float'", "e4m3"],
    "int8": ["int8", "'num_bits': 8", "w8a8", "'load_in_8bit': true"],
}
"""Words of a quantisation by which a format is known, the first that is found."""


def weight_formats(r: Reader, mixture: bool) -> tuple[str, str]:
    """Formats of the experts (or of all weights) and of the rest, as released."""
    plain = str(r.get("torch_dtype", "dtype", default="bfloat16")).lower().removeprefix("torch.")
    if plain not in _PLAIN:
        r.problem("not a format of weights", "torch_dtype", plain, ", ".join(_PLAIN))
    rest = _PLAIN.get(plain, "bf16")
    q = r.get("quantization_config", "compression_config")
    if q is None or q == {}:
        return rest, rest
    if not isinstance(q, Mapping):
        r.problem("not a mapping", "quantization_config", q, "quant_method, bits, ...")
        return rest, rest
    bits = q.get("bits", q.get("w_bit"))
    if bits is not None and bits not in (4, 8):
        r.problem("bits of a weight", "quantization_config", bits, "4 or 8")
    if str(r.get("expert_dtype", default="")).lower() == "fp4":
        return "fp4", "fp8"
    if str(q.get("quant_method", "")).lower() in ("gptq", "awq", "auto-round") or bits in (4, 8):
        return ("int8" if bits == 8 else "int4"), rest
    return _by_words(r, f"{q}".lower(), rest, mixture)


def _by_words(r: Reader, text: str, rest: str, mixture: bool) -> tuple[str, str]:
    for found, words in _WORDS.items():
        if any(w in text for w in words):
            return found, (rest if mixture and found.endswith("4") else found)
    r.problem("no known format", "quantization_config", text, "fp8, nvfp4, mxfp4, awq, gptq, int8")
    return rest, rest


def beside_config(found: Mapping[str, object]) -> dict[str, object]:
    """The `quantization_config` that a `hf_quant_config.json` (NVIDIA's ModelOpt) beside a config
    means; of one that mixes formats, that of most layers."""
    inner = found.get("quantization")
    if not isinstance(inner, Mapping):
        return {}
    algorithm = inner.get("quant_algo")
    layers = inner.get("quantized_layers")
    if isinstance(layers, Mapping):
        named = Counter(
            str(v["quant_algo"]) for v in layers.values()
            if isinstance(v, Mapping) and v.get("quant_algo")
        )  # fmt: skip
        if named:
            algorithm = named.most_common(1)[0][0]
    return {"quant_method": "modelopt", "quant_algo": algorithm} if algorithm else {}
