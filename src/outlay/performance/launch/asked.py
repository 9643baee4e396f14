"""What is to be started: a model in a layout and formats, and what of it all engines ask alike."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from outlay.performance.questions.engines import Degrees
from outlay.performance.questions.legal import Limits
from outlay.performance.types import Layout, Precision
from outlay.results.chips_models import Chip, Model

__all__ = ["HEAD", "OLDER", "RANK", "Asked", "Shell", "line"]


class Shell(str):
    """A word that the shell fills in, which is not quoted."""

    __slots__ = ()


HEAD, RANK, CHECKPOINT = Shell("$HEAD"), Shell("$NODE_RANK"), Shell("$CHECKPOINT")
"""Variables of the shell: address of the first server, number of this one, what is served where
nothing published is in the format."""
SIXTEEN = ("bf16", "fp16", "fp32")
OLDER = ("volta", "turing")
"""Families without bf16: what is not quantised computes in fp16."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A configuration to start."""

    name: str  # repository or folder of the checkpoint
    model: Model
    chip: Chip
    limits: Limits
    layout: Layout
    precision: Precision
    released: str  # format of the weights of that checkpoint
    batch: int  # sequences in the replica
    tokens: int  # of the longest sequence
    drafts: int = 0  # tokens that multi-token prediction drafts a step; 0: it is off

    @property
    def degrees(self) -> Degrees:
        o = self.layout
        return Degrees(o.tp, o.pp, o.ep, o.dp)

    @property
    def spread(self) -> bool:
        """Whether experts are spread over ranks."""
        return self.limits.experts > 0 and self.layout.ep > 1

    @property
    def step(self) -> int:
        """Tokens of a step in which each attention rank's sequences all take part."""
        return self.each * (1 + self.drafts)

    @property
    def each(self) -> int:
        """Sequences on each attention rank."""
        return max(math.ceil(self.batch / self.layout.dp), 1)

    @property
    def redundant(self) -> int:
        """Experts beside the model's own, so that each rank has as many."""
        return -self.limits.experts % self.layout.ep if self.limits.counted else 0

    @property
    def servers(self) -> int:
        """Hosts that a replica stands on, the same number of chips on each."""
        chips, host = self.layout.n_chips, self.chip.chips_per_host or self.chip.chips_per_server
        least = math.ceil(chips / max(host, 1))
        return next(n for n in range(least, chips + 1) if chips % n == 0)

    @property
    def on_each(self) -> int:
        """Chips that it takes of each server."""
        return self.layout.n_chips // self.servers

    @property
    def pool(self) -> str:
        """Its pool of a disaggregated deployment; empty: it serves whole requests."""
        return "" if self.layout.phase == "aggregated" else self.layout.phase

    @property
    def nvfp4(self) -> bool:
        """Whether the chip computes in NVIDIA's fp4."""
        return self.chip.vendor == "NVIDIA" and "fp4" in self.chip.peak_flop_s

    @property
    def mx(self) -> bool:
        """Whether it computes in the small formats with shared scales that AMD's chips have."""
        return self.chip.vendor == "AMD" and "fp4" in self.chip.peak_flop_s

    @property
    def online(self) -> bool:
        """Whether engines make the format of 16-bit weights while they load them."""
        return self.precision.weights == "fp8" and self.released in SIXTEEN

    @property
    def dtype(self) -> str:
        """The 16-bit format to load in, where it is not the released one."""
        wanted = self.precision.weights
        if self.chip.family in OLDER:
            return "" if self.released == "fp16" else "fp16"
        plain = self.released in SIXTEEN and wanted in SIXTEEN[:2]
        return wanted if plain and wanted != self.released else ""

    def notes(self, *, online: bool) -> list[str]:
        """What a command takes for granted. online: whether the engine makes fp8 while loading."""
        weights, released, found = self.precision.weights, self.released, []
        if self.other:
            name = f"{self.name}, released in {released}"
            found.append(
                f"fp8 is made while loading; a checkpoint in fp8 in place of {name}, loads faster"
                if online and self.online
                else f"CHECKPOINT in {weights} in place of {name}"
            )
        if self.chip.family in OLDER and released == "bf16":
            found.append(f"in fp16, as {self.chip.id} has no bf16")
        return found

    @property
    def other(self) -> bool:
        """Whether the format is not one that the published checkpoint is loaded in."""
        weights, released = self.precision.weights, self.released
        return weights != released and not (released in SIXTEEN and weights in SIXTEEN)

    def served(self, *, online: bool) -> str:
        """What is loaded: the published checkpoint, or one in the format that has to be had."""
        return CHECKPOINT if self.other and not (online and self.online) else self.name

    @property
    def each_server(self) -> str:
        """How a command that names servers is run on them."""
        return (
            f"on each of {self.servers} servers, NODE_RANK from 0 to {self.servers - 1}, HEAD the "
            "address of the first"
        )

    def refused(self) -> str:
        """Why no engine starts it; empty: one may."""
        if not self.name:
            return f"the weights of {self.model.id} are not published"
        if self.model.max_context and self.tokens > self.model.max_context:
            return (
                f"{self.tokens:,} tokens a sequence are more than the {self.model.max_context:,} "
                f"that {self.model.id} is made for"
            )
        return ""


def line(words: Sequence[str], options: Iterable[tuple[str, object] | None]) -> str:
    """A command line: words, then options with their value; True stands for a bare flag."""
    told = [_quoted(word) for word in words]
    for option in options:
        if option is None:
            continue
        flag, value = option
        told.append(flag)
        if value is not True:
            told.append(_quoted(value))
    return " ".join(told)


def _quoted(word: object) -> str:
    return word if isinstance(word, Shell) else shlex.quote(str(word))
