"""Which widths weights of each format may be cut by: those that share a scale stay on one rank.

Facts, of vLLM 0.33 and SGLang 0.5.23 where not said otherwise:

- FP8 with a scale for each 128 × 128 weights (`weight_block_size`; DeepSeek, Qwen3, MiniMax, Kimi):
  rows and columns of a slice are multiples of the block. (vLLM of late can halve the blocks of
  experts as it loads, in slower kernels; SGLang and older versions refuse.) With one scale a tensor
  or a channel any even slice will do: what both make of 16-bit weights by `--quantization fp8`.
- AWQ and GPTQ: columns (inputs) by the group that shares a scale, 128 where nothing is said; rows
  by the eight integers that are packed in one word.
- NVFP4: columns by 16, rows are padded to what kernels want. MXFP4 and MXFP6: by 32; the experts of
  gpt-oss, 2,880 wide, are padded in all engines.
- 16 bits, int8 with a scale a channel: an even slice.
"""

from __future__ import annotations

from typing import NamedTuple

from outlay.performance.operators.formats import dense_format
from outlay.results.chips_models import Chip, Model

__all__ = ["ANY", "Block", "dense_block", "expert_block"]


class Block(NamedTuple):
    """Multiples that a slice of a matrix has; 0: it is padded, or not known, and any will do."""

    inputs: int
    outputs: int

    @property
    def both(self) -> int:
        """Of a width that is output of one matrix and input of the next."""
        return max(self.inputs, self.outputs)


ANY = Block(0, 0)
SCALED = 128  # weights of a side of FP8's blocks, and of a group of 4-bit integers
PACKED = 8  # 4-bit integers in a word
NV, MX = 16, 32  # weights with one scale in NVFP4, and in the formats of the OCP


def expert_block(model: Model, chip: Chip, weights: str, *, wary: bool = False) -> Block:
    """Of an expert whose weights are served in this format.

    wary: where no checkpoint in it is known, the largest block that one is likely to have.
    """
    return _block(model, chip, weights, weights == model.weight_dtype, wary)


def dense_block(model: Model, chip: Chip, weights: str, *, wary: bool = False) -> Block:
    """Of attention and dense feed-forwards where the experts are served in this format."""
    own = weights == model.weight_dtype
    kept = model.dense_dtype if own and model.dense_dtype else dense_format(model, weights)
    if kept == weights:
        return _block(model, chip, weights, own, wary)
    return _block(model, chip, kept, own and kept == "fp8", wary, beside=True)


def _block(
    model: Model, chip: Chip, weights: str, own: bool, wary: bool, beside: bool = False
) -> Block:
    """own: as released; beside: of layers that are stored in another format than the experts."""
    said = (model.extra or {}).get("weight_block" if own and not beside else f"{weights}_block")
    found = _likely(model, chip, weights, own, wary) if said is None else int(said)
    if weights == "int4":
        return Block(found, PACKED)
    if weights in ("fp4", "fp6"):
        return Block(found, 1) if found else ANY
    return Block(found, found)


def _likely(model: Model, chip: Chip, weights: str, own: bool, wary: bool) -> int:
    """Weights with one scale in a checkpoint that does not say."""
    if weights == "fp8":  # of a dense model most are scaled by tensor or channel
        return SCALED if own or (wary and model.n_moe_layers) else 1
    if weights == "int4":
        return SCALED if own or wary else 1
    if weights == "fp4":
        return MX if own or chip.vendor == "AMD" else NV
    return MX if weights == "fp6" else 1
