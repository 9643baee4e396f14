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

__all__ = ["HEAD", "RANK", "Asked", "line"]

HEAD, RANK = "$HEAD", "$NODE_RANK"
"""Variables of the shell: address of the first server, number of this one."""
SIXTEEN = ("bf16", "fp16", "fp32")


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
    def each(self) -> int:
        """Sequences on each attention rank."""
        return max(math.ceil(self.batch / self.layout.dp), 1)

    @property
    def redundant(self) -> int:
        """Experts beside the model's own, so that each rank has as many."""
        return -self.limits.experts % self.layout.ep if self.limits.counted else 0

    @property
    def servers(self) -> int:
        """Servers that a replica stands on, the same number of chips on each."""
        chips = self.layout.n_chips
        least = math.ceil(chips / max(self.chip.chips_per_server, 1))
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
    def online(self) -> bool:
        """Whether engines make the format of 16-bit weights while they load them."""
        return self.precision.weights == "fp8" and self.released in SIXTEEN

    @property
    def dtype(self) -> str:
        """The 16-bit format to load in, where it is not the released one."""
        wanted = self.precision.weights
        plain = self.released in SIXTEEN and wanted in SIXTEEN[:2]
        return wanted if plain and wanted != self.released else ""

    def notes(self, *, online: bool) -> list[str]:
        """What a command takes for granted. online: whether the engine makes fp8 while loading."""
        weights, found = self.precision.weights, []
        sixteen = self.released in SIXTEEN and weights in SIXTEEN
        if weights != self.released and not sixteen:
            name = f"a checkpoint in {weights} in place of {self.name}, released in {self.released}"
            made = online and self.online
            found.append(f"fp8 is made while loading; {name}, loads faster" if made else name)
        return found

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
    told = [shlex.quote(word) for word in words]
    for option in options:
        if option is None:
            continue
        flag, value = option
        told.append(flag)
        if value is not True:
            text = str(value)
            told.append(text if text.startswith(("$", HEAD)) else shlex.quote(text))
    return " ".join(told)
