"""How one training run lies on chips: kind `train`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from outlay.results.base import Row, Seconds, Share, Unit
from outlay.results.document import Document
from outlay.results.models.rate import PerChip

__all__ = ["Train", "TrainConfiguration"]


@dataclass(frozen=True, slots=True)
class TrainConfiguration(Row):
    """One layout of the run."""

    tp: int
    """Tensor parallel degree."""
    pp: int
    """Pipeline stages."""
    cp: int
    """Ranks that share a sequence."""
    dp: int
    """Data-parallel replicas."""
    ep: int
    """Expert parallel degree."""
    vp: int
    """Chunks of layers that a stage holds."""
    fully_sharded: bool
    """Whether weights too are spread over replicas, and gathered layer by layer."""
    micro_batch: Annotated[int, Unit("sequence")]
    """Sequences of a microbatch."""
    recompute: str
    """What of the activations is worked out again: none, selective, full."""
    recomputed: Share
    """Layers of which all activations are worked out again, where recompute is full."""
    step_s: Seconds
    """Time of an optimiser step."""
    tokens_per_step: Annotated[float, Unit("token")]
    """Tokens of a step as replicas can share them."""
    tok_s_per_chip: PerChip
    """Tokens trained on."""
    low: PerChip
    """Low end of the 90 % interval of `tok_s_per_chip`."""
    high: PerChip
    """High end of the 90 % interval."""
    model_flop_s_per_chip: Annotated[float, Unit("FLOP/s per chip")]
    """Operations of the model, those worked out again left out."""
    mfu: Share
    """Of the dense peak at the run's precision."""
    mfu_bf16: Share
    """Of the dense bf16 peak."""
    memory_bytes: Annotated[float, Unit("byte per chip")]
    """Memory of the fullest chip."""
    hidden: Share
    """Exchange between chips that runs behind compute, of all exchange."""
    run_s: Seconds | None
    """Time of the whole run without failures; null where its tokens are not given."""
    feasible: bool
    """Whether it fits the chip's memory."""
    why_not: str
    """Why it does not; empty: it does."""


@dataclass(frozen=True, slots=True, repr=False)
class Train(Document):
    """Layouts of one training run, most tokens per second and chip first."""

    kind: ClassVar[str] = "train"
    model: str
    """Catalogue id, or name of the config.json."""
    chip: str
    """Catalogue id."""
    n_chips: Annotated[int, Unit("chip")]
    """Chips of the run."""
    precision: str
    """Number format that products compute in."""
    seq_len: Annotated[int, Unit("token")]
    """Tokens of a sequence."""
    warnings: tuple[str, ...]
    """What of the question could not be kept, or lies outside what the model is made for."""
    configurations: tuple[TrainConfiguration, ...]
    """Best first; where none fits, the smallest, with why."""
    tokens: Annotated[float | None, Unit("token")]
    """Tokens of the whole run, where given."""
    batch_usual: bool
    """Whether the step's tokens are those of published runs: neither given nor changed."""
    software: str
    """Month of the software that trains."""

    @property
    def feasible(self) -> bool:
        """Whether some layout fits."""
        return self.configurations[0].feasible
