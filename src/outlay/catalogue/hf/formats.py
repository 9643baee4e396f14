"""Reads the number formats that a Hugging Face config names, of experts and of the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from outlay.catalogue.hf.reader import Reader, shown
from outlay.core.errors import nearest

__all__ = ["beside_config", "formats", "scale_block"]

_PLAIN = {
    "bfloat16": "bf16", "bf16": "bf16", "auto": "bf16", "float16": "fp16", "fp16": "fp16",
    "half": "fp16", "float32": "fp32", "fp32": "fp32", "float": "fp32",
    "float8_e4m3fn": "fp8", "float8_e4m3": "fp8", "float8_e5m2": "fp8", "fp8": "fp8",
}  # fmt: skip
_METHODS = (
    "fp8", "fbgemm_fp8", "mxfp4", "nvfp4", "modelopt", "compressed-tensors", "gptq", "gptqmodel",
    "awq", "auto-round", "bitsandbytes", "quark", "torchao", "int8", "eetq", "hqq",
)  # fmt: skip
"""Ways of quantizing whose format can be told."""
_FOUR = ("gptq", "gptqmodel", "awq", "auto-round", "hqq")
"""Of these, those of integers, four bits where none are stated."""
_WORDS = (  # of what says a format beside the method, in the order they are looked for
    (("nvfp4", "mxfp4", "fp4"), "fp4"),
    (("w4a16", "w4a8", "int4", "4bit", "awq"), "int4"),
    (("fp8", "e4m3", "e5m2", "float8"), "fp8"),
    (("w8a8", "w8a16", "int8", "8bit"), "int8"),
)
_SAYING = ("fmt", "format", "quant_algo", "quant_type", "quant_method", "load_in", "dtype",
           "weight_dtype", "weights_dtype", "type")  # fmt: skip


def formats(r: Reader, mixture: bool) -> tuple[str, str]:
    """Formats of the experts (or of all weights) and of the rest, as released."""
    rest = _plain(r)
    experts = r.text("expert_dtype").lower()
    if experts and experts != "fp4":
        r.problem("unknown format", "expert_dtype", shown(experts), "fp4")
    q = r.inside("quantization_config")
    if q is None:
        return rest, rest
    method, bits = _method(r, q.fields), q.get("bits", "w_bit", default=_nested_bits(q.fields))
    if bits is not None and (type(bits) is not int or bits not in (4, 8)):
        r.problem("bits of a weight", "quantization_config.bits", shown(bits), "4 or 8")
    elif method is not None and experts == "fp4":
        return "fp4", "fp8"
    elif method is not None:
        return _of_method(r, q.fields, method, bits, rest if mixture else "", rest)
    return rest, rest


def _of_method(
    r: Reader, q: Mapping[str, object], method: str, bits: object, beside: str, rest: str
) -> tuple[str, str]:
    """beside: the format of what is not an expert; empty where all are quantized alike."""
    found = _format(q, method, bits)
    if not found:
        what, allowed = "the format of the weights is not said", "bits 4 or 8, or fp8, fp4, int8"
        r.problem(what, "quantization_config", shown(q), allowed)
        return rest, rest
    if method in _FOUR and bits is None and not _stated(q):
        r.notes.append(f"quantization_config does not say the bits of {method}: 4 were taken")
    if method in _FOUR or bits is not None:
        return found, rest
    if found in ("fp8", "int8"):
        return found, found
    return found, beside or found


def _stated(q: Mapping[str, object]) -> bool:
    """Whether a text of the mapping says a format."""
    said = " ".join(_said({k: v for k, v in q.items() if k != "quant_method"})).lower()
    return any(w in said for words, _ in _WORDS for w in words)


_WIDEST = 1 << 16
_PER_CHANNEL = ("channel", "tensor", "token")


def scale_block(r: Reader, weights: str) -> int | None:
    """Weights along a side that share a scale, by which engines cut matrices of this format.

    0: engines pad them (gpt-oss); 1: a scale is a whole channel's or more; None: not said.
    """
    q = r.inside("quantization_config")
    if q is None or weights not in ("fp8", "int8", "int4", "fp4"):
        return None
    method = str(q.fields.get("quant_method") or "").lower()
    if weights == "fp4" and method in ("mxfp4", "fp8"):  # gpt-oss; experts beside FP8, DeepSeek V4
        return 0 if method == "mxfp4" else 32
    group = next(_weights(q.fields), {})
    sides = [
        *_sides(r, "weight_block_size", q.fields.get("weight_block_size")),
        *_sides(r, "block_structure", group.get("block_structure")),
        *_sides(r, "group_size", q.fields.get("group_size", group.get("group_size"))),
    ]
    if sides:
        return max(sides)
    if weights == "fp4":
        return 16 if "nvfp4" in " ".join(_said(q.fields)).lower() else None
    if str(group.get("strategy") or "").lower() in _PER_CHANNEL or method == "bitsandbytes":
        return 1
    return 1 if weights == "fp8" and not _blocks_said(q.fields) else None


def _blocks_said(q: Mapping[str, object]) -> bool:
    """Whether ModelOpt's name of the format says that blocks share a scale."""
    algorithm = str(q.get("quant_algo") or "").lower()
    return any(word in algorithm for word in ("block", "_pb_"))


def _sides(r: Reader, name: str, value: object) -> list[int]:
    """The sides of a block, or the length of a group: 1 where it is a whole channel."""
    if value is None:
        return []
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,5}x[0-9]{1,5}", value):
        value = [int(side) for side in value.split("x")]  # as older writers put it
    sides = value if isinstance(value, list | tuple) else [value]
    found = [side for side in sides if type(side) is int and -1 <= side <= _WIDEST]
    if not sides or len(found) < len(sides):
        r.problem("weights that share a scale", f"quantization_config.{name}", shown(value),
                  f"-1, or whole numbers from 1 to {_WIDEST:,}")  # fmt: skip
        return []
    return [max(side, 1) for side in found]


def _nested_bits(value: object, depth: int = 0) -> object:
    """The bits that a mapping inside states (HQQ: `weight_quant_params.nbits`), None where none."""
    if not isinstance(value, Mapping) or depth > 4:
        return None
    if value.get("nbits") is not None:
        return value["nbits"]
    inner = (_nested_bits(v, depth + 1) for k, v in value.items() if "scale" not in str(k))
    return next((b for b in inner if b is not None), None)


def _method(r: Reader, q: Mapping[str, object]) -> str | None:
    """How weights were quantized, empty where it is not said; None for what is not known."""
    for name in ("load_in_4bit", "load_in_8bit"):
        if not isinstance(q.get(name, False), bool | None):
            field, allowed = f"quantization_config.{name}", "true or false"
            r.problem("not true or false", field, shown(q[name]), allowed)
            return None
    method = q.get("quant_method")
    if method is None:
        return ""
    if not isinstance(method, str) or method.lower() not in _METHODS:
        near = nearest(str(method), _METHODS)
        r.problem("unknown way of quantizing", "quantization_config.quant_method", shown(method),
                  ", ".join(_METHODS), near)  # fmt: skip
        return None
    return method.lower()


def _plain(r: Reader) -> str:
    """The format of weights that are not quantized."""
    name = next((n for n in ("torch_dtype", "dtype") if r.fields.get(n) is not None), "dtype")
    word = r.text("torch_dtype", "dtype", default="bfloat16").lower().removeprefix("torch.")
    found = _PLAIN.get(word)
    if found is None:
        r.problem("unknown format of numbers", name, shown(word), ", ".join(_PLAIN),
                  nearest(word, _PLAIN))  # fmt: skip
    return found or "bf16"


def _format(q: Mapping[str, object], method: str, bits: object) -> str:
    """The format that a mapping of quantization names; empty where it names none."""
    if bits in (4, 8) and method.removeprefix("fbgemm_") in ("fp8", "mxfp4", "nvfp4"):
        return f"fp{bits}"
    if method in _FOUR or bits in (4, 8):
        return "int8" if bits == 8 else "int4"
    if q.get("load_in_4bit") is True:
        return "int4"
    if q.get("load_in_8bit") is True:
        return "int8"
    groups = [
        f"{'fp' if str(group.get('type', 'int')).lower() == 'float' else 'int'}{bits}"
        for group in _weights(q)
        if (bits := group.get("num_bits")) in (4, 8)
    ]
    if groups:
        return groups[0]
    said = " ".join(_said(q)).lower()
    return next((f for words, f in _WORDS if any(w in said for w in words)), "")


def _weights(value: object, depth: int = 0) -> Iterator[Mapping[str, object]]:
    """The mappings that say how weights are held, of groups of layers."""
    if isinstance(value, Mapping) and depth < 6:
        for name, item in value.items():
            if name == "weights" and isinstance(item, Mapping):
                yield item
            else:
                yield from _weights(item, depth + 1)


def _said(value: object, name: str = "", depth: int = 0) -> Iterator[str]:
    """Texts under the names that say a format."""
    if isinstance(value, Mapping) and depth < 6:
        for key, item in value.items():
            yield from _said(item, str(key), depth + 1)
    elif isinstance(value, list) and depth < 6:
        for item in value:
            yield from _said(item, name, depth + 1)
    elif isinstance(value, str) and name in _SAYING:
        yield value


def beside_config(found: Mapping[str, object]) -> dict[str, object]:
    """The `quantization_config` that a `hf_quant_config.json` (NVIDIA's ModelOpt) beside a config
    means; of one that mixes formats, that of most layers. Empty where it says none."""
    inner = found.get("quantization")
    if not isinstance(inner, Mapping):
        return {}
    algorithm = inner.get("quant_algo")
    layers = inner.get("quantized_layers")
    if isinstance(layers, Mapping):
        named = Counter(
            str(v["quant_algo"])
            for v in layers.values()
            if isinstance(v, Mapping) and v.get("quant_algo")
        )
        algorithm = named.most_common(1)[0][0] if named else algorithm
    return {"quant_method": "modelopt", "quant_algo": algorithm} if algorithm else {}
