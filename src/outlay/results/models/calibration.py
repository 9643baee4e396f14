"""What a calibration was made from and wrote: kind `calibration`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from outlay.results.base import Seconds, Unit, absent
from outlay.results.document import Document

__all__ = ["Calibration"]

FlopRate = Annotated[float, Unit("FLOP/s")]


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Calibration(Document):
    """A refit to measurements, to training runs or to both; or the GPU of this machine, measured.

    What was not done is left out.
    """

    kind: ClassVar[str] = "calibration"
    rows: Annotated[int | None, absent()] = None
    """Refit: measurements that the constants were fitted to."""
    refused: Annotated[int | None, absent()] = None
    """Refit: rows that could not be asked."""
    effects: Annotated[int | None, absent()] = None
    """Refit: effects on constants that had rows."""
    cells: Annotated[int | None, absent()] = None
    """Refit: cells of the correction."""
    data_sha256: Annotated[str, absent()] = ""
    """Refit: hash of the table."""
    training_runs: Annotated[int | None, absent()] = None
    """Refit: training runs that the constants of training were fitted to."""
    name: Annotated[str, absent()] = ""
    """Local: the GPU."""
    memory_bytes: Annotated[int | None, Unit("byte"), absent()] = None
    """Local: its memory."""
    matmul_flop_s: Annotated[Mapping[str, FlopRate], absent()] = field(default_factory=dict)
    """Local: format → rate of a large matrix product."""
    copy_byte_s: Annotated[float | None, Unit("byte/s"), absent()] = None
    """Local: rate of a copy, reading and writing."""
    attention_flop_s: Annotated[float | None, Unit("FLOP/s"), absent()] = None
    """Local: rate of causal attention over a long prompt."""
    launch_s: Annotated[float | None, Unit("s"), absent()] = None
    """Local: time of the smallest kernel."""
    decode_step_s: Annotated[Mapping[str, Seconds], absent()] = field(default_factory=dict)
    """Local: batch → time of one layer's decode step."""
    files: tuple[str, ...]
    """Files that were written."""
