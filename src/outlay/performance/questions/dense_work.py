"""What a chip sustains on dense compute-bound work, to set chips beside one another."""

from __future__ import annotations

from outlay.performance.constants.calibrated import Calibrated
from outlay.performance.constants.constants import shipped
from outlay.performance.operators.case import POWER_REFERENCE, math_share
from outlay.performance.operators.formats import (
    MATH,
    compute_format,
    compute_peak,
    converted,
    precision_group,
)
from outlay.results.chips_models import Chip

__all__ = ["dense_rate"]


def dense_rate(
    chip: Chip, precision: str = "bf16", *, calibration: Calibrated | None = None
) -> float:
    """Sustained FLOP/s of dense compute-bound work (diffusion, ranking) on a chip.

    Peak at the format times the share that large matrix products reach on the chip's family; for
    ratios between chips rather than for the time of a named workload.
    """
    levels = {"family": chip.family, "chip": chip.id, "precision": precision_group(precision)}
    c = (calibration.constants if calibration else None) or shipped()
    power = float(chip.peak_flop_s["bf16"]) / max(chip.tdp_w, 1.0)
    share = c.value("compute", levels) * (POWER_REFERENCE / power) ** c.value(
        "compute_density", levels
    )
    math = float(MATH.index(compute_format(chip, precision)))
    share *= float(math_share(c.at(levels), math, float(converted(chip, precision))))
    return float(compute_peak(chip, precision) * min(share, 0.95))
