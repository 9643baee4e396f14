"""Which layouts each serving engine can run, beyond what `legal` says of every one.

Facts, of vLLM 0.33, SGLang 0.5.23 and TensorRT-LLM 1.2 (`EngineConfig`, `ServerArgs`, `Mapping`):

- vLLM: `--enable-expert-parallel` spreads experts over all TP × DP ranks of a stage; without it
  they are sliced over all of them. Experts need not divide: places are left empty. Its connector
  passes caches between pools (NIXL) without pipeline stages.
- SGLang: `--tp` counts all ranks of a stage and `--dp` the attention groups among them, which
  divide it; `--ep` divides it too, with experts sliced over the rest. Ranks are at most the
  experts. Shared experts are sliced over all ranks, unless an all-to-all backend spreads experts
  over all of them: then each has them whole. Dense layers beside attention groups are kept whole
  (`--moe-dense-tp-size 1`).
  Projections to heads are cut between blocks (but MiMo-V2's; vLLM cuts them anywhere).
- TensorRT-LLM: attention is data-parallel over all ranks of a stage or over none
  (`enable_attention_dp`); EP divides them, with experts sliced over the rest. NVIDIA's chips only.
- In the last two, experts that do not divide need redundant ones (`legal.fills`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from outlay.performance.constants.cases import stack_group
from outlay.performance.questions.legal import Limits, even
from outlay.performance.types import Stack

__all__ = ["ENGINES", "Degrees", "engine_of", "refused", "runs", "shared_are_whole", "staged"]


class Degrees(NamedTuple):
    """A layout of one replica."""

    tp: int
    pp: int
    ep: int
    dp: int

    @property
    def ranks(self) -> int:
        """Of a stage."""
        return self.tp * self.dp


def engine_of(stack: Stack) -> str:
    """The engine that a serving stack is; empty where its rules are not known, or none is named."""
    name = stack_group(stack)
    return name if name in ENGINES else ""


def refused(engine: str, limits: Limits, lay: Degrees) -> str:
    """Why an engine cannot run a layout that is legal for the model; empty: it can."""
    return ENGINES[engine](limits, lay)


def runs(engine: str, limits: Limits, lay: Degrees, *, pool: bool = False) -> bool:
    """Whether the engine can run the layout; with none named, whether any of them can.

    pool: of workers that only prefill or only decode.
    """
    return any(
        not (refused(name, limits, lay) or (pool and staged(name, lay)))
        for name in ([engine] if engine else ENGINES)
    )


def staged(engine: str, lay: Degrees) -> str:
    """Why workers of a pool cannot be such pipelines in the engine; empty: they can."""
    if engine == "vllm" and lay.pp > 1:
        return f"vLLM passes no caches between pools of {lay.pp} pipeline stages"
    return ""


def _vllm(limits: Limits, lay: Degrees) -> str:
    if limits.experts and lay.ep not in (1, lay.ranks):
        return f"vLLM spreads experts over all {lay.ranks} ranks of a stage or slices all over them"
    return ""


def shared_are_whole(limits: Limits, lay: Degrees) -> bool:
    """Whether SGLang has to keep shared experts whole, since all ranks together cut them badly."""
    return not even(limits.shared_ffn, lay.ranks, limits.dense.both)


def _sglang(limits: Limits, lay: Degrees) -> str:
    cut = limits.heads_cut(lay.tp)
    if cut is not None:
        return (
            f"SGLang cuts {cut.what}, {cut.width:,} wide, between blocks of {cut.block}, not into "
            f"{lay.tp}"
        )
    if limits.experts and lay.ranks > limits.experts:
        return f"SGLang takes at most a rank for each of {limits.experts} experts"
    if shared_are_whole(limits, lay) and lay.ep != lay.ranks:
        return (
            f"SGLang slices shared experts, {limits.shared_ffn:,} wide, over all {lay.ranks} ranks "
            f"of a stage unless experts are spread over all of them"
        )
    return ""


def _trtllm(limits: Limits, lay: Degrees) -> str:
    if lay.dp > 1 and lay.tp > 1:
        return (
            "TensorRT-LLM has attention data-parallel over all ranks of a stage or over none, "
            f"not {lay.dp} groups of {lay.tp}"
        )
    return ""


ENGINES: Mapping[str, Callable[[Limits, Degrees], str]] = {
    "vllm": _vllm, "sglang": _sglang, "trtllm": _trtllm,
}  # fmt: skip
"""Engine → why it cannot run a layout."""
