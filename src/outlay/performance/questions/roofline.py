"""Where one configuration stands under the roof of its chip, and where its time goes."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.performance.operators.case import Case
from outlay.performance.operators.timing import decode_pass, prefill_pass

__all__ = ["PartTime", "RoofPoint", "Roofline", "part_times", "roofline"]

BATCHES = (1.0, 4.0, 16.0, 64.0, 256.0)
PROMPTS = (512.0, 2048.0, 8192.0)
PROMPT = 4096.0
PARTS = ("matmul", "expert", "attention", "collective", "overhead")


@dataclass(frozen=True, slots=True)
class RoofPoint:
    """A pass of `tokens`: sequences of a decode step, or prompt tokens of a prefill."""

    phase: str
    tokens: float
    flop_per_byte: float
    flop_s: float


@dataclass(frozen=True, slots=True)
class Roofline:
    """The roof of a chip at one precision, and the passes below it."""

    peak_flop_s: float
    bandwidth_byte_s: float
    points: tuple[RoofPoint, ...]

    def roof_flop_s(self, flop_per_byte: float) -> float:
        """The most that a chip can do at so many operations a byte."""
        return min(flop_per_byte * self.bandwidth_byte_s, self.peak_flop_s)


@dataclass(frozen=True, slots=True)
class PartTime:
    """Seconds that one part of a pass takes."""

    phase: str
    part: str
    seconds: float


def roofline(k: Case, context: float) -> Roofline:
    """Achieved FLOP/s of decode (at `context` tokens) and prefill against operations per byte."""
    peak, bandwidth = float(k.peak_expert), float(k.bandwidth)
    passes = [("decode", b, decode_pass(k, b / k.dp, context)) for b in BATCHES]
    passes += [("prefill", n, prefill_pass(k, n / k.dp, n)) for n in PROMPTS]
    points = []
    for phase, tokens, one in passes:
        flop, moved = float(one.flops_s) * peak, float(one.bytes_s) * bandwidth
        points.append(RoofPoint(phase, tokens, flop / max(moved, 1.0), flop / float(one.total)))
    return Roofline(peak, bandwidth, tuple(points))


def part_times(k: Case, batch: float, context: float) -> tuple[PartTime, ...]:
    """Seconds of a decode step (`batch` sequences at `context` tokens) and a prefill, by part."""
    passes = {
        "decode": decode_pass(k, batch / k.dp, context),
        "prefill": prefill_pass(k, PROMPT / k.dp, PROMPT),
    }
    return tuple(
        PartTime(phase, part, float(getattr(one, part)))
        for phase, one in passes.items()
        for part in PARTS
    )
