"""Number formats: bytes per weight, and the peak a product of that format runs at on a chip."""

from __future__ import annotations

from collections.abc import Mapping

from outlay.performance.types import Precision
from outlay.results.chips_models import Chip, Model

__all__ = [
    "KV_BYTES",
    "MATH",
    "WEIGHT_BYTES",
    "compute_format",
    "compute_peak",
    "converted",
    "dense_format",
    "native_precision",
    "precision_for",
    "precision_group",
    "smaller_format",
]

WEIGHT_BYTES: Mapping[str, float] = {
    # scales included: fp4 carries an 8-bit scale per 16 weights, int4 a 16-bit one per 128
    "fp32": 4.0,
    "bf16": 2.0,
    "fp16": 2.0,
    "fp8": 1.0,
    "int8": 1.0,
    "fp6": 0.78,
    "fp4": 0.5625,
    "int4": 0.516,
}
KV_BYTES: Mapping[str, float] = {"bf16": 2.0, "fp16": 2.0, "fp8": 1.0, "int8": 1.0, "fp4": 0.5625}

# The format that products of these weights compute in, best first; what a chip lacks falls
# through to the next (weights are then only stored small).
COMPUTE: Mapping[str, tuple[str, ...]] = {
    "fp32": ("bf16",),
    "bf16": ("bf16",),
    "fp16": ("bf16",),
    "fp8": ("fp8", "bf16"),
    "int8": ("int8", "bf16"),
    "fp6": ("fp8", "bf16"),
    "fp4": ("fp4", "bf16"),
    "int4": ("bf16",),
}


def compute_peak(chip: Chip, weights: str) -> float:
    """Dense peak [FLOP/s] of products with weights of this format on `chip`.

    A chip whose int8 peak was cut below bf16 (B300) converts instead.
    """
    peaks = chip.peak_flop_s
    for name in COMPUTE[weights]:
        if peaks.get(name):
            return max(float(peaks[name]), float(peaks.get("bf16", 0.0)))
    return max(peaks.values())


MATH = ("bf16", "fp8", "int8", "fp4")
"""Formats that products compute in; their share of the peak differs (`compute_fp8`, ...)."""


def compute_format(chip: Chip, weights: str) -> str:
    """The format in which products with weights of this format compute on `chip`."""
    peaks = chip.peak_flop_s
    name = next((n for n in COMPUTE[weights] if peaks.get(n)), "bf16")
    return "bf16" if peaks.get("bf16", 0.0) >= peaks.get(name, 0.0) else name


def converted(chip: Chip, weights: str) -> bool:
    """Whether weights are stored smaller than they compute, and so converted on the way.

    A chip that computes in the stored format as fast as in 16 bits need not convert.
    """
    if chip.peak_flop_s.get(weights, 0.0) >= chip.peak_flop_s.get("bf16", 0.0) > 0.0:
        return False
    return WEIGHT_BYTES[weights] < 0.9 * WEIGHT_BYTES[compute_format(chip, weights)]


def dense_format(model: Model, weights: str) -> str:
    """Format of attention and dense layers where the experts are stored in `weights`.

    4-bit mixtures as released keep attention at 16 bits: gpt-oss (MXFP4 experts) and the latent
    attention of DeepSeek's NVFP4 checkpoints.
    """
    if weights not in ("fp4", "int4") or not model.n_moe_layers:
        return weights
    released = model.weight_dtype.startswith(("fp4", "mxfp4", "int4"))
    return "bf16" if released or model.attention == "mla" else weights


def native_precision(model: Model, chip: Chip) -> Precision:
    """Weights as released; 8 bits in the format the chip computes in. The cache at 16 bits.

    Weights released in 32 bits are served in 16. A chip with neither fp8 nor int8 products keeps
    8-bit weights and converts them.
    """
    released = model.weight_dtype.lower()
    for name in ("fp4", "int4"):
        if name in released:
            return Precision(weights=name, kv="bf16")
    if released.startswith(("fp8", "int8")):
        return Precision(weights=smaller_format(chip) or released, kv="bf16")
    return Precision(weights="fp16" if released == "fp16" else "bf16", kv="bf16")


def smaller_format(chip: Chip) -> str:
    """The 8-bit format whose products `chip` computes faster than those of 16 bits; empty: none."""
    peaks = chip.peak_flop_s
    faster = (n for n in ("fp8", "int8") if peaks.get(n, 0.0) > peaks.get("bf16", 0.0))
    return next(faster, "")


def precision_for(model: Model, chip: Chip, weights: str = "", kv: str = "bf16") -> Precision:
    """Weights in the format named, else as released; cache in `kv`."""
    return Precision(weights=weights or native_precision(model, chip).weights, kv=kv)


def precision_group(weights: str) -> str:
    """Group of constants a weight format belongs to: bf16, fp8, int8, fp4 or int4."""
    return "bf16" if weights in ("bf16", "fp16", "fp32") else weights
